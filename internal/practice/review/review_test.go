package review

import (
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
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
