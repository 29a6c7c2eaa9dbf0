package agenda

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/change"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/practice/risk"
	"kilter/internal/practice/setting"
	"kilter/internal/report/director"
)

// today is when the reviews of these tests are held.
var today = time.Date(2026, 11, 30, 2, 0, 0, 0, time.UTC)

// The things that the centre of these tests has.
const (
	mail, secret, standard, hardware, disk, user = 11, 12, 41, 51, 52, 53
	first, second                                = 61, 62
)

func thing(kind setting.Kind, id int64, code string, doc any) setting.Thing {
	text, err := json.Marshal(doc)
	if err != nil {
		panic(err)
	}
	return setting.Thing{ID: id, Kind: kind, Code: code, Name: people.Text{En: "the " + code, Zh: code}, Doc: text}
}

func centre() *setting.All {
	below := thing(setting.Cause, disk, "disk", nil)
	below.Parent = hardware
	return setting.NewAll(1, []setting.Thing{
		thing(setting.Service, mail, "mail", catalogue.Service{}), thing(setting.Service, secret, "secret", catalogue.Service{Zone: 8}),
		thing(setting.Agreement, standard, "standard", nil), thing(setting.Cause, hardware, "hardware", nil), below, thing(setting.Cause, user, "user", nil),
		thing(setting.Team, first, "desk", nil), thing(setting.Team, second, "network", nil),
	})
}

// shelf answers with what it was given, as the store does.
type shelf struct {
	causes []review.Caused
	unkept review.Unkept
	ran    []review.Ran
}

func (s *shelf) Causes(context.Context, people.Scope, review.Period) ([]review.Caused, error) {
	return s.causes, nil
}

func (s *shelf) Broken(context.Context, people.Scope, review.Period, int) (*review.Unkept, error) {
	return &s.unkept, nil
}

func (s *shelf) Ran(context.Context, people.Scope, review.Period) ([]review.Ran, error) {
	return s.ran, nil
}

// months are what was kept in time.
type months []director.Promises

func (m months) Promises(_ context.Context, _ people.Scope, since time.Time) ([]director.Promises, error) {
	return slices.DeleteFunc(slices.Clone(m), func(p director.Promises) bool { return p.Month.Before(since) }), nil
}

// maker fills in from a shelf, and from nothing else.
func maker(s *shelf) *Maker {
	all := centre()
	return &Maker{Shelf: s, Settings: func() *setting.All { return all }, Place: func() *time.Location { return time.UTC }, Now: func() time.Time { return today }}
}

// reader may do everything, and knows of no network but the open one.
func reader(deeds ...string) people.Actor {
	return people.Actor{Grants: people.NewGrants(deeds...), Scope: people.Scope{All: true}}
}

// told is one figure of a service level review over the third quarter.
func told(t *testing.T, m *Maker, f review.Figure, at time.Time) review.Told {
	t.Helper()
	r := &review.Review{Kind: review.Service, Change: 7, Doc: review.Doc{From: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC)}}
	out, err := m.Tell(t.Context(), reader("incident.read", operation.DeedRead, "change.read", "risk.read"), r, []review.Figure{f}, at)
	if err != nil {
		t.Fatal(err)
	}
	one, ok := out[f]
	if !ok {
		t.Fatalf("%s is not told", f)
	}
	for _, text := range append([]people.Text{one.Says}, texts(one.Lines)...) {
		if text.En == "" || text.Zh == "" || text.En == text.Zh || strings.Contains(text.En+text.Zh, "review.told") {
			t.Errorf("%s: %+v", f, text)
		}
	}
	return one
}

func texts(lines []review.Line) (out []people.Text) {
	for _, l := range lines {
		out = append(out, l.Text)
	}
	return out
}

// says holds the lines of a figure to what they should say in English.
func says(t *testing.T, got review.Told, first string, lines ...string) {
	t.Helper()
	if !strings.Contains(got.Says.En, first) {
		t.Errorf("%q does not say %q", got.Says.En, first)
	}
	var have []string
	for _, l := range got.Lines {
		have = append(have, l.Text.En)
	}
	if !slices.Equal(have, lines) {
		t.Errorf("lines %q, not %q", have, lines)
	}
}

