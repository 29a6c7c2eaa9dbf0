package web_test

import (
	"fmt"
	"testing"
)

func TestImpactPages(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	system, one, secret := o.rack()
	ref := o.call("Approvals stand still", map[string]string{"item": fmt.Sprint(system.ID)}).Ref()
	at := func(id any, rest string) string { return fmt.Sprintf("/configuration/items/%d%s", id, rest) }
	never := []string{"SRV-SECRET", "nobody here may know"}
	for _, a := range []deskAsk{
		{name: "one of two servers is absorbed", path: at(one.ID, "/impact"), status: 200, want: []string{"If SRV-001 fails, nothing else does.", "Database pair", "1 of 2 left, 1 needed", "0 more may fail"}, wantNot: never},
		{name: "both bring the system down, and its records are told", path: at(one.ID, fmt.Sprintf("/impact?with=%d", one.ID+1)), status: 200, want: []string{"fail together", "SYS-APPROVAL", "Approvals stand still", "Down"}, wantNot: never},
		{name: "named as a file", path: at(one.ID, fmt.Sprintf("/impact/export?with=%d", one.ID+1)), status: 200, want: []string{" > SYS-APPROVAL", "Steps"}, wantNot: never},
		{name: "what it needs", path: at(system.ID, "/impact?way=needs"), status: 200, want: []string{"SYS-APPROVAL needs 2 other items", "One of several", "SRV-002"}, wantNot: never},
		{name: "and that as a file", path: at(system.ID, "/impact/export?way=needs"), status: 200, want: []string{"SRV-002", "Needed by"}, wantNot: never},
		{name: "another item that is hidden does not count", path: at(one.ID, fmt.Sprintf("/impact?with=%d", secret.ID)), status: 200, want: []string{"If SRV-001 fails, nothing else does."}, wantNot: never},
		{name: "a moment that is none is told at its field", path: at(one.ID, "/impact?from=noon"), status: 422, want: []string{"f-from-fault", "noon"}},
		{name: "a window that ends first", path: at(one.ID, "/impact?from=2026-11-27T10:00&until=2026-11-27T09:00"), status: 422, want: []string{"ends before it begins"}},
		{name: "a window", path: at(one.ID, "/impact?from=2026-11-27T10:00&until=2026-11-27T12:00"), status: 200, want: []string{"SRV-001"}},
		{name: "a hidden item has no impact", path: at(secret.ID, "/impact"), status: 404, wantNot: never},
		{name: "nor a map", path: at(secret.ID, "/map"), status: 404, wantNot: never},
		{name: "the map", path: at(system.ID, "/map"), status: 200, want: []string{"data-map-canvas", "topology-words", "map.line.hard"}, wantNot: never},
		{name: "the map of services", path: "/configuration/map", status: 200, want: []string{"Service map", "nothing recorded"}, wantNot: never},
		{name: "a service whose footing nobody recorded", path: fmt.Sprintf("/configuration/services/%d", o.service), status: 200, want: []string{"Nobody recorded what this service stands on."}, wantNot: never},
		{name: "nor has it a map", path: fmt.Sprintf("/configuration/services/%d/map", o.service), status: 200, want: []string{"Nothing is recorded that it stands on"}, wantNot: []string{"data-map-canvas"}},
		{name: "no such service", path: "/configuration/services/99999", status: 404},
		{name: "the map around what an incident is about", path: "/configuration/incidents/" + ref + "/map", status: 200, want: []string{"data-map-canvas", ref, fmt.Sprintf(`"fail":["%d"]`, system.ID)}, wantNot: never},
		{name: "which is closed to whoever may not ask for impact", as: "reader", path: "/configuration/incidents/" + ref + "/map", status: 403},
		{name: "single points", path: "/configuration/singles", status: 200, want: []string{"No single item brings a service down."}, wantNot: never},
		{name: "single points as a file", path: "/configuration/singles/export", status: 200, want: []string{"Brings down"}, wantNot: never},
		{name: "without the grant there is no impact", as: "reader", path: at(one.ID, "/impact"), status: 403},
		{name: "nor single points", as: "reader", path: "/configuration/singles", status: 403},
		{name: "nor a map of services", as: "reader", path: "/configuration/map", status: 403},
		{name: "nor a file", as: "reader", path: "/configuration/singles/export", status: 403},
		{name: "an official finds nothing", as: "official", path: at(one.ID, "/impact"), status: 404},
		{name: "a stranger is asked who he is", as: "stranger", path: "/configuration/map", status: 401},
		{name: "the item leads here", path: at(one.ID, ""), status: 200, want: []string{at(one.ID, "/impact"), at(one.ID, "/map")}},
		{name: "but not for whom it is closed", as: "reader", path: at(one.ID, ""), status: 200, wantNot: []string{at(one.ID, "/impact")}},
	} {
		t.Run(a.name, func(t *testing.T) { o.do(t, a) })
	}
}
