package maturity

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/maturity/questions"
	"kilter/internal/report/evidence"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

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
