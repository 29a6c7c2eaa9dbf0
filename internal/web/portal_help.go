package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/base/words"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/record"
)

// portalHelp is where officials read what helps.
const portalHelp = portalPath + "/knowledge"

// knowledgeRoutes mounts the pages on which articles are found, read and rated.
func (d *PortalDesk) knowledgeRoutes(mux Mux) {
	if d.Articles == nil {
		return
	}
	for pattern, h := range map[string]guestHandler{
		"GET " + portalHelp:                       d.helpList,
		"GET " + portalHelp + "/{ref}":            d.helpRead,
		"POST " + portalHelp + "/{ref}/rate":      d.helpRate,
		"POST " + portalHelp + "/{ref}/solved":    d.helpSolved,
		"GET " + portalHelp + "/{ref}/files/{id}": d.helpFile,
		"GET " + portalPath + "/suggest":          d.suggest,
	} {
		mux.Handle(pattern, d.bounded(pattern, d.guest(h)))
	}
}

// portalShelf is the page on which articles are found.
type portalShelf struct {
	*guest
	Query    string
	Category int64
	Found    []foundArticle
	Groups   []articleGroup
	Thanked  bool
}

type foundArticle struct {
	Ref, Title, Href string
	Parts            []words.Part
}

type articleGroup struct {
	ID   int64
	Name string
	N    int
}

// mostShelved bounds a page of the shelf.
const mostShelved = 50

func (d *PortalDesk) helpList(w http.ResponseWriter, r *http.Request, g *guest) error {
	p := &portalShelf{guest: g, Query: Cut(r.URL.Query().Get("q"), 200), Category: idOf(r.URL.Query().Get("category")), Thanked: r.URL.Query().Get("solved") != ""}
	p.Title = g.T("portal.help")
	all, err := d.Articles.Contents(r.Context(), g.By)
	if err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b knowledge.Article) int { return cmp.Compare(g.titleOf(a), g.titleOf(b)) })
	p.group(all)
	if p.Query != "" {
		return p.search(w, r, all)
	}
	for _, a := range all {
		if p.Category == 0 || int64(a.Category) == p.Category {
			page, _ := a.Shown.In(string(g.Lang()))
			p.add(a, []words.Part{{Text: knowledge.Excerpt(page.Text, 120)}})
		}
	}
	return Show(w, r, http.StatusOK, portalShelfPage(p))
}

func (g *guest) titleOf(a knowledge.Article) string {
	page, _ := a.Shown.In(string(g.Lang()))
	return page.Title
}

func (p *portalShelf) add(a knowledge.Article, parts []words.Part) {
	if len(p.Found) < mostShelved {
		p.Found = append(p.Found, foundArticle{a.Ref(), p.titleOf(a), portalHelp + "/" + a.Ref(), parts})
	}
}

// group counts the articles of each category.
func (p *portalShelf) group(all []knowledge.Article) {
	for _, a := range all {
		i := slices.IndexFunc(p.Groups, func(g articleGroup) bool { return g.ID == int64(a.Category) })
		if i < 0 {
			i = len(p.Groups)
			p.Groups = append(p.Groups, articleGroup{ID: int64(a.Category), Name: cmp.Or(p.Thing(int64(a.Category)), p.T("portal.help_other"))})
		}
		p.Groups[i].N++
	}
	slices.SortFunc(p.Groups, func(a, b articleGroup) int { return cmp.Compare(a.Name, b.Name) })
}

// search finds by words, through the full-text index and its one policy.
func (p *portalShelf) search(w http.ResponseWriter, r *http.Request, all []knowledge.Article) error {
	found, err := p.desk.Finder.Search(r.Context(), p.By.Scope, record.Search{Text: p.Query, Kind: record.Knowledge, Limit: mostShelved, Now: p.Now})
	if err != nil {
		return err
	}
	for _, h := range found.Hits {
		i := slices.IndexFunc(all, func(a knowledge.Article) bool { return a.ID == h.ID })
		if i < 0 {
			continue // it came into force a moment ago, or is no longer
		}
		var parts []words.Part
		for _, e := range h.Excerpts {
			if e.Where != "title" && len(parts) == 0 {
				parts = e.Parts
			}
		}
		p.add(all[i], parts)
	}
	return Show(w, r, http.StatusOK, portalShelfPage(p))
}

