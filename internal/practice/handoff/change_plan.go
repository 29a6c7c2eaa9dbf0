package handoff

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
	"kilter/internal/base/graph"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Planning holds what is planned against what depends on what: it joins changes
// and the configuration.
type Planning struct {
	Analyst *cmdb.Analyst
	// Planners list the work that is planned: changes, and notices of others.
	Planners []change.Planner
	// Arranged are the freezes and maintenance windows that meet a span.
	Arranged func(ctx context.Context, within change.Span) (change.Arranged, error)
	Policy   func() (change.Policy, error)
	// Zone is the network of a service; nil where services have none.
	Zone func(record.ServiceID) people.ZoneID
	Past func(ctx context.Context, scope people.Scope, like *change.Change, since time.Time) (change.History, error)
	Now  func() time.Time
	// Witness lists the incidents around a change.
	Witness change.Witness
	// Hours are the working calendar of a service, nil being round the clock.
	Hours func(record.ServiceID) *calendar.Calendar
	// Tasks are those of a record.
	Tasks func(ctx context.Context, record int64) ([]*record.Task, error)

	places atomic.Pointer[places]
}

// places are where the items of one topology belong.
type places struct {
	of  *graph.Graph
	all []change.Place
}

// Meeting is one way in which planned work meets something, as its reader may
// see it.
type Meeting struct {
	Kind   change.Kind
	With   *change.Planned // the other work; nil when it is a rule that is met
	Hidden bool            // the reader may not see the other work, or what the rule is about: only its time is told
	Rule   people.Text     // the name of the freeze or of the windows
	Span   change.Span
	Items  []cmdb.Node // worked on by both
	People []people.ID
	Of     *cmdb.Node // what both together bring down, or hamper
	State  cmdb.Condition
	Path   []cmdb.Way // from what is worked on to what suffers
	Mine   []cmdb.Way // to the member of the redundancy that ours takes
	Their  []cmdb.Way // and to that which theirs takes
}

// board is what planned work is laid out on: a snapshot, and what its places
// stand for.
type board struct {
	snap  *change.Snapshot
	work  []change.Planned
	rules change.Arranged
	sight *cmdb.Sight
	zone  func(record.ServiceID) people.ZoneID
}

// lay gathers all that work within a span is checked against.
func (p *Planning) lay(ctx context.Context, by people.Actor, within change.Span) (*board, error) {
	sight, err := p.Analyst.Sight(ctx, by)
	if err != nil {
		return nil, err
	}
	b := &board{sight: sight, zone: p.Zone, snap: &change.Snapshot{Graph: sight.Graph(), Places: p.placesOf(sight)}}
	for _, planner := range p.Planners {
		some, err := planner.Planned(ctx, within)
		if err != nil {
			return nil, err
		}
		b.work = append(b.work, some...)
	}
	for _, w := range b.work {
		b.snap.Booked = append(b.snap.Booked, b.booking(w))
	}
	if p.Arranged == nil {
		return b, nil
	}
	if b.rules, err = p.Arranged(ctx, within); err != nil {
		return nil, err
	}
	b.snap.Freezes, b.snap.Upkeep = b.rules.Lay(sight.Places)
	return b, nil
}

// placesOf are kept as long as the topology is the same.
func (p *Planning) placesOf(s *cmdb.Sight) []change.Place {
	if held := p.places.Load(); held != nil && held.of == s.Graph() {
		return held.all
	}
	all := make([]change.Place, s.Size())
	for i := range all {
		n := s.Behind(graph.Node(i))
		all[i] = change.Place{Service: n.Service, Zone: n.Zone}
	}
	p.places.Store(&places{s.Graph(), all})
	return all
}

func (b *board) booking(w change.Planned) change.Booking {
	return change.Booking{
		ID: w.Head.ID, Title: w.Head.Title, Source: w.Source, Span: w.Span, Items: b.nodes(w.Items, w.Head.Service, w.Source == change.Ours), People: w.People,
		Scope: change.Scope{Services: w.Services, Zones: w.Zones},
	}
}

// nodes are the items of planned work; where it names none, those that stand
// for its service.
func (b *board) nodes(items []record.ItemID, service record.ServiceID, ours bool) []graph.Node {
	if len(items) == 0 && ours {
		return slices.Clone(b.sight.Speaking(service))
	}
	return b.sight.Places(items)
}

// planOf is a change as work for which a time is sought.
func (b *board) planOf(c *change.Change) change.Plan {
	return change.Plan{ID: c.ID, Items: b.nodes(c.Items, c.Service, true), People: c.Carriers(), Emergency: c.Type == change.Emergency}
}

// Meets lists what a change meets in a window, as far as the reader may see it.
func (p *Planning) Meets(ctx context.Context, by people.Actor, c *change.Change, when change.Span) ([]Meeting, error) {
	b, err := p.lay(ctx, by, when)
	if err != nil {
		return nil, err
	}
	plan := b.planOf(c)
	return b.tell(by, plan, b.snap.Check(plan, when)), nil
}

// Open reports, as a fault at the beginning of the window, why a change cannot
// have the window that it was given.
func (p *Planning) Open(ctx context.Context, by people.Actor, c *change.Change) error {
	found, err := p.Meets(ctx, by, c, c.Window())
	if err != nil || len(found) == 0 {
		return err
	}
	return collision(found)
}

// Free are the next times at which a change meets nothing, or what leaves none.
type Free struct {
	Slots   []change.Span
	Because []Because
}

// Because is a reason that leaves no time.
type Because struct {
	Kind    change.Kind
	Person  people.ID
	Rule    people.Text
	With    []change.Planned // as far as the reader may see it
	Hidden  int              // more that he may not see
	Longest time.Duration
}

