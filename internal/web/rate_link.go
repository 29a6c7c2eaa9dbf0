package web

import (
	"context"
	"net/http"

	"kilter/internal/base/fault"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// GradeLinks are the pages behind the links of mails by which an official
// grades without signing in. Looking at one changes nothing; only the button
// grades, and a record is graded once.
type GradeLinks struct {
	*Shell
	Room     *record.GradeRoom
	Settings func() *setting.All
	Here     func(*http.Request) people.Actor                       // who is signed in, nobody perhaps
	As       func(context.Context, people.ID) (people.Actor, error) // the person of a link
	Read     func(pass string) (notice.Pass, bool)
	Off      func() bool // the centre wants no links that need no signing in
	Address  func(*http.Request) string
}

// Routes mounts them.
func (l *GradeLinks) Routes(mux Mux) {
	mux.Handle("GET "+notice.GradePath+"{pass}", l.Handle(l.show))
	mux.Handle("POST "+notice.GradePath+"{pass}", Limit(l.Handle(l.give), linkBody, BodyTime))
}

// ratePage asks how it was.
type ratePage struct {
	*Frame
	By   people.Actor
	Ref  string
	Case record.GradeCase
	Form *Form
	Path string
	all  *setting.All
}

func (p *ratePage) fields() []part.Field {
	return p.Form.Fields(
		part.Field{Name: "rating", Label: p.T("portal.rating"), Kind: part.Radio, Options: gradeOptions(p.Printer), Required: true},
		part.Field{Name: "reason", Label: p.T("grade.reason"), Help: p.T("portal.reason_help"), Kind: part.Choice, Options: reasonOptions(p.all, string(p.Lang()))},
		part.Field{Name: "words", Label: p.T("portal.why_rating"), Help: p.T("portal.reason_help"), Kind: part.Long, Max: 2000},
	)
}

// open reads what a link is about, as the person it is for.
func (l *GradeLinks) open(w http.ResponseWriter, r *http.Request) (*ratePage, error) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("X-Robots-Tag", "noindex, nofollow")
	pass, ok := l.Read(r.PathValue("pass"))
	gone := fault.New(fault.Missing, "grade.no_link")
	if !ok || l.Off() {
		return nil, gone
	}
	if here := l.Here(r); here.ID != 0 && here.ID != pass.Person {
		return nil, fault.New(fault.Denied, "grade.link_other")
	}
	by, err := l.As(r.Context(), pass.Person)
	if fault.Is(err, fault.Unknown) || fault.Is(err, fault.Missing) {
		return nil, gone // he has gone
	}
	if err != nil {
		return nil, err
	}
	by.Via, by.Address = people.ViaMail, l.Address(r)
	p := &ratePage{Frame: l.Frame(r), By: by, Ref: pass.Ref, Path: notice.GradePath + r.PathValue("pass"), all: l.Settings()}
	if p.Case, err = l.Room.Read(r.Context(), by, pass.Ref); len(fault.All(err)) > 0 {
		return nil, gone // it is not his to see any more
	}
	if err == nil && p.Case.Head.Requester != by.ID {
		return nil, gone
	}
	p.Title = p.T("portal.rate_question")
	return p, err
}

func (l *GradeLinks) show(w http.ResponseWriter, r *http.Request) error {
	p, err := l.open(w, r)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, rateView(p))
}

func (l *GradeLinks) give(w http.ResponseWriter, r *http.Request) error {
	p, err := l.open(w, r)
	if err != nil {
		return err
	}
	if err := p.By.May(string(p.Case.Head.Kind) + "." + record.Grades); err != nil {
		return err
	}
	desk, err := l.Room.Desk(p.Case.Head.Kind)
	if err != nil {
		return err
	}
	f, err := ReadForm(r)
	if err != nil {
		return err
	}
	if err = desk.Rate(r.Context(), p.By, p.Case.Head.Number, givenIn(f)); err == nil {
		return Go(w, r, p.Path)
	}
	if fault.Is(err, fault.Conflict) { // graded already, or not to be graded any more: the page says so
		return Show(w, r, http.StatusConflict, rateView(p))
	}
	if err := f.Blame(p.Printer, err); err != nil {
		return err
	}
	p.Form = f
	return Show(w, r, http.StatusUnprocessableEntity, rateView(p))
}
