package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	intake "kilter/internal/intake/cmdb"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// graphFlags are what exports of items and of relations take.
type graphFlags struct {
	Format string `help:"cli.export.format" enum:"csv,xlsx,ndjson" default:"csv"`
	Out    string `short:"o" help:"cli.export.out" default:"-" placeholder:"FILE" is:"outfile"`
	Map    string `help:"cli.graph.map" placeholder:"MAP.yaml" is:"outfile"`
	JSON   bool   `help:"cli.bundle_export.json"`
}

type (
	exportItemsCmd struct {
		Query string `short:"q" help:"cli.export_items.query" placeholder:"CONDITION"`
		graphFlags
	}
	exportRelationsCmd struct{ graphFlags }
)

// exportedFrom is the source that the maps of exports name.
const exportedFrom = "kilter"

// Run writes items, in order of their labels.
func (c exportItemsCmd) Run(env *Env) error {
	return c.run(env, "item", c.Query, func(w *graphWriter) error { return w.items(c.Query) })
}

// Run writes the relations in force.
func (c exportRelationsCmd) Run(env *Env) error {
	return c.run(env, "relation", "", (*graphWriter).relations)
}

func (c graphFlags) run(env *Env, what, query string, write func(*graphWriter) error) (err error) {
	switch {
	case c.Map != "" && c.Format == "ndjson":
		return fault.At("map", "export.map_of_table")
	case c.Out == "-" && c.Format == "xlsx":
		return fault.At("out", "export.xlsx_to_file")
	case c.Out == "-" && c.JSON:
		return fault.At("out", "export.json_to_file")
	}
	h, err := enter(env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.leave()) }()
	w := &graphWriter{settingsWriter: settingsWriter{house: h, bar: progress{env: env}, codes: map[string]string{}}, by: people.System(people.ViaShell), flags: c, labels: map[record.ItemID]string{}}
	defer w.bar.end()
	row := audit.By(w.by, Now(), what+".export", what)
	row.Detail = audit.Detail("q", query, "form", c.Format)
	if err := h.db.Note(env.Context, row); err != nil {
		return err
	}
	if err := write(w); err != nil {
		return err
	}
	w.bar.end()
	if c.Map != "" {
		text, err := (&intake.Map{Source: exportedFrom, Columns: w.columns}).Text()
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.Map, []byte(text), 0o644); err != nil { // a map is no secret
			return err
		}
	}
	if c.JSON {
		return json.NewEncoder(env.Out).Encode(map[string]any{"kind": what, "file": c.Out, "format": c.Format, "rows": w.done})
	}
	if c.Out != "-" {
		_, err = fmt.Fprintln(env.Out, env.Words.T("export.rows", "rows", w.done, "file", c.Out))
	}
	return err
}

// graphWriter writes items and relations.
type graphWriter struct {
	settingsWriter
	by      people.Actor
	flags   graphFlags
	columns map[string]string
	labels  map[record.ItemID]string
}

// table opens the file and runs what fills it.
func (w *graphWriter) table(title string, names []string, fill func(sink) error) error {
	w.columns = map[string]string{}
	for _, n := range names {
		w.columns[n] = n
	}
	to, end, err := written(w.env, w.flags.Out)
	if err != nil {
		return err
	}
	out, err := newSink(w.flags.Format, title, to, names)
	if err == nil {
		err = errors.Join(fill(out), out.close())
	}
	return end(err)
}

func (w *graphWriter) row(out sink, cells ...sheet.Cell) error {
	w.done++
	w.bar.show("export.writing", w.done, 0)
	return out.row(cells...)
}

