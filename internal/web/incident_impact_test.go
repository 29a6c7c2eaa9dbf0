package web_test

import (
	"fmt"
	"net/url"
	"testing"

	"kilter/internal/practice/incident"
)

// The incident's page tells whom it concerns and which priority that calls
// for; several incidents are asked for their common cause and put under one
// parent in one deed.
func TestImpactOfIncidents(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	system, one, _ := o.rack()
	mine := o.call("Approvals stand still", map[string]string{"item": fmt.Sprint(system.ID)})
	other := o.call("Approval pages are blank", map[string]string{"item": fmt.Sprint(system.ID)})
	mute := o.call("A chair is broken", nil)
	at := func(i *incident.Incident, rest string) string { return "/incidents/" + i.Ref() + rest }
	never := []string{"SRV-SECRET", "nobody here may know"}
	pair := url.Values{"n": {mine.Ref(), other.Ref()}}
	for _, a := range []deskAsk{
		{name: "the record asks for it", path: at(mine, ""), status: 200, want: []string{at(mine, "/impact")}},
		{name: "what fails, what is proposed, what it explains", path: at(mine, "/impact"), status: 200, want: []string{"If SYS-APPROVAL fails", "Proposed", "Decide otherwise", other.Ref(), "/configuration/incidents/" + mine.Ref() + "/map"}, wantNot: never},
		{name: "nothing is recorded of the other", path: at(mute, "/impact"), status: 200, want: []string{"Nothing is recorded about what this stands on."}},
		{name: "not without the grant", as: "reader", path: at(mine, "/impact"), status: 403},
		{name: "to depart needs a reason", method: "POST", path: at(mine, "/assess"), form: url.Values{"impact": {"1"}, "urgency": {"1"}}, status: 422, want: []string{"incident-impact"}},
		{name: "with one it is so", method: "POST", path: at(mine, "/assess"), form: url.Values{"impact": {"1"}, "urgency": {"1"}, "reason": {"The mayor waits."}}, status: 303},
		{name: "common cause of two", path: "/incidents/suspects?" + pair.Encode(), status: 200, want: []string{"SYS-APPROVAL", "explain 2 of 2 incidents", "Put them under"}, wantNot: never},
		{name: "of one", path: "/incidents/suspects?n=" + mine.Ref(), status: 422, want: []string{"Name at least two incidents."}},
		{name: "with one that says nothing", path: "/incidents/suspects?n=" + mine.Ref() + "+" + other.Ref() + "+" + mute.Ref(), status: 200, want: []string{"1 incident is about nothing", "explain 2 of 3 incidents"}},
		{name: "no such incident", path: "/incidents/suspects?n=INC-2026-09999+" + mine.Ref(), status: 422, want: []string{"INC-2026-09999"}},
		{name: "not without the grant either", as: "reader", path: "/incidents/suspects", status: 403},
		{name: "one deed puts both under a new parent", method: "POST", path: "/incidents/gather", form: url.Values{"item": {fmt.Sprint(one.ID)}, "title": {"Outage of SRV-001"}, "n": {mine.Ref(), other.Ref()}}, status: 303},
		{name: "a child has no children of its own", method: "POST", path: "/incidents/gather", form: url.Values{"parent": {mine.Ref()}, "n": {mute.Ref()}}, status: 422},
	} {
		t.Run(a.name, func(t *testing.T) { o.do(t, a) })
	}
	got, err := o.desk.Find(t.Context(), o.agent(), mine.Number)
	if err != nil || got.Impact != 1 || got.Urgency != 1 {
		t.Errorf("after deciding otherwise: %d and %d, %v", got.Impact, got.Urgency, err)
	}
	v, err := o.desk.Read(t.Context(), o.agent(), mine.Number)
	if err != nil || len(v.Around.Links) != 1 || v.Around.Links[0].Type != "parent" || v.Around.Links[0].Row.Title != "Outage of SRV-001" {
		t.Fatalf("its parent: %+v, %v", v.Around.Links, err)
	}
	parent, err := o.desk.Find(t.Context(), o.agent(), v.Around.Links[0].Row.Number)
	if err != nil || parent.Item != one.ID || parent.State == incident.Closed {
		t.Errorf("the parent is about %d, %v", parent.Item, err)
	}
}
