package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
	"kilter/internal/web/part"
)

// incidentPage is one incident: header, timeline, composers, facts.
type incidentPage struct {
	tale
	View   *incident.View
	One    *incident.Incident
	Place  listPlace // where it was opened from; the zero value is nowhere
	Full   bool      // it has the page to itself
	Clocks []sla.Clock
	Terms  []sla.Term
	Tasks  []*record.Task
	Drafts map[string]draftDoc
	Known  []problem.Advice // published work-arounds that fit it
	Helps  []knowledge.Suggestion
	Again  *said // a text that came back with a warning
}

// refNumber reads the number out of an address.
func refNumber(ref string) (record.Number, error) { return refOf(record.Incident, ref) }

// refOf reads the number of a record of a kind.
func refOf(k record.Kind, ref string) (record.Number, error) {
	kind, n, err := record.ParseRef(ref)
	if err == nil && kind != k {
		err = fault.New(fault.Missing, "record.no_such").With("ref", ref)
	}
	return n, err
}

func (d *Desk) show(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.incidentPage(r.PathValue("ref"))
	if err != nil {
		return err
	}
	p.Full, p.All = true, r.URL.Query().Get("timeline") != "talk"
	p.Title = p.Ref + " " + p.One.Title
	p.Needs("choose")
	s.frameViews(listPlace{View: "none"})
	return Show(w, r, http.StatusOK, incidentFull(p))
}

func (d *Desk) print(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.incidentPage(r.PathValue("ref"))
	if err != nil {
		return err
	}
	p.Full, p.All = true, true
	p.Title = p.Ref + " " + p.One.Title
	return Show(w, r, http.StatusOK, incidentPrint(p))
}

// pane is the record for the split pane of a list.
func (s *sight) pane(at listPlace) (templ.Component, error) {
	if s.of.Plain != nil {
		p, err := s.plainPage(at.Open)
		if err != nil {
			return nil, err
		}
		p.Place = at
		return plainPane(p), nil
	}
	p, err := s.incidentPage(at.Open)
	if err != nil {
		return nil, err
	}
	p.Place = at
	return incidentPane(p), nil
}

// fresh answers what has changed on a record that is open: everything but the
// composers, so that nobody loses what he is typing.
func (d *Desk) fresh(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.incidentPage(r.PathValue("ref"))
	if err != nil {
		return err
	}
	p.All = r.URL.Query().Get("timeline") != "talk"
	return Show(w, r, http.StatusOK, incidentFresh(p))
}

// incidentPage reads all that the page of an incident shows.
func (s *sight) incidentPage(ref string) (*incidentPage, error) {
	n, err := refNumber(ref)
	if err != nil {
		return nil, err
	}
	return s.pageOf(&incident.Incident{Head: record.Head{Number: n}})
}

func (s *sight) pageOf(one *incident.Incident) (*incidentPage, error) {
	v, err := s.desk.Incidents.Read(s.ctx, s.By, one.Number)
	if err != nil {
		return nil, err
	}
	p := &incidentPage{
		tale: tale{sight: s, Ref: v.Ref(), All: true, Asked: v.Requester, Entries: v.Entries, Files: v.Files, Around: v.Around},
		View: v, One: v.Incident, Terms: s.terms(v.Head), Clocks: v.Clocks, Tasks: v.Tasks,
	}
	if v.Requester != 0 && s.desk.Persons != nil {
		if p.Requester, err = s.desk.Persons.Person(s.ctx, v.Requester); err != nil && !fault.Is(err, fault.Missing) {
			return nil, err
		}
	}
	if p.Known, err = p.knownHere(); err != nil {
		return nil, err
	}
	if p.Helps, err = p.helpsHere(); err != nil {
		return nil, err
	}
	p.Place, p.Full = s.asked(p.base())
	p.Drafts, err = s.drafts(p.Ref)
	return p, err
}

// steps are the states of the usual life with where the incident stands.
func (p *incidentPage) steps() []part.Step {
	way := []flow.State{incident.New, incident.Classified, incident.Assigned, incident.InProgress, incident.Resolved, incident.Closed}
	switch p.One.State {
	case incident.Pending:
		way = slices.Insert(way, 4, incident.Pending)
	case incident.Cancelled:
		way = []flow.State{incident.New, incident.Cancelled}
	}
	at := slices.Index(way, p.One.State)
	out := make([]part.Step, len(way))
	for i, st := range way {
		out[i] = part.Step{Word: p.T("incident.state." + string(st)), Done: i < at, Active: i == at}
	}
	return out
}

