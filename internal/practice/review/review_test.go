package review

import (
	"context"
	"slices"
	"testing"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/base/day"
	"kilter/internal/base/fault"
	"kilter/internal/base/recur"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

func TestTheStandardTemplatesAreWhole(t *testing.T) {
	p := Standard()
	for _, k := range Kinds {
		if err := p.Of(k).check(k); err != nil {
			t.Errorf("%s: %v", k, err)
		}
		agenda, checks := p.Of(k).Lay()
		figures := 0
		for _, i := range agenda {
			if i.Text.En == "" || i.Text.Zh == "" || i.Text.En == i.Text.Zh {
				t.Errorf("%s: %+v", k, i)
			}
			if i.Figure != "" {
				figures++
			}
		}
		if figures == 0 || len(checks) < 4 {
			t.Errorf("%s: %d figures, %d points to check", k, figures, len(checks))
		}
	}
	one := Template{Agenda: "kept = A | 甲\nB = C\n\n", Checks: "only one language"}
	agenda, checks := one.Lay()
	if len(agenda) != 2 || agenda[0].Figure != Kept || agenda[0].Text.Zh != "甲" || agenda[1].Figure != "" || agenda[1].Text.En != "B = C" || checks[0].Text.Zh != "only one language" {
		t.Errorf("%+v %+v", agenda, checks)
	}
}

func TestWhatAReviewCanComeTo(t *testing.T) {
	seats := []Seat{{"service", 1}, {"support", 2}}
	for _, c := range []struct {
		name string
		r    Review
		d    Decision
		want string
	}{
		{"go with everything answered", Review{Kind: Initiation, Doc: Doc{Present: seats, Checks: []Check{{Say: Yes}, {Say: Nothing}}}}, Go, ""},
		{"nobody reviews alone", Review{Kind: Initiation, Doc: Doc{Present: []Seat{{"service", 1}, {"support", 1}}}}, NoGo, "review.no_quorum"},
		{"a no-go needs no answers", Review{Kind: Initiation, Doc: Doc{Present: seats, Checks: []Check{{}}}}, NoGo, ""},
		{"a go does", Review{Kind: Initiation, Doc: Doc{Present: seats, Checks: []Check{{}}}}, Go, "review.unanswered"},
		{"a no is in its way", Review{Kind: Initiation, Doc: Doc{Present: seats, Checks: []Check{{Say: No}}}}, Go, "review.against"},
		{"not under conditions", Review{Kind: Initiation, Doc: Doc{Present: seats, Checks: []Check{{Say: No}}, Conditions: []Duty{{}}}}, Conditional, ""},
		{"that have to be named", Review{Kind: Initiation, Doc: Doc{Present: seats}}, Conditional, "review.no_conditions"},
		{"a period has no go", Review{Kind: Operations, Doc: Doc{Present: seats}}, Go, "record.not_a_choice"},
		{"to act says what", Review{Kind: Operations, Doc: Doc{Present: seats}}, ToAct, "review.no_actions"},
	} {
		err := c.r.decide(c.d)
		got := ""
		if all := fault.All(err); len(all) > 0 {
			got = all[0].Key
		}
		if got != c.want {
			t.Errorf("%s: %q, not %q", c.name, got, c.want)
		}
	}
}

func TestWhatAReviewBlocks(t *testing.T) {
	met := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name   string
		r      Review
		blocks bool
	}{
		{"called", Review{State: Called}, true},
		{"called off", Review{State: CalledOff}, false},
		{"go", Review{State: Held, Doc: Doc{Decision: Go}}, false},
		{"no-go", Review{State: Held, Doc: Doc{Decision: NoGo}}, true},
		{"returned", Review{State: Held, Doc: Doc{Decision: Returned}}, true},
		{"under a condition", Review{State: Held, Doc: Doc{Decision: Conditional, Conditions: []Duty{{Owner: people.ID(1)}}}}, true},
		{"that is met", Review{State: Held, Doc: Doc{Decision: Conditional, Conditions: []Duty{{Owner: people.ID(1), Done: met}}}}, false},
	} {
		if err := c.r.Blocks(); (err != nil) != c.blocks {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// shelf keeps reviews in memory.
type shelf struct {
	all   []Review
	asked int
}

func (s *shelf) Reviews(context.Context, Wanted) ([]Review, error) {
	s.asked++
	return slices.Clone(s.all), nil
}

func (s *shelf) Files(context.Context, int64) ([]File, error) { return nil, nil }

func (s *shelf) Attach(context.Context, int64, *File, func(*Review) bool, audit.Row) error {
	return nil
}

func (s *shelf) Detach(context.Context, int64, int64, func(*Review) bool, *Gone, audit.Row) error {
	return nil
}

func (s *shelf) Keep(_ context.Context, r *Review, _ audit.Row) error {
	if r.Version++; r.ID == 0 {
		r.ID = int64(len(s.all)) + 1
		s.all = append(s.all, *r)
		return nil
	}
	s.all[r.ID-1] = *r
	return nil
}

// A review that is called has to be held, for whatever day it is arranged; of
// those that were held the last decision counts, not the last day.
func TestTheLastDecisionCounts(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return time.Date(2026, 11, n, 9, 0, 0, 0, time.UTC) }
	held := func(at, decided int, d Decision) Review {
		return Review{State: Held, At: day(at), Doc: Doc{Decided: day(decided), Decision: d}}
	}
	for _, c := range []struct {
		name   string
		all    []Review
		blocks bool
	}{
		{"none", nil, false},
		{"called for a day before the one that was held", []Review{held(10, 10, Go), {State: Called, At: day(3)}}, true},
		{"decided later, of an earlier day", []Review{held(10, 10, Go), held(3, 12, NoGo)}, true},
		{"a go after a no-go", []Review{held(10, 10, NoGo), held(3, 12, Go)}, false},
		{"called off", []Review{held(10, 10, Go), {State: CalledOff}}, false},
	} {
		room := &Room{Store: &shelf{all: c.all}}
		if err := room.Blocks(t.Context(), 1); (err != nil) != c.blocks {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestTheNextOfASeriesIsCalledByItself(t *testing.T) {
	open := []calendar.Interval{{"09:00", "18:00"}}
	days, err := calendar.New(calendar.Spec{Name: "Office", Zone: "Asia/Shanghai", Week: map[string][]calendar.Interval{"mon": open, "tue": open, "wed": open, "thu": open, "fri": open}})
	if err != nil {
		t.Fatal(err)
	}
	place, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	at := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 9, 30, 0, 0, place) }
	now, kept := at(7, 25), &shelf{}
	policy := Standard()
	room := &Room{
		Store: kept, Now: func() time.Time { return now }, Policy: func() Policy { return policy }, Works: func(people.ID) bool { return true },
		Days: func() *calendar.Calendar { return days }, Place: func() *time.Location { return place },
	}
	by := people.System(people.ViaShell)
	by.ID = 7
	first, err := room.Call(t.Context(), by, Call{Kind: Operations, Name: people.Text{En: "Operations"}, At: at(7, 31), From: at(7, 1), Until: at(7, 30), Place: "301", Again: true})
	if err != nil || !first.Again() {
		t.Fatal(first, err)
	}
	next := func(want ...time.Time) {
		t.Helper()
		called, err := room.CallNext(t.Context())
		if err != nil || len(called) != len(want) {
			t.Fatalf("%s: %+v, %v", now, called, err)
		}
		for i, day := range want {
			if !called[i].At.Equal(day) || called[i].Place != "301" || called[i].Chair != 7 || len(called[i].Agenda) == 0 || !called[i].Again() {
				t.Errorf("%s: %+v, not %s", now, called[i], day)
			}
		}
	}
	hold := func(id int64) { kept.all[id-1].State = Held }
	next() // the first is still to be held
	hold(1)
	now = at(8, 10)
	next() // too early: the 31st of August is three weeks away
	now = at(8, 20)
	next(at(8, 31))
	next() // and only once
	hold(2)
	now = at(9, 20)
	next(at(9, 30)) // a month without a 31st
	if r := kept.all[2]; !r.From.Equal(kept.all[1].Until) || !r.Until.After(r.From) {
		t.Errorf("the period %s to %s", r.From, r.Until)
	}
	kept.all[2].State = CalledOff // one that falls out ends nothing
	now = at(10, 25)
	next(at(11, 2)) // the 31st is a Saturday
	kept.all[3].State = Held
	kept.all[3].Series.Ended = true
	now = at(11, 25)
	next()
	kept.all[3].Series.Ended = false
	policy.Operations.Every = Once
	next() // the settings want it no more
	if _, err := room.Call(t.Context(), by, Call{Kind: Operations, Name: people.Text{En: "x"}, At: now, Again: true}); fault.All(err)[0].Key != "review.no_rhythm" {
		t.Error(err)
	}
}

// TestADutyIsOverdueWhenItsDayIsOverAtTheCentre holds due days to clocks at which it
// is another day in UTC than at the centre.
func TestADutyIsOverdueWhenItsDayIsOverAtTheCentre(t *testing.T) {
	t.Parallel()
	place := time.FixedZone("Asia/Shanghai", 8*60*60)
	d := Duty{Due: time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)}
	for at, want := range map[string]bool{
		"2026-11-30T00:10:00+08:00": false, "2026-11-30T07:59:00+08:00": false, "2026-11-30T08:01:00+08:00": false, "2026-11-30T23:50:00+08:00": false,
		"2026-12-01T00:10:00+08:00": true, "2026-12-01T07:59:00+08:00": true,
	} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Overdue(day.Of(now, place)); got != want {
			t.Errorf("at %s overdue: %v", at, got)
		}
	}
}

// TestThePeriodOfTheNextReviewMovesByDays holds the period of a review to days,
// whatever the hour of the review, early in the morning where UTC is behind.
func TestThePeriodOfTheNextReviewMovesByDays(t *testing.T) {
	t.Parallel()
	place := time.FixedZone("Asia/Shanghai", 8*60*60)
	of := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC) }
	turn := time.Date(2026, 7, 31, 0, 10, 0, 0, place).UTC()
	r := &Review{Kind: Operations, At: turn, Doc: Doc{Until: of(7, 30), Series: &Series{Since: turn, Turn: turn}}}
	m := &Room{Now: time.Now, Policy: Standard, Works: func(people.ID) bool { return true }}
	for _, hour := range []time.Duration{10 * time.Minute, 7*time.Hour + 59*time.Minute, 23*time.Hour + 50*time.Minute} {
		planned := time.Date(2026, 8, 31, 0, 0, 0, 0, place).Add(hour)
		if next := m.follow(r, 1, recur.Date{Planned: planned, At: planned}, place); !next.From.Equal(of(7, 30)) || !next.Until.Equal(of(8, 30)) {
			t.Errorf("planned %s: from %s until %s", planned, next.From, next.Until)
		}
	}
}

