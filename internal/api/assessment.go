package api

import (
	"net/http"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	assessments "kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// judgement is an assessment of maturity.
type judgement struct {
	ID        int64                   `json:"id"`
	NameEn    string                  `json:"name_en"`
	NameZh    string                  `json:"name_zh"`
	Unit      string                  `json:"unit,omitempty" doc:"api.doc.assessment_unit"`
	Day       string                  `json:"day" format:"date"`
	State     string                  `json:"state" enum:"open,signed,cancelled"`
	Set       string                  `json:"set" doc:"api.doc.assessment_set"`
	Assessors []int64                 `json:"assessors"`
	Targets   map[string]judgedTarget `json:"targets,omitempty"`
	Overrides []judgedOverride        `json:"overrides,omitempty"`
	Signed    string                  `json:"signed,omitempty" format:"date-time"`
	SignedBy  int64                   `json:"signed_by,omitempty"`
	Hash      string                  `json:"hash,omitempty" doc:"api.doc.assessment_hash"`
	Version   int64                   `json:"version"`
	Answers   int64                   `json:"answers" doc:"api.doc.assessment_answers"`
}

type judgedTarget struct {
	Level  float64 `json:"level"`
	Reason string  `json:"reason,omitempty"`
}

type judgedOverride struct {
	Question string `json:"question"`
	Answer   string `json:"answer" enum:"yes,no,na"`
	Reason   string `json:"reason"`
	Evidence string `json:"evidence"`
	On       string `json:"on,omitempty" format:"date-time"`
	Expires  string `json:"expires,omitempty" format:"date-time"`
}

func ofAssessment(a *assessments.Assessment) judgement {
	out := judgement{
		ID: a.ID, NameEn: a.Name.En, NameZh: a.Name.Zh, Unit: a.Unit, Day: a.Day.Format(time.DateOnly), State: string(a.State), Set: a.Set, Assessors: []int64{},
		Signed: stamp(a.Signed), SignedBy: int64(a.SignedBy), Hash: a.Hash, Version: a.Version, Answers: a.Answers, Targets: map[string]judgedTarget{},
	}
	for _, p := range a.Assessors {
		out.Assessors = append(out.Assessors, int64(p))
	}
	for p, t := range a.Targets {
		out.Targets[string(p)] = judgedTarget{t.Level.Number(), t.Reason}
	}
	for _, o := range a.Overrides {
		out.Overrides = append(out.Overrides, judgedOverride{o.Question, string(o.Answer), o.Reason, o.Evidence, stamp(o.On), stamp(o.Expires())})
	}
	return out
}

// assessmentPlan is what somebody says of an assessment that he makes or changes.
type assessmentPlan struct {
	NameEn    string                  `json:"name_en"`
	NameZh    string                  `json:"name_zh,omitempty"`
	Unit      string                  `json:"unit,omitempty" doc:"api.doc.assessment_unit"`
	Day       string                  `json:"day" format:"date"`
	Assessors []int64                 `json:"assessors"`
	Targets   map[string]judgedTarget `json:"targets,omitempty"`
	Version   int64                   `json:"version,omitempty"`
}

func (in assessmentPlan) read(id int64) (*assessments.Assessment, error) {
	a := &assessments.Assessment{ID: id, Name: people.Text{En: in.NameEn, Zh: in.NameZh}, Unit: in.Unit, Version: in.Version, Targets: map[maturity.Process]assessments.Target{}}
	if in.Day != "" {
		day, err := time.Parse(time.DateOnly, in.Day)
		if err != nil {
			return nil, fault.At("day", "maturity.file.day").With("value", in.Day)
		}
		a.Day = day
	}
	for _, p := range in.Assessors {
		a.Assessors = append(a.Assessors, people.ID(p))
	}
	for code, t := range in.Targets {
		l, ok := maturity.LevelOf(t.Level)
		if !ok {
			return nil, fault.At("targets."+code, "maturity.no_level").With("value", t.Level)
		}
		a.Targets[maturity.Process(code)] = assessments.Target{Level: l, Reason: t.Reason}
	}
	return a, nil
}

// mark is what an assessor says of a statement.
type mark struct {
	Question string `json:"question"`
	Answer   string `json:"answer" doc:"api.doc.assessment_mark"`
	Comment  string `json:"comment,omitempty"`
	Evidence string `json:"evidence,omitempty" doc:"api.doc.assessment_evidence"`
	Person   int64  `json:"person,omitempty"`
	Changed  string `json:"changed,omitempty" format:"date-time"`
}

func ofMarks(marks []assessments.Mark) []mark {
	out := []mark{}
	for _, m := range marks {
		out = append(out, mark{m.Question, string(m.Answer), m.Comment, m.Evidence, int64(m.Person), stamp(m.Changed)})
	}
	return out
}

type seen struct {
	Version int64 `json:"version"`
	Answers int64 `json:"answers"`
}

func assessmentOp(method, path, policy, name string, out *schema, do func(*call) error) operation {
	status := http.StatusOK
	if method == "POST" && (path == "" || path == "/{id}/files") {
		status = http.StatusCreated
	}
	return operation{
		Method: method, Path: Prefix + "/assessments" + path, Policy: policy, Name: name, Key: strings.ReplaceAll(name, "-", "_"), Tag: "maturity",
		Gives: []gives{{Status: status, Schema: out}}, Run: do, Once: method == "POST",
	}
}

// Assessments serves self-assessments of maturity.
func (a *API) Assessments(room *assessments.Room, files record.Files) {
	a.assessments(room)
	a.assessmentAnswers(room, files)
	a.assessmentResults(room)
}

func (a *API) assessments(room *assessments.Room) {
	a.add(assessmentOp("GET", "", assessments.DeedRead, "list-assessments", pageOf(of[judgement]()), func(c *call) error {
		all, err := room.List(c.r.Context(), c.by)
		if err != nil {
			return err
		}
		out := page[judgement]{Items: []judgement{}}
		for i := range all {
			out.Items = append(out.Items, ofAssessment(&all[i]))
		}
		return c.JSON(http.StatusOK, out)
	}))
	a.add(assessmentOp("GET", "/{id}", assessments.DeedRead, "get-assessment", of[judgement](), func(c *call) error {
		return c.assessment(c.JSON, func(id int64) (*assessments.Assessment, error) { return room.Find(c.r.Context(), c.by, id) })
	}))
	plan := func(c *call, id int64, status int) error {
		var in assessmentPlan
		if err := c.into(&in); err != nil && c.by.Can(c.op.Policy) { // who may not is told so, whatever he sent
			return err
		}
		one, err := in.read(id)
		if err != nil && c.by.Can(c.op.Policy) {
			return err
		}
		if one == nil {
			one = &assessments.Assessment{ID: id}
		}
		if err := room.Plan(c.r.Context(), c.by, one); err != nil {
			return err
		}
		return c.done(status, ofAssessment(one))
	}
	add := assessmentOp("POST", "", assessments.DeedLead, "add-assessment", of[judgement](), func(c *call) error { return plan(c, 0, http.StatusCreated) })
	change := assessmentOp("PUT", "/{id}", assessments.DeedLead, "change-assessment", of[judgement](), func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		return plan(c, id, http.StatusOK)
	})
	add.Body, change.Body = &body{Schema: of[assessmentPlan]()}, &body{Schema: of[assessmentPlan]()}
	a.add(add)
	a.add(change)
	for _, one := range []struct {
		name string
		body *schema
		do   func(*call, int64) (*assessments.Assessment, error)
	}{
		{"override", of[judgedOverride](), func(c *call, id int64) (*assessments.Assessment, error) {
			var in judgedOverride
			if err := c.into(&in); err != nil && c.by.Can(c.op.Policy) {
				return nil, err
			}
			return room.Override(c.r.Context(), c.by, id, maturity.Override{Question: in.Question, Answer: maturity.Answer(in.Answer), Reason: in.Reason, Evidence: in.Evidence})
		}},
		{"sign", of[seen](), func(c *call, id int64) (*assessments.Assessment, error) {
			var in seen
			if err := c.into(&in); err != nil && c.by.Can(c.op.Policy) {
				return nil, err
			}
			return room.Sign(c.r.Context(), c.by, id, assessments.Seen(in))
		}},
		{"cancel", nil, func(c *call, id int64) (*assessments.Assessment, error) { return room.Cancel(c.r.Context(), c.by, id) }},
	} {
		op := assessmentOp("POST", "/{id}/"+one.name, assessments.DeedLead, one.name+"-assessment", of[judgement](), func(c *call) error {
			return c.assessment(c.done, func(id int64) (*assessments.Assessment, error) { return one.do(c, id) })
		})
		if one.body != nil {
			op.Body = &body{Schema: one.body}
		}
		a.add(op)
	}
}

