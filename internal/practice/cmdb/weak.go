package cmdb

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/day"
	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// DeedSingle is the grant to say what becomes of a single point of failure.
const DeedSingle = "item.single"

// WeakPoint is what was decided about an item whose failure alone brings
// services down. It outlives every computation of where such points are.
type WeakPoint struct {
	Item     record.ItemID
	State    State
	Owner    people.ID
	Note     string
	Review   time.Time          // the day on which an accepted risk is looked at again
	Services []record.ServiceID // that it brought down when this was decided
	At       time.Time
	By       people.ID
	Version  int64
}

// Weakening is the life of a single point of failure: nobody has decided yet,
// somebody mends it, or the risk is accepted until a day. That it is gone is
// nobody's decision: the topology says so.
var Weakening = flow.Flow[*WeakPoint]{
	Start: "open", Endless: true,
	Places: []flow.Place{
		{State: "open", Pace: flow.Wait},
		{State: "mending", Pace: flow.Work},
		{State: "accepted", Pace: flow.Wait},
	},
	Moves: []flow.Move[*WeakPoint]{
		{Name: "mend", From: flow.At("open", "mending", "accepted"), To: "mending", Asks: flow.Asks("owner", "note"), Needs: flow.Needs(weakOwner)},
		{Name: "accept_risk", From: flow.At("open", "mending", "accepted"), To: "accepted", Asks: flow.Asks("owner", "review", "note"), Needs: flow.Needs(weakReason)},
		{Name: "set_open", From: flow.At("mending", "accepted"), To: "open", Asks: flow.Asks("note")},
	},
}

func weakOwner(w *WeakPoint) error {
	if w.Owner == 0 {
		return fault.At("owner", "record.required")
	}
	return nil
}

func weakReason(w *WeakPoint) error {
	var many fault.Many
	if w.Note == "" {
		many = append(many, fault.At("note", "record.required"))
	}
	if w.Review.IsZero() {
		many = append(many, fault.At("review", "record.required"))
	}
	return many.Err()
}

// Weakness is a single point of failure with what was decided about it.
type Weakness struct {
	CityPoint
	WeakPoint WeakPoint
	Gone      bool // its failure alone no longer brings a service down
	Due       bool // the accepted risk is to be looked at again
}

// WeakPoints keeps the decisions.
type WeakPoints interface {
	WeakPoints(ctx context.Context) ([]WeakPoint, error)
	// KeepWeakPoint adds a decision, or replaces the version it carries.
	KeepWeakPoint(ctx context.Context, w *WeakPoint, log audit.Row) error
}

// WeakDesk is the work list of single points of failure.
type WeakDesk struct {
	*Analyst
	Points WeakPoints
	Place  func() *time.Location // where the centre's days begin; nil is UTC
	Pen    audit.Pen
	Person func(ctx context.Context, id people.ID) (people.Person, error)
}

// Weaknesses lists the single points of failure that a person may see, as
// CitySingles finds them, and after them those that were worked on and are gone.
// What is hidden from him does not count as gone.
func (d *WeakDesk) Weaknesses(ctx context.Context, by people.Actor) ([]Weakness, error) {
	v, err := d.look(ctx, by)
	if err != nil {
		return nil, err
	}
	all := d.Settings()
	points, err := v.citySingles(all)
	if err != nil {
		return nil, err
	}
	whole := points
	if !v.scope.AllZones {
		full := *v
		full.scope.AllZones = true
		if whole, err = full.citySingles(all); err != nil {
			return nil, err
		}
	}
	kept, err := d.Points.WeakPoints(ctx)
	if err != nil {
		return nil, err
	}
	held := make(map[record.ItemID]WeakPoint, len(kept))
	for _, w := range kept {
		held[w.Item] = w
	}
	var out []Weakness
	for _, p := range points {
		one := Weakness{CityPoint: p, WeakPoint: held[p.ID]}
		one.WeakPoint.Item = p.ID
		if one.WeakPoint.State == "" {
			one.WeakPoint.State = Weakening.Start
		}
		one.Due = one.WeakPoint.State == "accepted" && !one.WeakPoint.Review.After(day.Today(d.Now, d.Place))
		out = append(out, one)
	}
	for _, w := range kept {
		n, ok := v.at(w.Item)
		if ok && v.sees(n) && v.clearsServices(all, w.Services) && !slices.ContainsFunc(whole, func(p CityPoint) bool { return p.ID == w.Item }) {
			out = append(out, Weakness{CityPoint: CityPoint{Node: v.nodes[n], Services: w.Services}, WeakPoint: w, Gone: true})
		}
	}
	return out, nil
}

