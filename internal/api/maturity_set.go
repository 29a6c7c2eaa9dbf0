package api

import (
	"encoding/json"
	"net/http"

	"kilter/internal/practice/maturity"
	assessments "kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/maturity/questions"
	"kilter/internal/practice/people"
)

// questionSet is an edition of the questions of maturity.
type questionSet struct {
	Set       string      `json:"set" doc:"api.doc.assessment_set"`
	Name      people.Text `json:"name"`
	Base      string      `json:"base,omitempty" doc:"api.doc.set_base"`
	State     string      `json:"state" enum:"draft,published"`
	InUse     bool        `json:"in_use" doc:"api.doc.set_in_use"`
	Questions int         `json:"questions"`
	Changed   string      `json:"changed,omitempty" format:"date-time"`
	Published string      `json:"published,omitempty" format:"date-time"`
	Row       int64       `json:"version"`
}

// wholeSet is an edition with all it asks.
type wholeSet struct {
	questionSet
	Doc json.RawMessage `json:"doc" doc:"api.doc.set_doc"`
}

// givenSet makes an edition, or changes a draft.
type givenSet struct {
	Name people.Text     `json:"name"`
	Base string          `json:"base,omitempty" doc:"api.doc.set_copied"`
	Doc  json.RawMessage `json:"doc,omitempty" doc:"api.doc.set_doc"`
	Row  int64           `json:"version,omitempty"`
}

// setLimit bounds a set of questions.
const setLimit = 4 << 20

func ofSet(e *questions.Edition) questionSet {
	return questionSet{e.Version, e.Name, e.Base, string(e.State), e.InUse, e.Count, stamp(e.Changed), stamp(e.Published), e.Row}
}

func wholeOf(e *questions.Edition) (wholeSet, error) {
	doc, err := json.Marshal(e.Set)
	return wholeSet{ofSet(e), doc}, err
}

func setOp(method, path, policy, name string, out *schema, do func(*call) error) operation {
	op := assessmentOp(method, path, policy, name, out, do)
	op.Path = Prefix + "/maturity/sets" + path
	return op
}

// QuestionSets serves the editions of the questions of maturity.
func (a *API) QuestionSets(room *questions.Room) {
	a.add(setOp("GET", "", assessments.DeedRead, "list-question-sets", pageOf(of[questionSet]()), func(c *call) error {
		all, err := room.List(c.r.Context(), c.by)
		if err != nil {
			return err
		}
		out := page[questionSet]{Items: []questionSet{}}
		for i := range all {
			out.Items = append(out.Items, ofSet(&all[i]))
		}
		return c.JSON(http.StatusOK, out)
	}))
	a.add(setOp("GET", "/{set}", assessments.DeedRead, "get-question-set", of[wholeSet](), func(c *call) error {
		e, err := room.Find(c.r.Context(), c.by, c.r.PathValue("set"))
		if err != nil {
			return err
		}
		return c.set(c.JSON, http.StatusOK, e)
	}))
	a.setChanges(room)
	for _, one := range []struct {
		name string
		do   func(*call, int64) (*questions.Edition, error)
	}{
		{"publish", func(c *call, row int64) (*questions.Edition, error) {
			return room.Publish(c.r.Context(), c.by, c.r.PathValue("set"), row)
		}},
		{"take-up", func(c *call, _ int64) (*questions.Edition, error) {
			return room.TakeUp(c.r.Context(), c.by, c.r.PathValue("set"))
		}},
	} {
		op := setOp("POST", "/{set}/"+one.name, assessments.DeedLead, one.name+"-question-set", of[wholeSet](), func(c *call) error {
			var in setSeen
			if err := c.into(&in); err != nil && c.by.Can(c.op.Policy) {
				return err
			}
			e, err := one.do(c, in.Row)
			if err != nil {
				return err
			}
			return c.set(c.done, http.StatusOK, e)
		})
		op.Body = &body{Schema: of[setSeen]()}
		a.add(op)
	}
	a.add(operation{
		Method: "DELETE", Path: Prefix + "/maturity/sets/{set}", Policy: assessments.DeedLead, Name: "drop-question-set", Key: "drop_question_set", Tag: "maturity", Match: true,
		Gives: []gives{{Status: http.StatusNoContent}}, Run: func(c *call) error {
			seen, err := matched(c.r)
			if err != nil {
				return err
			}
			if err := room.Drop(c.r.Context(), c.by, c.r.PathValue("set"), seen); err != nil {
				return err
			}
			c.w.WriteHeader(http.StatusNoContent)
			return nil
		},
	})
}

type setSeen struct {
	Row int64 `json:"version,omitempty"`
}

// set answers with an edition.
func (c *call) set(answer func(int, any) error, status int, e *questions.Edition) error {
	out, err := wholeOf(e)
	if err != nil {
		return err
	}
	return answer(status, out)
}

// setChanges makes a draft, of an edition or of what is sent, and puts a whole set
// in the place of a draft's.
func (a *API) setChanges(room *questions.Room) {
	read := func(c *call) (in givenSet, s *maturity.Set, err error) {
		if !c.by.Can(c.op.Policy) { // who may not is told so by the room, and what he sent stays unread
			return in, maturity.Current(), nil
		}
		if err = c.into(&in); err == nil && len(in.Doc) > 0 {
			s, err = maturity.ReadSet(in.Doc)
		}
		return in, s, err
	}
	add := setOp("POST", "", assessments.DeedLead, "add-question-set", of[wholeSet](), func(c *call) error {
		in, s, err := read(c)
		if err != nil {
			return err
		}
		var e *questions.Edition
		if s != nil {
			e, err = room.Bring(c.r.Context(), c.by, in.Name, s)
		} else {
			e, err = room.Copy(c.r.Context(), c.by, in.Base, in.Name)
		}
		if err != nil {
			return err
		}
		return c.set(c.done, http.StatusCreated, e)
	})
	change := setOp("PUT", "/{set}", assessments.DeedLead, "change-question-set", of[wholeSet](), func(c *call) error {
		in, s, err := read(c)
		if err != nil {
			return err
		}
		if s == nil {
			old, err := room.Find(c.r.Context(), c.by, c.r.PathValue("set"))
			if err != nil {
				return err
			}
			s = old.Set
		}
		e, err := room.Replace(c.r.Context(), c.by, c.r.PathValue("set"), in.Row, in.Name, s)
		if err != nil {
			return err
		}
		return c.set(c.done, http.StatusOK, e)
	})
	add.Body, change.Body = &body{Schema: of[givenSet](), Limit: setLimit}, &body{Schema: of[givenSet](), Limit: setLimit}
	a.add(add)
	a.add(change)
}
