package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"kilter/internal/practice/flow"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

const knowledgePath = "/knowledge"

func (d *Desk) knowledgeTrade() *trade {
	return tradeOf(trade{
		Icon: "book", Fallback: "published", Plain: d.plainKnowledge(), More: knowledgePages,
		Columns: []string{"number", "title", "state", "owner", "requester", "service", "zone", "moved", "opened"},
		Usual:   []string{"number", "title", "state", "owner", "service", "moved"},
		Sorts:   []record.Order{record.Newest, record.Oldest, record.Latest},
		Views: []namedView{
			{Code: "mine", Icon: "user", Query: "owner:me -state:retired", Sort: record.Latest, Own: true},
			{Code: "drafts", Icon: "edit", Query: "state:draft", Sort: record.Latest},
			{Code: "to_review", Icon: "checklist", Query: "state:review", Sort: record.Oldest, Alert: true},
			{Code: "stale", Icon: "hourglass", Query: "-stale:none -state:retired", Sort: record.Oldest},
			{Code: "published", Icon: "book", Query: "state:published", Sort: record.Latest},
			{Code: "all", Icon: "archive", Sort: record.Newest},
		},
		Bulk: bulkOf{
			Moves:  []string{"assign", "address", "confirm", "recall", "retire", "edit", "note"},
			Fields: []string{"keywords", "service", "category", "item"},
		},
		Back: backOf("assign", "address", "confirm"),
	}, d.Lessons.Articles.Desk)
}

// plainKnowledge is how an article looks to those who work on it: its text, who
// reads it, what it was good for.
func (d *Desk) plainKnowledge() plainDesk {
	desk := d.Lessons.Articles
	return &plainOf[*knowledge.Article]{
		Desk: desk.Desk, Blank: func() *knowledge.Article { return new(knowledge.Article) }, Next: articleMoves(desk), Move: desk.Move,
		Look: plainLook{
			Icons: map[string]string{
				"submit": "send", "recall": "arrow-back-up", "revise": "edit", "discard": "x", "confirm": "checks",
				"address": "users", "assign": "user-check", "retire": "archive",
			},
			Tag: "audience", Paged: true,
			Facts: []plainGroup{
				{"desk.people", []string{"owner", "reviewer", "reviewed_by"}},
				{"desk.about", []string{"service", "category", "item", "zone", "keywords", "audience", "crew", "edition", "published", "checked", "review_on", "source"}},
			},
			Way:  articleWay,
			Lead: func(p *plainPage) templ.Component { return articleLead(p, p.Body.(*knowledge.Article)) },
			More: articleBeside,
			Edit: func(p *plainPage) bool { return p.One.State == knowledge.Writing },
			Deeds: func(p *plainPage) []part.Button {
				return []part.Button{
					{Label: p.T("knowledge.versions"), Icon: "arrows-diff", Bare: true, Look: part.Quiet, Href: p.base() + "/versions"},
					{Label: p.T("desk.print"), Icon: "printer", Bare: true, Look: part.Quiet, Href: p.base() + "/print"},
				}
			},
		},
	}
}

// knowledgePages are what knowledge management has beside its lists.
func knowledgePages(s *sight, open string) Group {
	g := Group{Title: s.T("knowledge.pages"), Views: []part.Link{{Label: s.T("knowledge.figures"), Href: knowledgePath + "/figures", Icon: "chart-bar", Active: open == "figures"}}}
	if s.By.Can(knowledge.ImportDeed) {
		g.Views = append(g.Views, part.Link{Label: s.T("knowledge.import"), Href: knowledgePath + "/import", Icon: "upload"})
	}
	return g
}

// articleMoves are the moves with a form of their own; files are attached where
// the article is written.
func articleMoves(desk *knowledge.Desk) func(people.Actor, *knowledge.Article) []flow.Move[*knowledge.Article] {
	return func(by people.Actor, a *knowledge.Article) []flow.Move[*knowledge.Article] {
		return slices.DeleteFunc(desk.Next(by, a), func(m flow.Move[*knowledge.Article]) bool { return m.Name == "attach" })
	}
}

