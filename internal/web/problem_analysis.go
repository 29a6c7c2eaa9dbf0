package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"kilter/internal/base/fault"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

func (d *Desk) analysisRoutes(mux Mux) {
	for pattern, h := range map[string]staffHandler{
		"GET /problems/{ref}/analysis/new":        d.analysisForm,
		"POST /problems/{ref}/analysis/new":       d.analyse,
		"GET /problems/{ref}/print":               d.problemPaper,
		"GET /problems/{ref}/analysis/{id}":       d.analysis,
		"GET /problems/{ref}/analysis/{id}/edit":  d.analysisForm,
		"POST /problems/{ref}/analysis/{id}/edit": d.analyse,
	} {
		mux.Handle(pattern, d.limited(pattern, d.about(record.Problem, h)))
	}
}

// analysisPage is one analysis of a problem: as it is, or as it was.
type analysisPage struct {
	*plainPage
	One      problem.Analysis
	Versions []problem.Analysis
	Latest   bool
}

// analysisEdit is the form of one.
type analysisEdit struct {
	*plainPage
	One      problem.Analysis
	Form     *Form
	Fields   []part.Field
	Aspects  []aspectFields // Kepner-Tregoe
	Tests    []testFields
	Theirs   *problem.Analysis // what somebody else has saved meanwhile
	Gathered bool
}

// aspectFields is a row of the specification, testFields a possible cause with
// its tests.
type aspectFields struct {
	Name   string
	Fields []part.Field
}

type testFields struct {
	Text   string
	Fields []part.Field
}

// analyses lists the analyses of the problem beside its facts.
func (p *plainPage) analyses() ([]problem.Analysis, error) {
	return p.desk.Problems.AnalysesOf(p.ctx, p.By, p.One.Number)
}

// analysisPanel shows them; on a page of another practice there are none.
func analysisPanel(p *plainPage) templ.Component {
	all, err := p.analyses()
	if err != nil {
		return templ.Raw("") // the page stands without what was there a moment ago
	}
	return analysesBeside(p, all)
}

func (p *plainPage) mayAnalyse() bool {
	_, final := p.of.Place(p.One.State)
	return !final && p.By.Can("problem.analyse")
}

func analysisHref(ref string, id int64) string {
	return "/problems/" + ref + "/analysis/" + strconv.FormatInt(id, 10)
}

// analysisOf finds the analysis that an address names, with its versions.
func (s *sight) analysisOf(r *http.Request) (*plainPage, []problem.Analysis, error) {
	page, err := s.plainPage(r.PathValue("ref"))
	if err != nil {
		return nil, nil, err
	}
	all, err := s.desk.Problems.Versions(s.ctx, s.By, page.One.Number, idOf(r.PathValue("id")))
	return page, all, err
}

func (d *Desk) analysis(w http.ResponseWriter, r *http.Request, s *sight) error {
	page, all, err := s.analysisOf(r)
	if err != nil {
		return err
	}
	p := &analysisPage{plainPage: page, One: all[0], Versions: all, Latest: true}
	if v := r.URL.Query().Get("version"); v != "" {
		i := slices.IndexFunc(all, func(a problem.Analysis) bool { return strconv.Itoa(a.Version) == v })
		if i < 0 {
			return fault.New(fault.Missing, "problem.no_analysis")
		}
		p.One, p.Latest = all[i], i == 0
	}
	p.Title = page.Ref + " " + p.One.Title
	s.frameViews(listPlace{View: "none"})
	return Show(w, r, http.StatusOK, analysisView(p))
}

// editing prepares the form; without an id it is that of a new analysis.
func (s *sight) editing(r *http.Request, form *Form) (*analysisEdit, error) {
	if err := s.By.May("problem.analyse"); err != nil {
		return nil, err
	}
	p := &analysisEdit{Form: form}
	if id := r.PathValue("id"); id != "" {
		page, all, err := s.analysisOf(r)
		if err != nil {
			return nil, err
		}
		p.plainPage, p.One = page, all[0]
	} else {
		page, err := s.plainPage(r.PathValue("ref"))
		if err != nil {
			return nil, err
		}
		p.plainPage = page
		p.One.Method = problem.Method(r.URL.Query().Get("method"))
		if !slices.Contains(problem.Drawn, p.One.Method) {
			return nil, fault.New(fault.Missing, "problem.no_analysis")
		}
		p.One.Title, p.One.Doc = p.firstTitle(), p.begin()
	}
	if r.URL.Query().Get("gather") != "" && p.One.Method == problem.Timeline && form == nil {
		facts, err := p.gathered()
		if err != nil {
			return nil, err
		}
		p.One.Doc.Facts, p.Gathered = facts, true
	}
	p.ask()
	p.Title = p.Ref + " " + p.One.Title
	s.frameViews(listPlace{View: "none"})
	return p, nil
}

