package assessment

import (
	"context"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
)

// The deeds.
const (
	DeedRead   = "maturity.read"   // assessments and signed results
	DeedAssess = "maturity.assess" // answer, where one is named as assessor
	DeedLead   = "maturity.lead"   // make, see all answers, override, sign, cancel
)

// Store keeps assessments.
type Store interface {
	List(ctx context.Context) ([]Assessment, error)
	// Find is Missing when there is none.
	Find(ctx context.Context, id int64) (*Assessment, error)
	// Keep adds one when its id is 0; Stale when it is of another version.
	Keep(ctx context.Context, a *Assessment, log audit.Row) error
	// Marks lists what was answered, in the order of questions as text; of one
	// person unless he is 0.
	Marks(ctx context.Context, assessment int64, who people.ID) ([]Mark, error)
	// Mark keeps answers; a Conflict when the assessment is not open.
	Mark(ctx context.Context, assessment int64, marks []Mark, log audit.Row) error
	Files(ctx context.Context, assessment int64) ([]Held, error)
	// Attach keeps a file that its bringer holds; a Conflict when the assessment is
	// not open, TooMuch when it has MostFiles.
	Attach(ctx context.Context, assessment int64, h *Held, log audit.Row) error
	// Detach takes one back; a Conflict when the assessment is not open.
	Detach(ctx context.Context, assessment, file int64, log audit.Row) error
	// Freeze keeps the result and the assessment's new state, once.
	Freeze(ctx context.Context, a *Assessment, text []byte, log audit.Row) error
	// Frozen is the document of a signed assessment.
	Frozen(ctx context.Context, id int64) ([]byte, error)
}

// Sets are the editions of the questions.
type Sets interface {
	// Current is the one that new assessments ask.
	Current(ctx context.Context) (*maturity.Set, error)
	// Of is a published one; Missing when there is none.
	Of(ctx context.Context, version string) (*maturity.Set, error)
}

// Room is where assessments are held.
type Room struct {
	Store Store
	Sets  Sets // nil: only the questions that ship with Kilter
	Pen   audit.Pen
	Now   func() time.Time
	Works func(people.ID) bool     // whether somebody works at the centre
	Zone  func(people.ZoneID) bool // whether there is such a zone
}

// Set is the set of questions that new assessments ask.
func (m *Room) Set(ctx context.Context) (*maturity.Set, error) {
	if m.Sets == nil {
		return maturity.Current(), nil
	}
	return m.Sets.Current(ctx)
}

// SetOf is the set that an assessment asks, whatever was taken up since.
func (m *Room) SetOf(ctx context.Context, a *Assessment) (*maturity.Set, error) {
	if s, ok := maturity.Shipped(a.Set); ok {
		return s, nil
	}
	if m.Sets == nil {
		return maturity.Current(), nil
	}
	return m.Sets.Of(ctx, a.Set)
}

func (m *Room) now() time.Time { return m.Now().UTC().Truncate(time.Millisecond) }

func object(id int64) string { return "assessment:" + strconv.FormatInt(id, 10) }

func (m *Room) row(by people.Actor, deed string, id int64, what string) audit.Row {
	out := audit.By(by, m.now(), deed, object(id))
	out.Detail = audit.Detail("what", what)
	return out
}

// List lists assessments, the newest first.
func (m *Room) List(ctx context.Context, by people.Actor) ([]Assessment, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	return m.Store.List(ctx)
}

// Find reads one.
func (m *Room) Find(ctx context.Context, by people.Actor, id int64) (*Assessment, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	return m.Store.Find(ctx, id)
}

// open reads an assessment for a deed that it has to be open for.
func (m *Room) open(ctx context.Context, by people.Actor, deed string, id int64) (*Assessment, error) {
	if err := audit.Ask(ctx, m.Pen, by, m.now(), deed, object(id)); err != nil {
		return nil, err
	}
	a, err := m.Store.Find(ctx, id)
	if err == nil && a.State != Open {
		return nil, fault.New(fault.Conflict, "assessment.not_open")
	}
	return a, err
}

// Plan makes an assessment, or changes one that is open: its names, day,
// assessors and targets.
func (m *Room) Plan(ctx context.Context, by people.Actor, a *Assessment) error {
	if a.ID == 0 {
		if err := audit.Ask(ctx, m.Pen, by, m.now(), DeedLead, object(0)); err != nil {
			return err
		}
		set, err := m.Set(ctx)
		if err != nil {
			return err
		}
		a.Set, a.State, a.Made, a.MadeBy, a.Overrides = set.Version, Open, m.now(), by.ID, nil
	} else {
		was, err := m.open(ctx, by, DeedLead, a.ID)
		if err != nil {
			return err
		}
		next := *was
		next.Name, next.Unit, next.Day, next.Assessors, next.Targets = a.Name, a.Unit, a.Day, a.Assessors, a.Targets
		if a.Version != 0 {
			next.Version = a.Version
		}
		*a = next
	}
	set, err := m.SetOf(ctx, a)
	if err != nil {
		return err
	}
	if err := a.check(set, m.Works); err != nil {
		return err
	}
	return m.Store.Keep(ctx, a, m.row(by, DeedLead, a.ID, "plan"))
}

