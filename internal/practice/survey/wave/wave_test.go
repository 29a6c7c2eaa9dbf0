package wave_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/survey"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// centre is one with three departments of 30, 20 and 4 persons, and 6 of its own.
type centre struct {
	*wave.Room
	t    *testing.T
	db   *store.DB
	now  time.Time
	lead people.Actor
	told []string // "round person"
}

var sizes = map[string]int{"audit": 30, "civil": 20, "dog": 4}

func open(t *testing.T, db *store.DB) *centre {
	t.Helper()
	c := &centre{t: t, db: db, now: time.Date(2026, 11, 2, 1, 0, 0, 0, time.UTC)}
	keeper := &setting.Keeper{Store: db.Settings()}
	if err := keeper.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	codes := map[people.DepartmentID]string{}
	add := func(name string, staff bool, in people.DepartmentID) people.ID {
		p := people.Person{Code: name, Name: "欧阳" + name, Staff: staff, Department: in, Changed: c.now}
		if err := db.SavePerson(t.Context(), &p); err != nil {
			t.Fatal(err)
		}
		return p.ID
	}
	for _, code := range slices.Sorted(maps.Keys(sizes)) {
		d := setting.Thing{Kind: setting.Department, Code: code, Name: people.Text{En: code}, Changed: c.now}
		if err := setting.Write(&d, people.Department{}); err != nil {
			t.Fatal(err)
		}
		if err := keeper.Save(t.Context(), &d); err != nil {
			t.Fatal(err)
		}
		codes[people.DepartmentID(d.ID)] = code
		for i := range sizes[code] {
			add(fmt.Sprint(code, i), false, people.DepartmentID(d.ID))
		}
	}
	for i := range 6 {
		c.lead.ID = add(fmt.Sprint("staff", i), true, 0)
	}
	c.lead.Grants, c.lead.Scope, c.lead.Staff = people.NewGrants("survey.*"), people.Everything(), true
	c.Room = &wave.Room{
		Sheets: db.SurveySheets(), Waves: db.SurveyWaves(), Invites: db.SurveyInvites(), Box: db.SurveyBox(), Pen: db,
		Now: func() time.Time { return c.now }, Seed: func() int64 { return 7 },
		People: func(ctx context.Context) ([]people.Person, error) {
			return db.Persons(ctx, people.Query{Limit: 1000})
		},
		Department: func(id people.DepartmentID) (string, people.Text) { return codes[id], people.Text{En: codes[id]} },
		Tell: func(_ context.Context, _ *wave.Wave, who people.ID, round int) error {
			c.told = append(c.told, fmt.Sprint(round, " ", who))
			return nil
		},
	}
	return c
}

func (c *centre) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// wave plans, draws and opens one.
func (c *centre) wave(plan func(*wave.Plan)) *wave.Wave {
	c.t.Helper()
	ctx := c.t.Context()
	s, err := c.Name(ctx, c.lead, &wave.Instrument{Name: people.Text{En: "Yearly", Zh: "年度"}}, nil)
	c.must(err)
	w := &wave.Wave{Name: people.Text{En: "Autumn", Zh: "秋季"}, Sheet: s.ID, From: c.now, To: c.now.AddDate(0, 0, 14), Plan: wave.StandardPlan()}
	w.Plan.Samples = 200
	if plan != nil {
		plan(&w.Plan)
	}
	c.must(c.Plan(ctx, c.lead, w))
	w, err = c.Draw(ctx, c.lead, w.ID)
	c.must(err)
	w, err = c.Begin(ctx, c.lead, w.ID)
	c.must(err)
	c.must(c.Tend(ctx, c.now))
	return w
}

// answer answers as one person, step by step.
func (c *centre) answer(w *wave.Wave, who people.ID, rating func(column string) int, words string) string {
	c.t.Helper()
	ctx := c.t.Context()
	door, err := c.Find(ctx, w.ID, who)
	c.must(err)
	token, err := c.Pass(ctx, door, "")
	c.must(err)
	a, err := c.Asking(ctx, token)
	c.must(err)
	for i, s := range a.Steps {
		in := wave.Entered{Values: map[string]string{}, Seconds: 40}
		switch s.Kind {
		case wave.Statements:
			for _, item := range s.Dimension.Items {
				for _, way := range s.Ways {
					col := wave.Column(way, item.Code)
					in.Values[col] = fmt.Sprint(rating(col))
				}
			}
		case wave.Points:
			for k, d := range a.Sheet.Counted() {
				in.Values[wave.WeightColumn(d.Code)] = fmt.Sprint([]int{40, 30, 20, 10}[k])
			}
			in.Values[wave.MostColumn], in.Values[wave.LeastColumn] = "reliability", "tangibles"
		case wave.Whole:
			for _, q := range a.Sheet.Overall {
				in.Values[q.Code] = fmt.Sprint(rating(q.Code))
			}
		case wave.About:
			in.Values["role"], in.Values["better"] = "office", words
		}
		_, err := c.Save(ctx, token, i, in)
		c.must(err)
	}
	c.must(c.HandIn(ctx, token))
	return token
}

