package record

import (
	"context"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/grade"
	"kilter/internal/practice/people"
)

// GradeDesk grades the records of one practice, whichever it is.
type GradeDesk interface {
	Rate(ctx context.Context, by people.Actor, n Number, g grade.Given) error
	CallBack(ctx context.Context, by people.Actor, n Number, note string) error
	AnswerGrade(ctx context.Context, by people.Actor, n Number, answer string) error
	// Case reads a record that somebody sees, and whether it can be graded now.
	Case(ctx context.Context, by people.Actor, n Number) (h *Head, rateable bool, err error)
}

// AsGradeDesk is a practice's desk without its records.
func AsGradeDesk[R Body](d *Desk[R]) GradeDesk { return gradeDesk[R]{d} }

type gradeDesk[R Body] struct{ *Desk[R] }

func (d gradeDesk[R]) Rate(ctx context.Context, by people.Actor, n Number, g grade.Given) error {
	_, err := d.Desk.Rate(ctx, by, n, g)
	return err
}

func (d gradeDesk[R]) CallBack(ctx context.Context, by people.Actor, n Number, note string) error {
	_, err := d.Desk.CallBack(ctx, by, n, note)
	return err
}

func (d gradeDesk[R]) AnswerGrade(ctx context.Context, by people.Actor, n Number, answer string) error {
	_, err := d.Desk.AnswerGrade(ctx, by, n, answer)
	return err
}

func (d gradeDesk[R]) Case(ctx context.Context, by people.Actor, n Number) (*Head, bool, error) {
	r, err := d.Find(ctx, by, n)
	if err != nil {
		return nil, false, err
	}
	return r.Common(), d.Rateable(r), nil
}

// GradeRoom is where grades are read and answered, across practices.
type GradeRoom struct {
	Book   GradeBook
	Desks  map[Kind]GradeDesk
	Policy func() grade.Policy
	Now    func() time.Time
	Place  func(context.Context) *time.Location // where months begin
}

// Desk is the one of a practice; a fault when its records are not graded.
func (g *GradeRoom) Desk(k Kind) (GradeDesk, error) {
	if d := g.Desks[k]; d != nil {
		return d, nil
	}
	return nil, fault.New(fault.Missing, "grade.none")
}

// GradeCase is a record with its grade as its reader may see it.
type GradeCase struct {
	Head     *Head
	Grade    *grade.Grade // nil when it has none
	Rateable bool         // it can be graded now
	Answers  bool         // the reader may answer it
}

// Read reads the grade of a record.
func (g *GradeRoom) Read(ctx context.Context, by people.Actor, ref string) (GradeCase, error) {
	k, n, err := ParseRef(ref)
	if err != nil {
		return GradeCase{}, err
	}
	desk, err := g.Desk(k)
	if err != nil {
		return GradeCase{}, err
	}
	var c GradeCase
	if c.Head, c.Rateable, err = desk.Case(ctx, by, n); err != nil {
		return c, err
	}
	held, err := g.Book.Of(ctx, c.Head.ID)
	if err != nil {
		return c, err
	}
	c.Rateable = c.Rateable && held == nil && by.Can(string(k)+"."+Grades)
	c.Answers = held != nil && held.Open() && by.Can(string(k)+"."+AnswersGrade) && (by.ID == held.Who || by.Can(SeesGrades))
	c.Grade = ShowGrade(by, c.Head, held)
	return c, nil
}

// List lists grades: those of one's own duty, or of everybody's for whoever
// sees all grades.
func (g *GradeRoom) List(ctx context.Context, by people.Actor, q GradeQuery) ([]Graded, error) {
	if !by.Can(SeesGrades) {
		q.Who = by.ID
	}
	return g.Book.List(ctx, by.Scope, q)
}

// Spans are the numbers of months that figures can be asked for.
var Spans = []int{3, 6, 12, 24}

// GradeFigures are figures of some whole months, this one with them.
type GradeFigures struct {
	grade.Figures
	By     grade.Dimension
	Kind   Kind // "": of all practices
	Months int
	From   time.Time
}

// Figures counts what was graded in the last months.
func (g *GradeRoom) Figures(ctx context.Context, by people.Actor, f GradeFigures) (GradeFigures, error) {
	if err := by.May(SeesGrades); err != nil {
		return f, err
	}
	if !slices.Contains(grade.Dimensions, f.By) {
		return f, fault.At("by", "record.not_a_choice").With("choices", "service, team, department, month")
	}
	if !slices.Contains(Spans, f.Months) {
		return f, fault.At("months", "record.not_a_choice").With("choices", "3, 6, 12, 24")
	}
	if f.Kind != "" && g.Desks[f.Kind] == nil {
		return f, fault.At("practice", "record.not_a_choice").With("choices", "incident, request")
	}
	now := g.Now().In(g.Place(ctx))
	f.From = time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, now.Location()).AddDate(0, 1-f.Months, 0)
	found, err := g.Book.Counts(ctx, by.Scope, f.By, f.Kind, f.From, now.AddDate(0, 0, 1))
	if err != nil {
		return f, err
	}
	f.Figures = grade.Tell(f.By, found, g.Policy())
	return f, nil
}
