package record

import (
	"context"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/grade"
	"kilter/internal/practice/people"
)

// The deeds of grading, after the kind and a dot. Grades and Answers are
// granted like others; the rest are Kilter's own.
const (
	Grades       = "rate"         // the requester says how it was
	CallsBack    = "grade_call"   // whoever gave a bad grade was called back
	AnswersGrade = "grade_answer" // a bad grade is answered
	GradeDuty    = "grade_due"    // somebody has to answer
	GradeReminds = "grade_remind"
	GradeLate    = "grade_late"
)

// GradeDeeds are those that somebody is granted, beside the moves of a flow.
var GradeDeeds = []string{Grades, AnswersGrade}

// SeesGrades is the grant to read what every official said with his grade, and
// the figures.
const SeesGrades = "grade.read"

// ratingField is the field of a practice that repeats the grade, so that lists
// and conditions have it.
const ratingField = "rating"

// Rate takes the grade of a record that has ended, once. A bad one gives
// somebody the duty to answer it.
func (s *Sitting[R]) Rate(r R, g grade.Given) error {
	deed, err := s.may(Grades)
	if err != nil {
		return err
	}
	h := r.Common()
	held, err := s.tx.Grade(h.ID)
	if err != nil {
		return err
	}
	if s.desk.Rules.Grades == nil || held != nil {
		return fault.New(fault.Conflict, "grade.given_already")
	}
	given, err := grade.Give(s.Now, h.ID, s.By.ID, g, s.desk.Rules.Grades(r))
	if err != nil {
		return err
	}
	if f, ok := s.desk.Sheet.Find(ratingField); ok {
		if err := f.Set(r, strconv.Itoa(int(g.Value))); err != nil {
			return err
		}
	}
	sh := s.sheaf(r)
	sh.Grade = given
	s.write(sh, Entry{Deed: deed, Public: true})
	if given.Open() && given.Who != 0 {
		if err := s.AsKilter(func() error { return s.Log(r, GradeDuty, Entry{Changes: Followers(given.Who)}) }); err != nil {
			return err
		}
	}
	return s.then(r, Grades, Input{})
}

// onGrade does something about the grade of a record. It is for whoever has the
// duty, and for those who see all grades.
func (s *Sitting[R]) onGrade(r R, do func(*grade.Grade) error) error {
	if _, err := s.may(AnswersGrade); err != nil {
		return err
	}
	g, err := s.tx.Grade(r.Common().ID)
	if err != nil {
		return err
	}
	if g == nil {
		return fault.New(fault.Missing, "grade.none")
	}
	if s.By.ID != g.Who && !s.By.Can(SeesGrades) {
		return fault.New(fault.Denied, "grade.not_yours")
	}
	if err := do(g); err != nil {
		return err
	}
	s.sheaf(r).Grade = g
	return nil
}

// CallBack writes down that the official was called back, for colleagues.
func (s *Sitting[R]) CallBack(r R, note string) error {
	if err := s.onGrade(r, func(g *grade.Grade) error { return g.Call(s.Now, s.By.ID, note) }); err != nil {
		return err
	}
	s.write(s.sheaf(r), Entry{Deed: string(s.desk.Kind) + "." + CallsBack})
	return nil
}

// AnswerGrade answers a bad grade; the official reads it on his record.
func (s *Sitting[R]) AnswerGrade(r R, answer string) error {
	if err := s.onGrade(r, func(g *grade.Grade) error { return g.Reply(s.Now, s.By.ID, answer) }); err != nil {
		return err
	}
	sh := s.sheaf(r)
	s.write(sh, Entry{Deed: string(s.desk.Kind) + "." + AnswersGrade, Text: sh.Grade.Answer, Public: true})
	return nil
}

// Rate takes the grade of a record; see Sitting.Rate.
func (d *Desk[R]) Rate(ctx context.Context, by people.Actor, n Number, g grade.Given) (R, error) {
	return d.One(ctx, by, n, Input{}, func(s *Sitting[R], r R) error { return s.Rate(r, g) })
}

