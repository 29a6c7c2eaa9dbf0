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

// Announcement tells the users whom a change touches of it before: what will
// not work and when, in both languages, to whole departments.
type Announcement struct {
	ID          int64
	Change      int64
	Title, Text people.Text
	Departments []people.DepartmentID
	Services    []record.ServiceID
	Span        Span          // the window it tells of
	Zone        people.ZoneID // of the change; who is not cleared for it is told nothing
	Sent        time.Time     // zero while it is a draft
	SentBy      people.ID
	Told        int       // persons
	Withdrawn   time.Time // what it told of does not take place
	By          people.ID
	At          time.Time
	Changed     int64  // version of the row
	Turns       []Turn // what its readers were told since, the earliest first
}

// Draft reports whether nobody was told yet.
func (a *Announcement) Draft() bool { return a.Sent.IsZero() }

// Open reports whether it may still be edited and sent.
func (a *Announcement) Open() bool { return a.Draft() && a.Withdrawn.IsZero() }

// DeedAnnounce is to draft, edit, send and withdraw announcements.
const DeedAnnounce = "change.announce"

// Bounds of an announcement.
const (
	MostAnnouncements   = 50
	mostSendings        = 5 // of one change within a day
	longestHeading      = 120
	longestAnnouncement = 4000
	mostDepartments     = 300
)

// Affected is whom a change touches: the services that do not work as they
// should while it is carried out, and the departments that use them.
type Affected struct {
	Services    []record.ServiceID
	Departments []people.DepartmentID
}

// Strictness is what a centre does about a change whose users were not told, or
// not in time.
type Strictness string

// The degrees.
const (
	Warns   Strictness = "warn"
	Refuses Strictness = "refuse"
)

var strictnesses = []string{string(Warns), string(Refuses)}

// Notification is what a centre arranges about telling users before.
type Notification struct {
	Before int        `json:"announce_days"`          // working days; 0 asks for none
	Strict Strictness `json:"announce_how,omitempty"` // "" warns
}

// Standing is how it stands with telling the users of a change.
type Standing string

// The standings.
const (
	NotNeeded Standing = ""        // nobody is touched, it is an emergency, or the centre asks for none
	Untold    Standing = "untold"  // nothing was sent
	ToldElse  Standing = "moved"   // what was sent tells of another time
	ToldPart  Standing = "part"    // it was sent in time, and not to all departments that are touched
	ToldLate  Standing = "late"    // it was sent, and not early enough
	ToldWell  Standing = "in_time" // it was sent in time
)

// Good reports whether nothing stands against carrying the change out.
func (s Standing) Good() bool { return s == NotNeeded || s == ToldWell }

// Touched is whom a change touches, as an announcement is judged by it.
type Touched struct {
	Any   bool                                              // whether it touches anybody at all
	Must  []people.DepartmentID                             // those who can be told, as far as its network lets them be named
	Below func([]people.DepartmentID) []people.DepartmentID // departments with those below them
}

// Stands judges what was sent about a change: due is the moment so many working
// days after another. What reached nobody tells nobody.
func (n Notification) Stands(c *Change, whom Touched, all []Announcement, due func(time.Time, int) time.Time) Standing {
	if n.Before == 0 || c.Type == Emergency || !whom.Any {
		return NotNeeded
	}
	out := Untold
	var told []people.DepartmentID
	for _, a := range all {
		switch {
		case a.Draft() || !a.Withdrawn.IsZero() || a.Told == 0:
		case !a.Span.Same(c.Window()):
			if out == Untold {
				out = ToldElse
			}
		case due(a.Sent, n.Before).After(c.Starts):
			out = ToldLate
		default:
			told = append(told, a.Departments...)
		}
	}
	if len(told) == 0 {
		return out
	}
	told = whom.Below(told)
	if slices.ContainsFunc(whom.Must, func(d people.DepartmentID) bool { return !slices.Contains(told, d) }) {
		return ToldPart
	}
	return ToldWell
}

// AnnouncementStore keeps announcements.
type AnnouncementStore interface {
	// Announcements lists those of a change, the latest first.
	Announcements(ctx context.Context, change int64) ([]Announcement, error)
	// Announcement finds one; Missing when there is none.
	Announcement(ctx context.Context, id int64) (*Announcement, error)
	// Announced lists what was sent and is not over at a moment, the earliest first,
	// each with the change as it stands: all, or the one that is asked for.
	Announced(ctx context.Context, w ComingWanted) ([]Coming, error)
	// KeepAnnouncement adds one when its ID is 0, else replaces the version it
	// carries; a Conflict when that was changed meanwhile.
	KeepAnnouncement(ctx context.Context, a *Announcement, log audit.Row) error
	// Telling lists those that were sent and of which not all readers were told yet,
	// each with the last person who was.
	Telling(ctx context.Context) (map[int64]people.ID, error)
	// ToldUpTo keeps that readers up to a person were told of one.
	ToldUpTo(ctx context.Context, id int64, who people.ID) error
	// ToldAll keeps that all were.
	ToldAll(ctx context.Context, id int64) error
}

