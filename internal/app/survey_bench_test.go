//go:build unix

package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"kilter/internal/app/demo"
	"kilter/internal/practice/people"
	"kilter/internal/practice/survey/wave"
)

// spentCPU is the processor time of this process.
func spentCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// turns adds to a benchmark what each turn took: the 95th percentile, processor
// time of server and driver together, turns a second.
func turns(b *testing.B, took []time.Duration, cpu, wall time.Duration, what string) {
	b.Helper()
	if len(took) == 0 {
		return
	}
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b.ReportMetric(ms(took[len(took)/2]), "p50-ms")
	b.ReportMetric(ms(took[len(took)*95/100]), "p95-ms")
	b.ReportMetric(ms(cpu)/float64(len(took)), "cpu-ms/"+what)
	b.ReportMetric(float64(len(took))/wall.Seconds(), what+"/s")
}

// mostRespondents bounds b.N of each way to answer.
const mostRespondents = 1000

// BenchmarkAnswer answers the standard questionnaire over HTTP as browsers do,
// eight respondents at once: 13 steps, each a form and the page after it, and the
// handing in, and by the API in one piece. Promise: 200 respondents a second can
// answer: that many steps a second are posted and shown, as a respondent sends one
// in 30 to 60 seconds; that many whole questionnaires a second are told beside.
func BenchmarkAnswer(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			h := testHouse(b, engine)
			if err := h.fill(b.Context(), benchSize()); err != nil {
				b.Fatal(err)
			}
			doors := openWave(b, h, 2*mostRespondents+2)
			handler, err := h.routes()
			if err != nil {
				b.Fatal(err)
			}
			s := httptest.NewServer(handler)
			defer s.Close()
			crowd := &crowd{b: b, url: s.URL, http: &http.Client{
				Transport:     &http.Transport{MaxIdleConnsPerHost: 16},
				CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			}}
			crowd.form(doors[0])
			crowd.doors = doors
			b.Run("steps", func(b *testing.B) { crowd.comes(b, crowd.answer) })
			b.Run("whole", func(b *testing.B) { crowd.comes(b, crowd.whole) })
		})
	}
}

// comes lets respondents come, eight at once; nobody answers twice.
func (c *crowd) comes(b *testing.B, answer func(token string)) {
	if b.N > len(c.doors) {
		b.Skipf("%d respondents are left: -benchtime %dx", len(c.doors), mostRespondents)
	}
	doors := c.doors[:b.N]
	c.doors = c.doors[b.N:]
	c.b, c.took = b, nil
	cpu, began := spentCPU(), time.Now()
	var next atomic.Int64
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for n := int(next.Add(1)) - 1; n < b.N; n = int(next.Add(1)) - 1 {
				answer(doors[n])
			}
		})
	}
	group.Wait()
	wall := time.Since(began)
	turns(b, c.took, spentCPU()-cpu, wall, "step")
	b.ReportMetric(float64(b.N)/wall.Seconds(), "respondents/s")
}

