package duty

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"kilter/internal/base/fault"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Typed is an entry as it was typed.
type Typed struct {
	At   time.Time // zero is now
	Kind Kind
	Text string
	Refs string // numbers of records and codes of items, spaces or commas between
	Stay bool   // it stays open until somebody closes it
}

// Write writes down an entry.
func (m *Room) Write(ctx context.Context, by people.Actor, id int64, in Typed) (*Entry, error) {
	s, err := m.shift(ctx, by, id)
	if err != nil {
		return nil, err
	}
	now := m.now()
	e, err := m.entry(ctx, by, s, in, now)
	if err != nil {
		return nil, err
	}
	w := Writing{Entry: e}
	if in.Stay {
		w.Matter = &Matter{Team: s.Team, Shift: s.ID, Text: e.Text, Opened: now, OpenedBy: by.ID}
	}
	return e, m.Store.Keep(ctx, s, w, row(by, now, id, "write"))
}

// entry checks what was typed.
func (m *Room) entry(ctx context.Context, by people.Actor, s *Shift, in Typed, now time.Time) (*Entry, error) {
	var many fault.Many
	if in.At.IsZero() {
		in.At = now
	}
	e := &Entry{Shift: s.ID, At: in.At.UTC(), Written: now, By: by.ID, Kind: in.Kind}
	if !slices.Contains(Kinds, string(in.Kind)) {
		many = append(many, fault.At("kind", "record.not_a_choice").With("choices", strings.Join(Kinds, ", ")))
	}
	if err := many.Add(s.happened(in.At, now)); err != nil {
		return nil, err
	}
	var err error
	if e.Text, err = text("text", in.Text, MostText, true); err != nil {
		if err := many.Add(err); err != nil {
			return nil, err
		}
	}
	if e.Refs, err = m.refs(ctx, by, in.Refs); err != nil {
		if err := many.Add(err); err != nil {
			return nil, err
		}
	}
	return e, many.Err()
}

// refs reads what an entry names, each of which the writer must see.
func (m *Room) refs(ctx context.Context, by people.Actor, typed string) ([]string, error) {
	var out []string
	for _, ref := range strings.FieldsFunc(typed, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;，；、", r) }) {
		if len(out) == MostRefs {
			return nil, fault.At("refs", "watch.too_many_refs").With("max", MostRefs)
		}
		if _, _, err := record.ParseRef(strings.ToUpper(ref)); err == nil {
			ref = strings.ToUpper(ref)
		}
		known, err := m.known(ctx, by, ref)
		if err != nil {
			return nil, err
		}
		if known == nil {
			return nil, fault.At("refs", "watch.no_such_ref").With("ref", ref)
		}
		if !slices.Contains(out, known.Ref) {
			out = append(out, known.Ref)
		}
	}
	return out, nil
}

// Correct puts another text in the place of an entry's; the first stays to be seen.
func (m *Room) Correct(ctx context.Context, by people.Actor, id, entry int64, typed string) (*Entry, error) {
	s, err := m.shift(ctx, by, id)
	if err != nil {
		return nil, err
	}
	was, err := m.stands(ctx, by, id, entry)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(Kinds, string(was.Kind)) {
		return nil, fault.New(fault.Conflict, "watch.not_to_correct")
	}
	now := m.now()
	e := was
	e.ID, e.Written, e.By, e.Corrects = 0, now, by.ID, was.ID
	if e.Text, err = text("text", typed, MostText, true); err != nil {
		return nil, err
	}
	if e.Text == was.Text {
		return nil, fault.At("text", "watch.as_before")
	}
	w := Writing{Entry: &e}
	if e.Matter != 0 {
		if w.Matter, err = m.matter(ctx, by, s, e.Matter); err != nil {
			return nil, err
		}
		w.Matter.Text = e.Text
		if !w.Matter.Closed.IsZero() {
			w.Matter = nil
		}
	}
	return &e, m.Store.Keep(ctx, s, w, row(by, now, id, "correct"))
}

// matter reads one that a shift shows.
func (m *Room) matter(ctx context.Context, by people.Actor, s *Shift, id int64) (*Matter, error) {
	all, err := m.Store.Matters(ctx, scope(by), s)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].ID == id {
			return &all[i], nil
		}
	}
	return nil, fault.New(fault.Missing, "watch.no_such_matter")
}

// stands is an entry as it stands now, by the id of any of its texts.
func (m *Room) stands(ctx context.Context, by people.Actor, id, entry int64) (Entry, error) {
	all, err := m.Store.Entries(ctx, scope(by), Search{Shift: id, Limit: mostEntries})
	if err != nil {
		return Entry{}, err
	}
	for _, t := range Tell(all) {
		if t.ID == entry || slices.ContainsFunc(t.Before, func(e Entry) bool { return e.ID == entry }) {
			return t.Entry, nil
		}
	}
	return Entry{}, fault.New(fault.Missing, "watch.no_such_entry")
}

