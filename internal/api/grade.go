package api

import (
	"net/http"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/grade"
	"kilter/internal/practice/record"
)

// graded is a grade with what followed from it, as far as its reader may know.
type graded struct {
	Ref        string `json:"number,omitempty"`
	Title      string `json:"title,omitempty"`
	Rating     int    `json:"rating" minimum:"1" maximum:"5" doc:"api.doc.grade_rating"`
	Reason     int64  `json:"reason,omitempty" doc:"api.doc.grade_reason"`
	Words      string `json:"words,omitempty" doc:"api.doc.grade_words"`
	At         string `json:"at" format:"date-time"`
	By         int64  `json:"by,omitempty"`
	Who        int64  `json:"who,omitempty" doc:"api.doc.grade_who"`
	CallBy     string `json:"call_by,omitempty" format:"date-time"`
	AnswerBy   string `json:"answer_by,omitempty" format:"date-time"`
	Open       bool   `json:"open" doc:"api.doc.grade_open"`
	Late       bool   `json:"late"`
	Called     string `json:"called,omitempty" format:"date-time"`
	CalledBy   int64  `json:"called_by,omitempty"`
	Note       string `json:"note,omitempty"`
	Answered   string `json:"answered,omitempty" format:"date-time"`
	AnsweredBy int64  `json:"answered_by,omitempty"`
	Answer     string `json:"answer,omitempty"`
}

func (c *call) grade(h *record.Head, g *grade.Grade) graded {
	return graded{
		Ref: h.Ref(), Title: h.Title, Rating: int(g.Value), Reason: g.Reason, Words: g.Words, At: stamp(g.At), By: int64(g.By), Who: int64(g.Who),
		CallBy: stamp(g.CallBy), AnswerBy: stamp(g.AnswerBy), Open: g.Open(), Late: g.Late(c.Now()), Called: stamp(g.Called), CalledBy: int64(g.CalledBy), Note: g.Note,
		Answered: stamp(g.Answered), AnsweredBy: int64(g.AnsweredBy), Answer: g.Answer,
	}
}

// given is what somebody says.
type given struct {
	Rating int    `json:"rating" minimum:"1" maximum:"5" doc:"api.doc.grade_rating"`
	Reason int64  `json:"reason,omitempty" doc:"api.doc.grade_reason"`
	Words  string `json:"words,omitempty" doc:"api.doc.grade_words"`
}

type gradeNote struct {
	Note string `json:"note" doc:"api.doc.grade_note"`
}

type gradeAnswer struct {
	Answer string `json:"answer" doc:"api.doc.grade_answer"`
}

// Grades serves grades, of the records of every practice that is graded.
func (a *API) Grades(room *record.GradeRoom) {
	for _, k := range record.Kinds {
		if room.Desks[k] != nil {
			a.gradesOf(room, k)
		}
	}
	a.add(operation{
		Method: "GET", Path: Prefix + "/grades", Policy: "incident.read", Name: "list-grades", Tag: "grades",
		Key: "list_grades", Query: []param{{Name: "show", Type: "string", Enum: []string{"open", "mine", "all"}}}, Gives: []gives{{Status: http.StatusOK, Schema: pageOf(of[graded]())}}, Run: func(c *call) error {
			if err := c.by.May("incident.read"); err != nil {
				return err
			}
			if !c.by.Staff {
				return staffOnly()
			}
			const most = 500
			q := record.GradeQuery{Open: true, Limit: most}
			switch c.r.URL.Query().Get("show") {
			case "", "open":
			case "mine":
				q.Who = c.by.ID
			case "all":
				q.Open = false
			default:
				return fault.At("show", "record.not_a_choice").With("choices", "open, mine, all")
			}
			rows, err := room.List(c.r.Context(), c.by, q)
			if err != nil {
				return err
			}
			out := page[graded]{Items: []graded{}}
			for i := range rows {
				h := &rows[i].Row.Head
				out.Items = append(out.Items, c.grade(h, record.ShowGrade(c.by, h, &rows[i].Grade)))
			}
			return c.JSON(http.StatusOK, out)
		},
	})
	a.gradeFigures(room)
}