// whole hands in all answers at once by the API.
func (c *crowd) whole(token string) {
	values := map[string]string{}
	for _, form := range c.forms {
		for name := range form {
			if name != "go" && name != "began" {
				values[name] = form.Get(name)
			}
		}
	}
	text, err := json.Marshal(map[string]any{"token": token, "values": values, "seconds": 400})
	if err != nil {
		c.b.Error(err)
		return
	}
	began := time.Now()
	q, err := http.NewRequestWithContext(c.b.Context(), http.MethodPost, c.url+"/api/v1/survey-answers", bytes.NewReader(text))
	if err != nil {
		c.b.Error(err)
		return
	}
	q.Header.Set("Content-Type", "application/json")
	res, err := c.http.Do(q)
	if err != nil {
		c.b.Error(err)
		return
	}
	said, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil || res.StatusCode != http.StatusNoContent {
		c.b.Errorf("answers %d: %.200s", res.StatusCode, said)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.took = append(c.took, time.Since(began))
}

// openWave opens a wave that asks as many people as there are to be, and gives
// the token of each: whoever is asked has one when he has opened his link.
func openWave(b *testing.B, h *house, n int) (tokens []string) {
	b.Helper()
	ctx := b.Context()
	by := people.System(people.ViaShell)
	var more []*people.Person
	for i := range n {
		more = append(more, &people.Person{Code: fmt.Sprintf("crowd%06d", i), Name: fmt.Sprintf("Crowd %d", i), Department: 0, Changed: Now()})
	}
	if err := h.db.AddPersons(ctx, more); err != nil {
		b.Fatal(err)
	}
	sheets, err := h.surveys.Sheets.Instruments(ctx)
	if err != nil || len(sheets) == 0 {
		b.Fatal("no questionnaire", err)
	}
	versions, err := h.surveys.Sheets.Versions(ctx, sheets[0].ID)
	if err != nil {
		b.Fatal(err)
	}
	w := &wave.Wave{Name: people.Text{En: "Crowd"}, Sheet: versions[0].ID, From: Now(), To: Now().AddDate(0, 0, 30), Plan: wave.StandardPlan()}
	w.Plan.Everybody = true
	if err := h.surveys.Plan(ctx, by, w); err != nil {
		b.Fatal(err)
	}
	if w, err = h.surveys.Draw(ctx, by, w.ID); err != nil {
		b.Fatal(err)
	}
	if w, err = h.surveys.Begin(ctx, by, w.ID); err != nil {
		b.Fatal(err)
	}
	for _, p := range more {
		door, err := h.surveys.Find(ctx, w.ID, p.ID)
		if err != nil {
			b.Fatal(err)
		}
		token, err := h.surveys.Pass(ctx, door, "")
		if err != nil {
			b.Fatal(err)
		}
		tokens = append(tokens, token)
	}
	return tokens
}

// crowd is many respondents with one set of answers.
type crowd struct {
	b     *testing.B
	url   string
	http  *http.Client
	forms []url.Values // by step
	doors []string     // of those who have not come

	mu   sync.Mutex
	took []time.Duration
}

// form learns what each step asks.
func (c *crowd) form(token string) {
	c.b.Helper()
	for step := 0; ; step++ {
		page := c.send("GET", fmt.Sprint("/link/survey/fill/", step), token, nil, http.StatusOK)
		if !strings.Contains(page, "survey-step") {
			return
		}
		form := url.Values{"go": {"on"}, "began": {strconv.FormatInt(time.Now().Unix()-40, 10)}}
		r := &respondent{given: map[string]int{}}
		for _, m := range fieldName.FindAllStringSubmatch(page, -1) {
			if x := r.says(m[1]); x != "" {
				form.Set(m[1], x)
			}
		}
		c.forms = append(c.forms, form)
	}
}

// answer goes through the steps and hands in.
func (c *crowd) answer(token string) {
	var mine []time.Duration
	for step, form := range c.forms {
		began := time.Now()
		c.send("POST", fmt.Sprint("/link/survey/fill/", step), token, form, http.StatusSeeOther)
		c.send("GET", fmt.Sprint("/link/survey/fill/", step+1), token, nil, http.StatusOK)
		mine = append(mine, time.Since(began))
	}
	began := time.Now()
	c.send("POST", "/link/survey/done", token, url.Values{}, http.StatusSeeOther)
	mine = append(mine, time.Since(began))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.took = append(c.took, mine...)
}

func (c *crowd) send(method, path, token string, form url.Values, want int) string {
	q, err := http.NewRequestWithContext(c.b.Context(), method, c.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		c.b.Error(err)
		return ""
	}
	q.AddCookie(&http.Cookie{Name: "survey", Value: token})
	if form != nil {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	res, err := c.http.Do(q)
	if err != nil {
		c.b.Error(err)
		return ""
	}
	text, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil || res.StatusCode != want {
		c.b.Errorf("%s %s answers %d, want %d: %.200s", method, path, res.StatusCode, want, text)
	}
	return string(text)
}

// BenchmarkSurveyReport opens the pages of a report over HTTP, read from frozen
// results. Promise: under 50 ms each.
func BenchmarkSurveyReport(b *testing.B) {
	h := testHouse(b, "sqlite")
	if err := h.fill(b.Context(), "S"); err != nil {
		b.Fatal(err)
	}
	handler, err := h.routes()
	if err != nil {
		b.Fatal(err)
	}
	s := httptest.NewServer(handler)
	defer s.Close()
	mark, _ := h.demoMark()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	send := func(method, path string, form url.Values, cookies []*http.Cookie) (*http.Response, string) {
		q, err := http.NewRequestWithContext(b.Context(), method, s.URL+path, strings.NewReader(form.Encode()))
		if err != nil {
			b.Fatal(err)
		}
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for _, c := range cookies {
			q.AddCookie(c)
		}
		res, err := client.Do(q)
		if err != nil {
			b.Fatal(err)
		}
		text, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil {
			b.Fatal(err)
		}
		return res, string(text)
	}
	at := slices.IndexFunc(mark.Accounts, func(a demo.Account) bool { return a.Role.En == "Director" })
	entered, _ := send("POST", "/signin/demo", url.Values{"person": {mark.Accounts[at].Person.String()}}, nil)
	for _, part := range []string{"", "/dimensions", "/drivers", "/groups", "/change", "/structure", "/desk", "/print"} {
		b.Run("part"+part, func(b *testing.B) {
			var took []time.Duration
			cpu, wall := spentCPU(), time.Now()
			for b.Loop() {
				began := time.Now()
				if res, _ := send("GET", "/surveys/3/report"+part, nil, entered.Cookies()); res.StatusCode != http.StatusOK {
					b.Fatal(res.Status)
				}
				took = append(took, time.Since(began))
			}
			turns(b, took, spentCPU()-cpu, time.Since(wall), "page")
		})
	}
}