// firstTitle is what a new analysis is called until somebody says otherwise.
func (p *analysisEdit) firstTitle() string {
	return p.T("problem.method."+string(p.One.Method)) + " · " + Cut(p.plainPage.One.Title, 120)
}

// begin is what a new analysis begins with.
func (p *analysisEdit) begin() (d problem.AnalysisDoc) {
	switch p.One.Method {
	case problem.Fishbone:
		for _, c := range []string{"people", "process", "technology", "environment", "supplier", "information"} {
			d.Lines = append(d.Lines, problem.Line{Text: p.T("problem.bone." + c)})
		}
	case problem.Kepner:
		for _, name := range problem.AspectNames {
			d.Aspects = append(d.Aspects, problem.Aspect{Name: name})
		}
	}
	return d
}

// ask lays the document out into fields.
func (p *analysisEdit) ask() {
	d := p.One.Doc
	p.Fields = []part.Field{{Name: "title", Label: p.T("problem.analysis.title"), Required: true, Max: 200, Value: p.One.Title}}
	long := func(name, value string) part.Field {
		return part.Field{Name: name, Label: p.T("problem.analysis." + name), Help: p.T("problem.analysis.help." + name), Kind: part.Long, Value: value, Plain: true}
	}
	switch p.One.Method {
	case problem.FiveWhys, problem.Fishbone:
		f := long("lines", problem.WriteOutline(d.Lines))
		f.Label, f.Help = p.T("problem.analysis.lines."+string(p.One.Method)), p.T("problem.analysis.help."+string(p.One.Method))
		f.Attrs = templ.Attributes{"rows": "14", "spellcheck": "false", "data-outline": true}
		p.Fields = append(p.Fields, f)
	case problem.Timeline:
		f := long("facts", problem.WriteFacts(d.Facts, p.Zone()))
		f.Attrs = templ.Attributes{"rows": "16", "spellcheck": "false", "data-outline": true}
		p.Fields = append(p.Fields, f)
	default:
		p.askKepner()
		texts := make([]string, len(d.Causes))
		for i, c := range d.Causes {
			texts[i] = c.Text
		}
		p.Fields = append(p.Fields, long("causes", strings.Join(texts, "\n")))
	}
	p.Fields = append(p.Fields, part.Field{Name: "conclusion", Label: p.T("problem.analysis.conclusion"), Kind: part.Long, Max: 4000, Value: d.Conclusion})
	for i := range p.Fields {
		p.Fields[i] = p.Form.Field(p.Fields[i])
	}
}

// kepnerColumns are the columns of the specification.
var kepnerColumns = []string{"is", "not", "distinction", "change"}

func (p *analysisEdit) askKepner() {
	for _, a := range p.One.Doc.Aspects {
		row := aspectFields{Name: a.Name}
		for i, v := range []string{a.Is, a.IsNot, a.Distinction, a.Change} {
			name := a.Name + "." + kepnerColumns[i]
			row.Fields = append(row.Fields, p.Form.Field(part.Field{Name: name, Label: p.T("problem.aspect."+a.Name) + " · " + p.T("problem.kepner."+kepnerColumns[i]), Kind: part.Long, Max: 4000, Value: v, Plain: true}))
		}
		p.Aspects = append(p.Aspects, row)
	}
	options := []part.Option{{Value: "", Label: p.T("problem.test.none")}}
	for _, t := range problem.Tests {
		options = append(options, part.Option{Value: t, Label: p.T("problem.test." + t)})
	}
	for n, c := range p.One.Doc.Causes {
		row := testFields{Text: c.Text}
		for i, name := range problem.AspectNames {
			v := ""
			if i < len(c.Tests) {
				v = c.Tests[i]
			}
			row.Fields = append(row.Fields, p.Form.Field(part.Field{Name: "test." + strconv.Itoa(n) + "." + name, Label: p.T("problem.aspect." + name), Kind: part.Choice, Options: options, Value: v, Plain: true}))
		}
		p.Tests = append(p.Tests, row)
	}
}

