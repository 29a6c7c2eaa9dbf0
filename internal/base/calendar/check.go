package calendar

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"time"
)

// Case is one question with its answer, in the common form of files that
// compare calendars: Op "due" asks when Seconds of business time after Start
// are over, "due_backward" the same going back, "elapsed" how many seconds lie
// between Start and End. Agrees false marks an answer that rests on another
// convention than the reference.
type Case struct {
	ID       string                `json:"id"`
	Op       string                `json:"op"`
	Zone     string                `json:"timezone"`
	Hours    map[string][]Interval `json:"hours"`
	Holidays []string              `json:"holidays"`
	Annual   []string              `json:"annual_holidays"`
	Workdays []Work                `json:"workdays"`
	Start    time.Time             `json:"start"`
	End      time.Time             `json:"end"`
	Pauses   [][2]time.Time        `json:"pauses"`
	Seconds  float64               `json:"seconds"`
	Due      *time.Time            `json:"expect_due"`
	Elapsed  *float64              `json:"expect_seconds"`
	Agrees   *bool                 `json:"agrees"`
	Note     string                `json:"note"`
}

// Convention is a question on which calendars honestly differ, and how this
// one answers it.
type Convention string

// The conventions, see docs/adr/0010-business-time.md.
const (
	ClosingTime Convention = "closing time: a due moment exactly at closing time stays on that evening, it does not move to the next opening"
	ZeroTime    Convention = "zero time: no time added outside hours rolls to the next opening (backward: to the last closing), it does not keep the moment"
)

// maxCases bounds a file of cases, in bytes.
const maxCases = 64 << 20

// Check works out the cases of a JSON file ({"vectors": [...]}, {"cases":
// [...]} or just the list) and writes every difference to w, then a last line
// "N passed, N failed". A case that disagrees (agrees false) only by one of
// the conventions is named with it and counts as passed. The error is for a
// file that cannot be read at all.
func Check(r io.Reader, w io.Writer) (passed, failed int, err error) {
	cases, err := readCases(r)
	if err != nil {
		return 0, 0, err
	}
	p := printer{w: w}
	for i, raw := range cases {
		var c Case
		id := fmt.Sprintf("case %d", i+1)
		diff, conv := "", Convention("")
		if err := json.Unmarshal(raw, &c); err != nil {
			diff = "cannot be read: " + err.Error()
		} else {
			diff, conv = c.Run()
		}
		if c.ID != "" {
			id = c.ID
		}
		switch {
		case diff == "":
			passed++
		case conv != "" && c.Agrees != nil && !*c.Agrees:
			passed++
			p.printf("%s: documented convention, %s (%s)\n", id, conv, diff)
		case conv != "":
			failed++
			p.printf("%s: %s; it would be so by another convention (%s)\n", id, diff, conv)
		default:
			failed++
			p.printf("%s: %s\n", id, diff)
		}
	}
	p.printf("%d passed, %d failed\n", passed, failed)
	return passed, failed, p.err
}

// printer remembers the first error, so that writing needs no check each time.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

func readCases(r io.Reader) ([]json.RawMessage, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxCases+1))
	if err != nil {
		return nil, fmt.Errorf("calendar: read cases: %w", err)
	}
	if len(data) > maxCases {
		return nil, fmt.Errorf("calendar: a file of cases may have %d bytes at most", maxCases)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if t := bytes.TrimSpace(data); len(t) > 0 && t[0] == '[' {
		var list []json.RawMessage
		if err := json.Unmarshal(data, &list); err != nil {
			return nil, fmt.Errorf("calendar: cases: %w", err)
		}
		return list, nil
	}
	var file struct {
		Vectors []json.RawMessage `json:"vectors"`
		Cases   []json.RawMessage `json:"cases"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("calendar: cases: %w", err)
	}
	list := append(file.Vectors, file.Cases...)
	if len(list) == 0 {
		return nil, errors.New(`calendar: the file has no cases: neither "vectors" nor "cases" holds any`)
	}
	return list, nil
}

// calendar builds the calendar of a case. It is more patient than New: an
// empty week is a fair question here.
func (c Case) calendar() (*Calendar, error) {
	s := Spec{Name: c.ID, Zone: c.Zone, Week: c.Hours, Work: c.Workdays}
	for _, d := range c.Holidays {
		s.Off = append(s.Off, Off{Date: d})
	}
	for _, d := range c.Annual {
		s.Annual = append(s.Annual, Annual{Day: d})
	}
	return compile(s)
}

func (c Case) pauses() []Pause {
	var out []Pause
	for _, p := range c.Pauses {
		out = append(out, Pause{p[0], p[1]})
	}
	return out
}

// Run answers the case. The difference is "" when the answer is the expected
// one; the convention is set when only it explains the difference.
func (c Case) Run() (difference string, conv Convention) {
	cal, err := c.calendar()
	if err != nil {
		return err.Error(), ""
	}
	if c.Start.IsZero() {
		return "no start", ""
	}
	for _, p := range c.Pauses {
		if p[0].IsZero() || p[1].IsZero() {
			return "a pause needs its beginning and its end", ""
		}
	}
	switch c.Op {
	case "elapsed":
		return c.elapsed(cal), ""
	case "due", "due_backward":
		return c.due(cal)
	}
	return fmt.Sprintf("unknown op %q: due, due_backward and elapsed are known", c.Op), ""
}

func (c Case) elapsed(cal *Calendar) string {
	if c.Elapsed == nil || c.End.IsZero() {
		return "elapsed needs end and expect_seconds"
	}
	got := cal.BetweenExcept(c.Start, c.End, c.pauses()).Seconds()
	if math.Abs(got-*c.Elapsed) < 1e-3 {
		return ""
	}
	return fmt.Sprintf("got %g seconds, want %g", got, *c.Elapsed)
}

func (c Case) due(cal *Calendar) (string, Convention) {
	if c.Due == nil {
		return c.Op + " needs expect_due", ""
	}
	if math.IsNaN(c.Seconds) || math.Abs(c.Seconds) > maxDuration.Seconds() {
		return fmt.Sprintf("%g seconds are too many", c.Seconds), ""
	}
	d := time.Duration(math.Round(c.Seconds * float64(time.Second)))
	if c.Op == "due_backward" {
		d = -d
	}
	got, err := c.reach(cal, d)
	if err != nil {
		return err.Error(), ""
	}
	want := *c.Due
	if got.Equal(want) {
		return "", ""
	}
	diff := fmt.Sprintf("got %s, want %s", stamp(got), stamp(want))
	if d == 0 && want.Equal(c.Start) {
		return diff, ZeroTime
	}
	if d > 0 {
		// The other convention goes on to the next opening, behind any pause.
		if next, err := cal.AddExcept(got, 0, c.pauses()); err == nil && next.Equal(want) {
			return diff, ClosingTime
		}
	}
	return diff, ""
}

func (c Case) reach(cal *Calendar, d time.Duration) (time.Time, error) {
	if c.Op == "due_backward" {
		return cal.SubExcept(c.Start, -d, c.pauses())
	}
	return cal.AddExcept(c.Start, d, c.pauses())
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
