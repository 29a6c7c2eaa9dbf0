// Package setting is what a centre arranges for itself: departments, posts,
// teams, zones, services, categories, calendars, agreements, roles, templates.
// All of them are things with a code, a name in both languages, perhaps a
// parent, and a document of their own kind; they are retired, never deleted.
package setting

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
)

// Kind tells things apart.
type Kind string

// The kinds of things. A room that needs a new one adds it here.
const (
	Department   Kind = "department"
	Post         Kind = "post"
	Team         Kind = "team"
	Zone         Kind = "zone"
	Service      Kind = "service"
	Category     Kind = "category"
	Calendar     Kind = "calendar"
	Agreement    Kind = "agreement"
	Role         Kind = "role"
	Template     Kind = "template"
	Field        Kind = "field"
	Routing      Kind = "routing"
	Cause        Kind = "cause"
	Offering     Kind = "offering"
	GradeReason  Kind = "grade_reason"
	Operation    Kind = "operation"
	View         Kind = "view"
	ItemClass    Kind = "item_class"
	RelationType Kind = "relation_type"
	TrustedKey   Kind = "trusted_key"
	Rule         Kind = "rule"
	Macro        Kind = "macro"
	Freeze       Kind = "freeze"             // in which nothing is changed
	Window       Kind = "maintenance_window" // in which something may be
	ChangeModel  Kind = "change_model"       // of standard changes
	Centre       Kind = "centre"             // one row each: matrix, password rules, retention, mail, ...
	Human        Kind = "person"             // kept in a table of their own, but edited and imported alike
	Whole        Kind = "settings"           // of an import: things of every kind
)

// Thing is one row of the settings.
type Thing struct {
	ID      int64
	Kind    Kind
	Code    string // unique within the kind, what imports and the API call it
	Name    people.Text
	Parent  int64
	Retired bool
	Doc     json.RawMessage // the kind's own document
	Version int64
	Changed time.Time
}

// Label is the name in the reader's language.
func (t Thing) Label(lang string) string { return t.Name.In(lang) }

// Read decodes the thing's document.
func Read[D any](t Thing) (D, error) {
	var d D
	if len(t.Doc) == 0 {
		return d, nil
	}
	if err := json.Unmarshal(t.Doc, &d); err != nil {
		return d, fmt.Errorf("setting: %s %s: %w", t.Kind, t.Code, err)
	}
	return d, nil
}

// Write encodes a document into the thing.
func Write[D any](t *Thing, d D) error {
	doc, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("setting: %s %s: %w", t.Kind, t.Code, err)
	}
	t.Doc = doc
	return nil
}

// All is a snapshot of the settings, read-only and shared by every request
// until a newer one takes its place.
type All struct {
	Version int64
	byID    map[int64]*Thing
	byKind  map[Kind][]*Thing
	kids    map[int64][]*Thing
}

// NewAll indexes the things. Order within a kind is the order given.
func NewAll(version int64, things []Thing) *All {
	a := &All{Version: version, byID: map[int64]*Thing{}, byKind: map[Kind][]*Thing{}, kids: map[int64][]*Thing{}}
	for i := range things {
		t := &things[i]
		a.byID[t.ID] = t
		a.byKind[t.Kind] = append(a.byKind[t.Kind], t)
		if t.Parent != 0 {
			a.kids[t.Parent] = append(a.kids[t.Parent], t)
		}
	}
	return a
}

// With is the snapshot as it would be with these things added or replaced.
func (a *All) With(things ...*Thing) *All {
	place := map[int64]int{}
	var all []Thing
	for _, list := range a.byKind {
		for _, t := range list {
			place[t.ID] = len(all)
			all = append(all, *t)
		}
	}
	for _, t := range things {
		if t.Kind == Human {
			continue
		}
		if i, ok := place[t.ID]; ok {
			all[i] = *t
		} else {
			all = append(all, *t)
		}
	}
	return NewAll(a.Version, all)
}

// Find returns the thing with this id and kind, or nil.
func (a *All) Find(k Kind, id int64) *Thing {
	if t := a.byID[id]; t != nil && t.Kind == k {
		return t
	}
	return nil
}

// Any returns the thing with this id, of whatever kind, or nil.
func (a *All) Any(id int64) *Thing { return a.byID[id] }

// Coded returns the thing of a kind with this code, or nil.
func (a *All) Coded(k Kind, code string) *Thing {
	for _, t := range a.byKind[k] {
		if t.Code == code {
			return t
		}
	}
	return nil
}

// Of lists the things of a kind, retired ones too.
func (a *All) Of(k Kind) []*Thing { return a.byKind[k] }

