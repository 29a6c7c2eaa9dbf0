package access

import (
	"context"
	"slices"
	"strings"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Case is a record as far as the inspector looks at it: where it stands and
// whose it is, nothing of what it says.
type Case struct {
	Ref   string
	Kind  string
	State string
	Seen  people.Seen
	Moves []string // names of the moves that leave its state
	Flow  []string // names of all moves of its flow
}

// Group is the persons who see a record through the same reach.
type Group struct {
	Through people.Through
	Persons []people.Person
}

// Reasons say why a person can do a deed to a record, or why not.
type Reasons struct {
	Person  people.Person
	Deed    string
	Roles   []string       // names of his roles that grant it
	Others  []string       // names of the roles that would
	Through people.Through // how he sees the record
	Cleared bool           // for its network zone
	Zone    people.ZoneID
	State   bool // its state allows the deed
	Ended   bool // his account has ended, or he is retired
	Can     bool // all of it together
}

// Inspector answers who sees a record, through what, and why a person can do
// something or cannot.
type Inspector struct {
	Staff    Staff
	Settings *setting.Keeper
	Pen      audit.Pen
	Now      func() time.Time
	Look     func(ctx context.Context, ref string) (Case, error)
}

// Who lists who sees the record, grouped by the reach.
func (i *Inspector) Who(ctx context.Context, by people.Actor, ref string) (Case, []Group, error) {
	c, err := i.look(ctx, by, ref)
	if err != nil {
		return c, nil, err
	}
	all := i.Settings.All()
	persons, err := i.Staff.Holders(ctx)
	if err != nil {
		return c, nil, err
	}
	crews, err := Crews(all)
	if err != nil {
		return c, nil, err
	}
	through := map[people.Through][]people.Person{}
	for _, p := range persons {
		a, err := NewActor(p, all, crews[p.ID])
		if err != nil {
			return c, nil, err
		}
		if t := a.Scope.Sees(c.Seen); t != people.Unseen && a.Can(c.Kind+".read") {
			through[t] = append(through[t], p)
		}
	}
	var out []Group
	for _, t := range []people.Through{people.ThroughOwn, people.ThroughTeam, people.ThroughDepartment, people.ThroughZone, people.ThroughAll} {
		if len(through[t]) > 0 {
			out = append(out, Group{t, through[t]})
		}
	}
	return c, out, nil
}

// Why says whether a person can do a deed ("resolve", "read") to the record,
// and each thing it hangs on.
func (i *Inspector) Why(ctx context.Context, by people.Actor, ref string, id people.ID, deed, lang string) (Case, Reasons, error) {
	c, err := i.look(ctx, by, ref)
	if err != nil {
		return c, Reasons{}, err
	}
	p, err := i.Staff.Person(ctx, id)
	if err != nil {
		return c, Reasons{}, err
	}
	all := i.Settings.All()
	crews, err := Crews(all)
	if err != nil {
		return c, Reasons{}, err
	}
	a, err := NewActor(p, all, crews[id])
	if err != nil {
		return c, Reasons{}, err
	}
	bare := deed
	if room, name, ok := strings.Cut(deed, "."); ok && room == c.Kind {
		bare = name
	}
	r := Reasons{Person: p, Deed: c.Kind + "." + bare, Through: a.Scope.Sees(c.Seen), Cleared: a.Scope.Clears(c.Seen.Zone), Zone: c.Seen.Zone}
	r.State = !slices.Contains(c.Flow, bare) || slices.Contains(c.Moves, bare)
	r.Ended = p.Retired || !p.Doc.Ends.IsZero() && !i.Now().Before(p.Doc.Ends)
	for _, t := range all.Of(setting.Role) {
		doc, err := setting.Read[Role](*t)
		if err != nil {
			return c, r, err
		}
		switch grants := people.NewGrants(doc.Grants...); {
		case t.Retired || !grants.Has(r.Deed):
		case slices.Contains(p.Doc.Roles, t.ID):
			r.Roles = append(r.Roles, t.Label(lang))
		default:
			r.Others = append(r.Others, t.Label(lang))
		}
	}
	r.Can = len(r.Roles) > 0 && r.Through != people.Unseen && r.State && !r.Ended
	return c, r, nil
}

// look reads the record and writes down that somebody inspected it.
func (i *Inspector) look(ctx context.Context, by people.Actor, ref string) (Case, error) {
	now := i.Now()
	if err := audit.Ask(ctx, i.Pen, by, now, "inspect.read", ref); err != nil {
		return Case{}, err
	}
	c, err := i.Look(ctx, ref)
	if err != nil {
		return c, err
	}
	return c, i.Pen.Note(ctx, audit.By(by, now, "inspect.read", c.Kind+":"+c.Ref))
}