// articleWay is the usual life of an article.
func articleWay(p *plainPage) []flow.State {
	if p.One.State == knowledge.Retired {
		return []flow.State{knowledge.Writing, knowledge.InReview, knowledge.Published, knowledge.Retired}
	}
	return []flow.State{knowledge.Writing, knowledge.InReview, knowledge.Published}
}

// knowledgeRoutes mounts the knowledge base where there is one.
func (d *Desk) knowledgeRoutes(mux Mux) {
	if d.Lessons == nil {
		return
	}
	d.trades[record.Knowledge] = d.knowledgeTrade()
	d.plainRoutes(mux, record.Knowledge)
	for pattern, h := range map[string]staffHandler{
		"GET " + knowledgePath + "/new":            d.articleNewForm,
		"POST " + knowledgePath + "/new":           d.articleNew,
		"GET " + knowledgePath + "/{ref}/edit":     d.articleEditForm,
		"POST " + knowledgePath + "/{ref}/edit":    d.articleEdit,
		"POST " + knowledgePath + "/preview":       d.articlePreview,
		"GET " + knowledgePath + "/{ref}/versions": d.articleVersions,
		"GET " + knowledgePath + "/{ref}/print":    d.articlePrint,
		"POST " + knowledgePath + "/{ref}/rate":    d.articleRate,
		"GET " + knowledgePath + "/figures":        d.knowledgeFigures,
		"GET " + knowledgePath + "/figures/export": d.knowledgeExport,
		"POST /incidents/{ref}/article":            d.articleOfIncident,
		"POST /problems/{ref}/article":             d.articleOfProblem,
		"POST /risks/{ref}/article":                d.articleOfRisk,
		"POST /incidents/{ref}/article/{other}":    d.articleApply,
		"POST " + knowledgePath + "/{ref}/decide":  decideOn(d, d.Lessons.Articles.Decide),
	} {
		mux.Handle(pattern, d.limited(pattern, d.about(record.Knowledge, h)))
	}
}

// helps finds the articles that may help with a trouble; none for whoever may
// not read any.
func (s *sight) helps(t knowledge.Trouble) ([]knowledge.Suggestion, error) {
	if s.desk.Lessons == nil || !s.By.Can("knowledge.read") {
		return nil, nil
	}
	return s.desk.Lessons.Articles.Suggest(s.ctx, s.By, t)
}

// helpsHere finds those that may help with the incident, as long as it is open.
func (p *incidentPage) helpsHere() ([]knowledge.Suggestion, error) {
	if !p.desk.Incidents.Flow.Live(p.One.State) {
		return nil, nil
	}
	return p.helps(knowledge.Trouble{Item: p.One.Item, Service: p.One.Service, Category: p.One.Category, Text: p.One.Title + " " + p.One.Description})
}

// helped reports whether the article was applied already.
func (p *incidentPage) helped(id int64) bool {
	for _, l := range p.Around.Links {
		if l.Type == "answered_by" && !l.Back && l.Row.ID == id {
			return true
		}
	}
	return false
}

// teaches reports whether an article can be drafted from the incident.
func (p *incidentPage) teaches() bool {
	return p.desk.Lessons != nil && p.One.Solution != "" && p.By.Can("knowledge.open")
}

// page is an article in the reader's language, and whether that is another.
func (s *sight) page(p knowledge.Pages) (knowledge.Page, bool) { return p.In(string(s.Lang())) }

// taught are the deeds of a problem that is known well enough to be written
// about.
func taught(p *plainPage) []part.Button {
	if one, ok := p.Body.(*problem.Problem); !ok || one.Workaround == "" || p.desk.Lessons == nil || !p.By.Can("knowledge.open") {
		return nil
	}
	return []part.Button{{Label: p.T("knowledge.draft_from"), Icon: "book", Type: "button", Deed: true, Attrs: templAttrs("hx-post", p.base()+"/article", "hx-swap", "none")}}
}