// Below lists the id itself and everything under it.
func (a *All) Below(id int64) []int64 {
	out := []int64{id}
	for i := 0; i < len(out); i++ {
		for _, kid := range a.kids[out[i]] {
			out = append(out, kid.ID)
		}
	}
	return out
}

// Top is what stands above all others of a thing's branch: itself when nothing
// does.
func (a *All) Top(id int64) int64 {
	for range len(a.byID) { // no more steps than things, whatever stands there
		t := a.byID[id]
		if t == nil || t.Parent == 0 {
			break
		}
		id = t.Parent
	}
	return id
}

// Name is the label of a thing, or "" when there is none.
func (a *All) Name(id int64, lang string) string {
	if t := a.byID[id]; t != nil {
		return t.Label(lang)
	}
	return ""
}

// Store keeps the things.
type Store interface {
	Load(ctx context.Context) (*All, error)
	Version(ctx context.Context) (int64, error)
	// Save adds the thing when its ID is 0, else replaces the version it
	// carries; a newer one in the store is a Conflict. The audit rows are
	// written in the same transaction.
	Save(ctx context.Context, t *Thing, log ...audit.Row) error
	// Put writes a lot: all of it or nothing.
	Put(ctx context.Context, lot *Lot) error
	// Humans reads persons as things, by id or by code.
	Humans(ctx context.Context, ids []int64, codes []string) ([]*Thing, error)
	// Named reads the persons in use with one of these names.
	Named(ctx context.Context, names []string) ([]*Thing, error)
	// Staffed counts the persons in use that name the department or post.
	Staffed(ctx context.Context, k Kind, id int64) (int, error)
	// Batches lists the imports, newest first; Batch reads one with its rows.
	Batches(ctx context.Context, limit int) ([]Batch, error)
	Batch(ctx context.Context, id int64) (Batch, error)
}

// Lot is what one operation writes. A thing with an ID below 0 is new, and
// others of the lot may name it as their parent by that number.
type Lot struct {
	Things []*Thing
	Batch  *Batch // the import it is, added when its ID is 0, else replaced
	Audit  []audit.Row
	// Settle is for a lot whose documents name its new things too: when all of
	// these have got their ids it is told which, by the numbers they had, and
	// puts the ids into the documents before they are written.
	Settle func(given map[int64]int64) error
}

// Bare is the thing without anything that names another.
func (t *Thing) Bare() (*Thing, error) {
	if t.Kind == Human {
		b, err := OfPerson(people.Person{Code: t.Code, Name: t.Name.En, Changed: t.Changed})
		if err == nil {
			b.ID = t.ID
		}
		return b, err
	}
	return &Thing{ID: t.ID, Kind: t.Kind, Code: t.Code, Name: t.Name, Changed: t.Changed}, nil
}

// Keeper holds the current snapshot for everybody.
type Keeper struct {
	Store Store
	now   atomic.Pointer[All]
}

// All is the current snapshot; Refresh must have run once.
func (k *Keeper) All() *All { return k.now.Load() }

// Refresh loads a new snapshot when the store has newer settings than the one
// held. A job calls it often; the price is one small read.
func (k *Keeper) Refresh(ctx context.Context) error {
	if held := k.now.Load(); held != nil {
		v, err := k.Store.Version(ctx)
		if err != nil {
			return err
		}
		if v == held.Version {
			return nil
		}
	}
	all, err := k.Store.Load(ctx)
	if err != nil {
		return err
	}
	k.now.Store(all)
	return nil
}

// Put writes a lot and takes the new snapshot at once.
func (k *Keeper) Put(ctx context.Context, lot *Lot) error {
	if err := k.Store.Put(ctx, lot); err != nil {
		return err
	}
	return k.Refresh(ctx)
}

// Save writes a thing and takes the new snapshot at once, so that whoever
// saved it sees it.
func (k *Keeper) Save(ctx context.Context, t *Thing, log ...audit.Row) error {
	if err := k.Store.Save(ctx, t, log...); err != nil {
		return err
	}
	return k.Refresh(ctx)
}

// Arranged is the centre's document of that code, or usual when the centre has
// arranged nothing.
func Arranged[D any](a *All, code string, usual D) (D, error) {
	t := a.Coded(Centre, code)
	if t == nil {
		return usual, nil
	}
	err := decode(t.Doc, code, &usual)
	return usual, err
}

// decode reads the document of that code over what is usual.
func decode[D any](doc json.RawMessage, code string, usual *D) error {
	if len(doc) == 0 {
		return nil
	}
	if err := json.Unmarshal(doc, usual); err != nil {
		return fmt.Errorf("setting: %s: %w", code, err)
	}
	return nil
}
