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

// Notice is what the province or a supplier tells of work that it plans.
type Notice struct {
	ID        int64
	Source    Source // FromProvince or FromSupplier
	Who       string // which centre, which supplier
	Ref       string // its number there, or the UID of its event
	Title     string
	Impact    string // in words
	Span      Span
	Items     []record.ItemID
	Services  []record.ServiceID
	Zone      people.ZoneID // whose network it is in; who is not cleared for it learns nothing
	Whole     bool          // that network is touched as a whole
	Withdrawn bool          // it does not take place
	By        people.ID     // who entered it, or changed it last
	At        time.Time
	Changed   int64 // version of the row
}

// Senders lists whose notices there are.
var Senders = []Source{FromProvince, FromSupplier}

// The deeds of the forward schedule.
const (
	ScheduleRead = "schedule.read"
	ScheduleKeep = "schedule.keep"
)

// ScheduleDeeds lists them without their room.
func ScheduleDeeds() []string { return []string{"read", "keep"} }

// NoticesWanted asks for notices.
type NoticesWanted struct {
	ID     int64
	Within Span     // both ends may be open
	Refs   []string // those that have one of these
	Limit  int
}

// MostNotices bounds how many are listed, or taken in, at once.
const MostNotices = 500

// Bounds of a notice.
const (
	longestTitle  = 200
	longestImpact = 2000
	longestNotice = 60 * 24 * time.Hour
	mostTouched   = 50
)

// NoticeStore keeps notices. What a scope is not cleared for is Missing.
type NoticeStore interface {
	Planner
	// Notices lists them by when they begin.
	Notices(ctx context.Context, scope people.Scope, w NoticesWanted) ([]Notice, error)
	// KeepNotice adds one when its ID is 0, else replaces the version it carries;
	// a Conflict when that was changed meanwhile or its reference is taken.
	KeepNotice(ctx context.Context, n *Notice, log audit.Row) error
}

// Notices is the room in which they are kept.
type Notices struct {
	Store NoticeStore
	Now   func() time.Time
	// Refers reports a fault unless the actor may name the thing of that type and id.
	Refers func(by people.Actor, t record.Type, field, value string) error
	// Names finds what files call things by.
	Names NoticeNames
	// Zone is the network of a service.
	Zone func(record.ServiceID) people.ZoneID
	// Together makes one transaction of what is kept under the context it hands on.
	Together func(context.Context, func(context.Context) error) error
}

// NoticeNames find things by their code or name; 0 is none that the actor sees.
type NoticeNames struct {
	Service func(by people.Actor, name string) record.ServiceID
	Zone    func(by people.Actor, name string) people.ZoneID
	Item    func(ctx context.Context, by people.Actor, code string) record.ItemID
}

// List lists notices by when they begin.
func (l *Notices) List(ctx context.Context, by people.Actor, w NoticesWanted) ([]Notice, error) {
	if err := by.May(ScheduleRead); err != nil {
		return nil, err
	}
	if w.Limit <= 0 || w.Limit > MostNotices {
		w.Limit = MostNotices
	}
	return l.Store.Notices(ctx, by.Scope, w)
}

// Find reads one.
func (l *Notices) Find(ctx context.Context, by people.Actor, id int64) (*Notice, error) {
	if err := by.May(ScheduleRead); err != nil {
		return nil, err
	}
	held, err := l.Store.Notices(ctx, by.Scope, NoticesWanted{ID: id, Limit: 1})
	if err != nil {
		return nil, err
	}
	if id <= 0 || len(held) == 0 {
		return nil, fault.New(fault.Missing, "schedule.no_such_notice")
	}
	return &held[0], nil
}

// Keep adds a notice, or replaces the one of its id.
func (l *Notices) Keep(ctx context.Context, by people.Actor, n Notice) (*Notice, error) {
	if err := by.May(ScheduleKeep); err != nil {
		return nil, err
	}
	if n.ID != 0 {
		if _, err := l.Find(ctx, by, n.ID); err != nil {
			return nil, err
		}
	}
	if err := l.check(by, &n); err != nil {
		return nil, err
	}
	return &n, l.keep(ctx, by, &n)
}

