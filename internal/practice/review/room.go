package review

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// The deeds.
const (
	DeedRead = "review.read" // reviews, and one's own actions
	DeedHold = "review.hold" // call, write and decide
)

// Wanted asks for reviews.
type Wanted struct {
	ID     int64
	Change record.Number
	Open   bool // called, or with something to see to
	Limit  int
}

// MostListed bounds a list.
const MostListed = 500

// Store keeps reviews.
type Store interface {
	// Reviews lists them, the latest first.
	Reviews(ctx context.Context, w Wanted) ([]Review, error)
	// Keep adds one when its id is 0, else replaces the version it carries; Stale
	// when that was changed meanwhile.
	Keep(ctx context.Context, r *Review, log audit.Row) error
	// Files lists the files of a review, oldest first.
	Files(ctx context.Context, review int64) ([]File, error)
	// Attach keeps a file that its bringer holds; a Conflict when the review, as it
	// then stands, does not take it, TooMuch when it has MostFiles.
	Attach(ctx context.Context, review int64, h *File, takes func(*Review) bool, log audit.Row) error
	// Detach takes one back; a Conflict when the review does not let it go. What gone says
	// is kept with the review, nil where nothing is.
	Detach(ctx context.Context, review, file int64, gives func(*Review) bool, gone *Gone, log audit.Row) error
}

// Room is where reviews are kept.
type Room struct {
	Store  Store
	Pen    audit.Pen
	Now    func() time.Time
	Policy func() Policy
	Works  func(people.ID) bool // whether somebody works at the centre
	// Leads tells what those are called who may lead reviews of a kind, when somebody is
	// none of them; nil where whoever works at the centre may.
	Leads func(ctx context.Context, k Kind, who people.ID) (roles *fault.Fault, err error)
	// Hand gives a change to somebody who carries it out from now on, in the name of who
	// decided; a fault at "owner" when it cannot be his. Nil where changes are not kept.
	Hand func(ctx context.Context, by people.Actor, n record.Number, owner people.ID) error
	// Together makes one transaction of what is done within.
	Together func(context.Context, func(context.Context) error) error
	Zone     func(people.ZoneID) bool // whether there is such a zone
	Change   func(ctx context.Context, by people.Actor, n record.Number) (title string, err error)
	// Sees are those of some changes that somebody sees.
	Sees func(ctx context.Context, by people.Actor, all []record.Number) (map[record.Number]bool, error)
	// Barred are those who have no say in whether a change may begin: who asked
	// for it, and who carries it out.
	Barred  func(ctx context.Context, n record.Number) ([]people.ID, error)
	Figures func(ctx context.Context, by people.Actor) (map[Figure]people.Text, error)                  // what they say now to somebody
	Asked   func(ctx context.Context, by people.Actor, n record.Number) (map[Figure]people.Text, error) // what they say of a change
	// Told fills in those of some figures that it knows, of the time that a review looks
	// at; what no record answers says so. Nil where there are none.
	Told  func(ctx context.Context, by people.Actor, r *Review, wanted []Figure, now time.Time) (map[Figure]Told, error)
	Reads func(by people.Actor, f Figure) bool // whether somebody reads all that a figure is of, networks apart
	Days  func() *calendar.Calendar            // on which the centre works; nil takes every day
	Place func() *time.Location
	Shown func(ctx context.Context, by people.Actor, link string) (Target, error) // what a link leads to; Missing when it does not, for him
}

func (m *Room) now() time.Time { return m.Now().UTC().Truncate(time.Millisecond) }

func object(id int64) string { return "review:" + strconv.FormatInt(id, 10) }

func (m *Room) log(by people.Actor, id int64, what string) audit.Row {
	row := audit.By(by, m.now(), DeedHold, object(id))
	row.Detail = audit.Detail("what", what)
	return row
}

func (m *Room) keep(ctx context.Context, by people.Actor, r *Review, what string) error {
	return m.Store.Keep(ctx, r, m.log(by, r.ID, what))
}

// seen leaves those reviews that somebody may know of: of those of a change whoever
// sees the change.
func (m *Room) seen(ctx context.Context, by people.Actor, all []Review) ([]Review, error) {
	var about []record.Number
	for i := range all {
		if n := all[i].Change; n != 0 && !slices.Contains(about, n) {
			about = append(about, n)
		}
	}
	if len(about) == 0 {
		return all, nil
	}
	sees, err := m.Sees(ctx, by, about)
	return slices.DeleteFunc(all, func(r Review) bool { return r.Change != 0 && !sees[r.Change] }), err
}

// List lists the reviews that somebody may know of, the latest first, without the
// links in them: whether those are for him is found out one by one.
func (m *Room) List(ctx context.Context, by people.Actor, w Wanted) ([]Review, error) {
	all, err := m.list(ctx, by, w)
	for i := range all {
		m.dim(by, &all[i])
		all[i].bare()
		all[i].Gone = nil
	}
	return all, err
}

