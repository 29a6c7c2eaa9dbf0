package review

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// showPage is one review.
type showPage struct {
	*sight
	One   *review.Review
	Staff []people.Person
	Files []review.File // that the reader may know of
	Form  *web.Form
	About string    // which form of the page that is
	Draft *web.Form // what the reader had written down and not kept
	Own   string    // why the reader has no say in it: the change is his own
	// Leader reports whether the reader leads it: as its chair, or by a role.
	Leader bool
}

func (s *sight) show(w http.ResponseWriter, r *http.Request) error { return s.showWith(w, r, nil, "") }

func (s *sight) showWith(w http.ResponseWriter, r *http.Request, f *web.Form, about string) error {
	p := &showPage{sight: s, Form: f, About: about}
	var err error
	if p.One, err = s.Reviews.Find(s.ctx, s.By, web.PathID(r, "id")); err != nil {
		return err
	}
	if p.Files, err = s.Reviews.Files(s.ctx, s.By, p.One.ID); err != nil {
		return err
	}
	if p.Leader, err = s.Reviews.May(s.ctx, s.By, p.One); err != nil {
		return err
	}
	if all := fault.All(s.Reviews.Apart(s.ctx, s.By, p.One)); len(all) > 0 {
		p.Own = s.Fault(all[0])
	}
	if s.By.Can(review.DeedHold) {
		if p.Staff, err = s.Pages.Staff(s.ctx); err != nil {
			return err
		}
		s.Needs("choose")
	}
	if p.leads() && about != "write" {
		p.Draft = s.Begun(draft(p.One.ID))
	}
	s.Title = s.name(p.One.Name)
	return web.Show(w, r, f.Status(), showView(p))
}

// leads reports whether the reader may write into it now.
func (p *showPage) leads() bool { return p.One.State == review.Called && p.By.Can(review.DeedHold) }

// acts reports whether he may add actions now.
func (p *showPage) acts() bool { return !p.One.Shut() && p.By.Can(review.DeedHold) }

func (p *showPage) form(about string) *web.Form {
	switch about {
	case p.About:
		return p.Form
	case "write":
		return p.Draft
	}
	return nil
}

// draft is where what is written down and not kept yet stays meanwhile: an action
// is added and a file brought without losing it.
func draft(id int64) string { return "review-" + strconv.FormatInt(id, 10) }

// seen tells apart what can be written down and was kept so far.
func (p *showPage) seen() string {
	sum := sha256.New()
	one := p.One
	fmt.Fprintf(sum, "%q %v", one.Minutes, one.Present)
	for _, i := range one.Agenda {
		fmt.Fprintf(sum, " %q", i.Minutes)
	}
	for _, c := range one.Checks {
		fmt.Fprintf(sum, " %q %q %q %v", c.Say, c.Evidence, c.Link, c.Hidden)
	}
	const short = 8
	return hex.EncodeToString(sum.Sum(nil)[:short])
}

// written is the version that is written upon: that of a draft, when somebody else
// has written something down since it was begun.
func (p *showPage) written() string {
	if p.Draft != nil && p.Draft.Get("seen") != p.seen() {
		return p.Draft.Get("version")
	}
	return p.version()
}

func (p *showPage) version() string { return strconv.FormatInt(p.One.Version, 10) }

// answer is the review in a sentence.
func (p *showPage) answer() string {
	out := p.T("review.one_says", "kind", p.T("review.kind."+string(p.One.Kind)), "at", p.DateTime(p.One.At), "chair", p.Somebody(p.One.Chair))
	if p.One.Place != "" {
		out = p.T("review.one_at", "says", out, "place", p.One.Place)
	}
	return out
}

// change is the change that it is about.
func (p *showPage) change() string { return changeOf(p.One) }

func changeOf(r *review.Review) string {
	if r.Change == 0 {
		return ""
	}
	return record.Ref(record.Changes, r.Change)
}

// series is what becomes of the series that it is one of.
func (p *showPage) series() string {
	every := p.Reviews.Rhythm(p.One.Kind)
	switch {
	case p.One.Series == nil:
		return ""
	case p.One.Again() && every != "":
		return p.T("review.comes_again", "every", p.T("review.every."+string(every)))
	}
	return p.T("review.last_of")
}

