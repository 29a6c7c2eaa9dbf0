package maturity

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/roadmap/readiness"
	"kilter/internal/report/evidence"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// evidencePage is what the records say of every statement.
type evidencePage struct {
	*sight
	Report  *evidence.Report
	Process maturity.Process
}

func (s *sight) evidence(w http.ResponseWriter, r *http.Request) error {
	p := &evidencePage{sight: s, Process: maturity.Process(r.URL.Query().Get("process"))}
	if !p.Process.Known() {
		p.Process = maturity.ServiceDesk
	}
	var err error
	if p.Report, err = s.pages.Evidence.Read(s.ctx, s.By); err != nil {
		return err
	}
	p.Title = s.T("evidence.title")
	return web.Show(w, r, http.StatusOK, evidenceView(p))
}

// answer is how many statements the records answer.
func (p *evidencePage) answer() string {
	yes, no, thin, none := 0, 0, 0, 0
	for _, f := range p.Report.Figures {
		switch f.Answer {
		case maturity.Yes:
			yes++
		case maturity.No:
			no++
		case maturity.Insufficient:
			thin++
		default:
			none++
		}
	}
	return p.T("evidence.says", "yes", p.Number(yes), "no", p.Number(no), "thin", p.Number(thin), "none", p.Number(none))
}

// tabs are the processes, with how many of their statements hold.
func (p *evidencePage) tabs() []part.Link {
	var out []part.Link
	for _, one := range maturity.Processes() {
		out = append(out, part.Link{Label: p.processName(one), Href: evidencePath + "?process=" + string(one), Active: one == p.Process})
	}
	return out
}

const mostBehind = 100

// behindPage is the records behind a figure.
type behindPage struct {
	*sight
	Question maturity.Question
	Figure   evidence.Figure
	Query    evidence.Query
	Counts   bool
	Rows     []evidence.Row
}

func (s *sight) behind(w http.ResponseWriter, r *http.Request) error {
	p := &behindPage{sight: s, Counts: r.URL.Query().Get("counts") != "no"}
	if v := r.URL.Query().Get("set"); v != "" && v != s.used {
		if err := s.turnTo(&assessment.Assessment{Set: v}); err != nil {
			return err
		}
	}
	var known bool
	if p.Question, known = s.set.Question(r.PathValue("question")); !known {
		return fault.New(fault.Missing, "trouble.missing")
	}
	report, err := s.pages.Evidence.ReadFor(s.ctx, s.By, s.set)
	if err != nil {
		return err
	}
	p.Figure, _ = report.Figure(p.Question.ID)
	after, _ := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64) // none is from the beginning
	if p.Query, p.Rows, err = s.pages.Evidence.BehindFor(s.ctx, s.By, s.set, p.Question.ID, evidence.Slice{Counts: p.Counts, After: after, Limit: mostBehind}); err != nil {
		return err
	}
	own, _ := s.lang()
	p.Title = p.Question.ID + " " + p.Question.Topic.In(own)
	return web.Show(w, r, http.StatusOK, behindView(p))
}

// behindAt is where the records behind a statement of the set are.
func (s *sight) behindAt(q maturity.Question, counts string) string {
	out := evidencePath + "/" + q.ID + "?counts=" + counts
	if s.set.Version != s.used {
		out += "&set=" + s.set.Version
	}
	return out
}

func (p *behindPage) address(counts bool, after int64) string {
	out := evidencePath + "/" + p.Question.ID
	if !counts {
		out += "?counts=no"
	} else {
		out += "?counts=yes"
	}
	if s := p.set.Version; s != p.used {
		out += "&set=" + s
	}
	if after != 0 {
		out += "&after=" + strconv.FormatInt(after, 10)
	}
	return out
}

func (p *behindPage) tabs() []part.Link {
	return []part.Link{
		{Label: p.T("evidence.counting", "n", p.Number(p.Figure.Numerator)), Href: p.address(true, 0), Active: p.Counts},
		{Label: p.T("evidence.not_counting", "n", p.Number(p.Figure.Denominator-p.Figure.Numerator)), Href: p.address(false, 0), Active: !p.Counts},
	}
}

// opens reports whether the reader may look at the records behind a figure.
func (s *sight) opens(q maturity.Question, f evidence.Figure) bool {
	if q.Evidence.Kind == maturity.Role || q.Evidence.Kind == maturity.Training {
		return evidence.OpensPeople(s.By, q.Evidence.Kind)
	}
	asked, ok := evidence.Ask(q.Process(), q.Evidence, f.To)
	return ok && asked.Opens(s.By)
}

// split reports whether some of the records of a figure count and others do not.
func split(f evidence.Figure) bool { return f.Shape == evidence.Share }

