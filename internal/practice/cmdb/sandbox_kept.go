package cmdb

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Sandbox is a change of the items that somebody thinks about, kept under a
// name. Nothing of it touches the items themselves.
type Sandbox struct {
	ID      int64
	Name    string
	Owner   people.ID
	Shared  bool // whoever may see all that it names has it, too
	Doc     SandboxDoc
	At      time.Time // when it was last changed
	Version int64
}

// SandboxDoc is what is tried out.
type SandboxDoc struct {
	About  string          `json:"about,omitempty"`
	Record string          `json:"record,omitempty"` // number of the record that it is tried out for: a change, a problem, an incident
	Edits  []Edit          `json:"edits,omitempty"`
	Fail   []record.ItemID `json:"fail,omitempty"` // what then fails, on both sides
}

// SandboxStore keeps sandboxes.
type SandboxStore interface {
	// Sandboxes lists a person's own and those that are shared, the latest first;
	// with a record's number those that are for it.
	Sandboxes(ctx context.Context, owner people.ID, number string) ([]Sandbox, error)
	Sandbox(ctx context.Context, id int64) (Sandbox, error)
	// KeepSandbox adds one without an id, or replaces the version it carries.
	KeepSandbox(ctx context.Context, s *Sandbox, log ...audit.Row) error
	DropSandbox(ctx context.Context, id int64, log audit.Row) error
}

// Sandboxes is where people try changes out.
type Sandboxes struct {
	Store   SandboxStore
	Analyst *Analyst
	Ledger  record.Ledger // where the records are that sandboxes name
}

// The bounds of sandboxes.
const (
	mostSandboxes = 200 // of one person
	longestAbout  = 2000
)

// The audit names of sharing a sandbox and of taking it away.
const (
	deedShareSandbox = "item.sandbox"
	deedDropSandbox  = "item.unsandbox"
)

func noSandbox() error { return fault.New(fault.Missing, "cmdb.no_such_sandbox") }

// Of lists the sandboxes that somebody has: his own, and those of others that
// name nothing he may not see. With a record's number, those that are for it.
func (d *Sandboxes) Of(ctx context.Context, by people.Actor, number string) ([]Sandbox, error) {
	v, err := d.Analyst.look(ctx, by)
	if err != nil {
		return nil, err
	}
	if number != "" {
		if _, ok, err := d.Record(ctx, by, &Sandbox{Doc: SandboxDoc{Record: number}}); !ok {
			return nil, err
		}
	}
	list, err := d.Store.Sandboxes(ctx, by.ID, number)
	return slices.DeleteFunc(list, func(s Sandbox) bool { return !v.has(by.ID, &s) }), err
}

// Read reads one.
func (d *Sandboxes) Read(ctx context.Context, by people.Actor, id int64) (Sandbox, error) {
	v, err := d.Analyst.look(ctx, by)
	if err != nil {
		return Sandbox{}, err
	}
	return d.read(ctx, by.ID, v, id)
}

func (d *Sandboxes) read(ctx context.Context, who people.ID, v *view, id int64) (Sandbox, error) {
	s, err := d.Store.Sandbox(ctx, id)
	if err != nil {
		return Sandbox{}, err
	}
	if !v.has(who, &s) {
		return Sandbox{}, noSandbox()
	}
	return s, nil
}

// has reports whether the person of the view has a sandbox.
func (v *view) has(who people.ID, s *Sandbox) bool {
	if s.Owner == who {
		return true
	}
	if !s.Shared {
		return false
	}
	ids := slices.Clone(s.Doc.Fail)
	for _, e := range s.Doc.Edits {
		if ids = append(ids, e.Item, e.Source, e.Target); !v.clears(e.Zone) {
			return false
		}
		if e.Relation != 0 {
			i := slices.IndexFunc(v.ties, func(t bond) bool { return t.id == e.Relation })
			if i < 0 { // it ended: nobody can say between what it was
				return v.scope.AllZones
			}
			ids = append(ids, v.nodes[v.ties[i].source].ID, v.nodes[v.ties[i].target].ID)
		}
	}
	return !slices.ContainsFunc(ids, func(id record.ItemID) bool {
		n, ok := v.at(id)
		return id > 0 && (!ok || !v.sees(n))
	})
}

