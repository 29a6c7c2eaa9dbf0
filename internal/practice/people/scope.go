package people

import "slices"

// Scope is how far a person sees. It is the one policy for lists, counts,
// search, links, exports, live updates and files: store/scope.go turns it into
// a WHERE, Sees applies it to a record in memory, and a test holds the two
// together.
//
// A record is seen when its zone is cleared and at least one reach covers it.
// The requester always sees what he himself asked for.
type Scope struct {
	All         bool           // reach: every record
	Own         ID             // reach: what this person asked for, owns or watches
	Teams       []TeamID       // reach: records of these teams, circles among them
	Departments []DepartmentID // reach: records of these departments, sub-departments spelled out
	Zones       []ZoneID       // reach: every record of these zones, sub-zones spelled out
	AllZones    bool           // cleared for every zone
	Cleared     []ZoneID       // cleared for these zones, sub-zones spelled out; a record without a zone needs no clearance
}

// Circles are teams that nobody is put into: what is published is handed to one
// of them to read, and everybody who belongs there has it among the teams of
// his scope.
const (
	Everybody TeamID = -1 // all who sign in
	AllStaff  TeamID = -2 // all who work for the centre
)

// Circles are those that a person belongs to.
func Circles(staff bool) []TeamID {
	if staff {
		return []TeamID{Everybody, AllStaff}
	}
	return []TeamID{Everybody}
}

// Everything is the scope of Kilter itself.
func Everything() Scope { return Scope{All: true, AllZones: true} }

// OnlyOwn reports whether the person sees nothing but his own, and what is
// published.
func (s Scope) OnlyOwn() bool {
	return s.Own != 0 && !s.All && len(s.Departments)+len(s.Zones) == 0 && !slices.ContainsFunc(s.Teams, func(t TeamID) bool { return t > 0 })
}

// Everywhere reports whether the scope covers every record.
func (s Scope) Everywhere() bool { return s.All && s.AllZones }

// Seen is what scope asks of a record.
type Seen struct {
	Requester, Owner ID
	Team             TeamID
	Department       DepartmentID
	Zone             ZoneID
	Watchers         []ID
}

// Through says by which reach a record is seen; "" when it is not. The
// inspector page shows it.
type Through string

// The reaches, strongest first.
const (
	ThroughAll        Through = "all"
	ThroughOwn        Through = "own"
	ThroughTeam       Through = "team"
	ThroughDepartment Through = "department"
	ThroughZone       Through = "zone"
	Unseen            Through = ""
)

// Sees says through what the scope covers the record. Keep it in step with
// store/scope.go.
func (s Scope) Sees(r Seen) Through {
	if s.Own != 0 && r.Requester == s.Own {
		return ThroughOwn
	}
	if !s.Clears(r.Zone) {
		return Unseen
	}
	switch {
	case s.All:
		return ThroughAll
	case s.Own != 0 && (r.Owner == s.Own || slices.Contains(r.Watchers, s.Own)):
		return ThroughOwn
	case r.Team != 0 && slices.Contains(s.Teams, r.Team):
		return ThroughTeam
	case r.Department != 0 && slices.Contains(s.Departments, r.Department):
		return ThroughDepartment
	case r.Zone != 0 && slices.Contains(s.Zones, r.Zone):
		return ThroughZone
	}
	return Unseen
}

// Clears reports whether the person is cleared for the zone.
func (s Scope) Clears(z ZoneID) bool {
	return z == 0 || s.AllZones || slices.Contains(s.Cleared, z)
}

// Written is the scope within which a text is drafted that stays on a record of
// a zone: what the writer sees that whoever is cleared for that zone alone may
// know. What the writer sees because it is his own stays with him.
func (s Scope) Written(z ZoneID) Scope {
	cleared := s.Clears(z)
	s.Own, s.AllZones, s.Cleared = 0, false, nil
	if z != 0 && cleared {
		s.Cleared = []ZoneID{z}
	}
	return s
}