// moveIcons are the drawings of moves; what is not here has none.
var moveIcons = map[string]string{
	"classify": "tag", "assign": "user-plus", "accept": "player-play", "reassign": "arrows-exchange", "escalate": "trending-up",
	"wait": "player-pause", "resume": "player-play", "resolve": "check", "confirm": "checks", "reopen": "refresh", "cancel": "x",
	"dismiss": "x", "merge": "git-merge", "prioritise": "flag", "raise": "trending-up", "declare": "flame", "stand_down": "flame",
	"man": "users", "report": "report-analytics",
}

// moveKeys are the shortcuts of moves.
var moveKeys = map[string]string{"assign": "a", "reassign": "a", "prioritise": "p"}

// onward is the move a record most likely takes next, by its state.
var onward = map[flow.State]string{
	incident.New: "classify", incident.Classified: "assign", incident.Assigned: "accept", incident.InProgress: "resolve", incident.Pending: "resume",
}

// inMenu are the moves that stand behind "More", for they are rare.
var inMenu = []string{"merge", "prioritise", "raise", "declare", "stand_down", "man", "report", "cancel", "dismiss", "escalate"}

// moves are the buttons of the allowed moves: those of every day, and those in
// the menu.
func (p *incidentPage) moves() (front, menu []part.Button) {
	for _, m := range p.View.Moves {
		b := part.Button{
			Label: p.T("incident.move." + m.Name), Icon: moveIcons[m.Name], Key: moveKeys[m.Name], Type: "button", Deed: true,
			Attrs: templAttrs("hx-get", "/incidents/"+p.Ref+"/move/"+m.Name, "hx-target", "body", "hx-swap", "beforeend"),
		}
		if slices.Contains(inMenu, m.Name) {
			menu = append(menu, b)
			continue
		}
		if onward[p.One.State] == m.Name {
			b.Look = part.Primary
			front = slices.Insert(front, 0, b)
			continue
		}
		front = append(front, b)
	}
	return front, menu
}

// seldom are fields that are shown only when something is in them.
var seldom = []string{"no_item", "hall", "outside"}

// facts are fields of the sheet with their values; empty ones that cannot be
// edited are left out.
func (p *incidentPage) facts(names ...string) []fact {
	final := p.desk.Incidents.Flow.Place(p.One.State).Final
	var out []fact
	for _, n := range names {
		f, ok := p.desk.Incidents.Sheet.Find(n)
		if !ok {
			continue
		}
		one := fact{Name: n, Label: p.label(n), Value: p.value(n, f.Get(p.One))}
		one.Editable = !f.Fixed && !final && p.By.Can("incident.edit") && (f.Grant == "" || p.By.Can(f.Grant))
		if n == "item" && p.One.Item != 0 && p.By.Can(cmdb.DeedRead) && one.Value != f.Get(p.One) { // its name is shown to who may see it
			one.Href = ItemHref(p.One.Item)
		}
		if one.Value != "" || one.Editable && !slices.Contains(seldom, n) {
			out = append(out, one)
		}
	}
	return out
}

// ownFacts are the centre's own fields.
func (p *incidentPage) ownFacts() []fact {
	fields, err := record.OwnFields(p.sight.All, record.Incident)
	if err != nil {
		return nil
	}
	final := p.desk.Incidents.Flow.Place(p.One.State).Final
	var out []fact
	for _, f := range fields {
		v := p.One.More[f.Code]
		out = append(out, fact{Name: "x." + f.Code, Label: f.Name.In(string(p.Lang())), Value: p.value("x."+f.Code, v), Editable: !final && p.By.Can("incident.edit")})
	}
	return out
}

// department is the department's name with the one above it.
func (s *sight) department(id people.DepartmentID) string {
	t := s.All.Find(setting.Department, int64(id))
	if t == nil {
		return ""
	}
	if t.Parent != 0 {
		return s.Thing(t.Parent) + " / " + t.Label(string(s.Lang()))
	}
	return t.Label(string(s.Lang()))
}

// lastEntry is the newest entry the reader has seen.
func (p *incidentPage) lastEntry() string {
	var last int64
	for _, e := range p.Entries {
		last = max(last, e.ID)
	}
	return strconv.FormatInt(last, 10)
}

// deedOf is the bare name of a deed.
func deedOf(deed string) string {
	_, name, _ := strings.Cut(deed, ".")
	return name
}
