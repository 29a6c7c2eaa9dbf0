package handbook

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Store keeps editions.
type Store interface {
	// Now are, of all chapters, the edition in force and the one that is worked on.
	Now(ctx context.Context) ([]Edition, error)
	// Editions lists those of a chapter, the newest first.
	Editions(ctx context.Context, chapter maturity.Process) ([]Edition, error)
	// Shot is what ran when an edition was approved; nil when nothing was kept.
	Shot(ctx context.Context, id int64) (*Snapshot, error)
	// Keep adds one when its id is 0; Stale when it is of another version, or
	// when another one of its number is there.
	Keep(ctx context.Context, e *Edition, log audit.Row) error
}

// Room is where the texts of the handbook are written and approved.
type Room struct {
	Book   *Book
	Store  Store
	Pen    audit.Pen
	Now    func() time.Time
	Policy func() Policy
	Due    func(from time.Time, days int) time.Time // so many working days later
	// Approvers are those who may have a say.
	Approvers func(context.Context) ([]approval.Seat, error)
	// Deputies are the arrangements in force.
	Deputies func(context.Context, time.Time) ([]approval.Deputy, error)
	// Tell tells persons that their say is waited for.
	Tell func(ctx context.Context, e *Edition, who []people.ID) error
	// Settings are what is arranged for a process now, as far as it is told.
	Settings func(maturity.Process) []Fact
	// Shows reports whether somebody may know that a fact differs, and whether he
	// may read what it was and is; nil: all may.
	Shows func(people.Actor, Fact) (known, read bool)
	Log   Log                    // nil where no event log is kept
	Kinds map[string]record.Kind // of the records that a flow is of
}

func (m *Room) now() time.Time { return m.Now().UTC().Truncate(time.Millisecond) }

func object(code maturity.Process) string { return "handbook:" + string(code) }

func (m *Room) row(by people.Actor, deed string, e *Edition, what string) audit.Row {
	out := audit.By(by, m.now(), deed, object(e.Chapter))
	out.Detail = audit.Detail("what", what, "edition", e.N)
	return out
}

// View is a chapter as it is read.
type View struct {
	Chapter
	Edition *Edition // in force; nil while what ships is
	Work    *Edition // worked on; nil when there is none, or the reader may not see it
}

// Writes reports whether somebody reads what is being written.
func Writes(by people.Actor) bool { return by.Can(DeedEdit) || by.Can(DeedApprove) }

// view puts the texts in force into a chapter.
func view(c Chapter, all []Edition, by people.Actor) View {
	v := View{Chapter: c}
	for i := range all {
		switch e := &all[i]; {
		case e.Chapter != c.Code:
		case e.State == Approved:
			v.Edition, v.Chapter = e, c.With(e.Texts)
		case e.Open() && Writes(by):
			v.Work = e
		}
	}
	return v
}

// Chapters are all eleven with the texts in force.
func (m *Room) Chapters(ctx context.Context, by people.Actor) ([]View, error) {
	chapters, err := m.Book.Chapters(by)
	if err != nil {
		return nil, err
	}
	all, err := m.Store.Now(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]View, len(chapters))
	for i, c := range chapters {
		out[i] = view(c, all, by)
	}
	return out, nil
}

// Find is one chapter with the texts in force.
func (m *Room) Find(ctx context.Context, by people.Actor, code string) (*View, error) {
	c, err := m.Book.Find(by, code)
	if err != nil {
		return nil, err
	}
	all, err := m.Store.Now(ctx)
	if err != nil {
		return nil, err
	}
	v := view(*c, all, by)
	return &v, nil
}

// History is all editions of a chapter, the newest first, down to what ships.
// Whoever does not write reads those that were approved.
func (m *Room) History(ctx context.Context, by people.Actor, code string) (*View, []Edition, error) {
	v, err := m.Find(ctx, by, code)
	if err != nil {
		return nil, nil, err
	}
	all, err := m.Store.Editions(ctx, v.Code)
	if err != nil {
		return nil, nil, err
	}
	all = slices.DeleteFunc(all, func(e Edition) bool { return e.State != Approved && !Writes(by) })
	return v, append(all, m.shipped(v.Code)), nil
}

// shipped is what the chapter says as it comes with Kilter.
func (m *Room) shipped(code maturity.Process) Edition {
	e := Edition{Chapter: code, State: Approved}
	for _, c := range texts().Chapters {
		if c.Code == code {
			e.Texts = c.Texts()
		}
	}
	return e
}