// Withdraw notes that the work of a notice does not take place.
func (l *Notices) Withdraw(ctx context.Context, by people.Actor, id int64) (*Notice, error) {
	if err := by.May(ScheduleKeep); err != nil {
		return nil, err
	}
	n, err := l.Find(ctx, by, id)
	if err != nil || n.Withdrawn {
		return n, err
	}
	n.Withdrawn = true
	return n, l.keep(ctx, by, n)
}

func (l *Notices) keep(ctx context.Context, by people.Actor, n *Notice) error {
	n.By, n.At = by.ID, l.Now().UTC().Truncate(time.Millisecond)
	return l.Store.KeepNotice(ctx, n, audit.By(by, n.At, ScheduleKeep, "work_notice:"+strconv.FormatInt(n.ID, 10)))
}

// check reports what is wrong with a notice, and fills in whose network it is
// in where only its services say so.
func (l *Notices) check(by people.Actor, n *Notice) error {
	var many fault.Many
	if !slices.Contains(Senders, n.Source) {
		many = append(many, fault.At("source", "schedule.bad_source"))
	}
	for _, f := range []struct {
		name string
		text *string
		most int
		must bool
	}{{"who", &n.Who, longestTitle, true}, {"ref", &n.Ref, longestTitle, false}, {"title", &n.Title, longestTitle, true}, {"impact", &n.Impact, longestImpact, true}} {
		*f.text = strings.TrimSpace(*f.text)
		switch k := utf8.RuneCountInString(*f.text); {
		case k == 0 && f.must:
			many = append(many, fault.At(f.name, "record.required"))
		case k > f.most:
			many = append(many, fault.At(f.name, "record.too_long").With("max", f.most).With("length", k))
		}
	}
	n.Span.From, n.Span.Until = n.Span.From.UTC().Truncate(time.Millisecond), n.Span.Until.UTC().Truncate(time.Millisecond)
	switch {
	case n.Span.From.IsZero():
		many = append(many, fault.At("starts", "record.required"))
	case n.Span.Until.IsZero():
		many = append(many, fault.At("ends", "record.required"))
	case !n.Span.Until.After(n.Span.From):
		many = append(many, fault.At("ends", "change.ends_before"))
	case n.Span.Length() > longestNotice:
		many = append(many, fault.At("ends", "change.window_too_long").With("days", int(longestNotice.Hours()/24)))
	}
	many = append(many, l.touches(n)...)
	if err := many.Add(l.named(by, n)); err != nil {
		return err
	}
	return many.Err()
}

// touches reports what is wrong with what a notice is about.
func (l *Notices) touches(n *Notice) (many fault.Many) {
	if n.Zone == 0 && l.Zone != nil {
		for _, s := range n.Services {
			if n.Zone == 0 {
				n.Zone = l.Zone(s)
			}
		}
	}
	switch {
	case len(n.Items)+len(n.Services) > mostTouched:
		many = append(many, fault.At("items", "schedule.too_many").With("most", mostTouched))
	case n.Whole && n.Zone == 0:
		many = append(many, fault.At("zone", "record.required"))
	case len(n.Items)+len(n.Services) == 0 && !n.Whole:
		many = append(many, fault.At("services", "schedule.touches_nothing"))
	}
	return many
}

// named reports a fault unless the actor may name all that a notice is about.
func (l *Notices) named(by people.Actor, n *Notice) error {
	if l.Refers == nil {
		return nil
	}
	var many fault.Many
	ask := func(t record.Type, field string, id int64) error {
		return many.Add(l.Refers(by, t, field, strconv.FormatInt(id, 10)))
	}
	if n.Zone != 0 {
		if err := ask(record.Zone, "zone", int64(n.Zone)); err != nil {
			return err
		}
	}
	for _, id := range n.Services {
		if err := ask(record.Service, "services", int64(id)); err != nil {
			return err
		}
	}
	for _, id := range n.Items {
		if err := ask(record.Item, "items", int64(id)); err != nil {
			return err
		}
	}
	return many.Err()
}

// Planned is the notice as planned work. Who shows it asks whether the reader
// is cleared for its network.
func (n *Notice) Planned() Planned {
	p := Planned{Head: record.Head{Title: n.Title, Zone: n.Zone}, Notice: n.ID, Source: n.Source, Span: n.Span, Items: n.Items, Services: n.Services, Version: n.Changed, Moved: n.At, Off: n.Withdrawn}
	if n.Whole {
		p.Zones = []people.ZoneID{n.Zone}
	}
	return p
}
