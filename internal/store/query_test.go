package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

var (
	someTitles = []string{"Mail is down", "printer 10% jam_med", "网络故障，无法上网", "OA系统 登录 mail", "!odd %title_"}
	someLoads  = []string{"", "-12.50", "-3", "0", "0.5", "9", "9.0", "10", "1000000.25", "1e5", "-", "1-2", "1.2.3", ".5", "5.", "--1", "abc", strings.Repeat("9", 500)}
	someDays   = []string{"", "2026-01-09", "2026-01-10", "2026-02-01", "1999-12-31", "yesterday", "一二三四五六七八九十"}
	someNotes  = []string{"supplier asked about the router", "路由器已更换", "called back, mail works"}
)

// scattered opens records with every combination of empty and filled fields.
func scattered(t *testing.T, db *store.DB, rnd *rand.Rand, n int) ([]*incident.Incident, map[int64][]string, []people.ID) {
	t.Helper()
	now := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	d, by := desk(db, &now), people.System(people.ViaJob)
	who := addPersons(t, db, 3)
	watch := map[int64][]string{}
	var all []*incident.Incident
	for range n {
		now = now.Add(time.Duration(rnd.IntN(90)) * time.Minute)
		i := new(incident.Incident)
		i.Requester, i.Owner = append(who, 0)[rnd.IntN(4)], append(who, 0)[rnd.IntN(4)]
		i.Team, i.Service, i.Zone, i.Department = people.TeamID(rnd.IntN(3)), record.ServiceID(rnd.IntN(3)), people.ZoneID(rnd.IntN(3)), people.DepartmentID(rnd.IntN(3))
		i.Priority, i.Category = rnd.IntN(5), record.CategoryID(rnd.IntN(3))
		i.Waiting = []incident.Waiting{"", incident.ForUser, incident.ForParts}[rnd.IntN(3)]
		i.Solution = []string{"", "重启 router"}[rnd.IntN(2)]
		if rnd.IntN(2) == 0 {
			i.More = map[string]string{
				"floor": strconv.Itoa(rnd.IntN(30)), "seen": fmt.Sprintf("2026-01-%02dT08:00:00Z", 1+rnd.IntN(28)),
				"load": someLoads[rnd.IntN(len(someLoads))], "bought": someDays[rnd.IntN(len(someDays))],
			}
		}
		if rnd.IntN(2) == 0 {
			i.Due = now.Add(time.Hour)
		}
		err := d.Sit(t.Context(), by, func(s *record.Sitting[*incident.Incident]) error {
			if err := s.Open(i, record.Input{Fields: map[string]string{"title": someTitles[rnd.IntN(len(someTitles))]}}); err != nil {
				return err
			}
			if w := who[rnd.IntN(3)]; rnd.IntN(2) == 0 {
				s.Watch(i, w)
			}
			if rnd.IntN(2) == 0 {
				if err := s.Say(i, record.Input{Text: someNotes[rnd.IntN(3)], Public: rnd.IntN(2) == 0}); err != nil {
					return err
				}
			}
			if rnd.IntN(4) == 0 {
				return s.Move(i, "cancel", record.Input{Fields: map[string]string{"ended_as": "no_fault"}})
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		around, err := db.Ledger().Around(t.Context(), people.Everything(), i.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range around.Watchers {
			watch[i.ID] = append(watch[i.ID], num(w.ID))
		}
		all = append(all, i)
	}
	return all, watch, who
}

func num[N ~int64 | ~int](n N) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(int64(n), 10)
}

// holdings is what a record holds, for query.Match.
func holdings(t *testing.T, db *store.DB, i *incident.Incident, who []people.ID, watch []string, inner bool) func(string) []string {
	t.Helper()
	due := ""
	if !i.Due.IsZero() {
		due = strconv.FormatInt(i.Due.UnixMilli(), 10)
	}
	entries, err := db.Ledger().Timeline(t.Context(), i.ID, !inner)
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{i.Title, i.Words()}
	for _, e := range entries {
		texts = append(texts, e.Text)
	}
	if i.Requester != 0 {
		texts = append(texts, fmt.Sprintf("Person %d", slices.Index(who, i.Requester)))
	}
	held := map[string][]string{
		"": texts, "state": {string(i.State)}, "title": {i.Title}, "priority": {num(i.Priority)}, "team": {num(i.Team)},
		"owner": {num(i.Owner)}, "requester": {num(i.Requester)}, "service": {num(i.Service)}, "zone": {num(i.Zone)}, "department": {num(i.Department)},
		"category": {num(i.Category)}, "waiting": {string(i.Waiting)}, "solution": {i.Solution}, "number": {num(i.Number)},
		"opened": {strconv.FormatInt(i.Opened.UnixMilli(), 10)}, "due": {due}, "watcher": watch,
		"open":    {strconv.FormatBool(incident.Flow.Live(i.State))},
		"x.floor": {i.More["floor"]}, "x.seen": {i.More["seen"]}, "x.load": {i.More["load"]}, "x.bought": {i.More["bought"]}, "x.never": {""},
	}
	return func(f string) []string { return held[f] }
}

// randomNode makes a resolved condition.
func randomNode(rnd *rand.Rand, all []*incident.Incident, who []people.ID, deep int) query.Node {
	if deep > 0 && rnd.IntN(3) > 0 {
		kids := make([]query.Node, 1+rnd.IntN(3))
		for i := range kids {
			kids[i] = randomNode(rnd, all, who, deep-1)
		}
		switch rnd.IntN(3) {
		case 0:
			return query.Reverse(kids[0])
		case 1:
			return query.Any(kids...)
		}
		return query.All(kids...)
	}
	some := func(vs ...string) []string {
		n := 1 + rnd.IntN(2)
		var out []string
		for range n {
			out = append(out, vs[rnd.IntN(len(vs))])
		}
		return out
	}
	eq := []query.Op{query.Eq, query.Ne}[rnd.IntN(2)]
	order := []query.Op{query.Lt, query.Le, query.Gt, query.Ge}[rnd.IntN(4)]
	one := all[rnd.IntN(len(all))]
	moment := strconv.FormatInt(one.Opened.UnixMilli(), 10)
	nodes := []query.Node{
		{Op: eq, Field: []string{"team", "service", "zone", "department", "category"}[rnd.IntN(5)], Values: some("", "1", "2", "9")},
		{Op: eq, Field: []string{"owner", "requester", "watcher"}[rnd.IntN(3)], Values: some("", num(who[0]), num(who[1]))},
		{Op: eq, Field: "state", Values: some("new", "cancelled", "closed")},
		{Op: eq, Field: "waiting", Values: some("", "user", "parts")},
		{Op: eq, Field: "priority", Values: some("", "1", "4")},
		{Op: order, Field: "priority", Values: []string{strconv.Itoa(rnd.IntN(5))}},
		{Op: order, Field: []string{"opened", "due"}[rnd.IntN(2)], Values: []string{moment}},
		{Op: query.Eq, Field: "due", Values: []string{""}},
		{Op: query.Eq, Field: "open", Values: []string{strconv.FormatBool(rnd.IntN(2) == 0)}},
		{Op: query.Eq, Field: "number", Values: []string{num(one.Number)}},
		{Op: eq, Field: "x.floor", Values: some("", one.More["floor"], "x' OR '1'='1")},
		{Op: order, Field: "x.floor", Values: []string{strconv.Itoa(rnd.IntN(120))}},
		{Op: order, Field: "x.seen", Values: []string{"2026-01-14T08:00:00Z"}},
		{Op: order, Field: "x.load", Values: some("-12.5", "-4", "0", "9", "9.5", "10.0", "1000000.25")[:1]},
		{Op: order, Field: "x.bought", Values: some("2026-01-09", "2026-01-31", "1999-12-31")[:1]},
		{Op: eq, Field: "x.never", Values: some("", "1")},
		{Op: query.Has, Field: []string{"title", "solution"}[rnd.IntN(2)], Values: some("MAIL", "10%", "d_t", "网络", "!", "router", "'; --")},
		query.Words(some("mail", "网络", "故障", "器", "rout*", "supplier", "更换", "jam_med", "one", "'\"*:(", "NEAR")...),
	}
	return nodes[rnd.IntN(len(nodes))]
}

// What is compiled to SQL and what is evaluated in memory agree, on random
// records and random conditions.
func TestConditionsAreOneLanguage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		rnd := rand.New(rand.NewPCG(3, 14))
		all, watch, who := scattered(t, db, rnd, 60)
		getters := map[bool]map[int64]func(string) []string{false: {}, true: {}}
		for _, i := range all {
			for _, inner := range []bool{false, true} {
				getters[inner][i.ID] = holdings(t, db, i, who, watch[i.ID], inner)
			}
		}
		tries := 400
		if testing.Short() {
			tries = 80
		}
		for range tries {
			n, inner := randomNode(rnd, all, who, 3), rnd.IntN(2) == 0
			rows, err := db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: record.Incident, Where: n, Inner: inner, Limit: 500})
			if err != nil {
				t.Fatalf("%s: %v", n, err)
			}
			listed := map[int64]bool{}
			for _, r := range rows {
				listed[r.ID] = true
			}
			count, err := db.Ledger().Count(t.Context(), people.Everything(), record.Query{Kind: record.Incident, Where: n, Inner: inner}, 1000)
			if err != nil || count != len(rows) {
				t.Fatalf("%s: counted %d of %d, %v", n, count, len(rows), err)
			}
			for _, i := range all {
				if want := query.Match(n, getters[inner][i.ID]); want != listed[i.ID] {
					t.Fatalf("%s (internal notes %v): %s listed %v, matches %v\n%+v", n, inner, i.Ref(), listed[i.ID], want, i)
				}
			}
		}
	})
}

