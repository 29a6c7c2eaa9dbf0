package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// candidatesPath is the work list of what may be problems.
const candidatesPath = "/problems/candidates"

// fromCandidate stands ahead of a candidate's id where a form says what a
// problem comes from.
const fromCandidate = "candidate-"

func (d *Desk) candidateRoutes(mux Mux) {
	for pattern, h := range map[string]staffHandler{
		"GET " + candidatesPath:                  d.candidates,
		"GET " + candidatesPath + "/open/{id}":   d.openCandidate,
		"GET " + candidatesPath + "/aside/{id}":  d.asideForm,
		"POST " + candidatesPath + "/aside/{id}": d.setAside,
		"POST " + candidatesPath + "/back/{id}":  d.candidateBack,
	} {
		mux.Handle(pattern, d.limited(pattern, d.about(record.Problem, h)))
	}
}

// candidatesPage is the work list; Aside when it is about what was set aside.
type candidatesPage struct {
	*sight
	List     []problem.Proposal
	Rule     problem.Rule // all of this one are shown; of each the first when ""
	Aside    bool
	Verdicts []problem.Verdict
}

// firstOfRule is how many of a rule are shown beside those of the others.
const firstOfRule = 8

func (d *Desk) candidates(w http.ResponseWriter, r *http.Request, s *sight) (err error) {
	p := &candidatesPage{sight: s, Aside: r.URL.Query().Get("show") == "aside"}
	if rule := problem.Rule(r.URL.Query().Get("rule")); slices.Contains(problem.Rules, rule) {
		p.Rule = rule
	}
	if p.List, err = d.Problems.Candidates(r.Context(), s.By); err != nil {
		return err
	}
	if p.Verdicts, err = d.Problems.Aside(r.Context(), s.By); err != nil {
		return err
	}
	p.Title = s.T("problem.candidates")
	s.frameViews(listPlace{View: "candidates"})
	return Show(w, r, http.StatusOK, candidatesView(p))
}

// ofRule are the candidates of a rule.
func (p *candidatesPage) ofRule(r problem.Rule) []problem.Proposal {
	return slices.DeleteFunc(slices.Clone(p.List), func(c problem.Proposal) bool { return c.Rule != r })
}

// shown is how many of the candidates of a rule are shown.
func (p *candidatesPage) shown(n int) int {
	if p.Rule != "" {
		return n
	}
	return min(n, firstOfRule)
}

func (p *candidatesPage) answer() string {
	if len(p.List) == 0 {
		return ""
	}
	return p.N("problem.candidates.says", len(p.List))
}

func (p *candidatesPage) tabs() []part.Link {
	return []part.Link{
		{Label: p.T("problem.candidates.open"), Href: candidatesPath, Active: !p.Aside, Count: p.Number(len(p.List))},
		{Label: p.T("problem.candidates.aside"), Href: candidatesPath + "?show=aside", Active: p.Aside, Count: p.Number(len(p.Verdicts))},
	}
}

// about names what the incidents of a candidate have in common.
func (s *sight) candidateAbout(c *problem.Candidate) string {
	var out []string
	if c.Item != 0 {
		out = append(out, s.value("item", strconv.FormatInt(int64(c.Item), 10)))
	}
	for _, id := range []int64{int64(c.Service), int64(c.Category)} {
		if name := s.Thing(id); name != "" {
			out = append(out, name)
		}
	}
	if len(out) == 0 {
		return s.T("problem.candidate.mixed")
	}
	return strings.Join(out, " · ")
}

// why says in words what speaks for a candidate.
func (s *sight) candidateWhy(c *problem.Candidate) string {
	switch c.Rule {
	case problem.Grave:
		return s.T("problem.candidate.why.grave")
	case problem.Repeated:
		return s.N("problem.candidate.why.repeated", c.Count)
	case problem.Rising:
		r := c.Rise
		return s.T("problem.candidate.why.rising", "slope", s.Decimal(r.Slope, 2), "weeks", len(r.Weeks), "q", s.Decimal(r.Q, 3), "tests", r.Tests)
	}
	if c.Item != 0 {
		return s.N("problem.candidate.why.item", c.Count)
	}
	return s.N("problem.candidate.why.words", c.Count)
}

