package wave

import (
	"context"
	"strconv"
	"sync"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
)

// The deeds.
const (
	DeedRead     = "survey.read"     // waves, their response, published results
	DeedDesign   = "survey.design"   // questionnaires
	DeedRun      = "survey.run"      // waves: draw, open, remind, paper, close, analyse; results before they are published
	DeedPublish  = "survey.publish"  // results
	DeedComments = "survey.comments" // what respondents wrote
)

// Sheets keeps questionnaires.
type Sheets interface {
	Instruments(ctx context.Context) ([]Instrument, error)
	// Versions lists those of a questionnaire, the newest first.
	Versions(ctx context.Context, instrument int64) ([]Sheet, error)
	Sheet(ctx context.Context, id int64) (*Sheet, error)
	// KeepInstrument adds one when its id is 0; Stale when it is of another version.
	KeepInstrument(ctx context.Context, in *Instrument, log audit.Row) error
	// KeepSheet adds a version when its id is 0, else replaces one that no wave
	// has used; a Conflict when one has.
	KeepSheet(ctx context.Context, s *Sheet, log audit.Row) error
}

// Waves keeps waves and what came of them.
type Waves interface {
	Waves(ctx context.Context) ([]Wave, error)
	Wave(ctx context.Context, id int64) (*Wave, error)
	// Keep adds a wave when its id is 0; Stale when it is of another version.
	Keep(ctx context.Context, w *Wave, log audit.Row) error
	// Draw replaces the invitations of a wave that is a draft.
	Draw(ctx context.Context, w *Wave, all []Invite, log audit.Row) error
	Frozen(ctx context.Context, wave int64) (*Frozen, error)
	// Freeze keeps a wave with its result, once.
	Freeze(ctx context.Context, w *Wave, f *Frozen, log audit.Row) error
}

// Invites keeps who was asked.
type Invites interface {
	Invites(ctx context.Context, wave int64) ([]Invite, error)
	// Invited finds the invitation of a person, a Missing fault when there is none.
	Invited(ctx context.Context, wave int64, who people.ID) (*Invite, error)
	// Mine lists the invitations of a person to waves that are open.
	Mine(ctx context.Context, who people.ID) ([]Invite, error)
	// At finds one by the mark of its token or by the digest of its door.
	At(ctx context.Context, mark, door string) (*Invite, error)
	Counts(ctx context.Context, wave int64) ([]Count, error)
	// Begin gives an invitation that is not answered a new token.
	Begin(ctx context.Context, invite int64, mark string) error
	// Doors gives invitations new codes, by id.
	Doors(ctx context.Context, digests map[int64]string) error
	// Mix marks as answered those with these marks, and writes all invitations
	// of a wave anew at once, so that nothing tells which were written last.
	Mix(ctx context.Context, wave int64, marks []string) error
}

// Box keeps answers. It knows no invitation.
type Box interface {
	// Answer reads what stands under a key; nil when nothing does.
	Answer(ctx context.Context, key string) (*Answer, error)
	// Save keeps a draft; a Conflict when what stands there was handed in.
	Save(ctx context.Context, a *Answer) error
	// HandIn keeps answers for good, and what was written in words apart from
	// them; a Conflict when they were handed in before.
	HandIn(ctx context.Context, a *Answer, words []Comment) error
	// Answers lists what was handed in, in the order of the keys.
	Answers(ctx context.Context, wave int64) ([]Answer, error)
	Comments(ctx context.Context, wave int64) ([]Comment, error)
	// Sort keeps what comments are about, by their ids, all or none; Missing when
	// one of them is not there.
	Sort(ctx context.Context, wave int64, category map[string]string, log audit.Row) error
	// Seal closes a wave: drafts go, answers and comments are written anew under
	// random keys, in no order, comments as they are given.
	Seal(ctx context.Context, w *Wave, words []Comment, fresh func() string, log audit.Row) error
	// Shuffle writes all answers and comments of a wave anew at once, in the order
	// of their keys.
	Shuffle(ctx context.Context, wave int64) error
	// Purge deletes the answers, comments and invitations of a wave.
	Purge(ctx context.Context, w *Wave, log audit.Row) error
}

