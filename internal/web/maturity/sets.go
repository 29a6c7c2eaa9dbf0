package maturity

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/maturity/questions"
	"kilter/internal/practice/people"
	"kilter/internal/report/evidence"
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

// setPage is one edition.
type setPage struct {
	*sight
	One     *questions.Edition
	Base    *questions.Edition // that it was made of; nil when it is not known
	Differs map[string]maturity.Difference
	Process maturity.Process
	Form    *web.Form
}

func (s *sight) edition(r *http.Request) (*questions.Edition, error) {
	e, err := s.pages.Questions.Find(s.ctx, s.By, r.PathValue("set"))
	if err == nil {
		s.set = e.Set
	}
	return e, err
}

func (s *sight) set1(w http.ResponseWriter, r *http.Request) error { return s.setWith(w, r, nil) }

func (s *sight) setWith(w http.ResponseWriter, r *http.Request, form *web.Form) error {
	e, err := s.edition(r)
	if err != nil {
		return err
	}
	p := &setPage{sight: s, One: e, Form: form, Process: maturity.Process(r.URL.Query().Get("process")), Differs: map[string]maturity.Difference{}}
	if !p.Process.Known() {
		p.Process = maturity.ServiceDesk
	}
	if e.Base != "" {
		if p.Base, err = s.pages.Questions.Find(s.ctx, s.By, e.Base); err != nil && !fault.Is(err, fault.Missing) {
			return err
		}
	}
	if p.Base != nil {
		for _, d := range e.Set.Since(p.Base.Set) {
			p.Differs[d.Question] = d
		}
	}
	p.Title = e.Version + " · " + s.setName(e)
	status := http.StatusOK
	if form != nil && form.Wrong() {
		status = http.StatusUnprocessableEntity
	}
	return web.Show(w, r, status, setView(p))
}

func (p *setPage) edits() bool {
	return p.One.State == questions.Draft && p.By.Can(assessment.DeedLead)
}

func (p *setPage) tabs() []part.Link {
	var out []part.Link
	for _, one := range maturity.Processes() {
		out = append(out, part.Link{Label: p.processName(one), Href: setHref(p.One.Version) + "?process=" + string(one), Active: one == p.Process})
	}
	return out
}

// answer is the edition in a sentence.
func (p *setPage) answer() string {
	if p.One.BuiltIn() {
		return p.T("maturity.set_built_in_says", "n", p.Number(p.One.Count))
	}
	if p.One.State == questions.Draft {
		return p.T("maturity.set_draft_says", "n", p.Number(p.One.Count), "who", p.Name(p.One.ChangedBy), "at", p.DateTime(p.One.Changed))
	}
	return p.T("maturity.set_published_says", "n", p.Number(p.One.Count), "who", p.Name(p.One.PublishedBy), "at", p.DateTime(p.One.Published))
}

// since is how many statements differ from the edition that it was made of.
func (p *setPage) since() string {
	n := map[maturity.Edit]int{}
	for _, d := range p.Differs {
		n[d.What]++
	}
	return p.T("maturity.set_since", "base", p.Base.Version+" · "+p.setName(p.Base), "added", p.Number(n[maturity.Added]), "changed", p.Number(n[maturity.Changed]), "removed", p.Number(n[maturity.Removed]))
}

// gone are the statements of the process that the edition asks no more.
func (p *setPage) gone() (out []maturity.Question) {
	if p.Base == nil {
		return nil
	}
	for _, q := range p.Base.Set.Part(p.Process).Questions {
		if p.Differs[q.ID].What == maturity.Removed {
			out = append(out, q)
		}
	}
	return out
}

func (p *setPage) changed(id string) string {
	d := p.Differs[id]
	var words []string
	for _, f := range d.Fields {
		words = append(words, p.T("maturity.q."+f))
	}
	switch d.What {
	case maturity.Added:
		return p.T("maturity.set_added")
	case maturity.Changed:
		return p.T("maturity.set_changed", "fields", p.List(words))
	}
	return ""
}

// exportSet sends a set as a file that this or another Kilter reads.
func (s *sight) exportSet(w http.ResponseWriter, r *http.Request) error {
	e, err := s.edition(r)
	if err != nil {
		return err
	}
	bare := *e.Set
	bare.Version = e.Version
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="maturity-questions-`+e.Version+`.json"`)
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "\t")
	return out.Encode(bare)
}

// deed does something to an edition and shows it, or what keeps it from being
// done.
func (s *sight) setDeed(w http.ResponseWriter, r *http.Request, do func(f *web.Form, version string, row int64) (string, error)) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	to, err := do(f, r.PathValue("set"), f.ID("row"))
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	if f.Wrong() {
		return s.setWith(w, r, f)
	}
	return web.Go(w, r, to)
}

func (s *sight) publishSet(w http.ResponseWriter, r *http.Request) error {
	return s.setDeed(w, r, func(_ *web.Form, version string, row int64) (string, error) {
		_, err := s.pages.Questions.Publish(s.ctx, s.By, version, row)
		return setHref(version), err
	})
}

func (s *sight) takeUpSet(w http.ResponseWriter, r *http.Request) error {
	return s.setDeed(w, r, func(_ *web.Form, version string, _ int64) (string, error) {
		_, err := s.pages.Questions.TakeUp(s.ctx, s.By, version)
		return setHref(version), err
	})
}

func (s *sight) dropSet(w http.ResponseWriter, r *http.Request) error {
	return s.setDeed(w, r, func(_ *web.Form, version string, row int64) (string, error) {
		return setsPath, s.pages.Questions.Drop(s.ctx, s.By, version, row)
	})
}

func (s *sight) removeQuestion(w http.ResponseWriter, r *http.Request) error {
	return s.setDeed(w, r, func(f *web.Form, version string, row int64) (string, error) {
		id := f.Get("question")
		_, err := s.pages.Questions.Remove(s.ctx, s.By, version, row, id)
		return setHref(version) + "?process=" + string((maturity.Question{ID: id}).Process()), err
	})
}

func rowOf(e *questions.Edition) string { return strconv.FormatInt(e.Row, 10) }

// ruleSays is the rule by which a level is passed.
func (p *setPage) ruleSays() string {
	out := p.T("maturity.set_rule_says", "n", p.Number(p.One.Set.Rule.OthersAtLeast), "least", p.Number(p.One.Set.Defaults.MinN))
	var own []string
	for _, l := range maturity.Levels() {
		if n, there := p.One.Set.Rule.At[l]; there {
			own = append(own, p.T("maturity.set_rule_at", "level", l.String(), "n", p.Number(n)))
		}
	}
	if len(own) > 0 {
		out += " " + p.T("maturity.set_rule_own", "levels", p.List(own))
	}
	return out
}

// answeredBy is what answers a statement without asking anybody.
func (p *setPage) answeredBy(q maturity.Question) string {
	e := q.Evidence
	kind := p.T("maturity.kind." + string(e.Kind))
	if !e.Kind.Measured() {
		if e.What == "" {
			return kind
		}
		return kind + " · " + e.What
	}
	id, _, _ := strings.Cut(e.Metric, ":")
	m, _ := evidence.Find(id)
	return kind + " · " + e.Metric + " · " + p.wanted(e, m.Shape)
}
