package record

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Picture is a record as conditions see it, apart from its practice, and can be
// taken back to what it was before an entry of its timeline.
type Picture struct {
	Head
	Live   bool
	Values map[string]string // the fields of its sheet as they write them, the centre's own under "x."
	Texts  []string          // what may be looked through for words

	types map[string]Type
	live  func(flow.State) bool
	leads func(from flow.State, move string) (flow.State, bool)
}

// See takes the picture of a record within a scope.
func (d *Desk[R]) See(ctx context.Context, scope people.Scope, n Number) (Picture, error) {
	r, err := d.Store.Find(ctx, scope, n)
	if err != nil {
		return Picture{}, err
	}
	return d.Picture(r), nil
}

// Picture is a record as conditions see it.
func (d *Desk[R]) Picture(r R) Picture {
	h := *r.Common()
	p := Picture{Head: h, Live: d.Flow.Live(h.State), Values: map[string]string{}, Texts: []string{h.Title}, types: map[string]Type{}, live: d.Flow.Live, leads: d.Flow.Leads}
	for _, f := range d.Sheet {
		p.Values[f.Name], p.types[f.Name] = f.Get(r), f.Type
	}
	if d.Own != nil {
		for _, o := range d.Own() {
			p.types["x."+o.Code] = o.Type
		}
	}
	for name, v := range r.Own().More {
		p.Values["x."+name] = v
	}
	if w, ok := any(r).(Worded); ok {
		p.Texts = append(p.Texts, w.Words())
	}
	return p
}

// target is where a move leads from a state; false when it does not leave it.
func (p Picture) target(from flow.State, move string) (flow.State, bool) {
	if p.leads == nil {
		return from, false
	}
	return p.leads(from, move)
}

// Before is the picture as it was just before an entry; it wants the entries
// taken back one by one, the newest first.
func (p Picture) Before(e Entry) Picture {
	p.Values = maps.Clone(p.Values)
	for _, c := range slices.Backward(e.Changes) {
		if _, ok := p.types[c.Field]; ok {
			p.Values[c.Field] = c.Was
		}
	}
	if e.To != "" {
		p.State = e.From
		p.Live = p.live(p.State)
	}
	p.Priority, _ = strconv.Atoi(p.Values["priority"]) // 0 where it has none
	p.Team, p.Owner = people.TeamID(idIn(p.Values["team"])), people.ID(idIn(p.Values["owner"]))
	return p
}

func idIn(v string) int64 {
	n, _ := strconv.ParseInt(v, 10, 64) // what a sheet wrote
	return n
}

// Get is what a field holds, in the form of a resolved condition; see
// query.Match. Followers are not in the picture.
func (p Picture) Get(field string) []string {
	switch field {
	case "":
		return p.Texts
	case "number":
		return []string{number(int64(p.Number))}
	case "state":
		return []string{string(p.State)}
	case "open":
		return []string{strconv.FormatBool(p.Live)}
	case "priority":
		if _, ok := p.types[field]; !ok {
			return some(number(int64(p.Priority)))
		}
	case "opened":
		return some(moment(p.Opened))
	case "moved":
		return some(moment(p.Moved))
	case "due":
		return some(moment(p.Due))
	}
	return p.held(field)
}

func (p Picture) held(field string) []string {
	v := p.Values[field]
	own := len(field) > 2 && field[:2] == "x."
	switch p.types[field] {
	case Items:
		return setting.Split(v)
	case Bool:
		return []string{strconv.FormatBool(v == "true")}
	case Moment:
		if t, err := time.Parse(time.RFC3339, v); err == nil && !own {
			return []string{moment(t)}
		}
	case Record:
		if _, n, err := ParseRef(v); err == nil {
			return []string{number(int64(n))}
		}
	}
	return some(v)
}

// Type says what a field of the picture holds; "" when it has none of that
// name.
func (p Picture) Type(field string) Type { return p.types[field] }

func some(v string) []string {
	if v == "" {
		return nil
	}
	return []string{v}
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return strconv.FormatInt(t.UnixMilli(), 10)
}
