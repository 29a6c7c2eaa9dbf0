package query

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Context is what the words of a condition mean for whoever asks, at the time
// he asks.
type Context struct {
	Me       people.ID
	MyTeams  []people.TeamID
	Now      time.Time
	Place    *time.Location // where days begin; UTC when nil
	Settings *setting.All
	// Sees reports whether whoever asks may know of a thing; nil is of all. What
	// he may not know of is what is not there, and is not proposed either.
	Sees func(*setting.Thing) bool
	// Business goes n business days from a moment; nil when no calendar is
	// given, false when the calendar does not reach that far.
	Business func(from time.Time, days int) (time.Time, bool)
	// Look finds persons, items and records by what people call them.
	Look func(t Type, text string) ([]int64, error)
}

func (k Context) place() *time.Location {
	if k.Place == nil {
		return time.UTC
	}
	return k.Place
}

// mostMeant is how many persons or items a name may stand for.
const mostMeant = 50

// Resolve turns names into ids and dates into moments. Faults point at the
// word and propose the nearest field or value.
func (fs Fields) Resolve(n Node, k Context) (Node, error) {
	if n.Joins() {
		kids := make([]Node, len(n.Kids))
		for i, kid := range n.Kids {
			var err error
			if kids[i], err = fs.Resolve(kid, k); err != nil {
				return Node{}, err
			}
		}
		n.Kids = kids
		return n, nil
	}
	if n.Empty() || loose(n) {
		return n, nil
	}
	f, ok := fs.Find(n.Field)
	if !ok {
		return Node{}, wrong("query.no_such_field", n.Pos, n.Pos+len(n.Field), n.Field, Nearest(n.Field, fs.names()))
	}
	n.Field = f.Name
	r := resolver{f, k, n}
	switch f.Type {
	case Text:
		return r.text()
	case Moment, Day:
		return r.moments()
	case Decimal:
		return r.decimals()
	case Flag:
		return r.flag()
	}
	return r.values()
}

// Read parses and resolves in one go.
func (fs Fields) Read(text string, k Context) (Node, error) {
	n, err := Parse(text)
	if err != nil {
		return Node{}, err
	}
	return fs.Resolve(n, k)
}

func wrong(key string, pos, end int, word, near string) error {
	return fault.At("q", key).With("pos", pos).With("end", end).With("word", word).With("near", near)
}

// resolver works on one comparison.
type resolver struct {
	Field
	k Context
	n Node
}

func (r resolver) wrong(i int, key, near string) error {
	pos, end := r.n.Pos, r.n.End
	if i < len(r.n.Marks) {
		pos, end = r.n.Marks[i].Pos, r.n.Marks[i].End
	}
	f := fault.At("q", key).With("pos", pos).With("end", end).With("word", r.n.Values[i]).With("near", near)
	return f.With("field", r.Name)
}

func (r resolver) quoted(i int) bool { return i < len(r.n.Marks) && r.n.Marks[i].Quoted }

// none reports whether the value asks for an empty field.
func (r resolver) none(i int) bool {
	v := strings.ToLower(r.n.Values[i])
	return !r.quoted(i) && (v == "none" || v == "无" || v == "空") || v == ""
}

func (r resolver) node(op Op, values ...string) Node {
	return Node{Op: op, Field: r.Name, Values: values, Pos: r.n.Pos, End: r.n.End}
}

// values resolves fields that are compared by what they hold.
func (r resolver) values() (Node, error) {
	n := r.n
	if n.Op == Range {
		return r.between()
	}
	if n.Op != Eq && n.Op != Ne && r.Type != Number {
		return Node{}, r.wrong(0, "query.no_order", "")
	}
	var all []string
	for i := range n.Values {
		if (n.Op == Eq || n.Op == Ne) && r.none(i) {
			all = append(all, "")
			continue
		}
		got, err := r.value(i)
		if err != nil {
			return Node{}, err
		}
		all = append(all, got...)
	}
	slices.Sort(all)
	out := r.node(n.Op, slices.Compact(all)...)
	if open := r.open(out.Values); n.Op == Eq && open != "" {
		out = All(out, Is("open", open))
	}
	return out, nil
}

