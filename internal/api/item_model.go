package api

import (
	"net/http"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/setting"
)

// model serves what stands beside the classes and types of relations as
// settings: what a change would touch, what became of one, taking the last
// change back, the starter model.
func (r *itemRoom) model() {
	if r.Modeller == nil {
		return
	}
	for _, one := range []struct {
		kind setting.Kind
		word string
	}{{setting.ItemClass, "class"}, {setting.RelationType, "relation_type"}} {
		kind, word := one.kind, one.word
		room := "/" + rooms[kind]
		tag := rooms[kind]
		r.on("POST", room+"/preview", cmdb.DeedModel, "preview_"+word, tag, func(c *call) error { return r.preview(c, kind) })
		r.on("GET", room+"/{id}/changes", cmdb.DeedRead, "changes_of_"+word, tag, func(c *call) error {
			id, err := c.id("id")
			if err != nil {
				return err
			}
			list, err := r.Modeller.Changes(c.r.Context(), c.by, kind, id)
			if err != nil {
				return err
			}
			p := page[row]{}
			for _, one := range list {
				p.Items = append(p.Items, row{{"at", moment(one.At)}, {"by", orNull(one.By)}, {"by_name", one.Name}, {"changes", one.Changes}})
			}
			return give(c, p)
		})
		r.on("POST", room+"/{id}/undo", cmdb.DeedModel, "undo_"+word, tag, func(c *call) error {
			id, err := c.id("id")
			if err != nil {
				return err
			}
			t, err := r.Modeller.Undo(c.r.Context(), c.by, kind, id)
			if err != nil {
				return err
			}
			return c.done(http.StatusOK, row{{"id", t.ID}, {"code", t.Code}, {"retired", t.Retired}, {"version", t.Version}})
		})
	}
	r.on("POST", "/classes/starter", cmdb.DeedModel, "plant_model", "classes", func(c *call) error {
		n, err := r.Modeller.Plant(c.r.Context(), c.by)
		if err != nil {
			return err
		}
		return c.done(http.StatusOK, planted{n})
	})
}

// preview answers what a class or type would touch: the body is that of saving
// it, with its id when it is there already, and with retired instead of fields
// to ask about taking it out of use.
func (r *itemRoom) preview(c *call, kind setting.Kind) error {
	o, err := c.object()
	if err != nil {
		return err
	}
	var id int64
	var retired bool
	if err := member(o, "id", &id); err != nil {
		return err
	}
	if err := member(o, "retired", &retired); err != nil {
		return err
	}
	delete(o, "id")
	delete(o, "retired")
	if retired {
		t, err := r.Modeller.PreviewRetire(c.r.Context(), c.by, kind, id)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, touchRow(t))
	}
	sh, err := r.Modeller.Arranged.Sheets.For(kind, "")
	if err != nil {
		return err
	}
	s := &shelf{API: r.API, Directory: Directory{Desk: r.Modeller.Arranged}, sheet: sh, room: rooms[kind]}
	in := setting.Input{Kind: kind, ID: id}
	if in.Fields, err = s.typed(c, o); err != nil {
		return err
	}
	t, err := r.Modeller.Preview(c.r.Context(), c.by, in)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, touchRow(t))
}

func touchRow(t *cmdb.Touch) row {
	views := []row{}
	for _, v := range t.Views {
		views = append(views, row{{"name_en", v.En}, {"name_zh", v.Zh}})
	}
	return row{
		{"classes", t.Classes},
		{"items", t.Items},
		{"added", t.Added},
		{"dropped", t.Dropped},
		{"unfit", t.Unfit},
		{"lacking", t.Lacking},
		{"barred", t.Barred},
		{"relations", t.Relations},
		{"meaning", t.Meaning},
		{"misfit", t.Misfit},
		{"crowded", t.Crowded},
		{"views", views},
		{"mappings", t.Mappings},
		{"relation_types", t.Joined},
		{"references", t.Pointed},
	}
}
