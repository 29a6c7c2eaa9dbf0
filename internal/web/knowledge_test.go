package web_test

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"kilter/internal/practice/approval"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/testkit/browser"
)

// editor reviews what the agent has written.
func (o *bureau) editor() people.Actor {
	a := o.agent()
	a.ID, a.Name, a.Scope.Own = o.li.ID, o.li.Name, o.li.ID
	return a
}

// wrote writes an article past the pages, and publishes it when by is not the
// agent himself.
func wrote(t *testing.T, d *knowledge.Desk, by, reviewer people.Actor, fields ...string) *knowledge.Article {
	t.Helper()
	in := record.Input{Fields: map[string]string{"title_zh": "打印机卡纸怎么办", "text_zh": "## 步骤\n\n1. 打开后盖\n2. 取出纸张", "title_en": "Clear a paper jam", "text_en": "## Steps\n\n1. Open the back\n2. Take the sheet out", "keywords": "卡纸, paper jam", "audience": "officials"}}
	for i := 0; i < len(fields); i += 2 {
		in.Fields[fields[i]] = fields[i+1]
	}
	a, err := d.Write(t.Context(), by, in)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = d.Move(t.Context(), by, a.Number, "submit", record.Input{Fields: map[string]string{"reviewer": reviewer.ID.String()}}); err != nil {
		t.Fatal(err)
	}
	if a, err = d.Decide(t.Context(), reviewer, a.Number, approval.Vote{Answer: approval.Yes}, record.Input{}); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestKnowledgePages(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	one := wrote(t, o.articles, o.agent(), o.editor(), "service", fmt.Sprint(o.service), "category", fmt.Sprint(o.category))
	at := "/knowledge/" + one.Ref()
	evil := "<script>alert(1)</script>\n\n![far](https://evil.example/x.png)\n\n[go](javascript:alert(1))\n\n# Top"
	for _, a := range []deskAsk{
		{name: "the list", path: "/knowledge", status: 200, want: []string{one.Ref(), "To be reviewed", "/knowledge/new"}},
		{name: "words find it", path: "/knowledge?q=卡纸", status: 200, want: []string{one.Ref()}},
		{name: "and the palette", path: "/find?q=jam", htmx: true, status: 200, want: []string{at}},
		{name: "beside the list", path: "/knowledge?open=" + one.Ref(), status: 200, want: []string{"Take the sheet out"}},
		{name: "the article", path: at, status: 200, want: []string{"<h2>Steps</h2>", "/move/revise", "/move/retire", "/versions"}, wantNot: []string{"/move/publish", "/move/age", at + "/edit"}},
		{name: "a published one is not edited", path: at + "/edit", status: 409},
		{name: "a new one", path: "/knowledge/new", status: 200, want: []string{`name="text_zh"`, `name="audience"`, "data-draft"}},
		{name: "without a title", method: "POST", path: "/knowledge/new", form: pairs("text_en", "kept words"), status: 422, want: []string{"kept words", "Give a title"}},
		{name: "preview", method: "POST", path: "/knowledge/preview", form: pairs("title_en", "x", "text_en", evil), htmx: true, status: 200, want: []string{"<h2>Top</h2>", "far"}, wantNot: []string{"<script>", "evil.example", "javascript:", "<img"}},
		{name: "written", method: "POST", path: "/knowledge/new", form: pairs("title_en", "Second", "text_en", "so"), status: 303},
		{name: "a reader has no buttons", as: "reader", path: at, status: 403},
		{name: "an official finds none", as: "official", path: at, status: 404},
		{name: "a stranger is asked who he is", as: "stranger", path: "/knowledge", status: 401},
		{name: "a revision", method: "POST", path: at + "/move/revise", htmx: true, status: 200, want: []string{"/move/submit", "/move/discard"}},
		{name: "the editor", path: at + "/edit", status: 200, want: []string{"Take the sheet out", `name="was.text_en"`}},
		{name: "an edit", method: "POST", path: at + "/edit", form: pairs("was.text_en", one.Draft.En.Text, "text_en", "Pull the lever.", "was.keywords", one.Keywords, "keywords", one.Keywords), status: 303},
		{name: "an edit of what has changed meanwhile comes back", method: "POST", path: at + "/edit", form: pairs("was.text_en", one.Draft.En.Text, "text_en", "Push it."), status: 422, want: []string{"Push it."}},
		{name: "compared", path: at + "/versions", status: 200, want: []string{"<ins>", "<del>", "lever"}},
		{name: "printed", path: at + "/print", status: 200, want: []string{"Pull the lever.", "打开后盖"}},
		{name: "no, without a reason", method: "POST", path: at + "/rate", form: pairs("helpful", "no"), htmx: true, status: 422},
		{name: "no", method: "POST", path: at + "/rate", form: pairs("helpful", "no", "reason", "Which lever?"), htmx: true, status: 200, want: []string{"Which lever?"}},
		{name: "figures", path: "/knowledge/figures", status: 200, want: []string{"Helpful", one.Title, "Cases that articles solved"}},
		{name: "as a table", path: "/knowledge/figures/export?by=article&as=csv", status: 200, want: []string{"Rated helpful", one.Ref() + " " + one.Title}},
		{name: "as a sheet", path: "/knowledge/figures/export?by=month&as=xlsx&months=3", status: 200, want: []string{"PK"}},
		{name: "by what there is no table of", path: "/knowledge/figures/export?by=colour&as=csv", status: 422, want: []string{"month, article, service"}},
		{name: "in a form that there is none of", path: "/knowledge/figures/export?by=month&as=pdf", status: 404},
		{name: "for whoever may not take it away", as: "reader", path: "/knowledge/figures/export?by=month&as=csv", status: 403},
	} {
		o.do(t, a)
	}
}

// An article is offered on the call form and on the incident, applied, and from
// what resolved another incident the next one is drafted.
func TestArticlesAndIncidents(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	one := wrote(t, o.articles, o.agent(), o.editor())
	i := o.call("Paper jam on the third floor", nil)
	at := "/incidents/" + i.Ref()
	o.do(t, deskAsk{name: "on the call form", path: "/incidents/new/similar?title=paper+jam+again", htmx: true, status: 200, want: []string{one.Ref(), "same words"}})
	o.do(t, deskAsk{name: "on the incident", path: at, status: 200, want: []string{one.Ref(), "Take the sheet out", at + "/article/" + one.Ref()}})
	o.do(t, deskAsk{name: "not there", method: "POST", path: at + "/article/KB-2026-09999", htmx: true, status: 404})
	o.do(t, deskAsk{name: "applied", method: "POST", path: at + "/article/" + one.Ref(), htmx: true, status: 200, want: []string{"Applied to this incident", "Answered by"}})
	o.do(t, deskAsk{name: "nothing is learnt yet", method: "POST", path: at + "/article", status: 409})
	p := o.led(o.raised("Lines drop in the rain", "symptom", "No network in wet weather"), "accept", "classify", "investigate", "establish")
	o.do(t, deskAsk{name: "a known error teaches", path: "/problems/" + p.Ref(), status: 200, want: []string{"/problems/" + p.Ref() + "/article"}})
	o.do(t, deskAsk{name: "drafted from it", method: "POST", path: "/problems/" + p.Ref() + "/article", status: 303})
	all, err := o.db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: record.Knowledge, Order: record.Newest, Limit: 1, Now: o.now})
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	o.do(t, deskAsk{name: "the draft", path: "/knowledge/" + all[0].Ref(), status: 200, want: []string{"Push the plug in.", "Drafted from", p.Ref()}})
}

