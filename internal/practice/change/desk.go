package change

import (
	"context"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Desk is where changes are asked for, authorised, planned and brought to
// their end.
type Desk struct {
	*record.Desk[*Change]
	City   City
	Ledger record.Ledger
	Shelf  Shelf
	Models *Models // of standard changes; nil where there are none
	// Together makes one transaction of the changes under the context it hands
	// on; nil where every change is one by itself.
	Together func(context.Context, func(context.Context) error) error
}

// City is what the desk asks about the city around it; a function left out
// answers that nothing is known.
type City struct {
	Zone      func(record.ServiceID) people.ZoneID // the network a service runs in
	Authority func() Authority
	// Seats are those who have a say in a capacity on a change, as far as they
	// are there and cleared for its network.
	Seats func(c *Change, as Capacity) []approval.Seat
	Owns  func(people.ID) bool // a service
	// Meets reports a fault when the window of a change meets something: other
	// planned work, a freeze, the end of a maintenance window.
	Meets func(ctx context.Context, by people.Actor, c *Change) error
	// Owes counts the conditions under which a change was authorised and that are
	// not met yet.
	Owes func(ctx context.Context, change int64) (int, error)
	// Told reports a fault when the users of a change were not told of it as the
	// centre wants it.
	Told func(ctx context.Context, c *Change) error
	// Asks asks those who always assess a change that is to be assessed.
	Asks func(ctx context.Context, by people.Actor, c *Change) error
	// Assessed reports a fault when assessments of a change are missing.
	Assessed func(ctx context.Context, c *Change) error
	// Register is what the centre arranged about its risk register.
	Register func() RegisterPolicy
}

// Shelf keeps what only this practice needs.
type Shelf interface {
	Planner
	// Turn makes whoever plans wait for whoever plans already: until the
	// transaction of the context ends, nobody else passes.
	Turn(ctx context.Context) error
	// Past counts how like changes went since a moment: those of a category, or
	// on one of the items; the change itself left out, and what the scope does
	// not see.
	Past(ctx context.Context, scope people.Scope, like *Change, since time.Time) (History, error)
}

// Planner lists the work that is planned at some time within a span, its own
// earliest first.
type Planner interface {
	Planned(ctx context.Context, within Span) ([]Planned, error)
}

// Planned is work that has its time: a change that is scheduled, or what a
// notice of others tells of. Whoever shows it asks whether the reader may see
// its head.
type Planned struct {
	Head     record.Head // of the change; the title and the network alone for a notice
	Notice   int64       // the notice's id
	Type     Type        // of the change, where it is asked for
	Source   Source
	Span     Span
	Items    []record.ItemID
	Services []record.ServiceID // of a notice: these as a whole
	Zones    []people.ZoneID
	People   []people.ID
	Version  int64     // it grows whenever the work is changed
	Moved    time.Time // when it was changed last, as far as that is kept
	Off      bool      // of a notice: it was withdrawn
	Anew     bool      // of a change: it had this time, and is reconsidered
}

// PlannedStates are those in which a change has a time that still counts.
var PlannedStates = []flow.State{Scheduled, Built, Ready, Implementing}

// HistoryFor is how far back like changes say how likely one is to fail.
const HistoryFor = 3 * 365 * 24 * time.Hour

type sitting = record.Sitting[*Change]

// NewDesk makes a working desk; the inner one needs Store and Now and what
// wiring adds to its Rules.
func NewDesk(inner record.Desk[*Change], city City, ledger record.Ledger, shelf Shelf) *Desk {
	d := &Desk{Desk: &inner, City: city, Ledger: ledger, Shelf: shelf}
	d.Kind, d.Flow, d.Sheet = record.Changes, Flow, Sheet()
	d.Rules.Then = d.then
	d.Rules.Apart = append(d.Rules.Apart, plans...)
	return d
}

// plans are the moves that give a change its time.
var plans = []string{"schedule", "reschedule", "submit"}

// Deeds are those of change management: the moves, and the say on one.
func Deeds() []string {
	return append(Flow.Names(), record.Consents, record.Declines, "announce", "opine")
}

// Raise opens a change in the name of whoever asks for it. What is not said
// about the network follows from the service.
func (d *Desk) Raise(ctx context.Context, by people.Actor, in record.Input) (*Change, error) {
	return d.RaiseFor(ctx, by, by.ID, in)
}

// RaiseFor opens a change for whoever asked for it elsewhere; he has no say in
// it, as if he had opened it himself.
func (d *Desk) RaiseFor(ctx context.Context, by people.Actor, who people.ID, in record.Input) (*Change, error) {
	c := new(Change)
	return c, d.Sit(ctx, by, func(s *sitting) error { return d.raise(s, c, who, in) })
}

func (d *Desk) raise(s *sitting, c *Change, who people.ID, in record.Input) error {
	c.Requester = who
	in, err := d.prefilled(s.By, in)
	if err != nil {
		return err
	}
	if id, err := strconv.ParseInt(in.Fields["service"], 10, 64); err == nil && in.Fields["zone"] == "" && d.City.Zone != nil {
		if zone := d.City.Zone(record.ServiceID(id)); zone != 0 && s.By.Scope.Clears(zone) {
			in.Fields["zone"] = strconv.FormatInt(int64(zone), 10)
		}
	}
	return s.Open(c, in)
}

// Move takes a change along one arrow of its flow. Those who plan at the same
// time wait for one another, so that two never take the same time unseen.
func (d *Desk) Move(ctx context.Context, by people.Actor, n record.Number, move string, in record.Input) (c *Change, err error) {
	if d.Together != nil && d.City.Asks != nil && move == "assess" {
		return d.assess(ctx, by, n, in)
	}
	if d.Together == nil || !slices.Contains(plans, move) {
		return d.Desk.Move(ctx, by, n, move, in)
	}
	err = d.Together(ctx, func(ctx context.Context) error {
		if err := d.Shelf.Turn(ctx); err != nil {
			return err
		}
		c, err = d.Desk.Move(ctx, by, n, move, in)
		return err
	})
	return c, err
}

// then is what follows a deed in the same sitting, and what of it depends on
// who does it and when.
func (d *Desk) then(s *sitting, c *Change, deed string, _ record.Input) error {
	switch deed {
	case "submit":
		return d.submitted(s, c)
	case "filter":
		if c.Type == Standard { // that is authorised by its model when it is submitted, and by nobody's filtering
			return fault.At("type", "change.model_needed")
		}
	case "propose":
		if err := promptly(d.City.Assessed, c); err != nil {
			return err
		}
		if err := d.entered(s, c); err != nil {
			return err
		}
		return d.ask(s, c)
	case "authorise":
		return d.entered(s, c)
	case "edit":
		return d.edited(s, c)
	case "vote", "lapse":
		return d.decided(s, c)
	case "return", "reject", "ask_more", "cancel", "drop":
		return s.Withdraw(c)
	case "reconsider":
		if !reconsiders(s.By, c) {
			return fault.New(fault.Denied, "change.not_to_reconsider")
		}
		return s.Withdraw(c)
	case "record_emergency":
		return d.spoken(s, c)
	case "assess", "assign":
		return d.apart(s, c)
	case "schedule", "reschedule":
		if err := d.apart(s, c); err != nil {
			return err
		}
		return d.free(s, c)
	case "implement":
		return d.begins(s, c)
	}
	return nil
}

// submitted: a standard change is authorised already, an emergency is asked
// about at once. Where its committee has too few seats it is left to the
// telephone.
func (d *Desk) submitted(s *sitting, c *Change) error {
	switch c.Type {
	case Standard:
		if err := d.asModelled(s, c); err != nil {
			return err
		}
		if err := s.AsKilter(func() error { return s.Move(c, "preauthorise", record.Input{}) }); err != nil {
			return err
		}
		return d.free(s, c)
	case Emergency:
		if err := d.ask(s, c); err != nil && !isShort(err) {
			return err
		}
	}
	return nil
}

// isShort reports whether there are not enough people to ask.
func isShort(err error) bool {
	all := fault.All(err)
	return all != nil && !slices.ContainsFunc(all, func(f *fault.Fault) bool { return f.Field != "approvers" })
}

func (d *Desk) ask(s *sitting, c *Change) error {
	terms := StandardAuthority()
	if d.City.Authority != nil {
		terms = d.City.Authority()
	}
	stages, err := terms.Stages(c, func(as Capacity) []approval.Seat {
		if d.City.Seats == nil {
			return nil
		}
		return d.City.Seats(c, as)
	})
	if err != nil {
		return err
	}
	return s.Ask(c, stages, Barred(c)...)
}

// free reports why a change cannot have the window that it was given.
func (d *Desk) free(s *sitting, c *Change) error {
	if c.Starts.Before(s.Now) && c.State != Implementing {
		return fault.At("starts", "change.starts_in_past")
	}
	if d.City.Meets == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return d.City.Meets(ctx, s.By, c)
}

// begins reports why a change is not begun now: outside its window, while it
// owes a condition of the board, while its users do not know, or by whoever had
// a say in it.
func (d *Desk) begins(s *sitting, c *Change) error {
	if err := c.Begins(s.Now); err != nil {
		return err
	}
	if d.City.Owes != nil {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		switch n, err := d.City.Owes(ctx, c.ID); {
		case err != nil:
			return err
		case n > 0:
			return fault.New(fault.Conflict, "cab.conditions_unmet").With("n", n)
		}
	}
	if err := promptly(d.City.Told, c); err != nil {
		return err
	}
	return d.apart(s, c)
}

// Next lists the moves that a person may make now: the buttons of the page, those
// that lead on before the one that takes the authority back.
func (d *Desk) Next(by people.Actor, c *Change) []flow.Move[*Change] {
	var out, back []flow.Move[*Change]
	for _, m := range d.Flow.From(c.State) {
		switch {
		case m.Sys || !by.Can("change."+m.Name) || !offered(c, m.Name):
		case m.Name != "reconsider":
			out = append(out, m)
		case reconsiders(by, c):
			back = append(back, m)
		}
	}
	return append(out, back...)
}

// offered leaves out moves whose needs cannot hold whatever is filled in.
func offered(c *Change, move string) bool {
	switch move {
	case "record_emergency", "document":
		return c.Type == Emergency
	case "filter":
		return c.Type != Emergency
	case "review":
		return writtenUp(c) == nil
	case "reconsider":
		return notStandard(c) == nil
	}
	return true
}

// reconsiders reports whether somebody may send a change back to those who assess
// it, though it was authorised: whoever asked for it, and who leads changes.
func reconsiders(by people.Actor, c *Change) bool {
	return by.ID == c.Requester && by.ID != 0 || by.Can("change.assess")
}

// Carriers are those who carry a change out.
func (c *Change) Carriers() []people.ID {
	return slices.DeleteFunc([]people.ID{c.Owner, c.Second}, func(id people.ID) bool { return id == 0 })
}