// portalArticle is one article, to read.
type portalArticle struct {
	*guest
	Article *knowledge.Article
	Files   []record.Attachment
	Form    *Form
	Rated   bool
}

func (g *guest) article(r *http.Request) (record.Number, error) {
	kind, n, err := record.ParseRef(r.PathValue("ref"))
	if err == nil && kind != record.Knowledge {
		err = fault.New(fault.Missing, "record.no_such").With("ref", r.PathValue("ref"))
	}
	return n, err
}

func (d *PortalDesk) helpRead(w http.ResponseWriter, r *http.Request, g *guest) error {
	n, err := g.article(r)
	if err != nil {
		return err
	}
	a, err := d.Articles.Read(r.Context(), g.By, n)
	if err != nil {
		return err
	}
	return d.helpShow(w, r, &portalArticle{guest: g, Article: a, Rated: r.URL.Query().Get("rated") != ""}, http.StatusOK)
}

func (d *PortalDesk) helpShow(w http.ResponseWriter, r *http.Request, p *portalArticle, status int) (err error) {
	p.Title = p.titleOf(*p.Article)
	if d.Articles.Files != nil {
		if p.Files, err = d.Articles.FilesOf(r.Context(), p.By, p.Article); err != nil {
			return err
		}
	}
	return Show(w, r, status, portalArticlePage(p))
}

func (p *portalArticle) at(f record.Attachment) string {
	return portalHelp + "/" + p.Article.Ref() + "/files/" + strconv.FormatInt(f.ID, 10)
}

func (d *PortalDesk) helpRate(w http.ResponseWriter, r *http.Request, g *guest) error {
	n, err := g.article(r)
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	a, err := d.Articles.Rate(r.Context(), g.By, n, form.Get("helpful") == "yes", form.Get("reason"))
	if err == nil {
		return Go(w, r, portalHelp+"/"+a.Ref()+"?rated=1")
	}
	if err := form.Blame(g.Printer, err); err != nil {
		return err
	}
	if a, err = d.Articles.InForce(r.Context(), g.By, n); err != nil {
		return err
	}
	return d.helpShow(w, r, &portalArticle{guest: g, Article: a, Form: form}, http.StatusUnprocessableEntity)
}

// helpSolved notes that an article has helped: what was being reported is not
// needed any more.
func (d *PortalDesk) helpSolved(w http.ResponseWriter, r *http.Request, g *guest) error {
	n, err := g.article(r)
	if err != nil {
		return err
	}
	if _, err := d.Articles.Solved(r.Context(), g.By, n); err != nil {
		return err
	}
	if err := g.Forget(draftOfReport); err != nil {
		return err
	}
	return Go(w, r, portalHelp+"?solved=1")
}

func (d *PortalDesk) helpFile(w http.ResponseWriter, r *http.Request, g *guest) error {
	n, err := g.article(r)
	if err != nil {
		return err
	}
	a, err := d.Articles.File(r.Context(), g.By, n, idOf(r.PathValue("id")))
	if err != nil {
		return err
	}
	serving(w, a)
	if err := d.Files.Read(r.Context(), a.File, w); err != nil {
		return errors.Join(fmt.Errorf("web: file %d", a.ID), err)
	}
	return nil
}

// helps finds articles for what is being reported.
func (g *guest) helps(said, service string) ([]knowledge.Suggestion, error) {
	if g.desk.Articles == nil || !g.By.Can("knowledge.read") {
		return nil, nil
	}
	return g.desk.Articles.Suggest(g.ctx, g.By, knowledge.Trouble{Text: Cut(said, 2000), Service: record.ServiceID(idOf(service))})
}

// suggest answers what is being typed into the report.
func (d *PortalDesk) suggest(w http.ResponseWriter, r *http.Request, g *guest) error {
	q := r.URL.Query()
	found, err := g.helps(q.Get("text"), q.Get("service"))
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return Show(w, r, http.StatusOK, offers(g, found))
}
