package change

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Role is from where a change is assessed (domain/mof, section CHG).
type Role string

// The roles.
const (
	Technical     Role = "technical"
	OfService     Role = "service"
	Security      Role = "security"
	Configuration Role = "configuration"
	Capacities    Role = "capacity"
	Availability  Role = "availability"
	Financial     Role = "financial"
)

// AssessRoles lists them in the order of a form.
var AssessRoles = []string{string(Technical), string(OfService), string(Security), string(Configuration), string(Capacities), string(Availability), string(Financial)}

// Position is what somebody thinks of a change.
type Position string

// The positions.
const (
	Unsaid   Position = ""
	For      Position = "for"
	Reserved Position = "reserved" // for, with reservations
	Against  Position = "against"
)

// Positions lists what can be answered.
var Positions = []string{string(For), string(Reserved), string(Against)}

// Opinion is the assessment of a change by one role: asked of some, answered by
// one of them, beside the others.
type Opinion struct {
	ID      int64
	Change  int64
	Role    Role
	Asked   []people.ID
	AskedBy people.ID
	AskedAt time.Time
	Stand   Position
	Text    string // the reservations, or why not
	By      people.ID
	At      time.Time
	Dropped time.Time // it is not wanted any more
	Changed int64
}

// Open reports whether an answer is waited for.
func (o *Opinion) Open() bool { return o.Dropped.IsZero() && o.Stand == Unsaid }

// DeedOpine is to answer for a role.
const DeedOpine = "change.opine"

const deedAssess = "change.assess"

// Bounds of assessments.
const (
	MostOpinions = 60
	mostAsked    = 12
	longestStand = 4000
)

// Assessors is what a centre arranges about who assesses changes.
type Assessors struct {
	Must []Role `json:"assess,omitempty"` // without whose answer nothing significant or major is decided on
}

// Lacks lists the roles whose answer is missing: those asked, and those that the
// centre wants for a change of that class.
func (a Assessors) Lacks(c *Change, all []Opinion) (out []Role) {
	has := func(r Role) bool {
		return slices.ContainsFunc(all, func(o Opinion) bool { return o.Role == r && o.Dropped.IsZero() && o.Stand != Unsaid })
	}
	if c.Type == Normal && (c.Class == Significant || c.Class == Major) {
		for _, r := range a.Must {
			if !has(r) {
				out = append(out, r)
			}
		}
	}
	for i := range all {
		if all[i].Open() && !slices.Contains(out, all[i].Role) {
			out = append(out, all[i].Role)
		}
	}
	return out
}

// OpinionStore keeps assessments.
type OpinionStore interface {
	// Opinions lists those of a change in the order in which they were asked for.
	Opinions(ctx context.Context, change int64) ([]Opinion, error)
	// KeepOpinion adds one when its ID is 0, else replaces the version it carries;
	// a Conflict when that was changed meanwhile.
	KeepOpinion(ctx context.Context, o *Opinion, log audit.Row) error
}

// Opinions is the room in which changes are assessed by roles.
type Opinions struct {
	Store  OpinionStore
	Desk   *Desk
	Policy func() Policy
	// Usual are those who assess a change in a role unless somebody else is named.
	Usual func(*Change, Role) []people.ID
	// Tell tells those who are asked.
	Tell     func(context.Context, *Change, *Opinion) error
	Refers   func(by people.Actor, t record.Type, field, value string) error
	Now      func() time.Time
	Together func(context.Context, func(context.Context) error) error
}

// Of reads the assessments of a change, and which are missing.
func (l *Opinions) Of(ctx context.Context, by people.Actor, n record.Number) (*Change, []Opinion, []Role, error) {
	c, err := l.Desk.Find(ctx, by, n)
	if err != nil {
		return nil, nil, nil, err
	}
	all, err := l.Store.Opinions(ctx, c.ID)
	return c, all, l.Policy().Lacks(c, all), err
}

// Assessed reports why nobody is asked yet to decide on a change: assessments
// are missing.
func (l *Opinions) Assessed(ctx context.Context, c *Change) error {
	all, err := l.Store.Opinions(ctx, c.ID)
	if err != nil {
		return err
	}
	if n := len(l.Policy().Lacks(c, all)); n > 0 {
		return fault.New(fault.Conflict, "change.opinion.missing").With("n", n)
	}
	return nil
}

// Begin asks those whom the centre always asks, when a change is handed on to
// be assessed; a role that nobody fills is left to whoever leads it.
func (l *Opinions) Begin(ctx context.Context, by people.Actor, c *Change) error {
	all, err := l.Store.Opinions(ctx, c.ID)
	if err != nil || c.Type != Normal {
		return err
	}
	for _, r := range l.Policy().Must {
		asked := slices.ContainsFunc(all, func(o Opinion) bool { return o.Role == r && o.Dropped.IsZero() })
		if who := l.Usual(c, r); !asked && len(who) > 0 {
			if _, err := l.ask(ctx, by, c, r, who); err != nil {
				return err
			}
		}
	}
	return nil
}