// An official types what is wrong, reads what helps, and nothing is reported.
func TestAnArticleSparesAReport(t *testing.T) {
	t.Parallel()
	c := newTown(t, "sqlite")
	server := httptest.NewServer(c.handler)
	t.Cleanup(server.Close)
	chen, other := c.actor("chen"), c.actor("chen")
	chen.Grants = people.NewGrants("knowledge.*")
	other.Grants, other.ID = chen.Grants, c.who["li"]
	one := wrote(t, c.shelf, chen, other)

	form := url.Values{"title": {"There is a paper jam"}, "impact": {"4"}, "urgency": {"3"}}
	if w := c.ask("wang", "POST", "/portal/report", form); w.Code != 409 || !strings.Contains(w.Body.String(), "This solved it") {
		t.Errorf("without script it is offered when the report is sent: %d", w.Code)
	}
	form.Set("offered", "1")
	if w := c.ask("li", "POST", "/portal/report", form); w.Code != 303 {
		t.Errorf("whoever was offered it sends his report: %d", w.Code)
	}
	if w := c.ask("wang", "POST", "/portal/knowledge/"+one.Ref()+"/rate", url.Values{"helpful": {"no"}}); w.Code != 422 || !strings.Contains(w.Body.String(), "what is missing") {
		t.Errorf("no without a reason: %d", w.Code)
	}
	if w := c.ask("wang", "GET", "/portal/knowledge?q=卡纸", nil); w.Code != 200 || !strings.Contains(w.Body.String(), "<mark>") || !strings.Contains(w.Body.String(), one.Ref()) {
		t.Errorf("found by words: %d", w.Code)
	}

	p := browser.View(t, server.URL+"/healthz")
	browser.Eval[string](p, `document.cookie = 'test_who=wang; path=/'`)
	for _, look := range []struct {
		lang, theme string
		width       int
	}{{"en", "light", 1440}, {"zh", "dark", 390}} {
		for name, path := range map[string]string{"shelf": "/portal/knowledge", "article": "/portal/knowledge/" + one.Ref()} {
			p.GoIn(server.URL+path, look.lang, look.theme, look.width)
			full := "portal-" + name + "-" + look.lang + "-" + look.theme
			p.Axe(full)
			p.Fits(full)
			p.Picture(full)
		}
	}
	p.Go(server.URL + "/portal/report")
	p.Type("[name=title]", "打印机又卡纸了")
	p.See(".offer")
	p.Axe("portal-offer")
	p.Click(".offer summary")
	p.Picture("portal-offer")
	p.Click(".offer button")
	p.See(".shelf-groups")
	p.Until(`location.search === '?solved=1'`)
	f, err := c.shelf.Figures(t.Context(), chen, 1)
	if err != nil || f.All.Deflected != 1 || f.All.Views == 0 {
		t.Errorf("figures: %+v, %v", f.All, err)
	}
	rows, err := c.db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: record.Incident, Limit: 10, Now: c.now})
	if err != nil || len(rows) != 1 || rows[0].Requester == c.who["wang"] {
		t.Errorf("reported: %+v, %v", rows, err)
	}
	for _, complaint := range p.Complaints() {
		if !strings.Contains(complaint, "healthz") {
			t.Errorf("the browser complains: %s", complaint)
		}
	}
}

