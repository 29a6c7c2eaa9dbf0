package api

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/knowledge"
	problems "kilter/internal/practice/problem"
	"kilter/internal/practice/record"
)

// suggestion is an article that may help.
type suggestion struct {
	Number    string    `json:"number"`
	Title     string    `json:"title"`
	Language  string    `json:"language"`
	Excerpt   string    `json:"excerpt"`
	Published time.Time `json:"published"`
	Stale     string    `json:"stale,omitempty"`
	Because   string    `json:"because" doc:"api.doc.article_because"`
}

// edition is an article as it was published once.
type edition struct {
	Edition int       `json:"edition" doc:"api.doc.edition_n"`
	At      time.Time `json:"at"`
	By      int64     `json:"reviewed_by,omitempty"`
	Wrote   []int64   `json:"written_by" doc:"api.doc.edition_wrote"`
	Why     string    `json:"text,omitempty"`
	En      *onePage  `json:"en,omitempty"`
	Zh      *onePage  `json:"zh,omitempty"`
}

type onePage struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

// verdict is what a reader says of an article.
type verdict struct {
	Helpful bool   `json:"helpful" doc:"api.doc.rating_helpful"`
	Reason  string `json:"reason,omitempty" doc:"api.doc.rate_reason"`
}

type useFigures struct {
	Views     int      `json:"views"`
	Helpful   int      `json:"helpful"`
	Unhelpful int      `json:"unhelpful"`
	Share     *float64 `json:"helpful_share,omitempty" doc:"api.doc.use_share"`
	Applied   int      `json:"applied" doc:"api.doc.use_applied"`
	Deflected int      `json:"deflected" doc:"api.doc.use_deflected"`
	Solved    int      `json:"solved" doc:"api.doc.use_solved"`
}

func usesOf(u knowledge.Uses) useFigures {
	out := useFigures{u.Views, u.Helpful, u.Unhelpful, nil, u.Applied, u.Deflected, u.Solved()}
	if share, ok := u.Share(); ok {
		out.Share = &share
	}
	return out
}

type knowledgeFigures struct {
	From     string        `json:"from" doc:"api.doc.month"`
	All      useFigures    `json:"all"`
	Articles []articleUses `json:"articles"`
	Services []serviceUses `json:"services"`
	Months   []monthlyUses `json:"months"`
}

type articleUses struct {
	Number string     `json:"number"`
	Title  string     `json:"title"`
	Uses   useFigures `json:"uses"`
}

type serviceUses struct {
	Service int64      `json:"service"`
	Name    string     `json:"name"`
	Uses    useFigures `json:"uses"`
}

type monthlyUses struct {
	Month string     `json:"month" doc:"api.doc.month"`
	Uses  useFigures `json:"uses"`
}

func (c *call) suggestions(all []knowledge.Suggestion) page[suggestion] {
	out := page[suggestion]{Items: []suggestion{}}
	for _, s := range all {
		language := string(c.words.Lang())
		p, other := s.Shown.In(language)
		if other {
			language = map[bool]string{true: "en", false: "zh"}[language == "zh"]
		}
		one := suggestion{Number: s.Ref(), Title: p.Title, Language: language, Excerpt: knowledge.Excerpt(p.Text, 160), Published: s.Published.UTC(), Because: string(s.Because)}
		if c.by.Staff {
			one.Stale = string(s.Stale)
		}
		out.Items = append(out.Items, one)
	}
	return out
}

