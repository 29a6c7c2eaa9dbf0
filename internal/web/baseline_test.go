package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
)

// TestBaselinePages takes a baseline, lets things change, compares, and makes
// discrepancies of what differs.
func TestBaselinePages(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	system, one, _ := o.rack()
	never := []string{"SRV-SECRET", "nobody here may know"}
	take := func(pairs ...string) url.Values {
		return values(append([]string{"name", "As approved", "depth", "1"}, pairs...)...)
	}
	for _, a := range []deskAsk{
		{name: "none yet", path: "/configuration/baselines", status: 200, want: []string{"No baseline has been taken yet", `name="where"`}},
		{name: "from an item", path: fmt.Sprintf("/configuration/baselines?item=%d", system.ID), status: 200, want: []string{"SYS-APPROVAL"}},
		{name: "the item leads there", path: fmt.Sprintf("/configuration/items/%d", system.ID), status: 200, want: []string{fmt.Sprintf("/configuration/baselines?item=%d", system.ID), `name="when"`}},
		{name: "of the whole list, with its count", path: "/configuration/baselines?all=1&q=class%3Aserver", status: 200, want: []string{`value="class:server"`, "items today.", `name="depth"`}, wantNot: never},
		{name: "of a list without a filter", path: "/configuration/baselines?all=1&q=", status: 200, want: []string{`value="class:item"`}, wantNot: never},
		{name: "of a list whose filter is wrong", path: "/configuration/baselines?all=1&q=colour%3Ared", status: 200, want: []string{`id="f-where-fault"`}},
		{name: "which the list leads to", path: "/configuration?view=all&q=class%3Aserver", status: 200, want: []string{"/configuration/baselines?all=1&amp;q=class%3Aserver"}},
		{name: "without items", method: "POST", path: "/configuration/baselines", form: take(), status: 422, want: []string{`id="f-roots-fault"`, "As approved"}},
		{name: "with a depth that is no number", method: "POST", path: "/configuration/baselines", form: url.Values{"name": {"x"}, "depth": {"deep"}}, status: 422, want: []string{`id="f-depth-fault"`}},
		{name: "of a wrong condition", method: "POST", path: "/configuration/baselines", form: take("where", "colour:red"), status: 422, want: []string{"colour"}},
		{name: "of a condition that finds nothing", method: "POST", path: "/configuration/baselines", form: take("where", "class:printer"), status: 422, want: []string{`id="f-where-fault"`}},
		{name: "a reader takes none", as: "reader", method: "POST", path: "/configuration/baselines", form: take(), status: 403},
		{name: "taken", method: "POST", path: "/configuration/baselines", form: take("roots", fmt.Sprint(system.ID)), status: 303},
		{name: "taken of a condition", method: "POST", path: "/configuration/baselines", form: values("name", "All servers", "where", "class:server", "depth", "0"), status: 303},
		{name: "nothing differs yet", path: "/configuration/baselines/1", status: 200, want: []string{"Nothing differs."}, wantNot: never},
	} {
		t.Run(a.name, func(t *testing.T) { o.do(t, a) })
	}
	by := people.System(people.ViaJob)
	if _, err := o.stock.Save(t.Context(), by, cmdb.Input{ID: one.ID, Fields: map[string]string{"room": "B-9"}}); err != nil {
		t.Fatal(err)
	}
	o.keep(map[string]string{"code": "SRV-NEW", "name_en": "New server"})
	for _, a := range []deskAsk{
		{name: "what changed", path: "/configuration/baselines/1", status: 200, want: []string{"B-9", "SRV-001", "Make discrepancies"}, wantNot: append([]string{"SRV-NEW"}, never...)},
		{name: "a condition finds what is new", path: "/configuration/baselines/2", status: 200, want: []string{"SRV-NEW", "B-9"}, wantNot: never},
		{name: "another", path: "/configuration/baselines/1?with=2", status: 200, want: []string{"All servers"}, wantNot: append([]string{"Make discrepancies of what"}, never...)},
		{name: "a reader sees it", as: "reader", path: "/configuration/baselines/1", status: 200, wantNot: append([]string{"Make discrepancies of what"}, never...)},
		{name: "and notes nothing", as: "reader", method: "POST", path: "/configuration/baselines/1/discrepancies", form: url.Values{}, status: 403},
		{name: "one that is not there", path: "/configuration/baselines/99", status: 404},
		{name: "noted", method: "POST", path: "/configuration/baselines/1/discrepancies", form: values("item", fmt.Sprint(one.ID)), status: 303},
		{name: "and listed", path: "/configuration/discrepancies", status: 200, want: []string{"B-9", "baseline 1"}},
		{name: "nothing of items that are as they were", method: "POST", path: "/configuration/baselines/1/discrepancies", form: values("item", fmt.Sprint(system.ID)), status: 409},
	} {
		t.Run(a.name, func(t *testing.T) { o.do(t, a) })
	}
	checks := &cmdb.Checks{Desk: o.stock, Discrepancies: o.db.Discrepancies(), Graph: o.db.Graph()}
	for _, move := range []string{"assign", "correct"} {
		if _, err := checks.Settle(t.Context(), by, 1, move, map[string]string{"owner": o.chen.ID.String()}); err != nil {
			t.Fatal(err)
		}
	}
	if i, err := o.stock.Find(t.Context(), by, one.ID); err != nil || strings.Contains(i.Room, "B-9") {
		t.Errorf("the room is %q, %v: want what was approved", i.Room, err)
	}
}
