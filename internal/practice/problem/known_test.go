package problem_test

import (
	"slices"
	"testing"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
)

// known makes a published work-around.
func (c *centre) known(title, symptom, around string, more ...string) *problem.Problem {
	c.t.Helper()
	p, err := c.Raise(c.t.Context(), c.bo, fields(append([]string{"title", title, "symptom", symptom, "service", "1"}, more...)...))
	if err != nil {
		c.t.Fatal(err)
	}
	n := p.Number
	c.moved(c.mei, n, "accept", record.Input{})
	c.moved(c.bo, n, "classify", fields("category", "20", "impact", "2", "urgency", "3"))
	c.moved(c.bo, n, "investigate", fields("method", "five_whys"))
	return c.moved(c.bo, n, "establish", fields("root_cause", "found", "workaround", around))
}

// Advice fits by item, by service and category, or by the words of the symptom
// in either language, in this order; what has not enough in common does not.
func TestAdviceFits(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		item := c.known("Old firmware", "", "restart it", "item", "7", "service", "2")
		kind := c.known("Blank prints", "Pages come out blank", "print as an image")
		zh := c.known("线路进水", "下雨时无法上网", "改用备用线路", "service", "3")
		for name, one := range map[string]struct {
			trouble problem.Trouble
			want    []*problem.Problem
			because problem.Because
		}{
			"item":             {problem.Trouble{Item: 7}, []*problem.Problem{item}, problem.SameItem},
			"kind":             {problem.Trouble{Service: 1, Category: 20}, []*problem.Problem{kind}, problem.SameKind},
			"category alone":   {problem.Trouble{Category: 20}, nil, ""},
			"words":            {problem.Trouble{Text: "all my pages are blank today"}, []*problem.Problem{kind}, problem.SameWord},
			"one word":         {problem.Trouble{Text: "a blank screen"}, nil, ""},
			"Chinese":          {problem.Trouble{Text: "今天下雨，办公室无法上网"}, []*problem.Problem{zh}, problem.SameWord},
			"item before kind": {problem.Trouble{Item: 7, Service: 1, Category: 20}, []*problem.Problem{item, kind}, problem.SameItem},
			"nothing":          {problem.Trouble{Text: "the coffee is cold"}, nil, ""},
		} {
			got, err := c.Advise(t.Context(), c.bo, one.trouble)
			if err != nil {
				t.Fatal(name, err)
			}
			var refs, want []string
			for _, a := range got {
				refs = append(refs, a.Head.Ref())
			}
			for _, p := range one.want {
				want = append(want, p.Ref())
			}
			if !slices.Equal(refs, want) || len(got) > 0 && got[0].Because != one.because {
				t.Errorf("%s: %v, want %v: %+v", name, refs, want, got)
			}
		}
	})
}

// A work-around reaches whoever is cleared for its network, even where he does
// not see the problem; officials get what they can do themselves.
func TestWhoGetsAdvice(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		p := c.known("Blank prints", "Pages come out blank", "print as an image")
		trouble := problem.Trouble{Text: "blank pages come out of it"}
		count := func(by people.Actor) int {
			got, err := c.Advise(t.Context(), by, trouble)
			if err != nil {
				t.Fatal(err)
			}
			return len(got)
		}
		far := c.bo
		far.ID, far.Scope = 99, people.Scope{Own: 99, Cleared: []people.ZoneID{p.Zone}}
		if _, err := c.Find(t.Context(), far, p.Number); !fault.Is(err, fault.Missing) || count(far) != 1 {
			t.Errorf("out of reach but cleared: %v, %d", err, count(far))
		}
		far.Scope.Cleared = nil
		if count(far) != 0 {
			t.Error("told of a network he is not cleared for")
		}
		official := people.Actor{ID: 98, Scope: people.Scope{Own: 98, Cleared: []people.ZoneID{p.Zone}}}
		if count(official) != 0 {
			t.Error("an official is told what is for staff")
		}
		c.moved(c.mei, p.Number, "withdraw", record.Input{Text: "reworded"})
		if count(c.bo) != 0 {
			t.Error("offered though withdrawn")
		}
		c.moved(c.mei, p.Number, "publish", fields("public", "true"))
		if count(official) != 1 {
			t.Error("an official is not told what he can do himself")
		}
		nobody := c.bo
		nobody.Grants = people.NewGrants("incident.read")
		if _, err := c.Advise(t.Context(), nobody, trouble); !fault.Is(err, fault.Denied) {
			t.Errorf("without the grant: %v", err)
		}
		c.moved(c.bo, p.Number, "propose", fields("proposal", "a driver"))
		c.moved(c.mei, p.Number, "fix", fields("no_change", "a setting"))
		if count(c.bo) != 0 {
			t.Error("offered though fixed")
		}
	})
}