// Knowledge serves the knowledge base, and who reviews what is in it.
func (a *API) Knowledge(desk *knowledge.Desk, kept record.Approvals) {
	p := &practice[*knowledge.Article]{API: a, desk: desk.Desk, room: "knowledge", work: desk}
	p.open = func(c *call, o object) (*knowledge.Article, error) {
		in, err := p.inputOf(c, o, desk.Flow.Asks)
		if err != nil {
			return nil, err
		}
		return desk.Write(c.r.Context(), c.by, in)
	}
	p.past = p.plain
	p.next = desk.Next
	p.serve()
	p.decisions(kept)
	a.add(operation{
		Method: "GET", Path: p.at("/suggest"), Policy: "knowledge.read", Name: "suggest-knowledge", Tag: "knowledge",
		Query: []param{{Name: "item", Type: "integer"}, {Name: "service", Type: "integer"}, {Name: "category", Type: "integer"}, {Name: "text", Type: "string"}},
		Gives: []gives{{Status: http.StatusOK, Schema: of[page[suggestion]]()}}, Run: func(c *call) error {
			id := func(name string) int64 { n, _ := strconv.ParseInt(c.get(name), 10, 64); return n } // 0 when it is not given
			found, err := desk.Suggest(c.r.Context(), c.by, knowledge.Trouble{Item: record.ItemID(id("item")), Service: record.ServiceID(id("service")), Category: record.CategoryID(id("category")), Text: c.get("text")})
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, c.suggestions(found))
		},
	})
	a.add(operation{
		Method: "GET", Path: p.at("/figures"), Policy: "knowledge.read", Name: "knowledge-figures", Tag: "knowledge",
		Query: []param{{Name: "months", Type: "integer"}},
		Gives: []gives{{Status: http.StatusOK, Schema: of[knowledgeFigures]()}}, Run: func(c *call) error { return c.knowledgeFigures(desk) },
	})
	a.add(operation{
		Method: "GET", Path: p.at("/{number}/editions"), Policy: "knowledge.read", Name: "editions-of-knowledge", Tag: "knowledge",
		Gives: []gives{{Status: http.StatusOK, Schema: of[[]edition]()}}, Run: func(c *call) error { return c.editions(desk) },
	})
	a.opinions(p, desk)
}

// opinions are what readers say of articles.
func (a *API) opinions(p *practice[*knowledge.Article], desk *knowledge.Desk) {
	shown := []gives{{Status: http.StatusOK, Schema: p.shape()}}
	a.add(operation{
		Method: "POST", Path: p.at("/{number}/rate"), Policy: "knowledge.rate", Name: "rate-knowledge", Tag: "knowledge", Once: true,
		Body: &body{Schema: of[verdict]()}, Gives: shown, Run: func(c *call) error {
			n, err := p.named(c)
			if err != nil {
				return err
			}
			var v verdict
			if err := c.into(&v); err != nil {
				return p.unseen(c, n, err)
			}
			r, err := desk.Rate(c.r.Context(), c.by, n, v.Helpful, v.Reason)
			if err != nil {
				return err
			}
			return p.changed(c, http.StatusOK, r)
		},
		Recall: p.recall(http.StatusOK),
	})
	a.add(operation{
		Method: "POST", Path: p.at("/{number}/solved"), Policy: "knowledge.rate", Name: "solved-by-knowledge", Tag: "knowledge", Once: true,
		Gives: shown, Run: func(c *call) error {
			n, err := p.named(c)
			if err != nil {
				return err
			}
			r, err := desk.Solved(c.r.Context(), c.by, n)
			if err != nil {
				return err
			}
			return p.changed(c, http.StatusOK, r)
		},
		Recall: p.recall(http.StatusOK),
	})
}

func (c *call) knowledgeFigures(desk *knowledge.Desk) error {
	if !c.by.Staff {
		return staffOnly()
	}
	months := 12
	if c.get("months") != "" {
		n, err := strconv.Atoi(c.get("months"))
		if err != nil || n < 1 || n > 36 {
			return fault.At("months", "record.out_of_range").With("low", 1).With("high", 36)
		}
		months = n
	}
	f, err := desk.Figures(c.r.Context(), c.by, months)
	if err != nil {
		return err
	}
	out := knowledgeFigures{From: f.From.Format(time.DateOnly), All: usesOf(f.All), Articles: []articleUses{}, Services: []serviceUses{}, Months: []monthlyUses{}}
	for _, a := range f.Articles {
		out.Articles = append(out.Articles, articleUses{a.What.Ref(), a.What.Title, usesOf(a.Uses)})
	}
	for _, s := range f.Services {
		out.Services = append(out.Services, serviceUses{int64(s.What), c.Settings.All().Name(int64(s.What), c.words.Lang().HTML()), usesOf(s.Uses)})
	}
	for _, m := range f.Months {
		out.Months = append(out.Months, monthlyUses{m.What.Format(time.DateOnly), usesOf(m.Uses)})
	}
	return c.JSON(http.StatusOK, out)
}

