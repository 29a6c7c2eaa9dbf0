package cmdb

import (
	"context"
	"encoding/json"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// DeedModel is the grant to change classes of items and types of relations.
const DeedModel = "item.model"

// Modeller is where the model of items is drawn: what a change touches is shown
// before it is saved, what was changed is told, and the last change of a class
// or type can be taken back. Saving itself is the settings' desk's.
type Modeller struct {
	*Desk
	Arranged *setting.Desk
	Graph    Graph
	Mappings Mappings                                     // nil where no tables are brought in
	Views    func(ctx context.Context) ([]ViewUse, error) // nil where no views are kept
	Log      ModelLog
}

// ModelLog reads the rows of the audit log about one thing, the newest first.
type ModelLog interface {
	Rows(ctx context.Context, f audit.Filter) ([]audit.Row, error)
}

// Preview says what an input would touch; nothing is written. What the input
// itself does wrong is reported as saving it would.
func (m *Modeller) Preview(ctx context.Context, by people.Actor, in setting.Input) (*Touch, error) {
	thing, _, err := m.Arranged.Try(ctx, by, in)
	if err != nil {
		return nil, err
	}
	return m.touches(ctx, by, thing)
}

// PreviewRetire says what taking a class or type out of use would touch, or
// taking it into use again.
func (m *Modeller) PreviewRetire(ctx context.Context, by people.Actor, k setting.Kind, id int64) (*Touch, error) {
	if err := by.May(DeedModel); err != nil {
		return nil, err
	}
	t, err := m.thing(k, id)
	if err != nil {
		return nil, err
	}
	now := *t
	now.Retired = !t.Retired
	return m.touches(ctx, by, now)
}

// ModelChange is one change of a class or type.
type ModelChange struct {
	At      time.Time
	By      people.ID
	Name    string // of who did it
	Changes []setting.Change
}

// mostChanges is how many changes of a class or type are told.
const mostChanges = 20

// Changes lists what became of a class or type, the latest first.
func (m *Modeller) Changes(ctx context.Context, by people.Actor, k setting.Kind, id int64) ([]ModelChange, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	t, err := m.thing(k, id)
	if err != nil {
		return nil, err
	}
	rows, err := m.Log.Rows(ctx, audit.Filter{Deed: DeedModel, Object: setting.Object(t), Result: audit.Done, Limit: mostChanges})
	if err != nil {
		return nil, err
	}
	var out []ModelChange
	for _, r := range rows {
		var doc struct {
			Changes []setting.Change `json:"changes"`
		}
		if json.Unmarshal([]byte(r.Detail), &doc) == nil && len(doc.Changes) > 0 {
			out = append(out, ModelChange{At: r.At, By: r.Actor, Name: r.Name, Changes: doc.Changes})
		}
	}
	return out, nil
}

func (m *Modeller) thing(k setting.Kind, id int64) (*setting.Thing, error) {
	if k != setting.ItemClass && k != setting.RelationType {
		return nil, fault.New(fault.Missing, "setting.no_such_kind").With("kind", string(k))
	}
	t := m.Settings().Find(k, id)
	if t == nil {
		return nil, fault.New(fault.Missing, "setting.no_such").With("kind", string(k)).With("id", id)
	}
	return t, nil
}

// Undo takes the last change of a class or type back, as a change of its own: a
// new one is retired, the others get the values they had.
func (m *Modeller) Undo(ctx context.Context, by people.Actor, k setting.Kind, id int64) (setting.Thing, error) {
	if err := audit.Ask(ctx, m.Pen, by, m.now(), DeedModel, string(k)); err != nil {
		return setting.Thing{}, err
	}
	t, err := m.thing(k, id)
	if err != nil {
		return setting.Thing{}, err
	}
	list, err := m.Changes(ctx, by, k, id)
	if err != nil {
		return setting.Thing{}, err
	}
	if len(list) == 0 {
		return setting.Thing{}, fault.New(fault.Conflict, "cmdb.nothing_to_undo")
	}
	for _, c := range list[0].Changes {
		switch {
		case c.Field == "code" && c.Was == "", c.Field == "retired" && c.Was == "true":
			return m.Arranged.Retire(ctx, by, k, id, t.Version)
		case c.Field == "retired":
			return m.Arranged.Restore(ctx, by, k, id, t.Version)
		}
	}
	in := setting.Input{Kind: k, ID: id, Version: t.Version, Fields: map[string]string{}}
	for _, c := range list[0].Changes {
		in.Fields[c.Field] = c.Was
	}
	return m.Arranged.Save(ctx, by, in)
}

// Plant makes settings of the parts of the starter model that are not there
// yet, so that they can be changed, and counts them.
func (m *Modeller) Plant(ctx context.Context, by people.Actor) (int, error) {
	at := m.now()
	if err := audit.Ask(ctx, m.Pen, by, at, DeedModel, string(setting.ItemClass)); err != nil {
		return 0, err
	}
	things := Plant(m.Settings())
	if len(things) == 0 {
		return 0, nil
	}
	for _, t := range things {
		t.Changed = at
	}
	row := audit.By(by, at, "setting.starter", string(setting.ItemClass))
	row.Detail = audit.Detail("things", len(things))
	return len(things), m.Arranged.Keeper.Put(ctx, &setting.Lot{Things: things, Audit: []audit.Row{row}})
}

// Plant makes settings of the starter model, so that they can be changed:
// those whose code is not there yet.
func Plant(all *setting.All) []*setting.Thing {
	var out []*setting.Thing
	held := map[int64]int64{}
	for _, t := range Starter() {
		if old := all.Coded(t.Kind, t.Code); old != nil {
			held[t.ID] = old.ID
			continue
		}
		if id, ok := held[t.Parent]; ok {
			t.Parent = id
		}
		out = append(out, &t)
	}
	return out
}
