package incident_test

import (
	"maps"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kilter/internal/base/fault"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/record"
	"kilter/internal/practice/sla"
	"kilter/internal/testkit/storetest"
)

// Whatever people do in whatever order, numbers have no gap, the timeline
// leads to the state, and the clocks are those of the timeline.
func TestRandomLivesKeepTheBooks(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			c := open(t, storetest.Open(t, engine))
			c.Rules.Terms = func(i *incident.Incident) []sla.Term {
				return []sla.Term{{Name: sla.Respond, Target: time.Hour}, {Name: sla.Resolve, Target: 8 * time.Hour, Stops: []string{"user"}}}
			}
			opened := 0
			rapid.Check(t, func(rt *rapid.T) {
				var mine []*incident.Incident
				for range rapid.IntRange(2, 15).Draw(rt, "steps") {
					c.now = c.now.Add(time.Duration(rapid.IntRange(0, 90).Draw(rt, "minutes")) * time.Minute)
					if len(mine) == 0 || rapid.IntRange(0, 3).Draw(rt, "register") == 0 {
						if i := c.registerAny(rt); i != nil {
							mine = append(mine, i)
							if opened++; i.Number.N() != opened {
								rt.Fatalf("number %s, want the %d.", i.Ref(), opened)
							}
						}
						continue
					}
					c.moveAny(rt, mine)
				}
				for _, i := range mine {
					c.checkBooks(rt, i.Number)
				}
			})
		})
	}
}

// registerAny registers an incident that is more or less complete; nil when
// it was refused.
func (c *centre) registerAny(rt *rapid.T) *incident.Incident {
	call := c.call(map[string]string{"impact": rapid.SampledFrom([]string{"", "1", "4"}).Draw(rt, "impact")})
	if rapid.Bool().Draw(rt, "solved") {
		call.Solved = solution()
	}
	i, err := c.Register(c.t.Context(), c.mei, call)
	if err != nil && fault.All(err) == nil {
		rt.Fatal(err)
	}
	return i
}

// moveAny tries any move on any incident; faults are welcome, failures not.
func (c *centre) moveAny(rt *rapid.T, mine []*incident.Incident) {
	n := rapid.IntRange(0, len(mine)-1).Draw(rt, "which")
	move := rapid.SampledFrom(incident.Flow.Names()).Draw(rt, "move")
	fields := solution()
	maps.Copy(fields, map[string]string{
		"owner": id(c.mei.ID), "waiting": rapid.SampledFrom([]string{"user", "parts"}).Draw(rt, "waiting"), "ended_as": "no_fault", "escalation": "owner",
		"impact": "3", "urgency": "3", "report": "so", "override": "2", "why_priority": "so", "merged_into": mine[0].Ref(),
	})
	if _, err := c.Move(c.t.Context(), c.mei, mine[n].Number, move, record.Input{Fields: fields, Text: "so"}); err != nil && fault.All(err) == nil {
		rt.Fatalf("%s: %v", move, err)
	}
}

func (c *centre) checkBooks(rt *rapid.T, n record.Number) {
	i, err := c.Find(c.t.Context(), c.mei, n)
	if err != nil {
		rt.Fatal(err)
	}
	entries, err := c.db.Ledger().Timeline(c.t.Context(), i.ID, false)
	if err != nil {
		rt.Fatal(err)
	}
	state := entries[0].To
	reopened, handed := 0, 0
	for _, e := range entries[1:] {
		if e.To == "" {
			continue
		}
		if e.From != state {
			rt.Fatalf("%s: %s leaves %s, the record was in %s", i.Ref(), e.Deed, e.From, state)
		}
		state = e.To
		switch e.Deed {
		case "incident.reopen":
			reopened++
		case "incident.reassign", "incident.escalate":
			handed++
		}
	}
	if state != i.State || reopened != i.Reopened || handed != i.Reassigned {
		rt.Fatalf("%s: %s, reopened %d, handed on %d; the timeline says %s, %d, %d", i.Ref(), i.State, i.Reopened, i.Reassigned, state, reopened, handed)
	}
	if done := i.State == incident.Resolved || i.State == incident.Closed; done && i.Resolved.IsZero() || i.State == incident.InProgress && !i.Resolved.IsZero() {
		rt.Fatalf("%s is %s, resolved %s", i.Ref(), i.State, i.Resolved)
	}
	want, err := sla.Replay(record.Facts(incident.Flow, i.Requester, entries), c.Rules.Terms(i))
	if err != nil {
		rt.Fatal(err)
	}
	held, err := c.db.Ledger().Clocks(c.t.Context(), i.ID)
	if err != nil {
		rt.Fatal(err)
	}
	if len(want) != len(held[i.ID]) {
		rt.Fatalf("%s: %d clocks, want %d", i.Ref(), len(held[i.ID]), len(want))
	}
	for _, w := range want {
		for _, h := range held[i.ID] {
			if h.Name == w.Name && (h.State != w.State || h.Spent != w.Spent || !h.Due.Equal(w.Due)) {
				rt.Fatalf("%s: clock %s is %s %s due %s, the timeline says %s %s due %s", i.Ref(), h.Name, h.State, h.Spent, h.Due, w.State, w.Spent, w.Due)
			}
		}
	}
}