// A link that somebody may not follow is neither taken away by him nor replaced.
func TestAHiddenLinkStays(t *testing.T) {
	m := &Room{Shown: func(_ context.Context, _ people.Actor, link string) (Target, error) {
		if link == "hidden" {
			return Target{}, fault.New(fault.Missing, "review.no_link")
		}
		return Target{Link: link}, nil
	}}
	for _, x := range []struct {
		was, now, want string
		refused        bool
	}{{"hidden", "", "hidden", false}, {"hidden", "other", "hidden", true}, {"seen", "other", "other", false}, {"seen", "", "", false}, {"", "other", "other", false}} {
		if got, err := m.tie(t.Context(), people.Actor{}, x.was, x.now); got != x.want || (err != nil) != x.refused {
			t.Errorf("%q then %q is %q, %v", x.was, x.now, got, err)
		}
	}
}

// However many reviews are listed, of however many changes and with however many
// links: the store is asked once for reviews and once for changes, no link is
// followed, and none is told.
func TestAListFollowsNoLink(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 50} {
		s := &shelf{}
		for i := range n {
			link := "CHG-2026-00001"
			s.all = append(s.all, Review{ID: int64(i) + 1, State: Held, Change: record.Number(i + 1), Doc: Doc{
				Checks: []Check{{Link: link}}, Conditions: []Duty{{Link: link}}, Actions: []Duty{{Link: link, Proof: link}},
			}})
		}
		sees, follows := 0, 0
		room := &Room{
			Store: s,
			Sees: func(_ context.Context, _ people.Actor, all []record.Number) (map[record.Number]bool, error) {
				sees++
				out := map[record.Number]bool{}
				for _, c := range all[:len(all)-n/50] { // the last of fifty is hidden
					out[c] = true
				}
				return out, nil
			},
			Shown: func(context.Context, people.Actor, string) (Target, error) {
				follows++
				return Target{}, nil
			},
			Change: func(context.Context, people.Actor, record.Number) (string, error) {
				t.Error("changes are asked for one by one")
				return "", nil
			},
		}
		got, err := room.List(t.Context(), people.Actor{Grants: people.NewGrants(DeedRead)}, Wanted{})
		if err != nil || len(got) != n-n/50 || s.asked != 1 || sees != 1 || follows != 0 {
			t.Errorf("%d: %d listed, reviews asked %d times, changes %d, links %d, %v", n, len(got), s.asked, sees, follows, err)
		}
		for i := range got {
			got[i].each(func(link *string, _ *bool) {
				if *link != "" {
					t.Errorf("a link is told unasked: %s", *link)
				}
			})
		}
	}
}

