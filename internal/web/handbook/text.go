package handbook

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"kilter/internal/practice/approval"
	"kilter/internal/practice/handbook"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// chapterPage is a chapter: as it is in force, or as it is being written.
type chapterPage struct {
	*sight
	handbook.View
	Drafted bool // the draft is shown
	Seated  bool // the reader's answer is waited for
	Values  *handbook.Values
	Form    *web.Form
}

func (s *sight) chapter(w http.ResponseWriter, r *http.Request) error {
	return s.chapterWith(w, r, r.FormValue("draft") != "", nil)
}

func (s *sight) chapterWith(w http.ResponseWriter, r *http.Request, draft bool, form *web.Form) error {
	v, err := s.room.Find(s.ctx, s.By, r.PathValue("code"))
	if err != nil {
		return err
	}
	p := &chapterPage{sight: s, View: *v, Drafted: draft && v.Work != nil, Form: form}
	if p.Drafted {
		p.Chapter = p.Chapter.With(v.Work.Texts)
	}
	if p.Seated, err = s.room.Seated(s.ctx, s.By, v.Work); err != nil {
		return err
	}
	if p.Values, err = s.pages.Figures.Read(s.ctx, s.By); err != nil {
		return err
	}
	s.Title = s.name(p.Code)
	s.Needs("bpmn")
	return web.Show(w, r, form.Status(), chapterView(p))
}

// inForce says which edition is in force, and since when.
func (s *sight) inForce(e *handbook.Edition) string {
	if e == nil {
		return s.T("handbook.edition.shipped")
	}
	return s.T("handbook.edition.since", "n", e.N, "day", s.Date(e.Decided))
}

// editionName is what an edition is called in a list.
func (s *sight) editionName(e *handbook.Edition) string {
	if e.N == 0 {
		return s.T("handbook.edition.shipped")
	}
	return s.T("handbook.edition.n", "n", e.N)
}

func (s *sight) statusTag(st handbook.Status) (tone part.Tone, icon, word string) {
	word = s.T("handbook.status." + string(st))
	switch st {
	case handbook.Approved:
		return part.Jade, "check", word
	case handbook.Asked:
		return part.Violet, "hourglass", word
	case handbook.Dropped:
		return part.Plain, "circle-x", word
	case handbook.Draft:
	}
	return part.Amber, "edit", word
}

// field is a text of a chapter in words.
func (p *chapterPage) field(name string) string {
	code, ok := strings.CutPrefix(name, handbook.FigureField)
	if !ok {
		return p.T("handbook.text." + name)
	}
	for _, f := range p.Figures {
		if f.Code == code {
			return p.T("handbook.text.kpi", "name", p.text(f.Name))
		}
	}
	return code
}

// at is an address of the chapter.
func (p *chapterPage) at(more string) string { return href(p.Code) + more }

// editPage is the form of a chapter's texts.
type editPage struct {
	chapterPage
	Texts   handbook.Texts
	Version int64
	From    int // the edition that it begins on, -1 for what is in force
}

func (s *sight) editForm(w http.ResponseWriter, r *http.Request) error { return s.editWith(w, r, nil) }

func (s *sight) editWith(w http.ResponseWriter, r *http.Request, form *web.Form) error {
	v, all, err := s.room.History(s.ctx, s.By, r.PathValue("code"))
	if err != nil {
		return err
	}
	p := &editPage{chapterPage: chapterPage{sight: s, View: *v, Form: form}, Texts: v.Texts(), From: -1}
	if v.Work != nil {
		p.Texts, p.Version = v.Work.Texts, v.Work.Version
	}
	if from, err := strconv.Atoi(r.FormValue("from")); err == nil {
		for i := range all {
			if all[i].N == from {
				again := p.With(all[i].Texts)
				p.Texts, p.From = again.Texts(), from
			}
		}
	}
	s.Title = s.T("handbook.edit_of", "name", s.name(p.Code))
	return web.Show(w, r, form.Status(), editView(p))
}

// fields are those of one text, in both languages.
func (p *editPage) fields(name string) []part.Field {
	help := ""
	if handbook.Listed(name) {
		help = p.T("handbook.text.list_help")
	}
	one := func(lang, word, value string) part.Field {
		return part.Field{
			Name: name + "_" + lang, Label: p.T(word, "name", p.field(name)), Help: help, Kind: part.Long, Value: value,
			Max: 4000, Required: handbook.Needed(name),
		}
	}
	t := p.Texts[name]
	return p.Form.Fields(one("en", "handbook.text.in_en", t.En), one("zh", "handbook.text.in_zh", t.Zh))
}

func (p *editPage) why() part.Field {
	f := part.Field{Name: "why", Label: p.T("handbook.why"), Help: p.T("handbook.why_help"), Max: 4000}
	if p.Work != nil {
		f.Value = p.Work.Why
	}
	return p.Form.Field(f)
}

