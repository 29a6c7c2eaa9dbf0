package directory

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Importable lists the kinds that tables can be imported for, in the order
// they build on each other.
func Importable() []setting.Kind {
	return []setting.Kind{setting.Department, setting.Post, setting.Human, setting.Team, setting.Zone, setting.Service, setting.Category}
}

// Deed says what an import does with a row.
type Deed string

// The deeds.
const (
	Add    Deed = "add"
	Change Deed = "change"
	Same   Deed = "same"
	Faulty Deed = "fault"
)

// Line is what an import would do with one row of the table.
type Line struct {
	Line    int // in the file, from 1
	Code    string
	Name    string
	Deed    Deed
	Changes []setting.Change
	Faults  []*fault.Fault
}

// Plan is the dry run of an import: what it would add and change, and what is
// wrong with which line. Nothing is written until Run.
type Plan struct {
	Kind   setting.Kind
	File   string
	Header []string
	Map    []string // for each column the field it fills, "" for none
	Counts map[Deed]int
	Lines  []Line

	things, was []*setting.Thing
}

// Table is what a plan is made from.
type Table struct {
	Kind setting.Kind
	File string
	Read func() (row []string, line int, err error) // the first row is the header; io.EOF ends
	Map  map[string]string                          // column heading -> field; nil guesses, "" leaves the column out
}

// maxRows bounds a table: more than a city has officials.
const maxRows = 200_000

// work is a plan in the making.
type work struct {
	desk  *setting.Desk
	by    people.Actor
	sheet setting.Sheet
	plan  *Plan
	rows  []row
	names *names
}

// row is one line with the thing it is about.
type row struct {
	line   int
	cells  map[string]string
	form   *setting.Form
	before *setting.Thing // nil when new
	was    []string
	faults fault.Many
}

// Draft reads a table and works out what importing it would do.
func Draft(ctx context.Context, desk *setting.Desk, by people.Actor, t Table) (*Plan, error) {
	for _, deed := range []string{setting.DeedImport, setting.Deed(t.Kind)} {
		if err := by.May(deed); err != nil {
			return nil, err
		}
	}
	if !slices.Contains(Importable(), t.Kind) {
		return nil, fault.At("kind", "directory.import_kind").With("kind", string(t.Kind))
	}
	sh, err := desk.Sheets.For(t.Kind, "")
	if err != nil {
		return nil, err
	}
	w := &work{desk: desk, by: by, sheet: sh, plan: &Plan{Kind: t.Kind, File: t.File, Counts: map[Deed]int{}}}
	if err := w.read(t); err != nil {
		return nil, err
	}
	if err := w.match(ctx); err != nil {
		return nil, err
	}
	if w.names, err = newNames(ctx, w); err != nil {
		return nil, err
	}
	for i := range w.rows {
		if err := w.fill(&w.rows[i]); err != nil {
			return nil, err
		}
	}
	if err := w.check(ctx); err != nil {
		return nil, err
	}
	return w.plan, w.close()
}

// read takes the header, maps the columns and gathers the rows.
func (w *work) read(t Table) error {
	header, _, err := t.Read()
	if errors.Is(err, io.EOF) {
		return fault.At("file", "directory.import_empty")
	}
	if err != nil {
		return err
	}
	w.plan.Header = header
	w.plan.Map, err = mapping(w.sheet, header, t.Map)
	if err != nil {
		return err
	}
	for {
		cells, line, err := t.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if bad, ok := errors.AsType[*sheet.BadRow](err); ok {
			w.plan.Lines = append(w.plan.Lines, Line{Line: bad.Line, Deed: Faulty, Faults: []*fault.Fault{fault.At("", bad.Key)}})
			continue
		}
		if err != nil {
			return err
		}
		if len(w.rows) == maxRows {
			return fault.New(fault.TooMuch, "directory.import_too_long").With("max", maxRows)
		}
		r := row{line: line, cells: map[string]string{}}
		for i, cell := range cells {
			if i < len(w.plan.Map) && w.plan.Map[i] != "" && cell != "" {
				r.cells[w.plan.Map[i]] = cell
			}
		}
		w.rows = append(w.rows, r)
	}
	if len(w.rows) == 0 {
		return fault.At("file", "directory.import_empty")
	}
	return nil
}

// code is what the row calls its thing.
func (r *row) code() string {
	if c := r.cells["code"]; c != "" {
		return c
	}
	for _, f := range []string{"name_en", "name", "name_zh"} {
		if n := r.cells[f]; n != "" {
			return Slug(n)
		}
	}
	return ""
}

// match finds for each row the thing it is about, or opens a new one.
func (w *work) match(ctx context.Context) error {
	held := map[string]*setting.Thing{}
	if w.plan.Kind == setting.Human {
		var codes []string
		for i := range w.rows {
			codes = append(codes, w.rows[i].cells["code"])
		}
		found, err := w.desk.Keeper.Store.Humans(ctx, nil, codes)
		if err != nil {
			return err
		}
		for _, t := range found {
			held[t.Code] = t
		}
	} else {
		for _, t := range w.desk.Keeper.All().Of(w.plan.Kind) {
			held[t.Code] = t
		}
	}
	seen := map[string]bool{}
	for i := range w.rows {
		r := &w.rows[i]
		code := r.code()
		if w.plan.Kind == setting.Human {
			code = r.cells["code"]
		}
		t := &setting.Thing{ID: int64(-1 - i), Kind: w.plan.Kind}
		if old := held[code]; old != nil && code != "" {
			copied := *old
			t, r.before = &copied, old
		} else {
			r.cells["code"] = code
		}
		switch {
		case code == "":
			r.faults = append(r.faults, fault.At("code", "directory.import_no_code"))
		case seen[code]:
			r.faults = append(r.faults, fault.At("code", "directory.import_twice").With("code", code))
		}
		seen[code] = true
		var err error
		if r.form, err = w.sheet.Open(t); err != nil {
			return err
		}
		r.was = w.sheet.Values(r.form)
	}
	return nil
}

