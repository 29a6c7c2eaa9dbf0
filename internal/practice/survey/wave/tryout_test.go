package wave_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/survey"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// A pilot asks as many as it says, and them for what was unclear; then it can be
// read which statement does not hold up, and nothing while too few have answered.
func TestAPilot(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c, ctx := open(t, db), t.Context()
		s, err := c.Name(ctx, c.lead, &wave.Instrument{Name: people.Text{En: "Yearly"}}, nil)
		c.must(err)
		w := &wave.Wave{Name: people.Text{En: "Trial"}, Sheet: s.ID, Pilot: true, From: c.now, To: c.now.AddDate(0, 0, 7), Plan: wave.StandardPlan()}
		w.Plan.Few = 4
		if err := c.Plan(ctx, c.lead, w); len(fault.All(err)) != 1 || fault.All(err)[0].Field != "few" {
			t.Fatalf("four are no pilot: %v", err)
		}
		w.Plan.Few = 12
		c.must(c.Plan(ctx, c.lead, w))
		w, err = c.Draw(ctx, c.lead, w.ID)
		c.must(err)
		w, err = c.Begin(ctx, c.lead, w.ID)
		c.must(err)
		users := c.invites(w, wave.Users)
		if got := fmt.Sprint(w.Strata[0].Invited, w.Strata[1].Invited, w.Strata[2].Invited); got != "7 4 1" || len(users) != 12 {
			t.Fatalf("of 30, 20 and 4 persons %s are asked", got)
		}
		if _, err := c.Tryout(ctx, c.lead, w.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("read while it is open: %v", err)
		}
		for i, in := range users[:10] {
			c.answer(w, in.Person, func(col string) int {
				switch {
				case col == "P_T1" && i < 2:
					return wave.CannotJudge
				case col == "P_T2":
					return 6
				case col == "E_T2":
					return 7
				}
				return 3 + i%3
			}, "")
		}
		door, err := c.Find(ctx, w.ID, users[10].Person)
		c.must(err)
		if last := door.Sheet.Comments[len(door.Sheet.Comments)-1]; last.Code != wave.Unclear {
			t.Errorf("nobody is asked what was unclear: %+v", last)
		}
		w, err = c.Close(ctx, c.lead, w.ID)
		c.must(err)
		found, err := c.Tryout(ctx, c.lead, w.ID)
		c.must(err)
		c.heldUp(found)
		r, err := c.Response(ctx, c.lead, w.ID)
		c.must(err)
		if r.Need != 0 || len(r.Warnings) != 0 {
			t.Errorf("a pilot has no margin to keep: need %d, %v", r.Need, r.Warnings)
		}
		if _, err := c.Tryout(ctx, people.Actor{ID: 1, Grants: people.NewGrants("survey.read"), Scope: people.Everything()}, w.ID); !fault.Is(err, fault.Denied) {
			t.Errorf("read by who runs none: %v", err)
		}
	})
}

func (c *centre) heldUp(found *wave.Tryout) {
	c.t.Helper()
	if found.N != 10 || len(found.Items) != 44 || found.Minutes == 0 || found.Slow {
		c.t.Fatalf("%d answers, %d statements, %d minutes", found.N, len(found.Items), found.Minutes)
	}
	at := func(way survey.Form, item string) wave.Tried {
		i := slices.IndexFunc(found.Items, func(x wave.Tried) bool { return x.Way == way && x.Item.Code == item })
		return found.Items[i]
	}
	if x := at(survey.Perceived, "T1"); x.Cannot != 2 || x.Rated != 8 || fmt.Sprint(x.Notes) != "[cannot]" {
		c.t.Errorf("two of ten cannot judge it: %+v", x)
	}
	if x := at(survey.Perceived, "T2"); x.Mean != 6 || x.SD != 0 || x.Often != 1 || fmt.Sprint(x.Notes) != "[alike]" {
		c.t.Errorf("all say 6: %+v", x)
	}
	if x := at(survey.Expected, "T2"); len(x.Notes) != 0 {
		c.t.Errorf("expectations may be alike: %+v", x)
	}
	if x := at(survey.Perceived, "R1"); x.Mean != 3.9 || len(x.Notes) != 0 { // 3, 4, 5, 3, 4, 5, 3, 4, 5, 3
		c.t.Errorf("R1: %+v", x)
	}
}

// A pilot that too few have answered says nothing.
func TestATinyPilotSaysNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c, ctx := open(t, db), t.Context()
		w := c.wave(nil)
		for _, in := range c.invites(w, wave.Users)[:4] {
			c.answer(w, in.Person, func(string) int { return 4 }, "")
		}
		w, err := c.Close(ctx, c.lead, w.ID)
		c.must(err)
		if _, err := c.Tryout(ctx, c.lead, w.ID); !fault.Is(err, fault.Conflict) || fault.All(err)[0].Key != "wave.tryout_few" {
			t.Errorf("four of them are told of: %v", err)
		}
	})
}

// Sheets are typed with the numbers that they have beside the answers, with codes,
// or with words; a number that is none is told with its row.
func TestTypingASheet(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c, ctx := open(t, db), t.Context()
		w := c.wave(nil)
		table := "department,P_R1,E_R1,MOST,network,contact\naudit,5,7,2,3,monthly\naudit,6,na,,resource sharing network,1\n,,7,,,\n"
		typed, err := c.TakePaper(ctx, c.lead, w.ID, strings.NewReader(table), "sheets.csv", false)
		c.must(err)
		if typed.Rows != 3 || typed.Codes != 0 {
			t.Errorf("taken: %+v", typed)
		}
		_, err = c.TakePaper(ctx, c.lead, w.ID, strings.NewReader("P_R1,network\n5,4\n"), "sheets.csv", true)
		if all := fault.All(err); len(all) != 1 || all[0].Key != "wave.paper_cell" {
			t.Errorf("there is no fourth network: %v", err)
		}
		w, err = c.Close(ctx, c.lead, w.ID)
		c.must(err)
		answers, err := c.Box.Answers(ctx, w.ID)
		c.must(err)
		var got []string
		for _, a := range answers {
			got = append(got, fmt.Sprint(a.Values["P_R1"], " ", a.Choices))
		}
		slices.Sort(got)
		if s := strings.Join(got, "; "); s != "0 map[]; 5 map[MOST:reliability contact:monthly network:public]; 6 map[contact:weekly network:sharing]" {
			t.Errorf("kept: %s", s)
		}
	})
}