// Compared is two editions held against each other.
type Compared struct {
	Was, Now *Edition
	Fields   []string // that differ, in the order of a form
}

// Compare holds an edition against an earlier one.
func (m *Room) Compare(ctx context.Context, by people.Actor, code string, was, now int) (*View, *Compared, error) {
	v, all, err := m.History(ctx, by, code)
	if err != nil {
		return nil, nil, err
	}
	out := &Compared{}
	for i := range all {
		if all[i].N == was {
			out.Was = &all[i]
		}
		if all[i].N == now {
			out.Now = &all[i]
		}
	}
	if out.Was == nil || out.Now == nil {
		return nil, nil, fault.New(fault.Missing, "handbook.no_edition")
	}
	differ := out.Was.Texts.Differs(out.Now.Texts)
	for _, f := range v.Fields() {
		if slices.Contains(differ, f) {
			out.Fields = append(out.Fields, f)
		}
	}
	return v, out, nil
}

// Writing is what somebody writes.
type Writing struct {
	Version int64 // of the draft he saw; 0 begins one
	Texts   Texts // the fields that he writes; the others stay
	Why     string
}

// Write begins a draft on what is in force, or changes the one there is.
func (m *Room) Write(ctx context.Context, by people.Actor, code string, in Writing) (*Edition, error) {
	v, e, err := m.work(ctx, by, DeedEdit, code)
	if err != nil {
		return nil, err
	}
	if e == nil {
		if e, err = m.begin(ctx, v); err != nil {
			return nil, err
		}
	}
	if e.Version != in.Version {
		return nil, fault.New(fault.Conflict, "handbook.changed_meanwhile")
	}
	if e.State != Draft {
		return nil, fault.New(fault.Conflict, "handbook.is_asked")
	}
	in.Why = strings.TrimSpace(in.Why)
	if utf8.RuneCountInString(in.Why) > mostText {
		return nil, fault.At("why", "record.too_long").With("max", mostText)
	}
	if e.Texts, err = e.Texts.over(&v.Chapter, in.Texts); err != nil {
		return nil, err
	}
	if err := e.Texts.check(&v.Chapter); err != nil {
		return nil, err
	}
	e.Why, e.Changed = in.Why, m.now()
	e.wrote(by.ID)
	return e, m.Store.Keep(ctx, e, m.row(by, DeedEdit, e, "write"))
}

// begin is a new draft on what is in force.
func (m *Room) begin(ctx context.Context, v *View) (*Edition, error) {
	all, err := m.Store.Editions(ctx, v.Code)
	if err != nil {
		return nil, err
	}
	e := &Edition{Chapter: v.Code, N: 1, State: Draft, EditionDoc: EditionDoc{Texts: v.Texts(), Made: m.now()}}
	if len(all) > 0 {
		e.N = all[0].N + 1
	}
	return e, nil
}

// work reads a chapter for a deed, with the edition that is worked on.
func (m *Room) work(ctx context.Context, by people.Actor, deed, code string) (*View, *Edition, error) {
	if err := audit.Ask(ctx, m.Pen, by, m.now(), deed, object(maturity.Process(code))); err != nil {
		return nil, nil, err
	}
	v, err := m.Find(ctx, by, code)
	if err != nil {
		return nil, nil, err
	}
	return v, v.Work, nil
}

// open reads the edition that is worked on, in a state and of a version.
func (m *Room) open(ctx context.Context, by people.Actor, deed, code string, version int64, in Status) (*View, *Edition, error) {
	v, e, err := m.work(ctx, by, deed, code)
	switch {
	case err != nil:
		return nil, nil, err
	case e == nil || e.State != in:
		return nil, nil, fault.New(fault.Conflict, "handbook.not_in_state")
	case e.Version != version:
		return nil, nil, fault.New(fault.Conflict, "handbook.changed_meanwhile")
	}
	return v, e, nil
}

// Drop gives a draft up.
func (m *Room) Drop(ctx context.Context, by people.Actor, code string, version int64) (*Edition, error) {
	_, e, err := m.open(ctx, by, DeedEdit, code, version, Draft)
	if err != nil {
		return nil, err
	}
	e.State, e.Decided = Dropped, m.now()
	return e, m.Store.Keep(ctx, e, m.row(by, DeedEdit, e, "drop"))
}
