package app

import (
	"strconv"
	"strings"
	"testing"

	"kilter/internal/base/day"
	"kilter/internal/base/fault"
	"kilter/internal/practice/access"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/change"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/practice/setting"
)

// carryTown has a service in a closed network, and a route that names it.
func carryTown(t *testing.T) (w *town, closed string) {
	t.Helper()
	w = carryTownOn(t, "sqlite")
	return w, strconv.FormatInt(w.house.settings.All().Coded(setting.Service, "cards").ID, 10)
}

func carryTownOn(t *testing.T, engine string) *town {
	t.Helper()
	w := settle(t, engine)
	put := func(kind setting.Kind, code string, doc any) int64 {
		t.Helper()
		one := &setting.Thing{Kind: kind, Code: code, Name: people.Text{En: code, Zh: code}, Changed: Now()}
		if doc != nil {
			if err := setting.Write(one, doc); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.house.settings.Put(t.Context(), &setting.Lot{Things: []*setting.Thing{one}}); err != nil {
			t.Fatal(err)
		}
		return w.house.settings.All().Coded(kind, code).ID
	}
	zone := put(setting.Zone, "shut", nil)
	service := put(setting.Service, "cards", catalogue.Service{Zone: people.ZoneID(zone)})
	team := people.TeamID(put(setting.Team, "desk", nil))
	put(setting.Routing, "to-cards", catalogue.Rule{Order: 10, Service: service, Team: team})
	put(setting.Routing, "to-desk", catalogue.Rule{Order: 20, Priority: 1, Team: team})
	put(setting.Field, "asset-tag", catalogue.Field{Practice: "incident", Type: "text"})
	return w
}

// A step's change meets in the operation what it meets on the page: no field that
// names persons, and nothing that its planner is not cleared for, which is
// answered as if it were not there. What the centre's documents hold is for those
// who may read them, and the audit log says who planned and who approved.
func TestWhatAStepMayChange(t *testing.T) {
	t.Parallel()
	w, closed := carryTown(t)
	h, ctx := w.house, t.Context()
	a := arranger{h}
	lead := w.actor(t, "process_manager")
	lead.Scope.AllZones, lead.Scope.Cleared = false, nil
	said := func(err error) string {
		var out []string
		for _, f := range fault.All(err) {
			out = append(out, f.Field+" "+f.Key)
		}
		if err != nil && out == nil {
			t.Fatal(err)
		}
		return strings.Join(out, ", ")
	}
	field := func(kind setting.Kind, code, name, to string) programme.CarryField {
		return programme.CarryField{Kind: kind, Code: code, Field: name, To: to}
	}
	for _, c := range []struct {
		what string
		f    programme.CarryField
		want string
	}{
		{"the board", field(setting.Centre, change.PolicyCode, "board", lead.ID.String()), "board setting.no_such_field"},
		{"a code", field(setting.Routing, "to-desk", "code", "x"), "code setting.no_such_field"},
		{"a route to what is closed", field(setting.Routing, "to-cards", "order", "11"), " setting.no_such"},
		{"a route that is not there", field(setting.Routing, "to-nowhere", "order", "11"), " setting.no_such"},
		{"a closed service", field(setting.Routing, "to-desk", "service", closed), "service setting.no_such"},
		{"a service that is not there", field(setting.Routing, "to-desk", "service", "999999"), "service setting.no_such"},
		{"a closed service in the policy", field(setting.Centre, change.PolicyCode, "exchange", closed), "exchange setting.no_such"},
		{"a role", field(setting.Role, "director", "name_en", "x"), " programme.carry_kind"},
		{"what is open", field(setting.Routing, "to-desk", "order", "21"), ""},
	} {
		if _, err := a.Weigh(ctx, lead, []programme.CarryField{c.f}); said(err) != c.want {
			t.Errorf("%s: %v", c.what, err)
		}
	}
	cleared := w.actor(t, "process_manager")
	cleared.Scope.AllZones = true
	if _, err := a.Weigh(ctx, cleared, []programme.CarryField{field(setting.Routing, "to-cards", "order", "11")}); err != nil {
		t.Errorf("who is cleared: %v", err)
	}

	room := h.programmes()
	p := &programme.Programme{Name: people.Text{En: "P"}, State: programme.Approved, Doc: programme.Doc{Start: Now(), Horizon: Now().AddDate(1, 0, 0)}, Made: Now()}
	log := audit.By(lead, Now(), programme.DeedEdit, "roadmap")
	steps := []programme.Step{{Phase: 1, Place: 1, Kind: roadmap.Step, Process: maturity.Change, To: maturity.Level(2), State: roadmap.InWork}}
	if err := h.db.Programmes().Keep(ctx, p, log); err != nil {
		t.Fatal(err)
	}
	if err := h.db.Programmes().Lay(ctx, p, steps, log); err != nil {
		t.Fatal(err)
	}
	s, err := room.Propose(ctx, lead, p.ID, steps[0].ID, steps[0].Version, programme.Carry{
		Why: "sharper", Day: day.Of(Now(), h.place()), Fields: []programme.CarryField{field(setting.Centre, change.PolicyCode, "quorum", "4"), field(setting.Routing, "to-desk", "order", "21")},
	})
	if err != nil || len(s.Carry.Fields) != 2 || s.Carry.Fields[0].To != "4" {
		t.Fatalf("%+v, %v", s, err)
	}
	shown := func(by people.Actor) string {
		t.Helper()
		v, err := room.Look(ctx, by, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, f := range v.Steps[0].Carry.Fields {
			out = append(out, f.Field+"="+f.To)
		}
		return strings.Join(out, " ")
	}
	admin := w.actor(t, access.SystemAdministrator)
	for who, want := range map[string]string{"desk_agent": "quorum= order=21", "process_manager": "quorum=4 order=21", access.SystemAdministrator: "quorum=4 order=21"} {
		if got := shown(w.actor(t, who)); got != want {
			t.Errorf("%s reads %q", who, got)
		}
	}
	if _, err := room.Answer(ctx, admin, p.ID, s.ID, s.Version, approval.Yes, ""); err != nil {
		t.Fatal(err)
	}
	if err := room.CarryOut(ctx); err != nil {
		t.Fatal(err)
	}
	rows, err := h.db.Audit().Rows(ctx, audit.Filter{Object: "centre:" + change.PolicyCode, Limit: 10})
	if err != nil || len(rows) != 1 {
		t.Fatal(len(rows), err)
	}
	for _, want := range []string{`"planned_by":` + lead.ID.String(), `"approved_by":[` + admin.ID.String() + `]`} {
		if !strings.Contains(rows[0].Detail, want) {
			t.Errorf("no %s in %s", want, rows[0].Detail)
		}
	}
}