// items writes those of a condition, five hundred at a time.
func (w *graphWriter) items(text string) error {
	q := cmdb.Query{Limit: 500}
	if text != "" {
		var err error
		if q.Where, err = w.itemConditions(w.by, text); err != nil {
			return err
		}
	}
	names := w.itemFields()
	desk := w.house.items()
	return w.table("items", names, func(out sink) error {
		for {
			page, err := desk.List(w.env.Context, w.by, q)
			if err != nil {
				return err
			}
			if err := w.refer(page); err != nil {
				return err
			}
			for i := range page {
				cells := make([]sheet.Cell, len(names))
				for n, name := range names {
					v, err := w.value(&page[i], name)
					if err != nil {
						return err
					}
					cells[n] = sheet.Text(v)
				}
				if err := w.row(out, cells...); err != nil {
					return err
				}
			}
			if len(page) < q.Limit {
				return nil
			}
			q.After = cmdb.After(&page[len(page)-1], q.Order)
		}
	})
}

// itemFields are the fields of every item, then the attributes of all classes.
func (w *graphWriter) itemFields() []string {
	out := slices.Clone(cmdb.FieldNames)
	for _, c := range w.model().Classes() {
		for _, name := range w.model().Names(c.Code) {
			if !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// refer looks up the labels of the items that attributes of a page name.
func (w *graphWriter) refer(page []cmdb.Item) error {
	clear(w.labels)
	var ids []record.ItemID
	for i := range page {
		class := w.model().Class(page[i].Class)
		if class == nil {
			continue
		}
		for _, a := range class.All {
			if id, err := strconv.ParseInt(page[i].Extra[a.Name], 10, 64); err == nil && a.Type == cmdb.Reference {
				ids = append(ids, record.ItemID(id))
			}
		}
	}
	found, err := w.house.items().Items.Find(w.env.Context, people.Everything(), ids...)
	for _, i := range found {
		w.labels[i.ID] = i.Code
	}
	return err
}

// value is a field as an import reads it: codes in the place of ids.
func (w *graphWriter) value(i *cmdb.Item, name string) (string, error) {
	v := i.Get(name)
	if v == "" {
		return "", nil
	}
	if n := slices.IndexFunc(cmdb.Fields, func(f cmdb.Field) bool { return f.Name == name }); n >= 0 {
		switch k := cmdb.Fields[n].Kind; k {
		case "":
			return v, nil
		case setting.Human:
			return w.listed(v, w.person)
		default:
			return w.text(setting.Attribute{Type: setting.Ref, Kind: k}, v)
		}
	}
	class := w.model().Class(i.Class)
	if class == nil {
		return v, nil
	}
	switch a, _ := class.Find(name); a.Type {
	case cmdb.Person:
		return w.listed(v, w.person)
	case cmdb.Reference:
		return w.listed(v, func(id int64) (string, error) { return w.labels[record.ItemID(id)], nil })
	}
	return v, nil
}

// relations writes those in force, with the redundancies they belong to. The
// labels of all items are held meanwhile.
func (w *graphWriter) relations() error {
	graph := w.db.Graph()
	if err := graph.Nodes(w.env.Context, func(n cmdb.Node) error {
		w.labels[n.ID] = n.Code
		return nil
	}); err != nil {
		return err
	}
	list, err := graph.Groups(w.env.Context)
	if err != nil {
		return err
	}
	groups := map[cmdb.GroupID]cmdb.Group{}
	for _, g := range list {
		groups[g.ID] = g
	}
	names := []string{"source", "type", "target", "group", "need", "least", "share", "gate"}
	return w.table("relations", names, func(out sink) error {
		return graph.Links(w.env.Context, func(l cmdb.Link) error {
			group, need, least := "", "", ""
			if g, ok := groups[l.Group]; ok {
				group, need = g.Name.In("en"), strconv.Itoa(g.Need)
				if g.Least != 0 {
					least = strconv.Itoa(g.Least)
				}
			}
			share := ""
			if l.Share != 0 {
				share = strconv.Itoa(l.Share)
			}
			return w.row(out, sheet.Text(w.labels[l.Source]), sheet.Text(l.Type), sheet.Text(w.labels[l.Target]),
				sheet.Text(group), sheet.Text(need), sheet.Text(least), sheet.Text(share), sheet.Text(string(l.Gate)))
		})
	})
}
