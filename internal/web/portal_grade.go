package web

import (
	"net/http"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/grade"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// portalGraded is what the portal shows of the grade of a record of the
// reader's.
type portalGraded struct {
	*guest
	At   string // the address of the record
	Case record.GradeCase
	Form *Form
}

// graded reads the grade of a record. Own says that it is the reader's to give:
// what he may read of the department is graded by the one whose it is.
func (g *guest) graded(r *http.Request, at, ref string, own bool) (*portalGraded, error) {
	p := &portalGraded{guest: g, At: at}
	if g.desk.Grades == nil {
		return p, nil
	}
	var err error
	if p.Case, err = g.desk.Grades.Read(g.ctx, g.By, ref); err != nil {
		return nil, err
	}
	p.Case.Rateable = p.Case.Rateable && own
	if v := r.URL.Query().Get("grade"); v != "" && p.Case.Rateable {
		p.Form = &Form{Values: map[string][]string{"rating": {v}}}
	}
	return p, nil
}

// Asks reports whether the form with the reason is shown: a bad grade was
// pressed, a mail led here, or what was sent was not enough.
func (p *portalGraded) Asks() bool { return p.Form != nil }

// button gives a grade. A bad one asks for the page with its form, by GET: that
// records nothing.
func (p *portalGraded) button(v grade.Value) part.Button {
	b := part.Button{Label: gradeWord(p.Printer, v), Icon: gradeIcon(v), Name: "rating", Value: strconv.Itoa(int(v))}
	if v.Bad() {
		return part.Button{Label: b.Label, Icon: b.Icon, Href: p.At + "?grade=" + b.Value + "#rate"}
	}
	return b
}

func (p *portalGraded) fields() []part.Field {
	return p.Form.Fields(
		part.Field{Name: "rating", Label: p.T("portal.rating"), Kind: part.Radio, Options: gradeOptions(p.Printer), Required: true},
		part.Field{Name: "reason", Label: p.T("grade.reason"), Help: p.T("portal.reason_help"), Kind: part.Choice, Options: reasonOptions(p.view.All, string(p.Lang()))},
		part.Field{Name: "words", Label: p.T("portal.why_rating"), Help: p.T("portal.reason_help"), Kind: part.Long, Max: 2000},
	)
}

// give takes a grade; a form that is wrong comes back in again.
func (g *guest) give(w http.ResponseWriter, r *http.Request, at, ref string, again func(*portalGraded) error) error {
	k, n, err := record.ParseRef(ref)
	if err != nil {
		return err
	}
	if err := g.By.May(string(k) + "." + record.Grades); err != nil {
		return err
	}
	if g.desk.Grades == nil {
		return fault.New(fault.Missing, "trouble.missing")
	}
	desk, err := g.desk.Grades.Desk(k)
	if err != nil {
		return err
	}
	f, err := ReadForm(r)
	if err != nil {
		return err
	}
	if err = desk.Rate(r.Context(), g.By, n, givenIn(f)); err == nil {
		return Go(w, r, at+"#rate")
	}
	if err := f.Blame(g.Printer, err); err != nil {
		return err
	}
	p, err := g.graded(r, at, ref, true)
	if err != nil {
		return err
	}
	p.Form = f
	return again(p)
}
