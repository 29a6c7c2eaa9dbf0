package store_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// findings gives a report of an agent with these.
func findings(list ...cmdb.Finding) func() cmdb.Report {
	return func() cmdb.Report {
		left := list
		return cmdb.Report{Source: "agent", File: "some", Next: func() (cmdb.Finding, error) {
			if len(left) == 0 {
				return cmdb.Finding{}, io.EOF
			}
			f := left[0]
			left = left[1:]
			return f, nil
		}}
	}
}

// machines are findings of few names, numbers and addresses, so that many mean
// the same item, more than one, or almost one.
func machines(r *rand.Rand, n int) []cmdb.Finding {
	some := func(of string, among int) string {
		if r.IntN(3) == 0 {
			return ""
		}
		return fmt.Sprintf("%s%d", of, r.IntN(among))
	}
	var out []cmdb.Finding
	for line := range n {
		f := cmdb.Finding{Line: line + 1, Class: []cmdb.Class{"server", "terminal", "network-device"}[r.IntN(3)], Fields: map[string]string{}}
		put := func(name, v string) {
			if v != "" {
				f.Fields[name] = v
			}
		}
		put("name_en", some("Machine ", 6))
		put("name_zh", some("机器", 6))
		put("room", some("R", 2))
		put("serial", some([]string{"sn-", "SN-"}[r.IntN(2)], 8))
		put("fqdn", some("host", 9))
		put("uuid", some("0000000", 9))
		put("mac", some("00:00:00:00:00:0", 9))
		if r.IntN(4) == 0 {
			put("code", some("C-", 9))
		}
		out = append(out, f)
	}
	return out
}

// What a machine's report means is looked up; whoever reads all that is held
// comes to the same.
func TestABriefReportMeansWhatAWholeOneMeans(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		r := rand.New(rand.NewPCG(7, 7))
		met := map[cmdb.Outcome]int{}
		for round := range 60 {
			some := findings(machines(r, 1+r.IntN(6))...)
			whole, plan, err := o.reconciler().Draft(t.Context(), o.manager, some())
			if err != nil {
				t.Fatal(err)
			}
			drafter := o.manager
			drafter.Grants = people.NewGrants(cmdb.DeedImport)
			brief, err := o.reconciler().Take(t.Context(), drafter, some)
			if err != nil {
				t.Fatal(err)
			}
			_, same, err := o.reconciler().Read(t.Context(), o.manager, brief.ID)
			if err != nil {
				t.Fatal(err)
			}
			if a, b := fmt.Sprintf("%+v", plan.Lines), fmt.Sprintf("%+v", same.Lines); a != b {
				t.Fatalf("round %d:\n%s\n%s", round, a, b)
			}
			for outcome, n := range whole.Counts {
				met[outcome] += n
			}
			if _, err := o.reconciler().Take(t.Context(), o.manager, some); err != nil {
				t.Fatal(err)
			}
		}
		for _, outcome := range []cmdb.Outcome{cmdb.Add, cmdb.Alter, cmdb.Same, cmdb.Faulty} {
			if met[outcome] == 0 {
				t.Errorf("no line came to %q: %v", outcome, met)
			}
		}
	})
}

// A report reads the items that it may mean, and no others.
func TestABriefReportReadsLittle(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		url := o.listening(t)
		for n := range 20 {
			if status, says := send(t, url, "good", machine(fmt.Sprintf("pc-%d", n), "Kylin V10")); status != http.StatusOK {
				t.Fatalf("%d %s", status, says)
			}
		}
		i := o.byCode(t, "pc-7")
		var read []string
		if err := db.Items().Marked(t.Context(), cmdb.Marks(i), func(i *cmdb.Item) error {
			read = append(read, i.Code)
			return nil
		}); err != nil || !slices.Equal(read, []string{"pc-7"}) {
			t.Errorf("read %v, %v", read, err)
		}
		r := o.reconciler()
		r.Items = noWalk{r.Items, t}
		again := cmdb.Finding{Line: 1, Class: "terminal", Fields: map[string]string{"name_en": "pc-7", "serial": "sn-pc-7"}}
		if in, err := r.Take(t.Context(), o.manager, findings(again)); err != nil || in.Counts[cmdb.Add] != 0 || in.Counts[cmdb.Faulty] != 0 {
			t.Errorf("reported once more: %+v, %v", in.Counts, err)
		}
	})
}

// noWalk fails a test that reads all items.
type noWalk struct {
	cmdb.Store
	t *testing.T
}

func (n noWalk) Walk(context.Context, func(*cmdb.Item) error) error {
	n.t.Error("all items were read")
	return nil
}

// Items from before they had marks get them with the migration.
func TestItemsOfAnOlderSchemaAreKnownAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		var ids []record.ItemID
		for n := range 1_100 {
			ids = append(ids, o.put(t, "class", "terminal", "code", fmt.Sprintf("PC-%d", n), "name_en", "Desk", "serial", fmt.Sprintf("S%d", n), "state", "live").ID)
		}
		for _, q := range []string{"DELETE FROM item_word", "INSERT INTO item_again SELECT id FROM item"} { // as it was, and what the step does
			if _, err := db.ExecForTest(t.Context(), q); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{0, 499, 500, 1_099} {
			found := 0
			if err := db.Items().Marked(t.Context(), cmdb.Marks(&cmdb.Item{Serial: fmt.Sprintf("s%d", n)}), func(i *cmdb.Item) error {
				if found++; i.ID != ids[n] {
					t.Errorf("S%d is item %d, not %d", n, i.ID, ids[n])
				}
				return nil
			}); err != nil || found != 1 {
				t.Errorf("S%d: %d found, %v", n, found, err)
			}
		}
	})
}
