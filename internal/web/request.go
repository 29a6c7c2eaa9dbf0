package web

import (
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"kilter/internal/base/fault"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
	"kilter/internal/web/part"
)

func (d *Desk) requestTrade() *trade {
	return tradeOf(trade{
		Icon: "apps", Fallback: "open", Plain: d.plainRequest(), More: requestPages,
		Columns: []string{"number", "title", "state", "owner", "team", "requester", "service", "department", "zone", "due", "moved", "opened"},
		Usual:   []string{"number", "title", "state", "owner", "team", "requester", "due", "opened"},
		Sorts:   []record.Order{record.Newest, record.Oldest, record.Latest, record.SoonDue},
		Views: []namedView{
			{Code: "mine", Icon: "user", Query: "open:true owner:me", Sort: record.SoonDue, Own: true},
			{Code: "team", Icon: "users-group", Query: "open:true team:my-teams", Sort: record.SoonDue},
			{Code: "unassigned", Icon: "inbox", Query: "state:assigned owner:none", Sort: record.SoonDue, Alert: true},
			{Code: "awaiting", Icon: "users", Query: "state:awaiting_approval", Sort: record.Oldest},
			{Code: "waiting", Icon: "player-pause", Query: "state:pending", Sort: record.Latest},
			{Code: "open", Icon: "list", Query: "open:true", Sort: record.SoonDue},
			{Code: "fulfilled", Icon: "checks", Query: "state:fulfilled", Sort: record.Latest},
			{Code: "all", Icon: "archive", Sort: record.Newest},
		},
		Bulk: bulkOf{
			Moves:  []string{"assign", "accept", "wait", "resume", "fulfil", "cancel", "stop", "edit", "note"},
			Fields: []string{"for_whom", "outside"},
		},
		Back: backOf("assign", "accept", "wait", "resume", "fulfil", "cancel", "stop"),
	}, d.Requests.Desk)
}

// requestPages are what request fulfilment has beside its lists.
func requestPages(s *sight, _ string) Group {
	g := Group{Title: s.T("request.pages")}
	if s.By.Can(s.of.deed(record.Consents)) {
		g.Views = append(g.Views, part.Link{Label: s.T("portal.approvals"), Href: portalPath + "/approvals", Icon: "users"})
	}
	if s.By.Can(s.of.deed("open")) {
		g.Views = append(g.Views, part.Link{Label: s.T("request.order_for"), Href: orderingPath, Icon: "plus"})
		g.Views = append(g.Views, part.Link{Label: s.T("portal.catalogue"), Href: portalPath + "/catalogue", Icon: "apps"})
	}
	return g
}

// plainRequest is how a request looks to staff: what was ordered, who decides,
// what is to be done.
func (d *Desk) plainRequest() plainDesk {
	return &plainOf[*request.Request]{
		Desk: d.Requests.Desk, Blank: func() *request.Request { return new(request.Request) }, Next: d.Requests.Next,
		Look: plainLook{
			Icons: map[string]string{
				"submit": "send", "accept": "player-play", "wait": "player-pause", "resume": "player-play", "fulfil": "check", "confirm": "checks",
				"dispute": "refresh", "cancel": "x", "stop": "x", "assign": "users-group",
				request.Amends: "edit",
			},
			Edits: []string{"title", "detail", "for_whom", "outside"},
			Tag:   "offering",
			Facts: []plainGroup{
				{"desk.people", []string{"for_whom", "entered", "department", "team", "owner", "author"}},
				{"desk.about", []string{"service", "zone", "waiting", "outside", "ended_as", "submitted", "granted", "accepted", "fulfilled", "closed", "rating"}},
			},
			Texts: []string{"detail", "outcome", "refusal"},
			Way:   requestWay,
			More:  requestBeside,
			Works: true,
			Asks:  requestTasks,
			Tells: requestTells,
		},
	}
}

// requestWay is the usual life of a request; consents stand in it when any were
// asked for.
func requestWay(p *plainPage) []flow.State {
	switch st := p.One.State; st {
	case request.Rejected:
		return []flow.State{request.Submitted, request.Awaiting, st}
	case request.Cancelled:
		return []flow.State{request.Submitted, st}
	case request.Draft:
		return []flow.State{request.Draft, request.Submitted, request.Assigned, request.InProgress, request.Fulfilled, request.Closed}
	}
	way := []flow.State{request.Submitted, request.Assigned, request.InProgress, request.Fulfilled, request.Closed}
	if p.One.State == request.Awaiting || p.Get("granted") != "" {
		way = slices.Insert(way, 1, request.Awaiting)
	}
	if p.One.State == request.Pending {
		way = slices.Insert(way, slices.Index(way, request.InProgress)+1, request.Pending)
	}
	return way
}

