package change

import (
	"slices"
	"time"

	"kilter/internal/base/graph"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Snapshot is all that planned work is checked against, as it is at one
// moment. It never changes; any number of studies may be made of it.
//
// It holds all networks: whatever is shown of a finding goes through a view of
// the person it is shown to.
type Snapshot struct {
	Graph   *graph.Graph
	Places  []Place // by node
	Booked  []Booking
	Freezes []Freeze
	Upkeep  []Upkeep
}

// Place is where an item belongs.
type Place struct {
	Service record.ServiceID
	Zone    people.ZoneID
}

// Source says whose work is planned.
type Source string

// The sources. The province and suppliers tell of theirs by notices.
const (
	Ours         Source = "ours"
	FromProvince Source = "province"
	FromSupplier Source = "supplier"
	OfRelease    Source = "release" // shown in calendars; its changes are what is checked
)

// Booking is work that has its time: a change that is scheduled, or what a
// notice tells of. A notice may name items, or services or networks as a whole.
type Booking struct {
	ID     int64 // of the record, to leave the change itself out; 0 for a notice
	Ref    string
	Title  string
	Source Source
	Span   Span
	Items  []graph.Node
	Scope  Scope
	People []people.ID
}

// Scope is what a freeze or a notice is about. An empty one of a freeze is
// everything; an empty one of a booking is nothing beside its items.
type Scope struct {
	Items    []graph.Node
	Services []record.ServiceID
	Zones    []people.ZoneID
}

func (s Scope) empty() bool { return len(s.Items)+len(s.Services)+len(s.Zones) == 0 }

// Freeze is a time in which nothing within its scope is changed but in an
// emergency: a congress, an examination, the end of the budget year.
type Freeze struct {
	ID    int64
	Name  people.Text
	Span  Span
	Scope Scope
}

// Subject is what a maintenance window is for: an item, a service, a network,
// or with nothing filled in everything that has none of its own.
type Subject struct {
	Item    graph.Node // plus one; 0 for none
	Service record.ServiceID
	Zone    people.ZoneID
}

// ForItem is the subject of one item's windows.
func ForItem(n graph.Node) Subject { return Subject{Item: n + 1} }

// Upkeep are the maintenance windows of a subject, with the times at which
// they are open. Several for one subject add up. Of an item's own windows, those
// of its service, those of its network and those for everything, only the first
// that there are count for it.
type Upkeep struct {
	ID    int64
	Name  people.Text
	For   Subject
	Spans []Span
	Most  int // changes that one window takes in; 0 is any number
}

// Plan is work for which a time is sought, or proposed.
type Plan struct {
	ID        int64 // of the record; 0 when it has none yet
	Items     []graph.Node
	People    []people.ID
	Emergency bool // freezes and windows do not hold it
}

// Kind says how planned work meets something else.
type Kind string

// The kinds.
const (
	SameItem   Kind = "same_item"      // both work on an item
	Carries    Kind = "carries"        // ours takes along what theirs works on
	Depends    Kind = "depends"        // theirs takes along what ours works on
	Redundancy Kind = "redundancy"     // both together use up what stands in for one another
	SamePeople Kind = "same_people"    // somebody would work at both
	Noticed    Kind = "noticed"        // a notice is about a service or a network that ours takes along
	Frozen     Kind = "frozen"         // nothing is changed then
	Outside    Kind = "outside_window" // not within the windows of what suffers
	Full       Kind = "window_full"    // the window has taken in as many changes as it may
)

// Finding is one way in which planned work meets something, with what explains
// it. Of the places, With and Rule one is there and the other is -1.
type Finding struct {
	Kind   Kind
	With   int // place in Booked
	Rule   int // place in Freezes, or in Upkeep when the kind is Outside or Full
	Span   Span
	Items  []graph.Node // worked on by both
	People []people.ID
	Path   []graph.Hit // from what is worked on to what suffers
	Mine   []graph.Hit // Redundancy: from ours to the member it takes
	Their  []graph.Hit // and from theirs
	Joint  *graph.Joint
}

// governs finds whose windows count for a node; false when it has none.
func (s *Snapshot) governs(subjects map[Subject]bool, n graph.Node) (Subject, bool) {
	p := s.Places[n]
	for _, one := range [3]Subject{ForItem(n), {Service: p.Service}, {Zone: p.Zone}} {
		if one != (Subject{}) && subjects[one] {
			return one, true
		}
	}
	return Subject{}, subjects[Subject{}]
}

// subjects are those that have windows.
func (s *Snapshot) subjects() map[Subject]bool {
	out := make(map[Subject]bool, len(s.Upkeep))
	for _, u := range s.Upkeep {
		out[u.For] = true
	}
	return out
}

// open are the times at which the windows of a subject are open.
func (s *Snapshot) open(of Subject) []Span {
	var all []Span
	for _, u := range s.Upkeep {
		if u.For == of {
			all = append(all, u.Spans...)
		}
	}
	return joined(all)
}

// common lists the persons of both lists, in the order of the first.
func common(a, b []people.ID) []people.ID {
	var out []people.ID
	for _, id := range a {
		if id != 0 && slices.Contains(b, id) && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// Horizon is how far ahead free times are sought.
const Horizon = 90 * 24 * time.Hour
