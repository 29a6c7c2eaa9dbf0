package maturity

import (
	"net/http"
	"slices"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/people"
	"kilter/internal/report/evidence"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// answerPage is the form of an assessor for one process.
type answerPage struct {
	*sight
	One      *assessment.Assessment
	Part     maturity.Part
	Marks    map[string]assessment.Mark
	Measured *evidence.Report
	Form     *web.Form
	Drafted  bool
	Held     map[string][]assessment.Held // evidence files, by statement
	FileForm *web.Form                    // of a file that was not taken
}

func (s *sight) answering(r *http.Request) (*answerPage, error) {
	one, err := s.find(r)
	if err != nil {
		return nil, err
	}
	p := &answerPage{sight: s, One: one, Part: s.set.Part(maturity.Process(r.PathValue("process"))), Marks: map[string]assessment.Mark{}}
	if len(p.Part.Questions) == 0 {
		return nil, fault.New(fault.Missing, "trouble.missing")
	}
	if !slices.Contains(one.Assessors, s.By.ID) {
		return nil, fault.New(fault.Denied, "assessment.not_yours")
	}
	marks, err := s.room.Own(s.ctx, s.By, one.ID)
	if err != nil {
		return nil, err
	}
	for _, m := range marks {
		p.Marks[m.Question] = m
	}
	own, _ := s.lang()
	p.Title = p.Part.Name.In(own)
	if p.Held, err = s.held(one.ID); err != nil {
		return nil, err
	}
	p.Measured, err = s.pages.Evidence.ReadFor(s.ctx, s.By, s.set)
	return p, err
}

func (p *answerPage) draft() string {
	return "maturity-" + strconv.FormatInt(p.One.ID, 10) + "-" + string(p.Part.Code)
}

func (p *answerPage) action() string { return href(p.One.ID) + "/answer/" + string(p.Part.Code) }

// done is how many statements of the process are answered.
func (p *answerPage) done() int {
	n := 0
	for _, q := range p.Part.Questions {
		if p.value(q.ID) != "" {
			n++
		}
	}
	return n
}

// value is what stands in a field: what was typed, else what was kept.
func (p *answerPage) value(name string) string {
	if p.Form != nil && p.Form.Values != nil {
		return p.Form.Get(name)
	}
	return string(p.Marks[name].Answer)
}

var choices = []maturity.Answer{maturity.Yes, maturity.No, maturity.NotApplicable, maturity.Unanswered}

// words are the two fields beside an answer.
func (p *answerPage) words(q maturity.Question) []part.Field {
	m := p.Marks[q.ID]
	return p.Form.Fields(
		part.Field{Name: q.ID + ".comment", Label: p.T("maturity.comment"), Kind: part.Text, Value: m.Comment, Max: 4000},
		part.Field{Name: q.ID + ".evidence", Label: p.T("maturity.evidence"), Kind: part.Text, Value: m.Evidence, Max: 4000, Hint: p.T("maturity.evidence_hint")},
	)
}

func (s *sight) answerForm(w http.ResponseWriter, r *http.Request) error {
	p, err := s.answering(r)
	if err != nil {
		return err
	}
	if p.Form = s.Begun(p.draft()); p.Form != nil {
		p.Drafted = true
	}
	return web.Show(w, r, http.StatusOK, answerView(p))
}

// answer keeps what was said of a process. "As measured" fills in what is not
// answered and what the records tell.
func (s *sight) answer(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	p, err := s.answering(r)
	if err != nil {
		return err
	}
	p.Form = f
	measured := f.Get("then") == "measured"
	var marks []assessment.Mark
	for _, q := range p.Part.Questions {
		m := assessment.Mark{Question: q.ID, Answer: maturity.Answer(f.Get(q.ID)), Comment: f.Get(q.ID + ".comment"), Evidence: f.Get(q.ID + ".evidence")}
		if told, ok := p.Measured.Figure(q.ID); ok && measured && m.Answer == maturity.Unanswered && (told.Answer == maturity.Yes || told.Answer == maturity.No) {
			m.Answer = told.Answer
			if m.Evidence == "" {
				m.Evidence = s.reading(told) + " " + evidencePath + "/" + q.ID
			}
		}
		was := p.Marks[q.ID]
		if was.Answer != m.Answer || was.Comment != m.Comment || was.Evidence != m.Evidence {
			marks = append(marks, m)
		}
	}
	if err := f.Blame(s.Printer, s.room.Answer(s.ctx, s.By, p.One.ID, marks)); err != nil {
		return err
	}
	if f.Wrong() {
		return web.Show(w, r, http.StatusUnprocessableEntity, answerView(p))
	}
	if err := s.Forget(p.draft()); err != nil {
		return err
	}
	if measured {
		return web.Go(w, r, p.action())
	}
	return web.Go(w, r, p.next())
}

// next is the process after this one, or the assessment.
func (p *answerPage) next() string {
	codes := maturity.Processes()
	if i := slices.Index(codes, p.Part.Code); i+1 < len(codes) {
		return href(p.One.ID) + "/answer/" + string(codes[i+1])
	}
	return href(p.One.ID)
}

// processPage is one process of an assessment with what everybody said.
type processPage struct {
	*sight
	One      *assessment.Assessment
	Found    *assessment.Findings
	Part     maturity.Part
	Measured *evidence.Report
	Held     map[string][]assessment.Held
	Form     *web.Form
}

func (s *sight) process(w http.ResponseWriter, r *http.Request) error {
	return s.processOf(w, r, maturity.Process(r.PathValue("process")), nil)
}

func (s *sight) processOf(w http.ResponseWriter, r *http.Request, code maturity.Process, form *web.Form) error {
	one, found, err := s.result(web.PathID(r, "id"))
	if err != nil {
		return err
	}
	p := &processPage{sight: s, One: one, Found: found, Part: s.set.Part(code), Form: form}
	if len(p.Part.Questions) == 0 {
		return fault.New(fault.Missing, "trouble.missing")
	}
	if p.Measured, err = s.pages.Evidence.ReadFor(s.ctx, s.By, s.set); err != nil {
		return err
	}
	if p.Held, err = s.held(one.ID); err != nil {
		return err
	}
	own, _ := s.lang()
	p.Title = p.Part.Name.In(own)
	status := http.StatusOK
	if form != nil {
		status = http.StatusUnprocessableEntity
	}
	return web.Show(w, r, status, processView(p))
}

// marks are what was said of a statement.
func (p *processPage) marks(question string) []assessment.Mark {
	var out []assessment.Mark
	for _, m := range p.Found.Marks {
		if m.Question == question {
			out = append(out, m)
		}
	}
	return out
}

func (p *processPage) disputed(question string) bool {
	return p.Found.Consensus != nil && slices.Contains(p.Found.Consensus.Disputed, question)
}

// decided is the last decision over a statement that stands.
func (p *processPage) decided(question string) *maturity.Override {
	for i := len(p.Found.Overrides) - 1; i >= 0; i-- {
		if o := &p.Found.Overrides[i]; o.Question == question && o.Stands(p.Now) {
			return o
		}
	}
	return nil
}

func (s *sight) who(o *maturity.Override) string {
	id, err := strconv.ParseInt(o.By, 10, 64)
	if err != nil {
		return o.By
	}
	return s.Name(people.ID(id))
}

// overFields are those of a decision over answers.
func (p *processPage) overFields() []part.Field {
	which := part.Field{Name: "question", Label: p.T("maturity.statement"), Kind: part.Choice, Required: true, Narrow: true}
	for _, q := range p.Part.Questions {
		own, _ := p.lang()
		which.Options = append(which.Options, part.Option{Value: q.ID, Label: q.ID + " " + q.Topic.In(own)})
	}
	answer := part.Field{Name: "answer", Label: p.T("maturity.holds"), Kind: part.Radio, Required: true}
	for _, a := range choices[:3] {
		_, _, word := p.said(a)
		answer.Options = append(answer.Options, part.Option{Value: string(a), Label: word})
	}
	return p.Form.Fields(which, answer,
		part.Field{Name: "reason", Label: p.T("maturity.reason"), Kind: part.Long, Required: true, Max: 4000},
		part.Field{Name: "evidence", Label: p.T("maturity.evidence"), Required: true, Max: 4000, Hint: p.T("maturity.evidence_hint")})
}

func (s *sight) override(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	id, code := web.PathID(r, "id"), maturity.Process(f.Get("process"))
	_, err = s.room.Override(s.ctx, s.By, id, maturity.Override{Question: f.Get("question"), Answer: maturity.Answer(f.Get("answer")), Reason: f.Get("reason"), Evidence: f.Get("evidence")})
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	if f.Wrong() {
		return s.processOf(w, r, code, f)
	}
	return web.Go(w, r, href(id)+"/process/"+string(code)+"#"+f.Get("question"))
}