// What a file may belong to, and until when it comes and goes.
func TestWhatTakesAFile(t *testing.T) {
	t.Parallel()
	lead := people.Actor{ID: 1, Staff: true, Grants: people.NewGrants(DeedRead, DeedHold)}
	owner := people.Actor{ID: 2, Staff: true, Grants: people.NewGrants(DeedRead)}
	done := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	doc := Doc{Checks: []Check{{}, {}}, Conditions: []Duty{{Owner: 2}}, Actions: []Duty{{Owner: 2}, {Owner: 2, Done: done}, {Owner: 3}}}
	for _, c := range []struct {
		name         string
		by           people.Actor
		state        State
		file         File
		brings, back bool
	}{
		{"a point of the checklist", lead, Called, File{Part: OfChecks, N: 1}, true, true},
		{"that there is not", lead, Called, File{Part: OfChecks, N: 2}, false, false},
		{"nor before the first", lead, Called, File{Part: OfChecks, N: -1}, false, false},
		{"of no part", lead, Called, File{Part: "else"}, false, false},
		{"the checklist stands once it is held", lead, Held, File{Part: OfChecks}, false, false},
		{"signed minutes come after it, and go", lead, Held, File{Part: OfMinutes}, true, true},
		{"nothing comes to what was called off", lead, CalledOff, File{Part: OfMinutes}, false, false},
		{"whoever owes an action", owner, Held, File{Part: OfActions, Person: 2}, true, true},
		{"takes back no file of another", owner, Held, File{Part: OfActions, Person: 1}, true, false},
		{"whoever holds reviews does", lead, Held, File{Part: OfActions, Person: 2}, true, true},
		{"what is done stays as it was shown", owner, Held, File{Part: OfActions, N: 1, Person: 2}, false, false},
		{"the action of another", owner, Held, File{Part: OfActions, N: 2}, false, false},
		{"whoever owes a condition", owner, Held, File{Part: OfConditions}, false, false},
		{"nor writes minutes", owner, Called, File{Part: OfMinutes}, false, false},
	} {
		r := &Review{State: c.state, Doc: doc}
		if got := r.Brings(c.by, &c.file); got != c.brings {
			t.Errorf("%s: brings %v", c.name, got)
		}
		if got := r.TakesBack(c.by, &c.file, c.by.Can(DeedHold)); got != c.back {
			t.Errorf("%s: takes back %v", c.name, got)
		}
	}
}