// Keep adds a sandbox or changes one's own. What it newly tries out has to be
// possible today.
func (d *Sandboxes) Keep(ctx context.Context, by people.Actor, s Sandbox) (Sandbox, error) {
	v, err := d.Analyst.look(ctx, by)
	if err != nil {
		return s, err
	}
	var held Sandbox
	list, err := d.Store.Sandboxes(ctx, by.ID, "")
	if err != nil {
		return s, err
	}
	if s.ID != 0 {
		if held, err = d.read(ctx, by.ID, v, s.ID); err != nil {
			return s, err
		}
		if held.Owner != by.ID {
			return s, fault.New(fault.Denied, "cmdb.sandbox_of_another")
		}
	} else if own := len(slices.DeleteFunc(list, func(o Sandbox) bool { return o.Owner != by.ID })); own >= mostSandboxes {
		return s, fault.At("name", "cmdb.too_many_sandboxes").With("max", mostSandboxes)
	}
	s.Name, s.Doc.About = strings.TrimSpace(s.Name), strings.TrimSpace(s.Doc.About)
	s.Owner, s.At = by.ID, d.Analyst.Now().UTC().Truncate(time.Millisecond)
	if s.Version == 0 {
		s.Version = held.Version
	}
	var many fault.Many
	for _, err := range []error{d.named(ctx, by, &s.Doc, held.Doc), s.check(v, held.Doc)} {
		if err := many.Add(err); err != nil {
			return s, err
		}
	}
	if err := many.Err(); err != nil {
		return s, err
	}
	var log []audit.Row
	if s.Shared || held.Shared {
		log = append(log, audit.By(by, s.At, deedShareSandbox, s.Name))
	}
	return s, d.Store.KeepSandbox(ctx, &s, log...)
}

func (s *Sandbox) check(v *view, held SandboxDoc) error {
	var many fault.Many
	if s.Name == "" {
		many = append(many, fault.At("name", "record.required"))
	}
	for _, t := range []struct {
		field, text string
		most        int
	}{{"name", s.Name, longest}, {"about", s.Doc.About, longestAbout}} {
		if n := utf8.RuneCountInString(t.text); n > t.most {
			many = append(many, fault.At(t.field, "record.too_long").With("max", t.most).With("length", n))
		}
	}
	if len(s.Doc.Edits) > mostEdits {
		many = append(many, fault.At("edits", "cmdb.too_many_edits").With("max", mostEdits))
	}
	if len(s.Doc.Fail) > mostFailed {
		many = append(many, fault.At("fail", "cmdb.too_many_items").With("max", mostFailed))
	}
	if err := many.Err(); err != nil {
		return err
	}
	box := v.sandbox()
	for i, e := range s.Doc.Edits {
		if n := utf8.RuneCountInString(e.Name); n > longest {
			many = append(many, fault.At(fmt.Sprintf("edits[%d].name", i), "record.too_long").With("max", longest).With("length", n))
		}
		if err := box.apply(e, fmt.Sprintf("edits[%d]", i)); !slices.Contains(held.Edits, e) {
			if err := many.Add(err); err != nil {
				return err
			}
		}
	}
	for i, id := range s.Doc.Fail {
		if _, err := box.node(fmt.Sprintf("fail[%d]", i), id); !slices.Contains(held.Fail, id) {
			if err := many.Add(err); err != nil {
				return err
			}
		}
	}
	return many.Err()
}

// named writes the number of the record in the one way, and sees to it that
// whoever newly names one may read it.
func (d *Sandboxes) named(ctx context.Context, by people.Actor, doc *SandboxDoc, held SandboxDoc) error {
	doc.Record = strings.TrimSpace(doc.Record)
	if doc.Record == "" && held.Record != "" { // he may not see it any more, and so took nothing away
		if _, seen, err := d.Record(ctx, by, &Sandbox{Doc: held}); err != nil || !seen {
			doc.Record = held.Record
			return err
		}
	}
	if doc.Record == "" || doc.Record == held.Record {
		return nil
	}
	row, err := d.record(ctx, by, doc.Record)
	if err == nil {
		doc.Record = row.Ref()
	} else if fault.All(err) != nil {
		err = fault.At("record", "record.no_such").With("ref", doc.Record)
	}
	return err
}

// record finds one that somebody may read.
func (d *Sandboxes) record(ctx context.Context, by people.Actor, ref string) (record.Row, error) {
	kind, _, err := record.ParseRef(ref)
	if err != nil {
		return record.Row{}, err
	}
	if err := by.May(string(kind) + ".read"); err != nil {
		return record.Row{}, err
	}
	return record.Lookup(ctx, d.Ledger, by.Scope, ref)
}

// Record is the record that a sandbox is tried out for, as far as somebody may
// read it; false when there is none for him.
func (d *Sandboxes) Record(ctx context.Context, by people.Actor, s *Sandbox) (record.Row, bool, error) {
	if s.Doc.Record == "" {
		return record.Row{}, false, nil
	}
	row, err := d.record(ctx, by, s.Doc.Record)
	if err != nil && fault.All(err) != nil {
		return record.Row{}, false, nil
	}
	return row, err == nil, err
}

// Drop takes a sandbox away; only who made it may.
func (d *Sandboxes) Drop(ctx context.Context, by people.Actor, id int64) error {
	s, err := d.Read(ctx, by, id)
	if err != nil {
		return err
	}
	if s.Owner != by.ID {
		return fault.New(fault.Denied, "cmdb.sandbox_of_another")
	}
	return d.Store.DropSandbox(ctx, id, audit.By(by, d.Analyst.Now(), deedDropSandbox, s.Name))
}
