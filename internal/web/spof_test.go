package web_test

import (
	"fmt"
	"testing"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
)

// TestSinglePointsAreWorkedOn decides about a single point of failure; the
// decision outlives the computation that no longer finds it, and the one that
// finds it again.
func TestSinglePointsAreWorkedOn(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	by := people.System(people.ViaJob)
	system := o.keep(map[string]string{"code": "SYS-TAX", "class": "business_system", "name_en": "Tax", "service": fmt.Sprint(o.service)})
	host := o.keep(map[string]string{"code": "SRV-ONE", "name_en": "The only host"})
	tie, err := o.stock.Relate(t.Context(), by, cmdb.Relation{Source: system.ID, Target: host.ID, Type: "runs_on"})
	if err != nil {
		t.Fatal(err)
	}
	at := func(move string) string { return fmt.Sprintf("/configuration/singles/%d/%s", host.ID, move) }
	day := o.now.AddDate(0, 6, 0).Format("2006-01-02")
	for _, a := range []deskAsk{
		{name: "open", path: "/configuration/singles", status: 200, want: []string{"SRV-ONE", "Open", "nothing is decided", at("mend")}},
		{name: "the form", path: at("accept_risk"), htmx: true, status: 200, want: []string{`name="review"`, `name="note"`}},
		{name: "mended by nobody", method: "POST", path: at("mend"), htmx: true, form: values("note", "x"), status: 422, want: []string{`-owner-fault"`}},
		{name: "mended by somebody who is not there", method: "POST", path: at("mend"), htmx: true, form: values("owner", "99999"), status: 422, want: []string{`-owner-fault"`}},
		{name: "accepted without a word", method: "POST", path: at("accept_risk"), htmx: true, form: values(), status: 422, want: []string{`-note-fault"`, `-review-fault"`}},
		{name: "accepted for too long", method: "POST", path: at("accept_risk"), htmx: true, form: values("note", "No money", "review", "2030-01-01"), status: 422, want: []string{`-review-fault"`, "No money"}},
		{name: "accepted", method: "POST", path: at("accept_risk"), form: values("note", "A second host is in the budget", "review", day), status: 303},
		{name: "and told", path: "/configuration/singles", status: 200, want: []string{"Risk accepted", "in the budget"}, wantNot: []string{"nothing is decided"}},
		{name: "a reader decides nothing", as: "reader", method: "POST", path: at("mend"), form: values(), status: 403},
		{name: "nor about what is none", method: "POST", path: fmt.Sprintf("/configuration/singles/%d/set_open", system.ID+99), form: values("note", "x"), status: 404},
		{name: "no such move", path: at("forget"), status: 404},
	} {
		t.Run(a.name, func(t *testing.T) { o.do(t, a) })
	}
	if err := o.stock.Part(t.Context(), by, tie.ID); err != nil {
		t.Fatal(err)
	}
	o.do(t, deskAsk{name: "gone", path: "/configuration/singles", status: 200, want: []string{"Gone", "in the budget"}, wantNot: []string{at("mend")}})
	if _, err := o.stock.Relate(t.Context(), by, cmdb.Relation{Source: system.ID, Target: host.ID, Type: "runs_on"}); err != nil {
		t.Fatal(err)
	}
	o.do(t, deskAsk{name: "back with what was decided", path: "/configuration/singles", status: 200, want: []string{"Risk accepted", "in the budget"}})
	o.now = o.now.AddDate(0, 7, 0)
	o.do(t, deskAsk{name: "due", path: "/configuration/singles", status: 200, want: []string{"Review due", "nothing is decided"}})
	o.do(t, deskAsk{name: "mended", method: "POST", path: at("mend"), form: values("owner", o.li.ID.String(), "note", "Ordered"), status: 303})
	o.do(t, deskAsk{name: "by whom", path: "/configuration/singles", status: 200, want: []string{"Being mended", "李娜"}})
}
