package history_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kilter/internal/base/fault"
	"kilter/internal/practice/history"
	"kilter/internal/practice/incident"
	"kilter/internal/testkit"
)

var life = history.NewLife(incident.Flow, []string{"user", "supplier", "change", "parts", "province"}, incident.Resolved, incident.Closed)

// told is all that a reading gave.
type told struct {
	stories []*history.Story
	rejects []history.Reject
	sum     history.Summary
}

func example(tb testing.TB, name string) string {
	tb.Helper()
	return filepath.Join(testkit.Root(tb), "examples", "history", name)
}

func parse(tb testing.TB, text string) *history.Map {
	tb.Helper()
	m, err := history.ParseMap([]byte(text), life)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func tell(tb testing.TB, open history.Source, m *history.Map) (out told, err error) {
	tb.Helper()
	r := history.Reading{Open: open, Name: "test", Map: m, Life: life}
	out.sum, err = r.Read(history.Sink{
		Case:   func(s *history.Story) error { out.stories = append(out.stories, s); return nil },
		Reject: func(r history.Reject) error { out.rejects = append(out.rejects, r); return nil },
	})
	return out, err
}

func fromText(text string) history.Source {
	return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
}

func fromFile(path string) history.Source {
	return func() (io.ReadCloser, error) { return os.Open(path) }
}

func mapFile(tb testing.TB, name string) *history.Map {
	tb.Helper()
	text, err := os.ReadFile(example(tb, name))
	if err != nil {
		tb.Fatal(err)
	}
	return parse(tb, string(text))
}

// short writes a story so that a person can check it against the log.
func short(s *history.Story) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %q %s", s.Key, s.Title, s.State)
	for _, p := range []struct {
		name string
		at   time.Time
	}{{"opened", s.Opened}, {"resolved", s.Resolved}, {"closed", s.Closed}} {
		if !p.at.IsZero() {
			fmt.Fprintf(&b, " %s %s", p.name, p.at.UTC().Format("01-02T15:04"))
		}
	}
	fmt.Fprintf(&b, " P%d/%d/%d irregular %d reopened %d reassigned %d\n", s.Priority, s.Impact, s.Urgency, s.Irregular, s.Reopenings, s.Reassignments)
	for _, e := range s.Events {
		mark := ""
		if e.Irregular {
			mark = " !"
		}
		if e.Line == 0 {
			mark += " implied"
		}
		fmt.Fprintf(&b, "  %s %s %s>%s %s [%s|%s|%s]%s", e.At.UTC().Format("01-02T15:04"), e.Deed, e.From, e.To, e.Reason, e.Person, e.Team, e.Owner, mark)
		for _, c := range e.Changes {
			fmt.Fprintf(&b, " %s:%s>%s", c.Field, c.Was, c.Now)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func shorts(stories []*history.Story) string {
	var b strings.Builder
	for _, s := range stories {
		b.WriteString(short(s))
	}
	return b.String()
}

// TestExamples tells the small made-up logs; the golden files are read by
// people.
func TestExamples(t *testing.T) {
	t.Parallel()
	for log, rules := range map[string]string{"small_audit.csv": "servicenow_audit.yaml", "small_events.csv": "small_events.yaml"} {
		t.Run(log, func(t *testing.T) {
			t.Parallel()
			got, err := tell(t, fromFile(example(t, log)), mapFile(t, rules))
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			b.WriteString(shorts(got.stories))
			for _, r := range got.rejects {
				fmt.Fprintf(&b, "line %d %s %s %q row used %v\n", r.Line, r.Column, r.Key, r.Value, r.Used)
			}
			sum, err := json.MarshalIndent(got.sum, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			b.Write(append(sum, '\n'))
			testkit.Golden(t, strings.TrimSuffix(log, ".csv")+".golden", b.Bytes())
		})
	}
}

// reference is what another program found in a log.
type reference struct {
	Cases, Events, Resources int
	Duration                 map[string]float64 `json:"duration_seconds"`
	Activities               map[string]int     `json:"activity_counts"`
	Starts                   map[string]int     `json:"start_activities"`
	Ends                     map[string]int     `json:"end_activities"`
	Repeated                 int                `json:"cases_with_repeated_activity"`
	PingPong                 int                `json:"cases_with_ABA_pingpong"`
	First                    time.Time          `json:"first_ts"`
	Last                     time.Time          `json:"last_ts"`
}

func readReference(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(testkit.Shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

// TestReference: the stories of real logs agree with the figures that another
// program found in them, where the figure is the same thing.
func TestReference(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ log, rules, ref, join string }{
		{"logs/helpdesk.csv.gz", "helpdesk.yaml", "logs/ref_helpdesk.json", ""},
		{"logs/bpic2013_closed_problems.xes.gz", "bpic2013_closed_problems.yaml", "logs/ref_closed_problems_lifecycle.json", "+"},
	} {
		t.Run(c.rules, func(t *testing.T) {
			t.Parallel()
			var want reference
			readReference(t, c.ref, &want)
			got, err := tell(t, fromFile(testkit.Shared(t, c.log)), mapFile(t, c.rules))
			if err != nil {
				t.Fatal(err)
			}
			if len(got.rejects) > 0 {
				t.Errorf("%d rejects, the first: %+v", len(got.rejects), got.rejects[0])
			}
			have := figures(got, c.join)
			seconds := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 0.001 })
			moments := cmp.Comparer(func(a, b time.Time) bool { return a.Truncate(time.Second).Equal(b) || b.Truncate(time.Second).Equal(a) })
			if diff := cmp.Diff(want, have, seconds, moments); diff != "" {
				t.Errorf("-reference +got:\n%s", diff)
			}
			t.Logf("%d irregular moves, %d cases reopened, states %v", got.sum.Irregular, got.sum.Reopened, got.sum.States)
		})
	}
}

// figures counts in the stories what the reference counts in the log: only
// events that a row tells, under the log's own labels.
func figures(got told, join string) reference {
	r := reference{Cases: got.sum.Cases, Duration: map[string]float64{}, Activities: map[string]int{}, Starts: map[string]int{}, Ends: map[string]int{}}
	persons := map[string]bool{}
	var durations []float64
	for _, s := range got.stories {
		var labels []string
		var first, last time.Time
		for _, e := range s.Events {
			if e.Line == 0 {
				continue
			}
			if len(labels) == 0 {
				first = e.At
			}
			last = e.At
			label := e.Label
			if join != "" {
				label = strings.Replace(label, "/", join, 1)
			}
			labels = append(labels, label)
			persons[e.Person] = true
			r.Activities[label]++
		}
		r.Events += len(labels)
		r.Starts[labels[0]]++
		r.Ends[labels[len(labels)-1]]++
		sorted := slices.Sorted(slices.Values(labels))
		if len(slices.Compact(sorted)) < len(labels) {
			r.Repeated++
		}
		for i := range max(0, len(labels)-2) {
			if labels[i] == labels[i+2] && labels[i] != labels[i+1] {
				r.PingPong++
				break
			}
		}
		durations = append(durations, last.Sub(first).Seconds())
		if r.First.IsZero() || first.Before(r.First) {
			r.First = first
		}
		if last.After(r.Last) {
			r.Last = last
		}
	}
	r.Resources = len(persons)
	slices.Sort(durations)
	sum := 0.0
	for _, d := range durations {
		sum += d
	}
	r.Duration["min"], r.Duration["max"], r.Duration["mean"] = durations[0], durations[len(durations)-1], math.Round(sum/float64(len(durations))*1000)/1000
	for name, p := range map[string]float64{"p25": .25, "median": .5, "p75": .75, "p95": .95} {
		at := p * float64(len(durations)-1)
		low := int(at)
		high := min(low+1, len(durations)-1)
		r.Duration[name] = durations[low] + (at-float64(low))*(durations[high]-durations[low])
	}
	return r
}

// TestTeams: who had the closed problems, and how they went to and fro.
func TestTeams(t *testing.T) {
	t.Parallel()
	var want struct {
		Cases     int
		PingPong  int            `json:"-"` // its name is no tag
		Handovers int            `json:"group_handovers_total"`
		Impact    map[string]int `json:"impact"`
		Products  int
		Groups    int
	}
	readReference(t, "logs/ref_itsm_closed.json", &want)
	var all map[string]any
	readReference(t, "logs/ref_itsm_closed.json", &all)
	want.PingPong = int(all["group_pingpong_cases(A,B,A on collapsed organization involved)"].(float64))
	got, err := tell(t, fromFile(testkit.Shared(t, "logs/bpic2013_closed_problems.xes.gz")), mapFile(t, "bpic2013_closed_problems.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	have := want
	have.Cases, have.PingPong, have.Handovers, have.Impact = len(got.stories), 0, 0, map[string]int{}
	for _, s := range got.stories {
		have.Handovers += s.Reassignments
		have.Impact[[]string{"", "Major", "High", "Medium", "Low"}[s.Impact]]++
		var teams []string
		for _, e := range s.Events {
			if e.Team != "" {
				teams = append(teams, e.Team)
			}
		}
		teams = slices.Compact(teams)
		for i := range max(0, len(teams)-2) {
			if teams[i] == teams[i+2] {
				have.PingPong++
				break
			}
		}
	}
	have.Products, have.Groups = len(got.sum.Names[history.Service]), len(got.sum.Names[history.Team])
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("-reference +got:\n%s", diff)
	}
}

const events = "source: old\nshape: event_log\ncolumns: {case: id, time: at, activity: what, person: who, team: team}\n" +
	"states: {Open: new, Take: in_progress, Wait: pending(user), Done: resolved, Close: closed, Note: keep}\n"

func TestEvents(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, log, want string }{
		{
			"the way it should go", "1,2026-03-02 09:00,Open,a,D\n1,2026-03-02 09:10,Take,b,D\n1,2026-03-02 09:30,Done,b,D\n1,2026-03-03 09:30,Close,,D\n",
			`1 "1" closed opened 03-02T09:00 resolved 03-02T09:30 closed 03-03T09:30 P0/0/0 irregular 1 reopened 0 reassigned 0
  03-02T09:00 open >new  [a|D|]
  03-02T09:10 move new>in_progress  [b|D|b] ! owner:>b
  03-02T09:30 resolve in_progress>resolved  [b|D|b]
  03-03T09:30 close resolved>closed  [|D|b]
`,
		},
		{
			"rows out of order", "1,2026-03-02 09:30,Done,b,D\n1,2026-03-02 09:00,Open,a,D\n",
			`1 "1" resolved opened 03-02T09:00 resolved 03-02T09:30 P0/0/0 irregular 1 reopened 0 reassigned 0
  03-02T09:00 open >new  [a|D|]
  03-02T09:30 move new>resolved  [b|D|] !
`,
		},
		{
			"the first row moves already", "1,2026-03-02 09:00,Take,a,D\n",
			`1 "1" in_progress opened 03-02T09:00 P0/0/0 irregular 1 reopened 0 reassigned 0
  03-02T09:00 open >new  [||] implied
  03-02T09:00 move new>in_progress  [a|D|a] !
`,
		},
		{
			"two closings and life after them", "1,2026-03-02 09:00,Open,a,D\n1,2026-03-02 10:00,Close,a,D\n1,2026-03-02 11:00,Close,a,D\n1,2026-03-02 12:00,Note,a,D\n1,2026-03-02 13:00,Take,b,E\n1,2026-03-02 14:00,Close,b,E\n",
			`1 "1" closed opened 03-02T09:00 resolved 03-02T14:00 closed 03-02T14:00 P0/0/0 irregular 4 reopened 1 reassigned 1
  03-02T09:00 open >new  [a|D|]
  03-02T10:00 move new>closed  [a|D|] !
  03-02T11:00 event >  [a|D|] !
  03-02T12:00 event >  [a|D|]
  03-02T13:00 reopen closed>in_progress  [b|E|b] ! team:D>E owner:>b
  03-02T14:00 move in_progress>closed  [b|E|b] !
`,
		},
		{
			"an activity the map does not list", "1,2026-03-02 09:00,Open,a,D\n1,2026-03-02 09:05,Phone call,a,\n1,2026-03-02 09:06,assigned,a,E\n",
			`1 "1" assigned opened 03-02T09:00 P0/0/0 irregular 1 reopened 0 reassigned 1
  03-02T09:00 open >new  [a|D|]
  03-02T09:05 event >  [a|D|]
  03-02T09:06 move new>assigned  [a|E|] ! team:D>E
`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := tell(t, fromText("id,at,what,who,team\n"+c.log), parse(t, events))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, shorts(got.stories)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestListOfRecords(t *testing.T) {
	t.Parallel()
	m := parse(t, "source: list\nshape: audit_log\ntimes: {format: '%d/%m/%Y %H:%M:%S', zone: Europe/Amsterdam}\ncolumns: {case: id, state: status, opened: open, resolved: solved, closed: close, team: group, title: text}\n")
	log := "id;open;solved;close;status;group;text\nIM1;05/02/2012 13:32:57;04/11/2013 13:50:27;04/11/2013 13:51:17;Closed;G1;No mail\nIM2;12/03/2012 15:44:21;;;Open;G2;Slow\nIM3;12/03/2012 15:44:21;13/03/2012 09:00:00;;Resolved;G2;Old\n"
	got, err := tell(t, fromText(log), m)
	if err != nil {
		t.Fatal(err)
	}
	want := `IM1 "No mail" closed opened 02-05T12:32 resolved 11-04T12:50 closed 11-04T12:51 P0/0/0 irregular 1 reopened 0 reassigned 0
  02-05T12:32 open >new  [||] implied
  11-04T12:50 move new>resolved  [||] ! implied
  11-04T12:51 close resolved>closed  [|G1|]
IM2 "Slow" new opened 03-12T14:44 P0/0/0 irregular 0 reopened 0 reassigned 0
  03-12T14:44 open >new  [|G2|]
IM3 "Old" resolved opened 03-12T14:44 resolved 03-13T08:00 P0/0/0 irregular 1 reopened 0 reassigned 0
  03-12T14:44 open >new  [||] implied
  03-13T08:00 move new>resolved  [|G2|] !
`
	if diff := cmp.Diff(want, shorts(got.stories)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestRejects: every row that cannot be used is reported with its line, and
// the rest goes on.
func TestRejects(t *testing.T) {
	t.Parallel()
	m := parse(t, "source: x\nshape: event_log\nunlisted: refuse\nmissing: ['?']\ncolumns: {case: id, time: at, activity: what, priority: prio, opened: open}\nstates: {Open: new}\n")
	log := "id,at,what,prio,open\n" +
		"1,2026-03-02 09:00,Open,2 - High,\n" + // 2
		"?,2026-03-02 09:00,Open,,\n" + // 3
		"1,?,Open,,\n" + // 4
		"1,2026-13-02 09:00,Open,,\n" + // 5
		"1,2026-03-02 09:00,,,\n" + // 6
		"1,2026-03-02 09:01,Dance,,\n" + // 7
		"1,2026-03-02 09:02,Open,whatever,soon\n" + // 8
		"1,\"2026-03-02 09:03,Open\n" + // 9
		"1,2026-03-02 09:04,Open,1,,surplus\n" + // 10
		strings.Repeat("k", 300) + ",2026-03-02 09:04,Open,1,\n" + // 11
		"1,2026-03-02 09:05,Open,1,\n"
	got, err := tell(t, fromText(log), m)
	if err != nil {
		t.Fatal(err)
	}
	want := []history.Reject{
		{Line: 3, Column: "id", Key: history.NoCase},
		{Line: 4, Column: "at", Key: history.NoTime},
		{Line: 5, Column: "at", Key: history.BadTime, Value: "2026-13-02 09:00"},
		{Line: 6, Column: "what", Key: history.NoActivity},
		{Line: 7, Column: "what", Key: history.NotListed, Value: "Dance"},
		{Line: 8, Column: "open", Key: history.BadTime, Value: "soon", Used: true},
		{Line: 8, Column: "prio", Key: history.BadLevel, Value: "whatever", Used: true},
		{Line: 9, Key: "sheet.quote"},
		{Line: 10, Key: "eventlog.cells"},
		{Line: 11, Column: "id", Key: history.LongCase, Value: strings.Repeat("k", 80)},
	}
	if diff := cmp.Diff(want, got.rejects); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got.sum.Rows != 11 || got.sum.Used != 3 || got.sum.Rejected != 8 || got.sum.Ignored != 2 || got.sum.Cases != 1 || got.stories[0].Priority != 1 {
		t.Errorf("summary %+v, priority %d", got.sum, got.stories[0].Priority)
	}
}

func TestBrokenFileTellsNothing(t *testing.T) {
	t.Parallel()
	log := `<log><trace><string key="concept:name" value="1"/><event><string key="what" value="Open"/><date key="at" value="2026-03-02T09:00:00Z"/></event></trace><trace>`
	m := parse(t, strings.Replace(events, "case: id", "'case': 'case:concept:name'", 1))
	got, err := tell(t, fromText(log), m)
	if fs := fault.All(err); len(fs) != 1 || fs[0].Key != "sheet.cut_off" {
		t.Errorf("got %v", err)
	}
	if len(got.stories) > 0 {
		t.Error("told a case of a file that breaks off")
	}
}

func TestPreviewStops(t *testing.T) {
	t.Parallel()
	log := "id,at,what,who,team\n"
	for i := range 1000 {
		log += fmt.Sprintf("%d,2026-03-02 09:00,Open,a,D\n", i)
	}
	n := 0
	r := history.Reading{Open: fromText(log), Map: parse(t, events), Life: life, Most: 100}
	sum, err := r.Read(history.Sink{Case: func(*history.Story) error {
		if n++; n == 10 {
			return history.ErrEnough
		}
		return nil
	}})
	if err != nil || n != 10 || sum.Cases != 10 {
		t.Errorf("%d cases, %v", sum.Cases, err)
	}
	sum, err = r.Read(history.Sink{})
	if err != nil || sum.Rows != 100 {
		t.Errorf("%d rows, %v", sum.Rows, err)
	}
}

// TestMemory: cases are told as soon as they end, so a long log needs memory
// for few.
func TestToldWhenComplete(t *testing.T) {
	t.Parallel()
	log := "id,at,what,who,team\n1,2026-03-02 09:00,Open,,\n2,2026-03-02 09:00,Open,,\n1,2026-03-02 10:00,Done,,\n3,2026-03-02 11:00,Open,,\n2,2026-03-02 12:00,Done,,\n"
	got, err := tell(t, fromText(log), parse(t, events))
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, s := range got.stories {
		order = append(order, s.Key)
	}
	if diff := cmp.Diff([]string{"1", "3", "2"}, order); diff != "" {
		t.Error(diff)
	}
}
