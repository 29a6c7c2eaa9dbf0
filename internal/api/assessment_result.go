package api

import (
	"net/http"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	assessments "kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/people"
)

// maturityResult is what the answers of an assessment come to.
type maturityResult struct {
	Processes []processResult           `json:"processes"`
	Final     map[string]string         `json:"final" doc:"api.doc.assessment_final"`
	Disputed  []string                  `json:"disputed" doc:"api.doc.assessment_disputed"`
	Tied      []string                  `json:"tied" doc:"api.doc.assessment_tied"`
	Agreement map[string]agreementShape `json:"agreement" doc:"api.doc.assessment_agreement"`
	Marks     []mark                    `json:"marks"`
	Files     []evidenceFile            `json:"files"`
}

type agreementShape struct {
	Questions int      `json:"questions"`
	Kappa     *float64 `json:"kappa"`
	Why       string   `json:"why,omitempty"`
	Band      string   `json:"band,omitempty"`
}

type processResult struct {
	Process   string      `json:"process"`
	Name      string      `json:"name"`
	Level     float64     `json:"level"`
	Potential float64     `json:"potential" doc:"api.doc.assessment_potential"`
	Target    float64     `json:"target,omitempty"`
	Yes       int         `json:"yes"`
	All       int         `json:"all"`
	Unproven  int         `json:"unproven"`
	Open      int         `json:"open"`
	Rating    string      `json:"rating" enum:"N,P,L,F"`
	Framework int         `json:"framework" doc:"api.doc.assessment_framework"`
	Blockers  []string    `json:"blockers"`
	Passed    []float64   `json:"passed"`
	Lifts     []liftShape `json:"lifts" doc:"api.doc.assessment_lifts"`
}

type liftShape struct {
	To      float64      `json:"to"`
	Lands   float64      `json:"lands"`
	Must    []string     `json:"must"`
	Choices []liftChoice `json:"choices"`
}

type liftChoice struct {
	Count int      `json:"count"`
	Of    []string `json:"of"`
}

func ofProcess(part maturity.Part, o maturity.Outcome, target maturity.Level, lang string) processResult {
	out := processResult{
		Process: string(o.Process), Name: part.Name.In(lang), Level: o.Level.Number(), Potential: o.Potential.Number(), Target: target.Number(), Yes: o.Yes, All: o.All, Unproven: o.Unproven, Open: o.Open,
		Rating: string(maturity.Rate(o.YesShare())), Framework: o.Level.Framework(), Blockers: o.Blockers.List(), Passed: []float64{}, Lifts: []liftShape{},
	}
	for _, s := range o.Steps {
		if s.Passed {
			out.Passed = append(out.Passed, s.Level.Number())
		}
	}
	for _, to := range []maturity.Level{o.Level + 1, target} {
		l, ok := o.To(to)
		if !ok || len(out.Lifts) > 0 && l.To <= o.Level+1 {
			continue
		}
		shape := liftShape{To: l.To.Number(), Lands: l.Lands.Number(), Must: append([]string{}, l.Must...), Choices: []liftChoice{}}
		for _, c := range l.Choices {
			shape.Choices = append(shape.Choices, liftChoice{c.Count, c.Of})
		}
		out.Lifts = append(out.Lifts, shape)
	}
	return out
}

func ofFindings(set *maturity.Set, f *assessments.Findings, lang string) maturityResult {
	out := maturityResult{Processes: []processResult{}, Final: map[string]string{}, Disputed: []string{}, Tied: []string{}, Agreement: map[string]agreementShape{}, Marks: ofMarks(f.Marks), Files: []evidenceFile{}}
	for _, part := range set.Processes {
		out.Processes = append(out.Processes, ofProcess(part, f.Outcome(part.Code), f.Targets[part.Code].Level, lang))
	}
	for id, a := range f.Final {
		out.Final[id] = string(a)
	}
	if c := f.Consensus; c != nil {
		out.Disputed, out.Tied = append(out.Disputed, c.Disputed...), append(out.Tied, c.Tied...)
		for p, a := range c.Agreement {
			out.Agreement[string(p)] = agreementShape(a)
		}
		out.Agreement["all"] = agreementShape(c.Overall)
	}
	for i := range f.Files {
		out.Files = append(out.Files, ofHeld(&f.Files[i]))
	}
	return out
}

type moveShape struct {
	Process string   `json:"process"`
	From    float64  `json:"from"`
	To      float64  `json:"to"`
	Gained  []string `json:"gained"`
	Lost    []string `json:"lost"`
}

type questionShape struct {
	ID        string      `json:"id"`
	Process   string      `json:"process"`
	Level     float64     `json:"level"`
	Mandatory bool        `json:"mandatory"`
	Topic     people.Text `json:"topic"`
	Text      people.Text `json:"text"`
	Evidence  string      `json:"evidence" doc:"api.doc.question_evidence"`
	ISO20000  []string    `json:"iso20000"`
	ITSS      []string    `json:"itss"`
}

func (a *API) assessmentResults(room *assessments.Room) {
	a.add(assessmentOp("GET", "/{id}/result", assessments.DeedRead, "result-of-assessment", of[maturityResult](), func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		one, f, err := room.Result(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		set, err := room.SetOf(c.r.Context(), one)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, ofFindings(set, f, c.words.Lang().HTML()))
	}))
	compare := assessmentOp("GET", "/{id}/comparison", assessments.DeedRead, "compare-assessments", of[[]moveShape](), func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		other, err := strconv.ParseInt(c.get("base"), 10, 64)
		if err != nil && c.by.Can(c.op.Policy) {
			return fault.At("base", "assessment.none")
		}
		moves, err := room.Compare(c.r.Context(), c.by, id, other)
		if err != nil {
			return err
		}
		out := []moveShape{}
		for _, m := range moves {
			out = append(out, moveShape{string(m.Process), m.From.Number(), m.To.Number(), append([]string{}, m.Gained...), append([]string{}, m.Lost...)})
		}
		return c.JSON(http.StatusOK, out)
	})
	compare.Query = []param{{Name: "base", Type: "integer"}}
	a.add(compare)
	questions := assessmentOp("GET", "", assessments.DeedRead, "list-maturity-questions", of[[]questionShape](), func(c *call) error {
		if err := c.by.May(assessments.DeedRead); err != nil {
			return err
		}
		set, err := room.Set(c.r.Context())
		if err != nil {
			return err
		}
		out := []questionShape{}
		for _, part := range set.Processes {
			for _, q := range part.Questions {
				out = append(out, questionShape{q.ID, string(part.Code), q.Level.Number(), q.Mandatory, q.Topic, q.Text, string(q.Evidence.Kind), q.ISO20000, q.ITSS})
			}
		}
		return c.JSON(http.StatusOK, out)
	})
	questions.Path = Prefix + "/maturity/questions"
	a.add(questions)
}