// mayOpen reports whether the reader may open the problem of a candidate.
func (p *candidatesPage) mayOpen(c *problem.Proposal) bool {
	return p.By.Can("problem.open") && p.By.Can("incident.relate") && (c.Again == nil || p.By.Can("problem.relate"))
}

// openCandidate leads to the form that opens the problem, filled in with what
// is known.
func (d *Desk) openCandidate(w http.ResponseWriter, r *http.Request, s *sight) error {
	id, err := candidateID(r)
	if err != nil {
		return err
	}
	c, err := d.Problems.Candidate(r.Context(), s.By, id)
	if err != nil {
		return err
	}
	fields, err := d.Known.DraftOf(r.Context(), s.By, &c)
	if err != nil {
		return err
	}
	v := url.Values{"from": {fromCandidate + strconv.FormatInt(id, 10)}}
	for name, text := range fields {
		v.Set(name, Cut(text, 500))
	}
	return Go(w, r, "/problems/new?"+v.Encode())
}

func candidateID(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, fault.New(fault.Missing, "problem.no_candidate")
	}
	return id, nil
}

// asideAsk asks why a candidate is no problem.
func (s *sight) asideAsk(r *http.Request, form *Form) (*askPage, error) {
	if err := s.By.May(problem.DeedSetAside); err != nil {
		return nil, err
	}
	id, err := candidateID(r)
	if err != nil {
		return nil, err
	}
	c, err := s.desk.Problems.Candidate(s.ctx, s.By, id)
	if err != nil {
		return nil, err
	}
	p := &askPage{sight: s, ID: "aside", Heading: s.T("problem.candidate.set_aside") + " · " + s.candidateAbout(&c.Candidate), Action: candidatesPath + "/aside/" + strconv.FormatInt(id, 10), Send: s.T("problem.candidate.set_aside"), Icon: "archive", Form: form}
	p.Said = s.T("problem.candidate.until." + string(c.Rule))
	p.Fields = []part.Field{form.Field(part.Field{Name: "reason", Label: s.T("problem.candidate.reason"), Kind: part.Long, Max: 2000, Required: true})}
	return p, nil
}

func (d *Desk) asideForm(w http.ResponseWriter, r *http.Request, s *sight) error {
	p, err := s.asideAsk(r, nil)
	if err != nil {
		return err
	}
	s.frameViews(listPlace{View: "candidates"})
	return p.show(w, r, http.StatusOK)
}

func (d *Desk) setAside(w http.ResponseWriter, r *http.Request, s *sight) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	p, err := s.asideAsk(r, form)
	if err != nil {
		return err
	}
	id, err := candidateID(r)
	if err != nil {
		return err
	}
	if err := d.Problems.SetAside(r.Context(), s.By, id, form.Get("reason")); err != nil {
		s.frameViews(listPlace{View: "candidates"})
		return p.refused(w, r, err)
	}
	return Go(w, r, candidatesPath)
}

// candidateBack lets a candidate that was set aside be proposed again.
func (d *Desk) candidateBack(w http.ResponseWriter, r *http.Request, s *sight) error {
	id, err := candidateID(r)
	if err != nil {
		return err
	}
	if err := d.Problems.TakeBack(r.Context(), s.By, id); err != nil {
		return err
	}
	return Go(w, r, candidatesPath+"?show=aside")
}

// sparks are the bars of a small picture of weekly counts: its height is 24.
func sparks(weeks []int) (out []spark) {
	most := max(1, slices.Max(append([]int{0}, weeks...)))
	for i, n := range weeks {
		h := 24 * n / most
		if n > 0 {
			h = max(h, 2)
		}
		out = append(out, spark{X: strconv.Itoa(6 * i), Y: strconv.Itoa(24 - h), H: strconv.Itoa(h)})
	}
	return out
}

// spark is one bar.
type spark struct{ X, Y, H string }

// weekWords lists weekly counts for those who cannot see their picture.
func (s *sight) weekWords(weeks []int) string {
	out := make([]string, len(weeks))
	for i, n := range weeks {
		out[i] = strconv.Itoa(n)
	}
	return s.T("problem.candidate.weeks", "weeks", len(weeks), "counts", strings.Join(out, ", "))
}
