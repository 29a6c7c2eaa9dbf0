package app

import (
	"context"
	"time"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
)

// wireReleases makes the desk for releases, and the library from which they
// come. Which changes are authorised change management says.
func (h *house) wireReleases() {
	d := h.directory
	h.library = &release.Library{Store: h.db.Library(), Now: Now, Refers: d.Refers}
	inner := record.Desk[*release.Release]{Store: h.db.Releases(), Now: Now, Own: h.own(record.Release), Files: h.db.Files(), Limits: record.StandardLimits}
	inner.Rules.Refers = d.Refers
	changes := handoff.ReleaseChanges{Changes: h.db.Changes()}
	problems := handoff.ReleaseProblems{Problems: h.db.Problems()}
	h.releases = release.NewDesk(inner, release.City{
		Entries: func(scope people.Scope, ids []int64) (map[int64]release.Entry, error) {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			return h.library.ByID(ctx, scope, ids)
		},
		Changes: func(scope people.Scope, refs []string) (map[string]release.Standing, error) {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			return changes.Standings(ctx, scope, refs)
		},
		Problems: func(scope people.Scope, refs []string) (map[string]release.KnownError, error) {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			return problems.Known(ctx, scope, refs)
		},
		Networks: func(ids []record.ItemID) (map[record.ItemID]people.ZoneID, error) {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			found, err := h.db.Items().Find(ctx, people.Everything(), ids...)
			out := map[record.ItemID]people.ZoneID{}
			for _, one := range found {
				out[one.ID] = one.Zone
			}
			return out, err
		},
		Within: func(service record.ServiceID, items []record.ItemID) (map[record.ItemID]bool, error) {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			return handoff.ReleaseChanges{Analyst: h.analyst()}.Within(ctx, service, items)
		},
		Workdays:  h.workdays,
		Checklist: h.checklist,
	}, h.db.Ledger(), h.db.ReleaseShelf())
}

// checklist is what the centre asks in a readiness review.
func (h *house) checklist() release.Checklist {
	c, err := release.ChecklistOf(h.settings.All())
	if err != nil {
		h.env.Log.Error("the readiness checklist cannot be read; the standard one holds", "err", err)
		return release.StandardChecklist()
	}
	return c
}

// itemNames are what configuration items are called that an actor may see.
func (h *house) itemNames(ctx context.Context, by people.Actor, ids []record.ItemID) (map[record.ItemID]string, error) {
	out := map[record.ItemID]string{}
	if len(ids) == 0 || !by.Can(cmdb.DeedRead) {
		return out, nil
	}
	found, err := h.db.Items().Find(ctx, by.Scope, ids...)
	for _, one := range found {
		out[one.ID] = one.Code + " " + one.Name.In(by.Lang)
	}
	return out, err
}
