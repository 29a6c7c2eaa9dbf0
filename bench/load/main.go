// Command load drives a running Kilter over HTTP as people and programs do: a
// signed-in session, connections kept alive, whole pages, one client and
// eight. It prints JSON: per scenario and number of clients the median of the
// repeats of p50, p95 and pages a second, and the CPU time the server spent on
// a request, which does not move with the machine's other work.
//
//	kilter demo --size L --db sqlite:tmp/l.db --fill
//	kilter demo --size L --db sqlite:tmp/l.db &
//	go run ./bench/load --url http://127.0.0.1:8080 --pid $! --as 2
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"time"
)

// Result is what is printed for a scenario and a number of clients.
type Result struct {
	Scenario string  `json:"scenario"`
	Clients  int     `json:"clients"`
	P50      float64 `json:"p50_ms"`
	P95      float64 `json:"p95_ms"`
	Max      float64 `json:"max_ms"`
	Rate     float64 `json:"per_second"`
	CPU      float64 `json:"cpu_ms_per_request"` // of the server's process; 0 when unknown
	Bytes    int64   `json:"bytes"`              // of one answer
	Requests int     `json:"requests"`           // in all repeats
	Errors   int     `json:"errors"`
}

func main() {
	var o options
	flag.StringVar(&o.url, "url", "http://127.0.0.1:8080", "address of the server; only this machine's loopback is driven")
	flag.IntVar(&o.pid, "pid", 0, "process of the server, for its CPU time and memory")
	flag.StringVar(&o.as, "as", "", "id of the demo person to enter as: the value of his button on the sign-in page")
	flag.StringVar(&o.token, "token", "", "API token, for the scenarios of the API")
	flag.StringVar(&o.only, "only", "", "run this scenario only")
	flag.BoolVar(&o.portal, "portal", false, "go to the pages of the portal: the person is an official")
	flag.DurationVar(&o.each, "each", 5*time.Second, "how long a repeat lasts, at most a minute")
	flag.IntVar(&o.repeats, "repeats", 3, "repeats, at most 10")
	flag.Parse()
	if err := run(context.Background(), o); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

type options struct {
	url, as, token, only string
	portal               bool
	pid, repeats         int
	each                 time.Duration
}

func run(ctx context.Context, o options) error {
	o.each, o.repeats = min(o.each, time.Minute), min(max(o.repeats, 1), 10)
	c, err := enter(ctx, o)
	if err != nil {
		return err
	}
	scenarios, err := c.scenarios(ctx)
	if err != nil {
		return err
	}
	var out []Result
	for _, s := range scenarios {
		if o.only != "" && s.name != o.only {
			continue
		}
		for _, clients := range []int{1, 8} {
			r, err := c.measure(ctx, s, clients)
			if errors.Is(err, errNotHis) {
				fmt.Fprintf(os.Stderr, "%-22s left out: %v\n", s.name, err)
				break
			}
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			fmt.Fprintf(os.Stderr, "%-22s %d: p50 %.2f ms, p95 %.2f ms, %.0f/s, %.2f ms CPU, %d errors\n", r.Scenario, clients, r.P50, r.P95, r.Rate, r.CPU, r.Errors)
			out = append(out, r)
		}
	}
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", "  ")
	return e.Encode(map[string]any{"url": o.url, "each_seconds": o.each.Seconds(), "repeats": o.repeats, "memory_mb": memory(o.pid), "results": out})
}

// median of some figures.
func median(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	x = slices.Sorted(slices.Values(x))
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}

// at is a percentile of sorted figures, by the nearest rank.
func at(sorted []float64, p float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(p*float64(len(sorted))), len(sorted)-1)]
}
