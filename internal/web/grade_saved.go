package web

import (
	"net/http"
	"time"

	"kilter/internal/base/sheet"
	"kilter/internal/practice/record"
)

// allGrades is more than a centre has.
const allGrades = 10_000_000

// gradesExport saves the list that is shown, all of it.
func (d *Desk) gradesExport(w http.ResponseWriter, r *http.Request, s *sight) error {
	as, err := SavedAs(r)
	if err != nil {
		return err
	}
	p, err := s.gradesPage(r, allGrades)
	if err != nil {
		return err
	}
	return Saved{as, "grades-" + s.Today(), p.Title}.Write(w, p.write)
}

func (p *gradesPage) write(out sheet.Writer) error {
	if err := out.Header(p.label("number"), p.label("title"), p.T("grade.value"), p.T("grade.reason"), p.T("grade.words"), p.T("grade.at"),
		p.T("grade.who"), p.T("grade.due"), p.T("grade.called"), p.T("grade.note"), p.T("grade.answered"), p.T("grade.answer")); err != nil {
		return err
	}
	for i := range p.Rows {
		if err := out.Row(p.cells(&p.Rows[i])...); err != nil {
			return err
		}
	}
	return out.Close()
}

func (p *gradesPage) cells(g *record.Graded) []sheet.Cell {
	at := func(t time.Time) sheet.Cell { return sheet.Time(t.In(p.Zone())) }
	return []sheet.Cell{
		sheet.Text(g.Row.Ref()), sheet.Text(g.Row.Title), sheet.Text(gradeWord(p.Printer, g.Value)), sheet.Text(p.reason(g.Reason)), sheet.Text(g.Words), at(g.At),
		sheet.Text(g.WhoName), at(g.DueBy()), at(g.Called), sheet.Text(g.Note), at(g.Grade.Answered), sheet.Text(g.Answer),
	}
}