// ComingWanted asks for what was sent and is not over.
type ComingWanted struct {
	ID    int64 // of one announcement; 0 for all
	At    time.Time
	Limit int
}

// Coming is an announcement with whether what it tells of still holds.
type Coming struct {
	Announcement
	Outlook Outlook       // what became of it
	Is      Span          // the time of the change as it stands
	Today   people.ZoneID // its network
}

// Off reports whether it does not take place at the time that was told.
func (c *Coming) Off() bool { return c.Outlook == Scrapped || c.Outlook == Moved }

// Anew reports whether the time that was told may become another.
func (c *Coming) Anew() bool { return c.Outlook == Reopened }

// Announcements is the room in which users are told of changes.
type Announcements struct {
	Store AnnouncementStore
	Desk  *Desk
	// Touches finds whom a change touches, as far as somebody may see it.
	Touches func(context.Context, people.Scope, *Change) (Affected, error)
	// Words drafts the texts.
	Words func(*Change, Affected) (title, text people.Text)
	// Readers lists who is to be told: those of the departments, and of those below
	// them, who are cleared for a network.
	Readers func(context.Context, []people.DepartmentID, people.ZoneID) ([]people.ID, error)
	// Below is departments with those below them.
	Below func([]people.DepartmentID) []people.DepartmentID
	// Tell tells one of them, once for each announcement.
	Tell   func(context.Context, *Announcement, people.ID) error
	Turned TurnStore
	// TellTurn tells one of them what became of it, once for each turn, and reports
	// whether it did: who may not read it any more is told nothing.
	TellTurn func(context.Context, *Coming, *Turn, people.ID) (bool, error)
	Policy   func() Policy
	Days     func(from time.Time, days int) time.Time // the business calendar
	Now      func() time.Time
	Refers   func(by people.Actor, t record.Type, field, value string) error
	Together func(context.Context, func(context.Context) error) error
}

// Of reads the announcements of a change, the latest first, and how it stands.
func (l *Announcements) Of(ctx context.Context, by people.Actor, n record.Number) (*Change, []Announcement, Standing, error) {
	c, err := l.Desk.Find(ctx, by, n)
	if err != nil {
		return nil, nil, "", err
	}
	all, err := l.Store.Announcements(ctx, c.ID)
	if err != nil {
		return nil, nil, "", err
	}
	turns, err := l.Turned.Turns(ctx, TurnsWanted{Change: c.ID})
	if err != nil {
		return nil, nil, "", err
	}
	for _, t := range turns {
		if i := slices.IndexFunc(all, func(a Announcement) bool { return a.ID == t.Announcement }); i >= 0 && !t.waits() {
			all[i].Turns = append(all[i].Turns, t)
		}
	}
	st, err := l.stands(ctx, c, all)
	return c, all, st, err
}

func (l *Announcements) stands(ctx context.Context, c *Change, all []Announcement) (Standing, error) {
	p := l.Policy().Notification
	if p.Before == 0 || c.Type == Emergency {
		return NotNeeded, nil
	}
	touched, err := l.Touches(ctx, people.Everything(), c)
	if err != nil {
		return "", err
	}
	whom := Touched{Any: len(touched.Departments) > 0, Below: l.Below}
	if whom.Any {
		named, err := l.Touches(ctx, people.Everything().Written(c.Zone), c)
		if err != nil {
			return "", err
		}
		whom.Must = named.Departments
	}
	return p.Stands(c, whom, all, l.Days), nil
}

// Told reports why a change is not carried out now: its users were not told, or
// not early enough, and the centre is strict about that.
func (l *Announcements) Told(ctx context.Context, c *Change) error {
	p := l.Policy().Notification
	if p.Strict != Refuses {
		return nil
	}
	all, err := l.Store.Announcements(ctx, c.ID)
	if err != nil {
		return err
	}
	st, err := l.stands(ctx, c, all)
	if err != nil || st.Good() {
		return err
	}
	return fault.New(fault.Conflict, "change.announce."+string(st)).With("n", p.Before)
}

