package maturity

import (
	"errors"
	"io"
	"net/http"

	"kilter/internal/practice/maturity"
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/maturity/questions"
	"kilter/internal/practice/people"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// setsPath is where the editions of the questions are.
const setsPath = "/maturity-sets"

// setLimit is what a file with a set may be: all processes, each with as many
// questions as it holds, in full length.
const setLimit = 4 << 20

func setHref(version string) string { return setsPath + "/" + version }

// setPages are the pages of the editions.
func (d *Pages) setPages() []web.Page {
	const read, lead = assessment.DeedRead, assessment.DeedLead
	staff := func(at, policy string, h func(*sight, http.ResponseWriter, *http.Request) error) web.Page {
		return web.ForStaff(at, policy, d.page(h))
	}
	return []web.Page{
		staff("GET "+setsPath, read, (*sight).sets),
		staff("POST "+setsPath+"/copy", lead, (*sight).copySet),
		staff("POST "+setsPath+"/import", lead, (*sight).importSet).Takes(setLimit+formLimit, fileTime),
		staff("GET "+setsPath+"/{set}", read, (*sight).set1),
		staff("GET "+setsPath+"/{set}/export", read, (*sight).exportSet),
		staff("GET "+setsPath+"/{set}/rule", lead, (*sight).ruleForm),
		staff("POST "+setsPath+"/{set}/rule", lead, (*sight).rule),
		staff("GET "+setsPath+"/{set}/question", lead, (*sight).questionForm),
		staff("POST "+setsPath+"/{set}/question", lead, (*sight).question),
		staff("POST "+setsPath+"/{set}/remove", lead, (*sight).removeQuestion),
		staff("POST "+setsPath+"/{set}/publish", lead, (*sight).publishSet),
		staff("POST "+setsPath+"/{set}/take-up", lead, (*sight).takeUpSet),
		staff("POST "+setsPath+"/{set}/drop", lead, (*sight).dropSet),
	}
}

// setsPage is all editions.
type setsPage struct {
	*sight
	All    []questions.Edition
	Uses   []questions.Use
	Copied *web.Form
	Taken  *web.Form // of a file that was not taken
}

func (s *sight) sets(w http.ResponseWriter, r *http.Request) error { return s.setsWith(w, r, nil, nil) }

func (s *sight) setsWith(w http.ResponseWriter, r *http.Request, copied, taken *web.Form) (err error) {
	p := &setsPage{sight: s, Copied: copied, Taken: taken}
	if p.All, err = s.pages.Questions.List(s.ctx, s.By); err != nil {
		return err
	}
	if p.Uses, err = s.pages.Questions.Uses(s.ctx, s.By); err != nil {
		return err
	}
	p.Title = s.T("maturity.sets")
	status := http.StatusOK
	if copied != nil || taken != nil {
		status = http.StatusUnprocessableEntity
	}
	return web.Show(w, r, status, setsView(p))
}

func (s *sight) setName(e *questions.Edition) string {
	if e.BuiltIn() {
		return s.T("maturity.set_built_in")
	}
	own, _ := s.lang()
	return e.Name.In(own)
}

func (s *sight) setState(e *questions.Edition) (tone part.Tone, icon, word string) {
	switch {
	case e.InUse:
		return part.Jade, "check", s.T("maturity.set_in_use")
	case e.State == questions.Draft:
		return part.Slate, "edit", s.T("maturity.set_draft")
	}
	return part.Plain, "lock", s.T("maturity.set_published")
}

// used names an edition that was in use once.
func (p *setsPage) name(version string) string {
	for i := range p.All {
		if p.All[i].Version == version {
			return version + " · " + p.setName(&p.All[i])
		}
	}
	return version
}

// answer is which edition new assessments ask.
func (p *setsPage) answer() string {
	for i := range p.All {
		if e := &p.All[i]; e.InUse {
			return p.T("maturity.sets_say", "version", e.Version, "name", p.setName(e), "n", p.Number(e.Count))
		}
	}
	return p.T("maturity.sets")
}

func (p *setsPage) copyFields() []part.Field {
	from := part.Field{Name: "base", Label: p.T("maturity.set_base"), Kind: part.Choice, Required: true, Narrow: true}
	for i := range p.All {
		e := &p.All[i]
		from.Options = append(from.Options, part.Option{Value: e.Version, Label: e.Version + " · " + p.setName(e)})
		if e.InUse {
			from.Value = e.Version
		}
	}
	return p.Copied.Fields(append([]part.Field{from}, p.nameFields(people.Text{})...)...)
}

func (s *sight) nameFields(name people.Text) []part.Field {
	return []part.Field{
		{Name: "name_en", Label: s.T("maturity.name_en"), Value: name.En, Max: 200, Plain: true},
		{Name: "name_zh", Label: s.T("maturity.name_zh"), Value: name.Zh, Max: 200, Plain: true, Help: s.T("maturity.set_name_help")},
	}
}

func (p *setsPage) fileFields() []part.Field {
	file := part.Field{Name: "file", Label: p.T("maturity.set_file"), Help: p.T("maturity.set_file_help"), Kind: part.File, Required: true}
	return p.Taken.Fields(append([]part.Field{file}, p.nameFields(people.Text{})...)...)
}

func name(f *web.Form) people.Text { return people.Text{En: f.Get("name_en"), Zh: f.Get("name_zh")} }

func (s *sight) copySet(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	e, err := s.pages.Questions.Copy(s.ctx, s.By, f.Get("base"), name(f))
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	if f.Wrong() {
		return s.setsWith(w, r, f, nil)
	}
	return web.Go(w, r, setHref(e.Version))
}

// importSet makes a draft of a file.
func (s *sight) importSet(w http.ResponseWriter, r *http.Request) (err error) {
	if err := s.By.May(assessment.DeedLead); err != nil {
		return err
	}
	file, _, err := r.FormFile("file")
	if _, big := errors.AsType[*http.MaxBytesError](err); big {
		return err
	}
	f := &web.Form{}
	if r.MultipartForm != nil {
		f.Values = r.MultipartForm.Value
	}
	if err != nil {
		f.Fault("file", s.T("record.required"))
		return s.setsWith(w, r, nil, f)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	text, err := io.ReadAll(io.LimitReader(file, setLimit+1))
	if err != nil {
		return err
	}
	if len(text) > setLimit {
		f.Fault("file", s.T("maturity.set_too_big", "size", s.Size(setLimit)))
		return s.setsWith(w, r, nil, f)
	}
	e, err := s.bring(name(f), text)
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	if f.Wrong() {
		return s.setsWith(w, r, nil, f)
	}
	return web.Go(w, r, setHref(e.Version))
}

func (s *sight) bring(name people.Text, text []byte) (*questions.Edition, error) {
	set, err := maturity.ReadSet(text)
	if err != nil {
		return nil, err
	}
	return s.pages.Questions.Bring(s.ctx, s.By, name, set)
}
