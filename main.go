// Command kilter is the IT service management system of a city government's
// information centre.
package main

import (
	"os"

	"kilter/internal/app"
)

func main() { os.Exit(app.Main(os.Args[1:], os.Stdout, os.Stderr)) }
