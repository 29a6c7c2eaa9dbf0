package readiness

import (
	"math"
	"slices"
	"testing"
	"time"

	"kilter/internal/base/day"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
)

// TestReadinessOfRecords holds what is computed of records to a case worked out
// by hand: an owner, two who share a role, one alone in another without a deputy.
func TestReadinessOfRecords(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	tools := people.Text{En: "Tools"}
	p := &Process{Process: "IM", Owner: 1, OwnerNeeds: []Need{{tools, 4}}, Roles: []Role{
		{Code: "D", Holders: []people.ID{2, 3}, Needs: []Need{{tools, 2}}},
		{Code: "S", Holders: []people.ID{4}, Needs: []Need{{tools, 4}}},
	}}
	r := Recorded{
		Today: now.Truncate(24 * time.Hour), Works: func(id people.ID) bool { return id < 100 },
		Persons: map[people.ID]Person{
			1: {Skills: map[string]int{"Tools": 2}, Training: []Training{{"IM", "course", now.AddDate(0, 1, 0)}}, Booked: 100, Available: 100},
			2: {Skills: map[string]int{"Tools": 4}, Training: []Training{{"IM", "course", now.AddDate(0, -1, 0)}}},
			4: {Skills: map[string]int{"Tools": 3}, Training: []Training{{"PM", "course", now.AddDate(0, 1, 0)}}},
		},
		Tallies: map[maturity.Process]Tally{"IM": {"IM", 5, 100}},
	}
	want := roadmap.People{Roles: .75, Skills: (.5 + 1 + 0 + .75) / 4, Training: .25, Workload: .5, Culture: .75}
	got := r.Staff(p).People()
	for name, pair := range map[string][2]float64{"roles": {got.Roles, want.Roles}, "skills": {got.Skills, want.Skills}, "training": {got.Training, want.Training}, "workload": {got.Workload, want.Workload}, "culture": {got.Culture, want.Culture}} {
		if math.Abs(pair[0]-pair[1]) > 1e-9 {
			t.Errorf("%s: got %v, want %v", name, pair[0], pair[1])
		}
	}
	r.Tallies["IM"] = Tally{"IM", 4, 100}
	if got := r.Staff(p).People(); !got.CultureAssumed || got.Culture != .5 {
		t.Errorf("four answers are told: %+v", got)
	}
	p.Owner = 4711 // has left
	if got := roadmap.Standard().PeopleWeights.Readiness(r.Staff(p).People()); got > .39 {
		t.Errorf("without an owner %v", got)
	}
}

// TestStaffing: hours are summed of those who work, and told of five at the least; a role
// that nobody holds is vacant, one whose single holder has no deputy stands alone.
func TestStaffing(t *testing.T) {
	t.Parallel()
	r := Recorded{Works: func(id people.ID) bool { return id < 100 }, Persons: map[people.ID]Person{101: {Booked: 50, Available: 60}}}
	for id := range people.ID(4) {
		r.Persons[id+1] = Person{Booked: 10, Available: 40}
	}
	all := []Process{{Process: "IM", Roles: []Role{{Code: "D", Holders: []people.ID{1, 2}}, {Code: "S", Holders: []people.ID{3}}, {Code: "IMg", Holders: []people.ID{4}, Deputies: []people.ID{1}}, {Code: "V", Holders: []people.ID{101}}}}}
	got := r.staffing(all)
	if got.Told() || got.Persons != 4 || got.Booked != 40 || got.Available != 160 {
		t.Errorf("%+v", got)
	}
	if f := got.Roles[0]; len(got.Roles) != 1 || f.Roles != 4 || !slices.Equal(f.Vacant, []string{"V"}) || !slices.Equal(f.Alone, []string{"S"}) {
		t.Errorf("%+v", got.Roles)
	}
	r.Persons[5] = Person{Available: 40}
	if !r.staffing(all).Told() {
		t.Error("of five it is not told")
	}
}

// TestStarterHasOneWhoAnswers holds the table that ships to its own rule.
func TestStarterHasOneWhoAnswers(t *testing.T) {
	t.Parallel()
	for _, code := range maturity.Processes() {
		p := Starter(code)
		if err := p.check(func(people.ID) bool { return true }); err != nil || len(p.Activities) == 0 || p.OwnerRole == "" || len(p.Roles) == 0 {
			t.Errorf("%s: %v %+v", code, err, p)
		}
		for _, a := range p.Activities {
			for _, r := range append(append(append(append([]string{}, a.R...), a.A...), a.C...), a.I...) {
				if _, ok := starter().Roles[r]; !ok {
					t.Errorf("%s: role %q has no name", code, r)
				}
			}
		}
	}
}

// TestTrainingHoldsThroughItsLastDay holds the last day of a training to the day at
// the centre: it ends at midnight there, not at eight in the morning.
func TestTrainingHoldsThroughItsLastDay(t *testing.T) {
	t.Parallel()
	place := time.FixedZone("Asia/Shanghai", 8*60*60)
	until := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
	p := &Process{Process: "IM", Owner: 1}
	for at, want := range map[string]float64{
		"2026-11-30T00:10:00+08:00": 1, "2026-11-30T07:59:00+08:00": 1, "2026-11-30T23:50:00+08:00": 1,
		"2026-12-01T00:10:00+08:00": 0, "2026-12-01T07:59:00+08:00": 0,
	} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		r := Recorded{
			Today: day.Of(now, place), Works: func(people.ID) bool { return true },
			Persons: map[people.ID]Person{1: {Training: []Training{{"IM", "course", until}}}},
		}
		if got := r.Staff(p).People().Training; got != want {
			t.Errorf("at %s %v, want %v", at, got, want)
		}
	}
}