// dim leaves the figures out that were taken with networks which a reader does
// not know of, or from records that he may not read, and says that they are. What
// is dimmed is for reading alone.
func (m *Room) dim(by people.Actor, r *Review) {
	knows := by.Scope.AllZones || !r.AllZones && !slices.ContainsFunc(r.Zones, func(z people.ZoneID) bool { return !by.Scope.Clears(z) })
	for i := range r.Agenda {
		if one := &r.Agenda[i]; one.Says != (people.Text{}) && !(knows && (by.ID == r.DecidedBy || m.Reads(by, one.Figure))) {
			one.Says, one.Link, one.Lines, one.Hidden = people.Text{}, "", nil, true
		}
	}
}

func (m *Room) list(ctx context.Context, by people.Actor, w Wanted) ([]Review, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	if w.Limit == 0 {
		w.Limit = MostListed
	}
	all, err := m.Store.Reviews(ctx, w)
	if err != nil {
		return nil, err
	}
	return m.seen(ctx, by, all)
}

// Find reads one. As long as it is not held its figures are those of now.
func (m *Room) Find(ctx context.Context, by people.Actor, id int64) (*Review, error) {
	r, err := m.find(ctx, by, id)
	if err != nil {
		return nil, err
	}
	return m.told(ctx, by, r)
}

// told is a review as somebody may read it.
func (m *Room) told(ctx context.Context, by people.Actor, r *Review) (*Review, error) {
	r.Gone = slices.DeleteFunc(r.Gone, func(g Gone) bool { return !by.Scope.Clears(g.Zone) })
	if r.State == Called {
		return r, errors.Join(m.fill(ctx, by, r), m.shut(ctx, by, r))
	}
	m.dim(by, r)
	return r, m.shut(ctx, by, r)
}

// Named is what a review is called, of which somebody may know.
func (m *Room) Named(ctx context.Context, by people.Actor, id int64) (people.Text, error) {
	r, err := m.find(ctx, by, id)
	if err != nil {
		return people.Text{}, err
	}
	return r.Name, nil
}

