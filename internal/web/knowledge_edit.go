package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// articleEditor is the page on which an article is written.
type articleEditor struct {
	*askPage
	Ref     string // "" for a new one
	Place   string // of the draft that is kept
	Drafted bool   // what was typed before and not saved is in the form
	Files   []record.Attach
	Held    []record.Attachment
}

// articleFields are those that the editor has, in the order of the page; more
// are asked only when an article is begun.
var (
	articleFields = []string{"title_zh", "text_zh", "title_en", "text_en", "keywords", "service", "category", "item"}
	articleFirst  = []string{"audience", "crew", "zone"}
)

const draftOfArticle = "knowledge.new"

// articleOpening is the editor of a new article.
func (s *sight) articleOpening(r *http.Request, form *Form) (*articleEditor, error) {
	if err := s.By.May("knowledge.open"); err != nil {
		return nil, err
	}
	p := &articleEditor{askPage: &askPage{sight: s, Heading: s.word("register"), Action: knowledgePath + "/new", Send: s.T("knowledge.save_draft")}, Place: draftOfArticle}
	if err := p.begin(form); err != nil {
		return nil, err
	}
	for _, name := range slices.Concat(articleFields, articleFirst) {
		if q, ok := s.of.find(name); ok {
			p.add(q, Cut(r.URL.Query().Get(name), max(q.Max, 200)))
		}
	}
	return p, nil
}

// begin takes up what was sent, else what was typed before and not saved.
func (p *articleEditor) begin(form *Form) error {
	p.Form = form
	if form != nil {
		p.Files = attached(form)
		return nil
	}
	doc, err := p.draft(p.Place)
	if err != nil || len(doc.Fields) == 0 {
		return err
	}
	p.Form, p.Drafted = &Form{Values: doc.Fields}, true
	p.Files = attached(p.Form)
	return nil
}

func (p *articleEditor) show(w http.ResponseWriter, r *http.Request, status int) error {
	p.Title = p.Heading
	p.Needs("choose")
	p.frameViews(listPlace{View: "none"})
	return Show(w, r, status, articleEditorPage(p))
}

// wrong shows the editor again with what is wrong.
func (p *articleEditor) wrong(w http.ResponseWriter, r *http.Request, err error) error {
	if err := p.Form.Blame(p.Printer, err); err != nil {
		return err
	}
	for i := range p.Fields {
		p.Fields[i] = p.Form.Field(p.Fields[i])
	}
	return p.show(w, r, http.StatusUnprocessableEntity)
}

func (d *Desk) articleNewForm(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.articleOpening(r, nil)
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK)
}

func (d *Desk) articleNew(w http.ResponseWriter, r *http.Request, s *sight) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	a, err := d.Lessons.Articles.Write(r.Context(), s.By, record.Input{Fields: s.filled(form), Files: attached(form)})
	if err != nil {
		p, bad := s.articleOpening(r, form)
		if bad != nil {
			return err
		}
		return p.wrong(w, r, err)
	}
	if err := s.Forget(draftOfArticle); err != nil {
		return err
	}
	return Go(w, r, knowledgePath+"/"+a.Ref())
}

// articleEditing is the editor of an article that there is.
func (s *sight) articleEditing(ref string, form *Form) (*articleEditor, *knowledge.Article, error) {
	n, err := refOf(record.Knowledge, ref)
	if err != nil {
		return nil, nil, err
	}
	a, err := s.desk.Lessons.Articles.Find(s.ctx, s.By, n)
	if err != nil {
		return nil, nil, err
	}
	if err := s.By.May("knowledge.edit"); err != nil {
		return nil, nil, err
	}
	if a.State != knowledge.Writing {
		return nil, nil, fault.New(fault.Conflict, "knowledge.not_a_draft")
	}
	at := knowledgePath + "/" + a.Ref()
	p := &articleEditor{askPage: &askPage{sight: s, Heading: s.T("knowledge.move.edit") + " · " + a.Ref(), Action: at + "/edit", Send: s.T("knowledge.save_draft"), Was: map[string]string{}}, Ref: a.Ref(), Place: a.Ref() + ".edit"}
	if err := p.begin(form); err != nil {
		return nil, nil, err
	}
	desk := s.desk.Lessons.Articles
	for _, name := range articleFields {
		f, _ := desk.Sheet.Find(name)
		p.Was[name] = f.Get(a)
		if p.Form != nil {
			p.Was[name] = p.Form.Get("was." + name) // what the writer saw when he began
		}
		if q, ok := s.of.find(name); ok {
			p.add(q, f.Get(a))
		}
	}
	if desk.Files != nil {
		p.Held, err = desk.FilesOf(s.ctx, s.By, a)
	}
	return p, a, err
}

func (d *Desk) articleEditForm(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, _, err := s.articleEditing(r.PathValue("ref"), nil)
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK)
}