func (a *API) gradesOf(room *record.GradeRoom, k record.Kind) {
	at, tag := Prefix+k.Path()+"/{number}/", string(k)+"s"
	shape := []gives{{Status: http.StatusOK, Schema: of[graded]()}}
	show := func(c *call, status func(int, any) error) error {
		one, err := room.Read(c.r.Context(), c.by, c.r.PathValue("number"))
		if err != nil {
			return err
		}
		if one.Grade == nil {
			return fault.New(fault.Missing, "grade.none")
		}
		return status(http.StatusOK, c.grade(one.Head, one.Grade))
	}
	a.add(operation{Method: "GET", Path: at + "grade", Policy: string(k) + ".read", Name: "grade-of-" + string(k), Key: "grade", Tag: tag, Gives: shape, Run: func(c *call) error {
		if _, err := c.number(k); err != nil {
			return err
		}
		return show(c, c.JSON)
	}})
	for _, one := range []struct {
		path, deed, name string
		body             *schema
		do               func(*call, record.GradeDesk, record.Number) error
	}{
		{"rate", record.Grades, "rate-", of[given](), func(c *call, d record.GradeDesk, n record.Number) error {
			var in given
			if err := c.into(&in); err != nil && c.by.Can(c.op.Policy) { // who may not is told so, whatever he sent
				return err
			}
			return d.Rate(c.r.Context(), c.by, n, grade.Given{Value: grade.Value(in.Rating), Reason: in.Reason, Words: in.Words})
		}},
		{"grade/call", record.AnswersGrade, "call-grade-of-", of[gradeNote](), func(c *call, d record.GradeDesk, n record.Number) error {
			var in gradeNote
			if err := c.into(&in); err != nil && c.by.Can(c.op.Policy) { // who may not is told so, whatever he sent
				return err
			}
			return d.CallBack(c.r.Context(), c.by, n, in.Note)
		}},
		{"grade/answer", record.AnswersGrade, "answer-grade-of-", of[gradeAnswer](), func(c *call, d record.GradeDesk, n record.Number) error {
			var in gradeAnswer
			if err := c.into(&in); err != nil && c.by.Can(c.op.Policy) { // who may not is told so, whatever he sent
				return err
			}
			return d.AnswerGrade(c.r.Context(), c.by, n, in.Answer)
		}},
	} {
		a.add(operation{
			Method: "POST", Path: at + one.path, Policy: string(k) + "." + one.deed, Name: one.name + string(k), Key: map[string]string{"rate": "rate", "grade/call": "grade_call", "grade/answer": "grade_answer"}[one.path], Tag: tag, Once: true,
			Body: &body{Schema: one.body}, Gives: shape, Run: func(c *call) error {
				n, err := c.number(k)
				if err != nil {
					return err
				}
				desk, err := room.Desk(k)
				if err != nil {
					return err
				}
				if _, _, err := desk.Case(c.r.Context(), c.by, n); err != nil {
					return err
				}
				if err := one.do(c, desk, n); err != nil {
					return err
				}
				return show(c, c.done)
			},
			Recall: func(c *call, _ string) error { return show(c, c.done) },
		})
	}
}

// gradeFigure is one line of the figures.
type gradeFigure struct {
	ID       int64    `json:"id,omitempty" doc:"api.doc.grade_figure_id"`
	Month    string   `json:"month,omitempty"`
	Hidden   bool     `json:"hidden,omitempty" doc:"api.doc.grade_hidden"`
	N        int      `json:"n"`
	Grades   []int    `json:"grades" doc:"api.doc.grade_grades"`
	Ended    int      `json:"ended" doc:"api.doc.grade_ended"`
	Few      bool     `json:"few,omitempty" doc:"api.doc.grade_few"`
	Content  *float64 `json:"content,omitempty" doc:"api.doc.grade_content"`
	Low      *float64 `json:"low,omitempty"`
	Top      *float64 `json:"top,omitempty"`
	Mean     *float64 `json:"mean,omitempty"`
	Response *float64 `json:"response,omitempty" doc:"api.doc.grade_response"`
}

type gradeFigures struct {
	From  string        `json:"from" format:"date-time"`
	Whole gradeFigure   `json:"whole"`
	Items []gradeFigure `json:"items"`
}

func tell(by grade.Dimension, f *grade.Figure) gradeFigure {
	out := gradeFigure{ID: f.ID, Hidden: f.Hidden, N: f.Total, Grades: f.N[:], Ended: f.Ended, Few: f.Few}
	if by == grade.ByMonth && f.ID != 0 {
		out.ID, out.Month = 0, grade.Month(f.ID).Format("2006-01")
	}
	if !f.Few {
		out.Content, out.Low, out.Top, out.Mean = &f.Content, &f.Low, &f.Top, &f.Mean
	}
	if f.Response >= 0 {
		out.Response = &f.Response
	}
	return out
}

func (a *API) gradeFigures(room *record.GradeRoom) {
	a.add(operation{
		Method: "GET", Path: Prefix + "/grades/figures", Policy: record.SeesGrades, Name: "grade-figures", Key: "grade_figures", Tag: "grades",
		Query: []param{
			{Name: "dimension", Type: "string", Enum: []string{"service", "team", "department", "month"}},
			{Name: "months", Type: "integer"},
			{Name: "practice", Type: "string", Enum: []string{"incident", "request"}},
		},
		Gives: []gives{{Status: http.StatusOK, Schema: of[gradeFigures]()}}, Run: func(c *call) error {
			q := c.r.URL.Query()
			ask := record.GradeFigures{By: grade.ByService, Kind: record.Kind(q.Get("practice")), Months: 12}
			if v := q.Get("dimension"); v != "" {
				ask.By = grade.Dimension(v)
			}
			if v := c.get("months"); v != "" {
				ask.Months, _ = strconv.Atoi(v) // what is no number is no span
			}
			got, err := room.Figures(c.r.Context(), c.by, ask)
			if err != nil {
				return err
			}
			out := gradeFigures{From: stamp(got.From), Whole: tell("", &got.Whole), Items: []gradeFigure{}}
			for i := range got.Of {
				out.Items = append(out.Items, tell(got.By, &got.Of[i]))
			}
			return c.JSON(http.StatusOK, out)
		},
	})
}
