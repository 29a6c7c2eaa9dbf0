package web

import (
	"slices"
	"sync/atomic"

	"kilter/internal/practice/flow"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// trade is a practice as its lists and pages show it. The words of its fields,
// states and moves have its kind before them.
type trade struct {
	Kind     record.Kind
	Path     string // where its list stands; its records are below
	Icon     string
	Plain    plainDesk // nil where its records have a page of their own
	Fallback string    // the view that opens when none is named
	Sheet    []question
	Place    func(flow.State) (pace flow.Pace, final bool)
	Fields   func(own ...query.Field) query.Fields
	Columns  []string // those its list can have, in their order
	Usual    []string // those it has until somebody chooses
	Sorts    []record.Order
	Views    []namedView // the lists that everybody has
	Bulk     bulkOf
	// Back reports whether one press takes a move back. Moves that others follow
	// at once, that call people to action or make things known have no way back.
	Back func(move string) bool
	// More are its other pages, beside the lists; which is open is named. It may
	// be nil.
	More func(s *sight, open string) Group
	// Models are what a change may be made after, and what is chosen already.
	Models func(s *sight, chosen string) []part.Option

	known *atomic.Pointer[knownFields] // see conditions
}

// question is a field of a sheet without its record: what a form must know.
type question struct {
	Name    string
	Type    record.Type
	Choices []string
	Max     int
}

func asked[R any](f record.Field[R]) question { return question{f.Name, f.Type, f.Choices, f.Max} }

func tradeOf[R record.Body](t trade, d *record.Desk[R]) *trade {
	t.Kind, t.Path, t.known = d.Kind, d.Kind.Path(), new(atomic.Pointer[knownFields])
	t.Bulk = bulkTrade(t.Bulk, d)
	for _, f := range d.Sheet {
		t.Sheet = append(t.Sheet, asked(f))
	}
	t.Place = func(s flow.State) (flow.Pace, bool) { p := d.Flow.Place(s); return p.Pace, p.Final }
	t.Fields = func(own ...query.Field) query.Fields { return record.Conditions(d.Flow, d.Sheet, own...) }
	return &t
}

// backOf are moves by their names.
func backOf(names ...string) func(string) bool {
	return func(move string) bool { return slices.Contains(names, move) }
}

// find is the question of that name.
func (t *trade) find(name string) (question, bool) {
	for _, q := range t.Sheet {
		if q.Name == name {
			return q, true
		}
	}
	return question{}, false
}

func (d *Desk) incidentTrade() *trade {
	return tradeOf(trade{
		Icon: "bolt", Fallback: "open",
		Columns: []string{"priority", "number", "title", "state", "owner", "team", "requester", "service", "department", "zone", "due", "moved", "opened"},
		Usual:   []string{"priority", "number", "title", "state", "owner", "team", "due", "opened"},
		Sorts:   []record.Order{record.Newest, record.Oldest, record.Latest, record.SoonDue, record.Priority},
		Views: []namedView{
			{Code: "mine", Icon: "user", Query: "open:true owner:me", Sort: record.SoonDue, Own: true},
			{Code: "soon", Icon: "alarm", Query: "open:true due:<now+4h", Sort: record.SoonDue, Alert: true, Own: true},
			{Code: "watching", Icon: "eye", Query: "open:true watcher:me", Sort: record.Latest, Own: true},
			{Code: "team", Icon: "users-group", Query: "open:true team:my-teams", Sort: record.SoonDue},
			{Code: "unassigned", Icon: "user-search", Query: "open:true owner:none", Sort: record.SoonDue},
			{Code: "waiting", Icon: "player-pause", Query: "state:pending", Sort: record.Latest},
			{Code: "open", Icon: "list", Query: "open:true", Sort: record.SoonDue},
			{Code: "all", Icon: "archive", Sort: record.Newest},
		},
		Bulk: bulkOf{
			Moves:  []string{"assign", "reassign", "wait", "resolve", "cancel", "edit", "note"},
			Fields: []string{"service", "category", "zone", "impact", "urgency", "department"},
		},
		Back: func(move string) bool { return !slices.Contains(final, move) },
	}, d.Incidents.Desk)
}

func (d *Desk) contactTrade() *trade {
	return tradeOf(trade{
		Icon: "headset", Fallback: "all", Plain: d.plainContact(),
		Columns: []string{"number", "title", "state", "requester", "owner", "service", "department", "zone", "moved", "opened"},
		Usual:   []string{"number", "title", "state", "requester", "owner", "service", "opened"},
		Sorts:   []record.Order{record.Newest, record.Oldest, record.Latest},
		Views: []namedView{
			{Code: "unfinished", Icon: "inbox", Query: "state:new,identified,typed", Sort: record.Oldest, Alert: true},
			{Code: "mine", Icon: "user", Query: "owner:me", Sort: record.Newest, Own: true},
			{Code: "questions", Icon: "message-2", Query: "type:question", Sort: record.Newest},
			{Code: "followups", Icon: "refresh", Query: "type:follow_up", Sort: record.Newest},
			{Code: "complaints", Icon: "alert-triangle", Query: "type:complaint", Sort: record.Newest},
			{Code: "all", Icon: "archive", Sort: record.Newest},
		},
		Bulk: bulkOf{
			Moves:  []string{"type", "answer", "close", "edit", "note"},
			Fields: []string{"channel", "service", "department", "zone", "answer"},
		},
		Back: backOf("identify", "type", "answer", "close"),
	}, d.Contacts.Desk)
}

// word is the practice's own word for something of its lists.
func (s *sight) word(name string) string { return s.T("desk." + s.of.key(name)) }

// count words it with a number.
func (s *sight) counted(name string, n int) string { return s.N("desk."+s.of.key(name), n) }

func (t *trade) key(name string) string {
	if t.Kind == record.Incident {
		return name
	}
	return string(t.Kind) + "." + name
}

// may is the deed's whole name.
func (t *trade) deed(name string) string { return string(t.Kind) + "." + name }

// RecordHref is the page of a record, of whatever practice.
func RecordHref(r record.Row) string {
	return r.Kind.Path() + "/" + r.Ref()
}

var paceLooks = map[flow.Pace]string{flow.Wait: "wait", flow.Work: "work", flow.Pause: "pause", flow.Stop: "done"}

// StateOf shows a state of a record of any practice as a pill.
func (s *Sight) StateOf(k record.Kind, st flow.State) part.Status {
	look := "wait"
	t := s.desk.trades[k]
	if t != nil {
		pace, final := t.Place(st)
		look = paceLooks[pace]
		if final {
			look = "closed"
		}
	}
	if k == record.Incident && st == incident.Cancelled {
		look = "cancel"
	}
	return part.Status{Word: s.T(string(k) + ".state." + string(st)), Look: look}
}