// target is what a link leads to, as the reader may open it.
func (p *showPage) target(link string) (t review.Target, name string) {
	t, err := p.Reviews.Follow(p.ctx, p.By, link)
	if err != nil {
		return review.Target{}, "" // it is gone since
	}
	if name = p.name(t.Name); name == "" {
		name = t.Link
	}
	return t, name
}

func (p *showPage) said(c review.Check) (tone part.Tone, icon, word string) {
	switch c.Say {
	case review.Yes:
		return part.Jade, "check", p.T("review.say.yes")
	case review.No:
		return part.Vermilion, "x", p.T("review.say.no")
	case review.Nothing:
		return part.Plain, "minus", p.T("review.say.none")
	}
	return part.Plain, "circle-dashed", p.T("review.say.open")
}

func at(list string, i int, more string) string { return list + "." + strconv.Itoa(i) + more }

// sayField asks what was found about a point of the checklist.
func (p *showPage) sayField(i int) part.Field {
	c := p.One.Checks[i]
	f := part.Field{Name: at("checks", i, ".say"), Label: p.T("review.found"), Kind: part.Choice, Value: string(c.Say), Plain: true, Narrow: true, Options: []part.Option{{Label: p.T("review.say.open")}}}
	for _, s := range review.Says {
		f.Options = append(f.Options, part.Option{Value: string(s), Label: p.T("review.say." + string(s))})
	}
	return p.form("write").Field(f)
}

func (p *showPage) evidenceField(i int) part.Field {
	return p.form("write").Field(part.Field{Name: at("checks", i, ".evidence"), Label: p.T("review.evidence"), Value: p.One.Checks[i].Evidence, Max: 2000, Plain: true})
}

func (p *showPage) linkField(i int) part.Field {
	return p.form("write").Field(part.Field{Name: at("checks", i, ".link"), Label: p.T("review.link"), Value: p.One.Checks[i].Link, Hint: p.T("review.link_help"), Max: 300, Plain: true})
}

func (p *showPage) pointField(i int) part.Field {
	return p.form("write").Field(part.Field{Name: at("points", i, ""), Label: p.T("review.minutes_of", "point", p.name(p.One.Agenda[i].Text)), Kind: part.Long, Value: p.One.Agenda[i].Minutes, Max: 20_000, Plain: true})
}

func (p *showPage) minutesField() part.Field {
	return p.form("write").Field(part.Field{Name: "minutes", Label: p.T("review.minutes"), Kind: part.Long, Value: p.One.Minutes, Max: 20_000, Plain: true})
}

// seats are who was there for a cluster.
func (p *showPage) seats(c review.Cluster) (out []people.ID) {
	for _, s := range p.One.Present {
		if s.Cluster == c {
			out = append(out, s.Person)
		}
	}
	return out
}

func (p *showPage) seatField(c review.Cluster) part.Field {
	f := part.Field{Name: "present." + string(c), Label: p.T("release.cluster." + string(c)), Kind: part.Choose, Many: true, Plain: true}
	for _, who := range p.Staff {
		f.Options = append(f.Options, part.Option{Value: who.ID.String(), Label: who.Name})
	}
	for _, id := range p.seats(c) {
		f.Values = append(f.Values, id.String())
	}
	return p.form("write").Field(f)
}

func (p *showPage) dutyFields(l review.List) []part.Field {
	owner := part.Field{Name: "owner", Label: p.T("review.owner"), Kind: part.Choose, Required: true, Options: []part.Option{{Label: p.T("roadmap.page.nobody")}}}
	for _, who := range p.Staff {
		owner.Options = append(owner.Options, part.Option{Value: who.ID.String(), Label: who.Name})
	}
	return p.form(string(l)).Fields(
		part.Field{Name: "text", Label: p.T("review.what." + string(l)), Required: true, Max: 500},
		owner,
		part.Field{Name: "due", Label: p.T("review.due"), Kind: part.Date, Required: true, Narrow: true},
		part.Field{Name: "link", Label: p.T("review.link_about"), Hint: p.T("review.link_help"), Max: 300, Plain: true})
}

// doneFields ask what shows that a duty is done.
func (p *showPage) doneFields(l review.List, i int) []part.Field {
	return p.form(at("done."+string(l), i, "")).Fields(
		part.Field{Name: "evidence", Label: p.T("review.shown"), Max: 2000, Plain: true},
		part.Field{Name: "shown_by", Label: p.T("review.link"), Hint: p.T("review.link_help"), Max: 300, Plain: true})
}

