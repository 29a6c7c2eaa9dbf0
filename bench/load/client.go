package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// client is somebody signed in, with connections kept alive.
type client struct {
	options
	http *http.Client
}

// enter signs in as a person of the demo.
func enter(ctx context.Context, o options) (*client, error) {
	u, err := url.Parse(o.url)
	if err != nil {
		return nil, err
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, errors.New("only a server on this machine is driven")
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	c := &client{o, &http.Client{
		Jar: jar, Timeout: 30 * time.Second,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 16, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if o.as == "" {
		return c, nil
	}
	r, err := c.send(ctx, request{method: "POST", path: "/signin/demo", form: url.Values{"person": {o.as}}})
	if err != nil {
		return nil, err
	}
	if r.status != http.StatusSeeOther || strings.HasPrefix(r.location, "/signin") {
		return nil, fmt.Errorf("cannot enter as %s: status %d, %s", o.as, r.status, r.location)
	}
	return c, nil
}

// request is one to be sent.
type request struct {
	method, path string
	form         url.Values
	json         string
	want         int // the status that is no error; 200 when 0
}

type answer struct {
	status   int
	location string
	body     []byte
}

func (c *client) send(ctx context.Context, r request) (answer, error) {
	var body io.Reader
	kind := ""
	switch {
	case r.form != nil:
		body, kind = strings.NewReader(r.form.Encode()), "application/x-www-form-urlencoded"
	case r.json != "":
		body, kind = strings.NewReader(r.json), "application/json"
	}
	q, err := http.NewRequestWithContext(ctx, r.method, c.url+r.path, body)
	if err != nil {
		return answer{}, err
	}
	if kind != "" {
		q.Header.Set("Content-Type", kind)
		q.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if c.token != "" && strings.HasPrefix(r.path, "/api/") {
		q.Header.Set("Authorization", "Bearer "+c.token)
	}
	res, err := c.http.Do(q)
	if err != nil {
		return answer{}, err
	}
	var b bytes.Buffer
	_, err = io.Copy(&b, res.Body)
	return answer{res.StatusCode, res.Header.Get("Location"), b.Bytes()}, errors.Join(err, res.Body.Close())
}

// measure repeats a scenario with some clients at once.
func (c *client) measure(ctx context.Context, s scenario, clients int) (Result, error) {
	r := Result{Scenario: s.name, Clients: clients}
	var p50, p95, rate, cpu []float64
	if err := c.warm(ctx, s, &r); err != nil {
		return r, err
	}
	for range c.repeats {
		before, began := cpuTime(c.pid), time.Now()
		took, bad := c.drive(ctx, s, clients)
		wall, spent := time.Since(began).Seconds(), cpuTime(c.pid)-before
		slices.Sort(took)
		r.Errors += bad
		r.Requests += len(took)
		if len(took) == 0 {
			continue
		}
		p50, p95 = append(p50, at(took, .5)), append(p95, at(took, .95))
		rate, cpu = append(rate, float64(len(took))/wall), append(cpu, spent*1000/float64(len(took)))
		r.Max = max(r.Max, took[len(took)-1])
	}
	r.P50, r.P95, r.Rate, r.CPU = median(p50), median(p95), median(rate), median(cpu)
	return r, nil
}

// errNotHis says that a page is not for whoever is signed in.
var errNotHis = errors.New("not for this person")

// warm sends one request and looks at the answer: a page of an error is fast,
// and no result.
func (c *client) warm(ctx context.Context, s scenario, r *Result) error {
	q := s.next(0)
	a, err := c.send(ctx, q)
	if err != nil {
		return err
	}
	if a.status == http.StatusForbidden {
		return errNotHis
	}
	if want := max(q.want, 200); a.status != want && !(q.want == 0 && a.status == http.StatusOK) {
		return fmt.Errorf("%s %s answers %d: %.200s", q.method, q.path, a.status, a.body)
	}
	r.Bytes = int64(len(a.body))
	return nil
}

// drive sends requests from some clients until the time is over.
func (c *client) drive(ctx context.Context, s scenario, clients int) (took []float64, bad int) {
	var mu sync.Mutex
	var group sync.WaitGroup
	var count atomic.Int64
	end := time.Now().Add(c.each)
	for range clients {
		group.Go(func() {
			var mine []float64
			errs := 0
			for time.Now().Before(end) {
				q := s.next(int(count.Add(1)))
				began := time.Now()
				a, err := c.send(ctx, q)
				mine = append(mine, float64(time.Since(began).Microseconds())/1000)
				if err != nil || a.status != max(q.want, 200) {
					errs++
				}
			}
			mu.Lock()
			defer mu.Unlock()
			took, bad = append(took, mine...), bad+errs
		})
	}
	group.Wait()
	return took, bad
}

// ticks a second in which Linux counts CPU time.
const ticks = 100

// cpuTime is how many seconds of CPU a process has used, user and system.
func cpuTime(pid int) float64 {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 13 {
		return 0
	}
	user, err1 := strconv.ParseFloat(fields[11], 64)
	system, err2 := strconv.ParseFloat(fields[12], 64)
	if err1 != nil || err2 != nil {
		return 0
	}
	return (user + system) / ticks
}

// memory is the resident memory of a process in MB, now and at its highest.
func memory(pid int) map[string]float64 {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return nil
	}
	out := map[string]float64{}
	for line := range strings.Lines(string(text)) {
		name, rest, _ := strings.Cut(line, ":")
		if key := map[string]string{"VmRSS": "now", "VmHWM": "highest"}[name]; key != "" {
			if kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64); err == nil {
				out[key] = kb / 1024
			}
		}
	}
	return out
}