// Ask asks for the assessment by a role: of those named, else of those who
// usually give it. Who was asked for that role before and has not answered is
// not asked any more.
func (l *Opinions) Ask(ctx context.Context, by people.Actor, n record.Number, r Role, who []people.ID) (*Opinion, error) {
	c, err := l.led(ctx, by, n)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(AssessRoles, string(r)) {
		return nil, fault.At("role", "record.required")
	}
	if len(who) == 0 {
		who = l.Usual(c, r)
	}
	switch n := len(who); {
	case n == 0:
		return nil, fault.At("persons", "change.opinion.of_nobody")
	case n > mostAsked:
		return nil, fault.At("persons", "record.out_of_range").With("low", 1).With("high", mostAsked)
	}
	for _, id := range who {
		if err := l.Refers(by, record.Person, "persons", id.String()); err != nil {
			return nil, err
		}
	}
	var o *Opinion
	return o, l.Together(ctx, func(ctx context.Context) error {
		all, err := l.Store.Opinions(ctx, c.ID)
		if err != nil {
			return err
		}
		if len(all) >= MostOpinions {
			return fault.New(fault.Conflict, "change.opinion.too_many").With("n", MostOpinions)
		}
		for i := range all {
			if was := &all[i]; was.Role == r && was.Open() {
				was.Dropped = l.Now()
				if err := l.keep(ctx, by, c, was, deedAssess, "drop"); err != nil {
					return err
				}
			}
		}
		o, err = l.ask(ctx, by, c, r, who)
		return err
	})
}

// led is a change that is being assessed, for whoever leads that.
func (l *Opinions) led(ctx context.Context, by people.Actor, n record.Number) (*Change, error) {
	if err := by.May(deedAssess); err != nil {
		return nil, err
	}
	c, err := l.Desk.Find(ctx, by, n)
	if err == nil && c.State != Assessing {
		return nil, fault.New(fault.Conflict, "change.opinion.not_now")
	}
	return c, err
}

func (l *Opinions) ask(ctx context.Context, by people.Actor, c *Change, r Role, who []people.ID) (*Opinion, error) {
	slices.Sort(who)
	o := &Opinion{Change: c.ID, Role: r, Asked: slices.Compact(who), AskedBy: by.ID, AskedAt: l.Now()}
	if err := l.keep(ctx, by, c, o, deedAssess, "ask"); err != nil {
		return nil, err
	}
	follow := func(s *sitting, c *Change) error {
		return s.AsKilter(func() error { return s.Watch(c, o.Asked...) }) // so that they see it
	}
	if _, err := l.Desk.One(ctx, by, c.Number, record.Input{}, follow); err != nil {
		return nil, err
	}
	return o, l.Tell(ctx, c, o)
}

func (l *Opinions) keep(ctx context.Context, by people.Actor, c *Change, o *Opinion, deed, what string) error {
	log := audit.By(by, l.Now(), deed, string(record.Changes)+":"+c.Ref())
	log.Detail = audit.Detail("what", what, "role", string(o.Role))
	return l.Store.KeepOpinion(ctx, o, log)
}

func (l *Opinions) find(ctx context.Context, c *Change, id int64) (*Opinion, error) {
	all, err := l.Store.Opinions(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].ID == id {
			return &all[i], nil
		}
	}
	return nil, fault.New(fault.Missing, "trouble.missing")
}

// Give answers for a role: by one of those who are asked, as long as the change
// is being assessed; he may think better of it until then.
func (l *Opinions) Give(ctx context.Context, by people.Actor, n record.Number, id int64, say Position, text string) (*Opinion, error) {
	if err := by.May(DeedOpine); err != nil {
		return nil, err
	}
	c, err := l.Desk.Find(ctx, by, n)
	if err != nil {
		return nil, err
	}
	o, err := l.find(ctx, c, id)
	if err != nil {
		return nil, err
	}
	text = strings.TrimSpace(text)
	switch {
	case !slices.Contains(o.Asked, by.ID):
		return nil, fault.New(fault.Denied, "change.opinion.not_asked")
	case !o.Dropped.IsZero() || c.State != Assessing:
		return nil, fault.New(fault.Conflict, "change.opinion.not_now")
	case !slices.Contains(Positions, string(say)):
		return nil, fault.At("stand", "record.required")
	case say != For && text == "":
		return nil, fault.At("text", "change.opinion.say_why")
	case utf8.RuneCountInString(text) > longestStand:
		return nil, fault.At("text", "record.too_long").With("max", longestStand).With("length", utf8.RuneCountInString(text))
	}
	o.Stand, o.Text, o.By, o.At = say, text, by.ID, l.Now()
	return o, l.keep(ctx, by, c, o, DeedOpine, string(say))
}

// Drop says that an assessment is not wanted any more.
func (l *Opinions) Drop(ctx context.Context, by people.Actor, n record.Number, id int64) (*Opinion, error) {
	c, err := l.led(ctx, by, n)
	if err != nil {
		return nil, err
	}
	o, err := l.find(ctx, c, id)
	if err != nil {
		return nil, err
	}
	if !o.Open() {
		return nil, fault.New(fault.Conflict, "change.opinion.given")
	}
	o.Dropped = l.Now()
	return o, l.keep(ctx, by, c, o, deedAssess, "drop "+strconv.FormatInt(id, 10))
}

// assess hands a change on to be assessed, and asks those who always are.
func (d *Desk) assess(ctx context.Context, by people.Actor, n record.Number, in record.Input) (*Change, error) {
	err := d.Together(ctx, func(ctx context.Context) error {
		c, err := d.Desk.Move(ctx, by, n, "assess", in)
		if err != nil {
			return err
		}
		return d.City.Asks(ctx, by, c)
	})
	if err != nil {
		return nil, err
	}
	return d.Find(ctx, by, n)
}

// promptly asks the city something about a change, for as long as that may take.
func promptly(ask func(context.Context, *Change) error, c *Change) error {
	if ask == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return ask(ctx, c)
}