// read takes the document out of the form.
func (p *analysisEdit) read(form *Form) (d problem.AnalysisDoc, many fault.Many) {
	d.Conclusion = form.Get("conclusion")
	switch p.One.Method {
	case problem.FiveWhys, problem.Fishbone:
		d.Lines = problem.ReadOutline(form.Values.Get("lines"))
	case problem.Timeline:
		d.Facts, many = problem.ReadFacts(form.Values.Get("facts"), p.Zone())
	default:
		for _, name := range problem.AspectNames {
			at := func(i int) string { return form.Get(name + "." + kepnerColumns[i]) }
			d.Aspects = append(d.Aspects, problem.Aspect{Name: name, Is: at(0), IsNot: at(1), Distinction: at(2), Change: at(3)})
		}
		for line := range strings.SplitSeq(form.Get("causes"), "\n") {
			c := problem.Possible{Text: strings.TrimSpace(line)}
			if c.Text == "" {
				continue
			}
			// The tests stand with the cause that they were made of, wherever its line went.
			if n := slices.IndexFunc(p.One.Doc.Causes, func(held problem.Possible) bool { return held.Text == c.Text }); n >= 0 {
				for _, name := range problem.AspectNames {
					c.Tests = append(c.Tests, form.Get("test."+strconv.Itoa(n)+"."+name))
				}
			}
			d.Causes = append(d.Causes, c)
		}
	}
	return d, many
}

func (d *Desk) analysisForm(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.editing(r, nil)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, analysisEditView(p))
}

func (d *Desk) analyse(w http.ResponseWriter, r *http.Request, s *sight) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	p, err := s.editing(r, form)
	if err != nil {
		return err
	}
	one := p.One
	one.Title = form.Get("title")
	if p.One.ID != 0 {
		one.Version = int(idOf(form.Get("version")))
	}
	doc, many := p.read(form)
	one.Doc = doc
	if err = many.Err(); err == nil {
		_, err = d.Problems.Analyse(r.Context(), s.By, p.plainPage.One.Number, &one)
	}
	if err == nil {
		return Go(w, r, analysisHref(p.Ref, one.ID))
	}
	if all := fault.All(err); len(all) == 1 && all[0].Key == "problem.analysis_changed" {
		theirs := p.One
		p.Theirs = &theirs
		return Show(w, r, http.StatusConflict, analysisEditView(p))
	}
	if err := form.Blame(s.Printer, err); err != nil {
		return err
	}
	p.Aspects, p.Tests = nil, nil
	p.ask()
	return Show(w, r, http.StatusUnprocessableEntity, analysisEditView(p))
}

// mostGathered bounds the records whose deeds are taken into a timeline.
const mostGathered = 20

// gathered is the timeline with what the problem and its incidents went
// through: when each was opened, moved on, declared major.
func (p *analysisEdit) gathered() ([]problem.Fact, error) {
	out := slices.Clone(p.One.Doc.Facts)
	rows := []record.Row{{Head: *p.plainPage.One}}
	for _, l := range p.Around.Links {
		rows = append(rows, l.Row)
	}
	for _, row := range rows[:min(len(rows), mostGathered)] {
		past, err := p.desk.Ledger.Timeline(p.ctx, row.ID, false)
		if err != nil {
			return nil, err
		}
		for _, e := range past {
			kind, verb, _ := strings.Cut(e.Deed, ".")
			if verb != "open" && e.From == e.To && verb != "declare" || !p.Has(kind+".did."+verb) {
				continue
			}
			f := problem.Fact{At: e.At, Source: row.Ref(), Text: p.T(kind+".did."+verb) + " · " + row.Title}
			if !slices.ContainsFunc(out, func(h problem.Fact) bool {
				return h.Source == f.Source && h.At.Truncate(60e9).Equal(f.At.Truncate(60e9)) && h.Text == f.Text
			}) {
				out = append(out, f)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b problem.Fact) int { return a.At.Compare(b.At) })
	return out, nil
}