// Draft writes an announcement from what the change touches, to be edited.
func (l *Announcements) Draft(ctx context.Context, by people.Actor, n record.Number) (*Announcement, error) {
	if err := by.May(DeedAnnounce); err != nil {
		return nil, err
	}
	c, err := l.Desk.Find(ctx, by, n)
	if err != nil {
		return nil, err
	}
	if err := Announceable(c); err != nil {
		return nil, err
	}
	all, err := l.Store.Announcements(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	if len(all) >= MostAnnouncements {
		return nil, fault.New(fault.Conflict, "change.announce.too_many").With("n", MostAnnouncements)
	}
	touched, err := l.Touches(ctx, by.Scope.Written(c.Zone), c) // it is read by whoever is cleared for the change
	if err != nil {
		return nil, err
	}
	a := &Announcement{Change: c.ID, Departments: touched.Departments, Services: touched.Services, Span: c.Window(), Zone: c.Zone, By: by.ID, At: l.Now()}
	a.Title, a.Text = l.Words(c, touched)
	return a, l.keep(ctx, by, c, a, "draft")
}

// Announceable reports why nobody is told of a change: it has no time, or that
// is over.
func Announceable(c *Change) error {
	switch {
	case c.Starts.IsZero() || !c.Ends.After(c.Starts):
		return fault.New(fault.Conflict, "change.announce.no_window")
	case !slices.Contains(append(slices.Clone(PlannedStates), Authorised, EmergencyAuthorised), c.State):
		return fault.New(fault.Conflict, "change.announce.not_now")
	}
	return nil
}

// keep writes an announcement down.
func (l *Announcements) keep(ctx context.Context, by people.Actor, c *Change, a *Announcement, what string) error {
	log := audit.By(by, l.Now(), DeedAnnounce, string(record.Changes)+":"+c.Ref())
	log.Detail = audit.Detail("what", what)
	return l.Store.KeepAnnouncement(ctx, a, log)
}

// open finds an announcement of a change that somebody sees.
func (l *Announcements) open(ctx context.Context, by people.Actor, n record.Number, id int64) (*Change, *Announcement, error) {
	if err := by.May(DeedAnnounce); err != nil {
		return nil, nil, err
	}
	c, err := l.Desk.Find(ctx, by, n)
	if err != nil {
		return nil, nil, err
	}
	a, err := l.Store.Announcement(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if a.Change != c.ID {
		return nil, nil, fault.New(fault.Missing, "trouble.missing")
	}
	return c, a, nil
}

// draft finds one that may be edited and sent, as somebody saw it.
func (l *Announcements) draft(ctx context.Context, by people.Actor, n record.Number, id, version int64) (*Change, *Announcement, error) {
	c, a, err := l.open(ctx, by, n, id)
	switch {
	case err != nil:
		return nil, nil, err
	case !a.Draft():
		return nil, nil, fault.New(fault.Conflict, "change.announce.is_sent")
	case !a.Open():
		return nil, nil, fault.New(fault.Conflict, "change.announce.is_withdrawn")
	case version != 0 && version != a.Changed:
		return nil, nil, fault.New(fault.Conflict, "change.announce.edited_meanwhile")
	}
	return c, a, nil
}

// Edited is what somebody writes anew.
type Edited struct {
	Title, Text people.Text
	Departments []people.DepartmentID
	Version     int64 // that he saw; 0 is any
}

// Edit writes a draft anew.
func (l *Announcements) Edit(ctx context.Context, by people.Actor, n record.Number, id int64, in Edited) (*Announcement, error) {
	c, a, err := l.draft(ctx, by, n, id, in.Version)
	if err != nil {
		return nil, err
	}
	slices.Sort(in.Departments)
	a.Title, a.Text, a.Departments = trimmed(in.Title), trimmed(in.Text), slices.Compact(in.Departments)
	a.Span, a.Zone, a.By, a.At = c.Window(), c.Zone, by.ID, l.Now()
	if err := l.check(by, a); err != nil {
		return nil, err
	}
	return a, l.keep(ctx, by, c, a, "edit")
}

func trimmed(t people.Text) people.Text {
	return people.Text{En: strings.TrimSpace(t.En), Zh: strings.TrimSpace(t.Zh)}
}

// check says what is wrong with an announcement.
func (l *Announcements) check(by people.Actor, a *Announcement) error {
	var many fault.Many
	for _, f := range []struct {
		name, text string
		most       int
	}{{"title_en", a.Title.En, longestHeading}, {"title_zh", a.Title.Zh, longestHeading}, {"text_en", a.Text.En, longestAnnouncement}, {"text_zh", a.Text.Zh, longestAnnouncement}} {
		switch n := utf8.RuneCountInString(f.text); {
		case n == 0:
			many = append(many, fault.At(f.name, "record.required"))
		case n > f.most:
			many = append(many, fault.At(f.name, "record.too_long").With("max", f.most).With("length", n))
		}
	}
	switch n := len(a.Departments); {
	case n == 0:
		many = append(many, fault.At("departments", "change.announce.to_nobody"))
	case n > mostDepartments:
		many = append(many, fault.At("departments", "record.out_of_range").With("low", 1).With("high", mostDepartments))
	}
	for _, d := range a.Departments {
		if err := many.Add(l.Refers(by, record.Department, "departments", strconv.FormatInt(int64(d), 10))); err != nil {
			return err
		}
	}
	return many.Err()
}