// open is whether all records in some states are open, or none of them is; ""
// when neither is known. Said so, a list is read off what is open, which is
// little, or off what is done, and steps over nothing.
func (r resolver) open(states []string) (open string) {
	for i, s := range states {
		at := slices.IndexFunc(r.Choices, func(o Option) bool { return o.Code == s })
		if at < 0 || i > 0 && r.Choices[at].Open != open {
			return ""
		}
		open = r.Choices[at].Open
	}
	return open
}

func (r resolver) between() (Node, error) {
	if r.Type != Number {
		return Node{}, r.wrong(0, "query.no_order", "")
	}
	var out []Node
	for i, op := range []Op{Ge, Le} {
		if r.n.Values[i] == "" {
			continue
		}
		v, err := r.value(i)
		if err != nil {
			return Node{}, err
		}
		out = append(out, r.node(op, v...))
	}
	return All(out...), nil
}

// value finds what one word stands for.
func (r resolver) value(i int) ([]string, error) {
	word := r.n.Values[i]
	switch r.Type {
	case Number:
		v, err := strconv.ParseInt(word, 10, 64)
		if err != nil || v < 0 {
			return nil, r.wrong(i, "query.not_a_number", "")
		}
		return []string{strconv.FormatInt(v, 10)}, nil
	case Choice:
		return r.choice(i)
	case Thing:
		return r.thing(i)
	}
	if r.Type == Person && !r.quoted(i) && (strings.EqualFold(word, "me") || word == "我") {
		if r.k.Me == 0 {
			return nil, r.wrong(i, "query.nobody", "")
		}
		return ids(int64(r.k.Me)), nil
	}
	if r.k.Look == nil {
		return nil, r.wrong(i, "query.no_such_value", "")
	}
	found, err := r.k.Look(r.Type, word)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, r.wrong(i, "query.no_such_value", "")
	case len(found) > mostMeant:
		return nil, r.wrong(i, "query.too_many_meant", "")
	}
	return ids(found...), nil
}

func (r resolver) choice(i int) ([]string, error) {
	word := r.n.Values[i]
	var names []string
	for _, c := range r.Choices {
		for _, name := range []string{c.Code, c.Name.En, c.Name.Zh} {
			if name != "" && strings.EqualFold(name, word) {
				return []string{c.Code}, nil
			}
		}
		names = append(names, c.Code, c.Name.En, c.Name.Zh)
	}
	return nil, r.wrong(i, "query.no_such_value", Nearest(word, names))
}

// thing finds things of the settings by code, by name in either language, or
// by id (#12). Zones, departments and categories stand for all below them.
func (r resolver) thing(i int) ([]string, error) {
	word := r.n.Values[i]
	if r.Of == setting.Team && !r.quoted(i) && (strings.EqualFold(word, "my-teams") || word == "我的团队") {
		if len(r.k.MyTeams) == 0 {
			return []string{"0"}, nil // a team there is not: whoever has none sees none
		}
		return ids(r.k.MyTeams...), nil
	}
	var found []int64
	var names []string
	if r.k.Settings != nil {
		for _, t := range r.k.Settings.Of(r.Of) {
			if r.k.Sees != nil && !r.k.Sees(t) {
				continue
			}
			if strings.EqualFold(t.Code, word) || strings.EqualFold(t.Name.En, word) || t.Name.Zh == word || word == "#"+strconv.FormatInt(t.ID, 10) {
				found = append(found, r.k.Settings.Below(t.ID)...)
			}
			names = append(names, t.Code, t.Name.En, t.Name.Zh)
		}
	}
	if len(found) == 0 {
		return nil, r.wrong(i, "query.no_such_value", Nearest(word, names))
	}
	return ids(found...), nil
}

