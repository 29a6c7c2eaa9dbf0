package transfer

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Line is what an import would do with one line of the file.
type Line struct {
	Line    int // in the file, from 1
	Kind    setting.Kind
	Code    string
	Name    string
	Deed    directory.Deed
	Changes []setting.Change
	Faults  []*fault.Fault
}

// Blame is a fault that a line has in view of all others.
type Blame struct {
	Kind  setting.Kind
	Code  string
	Fault *fault.Fault
}

// Plan is the dry run of an import: what it would add and change, and what is
// wrong with which line. Nothing is written until Run, and then all or nothing.
type Plan struct {
	File   string
	Counts map[directory.Deed]int
	Lines  []Line // in the order of the file

	removal *Removal
	by      people.Actor
	moves   []*move
	crates  []crated
}

// move is one line with the thing it is about.
type move struct {
	line    int
	shelf   Shelf
	retired *bool // nil: as it is
	fields  map[string]json.RawMessage
	form    *setting.Form
	before  *setting.Thing // nil when new
	was     []string
	changes []setting.Change
	faults  fault.Many
}

// changed reports whether the line brings anything new.
func (m *move) changed() bool {
	return m.before == nil || len(m.changes) > 0 || m.before.Retired != m.form.Retired
}

// granted reports whether the line changes a field that needs a grant beside
// that of its kind.
func (m *move) granted() string {
	for _, c := range m.changes {
		if f, ok := m.shelf.Find(c.Field); ok && f.Grant != "" {
			return f.Grant
		}
	}
	return ""
}

// sum counts what becomes of the lines.
func (p *Plan) sum(spoilt []Line) {
	for _, m := range p.moves {
		l := Line{Line: m.line, Kind: m.form.Kind, Code: m.form.Code, Name: m.form.Name.In("zh"), Faults: m.faults, Deed: directory.Same, Changes: m.changes}
		switch {
		case len(m.faults) > 0:
			l.Deed = directory.Faulty
		case m.before == nil:
			l.Deed = directory.Add
		case m.changed():
			l.Deed = directory.Change
		}
		p.Lines = append(p.Lines, l)
	}
	p.Lines = append(p.Lines, spoilt...)
	slices.SortStableFunc(p.Lines, func(a, b Line) int { return cmp.Compare(a.Line, b.Line) })
	for _, l := range p.Lines {
		p.Counts[l.Deed]++
	}
}

// Run carries the plan out as one operation; a line at fault stops it. The
// batch it returns can be undone; its number is 0 when there was nothing to do.
// Cargo, which was weighed before, follows once the settings are in.
func (p *Plan) Run(ctx context.Context) (*setting.Batch, error) {
	b := &setting.Batch{Kind: setting.Whole, File: p.File}
	if n := p.Counts[directory.Faulty]; n > 0 {
		return nil, fault.New(fault.Invalid, "transfer.faulty").With("n", n)
	}
	lot := &setting.Lot{Batch: b}
	var was []*setting.Thing
	var written []*move
	for _, m := range p.moves {
		if !m.changed() {
			continue
		}
		if err := m.shelf.Close(m.form); err != nil {
			return nil, err
		}
		deed := cmp.Or(m.granted(), m.shelf.Deed)
		lot.Things, was, written = append(lot.Things, m.form.Thing), append(was, m.before), append(written, m)
		b.Rows = append(b.Rows, setting.BatchRow{Kind: m.form.Kind, Deed: deed})
		if m.shelf.Guarded || m.granted() != "" {
			row := audit.By(p.by, p.removal.Desk.Now(), deed, setting.Object(m.form.Thing))
			row.Detail = audit.Detail("file", p.File, "changes", m.changes)
			lot.Audit = append(lot.Audit, row)
		}
	}
	if len(lot.Things) == 0 {
		return b, p.carry(ctx)
	}
	lot.Settle = func(given map[int64]int64) error { return settle(written, given) }
	if err := p.removal.Desk.Write(ctx, p.by, lot, was); err != nil {
		return nil, err
	}
	return b, p.carry(ctx)
}
