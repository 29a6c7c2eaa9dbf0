package store_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// randomScope makes up somebody who sees a part.
func randomScope(rnd *rand.Rand, who []people.ID) people.Scope {
	var s people.Scope
	if rnd.IntN(4) > 0 {
		s.Own = who[rnd.IntN(len(who))]
	}
	some := func(n int) (out []int64) {
		for i := range int64(3) {
			if rnd.IntN(n) == 0 {
				out = append(out, i+1)
			}
		}
		return out
	}
	for _, id := range some(2) {
		s.Teams = append(s.Teams, people.TeamID(id))
	}
	for _, id := range some(4) {
		s.Departments = append(s.Departments, people.DepartmentID(id))
	}
	for _, id := range some(2) {
		s.Cleared = append(s.Cleared, people.ZoneID(id))
	}
	switch rnd.IntN(6) {
	case 0:
		s.Zones = s.Cleared
	case 1:
		s.All, s.Teams, s.Departments = true, nil, nil
	case 2: // more reaches than are merged
		for id := range people.DepartmentID(60) {
			s.Departments = append(s.Departments, id+10)
		}
	}
	s.AllZones = rnd.IntN(2) == 0
	return s
}

// sortedBy is the order of a list.
func sortedBy(o record.Order) func(a, b *incident.Incident) int {
	key := func(i *incident.Incident) int64 {
		switch o {
		case record.Latest:
			return -i.Moved.UnixMilli()
		case record.SoonDue:
			return dueOf(record.Row{Head: i.Head})
		case record.Priority:
			return int64(i.Priority)
		case record.Oldest:
			return i.Opened.UnixMilli()
		}
		return -i.Opened.UnixMilli()
	}
	by := int64(1)
	if o == record.Latest || o == record.Newest {
		by = -1
	}
	return func(a, b *incident.Incident) int {
		return cmp.Or(cmp.Compare(key(a), key(b)), cmp.Compare(by*a.ID, by*b.ID))
	}
}

// However a list is put together for somebody who sees a part, it has what the
// policy says he sees, each record once and in order, and as many are counted.
func TestEveryWayToReadHasTheScope(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		rnd := rand.New(rand.NewPCG(19, 1))
		all, watch, who := scattered(t, db, rnd, 60)
		getters, seen := map[int64]func(string) []string{}, map[int64]people.Seen{}
		for _, i := range all {
			getters[i.ID] = holdings(t, db, i, who, watch[i.ID], true)
			s := i.Seen()
			s.Watchers = nil
			for _, w := range who {
				if slices.Contains(watch[i.ID], num(w)) {
					s.Watchers = append(s.Watchers, w)
				}
			}
			seen[i.ID] = s
		}
		orders := []record.Order{record.Newest, record.Oldest, record.Latest, record.SoonDue, record.Priority}
		tries := 600
		if testing.Short() {
			tries = 100
		}
		for range tries {
			db.LittleForTest([]int{0, 10, 5000}[rnd.IntN(3)])
			db.CommonForTest(rnd.IntN(2) == 0)
			scope, order := randomScope(rnd, who), orders[rnd.IntN(len(orders))]
			n := query.All(randomNode(rnd, all, who, rnd.IntN(3)), []query.Node{{}, query.Is("open", "true"), query.Is("open", "false")}[rnd.IntN(3)])
			if rnd.IntN(3) == 0 {
				n = query.Node{}
			}
			if rnd.IntN(4) == 0 {
				n = query.All(n, query.Words([]string{"mail", "网络", "router"}[rnd.IntN(3)]))
			}
			if rnd.IntN(2) == 0 {
				field := []string{"team", "department", "zone"}[rnd.IntN(3)]
				n = query.All(n, query.Is(field, strconv.Itoa(1+rnd.IntN(2))), []query.Node{{}, query.Is("requester", num(who[0]))}[rnd.IntN(2)])
			}
			var want []*incident.Incident
			for _, i := range all {
				if scope.Sees(seen[i.ID]) != people.Unseen && (n.Empty() && !n.Joins() || query.Match(n, getters[i.ID])) {
					want = append(want, i)
				}
			}
			slices.SortFunc(want, sortedBy(order))
			kind := []record.Kind{record.Incident, record.Incident, ""}[rnd.IntN(3)]
			if len(n.Fields()) > 0 {
				kind = record.Incident
			}
			q := record.Query{Kind: kind, Where: n, Order: order, Inner: true, Limit: 1 + rnd.IntN(40)}
			whole(t, db, scope, q, want)
		}
	})
}

// whole reads a list page by page, and counts it.
func whole(t *testing.T, db *store.DB, scope people.Scope, q record.Query, want []*incident.Incident) {
	t.Helper()
	var got, ids []int64
	for _, i := range want {
		ids = append(ids, i.ID)
	}
	for {
		rows, err := db.Ledger().List(t.Context(), scope, q)
		if err != nil {
			t.Fatalf("%+v, %s: %v", scope, q.Where, err)
		}
		for _, r := range rows {
			got = append(got, r.ID)
		}
		if len(rows) < q.Limit || len(got) > len(ids)+q.Limit {
			break
		}
		q.After = after(rows[len(rows)-1], q.Order)
	}
	if !slices.Equal(got, ids) {
		t.Fatalf("%+v\n%s, %s, %d a page:\nlisted %v\nsees   %v", scope, q.Where, q.Order, q.Limit, got, ids)
	}
	q.After = record.Cursor{}
	for _, most := range []int{5, 1000} {
		if n, err := db.Ledger().Count(t.Context(), scope, q, most); err != nil || n != min(len(ids), most) {
			t.Fatalf("%+v\n%s: counted %d of %d up to %d, %v", scope, q.Where, n, len(ids), most, err)
		}
	}
}
