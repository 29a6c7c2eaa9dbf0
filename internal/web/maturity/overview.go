package maturity

import (
	"math"
	"net/http"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/people"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// overviewPage is how the processes stand.
type overviewPage struct {
	*sight
	All    []assessment.Assessment
	Last   *assessment.Assessment // the last signed one of the centre
	Before *assessment.Assessment // the one before it
	Now    *assessment.Findings
	Then   *assessment.Findings
}

func (s *sight) overview(w http.ResponseWriter, r *http.Request) error {
	p := &overviewPage{sight: s}
	var err error
	if p.All, err = s.room.List(s.ctx, s.By); err != nil {
		return err
	}
	for i := range p.All {
		a := &p.All[i]
		switch {
		case a.State != assessment.Signed || a.Unit != "":
		case p.Last == nil:
			p.Last = a
		case p.Before == nil:
			p.Before = a
		}
	}
	if p.Last != nil {
		if _, p.Now, err = s.room.Result(s.ctx, s.By, p.Last.ID); err != nil {
			return err
		}
	}
	if p.Before != nil {
		if _, p.Then, err = s.room.Result(s.ctx, s.By, p.Before.ID); err != nil {
			return err
		}
	}
	p.Title = s.T("maturity.title")
	p.Needs("charts")
	return web.Show(w, r, http.StatusOK, overviewView(p))
}

// answer is how many processes are where they should be.
func (p *overviewPage) answer() string {
	if p.Now == nil {
		return p.T("maturity.says_none")
	}
	n, of := 0, 0
	for _, one := range maturity.Processes() {
		t, ok := p.Now.Targets[one]
		if !ok {
			continue
		}
		of++
		if p.Now.Outcome(one).Level >= t.Level {
			n++
		}
	}
	if of == 0 {
		return p.T("maturity.says_no_targets", "day", p.KeptDay(p.Last.Day))
	}
	return p.T("maturity.says", "n", p.Number(n), "of", p.Number(of), "day", p.KeptDay(p.Last.Day))
}

// chart is every process with its level against its target.
func (s *sight) chart(f, before *assessment.Findings) part.Chart {
	c := part.Chart{Title: s.T("maturity.chart"), Note: s.T("maturity.chart_note"), Kind: part.Radar, Axis: s.T("maturity.col.process"), Digits: 1, Ends: &[2]float64{0, 5}}
	is, should, was := part.Series{Name: s.T("maturity.col.level"), Tone: part.Jade}, part.Series{Name: s.T("maturity.col.target"), Tone: part.Violet}, part.Series{Name: s.T("maturity.col.from"), Tone: part.Slate}
	for _, one := range maturity.Processes() {
		c.Groups = append(c.Groups, s.processName(one))
		is.Values = append(is.Values, f.Outcome(one).Level.Number())
		t := math.NaN()
		if f.Targets[one].Level > maturity.None {
			t = f.Targets[one].Level.Number()
		}
		should.Values = append(should.Values, t)
		if before != nil {
			was.Values = append(was.Values, before.Outcome(one).Level.Number())
		}
	}
	c.Series = []part.Series{is}
	if len(f.Targets) > 0 {
		c.Series = append(c.Series, should)
	}
	if before != nil {
		c.Series = append(c.Series, was)
	}
	return c
}

// showPage is one assessment.
type showPage struct {
	*sight
	One   *assessment.Assessment
	Found *assessment.Findings // nil as long as the reader may not know it
	Own   map[maturity.Process]int
	Mine  bool // the reader is one of its assessors
	Form  *web.Form
}

func (s *sight) find(r *http.Request) (*assessment.Assessment, error) {
	one, err := s.room.Find(s.ctx, s.By, web.PathID(r, "id"))
	if err == nil {
		err = s.turnTo(one)
	}
	return one, err
}

func (s *sight) show(w http.ResponseWriter, r *http.Request) error {
	one, err := s.find(r)
	if err != nil {
		return err
	}
	return s.showOne(w, r, one, nil)
}

func (s *sight) showOne(w http.ResponseWriter, r *http.Request, one *assessment.Assessment, form *web.Form) error {
	p := &showPage{sight: s, One: one, Form: form, Own: map[maturity.Process]int{}}
	for _, who := range one.Assessors {
		p.Mine = p.Mine || who == s.By.ID
	}
	_, found, err := s.room.Result(s.ctx, s.By, one.ID)
	if err != nil && !fault.Is(err, fault.Denied) {
		return err
	}
	p.Found = found
	if p.Mine && one.State == assessment.Open && s.By.Can(assessment.DeedAssess) {
		marks, err := s.room.Own(s.ctx, s.By, one.ID)
		if err != nil {
			return err
		}
		for _, m := range marks {
			if q, ok := s.set.Question(m.Question); ok && m.Answer != maturity.Unanswered {
				p.Own[q.Process()]++
			}
		}
	}
	p.Title = s.name(one)
	p.Needs("charts")
	return web.Show(w, r, form.Status(), showView(p))
}

// answer is the assessment in a sentence.
func (p *showPage) answer() string {
	_, _, state := p.stateOf(p.One)
	return p.T("maturity.one_says", "unit", p.unit(p.One), "day", p.KeptDay(p.One.Day), "state", state, "who", p.Names(p.One.Assessors))
}

// asked is how many statements there are.
func (p *showPage) asked() int {
	n := 0
	for _, one := range p.set.Processes {
		n += len(one.Questions)
	}
	return n
}

// answered is how many statements somebody has answered, or decided on.
func (p *showPage) answered() int {
	n := 0
	if p.Found != nil {
		for _, a := range p.Found.Final {
			if a != maturity.Unanswered {
				n++
			}
		}
	}
	return n
}

// voices is how many assessors have answered.
func (p *showPage) voices() int {
	who := map[people.ID]bool{}
	if p.Found != nil {
		for _, m := range p.Found.Marks {
			if m.Answer != maturity.Unanswered {
				who[m.Person] = true
			}
		}
	}
	return len(who)
}

func (s *sight) sign(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	id := web.PathID(r, "id")
	_, err = s.room.Sign(s.ctx, s.By, id, assessment.Seen{Version: f.ID("version"), Answers: f.ID("answers")})
	return s.then(w, r, f, id, err)
}

func (s *sight) cancel(w http.ResponseWriter, r *http.Request) error {
	id := web.PathID(r, "id")
	_, err := s.room.Cancel(s.ctx, s.By, id)
	return s.then(w, r, &web.Form{}, id, err)
}

// then shows the assessment after something was done, or what keeps it from
// being done.
func (s *sight) then(w http.ResponseWriter, r *http.Request, f *web.Form, id int64, err error) error {
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	if !f.Wrong() {
		return web.Go(w, r, href(id))
	}
	one, err := s.room.Find(s.ctx, s.By, id)
	if err != nil {
		return err
	}
	if err := s.turnTo(one); err != nil {
		return err
	}
	return s.showOne(w, r, one, f)
}
