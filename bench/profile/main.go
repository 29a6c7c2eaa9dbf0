// Command profile is kilter with a door for profiles: the same commands and
// flags, and net/http/pprof on the loopback address in KILTER_PPROF. It is a
// program of the bench and never ships; the product has no such door.
//
//	KILTER_PPROF=127.0.0.1:6060 go run ./bench/profile serve --db sqlite:tmp/l.db
//	go tool pprof -top 'http://127.0.0.1:6060/debug/pprof/profile?seconds=10'
package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"time"

	"kilter/internal/app"
)

func main() {
	if at := os.Getenv("KILTER_PPROF"); at != "" {
		if err := open(at); err != nil {
			fmt.Fprintln(os.Stderr, "profile:", err)
			os.Exit(1)
		}
	}
	os.Exit(app.Main(os.Args[1:], os.Stdout, os.Stderr))
}

// open serves profiles on an address of this machine only.
func open(at string) error {
	l, err := net.Listen("tcp", at)
	if err != nil {
		return err
	}
	if ip, ok := l.Addr().(*net.TCPAddr); !ok || !ip.IP.IsLoopback() {
		return errors.Join(errors.New("profiles are for this machine only"), l.Close())
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	go func() {
		s := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
		fmt.Fprintln(os.Stderr, "profile:", s.Serve(l))
	}()
	return nil
}
