package release

import (
	"context"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Entry is a version of software in the definitive software library: the one
// copy from which everything in operation comes.
type Entry struct {
	ID      int64
	Name    string
	Version string
	Digest  string // SHA-256 of the copy, 64 hexadecimal digits
	Licence string
	Source  string // where it came from: a supplier, our own repository
	Place   string // where the copy is kept
	Zone    people.ZoneID
	Note    string
	State   Standard
	By      people.ID // who entered it
	At      time.Time
	Judge   people.ID // who accepted or refused it
	Judged  time.Time
	Why     string // of a refusal or a withdrawal
	Changed int64  // version of the row
}

// Standard is how far an entry is.
type Standard string

// The standards. Only what is accepted is deployed.
const (
	Entered   Standard = "entered"
	Accepted  Standard = "accepted"
	Refused   Standard = "refused"
	Withdrawn Standard = "withdrawn" // not to be used any more
)

// Standards lists them.
var Standards = []Standard{Entered, Accepted, Refused, Withdrawn}

// Label is what people call an entry: name and version.
func (e Entry) Label() string { return strings.TrimSpace(e.Name + " " + e.Version) }

// The deeds of the library and of the store of hardware.
const (
	LibraryRead     = "library.read"
	LibraryEnter    = "library.enter"
	LibraryAccept   = "library.accept"
	LibraryWithdraw = "library.withdraw"
	LibraryStock    = "library.stock"
)

// LibraryDeeds lists them without their room.
func LibraryDeeds() []string { return []string{"read", "enter", "accept", "withdraw", "stock"} }

// Wanted asks for entries.
type Wanted struct {
	IDs   []int64
	State Standard // "" for every one
	Word  string   // stands in name, version, source or digest
	Limit int
}

// Store keeps the library and the stock of hardware. What a scope is not
// cleared for is Missing.
type Store interface {
	Entries(ctx context.Context, scope people.Scope, w Wanted) ([]Entry, error)
	// KeepEntry adds one when its ID is 0, else replaces the version it carries;
	// a Conflict when that was changed meanwhile, or when the library has that
	// name and version already.
	KeepEntry(ctx context.Context, e *Entry, log audit.Row) error
	Spares(ctx context.Context, scope people.Scope, id int64) ([]Spare, error)
	KeepSpare(ctx context.Context, s *Spare, log audit.Row) error
	// Shift moves pieces in or out; a Conflict when fewer are there than go out.
	Shift(ctx context.Context, m *Movement, log audit.Row) error
	Movements(ctx context.Context, spare int64) ([]Movement, error)
}

// Library is the room in which the definitive software library and the
// definitive hardware store are kept.
type Library struct {
	Store Store
	Now   func() time.Time
	// Refers reports a fault unless the actor may name the thing of that type and
	// id; nil lets everything pass.
	Refers func(by people.Actor, t record.Type, field, value string) error
}

// MostEntries bounds how many are listed at once.
const MostEntries = 500

// List lists entries, by name and the newest first.
func (l *Library) List(ctx context.Context, by people.Actor, w Wanted) ([]Entry, error) {
	if err := by.May(LibraryRead); err != nil {
		return nil, err
	}
	if w.Limit <= 0 || w.Limit > MostEntries {
		w.Limit = MostEntries
	}
	return l.Store.Entries(ctx, by.Scope, w)
}

// Find reads one.
func (l *Library) Find(ctx context.Context, by people.Actor, id int64) (*Entry, error) {
	if err := by.May(LibraryRead); err != nil {
		return nil, err
	}
	return l.find(ctx, by, id)
}

func (l *Library) find(ctx context.Context, by people.Actor, id int64) (*Entry, error) {
	held, err := l.Store.Entries(ctx, by.Scope, Wanted{IDs: []int64{id}, Limit: 1})
	if err != nil {
		return nil, err
	}
	if id == 0 || len(held) == 0 {
		return nil, fault.New(fault.Missing, "release.no_such_entry")
	}
	return &held[0], nil
}

// Enter puts a copy into the library, where it waits to be accepted.
func (l *Library) Enter(ctx context.Context, by people.Actor, e Entry) (*Entry, error) {
	if err := by.May(LibraryEnter); err != nil {
		return nil, err
	}
	e.ID, e.State, e.By, e.At, e.Judge, e.Judged, e.Why = 0, Entered, by.ID, l.now(), 0, time.Time{}, ""
	if err := l.check(by, &e); err != nil {
		return nil, err
	}
	return &e, l.Store.KeepEntry(ctx, &e, row(by, e.At, LibraryEnter, "entry", 0))
}

// check reports what is wrong with an entry as somebody writes it.
func (l *Library) check(by people.Actor, e *Entry) error {
	var many fault.Many
	for _, f := range []struct {
		name string
		text *string
		must bool
	}{{"name", &e.Name, true}, {"version", &e.Version, true}, {"licence", &e.Licence, true}, {"source", &e.Source, true}, {"place", &e.Place, true}} {
		*f.text = strings.Join(strings.Fields(*f.text), " ")
		checkName(&many, f.name, *f.text)
	}
	e.Note = strings.TrimSpace(e.Note)
	checkNote(&many, "note", e.Note, false)
	e.Digest = strings.ToLower(strings.Join(strings.Fields(e.Digest), ""))
	if raw, err := hex.DecodeString(e.Digest); err != nil || len(raw) != 32 {
		many = append(many, fault.At("sha256", "release.not_a_digest"))
	}
	if err := many.Add(l.zone(by, e.Zone)); err != nil {
		return err
	}
	return many.Err()
}

// zone reports a fault unless the actor may put something into a network.
func (l *Library) zone(by people.Actor, z people.ZoneID) error {
	if z == 0 || l.Refers == nil {
		return nil
	}
	return l.Refers(by, record.Zone, "zone", strconv.FormatInt(int64(z), 10))
}

// Judge accepts an entry or refuses it: somebody else than who entered it has
// compared the digest, looked at the licence and the source. A refusal says why.
func (l *Library) Judge(ctx context.Context, by people.Actor, id int64, yes bool, why string) (*Entry, error) {
	if err := by.May(LibraryAccept); err != nil {
		return nil, err
	}
	e, err := l.find(ctx, by, id)
	switch {
	case err != nil:
		return nil, err
	case e.State != Entered:
		return nil, fault.New(fault.Conflict, "release.entry_judged")
	case e.By == by.ID:
		return nil, fault.New(fault.Conflict, "release.own_entry")
	}
	e.State, e.Judge, e.Judged, e.Why = Accepted, by.ID, l.now(), ""
	if !yes {
		e.State, e.Why = Refused, strings.TrimSpace(why)
		var many fault.Many
		if checkNote(&many, "why", e.Why, true); len(many) > 0 {
			return nil, many.Err()
		}
	}
	return e, l.Store.KeepEntry(ctx, e, row(by, e.Judged, LibraryAccept, "entry", id))
}

// Withdraw takes an accepted entry out of use, and says why: nothing is deployed
// from it from now on.
func (l *Library) Withdraw(ctx context.Context, by people.Actor, id int64, why string) (*Entry, error) {
	if err := by.May(LibraryWithdraw); err != nil {
		return nil, err
	}
	e, err := l.find(ctx, by, id)
	if err != nil {
		return nil, err
	}
	if e.State != Accepted {
		return nil, fault.New(fault.Conflict, "release.entry_not_accepted")
	}
	e.State, e.Why = Withdrawn, strings.TrimSpace(why)
	var many fault.Many
	if checkNote(&many, "why", e.Why, true); len(many) > 0 {
		return nil, many.Err()
	}
	return e, l.Store.KeepEntry(ctx, e, row(by, l.now(), LibraryWithdraw, "entry", id))
}

// ByID is a City.Entries made of the library.
func (l *Library) ByID(ctx context.Context, scope people.Scope, ids []int64) (map[int64]Entry, error) {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return id <= 0 })
	out := map[int64]Entry{}
	if len(ids) == 0 {
		return out, nil
	}
	all, err := l.Store.Entries(ctx, scope, Wanted{IDs: ids, Limit: len(ids)})
	for _, e := range all {
		out[e.ID] = e
	}
	return out, err
}

func (l *Library) now() time.Time { return l.Now().UTC().Truncate(time.Millisecond) }

// row is what the audit log keeps of a deed.
func row(by people.Actor, now time.Time, deed, thing string, id int64) audit.Row {
	return audit.By(by, now, deed, thing+":"+strconv.FormatInt(id, 10))
}