func (c *call) editions(desk *knowledge.Desk) error {
	n, err := c.number(record.Knowledge)
	if err != nil {
		return err
	}
	_, all, err := desk.Editions(c.r.Context(), c.by, n)
	if err != nil {
		return err
	}
	out := []edition{}
	for _, e := range all {
		one := edition{Edition: e.N, At: e.At.UTC(), Why: e.Why, Wrote: []int64{}}
		if c.by.Staff { // readers need not know who wrote
			one.By = int64(e.By)
			for _, id := range e.Wrote {
				one.Wrote = append(one.Wrote, int64(id))
			}
		}
		if e.En != (knowledge.Page{}) {
			one.En = &onePage{e.En.Title, e.En.Text}
		}
		if e.Zh != (knowledge.Page{}) {
			one.Zh = &onePage{e.Zh.Title, e.Zh.Text}
		}
		out = append(out, one)
	}
	return c.JSON(http.StatusOK, out)
}

// usedArticle names the article that is applied.
type usedArticle struct {
	Article string `json:"article" doc:"api.doc.number"`
}

// Lessons serves what joins articles with incidents and problems.
func (a *API) Lessons(l handoff.Lessons) {
	p := &practice[*incident.Incident]{API: a, desk: l.Incidents.Desk, room: "incidents", work: l.Incidents}
	p.next = l.Incidents.Next
	articles := &practice[*knowledge.Article]{API: a, desk: l.Articles.Desk, room: "knowledge", work: l.Articles}
	articles.next = l.Articles.Next
	a.add(operation{
		Method: "GET", Path: p.at("/{number}/knowledge"), Policy: "knowledge.read", Name: "knowledge-of-incident", Tag: "knowledge",
		Gives: []gives{{Status: http.StatusOK, Schema: of[page[suggestion]]()}}, Run: func(c *call) error {
			i, err := p.find(c)
			if err != nil {
				return err
			}
			found, err := l.For(c.r.Context(), c.by, i)
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, c.suggestions(found))
		},
	})
	a.add(operation{
		Method: "POST", Path: p.at("/{number}/knowledge"), Policy: "incident.relate", Name: "apply-knowledge", Tag: "knowledge", Once: true,
		Body: &body{Schema: of[usedArticle]()}, Gives: []gives{{Status: http.StatusOK, Schema: p.shape()}}, Run: func(c *call) error {
			n, err := p.named(c)
			if err != nil {
				return err
			}
			var in usedArticle
			if err := c.into(&in); err != nil {
				return p.unseen(c, n, err)
			}
			kind, article, err := record.ParseRef(in.Article)
			if err != nil || kind != record.Knowledge {
				return p.unseen(c, n, fault.At("article", "record.no_such").With("ref", cmp.Or(in.Article, "KB")))
			}
			i, err := l.Apply(c.r.Context(), c.by, n, article)
			if err != nil {
				return err
			}
			return p.changed(c, http.StatusOK, i)
		},
		Recall: p.recall(http.StatusOK),
	})
	causes := &practice[*problems.Problem]{API: a, desk: l.Problems.Desk, room: "problems", work: l.Problems}
	for _, from := range []struct {
		path, name string
		kind       record.Kind
		draft      func(*call, record.Number) (*knowledge.Article, error)
	}{
		{p.at("/{number}/article"), "draft-knowledge-from-incident", record.Incident, func(c *call, n record.Number) (*knowledge.Article, error) {
			return l.FromIncident(c.r.Context(), c.by, n)
		}},
		{causes.at("/{number}/article"), "draft-knowledge-from-problem", record.Problem, func(c *call, n record.Number) (*knowledge.Article, error) {
			return l.FromProblem(c.r.Context(), c.by, n)
		}},
		{Prefix + "/risks/{number}/article", "draft-knowledge-from-risk", record.Risk, func(c *call, n record.Number) (*knowledge.Article, error) {
			return l.FromRisk(c.r.Context(), c.by, n)
		}},
	} {
		a.add(operation{
			Method: "POST", Path: from.path, Policy: "knowledge.open", Name: from.name, Tag: "knowledge", Once: true,
			Gives: []gives{{Status: http.StatusCreated, Schema: articles.shape()}}, Run: func(c *call) error {
				if err := c.by.May(c.op.Policy); err != nil {
					return err
				}
				n, err := c.number(from.kind)
				if err != nil {
					return err
				}
				r, err := from.draft(c, n)
				if err != nil {
					return err
				}
				c.w.Header().Set("Location", articles.at("/"+r.Ref()))
				return articles.changed(c, http.StatusCreated, r)
			},
			Recall: articles.recall(http.StatusCreated),
		})
	}
}