// requestMore is what the page of a request shows beside its facts.
type requestMore struct {
	*plainPage
	decisions
	Answers []answered
	Fault   error
}

func requestBeside(p *plainPage) templ.Component {
	m := &requestMore{plainPage: p}
	if m.Fault = m.read(); m.Fault != nil {
		return templ.ComponentFunc(failing(m.Fault))
	}
	return requestPanel(m)
}

func (m *requestMore) read() error {
	one, ok := m.Body.(*request.Request)
	if !ok {
		return fault.New(fault.Missing, "trouble.missing")
	}
	o, err := m.desk.Requests.Definition(one)
	if err != nil {
		return err
	}
	words := m.wordsOf()
	m.Answers = words.answersOf(o.Questions, one.Answers)
	m.decisions, err = m.plainPage.decisions()
	return err
}

// requestTasks gives what the tasks of a request ask, by the definition that it
// was ordered under.
func requestTasks(p *plainPage) func(*record.Task) (form.Form, []answered) {
	one, ok := p.Body.(*request.Request)
	if !ok {
		return nil
	}
	o, err := p.desk.Requests.Definition(one)
	if err != nil {
		return nil // the panel beside says what is wrong
	}
	words := p.wordsOf()
	return func(t *record.Task) (form.Form, []answered) {
		return stepForm(o, t), words.answersOf(stepForm(o, t), t.Answers)
	}
}

// wordsOf writes answers for the one who looks.
func (s *sight) wordsOf() wordsOf {
	return wordsOf{
		lang: string(s.Lang()), T: s.T, thing: s.Thing, name: s.named, item: func(id int64) string { return s.item(strconv.FormatInt(id, 10)) },
		itemAt: func(id string) string {
			if s.item(id) == id || !s.By.Can("item.read") {
				return "" // he does not see it
			}
			return itemPath + "/" + id
		},
	}
}

// wordsOf writes answers with links to the files of the record.
func (p *plainPage) wordsOf() wordsOf {
	w := p.sight.wordsOf()
	w.file = func(id int64) string { return fileAt(p.Files, id, p.base()) }
	return w
}

// fileAt is where the file of a record is read, "" when it is not among these.
func fileAt(all []record.Attachment, file int64, base string) string {
	for _, f := range all {
		if f.File == file {
			return base + "/file/" + strconv.FormatInt(f.ID, 10)
		}
	}
	return ""
}

func stepForm(o catalogue.Offering, t *record.Task) form.Form {
	st, _ := request.StepOf(o, t) // a task outside the plan has no questions
	return st.Questions
}

// named is what a person is called, "" for nobody.
func (s *sight) named(id people.ID) string {
	if id == 0 || s.desk.Persons == nil {
		return ""
	}
	who, err := s.desk.Persons.Person(s.ctx, id)
	if err != nil {
		return "#" + id.String()
	}
	return who.Name
}

// requestRoutes mounts the pages of requests, where anything can be ordered.
func (d *Desk) requestRoutes(mux Mux) {
	if d.Requests == nil {
		return
	}
	d.trades[record.Request] = d.requestTrade()
	d.plainRoutes(mux, record.Request)
	const decide = "POST /requests/{ref}/decide"
	mux.Handle(decide, d.limited(decide, d.about(record.Request, decideOn(d, d.Requests.Decide))))
	mux.Handle("GET /requests/{ref}/answers", d.about(record.Request, d.requestAmendForm))
	mux.Handle("POST /requests/{ref}/answers", brings(d.about(record.Request, d.requestAmend)))
	mux.Handle("GET "+orderingPath, d.about(record.Request, d.orderFor))
	mux.Handle("POST "+orderingPath, brings(d.about(record.Request, d.placeFor)))
}

// rating is the grade given, 0 when none was.
func (m *requestMore) rating() int {
	one, ok := m.Body.(*request.Request)
	if !ok {
		return 0
	}
	return one.Rating
}