func (c *centre) invites(w *wave.Wave, side wave.Side) []wave.Invite {
	c.t.Helper()
	all, err := c.Invites.Invites(c.t.Context(), w.ID)
	c.must(err)
	return slices.DeleteFunc(all, func(in wave.Invite) bool { return in.Side != side })
}

// A wave goes from its plan to a frozen result, and the result is what the
// statistics say of the answers.
func TestAWaveIsHeld(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c, ctx := open(t, db), t.Context()
		w := c.wave(func(p *wave.Plan) { p.Staff = true; p.Rate = 1 })
		users := c.invites(w, wave.Users)
		if len(users) != 49 || len(c.told) != 55 { // 54 at 5 %: 48 answers; 27, 18 and all 4
			t.Fatalf("%d users invited, %d told", len(users), len(c.told))
		}
		random := rand.New(rand.NewPCG(1, 2))
		for _, in := range users[:30] {
			c.answer(w, in.Person, func(col string) int {
				if strings.HasPrefix(col, "E_") {
					return 5 + random.IntN(3)
				}
				return 3 + random.IntN(4)
			}, "faster, says 欧阳audit3")
		}
		for _, in := range c.invites(w, wave.Staff) {
			c.answer(w, in.Person, func(string) int { return 5 }, "")
		}
		c.told = nil
		c.now = c.now.AddDate(0, 0, 5)
		c.must(c.Tend(ctx, c.now))
		if len(c.told) != 19 || !strings.HasPrefix(c.told[0], "1 ") {
			t.Errorf("reminded: %v", c.told)
		}
		w, err := c.Close(ctx, c.lead, w.ID)
		c.must(err)
		words, err := c.Comments(ctx, c.lead, w.ID)
		c.must(err)
		if len(words) != 30 || words[0].Text != "faster, says ■■" {
			t.Errorf("%d comments: %v", len(words), words[:1])
		}
		c.sorts(w, words)
		w, err = c.Analyse(ctx, c.lead, w.ID)
		c.must(err)
		reader := people.Actor{ID: 1, Grants: people.NewGrants("survey.read"), Scope: people.Everything()}
		if _, err := c.Result(ctx, reader, w.ID); !fault.Is(err, fault.Denied) {
			t.Errorf("read before it is published: %v", err)
		}
		_, err = c.Publish(ctx, c.lead, w.ID)
		c.must(err)
		f, err := c.Result(ctx, reader, w.ID)
		c.must(err)
		c.figures(w, f)
		c.forgets(w, reader)
	})
}

// forgets deletes answers when the centre's own period is over, before that of
// the plan; the result stays.
func (c *centre) forgets(w *wave.Wave, reader people.Actor) {
	c.t.Helper()
	ctx := c.t.Context()
	c.Longest = func() (int, error) { return 12, nil }
	if months, err := c.Keeps(w); err != nil || months != 12 || w.Plan.Keep <= months {
		c.t.Errorf("kept for %d months of %d: %v", months, w.Plan.Keep, err)
	}
	for _, months := range []int{11, 12} {
		c.now = w.Closed.AddDate(0, months, 1)
		c.must(c.Tend(ctx, c.now))
		answers, err := c.Box.Answers(ctx, w.ID)
		c.must(err)
		if (len(answers) == 0) != (months == 12) || (len(c.invites(w, wave.Users)) == 0) != (months == 12) {
			c.t.Errorf("%d answers after %d months", len(answers), months)
		}
	}
	if f, err := c.Result(ctx, reader, w.ID); err != nil || f.N != 30 {
		c.t.Errorf("the result is gone: %v", err)
	}
}