func (p *editPage) all() []part.Field {
	var out []part.Field
	for _, name := range p.Fields() {
		out = append(out, p.fields(name)...)
	}
	return append(out, p.why())
}

func (s *sight) edit(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	code := r.PathValue("code")
	v, err := s.room.Find(s.ctx, s.By, code)
	if err != nil {
		return err
	}
	in := handbook.Writing{Version: f.ID("version"), Texts: handbook.Texts{}, Why: f.Get("why")}
	for _, name := range v.Fields() {
		in.Texts[name] = people.Text{En: f.Get(name + "_en"), Zh: f.Get(name + "_zh")}
	}
	_, err = s.room.Write(s.ctx, s.By, code, in)
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	if f.Wrong() {
		return s.editWith(w, r, f)
	}
	return web.Go(w, r, href(v.Code)+"?draft=1")
}

// deed does something to the edition that is worked on.
func (s *sight) deed(w http.ResponseWriter, r *http.Request, to string, do func(f *web.Form, code string, version int64) error) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	code := r.PathValue("code")
	if err := f.Blame(s.Printer, do(f, code, f.ID("version"))); err != nil {
		return err
	}
	if f.Wrong() {
		return s.chapterWith(w, r, true, f)
	}
	return web.Go(w, r, Path+"/"+url.PathEscape(code)+to)
}

func (s *sight) ask(w http.ResponseWriter, r *http.Request) error {
	return s.deed(w, r, "?draft=1", func(_ *web.Form, code string, version int64) error {
		_, err := s.room.Ask(s.ctx, s.By, code, version)
		return err
	})
}

func (s *sight) withdraw(w http.ResponseWriter, r *http.Request) error {
	return s.deed(w, r, "?draft=1", func(_ *web.Form, code string, version int64) error {
		_, err := s.room.Withdraw(s.ctx, s.By, code, version)
		return err
	})
}

func (s *sight) drop(w http.ResponseWriter, r *http.Request) error {
	return s.deed(w, r, "", func(_ *web.Form, code string, version int64) error {
		_, err := s.room.Drop(s.ctx, s.By, code, version)
		return err
	})
}

func (s *sight) vote(w http.ResponseWriter, r *http.Request) error {
	return s.deed(w, r, "", func(f *web.Form, code string, version int64) error {
		_, err := s.room.Vote(s.ctx, s.By, code, version, approval.Answer(f.Get("answer")), f.Get("reason"))
		return err
	})
}

// editionsPage is the history of a chapter.
type editionsPage struct {
	chapterPage
	All []handbook.Edition
}

func (s *sight) editions(w http.ResponseWriter, r *http.Request) error {
	v, all, err := s.room.History(s.ctx, s.By, r.PathValue("code"))
	if err != nil {
		return err
	}
	s.Title = s.T("handbook.editions_of", "name", s.name(v.Code))
	return web.Show(w, r, http.StatusOK, editionsView(&editionsPage{chapterPage{sight: s, View: *v}, all}))
}

// before is the approved edition that stands before one in the list.
func (p *editionsPage) before(i int) *handbook.Edition {
	for j := i + 1; j < len(p.All); j++ {
		if p.All[j].State == handbook.Approved {
			return &p.All[j]
		}
	}
	return nil
}

func (p *chapterPage) compareHref(was, now int) string {
	return p.at("/compare?was=" + strconv.Itoa(was) + "&now=" + strconv.Itoa(now))
}

// comparePage is two editions held against each other.
type comparePage struct {
	chapterPage
	*handbook.Compared
}

func (s *sight) compare(w http.ResponseWriter, r *http.Request) error {
	number := func(name string) int {
		n, err := strconv.Atoi(r.FormValue(name))
		if err != nil {
			return -1
		}
		return n
	}
	v, c, err := s.room.Compare(s.ctx, s.By, r.PathValue("code"), number("was"), number("now"))
	if err != nil {
		return err
	}
	s.Title = s.T("handbook.compare_of", "name", s.name(v.Code))
	return web.Show(w, r, http.StatusOK, compareView(&comparePage{chapterPage{sight: s, View: *v}, c}))
}

// changed are the pieces of a field in one language.
func (p *comparePage) changed(field, lang string) []handbook.Piece {
	return handbook.Compare(p.Was.Texts[field].In(lang), p.Now.Texts[field].In(lang))
}

// backSays is why an approval came to nothing.
func (p *chapterPage) backSays(b handbook.Back) string {
	return p.T("handbook.back."+string(b.Verdict), "name", p.Name(b.By), "day", p.DateTime(b.At), "why", b.Why)
}

// day is what waits for the reader's approval.
func (d *Pages) day(s *web.Sight, r *http.Request) (templ.Component, error) {
	all, err := d.Chapters.Waiting(r.Context(), s.By)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return dayView(d.sight(s, r), all), nil
}

// draftHref is where a draft is read.
func draftHref(code maturity.Process) string { return href(code) + "?draft=1" }
