package app

import (
	"context"
	"sync/atomic"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/view"
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

// plantModel makes settings of the starter model of items once, so that a
// centre can change it; what it takes out afterwards stays out.
func (h *house) plantModel(ctx context.Context) error {
	all := h.settings.All()
	if len(all.Of(setting.ItemClass))+len(all.Of(setting.RelationType)) > 0 {
		return nil
	}
	_, err := h.modeller().Plant(ctx, people.System(people.ViaShell))
	return err
}

// items is the desk where items and relations are read and changed.
func (h *house) items() *cmdb.Desk {
	return &cmdb.Desk{
		Items: h.db.Items(), Relations: h.db.Relations(), Book: h.db.ItemBook(), Files: h.db.ItemFiles(), Pen: h.db,
		Settings: h.settings.All, Model: h.model, Person: h.db.Person, Now: Now,
		Zone: func(service int64) people.ZoneID { return h.directory.View().Service(service).Zone },
	}
}

// modeller is where the model of items is drawn.
func (h *house) modeller() *cmdb.Modeller {
	return &cmdb.Modeller{
		Desk: h.items(), Arranged: h.settingsDesk(), Graph: h.db.Graph(), Mappings: h.db.ItemMappings(), Log: h.db.Audit(),
		Views: func(context.Context) ([]cmdb.ViewUse, error) { return itemViews(h.settings.All()) },
	}
}

// itemViews lists the saved views of items; a private one keeps its name.
func itemViews(all *setting.All) ([]cmdb.ViewUse, error) {
	var out []cmdb.ViewUse
	for _, t := range all.Of(setting.View) {
		doc, err := setting.Read[view.Doc](*t)
		if err != nil {
			return nil, err
		}
		if t.Retired || doc.Kind != view.Item {
			continue
		}
		use := cmdb.ViewUse{Name: t.Name, Query: doc.Query, Columns: doc.Columns}
		if doc.Reach == view.Private {
			use.Name = people.Text{}
		}
		out = append(out, use)
	}
	return out, nil
}

// itemRecords is where baselines are taken and compared.
func (h *house) itemRecords() *cmdb.Records {
	return &cmdb.Records{Desk: h.items(), Baselines: h.db.Baselines(), Discrepancies: h.db.Discrepancies(), Where: h.itemConditions}
}

// itemBatches is where many items are changed at once.
func (h *house) itemBatches() *cmdb.Batches {
	return &cmdb.Batches{Desk: h.items(), Store: h.db.ItemBatches()}
}

// itemChecks is where the record of items is held against reality.
func (h *house) itemChecks() *cmdb.Checks {
	return &cmdb.Checks{Desk: h.items(), Discrepancies: h.db.Discrepancies(), Graph: h.db.Graph()}
}

// itemConditions reads a condition on items for somebody.
func (h *house) itemConditions(by people.Actor, text string) (query.Node, error) {
	return h.model().Read(text, h.means(by))
}

// reconciler is where importers bring items in.
func (h *house) reconciler() *cmdb.Reconciler {
	return &cmdb.Reconciler{
		Items: h.db.Items(), Relations: h.db.Relations(), Graph: h.db.Graph(), Imports: h.db.ItemImports(), Discrepancies: h.db.Discrepancies(),
		Settings: h.settings.All, Model: h.model, Person: h.personCalled, Now: Now, Place: h.place,
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