// The centre's own numbers and days compare by what they mean, as people write
// conditions, on both engines and in memory.
func TestOwnFieldsCompareByType(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 1, 15, 20, 0, 0, 0, time.UTC) // the 16th in China
		d, by := desk(db, &now), people.System(people.ViaJob)
		held := []map[string]string{
			{"load": "-12.50", "bought": "2026-01-09"},
			{"load": "-3", "bought": "2026-01-15"},
			{"load": "0", "bought": "2026-01-16"},
			{"load": "0.5", "bought": "2026-01-17"},
			{"load": "9", "bought": "2026-02-01"},
			{"load": "9.0", "bought": "1999-12-31"},
			{"load": "10", "bought": "2025-12-31"},
			{},
		}
		place := map[int64]int{}
		for n, more := range held {
			i := &incident.Incident{}
			i.More = more
			if err := d.Open(t.Context(), by, i, record.Input{Fields: map[string]string{"title": "typed"}}); err != nil {
				t.Fatal(err)
			}
			place[i.ID] = n
		}
		fields := record.Conditions(incident.Flow, incident.Sheet(),
			record.Own{Code: "load", OwnField: record.OwnField{Type: record.Decimal}}.Condition(), record.Own{Code: "bought", OwnField: record.OwnField{Type: record.Date}}.Condition())
		for _, c := range []struct {
			text string
			want []int
		}{
			{"x.load:<0", []int{0, 1}},
			{"x.load:>-12.5", []int{1, 2, 3, 4, 5, 6}},
			{"x.load:>=-12.5", []int{0, 1, 2, 3, 4, 5, 6}},
			{"x.load:>9", []int{6}},
			{"x.load:9", []int{4, 5}},
			{"x.load:0.50,10.00", []int{3, 6}},
			{"x.load:!=9", []int{0, 1, 2, 3, 6, 7}},
			{"x.load:none", []int{7}},
			{"x.load:-5..0.5", []int{1, 2, 3}},
			{"x.load:9..", []int{4, 5, 6}},
			{"x.bought:2026-01-15", []int{1}},
			{"x.bought:today", []int{2}},
			{"x.bought:>now", []int{3, 4}},
			{"x.bought:>=now", []int{2, 3, 4}},
			{"x.bought:<2026-01-15", []int{0, 5, 6}},
			{"x.bought:<=2026-01-15", []int{0, 1, 5, 6}},
			{"x.bought:2026-01", []int{0, 1, 2, 3}},
			{"x.bought:2025-12-31..2026-01-09", []int{0, 6}},
			{"x.bought:none", []int{7}},
			{"x.bought:!=2026-01", []int{4, 5, 6, 7}},
		} {
			n, err := fields.Read(c.text, query.Context{Now: now, Place: time.FixedZone("China", 8*3600)})
			if err != nil {
				t.Errorf("%s: %v", c.text, err)
				continue
			}
			rows, err := db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: record.Incident, Where: n, Limit: 50})
			if err != nil {
				t.Errorf("%s: %v", c.text, err)
				continue
			}
			var got, inMemory []int
			for _, r := range rows {
				got = append(got, place[r.ID])
			}
			slices.Sort(got)
			for i, more := range held {
				if query.Match(n, func(f string) []string { return []string{more[strings.TrimPrefix(f, "x.")]} }) {
					inMemory = append(inMemory, i)
				}
			}
			if !slices.Equal(got, c.want) || !slices.Equal(inMemory, c.want) {
				t.Errorf("%s: listed %v, matches %v, want %v", c.text, got, inMemory, c.want)
			}
		}
	})
}

