package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
	"kilter/internal/web/part"
)

// portalRequest is one request as its requester, or somebody asked to decide
// on it, sees it.
type portalRequest struct {
	portalCase
	One     *request.Request
	Offer   catalogue.Offering
	Rounds  []*approval.Round
	Asked   bool // the reader is asked now
	Verdict *Form
	Act     *Form
	Names   map[people.ID]string
	Kept    []record.Attachment
}

func (g *guest) request(r *http.Request) (*portalRequest, error) {
	kind, n, err := record.ParseRef(r.PathValue("ref"))
	if err != nil || kind != record.Request {
		return nil, fault.New(fault.Missing, "record.no_such").With("ref", r.PathValue("ref"))
	}
	o := g.desk.Orders
	one, err := o.Desk.Find(g.ctx, g.By, n)
	if err != nil {
		return nil, err
	}
	p := &portalRequest{portalCase: portalCase{guest: g, Ref: one.Ref(), Own: one.Requester == g.By.ID || one.For == g.By.ID}, One: one, Names: map[people.ID]string{}}
	p.Title = p.Ref + " " + one.Title
	if p.Offer, err = o.Desk.Definition(one); err != nil {
		return nil, err
	}
	if p.Rounds, err = o.Approvals.Rounds(g.ctx, one.ID); err != nil {
		return nil, err
	}
	deputies, err := o.Approvals.Deputies(g.ctx, 0, g.Now)
	if err != nil {
		return nil, err
	}
	if len(p.Rounds) > 0 {
		p.Asked = p.Rounds[len(p.Rounds)-1].Seated(g.By.ID, approval.Stands(deputies, g.Now))
	}
	if p.Graded, err = g.graded(r, portalPath+"/requests/"+p.Ref, p.Ref, p.Own); err != nil {
		return nil, err
	}
	return p, p.talk()
}

// talk reads what was said to and by the requester.
func (p *portalRequest) talk() error {
	entries, err := p.desk.Ledger.Timeline(p.ctx, p.One.ID, true)
	if err != nil {
		return err
	}
	amended := p.retell(entries)
	entries = p.desk.Orders.Desk.ForGuests(entries)
	files, err := p.desk.Files.Attachments(p.ctx, true, p.One.ID)
	if err != nil {
		return err
	}
	p.Kept = files
	for _, e := range entries {
		_, deed, _ := strings.Cut(e.Deed, ".")
		s := saying{ID: "e" + strconv.FormatInt(e.ID, 10), Mine: e.By == p.One.Requester, At: e.At, Text: e.Text, Changed: amended[e.ID]}
		for _, f := range files {
			if f.Entry == e.ID {
				s.Files = append(s.Files, f)
			}
		}
		if s.Text != "" || len(s.Files) > 0 {
			s.Who = p.by(e.By == p.One.Requester)
		}
		if key := "request.did." + deed; e.Text == "" || e.To != "" {
			s.Event, s.Icon = p.T(key), requestIcons[deed]
		}
		if slices.Contains([]string{record.Consents, record.Declines}, deed) {
			s.Event = e.Name + " " + p.T("request.did."+deed)
			s.Text = e.Reason
			s.Who = part.Person{Name: e.Name, Initials: part.Initials(e.Name), Hue: part.Hue(int64(e.By))}
		}
		p.Says = append(p.Says, s)
	}
	for _, r := range p.Rounds {
		for _, st := range r.Stages {
			for _, seat := range st.Seats {
				for _, id := range []people.ID{seat.Person, seat.By} {
					if id == 0 || p.Names[id] != "" {
						continue
					}
					who, err := p.desk.Person(p.ctx, id)
					if err != nil && !fault.Is(err, fault.Missing) {
						return err
					}
					p.Names[id] = who.Name
				}
			}
		}
	}
	return nil
}