func ids[N ~int64](ns ...N) []string {
	out := make([]string, len(ns))
	for i, n := range ns {
		out[i] = strconv.FormatInt(int64(n), 10)
	}
	return out
}

// text: every comparison of a text asks what it contains.
func (r resolver) text() (Node, error) {
	switch r.n.Op {
	case Eq, Ne:
	default:
		return Node{}, r.wrong(0, "query.no_order", "")
	}
	var any []Node
	for i, v := range r.n.Values {
		if r.none(i) {
			any = append(any, r.node(Eq, ""))
		} else {
			any = append(any, r.node(Has, v))
		}
	}
	n := Any(any...)
	if r.n.Op == Ne {
		n = Reverse(n)
	}
	return n, nil
}

var flags = map[string]string{"yes": "true", "true": "true", "1": "true", "是": "true", "no": "false", "false": "false", "0": "false", "否": "false"}

func (r resolver) flag() (Node, error) {
	if r.n.Op != Eq && r.n.Op != Ne || len(r.n.Values) != 1 {
		return Node{}, r.wrong(0, "query.not_yes_no", "yes")
	}
	v := flags[strings.ToLower(r.n.Values[0])]
	if v == "" {
		return Node{}, r.wrong(0, "query.not_yes_no", "yes")
	}
	n := r.node(Eq, v)
	if r.Name == "overdue" { // no field of its own: the next breach moment has passed and nobody is done
		n = All(Is("open", "true"), Node{Op: Lt, Field: "due", Values: []string{milli(r.k.Now)}})
		if v == "false" {
			n = Reverse(n)
		}
	}
	if r.n.Op == Ne {
		n = Reverse(n)
	}
	return n, nil
}

func milli(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// stored is a moment as its field holds it: the centre's own fields are text.
// A day that has begun counts from its beginning, and up to its end.
func (r resolver) stored(t time.Time, end bool) string {
	if r.Type == Day {
		if t = t.In(r.k.place()); end && !t.Equal(day(t).from) {
			t = day(t).until
		}
		return t.Format(time.DateOnly)
	}
	if strings.HasPrefix(r.Name, "x.") {
		return t.UTC().Add(time.Second - 1).Truncate(time.Second).Format(time.RFC3339)
	}
	return milli(t)
}

// moments resolves comparisons with time: a day is the whole of it.
func (r resolver) moments() (Node, error) {
	at := func(i int) (span, error) {
		s, ok := moment(r.n.Values[i], r.k)
		if !ok {
			return s, r.wrong(i, "query.not_a_moment", Nearest(r.n.Values[i], []string{"now-7d", "today", "yesterday", "week", "month"}))
		}
		return s, nil
	}
	within := func(low, high string) Node {
		var out []Node
		if low != "" {
			out = append(out, r.node(Ge, low))
		}
		if high != "" {
			out = append(out, r.node(Lt, high))
		}
		return All(out...)
	}
	if r.n.Op == Range {
		bounds := [2]string{}
		for i, v := range r.n.Values {
			if v == "" {
				continue
			}
			s, err := at(i)
			if err != nil {
				return Node{}, err
			}
			bounds[i] = r.stored([]time.Time{s.from, s.until}[i], i == 1)
		}
		return within(bounds[0], bounds[1]), nil
	}
	var any []Node
	for i := range r.n.Values {
		if (r.n.Op == Eq || r.n.Op == Ne) && r.none(i) {
			any = append(any, r.node(Eq, ""))
			continue
		}
		s, err := at(i)
		if err != nil {
			return Node{}, err
		}
		from, until := r.stored(s.from, false), r.stored(s.until, true)
		any = append(any, map[Op]Node{Eq: within(from, until), Ne: within(from, until), Lt: within("", from), Le: within("", until), Gt: within(until, ""), Ge: within(from, "")}[r.n.Op])
	}
	n := Any(any...)
	if r.n.Op == Ne {
		n = Reverse(n)
	}
	return n, nil
}