// Answer keeps what somebody says of some statements. He has to be an assessor
// of it.
func (m *Room) Answer(ctx context.Context, by people.Actor, id int64, marks []Mark) error {
	a, err := m.open(ctx, by, DeedAssess, id)
	if err != nil {
		return err
	}
	if !slices.Contains(a.Assessors, by.ID) {
		return fault.New(fault.Denied, "assessment.not_yours")
	}
	set, err := m.SetOf(ctx, a)
	if err != nil {
		return err
	}
	var many fault.Many
	for i := range marks {
		mark := &marks[i]
		mark.Person, mark.Changed = by.ID, m.now()
		for _, bad := range fault.All(mark.check(set)) {
			if bad.Field != "question" {
				bad.Field = mark.Question + "." + bad.Field
			}
			many = append(many, bad)
		}
	}
	if err := many.Err(); err != nil {
		return err
	}
	if len(marks) == 0 {
		return nil
	}
	return m.Store.Mark(ctx, id, marks, m.row(by, DeedAssess, id, marks[0].Question))
}

// Own lists what an assessor answered.
func (m *Room) Own(ctx context.Context, by people.Actor, id int64) ([]Mark, error) {
	if err := by.May(DeedAssess); err != nil {
		return nil, err
	}
	return m.Store.Marks(ctx, id, by.ID)
}

// Override puts a decision over what was answered of a statement.
func (m *Room) Override(ctx context.Context, by people.Actor, id int64, o maturity.Override) (*Assessment, error) {
	a, err := m.open(ctx, by, DeedLead, id)
	if err != nil {
		return nil, err
	}
	set, err := m.SetOf(ctx, a)
	if err != nil {
		return nil, err
	}
	o.By, o.On = by.ID.String(), m.now()
	if err := o.Check(set); err != nil {
		return nil, err
	}
	for field, text := range map[string]string{"reason": o.Reason, "evidence": o.Evidence} {
		if f := long(field, text, mostText); f != nil {
			return nil, f
		}
	}
	if len(a.Overrides) >= mostOverrides {
		return nil, fault.At("question", "assessment.overrides").With("max", mostOverrides)
	}
	a.Overrides = append(a.Overrides, o)
	return a, m.Store.Keep(ctx, a, m.row(by, DeedLead, id, "override "+o.Question))
}

// Result is what the answers come to. As long as the assessment is open only
// whoever leads it is told.
func (m *Room) Result(ctx context.Context, by people.Actor, id int64) (*Assessment, *Findings, error) {
	a, err := m.Find(ctx, by, id)
	if err != nil {
		return nil, nil, err
	}
	if a.State == Signed {
		text, err := m.Store.Frozen(ctx, id)
		if err != nil {
			return nil, nil, err
		}
		f, err := Read(text, a.Hash)
		if err != nil {
			return nil, nil, err
		}
		return a, f.seen(a, by), nil
	}
	if err := by.May(DeedLead); err != nil {
		return nil, nil, fault.New(fault.Denied, "assessment.not_signed")
	}
	f, err := m.compute(ctx, a)
	if err != nil {
		return nil, nil, err
	}
	return a, f.seen(a, by), nil
}

// seen is the result without the files that its reader may not know of.
func (f *Findings) seen(a *Assessment, by people.Actor) *Findings {
	f.Files = slices.DeleteFunc(f.Files, func(h Held) bool { return !a.shows(&h, by) })
	return f
}

func (m *Room) compute(ctx context.Context, a *Assessment) (*Findings, error) {
	marks, err := m.Store.Marks(ctx, a.ID, 0)
	if err != nil {
		return nil, err
	}
	files, err := m.Store.Files(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	set, err := m.SetOf(ctx, a)
	if err != nil {
		return nil, err
	}
	f := Find(set, a, marks, m.now())
	f.Files = files
	return f, nil
}

// Seen is the state of an assessment that somebody has looked at.
type Seen struct{ Version, Answers int64 }

// Sign freezes the result. Whoever signs names the version and the number of
// answers that he has seen, for what is signed never changes again.
func (m *Room) Sign(ctx context.Context, by people.Actor, id int64, seen Seen) (*Assessment, error) {
	a, err := m.open(ctx, by, DeedLead, id)
	if err != nil {
		return nil, err
	}
	if seen != (Seen{a.Version, a.Answers}) {
		return nil, fault.New(fault.Stale, "record.changed_meanwhile")
	}
	f, err := m.compute(ctx, a)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(f.Marks, func(k Mark) bool { return k.Answer != maturity.Unanswered }) {
		return nil, fault.New(fault.Conflict, "assessment.nothing_answered")
	}
	text, hash, err := f.Write()
	if err != nil {
		return nil, err
	}
	a.State, a.Signed, a.SignedBy, a.Hash = Signed, m.now(), by.ID, hash
	return a, m.Store.Freeze(ctx, a, text, m.row(by, DeedLead, id, "sign "+hash))
}

// Cancel ends an assessment without a result.
func (m *Room) Cancel(ctx context.Context, by people.Actor, id int64) (*Assessment, error) {
	a, err := m.open(ctx, by, DeedLead, id)
	if err != nil {
		return nil, err
	}
	a.State = Cancelled
	return a, m.Store.Keep(ctx, a, m.row(by, DeedLead, id, "cancel"))
}

// Compare says what moved since another assessment, or against that of another
// unit; each is judged by the questions that it asked.
func (m *Room) Compare(ctx context.Context, by people.Actor, id, earlier int64) ([]maturity.Move, error) {
	is, after, err := m.Result(ctx, by, id)
	if err != nil {
		return nil, err
	}
	was, before, err := m.Result(ctx, by, earlier)
	if fault.Is(err, fault.Missing) {
		return nil, fault.At("base", "assessment.none")
	}
	if err != nil {
		return nil, err
	}
	set, err := m.SetOf(ctx, is)
	if err != nil {
		return nil, err
	}
	then, err := m.SetOf(ctx, was)
	if err != nil {
		return nil, err
	}
	return set.CompareWith(then, before.Final, after.Final), nil
}