func (d *Desk) articleOfIncident(w http.ResponseWriter, r *http.Request, s *sight) error {
	return d.drafted(w, r, s, record.Incident, d.Lessons.FromIncident)
}

func (d *Desk) articleOfProblem(w http.ResponseWriter, r *http.Request, s *sight) error {
	return d.drafted(w, r, s, record.Problem, d.Lessons.FromProblem)
}

// drafted drafts an article from a record and opens it in the editor.
func (d *Desk) drafted(w http.ResponseWriter, r *http.Request, s *sight, k record.Kind, draft func(context.Context, people.Actor, record.Number) (*knowledge.Article, error)) error {
	n, err := refOf(k, r.PathValue("ref"))
	if err != nil {
		return err
	}
	a, err := draft(r.Context(), s.By, n)
	if err != nil {
		return err
	}
	return Go(w, r, knowledgePath+"/"+a.Ref()+"/edit")
}

// articleApply notes on an incident that an article helps with it.
func (d *Desk) articleApply(w http.ResponseWriter, r *http.Request, s *sight) error {
	s.of = d.trades[record.Incident]
	n, err := refNumber(r.PathValue("ref"))
	if err != nil {
		return err
	}
	other, err := refOf(record.Knowledge, r.PathValue("other"))
	if err != nil {
		return err
	}
	one, err := d.Lessons.Apply(r.Context(), s.By, n, other)
	if err != nil {
		return err
	}
	return d.done(w, r, s, one, part.Toast{Text: s.T("knowledge.applied_to", "ref", one.Ref(), "article", record.Ref(record.Knowledge, other)), Icon: "book"})
}

// articleRate keeps what a colleague says of an article.
func (d *Desk) articleRate(w http.ResponseWriter, r *http.Request, s *sight) error {
	n, err := refOf(record.Knowledge, r.PathValue("ref"))
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	a, err := d.Lessons.Articles.Rate(r.Context(), s.By, n, form.Get("helpful") == "yes", form.Get("reason"))
	if err != nil {
		return err
	}
	return d.plainDone(w, r, s, a.Common(), part.Toast{Text: s.T("knowledge.rated"), Icon: "thumb-up"})
}

// useOf is what the article was good for; the page stands without.
func (p *plainPage) useOf(a *knowledge.Article) (u knowledge.Uses, missing []knowledge.Rating) {
	u, err := p.desk.Lessons.Articles.UsesOf(p.ctx, a)
	if err != nil {
		return u, nil
	}
	all, err := p.desk.Lessons.Articles.Shelf.Ratings(p.ctx, a.ID, 20)
	if err != nil {
		return u, nil
	}
	for _, r := range all {
		if !r.Helpful && len(missing) < 5 {
			missing = append(missing, r)
		}
	}
	return u, missing
}

// share writes the share of helpful ratings.
func (s *sight) share(u knowledge.Uses) string {
	share, ok := u.Share()
	if !ok {
		return "–"
	}
	return s.T("knowledge.percent", "share", s.Percent(share, 0), "of", s.Number(u.Helpful+u.Unhelpful))
}

// inText are the pictures of the article by their names.
func (p *plainPage) inText() map[string]string {
	return pictures(p.Files, func(f record.Attachment) string { return p.base() + "/file/" + strconv.FormatInt(f.ID, 10) })
}

// readable is the text that the page shows: whoever writes sees the draft, all
// others what is published as long as something is.
func (p *plainPage) readable(a *knowledge.Article) knowledge.Pages {
	if a.InForce() && !p.By.Can("knowledge.edit") {
		return a.Shown
	}
	return a.Draft
}

// articleMore is what the page of an article shows beside its facts.
type articleMore struct {
	*plainPage
	decisions
	Article *knowledge.Article
}

func articleBeside(p *plainPage) templ.Component {
	m := &articleMore{plainPage: p, Article: p.Body.(*knowledge.Article)}
	var err error
	if m.decisions, err = p.decisions(); err != nil {
		return templ.ComponentFunc(failing(err))
	}
	return articlePanel(m)
}
