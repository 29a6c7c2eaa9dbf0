package setting

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
)

// Batch is one import of a table: what it did, so that it can be undone.
type Batch struct {
	ID      int64
	At      time.Time
	By      people.ID
	Name    string // of who did it
	Kind    Kind
	File    string
	Added   int
	Changed int
	Undone  time.Time // zero while it stands
	Rows    []BatchRow
}

// BatchRow is one thing that an import wrote.
type BatchRow struct {
	ID      int64  `json:"id"`
	Was     *Thing `json:"was,omitempty"`  // before; nil when the import added it
	Version int64  `json:"version"`        // after
	Kind    Kind   `json:"kind,omitempty"` // where the import is of every kind
	Deed    string `json:"deed,omitempty"` // the grant that writing it needed, then
}

// kind is that of the row's thing.
func (b Batch) kind(r BatchRow) Kind {
	if r.Kind != "" {
		return r.Kind
	}
	return b.Kind
}

// deeds are the grants that writing the rows needed.
func (b Batch) deeds() []string {
	out := []string{Deed(b.Kind)}
	for _, r := range b.Rows {
		if r.Deed != "" && !slices.Contains(out, r.Deed) {
			out = append(out, r.Deed)
		}
	}
	return out
}

// Kept is a thing that undoing an import left alone, and why.
type Kept struct {
	Code   string
	Reason string // message key
}

// Write carries out a checked import as one operation: the things of the lot,
// which were what was says, as its batch.
func (d *Desk) Write(ctx context.Context, by people.Actor, lot *Lot, was []*Thing) error {
	now, b := d.Now().UTC().Truncate(time.Millisecond), lot.Batch
	for _, deed := range append([]string{DeedImport}, b.deeds()...) {
		if err := by.May(deed); err != nil {
			return err
		}
	}
	b.At, b.By, b.Name = now, by.ID, by.Name
	for i, t := range lot.Things {
		t.Changed = now
		if i == len(b.Rows) {
			b.Rows = append(b.Rows, BatchRow{})
		}
		b.Rows[i].Was = was[i]
		if was[i] == nil {
			b.Added++
		} else {
			b.Changed++
		}
	}
	row := audit.By(by, now, DeedImport, fmt.Sprintf("%s:%s", b.Kind, b.File))
	row.Detail = fmt.Sprintf(`{"added":%d,"changed":%d}`, b.Added, b.Changed)
	lot.Audit = append(lot.Audit, row)
	return d.Keeper.Put(ctx, lot)
}

// Undo takes an import back: what it changed becomes what it was, what it
// added is retired. Things that were changed since are left alone and listed.
func (d *Desk) Undo(ctx context.Context, by people.Actor, id int64) (kept []Kept, err error) {
	b, err := d.Keeper.Store.Batch(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, deed := range append([]string{DeedUndo}, b.deeds()...) {
		if err := by.May(deed); err != nil {
			return nil, err
		}
	}
	if !b.Undone.IsZero() {
		return nil, fault.New(fault.Conflict, "setting.import_undone")
	}
	held, err := d.held(ctx, b)
	if err != nil {
		return nil, err
	}
	at := d.Now().UTC().Truncate(time.Millisecond)
	lot := &Lot{Batch: &b}
	added := map[int64]bool{}
	for _, r := range b.Rows {
		if b.kind(r) != Human {
			added[r.ID] = r.Was == nil
		}
	}
	for _, r := range b.Rows {
		now, ok := held[place{b.kind(r) == Human, r.ID}]
		if !ok {
			continue
		}
		t := *now
		if t.Version != r.Version {
			kept = append(kept, Kept{t.Code, "setting.changed_since_import"})
			continue
		}
		if r.Was == nil {
			used, err := d.usedByOthers(b.kind(r), r.ID, added)
			if err != nil {
				return nil, err
			}
			if used {
				kept = append(kept, Kept{t.Code, "setting.used_since_import"})
				continue
			}
			t.Retired = true
		} else {
			version := t.Version
			t = *r.Was
			t.Version = version
		}
		t.Changed = at
		lot.Things = append(lot.Things, &t)
	}
	b.Undone = at
	row := audit.By(by, at, DeedUndo, fmt.Sprintf("%s:%s", b.Kind, b.File))
	row.Detail = fmt.Sprintf(`{"back":%d,"kept":%d}`, len(lot.Things), len(kept))
	lot.Audit = []audit.Row{row}
	return kept, d.Keeper.Put(ctx, lot)
}

// place is where a thing is kept: persons have a table and ids of their own.
type place struct {
	person bool
	id     int64
}

// held reads the things of a batch as they are now.
func (d *Desk) held(ctx context.Context, b Batch) (map[place]*Thing, error) {
	out := make(map[place]*Thing, len(b.Rows))
	var persons []int64
	for _, r := range b.Rows {
		if k := b.kind(r); k == Human {
			persons = append(persons, r.ID)
		} else if t := d.Keeper.All().Find(k, r.ID); t != nil {
			out[place{false, r.ID}] = t
		}
	}
	found, err := d.Keeper.Store.Humans(ctx, persons, nil)
	if err != nil {
		return nil, err
	}
	for _, t := range found {
		out[place{true, t.ID}] = t
	}
	return out, nil
}

func (d *Desk) usedByOthers(k Kind, id int64, added map[int64]bool) (bool, error) {
	if k == Human {
		return false, nil
	}
	users, err := d.Sheets.Users(d.Keeper.All(), k, id)
	return slices.ContainsFunc(users, func(t *Thing) bool { return !added[t.ID] }), err
}

// Upload is a file kept between the steps of an import: its dry run may be
// looked at, its columns mapped anew, and run minutes later by another node.
type Upload struct {
	Token   string
	By      people.ID
	At      time.Time
	Kind    Kind
	Name    string
	Content []byte
}

// UploadLife is how long a file waits to be imported.
const UploadLife = 24 * time.Hour

// Uploads keeps files for imports. Reading one of somebody else is Missing.
type Uploads interface {
	KeepUpload(ctx context.Context, u Upload) error // and forgets those past their life
	Upload(ctx context.Context, token string, by people.ID) (Upload, error)
	DropUpload(ctx context.Context, token string, by people.ID) error
}
