package change_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"kilter/internal/base/graph"
	"kilter/internal/base/lang"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/change"
)

func TestClass(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		impact, likelihood change.Degree
		raised             bool
		score              int
		want               change.Class
	}{
		{0, 3, false, 0, ""},
		{1, 5, false, 5, change.Minor},
		{1, 5, true, 5, change.Significant},
		{2, 3, false, 6, change.Significant},
		{3, 4, false, 12, change.Significant},
		{3, 4, true, 12, change.Major},
		{3, 5, false, 15, change.Major},
		{5, 5, true, 25, change.Major},
	} {
		for way := range 3 { // any one of the three raises the class, and once
			a := change.Assessment{Impact: x.impact, Likelihood: x.likelihood}
			a.Shared, a.Networks, a.Exchange = x.raised && way == 0, x.raised && way == 1, x.raised && way > 0
			if a.Settle(); a.Score != x.score || a.Class != x.want {
				t.Errorf("%d times %d, raised %v: %d %q, want %d %q", x.impact, x.likelihood, x.raised, a.Score, a.Class, x.score, x.want)
			}
		}
	}
}

func TestProposeImpact(t *testing.T) {
	t.Parallel()
	p := change.StandardRisk()
	service := func(c catalogue.Criticality, s graph.State) change.Facts {
		return change.Facts{Services: []change.Suffering{{Criticality: c, State: s}}}
	}
	for name, x := range map[string]struct {
		facts change.Facts
		want  change.Degree
	}{
		"nothing suffers":        {change.Facts{}, 1},
		"four users":             {change.Facts{Users: 4}, 1},
		"five users":             {change.Facts{Users: 5}, 2},
		"a city":                 {change.Facts{Users: 10_000}, 5},
		"a vital service":        {service(catalogue.Vital, graph.Down), 5},
		"a vital one, hampered":  {service(catalogue.Vital, graph.Degraded), 4},
		"an important one":       {service(catalogue.Important, graph.Down), 4},
		"one nobody weighed":     {service("", graph.Down), 3},
		"a minor one, hampered":  {service(catalogue.Other, graph.Degraded), 2},
		"redundancy covers that": {service(catalogue.Vital, graph.OK), 1},
	} {
		if got := p.ProposeImpact(x.facts); got.Degree != x.want {
			t.Errorf("%s: %+v, want %d", name, got, x.want)
		}
	}
	if err := (change.RiskPolicy{Users: [4]int{5, 5, 10, 20}}).Check(); err == nil {
		t.Error("steps that do not rise were taken")
	}
	if err := p.Check(); err != nil {
		t.Error(err)
	}
}

// What is proposed is the gravest of its terms, and every term has its words.
func TestTermsExplain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := change.Facts{Users: rapid.IntRange(0, 20_000).Draw(t, "users")}
		for range rapid.IntRange(0, 5).Draw(t, "services") {
			f.Services = append(f.Services, change.Suffering{
				Criticality: rapid.SampledFrom([]catalogue.Criticality{catalogue.Vital, catalogue.Important, catalogue.Other, ""}).Draw(t, "criticality"),
				State:       graph.State(rapid.IntRange(0, 2).Draw(t, "state")),
			})
		}
		got, worst := change.StandardRisk().ProposeImpact(f), change.Degree(0)
		for _, term := range got.Terms {
			worst = max(worst, term.Degree)
			for _, l := range lang.All() {
				if !lang.For(l).Has("change.term." + term.What) {
					t.Fatalf("%s: %s has no words", l, term.What)
				}
			}
		}
		if got.Degree != worst {
			t.Fatalf("%+v is not its gravest term", got)
		}
	})
}

func TestProposeLikelihood(t *testing.T) {
	t.Parallel()
	type answers = [len(change.Questions)]bool
	all := answers{true, true, true, true, true, true}
	for name, x := range map[string]struct {
		answers answers
		history change.History
		chance  float64
		want    change.Degree
	}{
		"nothing speaks against it":            {answers{}, change.History{}, 0.02, 1},
		"every answer does":                    {all, change.History{}, 0.40, 5},
		"a good history outweighs the answers": {all, change.History{Done: 95}, 2.0 / 100, 1},
		"a bad one, too":                       {answers{}, change.History{Done: 20, Failed: 10}, 10.1 / 25, 5},
		"two of twenty":                        {answers{}, change.History{Done: 20, Failed: 2}, 2.1 / 25, 3},
		"three changes say little":             {answers{}, change.History{Done: 3}, 0.1 / 8, 1},
	} {
		got, chance := change.ProposeLikelihood(x.answers, x.history)
		if got.Degree != x.want || math.Abs(chance-x.chance) > 1e-9 {
			t.Errorf("%s: %+v with %v, want %d with %v", name, got, chance, x.want, x.chance)
		}
	}
	// One failure more never makes a change seem safer, one yes more neither.
	rapid.Check(t, func(t *rapid.T) {
		h := change.History{Done: rapid.IntRange(1, 200).Draw(t, "done")}
		h.Failed = rapid.IntRange(0, h.Done-1).Draw(t, "failed")
		yes := rapid.IntRange(0, len(all)-1).Draw(t, "yes")
		some := answers{}
		copy(some[:yes], all[:])
		_, before := change.ProposeLikelihood(some, h)
		worse := h
		worse.Failed++
		if _, after := change.ProposeLikelihood(some, worse); after <= before {
			t.Fatalf("%v after %v", after, before)
		}
		some[yes] = true
		if _, after := change.ProposeLikelihood(some, h); after < before {
			t.Fatalf("%v after %v", after, before)
		}
	})
}
