package access

import (
	"context"
	"slices"
	"sync"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// The reaches a person can be given, shortest first. Each holds the ones
// before it, but for zone, which adds the zones he is cleared for.
const (
	ReachOwn        = "own"
	ReachTeam       = "team"
	ReachDepartment = "department"
	ReachZone       = "zone"
	ReachAll        = "all"
)

// Reaches lists them.
func Reaches() []string { return []string{ReachOwn, ReachTeam, ReachDepartment, ReachZone, ReachAll} }

// Persons reads persons.
type Persons interface {
	Person(ctx context.Context, id people.ID) (people.Person, error)
}

// Roster knows every person's grants and scope. It builds an actor once for
// each version of the person and of the settings.
type Roster struct {
	Persons  Persons
	Settings *setting.Keeper

	mu      sync.RWMutex
	version int64
	crews   map[people.ID][]people.TeamID
	actors  map[people.ID]built
}

type built struct {
	version int64
	actor   people.Actor
	ends    time.Time
	retired bool
}

// mostBuilt bounds the actors kept.
const mostBuilt = 20_000

// Actor is the person as somebody who acts at this moment. version is the
// version of the person that the caller has just read; an older one kept is
// built anew. Whoever is retired or whose account has ended is Unknown.
func (r *Roster) Actor(ctx context.Context, id people.ID, version int64, now time.Time) (people.Actor, error) {
	all := r.Settings.All()
	r.mu.RLock()
	b, ok := r.actors[id]
	ok = ok && r.version == all.Version && b.version >= version
	r.mu.RUnlock()
	if !ok {
		var err error
		if b, err = r.build(ctx, all, id); err != nil {
			return people.Actor{}, err
		}
	}
	if b.retired || !b.ends.IsZero() && !now.Before(b.ends) {
		return people.Actor{}, fault.New(fault.Unknown, "signin.ended")
	}
	return b.actor, nil
}

func (r *Roster) build(ctx context.Context, all *setting.All, id people.ID) (built, error) {
	p, err := r.Persons.Person(ctx, id)
	if err != nil {
		return built{}, err
	}
	crews, err := r.renew(all)
	if err != nil {
		return built{}, err
	}
	a, err := NewActor(p, all, crews[p.ID])
	if err != nil {
		return built{}, err
	}
	b := built{version: p.Version, actor: a, ends: p.Doc.Ends, retired: p.Retired}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.version == all.Version {
		if len(r.actors) >= mostBuilt {
			clear(r.actors)
		}
		r.actors[id] = b
	}
	return b, nil
}

// renew throws away what was built on older settings and says who is in which
// team.
func (r *Roster) renew(all *setting.All) (map[people.ID][]people.TeamID, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.actors != nil && r.version == all.Version {
		return r.crews, nil
	}
	crews, err := Crews(all)
	if err != nil {
		return nil, err
	}
	r.version, r.crews, r.actors = all.Version, crews, map[people.ID]built{}
	return crews, nil
}

// Crews lists the teams of every person: those he leads or is a member of.
func Crews(all *setting.All) (map[people.ID][]people.TeamID, error) {
	out := map[people.ID][]people.TeamID{}
	for _, t := range all.Of(setting.Team) {
		if t.Retired {
			continue
		}
		team, err := setting.Read[people.Team](*t)
		if err != nil {
			return nil, err
		}
		for _, m := range append([]people.ID{team.Lead}, team.Members...) {
			if id := people.TeamID(t.ID); m != 0 && !slices.Contains(out[m], id) {
				out[m] = append(out[m], id)
			}
		}
	}
	return out, nil
}

// NewActor builds the actor of a person who belongs to the teams.
func NewActor(p people.Person, all *setting.All, teams []people.TeamID) (people.Actor, error) {
	grants, err := Granted(all, p.Doc.Roles)
	if err != nil {
		return people.Actor{}, err
	}
	a := people.Actor{ID: p.ID, Name: p.Name, Lang: p.Doc.Lang, Choices: p.Doc.Choices, Place: p.Doc.Place(), Staff: p.Staff, Teams: teams, Grants: grants}
	a.Scope = people.Scope{Own: p.ID, Teams: people.Circles(p.Staff), Cleared: under[people.ZoneID](all, p.Doc.Cleared)}
	a.Scope.AllZones = everyZone(all, a.Scope.Cleared)
	if slices.Contains([]string{ReachTeam, ReachDepartment, ReachZone, ReachAll}, p.Doc.Reach) {
		a.Scope.Teams = append(a.Scope.Teams, teams...)
	}
	switch p.Doc.Reach {
	case ReachDepartment:
		if p.Department != 0 {
			a.Scope.Departments = under[people.DepartmentID](all, []people.DepartmentID{p.Department})
		}
	case ReachZone:
		a.Scope.Zones = a.Scope.Cleared
	case ReachAll:
		a.Scope.All = true
	}
	return a, nil
}

// under spells out the ids with everything below them.
func under[N ~int64](all *setting.All, ids []N) []N {
	var out []N
	for _, id := range ids {
		for _, b := range all.Below(int64(id)) {
			if !slices.Contains(out, N(b)) {
				out = append(out, N(b))
			}
		}
	}
	return out
}

// everyZone reports whether nothing is left that one is not cleared for: then
// no query need ask for the zone. A zone added later makes a new snapshot, and
// the actor is built anew.
func everyZone(all *setting.All, cleared []people.ZoneID) bool {
	zones := all.Of(setting.Zone)
	for _, z := range zones {
		if !slices.Contains(cleared, people.ZoneID(z.ID)) {
			return false
		}
	}
	return len(zones) > 0
}