// Settle closes an open matter with what came of it.
func (m *Room) Settle(ctx context.Context, by people.Actor, id, matter int64, result string) (*Matter, error) {
	s, err := m.shift(ctx, by, id)
	if err != nil {
		return nil, err
	}
	one, err := m.matter(ctx, by, s, matter)
	if err != nil {
		return nil, err
	}
	if !one.Closed.IsZero() {
		return nil, fault.New(fault.Conflict, "watch.settled")
	}
	if one.Result, err = text("result", result, MostText, true); err != nil {
		return nil, err
	}
	now := m.now()
	one.Closed, one.ClosedBy, one.ClosedIn = now, by.ID, id
	e := &Entry{Shift: id, At: now, Written: now, By: by.ID, Kind: Result, Text: one.Result, Matter: one.ID}
	return one, m.Store.Keep(ctx, s, Writing{Entry: e, Matter: one}, row(by, now, id, "settle"))
}

// Plan is a shift that somebody opens by hand.
type Plan struct {
	Team     people.TeamID
	From, To time.Time
	Who      []people.ID
}

// longest is how long a shift may be.
const longest = 48 * time.Hour

// Open opens a shift by hand, for a team of one's own.
func (m *Room) Open(ctx context.Context, by people.Actor, p Plan) (*Shift, error) {
	if err := by.May(DeedWork); err != nil {
		return nil, err
	}
	t := m.Settings().Find(setting.Team, int64(p.Team))
	if t == nil || t.Retired || !slices.Contains(by.Teams, p.Team) {
		return nil, fault.At("team", "watch.team_of_yours")
	}
	team, err := setting.Read[people.Team](*t)
	if err != nil {
		return nil, err
	}
	var many fault.Many
	now := m.now()
	switch {
	case p.From.Before(now.Add(-longest)) || p.From.After(now.AddDate(0, 0, 14)):
		many = append(many, fault.At("from", "watch.begins_when"))
	case !p.To.After(p.From):
		many = append(many, fault.At("to", "watch.ends_before"))
	case p.To.Sub(p.From) > longest:
		many = append(many, fault.At("to", "watch.too_long").With("hours", int(longest.Hours())))
	}
	if len(p.Who) == 0 {
		p.Who = []people.ID{by.ID}
	}
	if slices.ContainsFunc(p.Who, func(who people.ID) bool { return !team.Has(who) }) {
		many = append(many, fault.At("who", "watch.who_of_team"))
	}
	if err := many.Err(); err != nil {
		return nil, err
	}
	s := &Shift{Team: p.Team, From: p.From.UTC(), To: p.To.UTC(), Who: p.Who, ByHand: true, Opened: now, OpenedBy: by.ID, State: Running}
	return s, m.Store.Open(ctx, s, row(by, now, 0, "open"))
}

// HandIn writes down in the shift that runs what came of a recurring operation
// of its team. Without a shift it is nowhere to be written.
func (m *Room) HandIn(ctx context.Context, by people.Actor, team people.TeamID, run int64, said string) error {
	now := m.now()
	all, err := m.Store.Shifts(ctx, people.Everything(), Query{Team: team, From: now, To: now, Open: true, Limit: 1})
	if err != nil || len(all) == 0 || by.ID == 0 {
		return err
	}
	e := &Entry{Shift: all[0].ID, At: now, Written: now, By: by.ID, Kind: Operation, Text: said, Run: run}
	return m.Store.Keep(ctx, &all[0], Writing{Entry: e}, row(by, now, all[0].ID, "hand_in"))
}

// Known is what an entry or a line names, as its reader may see it.
type Known struct {
	Ref    string
	Title  string
	Record *record.Row // nil when it is an item
	Item   int64       // its id; 0 when it is a record
}

// known looks up a number or a code; nil when the reader sees none such.
func (m *Room) known(ctx context.Context, by people.Actor, ref string) (*Known, error) {
	if _, _, err := record.ParseRef(ref); err == nil {
		r, err := record.Lookup(ctx, m.Ledger, by.Scope, ref)
		if fault.Is(err, fault.Missing) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if !by.Can(string(r.Kind) + ".read") {
			return nil, nil
		}
		return &Known{Ref: r.Ref(), Title: r.Title, Record: &r}, nil
	}
	if m.Find == nil || !by.Can(operation.SeesItems) {
		return nil, nil
	}
	found, err := m.Find(ctx, by, ref)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &Known{Ref: ref, Title: found[0].Name.In(by.Lang), Item: found[0].ID}, nil
}

// Named looks up what is named, as far as the reader sees it, each once.
func (m *Room) Named(ctx context.Context, by people.Actor, refs []string) (map[string]Known, error) {
	out := map[string]Known{}
	for _, ref := range refs {
		if _, ok := out[ref]; ok || ref == "" {
			continue
		}
		k, err := m.known(ctx, by, ref)
		if err != nil {
			return nil, err
		}
		if k != nil {
			out[ref] = *k
		}
	}
	return out, nil
}
