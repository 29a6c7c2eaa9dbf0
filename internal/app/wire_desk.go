package app

import (
	"context"
	"net/http"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/view"
	"kilter/internal/web"
)

// deskPages mounts the workspace of staff: lists, records, the call form, my
// day, live updates.
func (h *house) deskPages(mux web.Mux, shell *web.Shell, rooms []web.Room) {
	h.incidents.Files = h.db.Files()
	d := &web.Desk{
		Shell: shell, Incidents: h.incidents, Contacts: h.contacts, Problems: h.problems, Changes: h.changes, Planning: h.planning, Releases: h.releases, Risks: h.risks, Requests: h.requests, Approvals: h.db.Approvals(), Together: h.db.Together, Ledger: h.db.Ledger(), Finder: h.db.Finder(), Drafts: h.db.Drafts(), Settings: h.settings.All, Actor: signedIn,
		Persons: h.db, Live: h.live, Feed: h.db.Feed(), Stop: h.env.Context.Done(), Items: h.db.Items(), Boards: h.db.Boards(),
	}
	rfc := h.changeRequests()
	d.RFC = &rfc
	entries := h.riskEntries()
	d.Entries = &entries
	d.Orders, d.Directory = h.orders(), h.directory
	d.Grades, d.Operations, d.Rooms = h.gradeRoom(), h.operations(), rooms
	d.Views, d.Triage = h.views, &handoff.Triage{Incidents: h.incidents, Analyst: h.analyst()}
	known := h.knownErrors()
	d.Known = &known
	d.Rules, d.Macros = h.rules, h.macros
	lessons := h.lessons()
	d.Lessons = &lessons
	d.Means, d.Notices = h.means, h.db.Notices()
	d.OnDuty = func(t people.TeamID, at time.Time) []people.ID { return h.directory.View().OnDuty(t, at) }
	shell.Rail = d.Rail
	d.Routes(mux)
	imports := &web.ItemImports{Reconciler: h.reconciler(), Tables: &itemTables{h: h}, Mappings: h.db.ItemMappings(), Uploads: h.db}
	(&web.Configuration{Desk: d, CMDB: h.items(), Analyst: h.analyst(), Records: h.itemRecords(), Sketches: h.sketches(), Sandboxes: h.sandboxes(), Checks: h.itemChecks(), Batches: h.itemBatches(), Modeller: h.modeller(), Weak: h.weakPoints(), Imports: imports, Content: h.db.Files(), Address: h.env.PublicURL}).Routes(mux)
}

// wireViews makes the shelf of saved views; pages and API share it, for it
// remembers counts.
func (h *house) wireViews() {
	h.views = &view.Views{
		Keeper: h.settings, Ledger: h.db.Ledger(), Now: Now, Means: h.means, People: h.db,
		Fields: func(k record.Kind) query.Fields { return h.fields(k, true) },
		Items: func(ctx context.Context, by people.Actor, where query.Node, most int) (int, error) {
			return h.items().Count(ctx, by, cmdb.Query{Where: h.model().Widen(where)}, most)
		},
	}
}

// signedIn is whoever the gate let in.
func signedIn(r *http.Request) (people.Actor, error) {
	a := people.From(r.Context())
	if a.ID == 0 {
		return a, fault.New(fault.Unknown, "trouble.401")
	}
	return a, nil
}

// limited bounds the bodies of requests: small ones for forms, larger ones
// where files are brought.
func limited(next http.Handler) http.Handler {
	forms := web.Limit(next, web.BodyLimit, web.BodyTime)
	files := web.Limit(next, record.StandardLimits.Size+1<<20, 2*time.Minute)
	brought := func(path string) bool {
		return path == "/files" || strings.HasPrefix(path, "/configuration/") && strings.HasSuffix(path, "/files")
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if brought(r.URL.Path) && strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
			files.ServeHTTP(w, r)
			return
		}
		forms.ServeHTTP(w, r)
	})
}
