// Package view keeps the saved views of lists: a condition, an order and the
// columns under a name, private, for a team or for everyone, each with the
// number of records that it shows its reader now.
package view

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Item is the kind of views of configuration items, which are no records.
const Item record.Kind = "item"

// Kinds are those whose lists have views.
var Kinds = append(slices.Clone(record.Kinds), Item)

// Reach says who has a view.
type Reach string

// The reaches.
const (
	Private  Reach = "private"
	Team     Reach = "team"
	Everyone Reach = "everyone"
)

// Doc is what a view holds.
type Doc struct {
	Reach   Reach         `json:"reach"`
	Owner   people.ID     `json:"owner,omitempty"` // who made it; of a private one the only reader
	Team    people.TeamID `json:"team,omitempty"`  // of a team's view
	Kind    record.Kind   `json:"kind"`
	Query   string        `json:"query"` // as it was written: me is whoever looks
	Columns []string      `json:"columns,omitempty"`
	Order   record.Order  `json:"order,omitempty"`
	Density string        `json:"density,omitempty"`
	Pin     bool          `json:"pin,omitempty"`   // it stands in the rail
	Alert   int           `json:"alert,omitempty"` // tell its readers when it shows more; 0: never
}

// View is a saved view. Those that Kilter brings have no ID and a text key
// "view.CODE" as their name.
type View struct {
	Doc
	ID      int64
	Code    string
	Name    people.Text
	Version int64
}

// Starters are the views of incidents that everyone has from the first day.
var Starters = []View{
	starter("mine", "owner:me open:yes", record.SoonDue),
	starter("unassigned", "team:my-teams owner:none open:yes", record.Priority),
	starter("soon", "open:yes due:>=now due:<now+4h", record.SoonDue),
	starter("overdue", "overdue:yes", record.SoonDue),
	starter("pending", "state:pending", record.SoonDue),
	starter("major", "major:yes open:yes", record.Newest),
	starter("open", "open:yes", record.Newest),
	starter("unconfirmed", "state:resolved", record.Latest),
	starter("asked", "requester:me", record.Newest),
}

func starter(code, q string, order record.Order) View {
	return View{Code: code, Doc: Doc{Reach: Everyone, Kind: record.Incident, Query: q, Order: order, Pin: true}}
}

// Views is the shelf of saved views.
type Views struct {
	Keeper *setting.Keeper
	Ledger record.Ledger
	// Items counts configuration items as the actor may see them, up to most.
	Items  func(ctx context.Context, by people.Actor, where query.Node, most int) (int, error)
	Fields func(record.Kind) query.Fields
	// Means says what the words of a condition mean for whoever looks.
	Means func(people.Actor) query.Context
	Now   func() time.Time
	// People keeps the rails; nil where nobody arranges his own.
	People People
	counts
}

// Of lists the views a person has of a kind: the starters first, then
// everyone's, his teams', his own, each by name.
func (v *Views) Of(by people.Actor, k record.Kind) ([]View, error) {
	var out []View
	for _, s := range Starters {
		if s.Kind == k {
			out = append(out, s)
		}
	}
	var own []View
	for _, t := range v.Keeper.All().Of(setting.View) {
		one, err := read(t)
		if err != nil {
			return nil, err
		}
		if !t.Retired && one.Kind == k && has(by, one.Doc) && v.tells(by, one) {
			own = append(own, one)
		}
	}
	rank := func(d Doc) int { return slices.Index([]Reach{Everyone, Team, Private}, d.Reach) }
	slices.SortStableFunc(own, func(a, b View) int {
		return cmp.Or(rank(a.Doc)-rank(b.Doc), strings.Compare(a.Name.In(by.Lang), b.Name.In(by.Lang)))
	})
	return append(out, own...), nil
}

