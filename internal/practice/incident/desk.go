package incident

import (
	"context"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Desk is where incidents are registered, worked and closed. Every move, edit,
// reply and note goes through the record desk inside; what is special to
// incidents (register, merge, major, cascade) stands beside it.
type Desk struct {
	*record.Desk[*Incident]
	City   City
	Ledger record.Ledger
	Shelf  Shelf
}

// Shelf reads what only this practice asks for. Every method is under a scope.
type Shelf interface {
	// Similar lists live incidents of a service and category opened since.
	Similar(ctx context.Context, scope people.Scope, s record.ServiceID, c record.CategoryID, since time.Time) ([]record.Row, error)
	// Family lists the live children of an incident.
	Family(ctx context.Context, scope people.Scope, parent int64) ([]record.Row, error)
	// Merged lists what was merged into an incident.
	Merged(ctx context.Context, scope people.Scope, into record.Number) ([]record.Row, error)
	// Silent lists incidents resolved before a moment and not yet closed, oldest first.
	Silent(ctx context.Context, before time.Time, limit int) ([]record.Number, error)
	// Late lists live major incidents whose next update was due before a moment.
	Late(ctx context.Context, before time.Time) ([]record.Number, error)
	// Board lists what the public notice board shows.
	Board(ctx context.Context, scope people.Scope, since time.Time) ([]Post, error)
}

type sitting = record.Sitting[*Incident]

// NewDesk makes a working desk. The inner desk needs Store and Now and what
// wiring adds to its Rules (Terms, Refers, Extra); the rules of incidents are
// put in here.
func NewDesk(inner record.Desk[*Incident], city City, ledger record.Ledger, shelf Shelf) *Desk {
	d := &Desk{Desk: &inner, City: city.known(), Ledger: ledger, Shelf: shelf}
	d.Kind, d.Flow, d.Sheet = record.Incident, Flow, Sheet()
	d.Rules.Settle, d.Rules.Then, d.Rules.Relations, d.Rules.Apart = d.settle, d.then, Relations, []string{"merge"}
	return d
}

// then is what follows a deed in the same sitting.
func (d *Desk) then(s *sitting, i *Incident, deed string, in record.Input) error {
	switch deed {
	case "confirm", "reopen", "rate":
		// Those of the department may read it; whether it is solved is for the
		// one who has the trouble to say.
		if !s.By.Staff && s.By.ID != i.Requester {
			return fault.New(fault.Denied, "incident.only_requester")
		}
	case "cancel", "dismiss":
		if err := d.duplicate(s, i); err != nil {
			return err
		}
	case "merge":
		if err := d.join(s, i); err != nil {
			return err
		}
	case "reply":
		if err := d.answered(s, i); err != nil {
			return err
		}
	case "undo":
		d.unlink(s, i)
	case "declare":
		i.NextUpdate = s.Now.Add(d.every())
	}
	// A major incident that is closed before anybody stood it down is reviewed
	// even so.
	if ends := deed == "confirm" || deed == "close"; deed == "stand_down" || ends && i.Major && i.Report == "" {
		i.ReportDue = d.City.Workdays(s.Now, d.City.Policy().ReportDays)
	}
	if in.Public {
		d.updated(s, i)
	}
	return d.topPriority(s, i)
}

// answered lets work go on when the requester has said what was waited for.
func (d *Desk) answered(s *sitting, i *Incident) error {
	if s.By.ID == 0 || s.By.ID != i.Requester || i.State != Pending || i.Waiting != ForUser {
		return nil
	}
	return s.AsKilter(func() error { return s.Move(i, "resume", record.Input{}) })
}

// Move takes an incident along an arrow of its flow, and lets those know whom
// the text names.
func (d *Desk) Move(ctx context.Context, by people.Actor, n record.Number, move string, in record.Input) (*Incident, error) {
	if err := d.mention(ctx, &in); err != nil {
		return nil, err
	}
	return d.Desk.Move(ctx, by, n, move, in)
}

// Reply says something to the requester, and lets those know whom it names.
func (d *Desk) Reply(ctx context.Context, by people.Actor, n record.Number, in record.Input) (*Incident, error) {
	if err := d.mention(ctx, &in); err != nil {
		return nil, err
	}
	return d.Desk.Reply(ctx, by, n, in)
}

// Note writes down something for colleagues, and lets those know whom it names.
func (d *Desk) Note(ctx context.Context, by people.Actor, n record.Number, in record.Input) (*Incident, error) {
	if err := d.mention(ctx, &in); err != nil {
		return nil, err
	}
	return d.Desk.Note(ctx, by, n, in)
}

// mention finds the persons that a text names as @code. A code that nobody has
// is plain text.
func (d *Desk) mention(ctx context.Context, in *record.Input) error {
	codes := record.Mentions(in.Text)
	if len(codes) == 0 {
		return nil
	}
	found, err := d.City.Coded(ctx, codes)
	for _, p := range found {
		if !p.Retired && !slices.Contains(in.Mention, p.ID) {
			in.Mention = append(in.Mention, p.ID)
		}
	}
	return err
}