// simplified says in which way a figure measures less than its metric asks for; ""
// when it measures all of it.
func (s *sight) simplified(f evidence.Figure) string {
	id, _, _ := strings.Cut(f.Metric, ":")
	if f.Why != "" || !evidence.Simplified(id) {
		return ""
	}
	return s.T("evidence.simple." + id)
}

// row is what a row is called, and where it is found.
func (s *sight) row(r evidence.Row) (label, name, href string) {
	own, _ := s.lang()
	id := strconv.FormatInt(r.ID, 10)
	switch r.Of {
	case evidence.Item:
		return r.Code, r.Name.In(own), web.ItemHref(record.ItemID(r.ID))
	case evidence.Operation:
		return s.T("operation.title"), r.Name.In(own), "/operations/" + id
	case evidence.Survey:
		return s.T("wave.title"), r.Name.In(own), "/surveys/" + id
	case evidence.Review:
		return s.T("review.title"), r.Name.In(own), "/reviews/" + id
	case evidence.Meeting:
		return s.T("cab.kind.board"), s.Date(time.UnixMilli(r.Number)), "/cab/" + id
	case evidence.Step:
		return r.Code, r.Name.In(own), "/roadmap/" + strconv.FormatInt(r.Number, 10) + "/steps/" + id
	case evidence.Person:
		href = "/readiness/" + r.Code // who holds a role of it
		if s.By.Can(readiness.DeedEdit) {
			href = "/readiness/people/" + id
		}
		return r.Code, s.Name(people.ID(r.ID)), href
	case evidence.Service, evidence.Agreement:
		name = r.Name.In(own)
		if r.Clock != "" {
			name = s.T("evidence.target", "name", name, "priority", s.Number(r.Priority), "clock", s.T("sla.clock."+string(r.Clock)))
		}
		if s.By.Can("setting.edit") { // where it is kept, for whoever keeps it
			href = "/settings/" + string(r.Of) + "/" + id
		}
		return r.Code, name, href
	}
	kind := record.Kind(r.Of)
	ref := record.Ref(kind, record.Number(r.Number))
	return ref, r.Name.In(own), kind.Path() + "/" + ref
}

// export saves the gap list: every statement that does not hold below the target
// and at the next level.
func (s *sight) export(w http.ResponseWriter, r *http.Request) error {
	as, err := web.SavedAs(r)
	if err != nil {
		return err
	}
	one, found, err := s.result(web.PathID(r, "id"))
	if err != nil {
		return err
	}
	title := s.T("maturity.gaps")
	return web.Saved{As: as, Name: s.name(one) + " " + title, Title: title}.Write(w, func(out sheet.Writer) error { return s.gapRows(out, found) })
}

func (s *sight) gapRows(out sheet.Writer, found *assessment.Findings) error {
	head := []string{"maturity.col.process", "maturity.statement", "maturity.col.level", "maturity.mandatory", "maturity.col.topic", "maturity.col.text_en", "maturity.col.text_zh", "maturity.col.answer", "maturity.col.upto", "maturity.col.iso", "maturity.col.itss"}
	for i, key := range head {
		head[i] = s.T(key)
	}
	if err := out.Header(head...); err != nil {
		return err
	}
	for _, part := range s.set.Processes {
		upto := max(found.Targets[part.Code].Level, min(found.Outcome(part.Code).Level+1, maturity.Top))
		for _, q := range part.Questions {
			answer := found.Final[q.ID]
			if q.Level > upto || answer == maturity.Yes || answer == maturity.NotApplicable {
				continue
			}
			if err := out.Row(s.gapRow(part, q, answer, upto)...); err != nil {
				return err
			}
		}
	}
	return out.Close()
}

func (s *sight) gapRow(part maturity.Part, q maturity.Question, answer maturity.Answer, upto maturity.Level) []sheet.Cell {
	own, _ := s.lang()
	_, _, said := s.said(answer)
	must := ""
	if q.Mandatory {
		must = s.T("maturity.mandatory")
	}
	itss := make([]string, len(q.ITSS))
	for i, e := range q.ITSS {
		itss[i] = s.T("maturity.itss." + e)
	}
	return []sheet.Cell{
		sheet.Text(part.Name.In(own)), sheet.Text(q.ID), sheet.Number(q.Level.Number()), sheet.Text(must), sheet.Text(q.Topic.In(own)), sheet.Text(q.Text.En), sheet.Text(q.Text.Zh),
		sheet.Text(said), sheet.Number(upto.Number()), sheet.Text(s.List(q.ISO20000)), sheet.Text(s.List(itss)),
	}
}