// tells reports whether a view may be shown: of somebody else's, one that names
// a service or zone that is not open to the reader is not there for him.
func (v *Views) tells(by people.Actor, w View) bool {
	if w.Owner == by.ID || v.Fields == nil || v.Means == nil {
		return true
	}
	_, err := v.Fields(w.Kind).Read(w.Query, v.Means(by))
	return err == nil || slices.ContainsFunc(fault.All(err), func(f *fault.Fault) bool { return f.Key != "query.no_such_value" })
}

func read(t *setting.Thing) (View, error) {
	d, err := setting.Read[Doc](*t)
	return View{Doc: d, ID: t.ID, Code: t.Code, Name: t.Name, Version: t.Version}, err
}

func has(by people.Actor, d Doc) bool {
	switch d.Reach {
	case Everyone:
		return true
	case Team:
		return slices.Contains(by.Teams, d.Team)
	}
	return d.Owner == by.ID && by.ID != 0
}

// Find returns one of the person's views by its code.
func (v *Views) Find(by people.Actor, k record.Kind, code string) (View, error) {
	all, err := v.Of(by, k)
	if err != nil {
		return View{}, err
	}
	if i := slices.IndexFunc(all, func(w View) bool { return w.Code == code }); i >= 0 {
		return all[i], nil
	}
	return View{}, fault.New(fault.Missing, "view.no_such")
}

// Save adds a view, or replaces the version it carries. Everybody may keep
// private ones; those of a team and of everyone need their grant, and a team's
// view is made by its members.
func (v *Views) Save(ctx context.Context, by people.Actor, w *View) error {
	deed := "view.save"
	t := setting.Thing{Kind: setting.View, Changed: v.Now()}
	if w.ID != 0 {
		old := v.Keeper.All().Find(setting.View, w.ID)
		if old == nil {
			return fault.New(fault.Missing, "view.no_such")
		}
		held, err := read(old)
		if err != nil {
			return err
		}
		if err := mayKeep(by, held.Doc); err != nil {
			return err
		}
		t, w.Owner = *old, held.Owner
		t.Version, t.Changed = w.Version, v.Now()
	} else {
		w.Owner = by.ID // whoever was named
		t.Code = "v" + strconv.FormatInt(v.Now().UnixNano(), 36) + "-" + strconv.FormatInt(int64(by.ID), 36)
	}
	if err := mayKeep(by, w.Doc); err != nil {
		return err
	}
	if err := w.check(); err != nil {
		return err
	}
	if _, err := v.Fields(w.Kind).Read(w.Query, v.Means(by)); err != nil {
		return err
	}
	t.Name = w.Name
	if err := setting.Write(&t, w.Doc); err != nil {
		return err
	}
	if err := v.Keeper.Save(ctx, &t, audit.By(by, v.Now(), deed, "view:"+t.Code)); err != nil {
		return err
	}
	w.ID, w.Code, w.Version = t.ID, t.Code, t.Version
	return nil
}

// Retire takes a view away from all who have it.
func (v *Views) Retire(ctx context.Context, by people.Actor, id int64) error {
	old := v.Keeper.All().Find(setting.View, id)
	if old == nil {
		return fault.New(fault.Missing, "view.no_such")
	}
	held, err := read(old)
	if err != nil {
		return err
	}
	if err := mayKeep(by, held.Doc); err != nil {
		return err
	}
	t := *old
	t.Retired, t.Changed = true, v.Now()
	return v.Keeper.Save(ctx, &t, audit.By(by, v.Now(), "view.retire", "view:"+t.Code))
}

// mayKeep reports a fault unless the person may make and change such a view.
// Somebody else's private view does not exist for him.
func mayKeep(by people.Actor, d Doc) error {
	switch d.Reach {
	case Private:
		if d.Owner != by.ID || by.ID == 0 {
			return fault.New(fault.Missing, "view.no_such")
		}
		return nil
	case Team:
		if !slices.Contains(by.Teams, d.Team) {
			return fault.New(fault.Missing, "view.no_such")
		}
		return by.May("view.team")
	case Everyone:
		return by.May("view.everyone")
	}
	return fault.At("reach", "view.no_reach")
}