var requestIcons = map[string]string{
	"open": "send", "submit": "send", "seek": "users", "grant": "checks", "reject": "x", "pass": "player-play", "accept": "player-play", "wait": "player-pause", "resume": "player-play",
	"fulfil": "check", "confirm": "checks", "dispute": "refresh", "cancel": "x", "stop": "x", "rate": "star", record.Consents: "check", record.Declines: "x", record.Lapses: "alarm",
	request.Amends: "edit",
}

// way is where the request stands.
func (p *portalRequest) way() []part.Step {
	words := []flow.State{request.Submitted, request.Awaiting, request.InProgress, request.Fulfilled, request.Closed}
	if len(p.Rounds) == 0 {
		words = slices.Delete(words, 1, 2)
	}
	at := p.One.State
	switch at {
	case request.Draft:
		at = request.Submitted
	case request.Approved, request.Assigned, request.Pending:
		at = request.InProgress
	case request.Confirmed:
		at = request.Closed
	case request.Rejected, request.Cancelled:
		words = append(words[:len(words)-3:len(words)-3], at)
	}
	i := slices.Index(words, at)
	out := make([]part.Step, len(words))
	for n, w := range words {
		out[n] = part.Step{Word: p.T("request.state." + string(w)), Done: n < i, Active: n == i}
	}
	return out
}

// next says what happens now, and who does it.
func (p *portalRequest) next() string {
	switch p.One.State {
	case request.Awaiting:
		var names []string
		for _, id := range p.Rounds[len(p.Rounds)-1].Waiting() {
			names = append(names, p.Names[id])
		}
		return p.T("portal.request_next.awaiting_approval", "names", strings.Join(names, p.T("list.comma")))
	case request.Pending:
		return p.T("portal.request_next.pending_" + string(p.One.Waiting))
	}
	return p.T("portal.request_next." + string(p.One.State))
}

func (p *portalRequest) may(move string) bool {
	return p.Own && slices.ContainsFunc(p.desk.Orders.Desk.Next(p.By, p.One), func(m flow.Move[*request.Request]) bool { return m.Name == move })
}

func (p *portalRequest) writes() bool {
	return p.By.Can("request.reply") && p.desk.Orders.Desk.Flow.Live(p.One.State) || p.One.State == request.Fulfilled && p.By.Can("request.reply")
}

func (p *portalRequest) answers() []answered {
	return p.words().answersOf(p.Offer.Questions, p.One.Answers)
}

// words writes answers for the reader, with links to the files of the request.
func (p *portalRequest) words() wordsOf {
	return wordsOf{
		lang: string(p.Lang()), T: p.T, thing: p.Thing,
		name: func(id people.ID) string { who, _ := p.desk.Person(p.ctx, id); return who.Name },
		item: func(id int64) string { return "#" + strconv.FormatInt(id, 10) },
		file: func(id int64) string { return fileAt(p.Kept, id, portalPath+"/requests/"+p.Ref) },
	}
}

func (d *PortalDesk) showRequest(w http.ResponseWriter, r *http.Request, g *guest) error {
	p, err := g.request(r)
	if err != nil {
		return err
	}
	p.New = r.URL.Query().Get("new") != ""
	return Show(w, r, http.StatusOK, portalRequestPage(p))
}

// rateRequest takes the requester's grade.
func (d *PortalDesk) rateRequest(w http.ResponseWriter, r *http.Request, g *guest) error {
	p, err := g.request(r)
	if err != nil {
		return err
	}
	return g.give(w, r, p.Graded.At, p.Ref, func(again *portalGraded) error {
		p.Graded = again
		return Show(w, r, http.StatusUnprocessableEntity, portalRequestPage(p))
	})
}