// An agent drafts an article from what resolved an incident, another reviews and
// publishes it.
func TestKnowledgeInTheBrowser(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	one := wrote(t, o.articles, o.agent(), o.editor())
	p := browser.View(t, o.url+"/knowledge/"+one.Ref())
	if _, err := o.articles.Move(t.Context(), o.agent(), one.Number, "revise", record.Input{}); err != nil {
		t.Fatal(err)
	}
	for _, look := range looks {
		for name, path := range map[string]string{"list": "/knowledge?view=all&open=" + one.Ref(), "one": "/knowledge/" + one.Ref(), "edit": "/knowledge/" + one.Ref() + "/edit", "versions": "/knowledge/" + one.Ref() + "/versions", "figures": "/knowledge/figures"} {
			p.GoIn(o.url+path, look.lang, look.theme, look.width)
			full := "knowledge-" + name + "-" + look.lang + "-" + look.theme
			p.Screen(full)
			p.Axe(full)
			p.Fits(full)
		}
	}
	i := o.solved("Screen stays dark", "Pressed the second switch.")
	p.Size(1440, 900)
	p.Go(o.url + "/incidents/" + i)
	p.Click(`form[action$="/article"] button`)
	p.See(".article-form")
	p.Type("[name=keywords]", "black screen")
	p.Click(".article-form .form-foot button.btn-primary, .article-form button[data-key='Ctrl-Enter']")
	p.See(".article")
	p.Until(`document.body.textContent.includes('Pressed the second switch.')`)
	for _, complaint := range p.Complaints() {
		t.Errorf("the browser complains: %s", complaint)
	}
	rows, err := o.db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: record.Knowledge, Order: record.Newest, Limit: 1, Now: o.now})
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	a, err := o.articles.Move(t.Context(), o.agent(), rows[0].Number, "submit", record.Input{Fields: map[string]string{"reviewer": o.editor().ID.String()}})
	if err != nil || a.Keywords != "black screen" {
		t.Fatal(a.Keywords, err)
	}
	yes := approval.Vote{Answer: approval.Yes}
	if _, err := o.articles.Decide(t.Context(), o.agent(), a.Number, yes, record.Input{}); err == nil {
		t.Error("its author publishes it")
	}
	if a, err = o.articles.Decide(t.Context(), o.editor(), a.Number, yes, record.Input{}); err != nil || a.Edition != 1 {
		t.Error(a, err)
	}
}

// solved resolves an incident past the pages and gives its number.
func (o *bureau) solved(title, solution string) string {
	o.t.Helper()
	i := o.call(title, nil)
	in := record.Input{Fields: map[string]string{"team": fmt.Sprint(o.team), "owner": o.chen.ID.String(), "solution": solution, "cause": fmt.Sprint(o.cause), "no_item": "all of it"}}
	for _, m := range []string{"accept", "resolve"} {
		var err error
		if i, err = o.desk.Move(o.t.Context(), o.agent(), i.Number, m, in); err != nil {
			o.t.Fatal(m, err)
		}
	}
	return i.Ref()
}