// Free finds times for a change.
func (p *Planning) Free(ctx context.Context, by people.Actor, c *change.Change, a change.Ask) (*Free, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	b, err := p.lay(ctx, by, change.Span{From: a.From, Until: a.Until})
	if err != nil {
		return nil, err
	}
	found, err := b.snap.Study(b.planOf(c)).Free(a)
	if err != nil {
		return nil, err
	}
	out := &Free{Slots: found.Slots}
	for _, r := range found.Because {
		one := Because{Kind: r.Kind, Person: r.Person, Longest: r.Longest}
		if r.Rule >= 0 {
			one.Rule, _ = b.rule(by, r.Kind, r.Rule)
		}
		for _, i := range r.With {
			if w := b.work[i]; sees(by, w) {
				one.With = append(one.With, w)
			} else {
				one.Hidden++
			}
		}
		out.Because = append(out.Because, one)
	}
	return out, nil
}

// rule is the name of a freeze or a window, as far as its reader may know what
// it is about.
func (b *board) rule(by people.Actor, k change.Kind, i int) (people.Text, bool) {
	var about change.About
	var name people.Text
	if k == change.Frozen {
		one := b.snap.Freezes[i]
		name = one.Name
		if n := slices.IndexFunc(b.rules.Freezes, func(f change.FreezeRule) bool { return f.ID == one.ID }); n >= 0 {
			about = b.rules.Freezes[n].About
		}
	} else {
		one := b.snap.Upkeep[i]
		name = one.Name
		if n := slices.IndexFunc(b.rules.Upkeep, func(u change.UpkeepRule) bool { return u.ID == one.ID }); n >= 0 {
			about = b.rules.Upkeep[n].About
		}
	}
	if shut(by, b.sight, b.zone, about) {
		return people.Text{}, false
	}
	return name, true
}

// shut reports whether a rule is about something in a network that its reader is
// not cleared for.
func shut(by people.Actor, sight *cmdb.Sight, zone func(record.ServiceID) people.ZoneID, a change.About) bool {
	return slices.ContainsFunc(a.Zones, func(z people.ZoneID) bool { return !by.Scope.Clears(z) }) ||
		zone != nil && slices.ContainsFunc(a.Services, func(id record.ServiceID) bool { return !by.Scope.Clears(zone(id)) }) ||
		slices.ContainsFunc(sight.Places(a.Items), func(n graph.Node) bool { return !sight.Sees(n) })
}

// sees reports whether somebody may be told of planned work. Notices are for
// all who plan and are cleared for their network.
func sees(by people.Actor, w change.Planned) bool {
	if w.Source != change.Ours {
		return by.Scope.Clears(w.Head.Zone)
	}
	return by.Scope.Sees(w.Head.Seen()) != people.Unseen
}

// tell puts findings into what their reader may see.
func (b *board) tell(by people.Actor, plan change.Plan, found []change.Finding) []Meeting {
	out := make([]Meeting, 0, len(found))
	for _, f := range found {
		m := Meeting{Kind: f.Kind, Span: f.Span, Path: b.sight.Way(f.Path)}
		if f.Rule >= 0 {
			name, seen := b.rule(by, f.Kind, f.Rule)
			m.Rule, m.Hidden = name, !seen
		}
		if f.With >= 0 {
			w := b.work[f.With]
			m.With, m.Hidden = &w, !sees(by, w)
			if m.Hidden {
				m.With = &change.Planned{Source: w.Source, Span: w.Span}
			} else {
				m.People = f.People
			}
		}
		for _, n := range f.Items {
			if b.sight.Sees(n) {
				m.Items = append(m.Items, b.sight.Behind(n))
			}
		}
		if f.Joint != nil {
			m.Path = nil
			if j := b.sight.Joint(f.Joint, plan.Items, b.snap.Booked[f.With].Items); j != nil {
				node := j.Node
				m.Of, m.State, m.Path, m.Mine, m.Their = &node, j.Condition, j.Way, j.Mine, j.Theirs
			}
		}
		out = append(out, m)
	}
	return out
}

// mostTold is how many meetings a refusal spells out.
const mostTold = 3

// collision is the refusal, with the ways told. Each kind has words of its own.
func collision(found []Meeting) error {
	var many fault.Many
	for _, m := range found[:min(len(found), mostTold)] {
		f := fault.At("starts", "change.collides."+string(m.Kind)).With("starts", m.Span.From).With("ends", m.Span.Until).
			With("other", m.other()).With("path", m.Told()).With("rule", m.ruled())
		many = append(many, f)
	}
	if more := len(found) - mostTold; more > 0 {
		many = append(many, fault.At("starts", "change.collides.more").With("n", more))
	}
	return many.Err()
}

// other is how the other work is called.
func (m Meeting) other() string {
	switch {
	case m.Hidden:
		return "…"
	case m.With == nil:
		return ""
	case m.With.Head.Number != 0:
		return m.With.Head.Ref()
	}
	return m.With.Head.Title
}

// ruled is how the freeze or the windows are called, in both languages.
func (m Meeting) ruled() string {
	if m.Hidden {
		return "…"
	}
	return m.Rule.Both()
}

// Told is the way in one line: the codes of its items.
func (m Meeting) Told() string {
	switch {
	case m.Of != nil && len(m.Mine)+len(m.Their) > 0:
		return line(m.Mine) + " + " + line(m.Their) + " → " + m.Of.Code
	case m.Of != nil:
		return m.Of.Code
	case len(m.Items) > 0:
		out := ""
		for i, n := range m.Items {
			if i > 0 {
				out += ", "
			}
			out += n.Code
		}
		return out
	}
	return line(m.Path)
}

func line(path []cmdb.Way) string {
	out := ""
	for i, w := range path {
		if i > 0 {
			out += " → "
		}
		out += w.Code
	}
	return out
}