// assessment answers with the one that the address names, after something was
// done.
func (c *call) assessment(answer func(int, any) error, do func(int64) (*assessments.Assessment, error)) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	one, err := do(id)
	if err != nil {
		return err
	}
	return answer(http.StatusOK, ofAssessment(one))
}

func (a *API) assessmentAnswers(room *assessments.Room, files record.Files) {
	a.add(assessmentOp("GET", "/{id}/marks", assessments.DeedAssess, "own-answers", of[[]mark](), func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		marks, err := room.Own(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, ofMarks(marks))
	}))
	answer := assessmentOp("PUT", "/{id}/marks", assessments.DeedAssess, "answer-assessment", of[[]mark](), func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		var in []mark
		if err := c.into(&in); err != nil && c.by.Can(c.op.Policy) {
			return err
		}
		marks := make([]assessments.Mark, len(in))
		for i, m := range in {
			marks[i] = assessments.Mark{Question: m.Question, Answer: maturity.Answer(m.Answer), Comment: m.Comment, Evidence: m.Evidence}
		}
		if err := room.Answer(c.r.Context(), c.by, id, marks); err != nil {
			return err
		}
		return c.done(http.StatusOK, ofMarks(marks))
	})
	answer.Body = &body{Schema: of[[]mark]()}
	a.add(answer)
	a.assessmentFiles(room, files)
}
