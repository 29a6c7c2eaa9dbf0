package evidence

import (
	"context"
	"testing"
	"time"

	"kilter/internal/practice/maturity"
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap/readiness"
	"kilter/internal/practice/setting"
)

// nothing is a source without records.
type nothing struct{}

func (nothing) Sum(context.Context, people.Scope, Query) (Sums, error)          { return Sums{}, nil }
func (nothing) Rows(context.Context, people.Scope, Query, Slice) ([]Row, error) { return nil, nil }
func (nothing) Ties(context.Context) (Ties, error)                              { return Ties{}, nil }
func (nothing) Clocked(context.Context, people.Scope, Query) ([]Clocked, error) { return nil, nil }

func (nothing) Keep(context.Context, *Report, int) error         { return nil }
func (nothing) Kept(context.Context, time.Time) (*Report, error) { return nil, nil } //nolint:nilnil // none was kept
func carriedBy(of map[maturity.Process]readiness.Carried) Carried {
	return func(context.Context) (map[maturity.Process]readiness.Carried, error) { return of, nil }
}

// Statements about roles and training are answered by what is recorded of a process's
// people; where nothing is recorded, nothing is known.
func TestRolesAndTrainingAreAnsweredByWhoCarriesTheProcess(t *testing.T) {
	t.Parallel()
	m := &Maker{
		Source: nothing{}, Shelf: nothing{}, Settings: func() *setting.All { return &setting.All{} },
		Now: func() time.Time { return time.Date(2026, 11, 30, 3, 0, 0, 0, time.UTC) },
		Carried: carriedBy(map[maturity.Process]readiness.Carried{
			maturity.Incident:     {Owner: "IMg", Roles: map[string][]people.ID{"IMg": {4}, "S": {5, 6, 7, 8}}, Trained: map[people.ID]bool{4: true, 5: true, 6: true, 7: true, 8: false}},
			maturity.Problem:      {Owner: "PMg", Roles: map[string][]people.ID{"PMg": nil, "S": {5}}, Trained: map[people.ID]bool{5: false}},
			maturity.ServiceLevel: {Owner: "SLMg", Roles: map[string][]people.ID{"SLMg": {4}, "SO": {5, 6}}, Trained: map[people.ID]bool{4: true, 5: false, 6: false}},
			maturity.Change:       {Owner: "ChM", Roles: map[string][]people.ID{"ChM": nil}, Trained: map[people.ID]bool{}},
		}),
	}
	by := people.Actor{Scope: people.Everything(), Grants: people.NewGrants(assessment.DeedRead, readiness.DeedEdit)}
	r, err := m.Read(t.Context(), by)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		question string
		n, of    int
		answer   maturity.Answer
		why      string
	}{
		{"IM-1-3", 1, 1, maturity.Yes, ""},
		{"IM-3.5-2", 4, 5, maturity.Yes, ""}, // 80 % are asked for
		{"PM-1-2", 0, 0, maturity.No, ""},
		{"PM-3.5-2", 0, 0, maturity.Unanswered, "few"}, // it would be told who
		{"SLM-3.5-2", 1, 3, maturity.No, ""},
		{"CHG-3.5-2", 0, 0, maturity.Insufficient, ""},
		{"REL-1-2", 0, 0, maturity.Unanswered, "role"},
		{"REL-3.5-2", 0, 0, maturity.Unanswered, "train"},
	} {
		f, ok := r.Figure(x.question)
		if !ok || f.Numerator != x.n || f.Denominator != x.of || f.Answer != x.answer || f.Why != x.why {
			t.Errorf("%s: %+v", x.question, f)
		}
	}
	for counts, want := range map[bool]int{true: 4, false: 1} {
		if q, rows, err := m.Behind(t.Context(), by, "IM-3.5-2", Slice{Counts: counts, Limit: 50}); err != nil || len(rows) != want || q.Of != Person {
			t.Errorf("%v: %v %v", counts, rows, err)
		}
	}
	reader := people.Actor{Scope: people.Everything(), Grants: people.NewGrants(assessment.DeedRead, readiness.DeedRead)}
	if _, rows, err := m.Behind(t.Context(), reader, "IM-1-3", Slice{Counts: true, Limit: 50}); err != nil || len(rows) != 1 || rows[0].ID != 4 {
		t.Error(rows, err)
	}
	if _, _, err := m.Behind(t.Context(), reader, "IM-3.5-2", Slice{Counts: true, Limit: 50}); err == nil {
		t.Error("who was trained is told to whoever reads processes")
	}
}

// What was not measured before has not turned.
func TestWhatIsMeasuredForTheFirstTimeDoesNotTurn(t *testing.T) {
	t.Parallel()
	set := maturity.Current()
	at := func(a maturity.Answer) *Report {
		return &Report{Set: set.Version, Figures: []Figure{{Question: "IM-3.5-2", Answer: a}}}
	}
	if got := Turns(set, at(maturity.Unanswered), at(maturity.Yes)); len(got) != 0 {
		t.Error(got)
	}
	if got := Turns(set, at(maturity.Yes), at(maturity.No)); len(got) != 1 {
		t.Error(got)
	}
}
