package app

import (
	"encoding/json"
	"fmt"
	"runtime"
)

// Version is the version of this program, set when it is built.
var Version = "dev"

type versionCmd struct {
	JSON bool `help:"cli.json"`
}

func (c versionCmd) Run(env *Env) error {
	if c.JSON {
		return json.NewEncoder(env.Out).Encode(map[string]string{"version": Version, "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH})
	}
	_, err := fmt.Fprintf(env.Out, "kilter %s (%s, %s/%s)\n", Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