// CallBack writes down a call; see Sitting.CallBack.
func (d *Desk[R]) CallBack(ctx context.Context, by people.Actor, n Number, note string) (R, error) {
	return d.One(ctx, by, n, Input{}, func(s *Sitting[R], r R) error { return s.CallBack(r, note) })
}

// AnswerGrade answers a bad grade; see Sitting.AnswerGrade.
func (d *Desk[R]) AnswerGrade(ctx context.Context, by people.Actor, n Number, answer string) (R, error) {
	return d.One(ctx, by, n, Input{}, func(s *Sitting[R], r R) error { return s.AnswerGrade(r, answer) })
}

// Rateable reports whether a record without a grade can be graded now.
func (d *Desk[R]) Rateable(r R) bool {
	if d.Rules.Grades == nil {
		return false
	}
	t := d.Rules.Grades(r)
	return !t.Ended.IsZero() && !d.Now().After(t.Ended.AddDate(0, 0, t.Window))
}

// TendGrade does what time asks of the grade of a record: whoever has the duty
// is reminded once, those above are told once when the answer is late. A duty
// calls it.
func (d *Desk[R]) TendGrade(ctx context.Context, n Number, above []people.ID) error {
	_, err := d.One(ctx, people.System(people.ViaJob), n, Input{}, func(s *Sitting[R], r R) error {
		g, err := s.tx.Grade(r.Common().ID)
		if err != nil || g == nil {
			return err
		}
		who, deed := []people.ID{g.Who}, GradeReminds
		switch g.Tend(s.Now) {
		case grade.Nothing:
			return nil
		case grade.Escalate:
			who, deed = append(who, above...), GradeLate
		}
		s.sheaf(r).Grade = g
		return s.Log(r, deed, Entry{Changes: Followers(known(who)...)})
	})
	return err
}

func known(ids []people.ID) []people.ID {
	var out []people.ID
	for _, id := range ids {
		if id != 0 {
			out = append(out, id)
		}
	}
	return out
}

// Graded is a grade with its record and the names that a list needs.
type Graded struct {
	grade.Grade
	Row     Row
	WhoName string
}

// GradeQuery asks for a list of grades.
type GradeQuery struct {
	Open  bool      // of those that still oblige to something; else all, the newest first
	Who   people.ID // of whom; 0 is everybody
	Limit int
}

// GradeBook reads grades across practices.
type GradeBook interface {
	// Of reads the grade of a record, nil when it has none; whoever asks has
	// found the record under his scope before.
	Of(ctx context.Context, record int64) (*grade.Grade, error)
	// List lists grades, of open ones those due first.
	List(ctx context.Context, scope people.Scope, q GradeQuery) ([]Graded, error)
	// Due lists the records whose grade wants to be tended by a moment.
	Due(ctx context.Context, by time.Time, limit int) ([]Head, error)
	// Counts counts grades given, and records that ended, from one day to
	// another (without it) where the centre is; of one kind unless it is "".
	Counts(ctx context.Context, scope people.Scope, by grade.Dimension, k Kind, from, to time.Time) ([]grade.Count, error)
}

// ShowGrade is what somebody who sees the record may read of its grade: what
// was said with it is for whoever said it, whoever has to answer it, and those
// who see all grades. An official reads nothing that is for colleagues.
func ShowGrade(by people.Actor, h *Head, g *grade.Grade) *grade.Grade {
	if g == nil || by.Can(SeesGrades) && by.Staff || by.ID == g.Who && by.Staff {
		return g
	}
	out := *g
	if by.ID != g.By && by.ID != h.Requester {
		out.Words, out.Reason, out.Answer = "", 0, ""
	}
	out.Note = ""
	if !by.Staff {
		out.Who, out.CalledBy, out.AnsweredBy, out.Reminded, out.Escalated = 0, 0, 0, time.Time{}, time.Time{}
	}
	return &out
}
