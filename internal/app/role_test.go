package app

import (
	"bytes"
	"context"
	"log/slog"
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
