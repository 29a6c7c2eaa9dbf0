package app

import (
	"context"
	"sync/atomic"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
)

// modelHolder keeps the model of items for as long as the settings it was read
// from are the current ones.
type modelHolder struct{ held atomic.Pointer[cmdb.Model] }

// model is the classes of items and types of relations in force.
func (h *house) model() *cmdb.Model {
	all := h.settings.All()
	if m := h.models.held.Load(); m != nil && m.Version == all.Version {
		return m
	}
	m, err := cmdb.ModelOf(all)
	if err != nil {
		h.env.Log.Error("the model of items cannot be read; the one before holds", "err", err)
		if held := h.models.held.Load(); held != nil {
			return held
		}
		if m, err = cmdb.ModelOf(nil); err != nil {
			return &cmdb.Model{}
		}
	}
	h.models.held.Store(m)
	return m
}

// reconciler is where importers bring items in.
func (h *house) reconciler() *cmdb.Reconciler {
	return &cmdb.Reconciler{
		Items: h.db.Items(), Relations: h.db.Relations(), Graph: h.db.Graph(), Imports: h.db.ItemImports(),
		Settings: h.settings.All, Model: h.model, Person: h.personCalled, Now: Now,
	}
}

// personCalled finds a person by code, or by a name that only one has.
func (h *house) personCalled(ctx context.Context, text string) (people.ID, bool, error) {
	found, err := h.db.Coded(ctx, []string{text})
	if err != nil {
		return 0, false, err
	}
	if len(found) == 1 {
		return found[0].ID, true, nil
	}
	named, err := h.settings.Store.Named(ctx, []string{text})
	if err != nil || len(named) != 1 {
		return 0, false, err
	}
	return people.ID(named[0].ID), true, nil
}