func (m *Room) find(ctx context.Context, by people.Actor, id int64) (*Review, error) {
	all, err := m.list(ctx, by, Wanted{ID: id, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fault.New(fault.Missing, "review.none")
	}
	return &all[0], nil
}

// fill fills the figures of the agenda in, as somebody may see them.
func (m *Room) fill(ctx context.Context, by people.Actor, r *Review) error {
	now, err := m.Figures(ctx, by)
	if err == nil && r.Change != 0 && m.Asked != nil {
		var asked map[Figure]people.Text
		if asked, err = m.Asked(ctx, by, r.Change); len(asked) > 0 {
			now = maps.Clone(now)
			if now == nil {
				now = map[Figure]people.Text{}
			}
			maps.Copy(now, asked)
		}
	}
	var wanted []Figure
	for i := range r.Agenda {
		one := &r.Agenda[i]
		one.Says, one.Link, one.Lines = now[one.Figure], "", nil
		if one.Figure != "" && !slices.Contains(wanted, one.Figure) {
			wanted = append(wanted, one.Figure)
		}
	}
	if err != nil || m.Told == nil {
		return err
	}
	told, err := m.Told(ctx, by, r, wanted, m.now())
	for i := range r.Agenda {
		one := &r.Agenda[i]
		if t, ok := told[one.Figure]; ok {
			one.Link, one.Lines = t.Link, t.Lines
			if t.Says != (people.Text{}) {
				one.Says = t.Says
			}
		}
	}
	return err
}

// in finds one for a deed, which it has to be called for.
func (m *Room) in(ctx context.Context, by people.Actor, id, version int64) (*Review, error) {
	if err := audit.Ask(ctx, m.Pen, by, m.now(), DeedHold, object(id)); err != nil {
		return nil, err
	}
	r, err := m.find(ctx, by, id)
	switch {
	case err != nil:
		return nil, err
	case r.State != Called:
		return nil, fault.New(fault.Conflict, "review.over")
	case version != 0 && version != r.Version:
		return nil, fault.New(fault.Stale, "record.changed_meanwhile")
	}
	return r, nil
}

// Call is what somebody says who calls a review.
type Call struct {
	Kind        Kind
	Name        people.Text
	Change      record.Number
	At          time.Time
	Place       string
	From, Until time.Time
	Chair       people.ID
	Again       bool // the next one is called by itself, as the template says
}

// Call calls a review; it begins with the template that holds now.
func (m *Room) Call(ctx context.Context, by people.Actor, c Call) (*Review, error) {
	if err := audit.Ask(ctx, m.Pen, by, m.now(), DeedHold, object(0)); err != nil {
		return nil, err
	}
	if !slices.Contains(Kinds, c.Kind) {
		return nil, fault.At("kind", "record.not_a_choice").With("choices", joined(Kinds))
	}
	r := &Review{Kind: c.Kind, State: Called, Made: m.now(), MadeBy: by.ID}
	if err := m.arrange(ctx, by, r, c); err != nil {
		return nil, err
	}
	p := m.Policy()
	r.Agenda, r.Checks = p.Of(r.Kind).Lay()
	return r, m.keep(ctx, by, r, "call")
}

// Arrange changes when, where and under whom a review is held.
func (m *Room) Arrange(ctx context.Context, by people.Actor, id, version int64, c Call) (*Review, error) {
	r, err := m.in(ctx, by, id, version)
	if err != nil {
		return nil, err
	}
	if err := m.Apart(ctx, by, r); err != nil {
		return nil, err
	}
	c.Change = r.Change
	if err := m.arrange(ctx, by, r, c); err != nil {
		return nil, err
	}
	return m.kept(ctx, by, r, "arrange")
}

// kept keeps a review, and tells it as whoever kept it may read it.
func (m *Room) kept(ctx context.Context, by people.Actor, r *Review, what string) (*Review, error) {
	if err := m.keep(ctx, by, r, what); err != nil {
		return nil, err
	}
	return m.told(ctx, by, r)
}

func (m *Room) arrange(ctx context.Context, by people.Actor, r *Review, c Call) error {
	var many fault.Many
	c.Name, c.Place = c.Name.Trim(), strings.TrimSpace(c.Place)
	if c.Name == (people.Text{}) {
		many = append(many, fault.At("name_en", "record.required"))
	}
	for _, err := range []error{long("name_en", c.Name.En, mostName), long("name_zh", c.Name.Zh, mostName), long("place", c.Place, mostName)} {
		_ = many.Add(err) // a fault adds without error
	}
	if c.At.IsZero() {
		many = append(many, fault.At("at", "record.required"))
	}
	if !c.Until.IsZero() && !c.Until.After(c.From) {
		many = append(many, fault.At("until", "change.ends_before"))
	}
	if c.Chair == 0 {
		c.Chair = by.ID
	} else if !m.Works(c.Chair) {
		many = append(many, fault.At("chair", "review.not_staff"))
	}
	if err := many.Add(m.leads(ctx, "chair", r.Kind, c.Chair)); err != nil {
		return err
	}
	if r.Kind == Initiation {
		if c.Change == 0 {
			many = append(many, fault.At("change", "record.required"))
		} else if _, err := m.Change(ctx, by, c.Change); fault.Is(err, fault.Missing) || fault.Is(err, fault.Denied) {
			many = append(many, fault.At("change", "record.no_such").With("ref", record.Ref(record.Changes, c.Change)))
		} else if err != nil {
			return err
		}
		r.Change = c.Change
	}
	r.Name, r.At, r.Place, r.From, r.Until, r.Chair = c.Name, c.At.UTC(), c.Place, c.From, c.Until, c.Chair
	_ = many.Add(m.repeat(r, c.Again)) // a fault adds without error
	return many.Err()
}

// Written is what is written down in a review.
type Written struct {
	Minutes string
	Points  []string // what was said about each point of the agenda
	Checks  []Check  // say and evidence, in the order of the checklist
	Present []Seat
}

// Write writes it down. What somebody found about a point of the checklist
// carries his name, as long as nobody finds something else.
func (m *Room) Write(ctx context.Context, by people.Actor, id, version int64, w Written) (*Review, error) {
	r, err := m.in(ctx, by, id, version)
	if err != nil {
		return nil, err
	}
	if len(w.Points) > len(r.Agenda) || len(w.Checks) > len(r.Checks) || len(w.Present) > mostPresent {
		return nil, fault.New(fault.TooMuch, "cab.too_long").With("max", mostPresent)
	}
	var many fault.Many
	_ = many.Add(long("minutes", w.Minutes, mostMinutes)) // a fault adds without error
	r.Minutes = strings.TrimSpace(w.Minutes)
	for i, said := range w.Points {
		_ = many.Add(long("points["+strconv.Itoa(i)+"]", said, mostMinutes))
		r.Agenda[i].Minutes = strings.TrimSpace(said)
	}
	for i, c := range w.Checks {
		at, c := "checks["+strconv.Itoa(i)+"]", Check{Say: c.Say, Evidence: strings.TrimSpace(c.Evidence), Link: strings.TrimSpace(c.Link)}
		if c.Say != "" && !slices.Contains(Says, c.Say) {
			many = append(many, fault.At(at+".say", "record.not_a_choice").With("choices", joined(Says)))
		}
		_ = many.Add(long(at+".evidence", c.Evidence, mostEvidence))
		was := &r.Checks[i]
		if c.Link, err = m.tie(ctx, by, was.Link, c.Link); err != nil {
			if err = many.Add(untied(at+".link", err)); err != nil {
				return nil, err
			}
		}
		if was.Say != c.Say || was.Evidence != c.Evidence || was.Link != c.Link {
			was.Say, was.Evidence, was.Link, was.By, was.At = c.Say, c.Evidence, c.Link, by.ID, m.now()
		}
	}
	r.Present = nil
	for _, s := range w.Present {
		switch {
		case !slices.Contains(Clusters, s.Cluster):
			many = append(many, fault.At("present", "record.not_a_choice").With("choices", joined(Clusters)))
		case !m.Works(s.Person):
			many = append(many, fault.At("present", "review.not_staff"))
		case !slices.Contains(r.Present, s):
			r.Present = append(r.Present, s)
		}
	}
	if err := many.Err(); err != nil {
		return nil, err
	}
	return m.kept(ctx, by, r, "write")
}