// actOnRequest lets the requester say what only he can: that he has it or not,
// that he does not want it any more, or something in words.
func (d *PortalDesk) actOnRequest(w http.ResponseWriter, r *http.Request, g *guest) error {
	p, err := g.request(r)
	if err != nil {
		return err
	}
	s, err := g.read(r)
	if err != nil {
		return err
	}
	deed, in := r.PathValue("deed"), record.Input{Text: s.Get("text"), Files: s.Files, Fields: map[string]string{}, Public: true}
	for _, name := range []string{"ended_as"} {
		if v := s.Get(name); v != "" {
			in.Fields[name] = v
		}
	}
	desk := d.Orders.Desk
	switch deed {
	case "reply":
		in.Sure = true
		_, err = desk.Reply(r.Context(), g.By, p.One.Number, in)
	case "confirm", "dispute", "cancel", "stop", "submit":
		_, err = desk.Move(r.Context(), g.By, p.One.Number, deed, in)
	default:
		return fault.New(fault.Missing, "trouble.missing")
	}
	if err == nil {
		return Go(w, r, portalPath+"/requests/"+p.Ref)
	}
	if err := s.Blame(g.Printer, err); err != nil {
		return err
	}
	p.Act, p.Files = s.Form, s.Files
	return Show(w, r, http.StatusUnprocessableEntity, portalRequestPage(p))
}

// decide takes the answer of somebody who is asked.
func (d *PortalDesk) decide(w http.ResponseWriter, r *http.Request, g *guest) error {
	p, err := g.request(r)
	if err != nil {
		return err
	}
	f, err := ReadForm(r)
	if err != nil {
		return err
	}
	deed := record.Consents
	if f.Get("answer") == string(approval.No) {
		deed = record.Declines
	}
	if err := g.By.May("request." + deed); err != nil {
		return err
	}
	_, err = d.Orders.Desk.Decide(r.Context(), g.By, p.One.Number, VoteOf(f, approval.Answer(f.Get("answer"))), record.Input{})
	if err == nil {
		return Go(w, r, portalPath+"/approvals")
	}
	if err := f.Blame(g.Printer, err); err != nil {
		return err
	}
	p.Verdict = f
	return Show(w, r, http.StatusUnprocessableEntity, portalRequestPage(p))
}

// portalApprovals is what waits for the reader's answer.
type portalApprovals struct {
	*guest
	Rows     []record.Row
	Deputies []approval.Deputy
	Names    map[people.ID]string
}

const mostWaiting = 100

// waiting lists what waits for an answer of the reader, or of those he stands
// in for.
func (g *guest) waiting() ([]record.Row, []approval.Deputy, error) {
	kinds := record.MayDecide(g.By)
	if g.desk.Orders.Desk == nil || len(kinds) == 0 {
		return nil, nil, nil
	}
	deputies, err := g.desk.Orders.Approvals.Deputies(g.ctx, g.By.ID, g.Now)
	if err != nil {
		return nil, nil, err
	}
	for_ := []people.ID{g.By.ID}
	for _, d := range deputies {
		if d.Deputy == g.By.ID && !g.Now.Before(d.From) {
			for_ = append(for_, d.Person)
		}
	}
	rows, err := g.desk.Orders.Approvals.Waiting(g.ctx, g.By.Scope, for_, mostWaiting)
	return slices.DeleteFunc(rows, func(r record.Row) bool { return !slices.Contains(kinds, r.Kind) }), deputies, err
}

func (d *PortalDesk) approvals(w http.ResponseWriter, r *http.Request, g *guest) error {
	p := &portalApprovals{guest: g, Names: map[people.ID]string{}}
	p.Title = g.T("portal.approvals")
	var err error
	if p.Rows, p.Deputies, err = g.waiting(); err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, portalApprovalsPage(p))
}

// orders lists what the reader ordered.
func (d *PortalDesk) orders(w http.ResponseWriter, r *http.Request, g *guest) error {
	return g.list(w, r, &portalList{guest: g, Kind: record.Request, Path: portalPath + "/requests", Name: g.T("portal.orders"), Lead: g.T("portal.orders_lead")}, query.Any(g.own(), query.Is("for_whom", g.By.ID.String())))
}

// ending is the move by which the requester gives it up, "" when he cannot.
func (p *portalRequest) ending() string {
	for _, move := range []string{"cancel", "stop"} {
		if p.may(move) {
			return move
		}
	}
	return ""
}