// Room is where waves are held.
type Room struct {
	Sheets  Sheets
	Waves   Waves
	Invites Invites
	Box     Box
	Pen     audit.Pen
	Now     func() time.Time
	// People lists everybody who is not retired, with his department.
	People func(ctx context.Context) ([]people.Person, error)
	// Department is the code and name of one.
	Department func(people.DepartmentID) (code string, name people.Text)
	// Seed makes the seed of a draw.
	Seed func() int64
	// Longest is for how many months after closing answers may be kept at the
	// most, whatever a plan says; 0 for ever.
	Longest func() (months int, err error)
	// Tell asks somebody to answer, or reminds him; round 0 is the first.
	Tell func(ctx context.Context, w *Wave, who people.ID, round int) error

	mu   sync.Mutex
	done map[int64]*pending // by wave
	kept map[int64]*Sheet   // versions that waves use never change
	read results
}

func (m *Room) now() time.Time { return m.Now().UTC().Truncate(time.Millisecond) }

// row is what the audit log keeps of a deed on a wave. What respondents do
// leaves none.
func row(by people.Actor, now time.Time, deed string, id int64, detail string) audit.Row {
	out := audit.By(by, now, deed, "survey:"+strconv.FormatInt(id, 10))
	out.Detail = detail
	return out
}

// ask reports whether somebody may do something, and notes when he may not.
func (m *Room) ask(ctx context.Context, by people.Actor, deed string, id int64) error {
	return audit.Ask(ctx, m.Pen, by, m.now(), deed, "survey:"+strconv.FormatInt(id, 10))
}

// List lists waves, the newest first.
func (m *Room) List(ctx context.Context, by people.Actor) ([]Wave, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	return m.Waves.Waves(ctx)
}

// Read reads one.
func (m *Room) Read(ctx context.Context, by people.Actor, id int64) (*Wave, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	return m.Waves.Wave(ctx, id)
}

// in reads a wave for a deed, which it must be in one of some states for.
func (m *Room) in(ctx context.Context, by people.Actor, deed string, id int64, states ...State) (*Wave, error) {
	if err := m.ask(ctx, by, deed, id); err != nil {
		return nil, err
	}
	w, err := m.Waves.Wave(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, s := range states {
		if w.State == s {
			return w, nil
		}
	}
	return nil, fault.New(fault.Conflict, "wave.not_in_state").With("state", string(w.State))
}

// Plan keeps a wave that is being planned; a new one when its id is 0. A wave
// that is drawn is drawn anew when whom it asks changes.
func (m *Room) Plan(ctx context.Context, by people.Actor, w *Wave) error {
	if err := m.ask(ctx, by, DeedRun, w.ID); err != nil {
		return err
	}
	if err := w.check(); err != nil {
		return err
	}
	s, err := m.Sheets.Sheet(ctx, w.Sheet)
	if fault.Is(err, fault.Missing) {
		return fault.At("sheet", "wave.no_such_sheet")
	}
	if err != nil {
		return err
	}
	for _, d := range w.Plan.Departments {
		if code, _ := m.Department(d); code == "" {
			return fault.At("departments", "wave.no_such_department")
		}
	}
	if err := s.check(); err != nil { // an unfinished version is asked of nobody
		return fault.At("sheet", "wave.unfinished_sheet")
	}
	if w.ID == 0 {
		w.Source, w.State, w.Made, w.MadeBy = Asked, Draft, m.now(), by.ID
		return m.Waves.Keep(ctx, w, row(by, m.now(), DeedRun, 0, "plan"))
	}
	was, err := m.Waves.Wave(ctx, w.ID)
	if err != nil {
		return err
	}
	if was.State != Draft {
		return fault.New(fault.Conflict, "wave.not_in_state").With("state", string(was.State))
	}
	next := *was
	next.Name, next.Sheet, next.Pilot, next.From, next.To, next.Version = w.Name, w.Sheet, w.Pilot, w.From, w.To, w.Version
	next.Plan = w.Plan
	next.Strata = nil // drawn anew
	*w = next
	return m.Waves.Draw(ctx, w, nil, row(by, m.now(), DeedRun, w.ID, "plan"))
}
