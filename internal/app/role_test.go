package app

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kilter/internal/practice/access"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// A role saved before an upgrade is told of at the start, and gets what its
// starter has by one deed, which the audit log keeps.
func TestRolesAfterAnUpgrade(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			h := testHouse(t, engine)
			if err := access.Seed(t.Context(), h.settings, Now()); err != nil {
				t.Fatal(err)
			}
			told := func() string {
				t.Helper()
				var log bytes.Buffer
				h.env.Log = slog.New(slog.NewTextHandler(&log, nil))
				if err := h.warnOfRoles(); err != nil {
					t.Fatal(err)
				}
				return log.String()
			}
			if said := told(); said != "" {
				t.Errorf("of the roles it begins with: %s", said)
			}
			engineer := *h.settings.All().Coded(setting.Role, access.Engineer)
			doc, err := setting.Read[access.Role](engineer)
			if err != nil {
				t.Fatal(err)
			}
			doc.Grants = slices.DeleteFunc(doc.Grants, func(g string) bool { return strings.HasPrefix(g, "problem.") })
			keep(t, h, setting.Role, access.Engineer, map[string]any{"grants": doc.Grants}) // as versions before wrote it
			if said := told(); !strings.Contains(said, "role=engineer") || !strings.Contains(said, "problem.publish") || strings.Contains(said, "incident.") {
				t.Errorf("at the start it says %s", said)
			}
			by := people.Actor{ID: 77, Name: "Security", Grants: people.NewGrants("role.*"), Via: people.ViaPage}
			engineer = *h.settings.All().Coded(setting.Role, access.Engineer)
			if err := h.who.office.Renew(t.Context(), people.Actor{ID: 78}, &engineer); err == nil {
				t.Error("anybody gives rights")
			}
			if err := h.who.office.Renew(t.Context(), by, &engineer); err != nil {
				t.Fatal(err)
			}
			if said := told(); said != "" {
				t.Errorf("then it still says %s", said)
			}
			g, err := access.Granted(h.settings.All(), []int64{engineer.ID})
			if err != nil || !g.Has("problem.publish") || !g.Has("incident.resolve") {
				t.Errorf("it grants %v, %v", g, err)
			}
			if !noted(t, h, "role.edit", "problem.publish") {
				t.Error("the audit log does not know")
			}
			if err := h.who.office.Renew(t.Context(), by, &engineer); err == nil {
				t.Error("given twice")
			}
			if err := h.who.office.SaveRole(t.Context(), by, &engineer, doc.Grants); err != nil { // without them, on purpose
				t.Fatal(err)
			}
			if said := told(); said != "" {
				t.Errorf("what was left out on purpose is asked for again: %s", said)
			}
		})
	}
}

// noted reports whether the audit log has a row of a deed whose detail names a
// word.
func noted(t *testing.T, h *house, deed, word string) bool {
	t.Helper()
	rows, err := h.who.log.All(context.WithoutCancel(t.Context()), people.System(people.ViaJob), audit.Filter{Deed: deed})
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range rows {
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(r.Detail, word) {
			return true
		}
	}
	return false
}

// A practice has the deeds that it knows, and no others: a role page offers
// none that nothing would ask for, and no role takes one.
func TestAPracticeHasItsOwnDeedsOnly(t *testing.T) {
	t.Parallel()
	w := settle(t, "sqlite")
	all := w.house.who.office.Catalogue
	for room, strangers := range map[string][]string{
		"item":    {"item.reply", "item.note", "item.watch", "item.task_add", "item.task_work", "item.spend", "item.merge", "item.unmerge", "item.post"},
		"problem": {"problem.merge", "problem.unmerge", "problem.post", "problem.import"}, "request": {"request.merge", "request.post", "request.import"},
		"contact": {"contact.unmerge", "contact.post", "contact.import"}, "knowledge": {"knowledge.merge", "knowledge.unmerge", "knowledge.post"}, "incident": {"incident.import"},
	} {
		for _, deed := range strangers {
			if slices.Contains(all.Room(room), deed) {
				t.Errorf("%s is offered", deed)
			}
			if err := all.Check([]string{deed}); err == nil {
				t.Errorf("a role takes %s", deed)
			}
		}
	}
	for _, deed := range []string{"contact.merge", "incident.merge", "incident.post", "incident.undo_others", "incident.unwatch", "knowledge.import", "item.undo", "item.export", "request.approve"} {
		if !slices.Contains(all.Deeds(), deed) {
			t.Errorf("nobody can be given %s", deed)
		}
	}
	for _, r := range access.StarterRoles() {
		if err := all.Check(r.Grants); err != nil {
			t.Errorf("the role %s: %v", r.Code, err)
		}
	}
	// Everything that a page or an operation asks for can be given.
	gate, border, err := w.house.pages()
	if err != nil {
		t.Fatal(err)
	}
	programs := w.house.programs(gate)
	programs.Mount(http.NewServeMux())
	asked := map[string]string{}
	for _, p := range border.Patterns() {
		asked[p] = border.Policy(p)
	}
	for _, r := range programs.Routes() {
		asked[r.Method+" "+r.Path] = r.Policy
	}
	for pattern, policy := range asked {
		for _, deed := range strings.Fields(policy) {
			if strings.Contains(deed, ".") && !strings.HasSuffix(deed, ".*") && !strings.HasSuffix(deed, "{move}") && !slices.Contains(all.Deeds(), deed) {
				t.Errorf("%s asks for %s, which nobody can be given", pattern, deed)
			}
		}
	}
}
