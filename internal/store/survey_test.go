package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// asked is a wave that is open to some people, without a room around it but the
// one in which they answer.
func asked(t *testing.T, db *store.DB, n int) (*wave.Room, *wave.Wave, []people.ID) {
	t.Helper()
	now := time.Date(2026, 11, 2, 1, 0, 0, 0, time.UTC)
	m := &wave.Room{
		Sheets: db.SurveySheets(), Waves: db.SurveyWaves(), Invites: db.SurveyInvites(), Box: db.SurveyBox(), Pen: db,
		Now: func() time.Time { return now }, Seed: func() int64 { return 1 },
		People:     func(ctx context.Context) ([]people.Person, error) { return db.Persons(ctx, people.Query{Limit: 1000}) },
		Department: func(people.DepartmentID) (string, people.Text) { return "", people.Text{} },
		Tell:       func(context.Context, *wave.Wave, people.ID, int) error { return nil },
	}
	by := people.Actor{Grants: people.NewGrants("survey.*"), Scope: people.Everything()}
	var who []people.ID
	for i := range n {
		p := people.Person{Code: fmt.Sprint("u", i), Name: fmt.Sprint("User ", i), Changed: now}
		if err := db.SavePerson(t.Context(), &p); err != nil {
			t.Fatal(err)
		}
		who = append(who, p.ID)
	}
	s, err := m.Name(t.Context(), by, &wave.Instrument{Name: people.Text{En: "Yearly"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	w := &wave.Wave{Name: people.Text{En: "Autumn"}, Sheet: s.ID, From: now, To: now.AddDate(0, 0, 14), Plan: wave.StandardPlan()}
	w.Plan.Everybody = true
	for _, do := range []func() error{
		func() error { return m.Plan(t.Context(), by, w) },
		func() error { w, err = m.Draw(t.Context(), by, w.ID); return err },
		func() error { w, err = m.Begin(t.Context(), by, w.ID); return err },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	return m, w, who
}

// handIn hands in one answer, whose value says who gave it.
func handIn(t *testing.T, m *wave.Room, w *wave.Wave, who people.ID, value int) string {
	t.Helper()
	d, err := m.Find(t.Context(), w.ID, who)
	if err != nil {
		t.Fatal(err)
	}
	token, err := m.Pass(t.Context(), d, "")
	if err != nil {
		t.Fatal(err)
	}
	in := wave.Entered{Values: map[string]string{"P_R1": fmt.Sprint(1 + value%7), "SAT1": fmt.Sprint(1 + value/7), "better": fmt.Sprint("mark ", value)}}
	if err := m.Whole(t.Context(), token, in); err != nil {
		t.Fatal(err)
	}
	return token
}

// Nobody who holds the whole database can join who was asked with what was
// answered: no column holds the same, no time is there, the order in which rows
// were written tells nothing, and no other table knows of the answering.
func TestAnswersCannotBeJoined(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		m, w, who := asked(t, db, 12)
		before := rowsOf(t, db)
		order := []int{7, 2, 11, 0, 5, 9, 3, 8} // they answer in this order
		var tokens []string
		for _, k := range order {
			tokens = append(tokens, handIn(t, m, w, who[k], k))
		}
		if err := m.Mix(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		noSharedText(t, db, tokens)
		noTrace(t, db, before)
		noOrder(t, db, w, who, order)
		by := people.Actor{Grants: people.NewGrants("survey.*"), Scope: people.Everything()}
		if _, err := m.Close(t.Context(), by, w.ID); err != nil {
			t.Fatal(err)
		}
		for _, token := range tokens { // not even by whoever has kept his token
			if a, err := m.Box.Answer(t.Context(), wave.Key(token)); err != nil || a != nil {
				t.Errorf("a token leads to its answers after the wave: %v %v", a, err)
			}
		}
		answers, err := m.Box.Answers(t.Context(), w.ID)
		if err != nil || len(answers) != len(order) {
			t.Fatalf("%d answers: %v", len(answers), err)
		}
		noSharedText(t, db, tokens)
	})
}

// dump reads all columns of a table as text.
func dump(t *testing.T, db *store.DB, q string) [][]string {
	t.Helper()
	rows, err := db.RowsForTest(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// noSharedText looks for anything that an invitation and an answer, a comment or
// another table have in common, and for the tokens themselves.
func noSharedText(t *testing.T, db *store.DB, tokens []string) {
	t.Helper()
	invites := map[string]bool{}
	for _, row := range dump(t, db, `SELECT door, token FROM survey_invite`) {
		for _, cell := range row {
			invites[cell] = cell != ""
		}
	}
	for _, q := range []string{`SELECT id FROM survey_answer`, `SELECT id FROM survey_comment`} {
		for _, row := range dump(t, db, q) {
			if invites[row[0]] {
				t.Errorf("%s: %s stands with an invitation too", q, row[0])
			}
		}
	}
	for _, q := range []string{`SELECT * FROM survey_invite`, `SELECT * FROM survey_answer`, `SELECT * FROM survey_comment`, `SELECT * FROM audit`, `SELECT * FROM mail`} {
		for _, row := range dump(t, db, q) {
			for _, token := range tokens {
				if strings.Contains(strings.Join(row, "\n"), token) {
					t.Errorf("%s holds a token", q)
				}
			}
		}
	}
	for table, allowed := range map[string][]string{
		"survey_invite": {"id", "wave", "person", "side", "department", "door", "token", "answered"},
		"survey_answer": {"id", "wave", "side", "department", "done", "doc"}, "survey_comment": {"id", "wave", "side", "question", "department", "text", "category"},
	} {
		cols, err := db.ColumnsForTest(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cols[table] {
			if !slices.Contains(allowed, c.Name) {
				t.Errorf("%s.%s: a new column of these tables must not help to join them; think, then name it here", table, c.Name)
			}
		}
	}
}

// rowsOf counts the rows of every table.
func rowsOf(t *testing.T, db *store.DB) map[string]string {
	t.Helper()
	cols, err := db.ColumnsForTest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for table := range cols {
		out[table] = dump(t, db, `SELECT count(*) FROM `+table)[0][0]
	}
	return out
}

// noTrace holds that answering writes nowhere else: no audit row, no notice, no
// session, no kept reply.
func noTrace(t *testing.T, db *store.DB, before map[string]string) {
	t.Helper()
	for table, n := range rowsOf(t, db) {
		if n != before[table] && table != "survey_answer" && table != "survey_comment" {
			t.Errorf("%s has %s rows, %s before anybody answered", table, n, before[table])
		}
	}
}

// noOrder compares the order in which the engine keeps invitations with the
// order in which people answered.
func noOrder(t *testing.T, db *store.DB, w *wave.Wave, who []people.ID, order []int) {
	t.Helper()
	if db.EngineForTest() == "postgres" {
		for _, table := range []string{"survey_invite", "survey_answer", "survey_comment"} {
			if n := dump(t, db, fmt.Sprintf(`SELECT count(DISTINCT CAST(xmin AS TEXT)) FROM %s WHERE wave = %d`, table, w.ID)); n[0][0] != "1" {
				t.Errorf("the rows of %s were written by %s transactions", table, n[0][0])
			}
		}
		for _, table := range []string{"survey_answer", "survey_comment"} {
			lie, keys := dump(t, db, `SELECT id FROM `+table+` ORDER BY ctid`), dump(t, db, `SELECT id FROM `+table+` ORDER BY id COLLATE "C"`)
			if fmt.Sprint(lie) != fmt.Sprint(keys) {
				t.Errorf("the rows of %s lie in the order in which they came", table)
			}
		}
	}
	place := map[string]string{"postgres": "ctid", "sqlite": "rowid"}[db.EngineForTest()]
	var got []string
	for _, row := range dump(t, db, fmt.Sprintf(`SELECT person FROM survey_invite WHERE answered ORDER BY %s`, place)) {
		got = append(got, row[0])
	}
	var want []string // as they were drawn
	sorted := slices.Clone(order)
	slices.Sort(sorted)
	for _, k := range sorted {
		want = append(want, fmt.Sprint(int64(who[k])))
	}
	if !slices.Equal(got, want) {
		t.Errorf("invitations lie in the order %v, as drawn is %v", got, want)
	}
}

// Answers are kept once, while the wave is open, and deleted with it.
func TestAnswersAreKeptOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		m, w, who := asked(t, db, 3)
		token := handIn(t, m, w, who[0], 1)
		a := &wave.Answer{Key: wave.Key(token), Wave: w.ID, Side: wave.Users, Given: wave.Given{Values: map[string]int{"P_R1": 1}}}
		if err := m.Box.Save(t.Context(), a); err == nil {
			t.Error("a draft replaces what was handed in")
		}
		w.State = wave.Cancelled
		if err := m.Box.Purge(t.Context(), w, audit.Row{At: w.Made, Deed: "survey.run", Result: audit.Done}); err != nil {
			t.Fatal(err)
		}
		a.Key = "late"
		if err := m.Box.Save(t.Context(), a); err == nil {
			t.Error("a wave that is over takes a draft")
		}
		for _, table := range []string{"survey_invite", "survey_answer", "survey_comment"} {
			if n := dump(t, db, `SELECT count(*) FROM `+table)[0][0]; n != "0" {
				t.Errorf("%s rows are left in %s", n, table)
			}
		}
	})
}