func (p *showPage) duties(l review.List) []review.Duty {
	if l == review.Conditions {
		return p.One.Conditions
	}
	return p.One.Actions
}

// ends reports whether the reader may say that a duty is done.
func (p *showPage) ends(l review.List, d review.Duty) bool {
	return p.One.State != review.CalledOff && d.Done.IsZero() && (p.By.Can(review.DeedHold) && (l == review.Actions || p.Own == "") || l == review.Actions && d.Owner == p.By.ID)
}

func (s *sight) write(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	id := web.PathID(r, "id")
	one, err := s.Reviews.Find(s.ctx, s.By, id)
	if err != nil {
		return err
	}
	in := review.Written{Minutes: f.Get("minutes")}
	for i := range one.Agenda {
		in.Points = append(in.Points, f.Get(at("points", i, "")))
	}
	for i := range one.Checks {
		in.Checks = append(in.Checks, review.Check{Say: review.Say(f.Get(at("checks", i, ".say"))), Evidence: f.Get(at("checks", i, ".evidence")), Link: f.Get(at("checks", i, ".link"))})
	}
	for _, c := range review.Clusters {
		for _, id := range f.IDs("present." + string(c)) {
			in.Present = append(in.Present, review.Seat{Cluster: c, Person: people.ID(id)})
		}
	}
	if _, err = s.Reviews.Write(s.ctx, s.By, id, f.ID("version"), in); err == nil {
		err = s.Forget(draft(id))
	}
	return s.did(w, r, f, "write", err)
}

func (s *sight) decide(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	_, err = s.Reviews.Decide(s.ctx, s.By, web.PathID(r, "id"), f.ID("version"), review.Decision(f.Get("decision")), people.ID(f.ID("owner")))
	return s.did(w, r, f, "decide", err)
}

func (s *sight) callOff(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	_, err = s.Reviews.CallOff(s.ctx, s.By, web.PathID(r, "id"), f.ID("version"))
	return s.did(w, r, f, "decide", err)
}

func (s *sight) close(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	_, err = s.Reviews.Close(s.ctx, s.By, web.PathID(r, "id"), f.ID("version"))
	return s.did(w, r, f, "decide", err)
}

// closes reports whether the reader may close the review now.
func (p *showPage) closes() bool {
	return p.One.State == review.Held && !p.One.Shut() && review.Open(p.One.Conditions)+review.Open(p.One.Actions) == 0 && p.Leader
}

// ownerField asks who has the change from now on, should it be a go.
func (p *showPage) ownerField() part.Field {
	f := part.Field{Name: "owner", Label: p.T("review.change_owner"), Help: p.T("review.change_owner_help"), Kind: part.Choose, Plain: true, Options: []part.Option{{Label: p.T("roadmap.page.nobody")}}}
	for _, who := range p.Staff {
		f.Options = append(f.Options, part.Option{Value: who.ID.String(), Label: who.Name})
	}
	return p.form("decide").Field(f)
}

// from is where a line of a figure leads its reader; "" where there is nothing.
func (p *showPage) from(i *review.Item) string {
	if i.Link != "" {
		return i.Link
	}
	return p.source(i.Figure)
}

func (s *sight) add(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	list := r.PathValue("list")
	due := f.Day(s.Printer, "due")
	if f.Wrong() {
		return s.showWith(w, r, f, list)
	}
	_, err = s.Reviews.Add(s.ctx, s.By, web.PathID(r, "id"), f.ID("version"), review.List(list), review.Duty{Text: f.Get("text"), Owner: people.ID(f.ID("owner")), Due: due, Link: f.Get("link")})
	return s.did(w, r, f, list, err)
}

func (s *sight) done(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	list := r.PathValue("list")
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil {
		n = -1 // is told as missing
	}
	_, err = s.Reviews.Done(s.ctx, s.By, web.PathID(r, "id"), review.List(list), n, review.Shows{Evidence: f.Get("evidence"), Link: f.Get("shown_by")})
	return s.did(w, r, f, at("done."+list, n, ""), err)
}

func number(n int) string { return strconv.Itoa(n) }