// What a condition names is never part of the SQL text.
func TestConditionsCannotInject(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, n := range []query.Node{
			query.Is("title); DROP TABLE record; --", "x"),
			query.Is("r.title", "x"),
			query.Is("team", "1) OR (1=1"),
			{Op: query.Lt, Field: "priority", Values: []string{"1 OR 1=1"}},
			{Op: "OR 1=1 OR", Field: "priority", Values: []string{"1"}},
		} {
			_, err := db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: record.Incident, Where: n})
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("%s %v: %v, want a fault", n.Field, n.Values, err)
			}
		}
		// A name of a field of the centre's own is anybody's text: it is an
		// argument, too. Each of these would break or widen the statement.
		now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
		d := desk(db, &now)
		i := &incident.Incident{}
		if err := d.Open(t.Context(), people.System(people.ViaJob), i, record.Input{Fields: map[string]string{"title": "not to be found"}}); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{`a'`, `a" -- `, `a' || (SELECT 1) || '`, `a' AS TEXT)) IS NULL OR 1 = 1 --`} {
			if rows, err := db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: record.Incident, Where: query.Is("x."+name, "1")}); err != nil || len(rows) != 0 {
				t.Errorf("a field called %s: %v, %v", name, rows, err)
			}
		}
		for _, n := range []query.Node{query.Is("title", `x') OR ('1' = '1`), query.Is("x.a", `x') OR ('1' = '1`), {Op: query.Has, Field: "title", Values: []string{`x' OR '1' = '1`}}} {
			if rows, err := db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: record.Incident, Where: n}); err != nil || len(rows) != 0 {
				t.Errorf("%s with the value %s: %v, %v", n.Field, n.Values, rows, err)
			}
		}
	})
}

// The fields of the language and the columns of the store are the same.
func TestEveryFieldHasItsColumn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, f := range record.Conditions(incident.Flow, incident.Sheet()) {
			if f.Name == "overdue" { // resolved into open and due
				continue
			}
			n := query.Is(f.Name, "")
			if f.Type == query.Flag {
				n = query.Is(f.Name, "true")
			}
			if _, err := db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: record.Incident, Where: n}); err != nil {
				t.Errorf("%s: %v", f.Name, err)
			}
		}
	})
}