// articleEdit keeps what was written, each field from what its writer saw, and
// the files that came along, in one sitting.
func (d *Desk) articleEdit(w http.ResponseWriter, r *http.Request, s *sight) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	p, a, err := s.articleEditing(r.PathValue("ref"), form)
	if err != nil {
		return err
	}
	desk := d.Lessons.Articles
	filled, files := s.filled(form), attached(form)
	var changes []record.Change
	for _, name := range articleFields {
		f, _ := desk.Sheet.Find(name)
		now, given := filled[name]
		was := form.Get("was." + name)
		if !given || was == now {
			continue
		}
		if held := f.Get(a); was == strings.TrimSpace(strings.ReplaceAll(held, "\r\n", "\n")) {
			was = held // a form carries no space around a text
		}
		changes = append(changes, record.Change{Field: name, Was: was, Now: now})
	}
	_, err = desk.One(r.Context(), s.By, a.Number, record.Input{}, func(k *record.Sitting[*knowledge.Article], a *knowledge.Article) error {
		if len(changes) > 0 {
			if err := k.Edit(a, changes, record.Input{}); err != nil {
				return err
			}
		}
		if len(files) == 0 {
			return nil
		}
		return k.Move(a, "attach", record.Input{Files: files})
	})
	if err != nil {
		return p.wrong(w, r, err)
	}
	if err := s.Forget(p.Place); err != nil {
		return err
	}
	return Go(w, r, knowledgePath+"/"+a.Ref())
}

// articlePreview shows the texts of the editor as they will be read.
func (d *Desk) articlePreview(w http.ResponseWriter, r *http.Request, s *sight) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	p := knowledge.Pages{
		Zh: knowledge.Page{Title: form.Get("title_zh"), Text: form.Get("text_zh")},
		En: knowledge.Page{Title: form.Get("title_en"), Text: form.Get("text_en")},
	}
	return Show(w, r, http.StatusOK, articlePreviewed(s, p))
}

// articleComparison is the page of the editions of an article.
type articleComparison struct {
	*sight
	Ref      string
	Article  *knowledge.Article
	All      []knowledge.Edition
	Was, Now knowledge.Edition
}

func (d *Desk) articleVersions(w http.ResponseWriter, r *http.Request, s *sight) error {
	n, err := refOf(record.Knowledge, r.PathValue("ref"))
	if err != nil {
		return err
	}
	p := &articleComparison{sight: s, Ref: record.Ref(record.Knowledge, n)}
	if p.Article, p.All, err = d.Lessons.Articles.Editions(r.Context(), s.By, n); err != nil {
		return err
	}
	p.Title = s.T("knowledge.versions") + " · " + p.Ref
	if len(p.All) > 0 {
		p.Now = p.chosen(r.URL.Query(), "to", 0)
		p.Was = p.chosen(r.URL.Query(), "from", 1)
	}
	s.frameViews(listPlace{View: "none"})
	return Show(w, r, http.StatusOK, articleVersionsPage(p))
}

// chosen is the edition that the address names, else the one at a place of the
// list; an empty one before the first.
func (p *articleComparison) chosen(q url.Values, name string, at int) knowledge.Edition {
	if v := q.Get(name); v != "" {
		if i := slices.IndexFunc(p.All, func(e knowledge.Edition) bool { return strconv.Itoa(e.N) == v }); i >= 0 {
			return p.All[i]
		}
	}
	if at < len(p.All) {
		return p.All[at]
	}
	return knowledge.Edition{N: -1}
}

// named is what an edition is called.
func (p *articleComparison) named(e knowledge.Edition) string {
	switch {
	case e.N < 0:
		return p.T("knowledge.nothing_before")
	case e.N == 0:
		return p.T("knowledge.the_draft")
	}
	return p.T("knowledge.edition_n", "n", p.Number(e.N), "at", p.DateTime(e.At))
}

func (d *Desk) articlePrint(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.plainPage(r.PathValue("ref"))
	if err != nil {
		return err
	}
	p.Title = p.Ref + " " + p.One.Title
	return Show(w, r, http.StatusOK, articlePaper(p, p.Body.(*knowledge.Article)))
}

// pair are the two sides of one language.
type pair struct {
	lang     string
	was, now knowledge.Page
}

func (p *articleComparison) pairs() []pair {
	return []pair{{"zh-Hans", p.Was.Zh, p.Now.Zh}, {"en", p.Was.En, p.Now.En}}
}

// choice is the field that chooses a side.
func (p *articleComparison) choice(name string, at knowledge.Edition) part.Field {
	f := part.Field{Name: name, Label: p.T("knowledge.compare_" + name), Kind: part.Choice, Value: strconv.Itoa(at.N), Plain: true}
	if at.N < 0 {
		f.Options = append(f.Options, part.Option{Value: "-1", Label: p.named(at)})
	}
	for _, e := range p.All {
		f.Options = append(f.Options, part.Option{Value: strconv.Itoa(e.N), Label: p.named(e)})
	}
	return f
}

// names are those of some persons.
func (p *articleComparison) names(ids []people.ID) string {
	var out []string
	for _, id := range ids {
		out = append(out, p.Name(id))
	}
	return strings.Join(out, p.T("list.comma"))
}

// draftPages are the languages of a draft that has any text, the reader's
// first, each beside what is read of it now.
func draftPages(lang string, a *knowledge.Article) []pair {
	out := []pair{{"zh-Hans", a.Shown.Zh, a.Draft.Zh}, {"en", a.Shown.En, a.Draft.En}}
	if lang == "en" {
		slices.Reverse(out)
	}
	return slices.DeleteFunc(out, func(p pair) bool { return p.now == (knowledge.Page{}) })
}
