package history

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/practice/history"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// The limits of an incident's fields.
const (
	mostTitle = 200
	mostLong  = 20_000
	mostOut   = 100
)

// record makes an incident with its timeline out of a story.
func (w *writing) record(s *history.Story) *record.Whole[*incident.Incident] {
	n := w.names
	i := &incident.Incident{}
	i.Title = cut(strings.Join(strings.Fields(s.Title), " "), mostTitle)
	i.State, i.Opened = s.State, s.Opened
	i.Requester, i.Owner = people.ID(n.id(setting.Human, "", s.Requester)), people.ID(n.id(setting.Human, "", s.Owner))
	i.Team = people.TeamID(n.id(setting.Team, "", s.Team))
	i.Service = record.ServiceID(n.id(setting.Service, "", s.Service))
	i.Department = people.DepartmentID(n.id(setting.Department, "", s.Department))
	i.Zone = people.ZoneID(n.id(setting.Zone, "", s.Zone))
	i.Category = w.category(s.Category, s.Subcategory)
	w.priority(s, i)
	i.Description, i.Solution = cut(s.Description, mostLong), cut(s.Solution, mostLong)
	i.Cause, i.Outside = record.CauseID(n.id(setting.Cause, "", s.Cause)), cut(s.Outside, mostOut)
	if s.State == incident.Pending {
		i.Waiting = incident.Waiting(s.Reason)
	}
	i.Channel = "import"
	w.counts(s, i)
	i.More = w.more(s, i)
	t := teller{w: w, category: first(s, history.Category, s.Category), nested: first(s, history.Subcategory, s.Subcategory)}
	whole := &record.Whole[*incident.Incident]{Rec: i, Entries: make([]record.Entry, 0, len(s.Events))}
	for _, e := range s.Events {
		whole.Entries = append(whole.Entries, t.entry(e))
	}
	return whole
}

// priority takes over the log's; where the matrix says otherwise it stands as
// one that somebody set, so that it stays when other fields are edited.
func (w *writing) priority(s *history.Story, i *incident.Incident) {
	i.Impact, i.Urgency, i.Priority = incident.Level(s.Impact), incident.Level(s.Urgency), s.Priority
	if s.Impact == 0 || s.Urgency == 0 {
		i.Override = s.Priority
		return
	}
	assessed := w.Directory.View().Matrix().Assess(s.Impact, s.Urgency, false, false)
	switch s.Priority {
	case 0, assessed:
		i.Priority = assessed
	default:
		i.Override = s.Priority
	}
}

// counts notes what lists and reports count.
func (w *writing) counts(s *history.Story, i *incident.Incident) {
	i.Resolved, i.Closed = s.Resolved, s.Closed
	i.Reopened, i.Reassigned = max(s.Reopenings, s.CountedReopened), max(s.Reassignments, s.CountedReassigned)
	if i.Team != 0 {
		switch w.Directory.View().Team(i.Team).Line {
		case people.FirstLine:
			i.Line = 1
		case people.SecondLine:
			i.Line = 2
		case people.ByContract:
			i.Line = 3
		}
	}
	for _, e := range s.Events {
		if e.To == incident.InProgress {
			i.Accepted = e.At
			break
		}
	}
	i.FirstContact = !s.Resolved.IsZero() && i.Line == 1 && i.Reassigned == 0
}

// first is the value that a field had when the record was opened.
func first(s *history.Story, f history.Field, last string) string {
	for _, e := range s.Events {
		for _, c := range e.Changes {
			if c.Field == f {
				return c.Was
			}
		}
	}
	return last
}

// more keeps what has no field of its own: where it comes from, further
// columns, and names that Kilter does not know and does not make.
func (w *writing) more(s *history.Story, i *incident.Incident) map[string]string {
	more := map[string]string{"history_source": w.source, "history_case": s.Key}
	for _, name := range slices.Sorted(maps.Keys(s.Extra)) {
		more[name] = cut(s.Extra[name], mostLong)
	}
	if i.Department == 0 && s.Department != "" {
		more["history_department"] = s.Department
	}
	if i.Zone == 0 && s.Zone != "" {
		more["history_zone"] = s.Zone
	}
	if s.Item != "" {
		more["history_item"] = s.Item
	}
	if i.Cause == 0 && s.Cause != "" {
		more["history_cause"] = s.Cause
	}
	return more
}

func (w *writing) category(above, below string) record.CategoryID {
	if id := w.names.id(setting.Category, above, below); below != "" && id != 0 {
		return record.CategoryID(id)
	}
	return record.CategoryID(w.names.id(setting.Category, "", above))
}

// teller writes the entries of one timeline, in order.
type teller struct {
	w                *writing
	category, nested string // as they stand
}

func (t *teller) entry(e history.Event) record.Entry {
	out := record.Entry{
		At: e.At, By: people.ID(t.w.names.id(setting.Human, "", e.Person)), Deed: "incident." + e.Deed, From: e.From, To: e.To,
		Reason: e.Reason, Irregular: e.Irregular, Batch: t.w.into.ID, Text: e.Label,
	}
	if e.Text != "" {
		out.Text = strings.TrimSpace(e.Label + "\n\n" + cut(e.Text, mostLong))
	}
	out.Changes = t.changes(e.Changes)
	return out
}

// changes are written as the sheet of an incident writes them: things by id.
func (t *teller) changes(changes []history.Change) []record.Change {
	var out []record.Change
	add := func(field, was, now string) {
		if was != now {
			out = append(out, record.Change{Field: field, Was: was, Now: now})
		}
	}
	n := t.w.names
	category := false
	for _, c := range changes {
		ids := func(kind setting.Kind) {
			add(string(c.Field), number(n.id(kind, "", c.Was)), number(n.id(kind, "", c.Now)))
		}
		switch c.Field {
		case history.Team:
			ids(setting.Team)
		case history.Service:
			ids(setting.Service)
		case history.Department:
			ids(setting.Department)
		case history.Zone:
			ids(setting.Zone)
		case history.Owner, history.Requester:
			ids(setting.Human)
		case history.Category, history.Subcategory:
			category = true
		case history.Item:
			add("x.history_item", c.Was, c.Now)
		case history.Title:
			add("title", cut(c.Was, mostTitle), cut(c.Now, mostTitle))
		default: // impact, urgency, priority
			add(string(c.Field), c.Was, c.Now)
		}
	}
	if category {
		was, now := t.categories(changes)
		add("category", number(int64(was)), number(int64(now)))
	}
	return out
}

// categories are the category before and after, of which the log tells the two
// levels apart.
func (t *teller) categories(changes []history.Change) (was, now record.CategoryID) {
	above, below := t.category, t.nested
	for _, c := range changes {
		switch c.Field {
		case history.Category:
			above, t.category = c.Was, c.Now
		case history.Subcategory:
			below, t.nested = c.Was, c.Now
		}
	}
	return t.w.category(above, below), t.w.category(t.category, t.nested)
}

func number(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}