// clearsServices reports whether the person is cleared for the zones of all of
// the services.
func (v *view) clearsServices(all *setting.All, services []record.ServiceID) bool {
	return !slices.ContainsFunc(services, func(id record.ServiceID) bool {
		t := all.Find(setting.Service, int64(id))
		if t == nil {
			return false
		}
		doc, err := setting.Read[catalogue.Service](*t)
		return err != nil || !v.clears(doc.Zone)
	})
}

// The bounds of a decision.
const (
	longestNote  = 2000
	reviewMonths = 12 // single points are reviewed every year (domain/mof.md, AVM)
)

// Decide takes a single point of failure along its life.
func (d *WeakDesk) Decide(ctx context.Context, by people.Actor, item record.ItemID, move string, form map[string]string) (*Weakness, error) {
	at := d.Now().UTC().Truncate(time.Millisecond)
	if err := audit.Ask(ctx, d.Pen, by, at, DeedSingle, object(item)); err != nil {
		return nil, err
	}
	list, err := d.Weaknesses(ctx, by)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(w Weakness) bool { return w.ID == item && !w.Gone })
	if i < 0 {
		return nil, fault.New(fault.Missing, "cmdb.no_weak_point")
	}
	one := &list[i]
	w := &one.WeakPoint
	m, err := Weakening.Find(w.State, move)
	if err != nil {
		return nil, err
	}
	if err := d.fill(ctx, w, m, form); err != nil {
		return nil, err
	}
	w.State, w.Services, w.At, w.By = m.To, one.Services, at, by.ID
	one.Due = false
	row := audit.By(by, at, DeedSingle, object(item))
	row.Detail = audit.Detail("move", move, "note", w.Note)
	return one, d.Points.KeepWeakPoint(ctx, w, row)
}

// fill takes what the form of a move brings along.
func (d *WeakDesk) fill(ctx context.Context, w *WeakPoint, m flow.Move[*WeakPoint], form map[string]string) error {
	var many fault.Many
	if m.To != "accepted" {
		w.Review = time.Time{}
	}
	for _, ask := range m.Asks {
		v := strings.TrimSpace(form[ask])
		switch ask {
		case "note":
			if w.Note = v; utf8.RuneCountInString(v) > longestNote {
				many = append(many, fault.At("note", "record.too_long").With("max", longestNote).With("length", utf8.RuneCountInString(v)))
			}
		case "owner":
			if w.Owner = 0; v == "" {
				break
			}
			w.Owner = people.ID(idOf(v))
			if p, err := d.Person(ctx, w.Owner); err != nil || p.Retired {
				many = append(many, fault.At("owner", "setting.no_such").With("kind", "person").With("id", v))
			}
		case "review":
			if w.Review = (time.Time{}); v == "" {
				break
			}
			review, err := time.Parse(time.DateOnly, v)
			today := day.Today(d.Now, d.Place)
			switch {
			case err != nil:
				many = append(many, fault.At("review", "catalogue.not_a_date"))
			case !review.After(today) || review.After(today.AddDate(0, reviewMonths, 0)):
				many = append(many, fault.At("review", "cmdb.review_within").With("months", reviewMonths))
			}
			w.Review = review
		}
	}
	if err := many.Add(m.Fit(w)); err != nil {
		return err
	}
	if err := many.Err(); err != nil {
		return fmt.Errorf("cmdb: decide: %w", err)
	}
	return nil
}