// fill puts the cells of a row into its thing.
func (w *work) fill(r *row) error {
	if name := r.cells["name"]; name != "" && w.plan.Kind != setting.Human {
		delete(r.cells, "name")
		field := "name_en"
		if han(name) {
			field = "name_zh"
		}
		if r.cells[field] == "" {
			r.cells[field] = name
		}
	}
	values := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(r.cells)) {
		field, ok := w.sheet.Find(name)
		if !ok {
			continue
		}
		v, err := w.names.value(field, r.cells[name])
		if err := r.faults.Add(err); err != nil {
			return err
		}
		if err == nil {
			values[name] = v
		}
	}
	if len(r.faults) == 0 {
		r.form.Retired = false
	}
	return r.faults.Add(setting.Fill(w.by, w.sheet, r.form, values))
}

// check looks at every row in view of all the others.
func (w *work) check(ctx context.Context) error {
	var things []*setting.Thing
	for i := range w.rows {
		if len(w.rows[i].faults) == 0 {
			things = append(things, w.rows[i].form.Thing)
		}
	}
	all := w.desk.Keeper.All().With(things...)
	for i := range w.rows {
		r := &w.rows[i]
		if len(r.faults) > 0 {
			continue
		}
		before := setting.Thing{}
		if r.before != nil {
			before = *r.before
		}
		if err := r.faults.Add(w.desk.Fit(ctx, all, w.sheet, r.form, before, r.was)); err != nil {
			return err
		}
	}
	return nil
}

// close sums up and orders what is to be written, parents before what stands
// below them.
func (w *work) close() error {
	p := w.plan
	depth := map[int64]int{}
	for i := range w.rows {
		r := &w.rows[i]
		l := Line{Line: r.line, Code: r.form.Code, Name: cmpName(r), Faults: r.faults, Deed: Same}
		l.Changes = w.sheet.Diff(r.was, r.form)
		switch {
		case len(r.faults) > 0:
			l.Deed = Faulty
		case r.before == nil:
			l.Deed = Add
		case len(l.Changes) > 0 || r.before.Retired != r.form.Retired:
			l.Deed = Change
		}
		p.Lines = append(p.Lines, l)
		if l.Deed != Add && l.Deed != Change {
			continue
		}
		if err := w.sheet.Close(r.form); err != nil {
			return err
		}
		p.things = append(p.things, r.form.Thing)
		p.was = append(p.was, r.before)
	}
	slices.SortStableFunc(p.Lines, func(a, b Line) int { return a.Line - b.Line })
	for _, l := range p.Lines {
		p.Counts[l.Deed]++
	}
	w.sort(depth)
	return nil
}

func cmpName(r *row) string {
	if r.form.Kind == setting.Human {
		return r.form.Doc.(*people.Person).Name
	}
	return r.form.Name.In("zh")
}

// sort puts new parents before their children; a child whose parent was at
// fault is left out with it, for check has seen that.
func (w *work) sort(depth map[int64]int) {
	parent := map[int64]int64{}
	for _, t := range w.plan.things {
		parent[t.ID] = t.Parent
	}
	level := func(id int64) int {
		n := 0
		for at := parent[id]; at < 0 && n < 60; at = parent[at] {
			n++
		}
		return n
	}
	order := make([]int, len(w.plan.things))
	for i, t := range w.plan.things {
		order[i] = i
		depth[t.ID] = level(t.ID)
	}
	things, was := w.plan.things, w.plan.was
	slices.SortStableFunc(order, func(a, b int) int { return depth[things[a].ID] - depth[things[b].ID] })
	w.plan.things, w.plan.was = make([]*setting.Thing, len(order)), make([]*setting.Thing, len(order))
	for to, from := range order {
		w.plan.things[to], w.plan.was[to] = things[from], was[from]
	}
}

// Run carries the plan out as one operation; lines at fault stop it unless the
// others alone are wanted. The batch it returns can be undone.
func (p *Plan) Run(ctx context.Context, desk *setting.Desk, by people.Actor, others bool) (*setting.Batch, error) {
	if n := p.Counts[Faulty]; n > 0 && !others {
		return nil, fault.New(fault.Invalid, "directory.import_faulty").With("n", n)
	}
	b := &setting.Batch{Kind: p.Kind, File: p.File}
	if len(p.things) == 0 {
		return b, nil
	}
	return b, desk.Write(ctx, by, &setting.Lot{Things: p.things, Batch: b}, p.was)
}

func han(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= 0x2E80 && r <= 0x9FFF || r >= 0x20000 && r <= 0x3FFFF })
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