// TestAFigureIsToldToWhoMayReadIt: nothing is asked in the name of somebody who may not
// read it, and what is so now is not told of a day that is over.
func TestAFigureIsToldToWhoMayReadIt(t *testing.T) {
	t.Parallel()
	m := maker(&shelf{causes: []review.Caused{{Cause: user, N: 1}}})
	every := []review.Figure{review.Kept}
	var now []review.Figure
	for f, one := range figures {
		if every = append(every, f); one.now {
			now = append(now, f)
		}
		if Deed(f) == "" {
			t.Errorf("%s is told to everybody", f)
		}
	}
	r := &review.Review{Kind: review.Operations}
	for _, c := range []struct {
		name   string
		by     people.Actor
		wanted []review.Figure
		at     time.Time
		want   int
	}{
		{"who may read nothing", reader(), every, today, 0},
		{"what is so now, of a day that is over", reader("incident.read", "change.read", "risk.read", "item.impact", operation.DeedRead), now, today.AddDate(0, 0, -1), 0},
		{"what is not filled in here", reader("incident.read"), []review.Figure{review.Kept, ""}, today, 0},
		{"who may read it", reader("incident.read"), []review.Figure{review.Causes, review.Planned}, today, 1},
	} {
		got, err := m.Tell(t.Context(), c.by, r, c.wanted, c.at)
		if err != nil || len(got) != c.want {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
}

// TestCausesCountWithTheOnesBelow: a cause is told with those that are part of it, and
// only the ones that lie with the centre.
func TestCausesCountWithTheOnesBelow(t *testing.T) {
	t.Parallel()
	m := maker(&shelf{causes: []review.Caused{{Cause: hardware, N: 2}, {Cause: disk, N: 3}, {Cause: user, N: 4}, {N: 6}, {Cause: 999, N: 1}}})
	says(t, told(t, m, review.Causes, today), "5 of 16 resolved incidents had a cause that lies with the centre; 6 without", "the hardware: 5")
}

// TestRecurringOperationsAddUp by what came of them, each kind and all.
func TestRecurringOperationsAddUp(t *testing.T) {
	t.Parallel()
	m := maker(&shelf{ran: []review.Ran{
		{Kind: operation.BackupCheck, State: operation.Done, N: 5},
		{Kind: operation.BackupCheck, State: operation.Done, Late: true, Deviated: true, N: 2},
		{Kind: operation.BackupCheck, State: operation.Missed, N: 1},
		{Kind: operation.BackupCheck, State: operation.Skipped, N: 3},
		{Kind: operation.BackupCheck, State: operation.Due, N: 4},
	}})
	got := told(t, m, review.Operated, today)
	if want := "recurring operations 15: 5 done in time, 2 late, 1 missed, 3 left out, 4 still to do; 2 with deviations"; !strings.Contains(got.Says.En, want) || len(got.Lines) != 1 {
		t.Errorf("%+v", got)
	}
	says(t, told(t, maker(&shelf{}), review.Operated, today), "Not recorded")
}

// TestBreachesAreToldByCauseAndAgreement: an incident of which two promises were broken
// counts once, and each line leads to its records.
func TestBreachesAreToldByCauseAndAgreement(t *testing.T) {
	t.Parallel()
	m := maker(&shelf{unkept: review.Unkept{
		Broken: []review.Broken{{Resolve: true, N: 3}, {Agreement: standard, Respond: true, N: 1}, {Cause: disk, Agreement: standard, Respond: true, Resolve: true, N: 2}},
		First:  []review.Hit{{Number: 20260000001}, {Number: 20260000002, Agreement: standard}, {Number: 20260000003, Cause: disk, Agreement: standard}},
	}})
	got := told(t, m, review.Breaches, today)
	says(t, got, "promises broken with 6 incidents (3 to respond, 5 to resolve); 4 of them without a cause",
		"No cause named: 4", "the disk: 2", "Under no recorded agreement: 3", "Under the standard: 3")
	for i, want := range []string{"number:INC-2026-00001,INC-2026-00002", "number:INC-2026-00003", "number:INC-2026-00001", "number:INC-2026-00002,INC-2026-00003"} {
		if link := got.Lines[i].Link; link != "/incidents?q="+url.QueryEscape(want) {
			t.Errorf("line %d leads to %s", i, link)
		}
	}
	says(t, told(t, maker(&shelf{}), review.Breaches, today), "no promise was broken")
}

// TestResultsAreToldByServiceAndAgreement over the months of the period, the worst first;
// a service of a network that the reader does not know is not named.
func TestResultsAreToldByServiceAndAgreement(t *testing.T) {
	t.Parallel()
	month := func(m time.Month) time.Time { return time.Date(2026, m, 1, 0, 0, 0, 0, time.UTC) }
	m := maker(&shelf{})
	m.Kept = months{
		{Month: month(6), Service: mail, Agreement: standard, Missed: 100},
		{Month: month(7), Service: mail, Agreement: standard, Met: 6, Missed: 2},
		{Month: month(9), Service: mail, Met: 1, Missed: 1},
		{Month: month(8), Service: secret, Agreement: standard, Met: 2},
		{Month: month(10), Service: mail, Agreement: standard, Missed: 100},
	}
	got := told(t, m, review.Results, today)
	says(t, got, "75 % resolved in time (9 of 12 incidents), 1 services", "the mail: 70 % (7 of 10)", "Under no recorded agreement: 50 % (1 of 2)", "Under the standard: 80 % (8 of 10)")
	if got.Link != "/reports/desk?from=2026-07-01&to=2026-10-01" || got.Lines[2].Link != got.Link || !strings.Contains(got.Lines[0].Link, "service%3Amail") {
		t.Errorf("it leads to %s and %+v", got.Link, got.Lines)
	}
	says(t, told(t, m, review.Results, time.Date(2026, 9, 20, 0, 0, 0, 0, time.UTC)), "80 % resolved in time (8 of 10 incidents)", "the mail: 75 % (6 of 8)", "Under the standard: 80 % (8 of 10)")
	m.Kept = months{}
	says(t, told(t, m, review.Results, today), "Not recorded")
}

// book is some changes and what is linked to them.
type book struct {
	rows   []record.Row
	linked []record.Row
}

func (b *book) List(_ context.Context, _ people.Scope, _ record.Query) ([]record.Row, error) {
	return b.rows, nil
}

func (b *book) Count(context.Context, people.Scope, record.Query, int) (int, error) {
	return len(b.rows), nil
}

func (b *book) Around(context.Context, people.Scope, int64) (around record.Around, _ error) {
	for _, r := range b.linked {
		around.Links = append(around.Links, record.Linked{Row: r})
	}
	return around, nil
}

type changes map[record.Number]*change.Change

func (c changes) Find(_ context.Context, _ people.Actor, n record.Number) (*change.Change, error) {
	if c[n] == nil {
		return nil, fault.New(fault.Missing, "record.missing")
	}
	return c[n], nil
}

type risks map[record.Number]*risk.Risk

func (r risks) Find(_ context.Context, _ people.Actor, n record.Number) (*risk.Risk, error) {
	if r[n] == nil {
		return nil, fault.New(fault.Missing, "record.missing")
	}
	return r[n], nil
}

// TestPlannedChangesComeByTheirWindow, and one that the reader may not find is left out.
func TestPlannedChangesComeByTheirWindow(t *testing.T) {
	t.Parallel()
	m := maker(&shelf{})
	one := func(n record.Number, days int, title string) *change.Change {
		c := &change.Change{}
		c.Starts = today.AddDate(0, 0, days)
		c.Kind, c.Number, c.Title = record.Changes, n, title
		return c
	}
	m.Records = &book{rows: []record.Row{{Head: record.Head{Number: 20260000001}}, {Head: record.Head{Number: 20260000002}}, {Head: record.Head{Number: 20260000003}}}}
	late, soon := one(20260000001, 20, "late"), one(20260000003, 2, "soon")
	soon.Service = mail
	m.Changes = changes{20260000001: late, 20260000003: soon}
	asked := ""
	m.Where = func(_ people.Actor, k record.Kind, text string, now time.Time) (query.Node, error) {
		asked = string(k) + " " + text + " " + now.Format(time.DateOnly)
		return query.Node{}, nil
	}
	got := told(t, m, review.Planned, today)
	if len(got.Lines) != 2 || !strings.Contains(got.Lines[0].Text.En, "soon (the mail)") || !strings.Contains(got.Lines[1].Text.En, "late (no service named)") {
		t.Errorf("%+v", got.Lines)
	}
	if want := `change open:true starts>="2026-11-30T02:00:00Z" starts<"2027-02-28T02:00:00Z" 2026-11-30`; asked != want {
		t.Errorf("asked for %s", asked)
	}
}

// TestWhatAChangeIsWeighedWith: its risk, whether it can be taken back, the risks of the
// register that are tied to it, and what it costs.
func TestWhatAChangeIsWeighedWith(t *testing.T) {
	t.Parallel()
	m := maker(&shelf{})
	c := &change.Change{}
	c.Kind, c.Number, c.Score, c.Likelihood, c.Impact = record.Changes, 7, 12, 3, 4
	c.BackOut, c.BackOutTime, c.Cost, c.Reason = "restore", 20, 5000, "the old one breaks"
	c.Benefit, c.Gain = "fewer outages", 2000
	tied := &risk.Risk{Exposure: 9}
	tied.Kind, tied.Number, tied.Title = record.Risk, 20260000004, "no spare parts"
	m.Changes, m.Risks = changes{7: c}, risks{20260000004: tied}
	m.Records = &book{linked: []record.Row{
		{Head: record.Head{Kind: record.Risk, Number: 20260000004}}, {Head: record.Head{Kind: record.Risk, Number: 20260000005}}, {Head: record.Head{Kind: record.Incident, Number: 20260000004}},
	}}
	says(t, told(t, m, review.Weighed, today), "risk score 12 of 25 (likelihood 3, impact 4)",
		"It can be taken back in 20 minutes.", tied.Ref()+" no spare parts (exposure 9): no mitigation planned")
	says(t, told(t, m, review.Cost, today), "Cost: 5,000 yuan. Benefit: 2,000 yuan a year, which pays the cost back in 2.5 years.", "What it brings: fewer outages", "Why it is wanted: the old one breaks")
	c.Score, c.BackOut, c.Cost, c.Reason, c.Benefit, c.Gain = 0, "", 0, "", "", 0
	m.Records = &book{}
	says(t, told(t, m, review.Weighed, today), "not weighed yet", "Nothing says how it is taken back.", "No risk of the register is tied to it.")
	says(t, told(t, m, review.Cost, today), "Cost: not recorded. Benefit: not recorded.", "What it brings: not recorded")
}