// figures compares the result with the answers as they are kept.
func (c *centre) figures(w *wave.Wave, f *wave.Frozen) {
	c.t.Helper()
	answers, err := c.Box.Answers(c.t.Context(), w.ID)
	c.must(err)
	sum := 0
	for _, a := range answers {
		if a.Side == wave.Users {
			sum += a.Values["P_R1"] - a.Values["E_R1"]
		}
	}
	r := f.Result
	if f.N != 30 || r.N != 30 || math.Abs(*r.Items["R1"].Gap-float64(sum)/30) > 1e-12 || r.Seed != 7 {
		c.t.Errorf("n %d, seed %d, gap of R1 %v, want %v", r.N, r.Seed, *r.Items["R1"].Gap, float64(sum)/30)
	}
	if fmt.Sprint(r.Order) != "[tangibles reliability responsiveness assurance empathy]" || len(r.Asked) != 22 || !r.Dimensions["tangibles"].Apart || *r.Dimensions["reliability"].Weight != 40 {
		c.t.Errorf("dimensions %v, items %v, weight %v", r.Order, r.Asked, r.Dimensions["reliability"].Weight)
	}
	if r.Response["department"].Groups["audit"].Eligible != 27 || r.Groups["department"].Groups["dog"] != nil {
		c.t.Errorf("response: %+v", r.Response["department"])
	}
	if b := f.Beliefs; b == nil || b.N != 6 || b.Items["R1"].Staff != 5 || b.Items["R1"].Gap >= 0 || b.Items["R1"].CI == nil {
		c.t.Errorf("gap 1: %+v", f.Beliefs)
	}
	if k := r.Check; k == nil || k.Most["reliability"] != 30 || k.Least["tangibles"] != 30 || *k.MostAgrees != 1 {
		c.t.Errorf("the check question: %+v", k)
	}
	if m := f.Ratings["QUAL"]; m.N != 30 || m.Mean < 3 || len(m.Count) != 7 {
		c.t.Errorf("ratings: %+v", f.Ratings)
	}
	if f.Strata[0].Answered+f.Strata[1].Answered+f.Strata[2].Answered != 30 || f.Strata[3].Answered != 6 {
		c.t.Errorf("strata: %+v", f.Strata)
	}
}

// A result that is read is the result that was written.
func TestAResultSurvivesItsDocument(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c, ctx := open(t, db), t.Context()
		random := rand.New(rand.NewPCG(3, 4))
		var b strings.Builder
		b.WriteString("E_a,E_b,E_c,E_d,P_a,P_b,P_c,P_d,sat,where\n")
		for i := range 160 {
			for range 8 {
				fmt.Fprint(&b, 1+random.IntN(7), ",")
			}
			fmt.Fprintln(&b, fmt.Sprint(1+random.IntN(7))+","+[]string{"north", "south"}[i%2])
		}
		spec := "columns: {E: 'E_{item}', P: 'P_{item}'}\ndimensions: {one: [a, b], two: [c, d]}\nsatisfaction: sat\nbootstrap: {samples: 200, seed: 5}\ngroups: {where: {column: where, compare: [north, south]}}\n"
		in := wave.Import{Name: people.Text{En: "Old"}, From: c.now, To: c.now.AddDate(0, 0, 7), Spec: []byte(spec), File: "old.csv", Table: strings.NewReader(b.String())}
		w, err := c.ImportFile(ctx, c.lead, in)
		c.must(err)
		f, err := c.Result(ctx, c.lead, w.ID)
		c.must(err)
		s, err := survey.ParseSpec([]byte(spec))
		c.must(err)
		if s.Bootstrap.Seed != f.Result.Seed || len(f.Result.Pairs) != 1 || f.Result.IPA == nil || len(f.Result.IPA.Items) != 4 {
			t.Errorf("read: %d pairs, IPA %+v", len(f.Result.Pairs), f.Result.IPA)
		}
		first, err := json.Marshal(f.Result)
		c.must(err)
		again := new(survey.Result)
		c.must(json.Unmarshal(first, again))
		second, err := json.Marshal(again)
		c.must(err)
		if string(first) != string(second) {
			t.Error("a result changes when it is read and written")
		}
		if err := f.ReadFrozen([]byte(`{"result":{}}`)); err == nil {
			t.Error("another document is read as the result")
		}
		in.Spec, in.Table = []byte("dimensions: {one: [a]}\n"), strings.NewReader("x\n1\n")
		if _, err := c.ImportFile(ctx, c.lead, in); len(fault.All(err)) == 0 {
			t.Errorf("a spec without columns: %v", err)
		}
	})
}
