package api

import (
	"context"
	"net/http"

	"kilter/internal/practice/people"
	"kilter/internal/practice/survey/wave"
)

type codesFor struct {
	Department int64 `json:"department"`
}

type sheetCodes struct {
	Codes []string `json:"codes" doc:"api.doc.wave_codes"`
}

type typedPaper struct {
	Rows  int  `json:"rows"`
	Codes int  `json:"with_code"`
	Taken bool `json:"taken"`
}

// paperLimit bounds a table of answers on paper.
const paperLimit = 10 << 20

type deedOnWave func(context.Context, people.Actor, int64) (*wave.Wave, error)

// wave does something to the wave that the address names, and answers with it.
func (c *call) wave(do deedOnWave) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	w, err := do(c.r.Context(), c.by, id)
	if err != nil {
		return err
	}
	if c.r.Method == http.MethodGet {
		return c.JSON(http.StatusOK, c.seenWave(w))
	}
	return c.done(http.StatusOK, c.seenWave(w))
}

// surveyDeeds are what is done to waves.
func (a *API) surveyDeeds(room *wave.Room, one []gives) {
	keep := func(c *call) error {
		if err := c.by.May(wave.DeedRun); err != nil { // before what he typed is read
			return err
		}
		w := &wave.Wave{}
		if c.r.PathValue("id") != "" {
			id, err := c.id("id")
			if err != nil {
				return err
			}
			w.ID = id
		}
		var in plannedWave
		if err := c.into(&in); err != nil {
			return err
		}
		if err := in.plan(w); err != nil {
			return err
		}
		if err := room.Plan(c.r.Context(), c.by, w); err != nil {
			return err
		}
		return c.done(http.StatusOK, c.seenWave(w))
	}
	for _, op := range []operation{
		surveyOf("POST", "/surveys", wave.DeedRun, "plan-survey", one, keep),
		surveyOf("PUT", "/surveys/{id}", wave.DeedRun, "replan-survey", one, keep),
	} {
		op.Body, op.Once = &body{Schema: of[plannedWave]()}, true
		a.add(op)
	}
	for _, d := range []struct {
		name, policy string
		do           deedOnWave
	}{
		{"draw", wave.DeedRun, room.Draw},
		{"open", wave.DeedRun, room.Begin},
		{"remind", wave.DeedRun, room.Remind},
		{"close", wave.DeedRun, room.Close},
		{"cancel", wave.DeedRun, room.Cancel},
		{"analyse", wave.DeedRun, room.Analyse},
		{"publish", wave.DeedPublish, room.Publish},
		{"purge", wave.DeedRun, room.Purge},
	} {
		op := surveyOf("POST", "/surveys/{id}/"+d.name, d.policy, d.name+"-survey", one, func(c *call) error { return c.wave(d.do) })
		op.Once = true
		a.add(op)
	}
	op := surveyOf("PUT", "/surveys/{id}/comments", wave.DeedComments, "sort-comments", []gives{{Status: http.StatusNoContent}}, func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		if err := c.by.May(wave.DeedComments); err != nil {
			return err
		}
		var in sortedComments
		if err := c.into(&in); err != nil {
			return err
		}
		if err := room.Sort(c.r.Context(), c.by, id, in.Categories); err != nil {
			return err
		}
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	})
	op.Body = &body{Schema: of[sortedComments]()}
	a.add(op)
	a.surveyPaper(room)
}

// surveyPaper are sheets with codes, and what was answered on them.
func (a *API) surveyPaper(room *wave.Room) {
	op := surveyOf("POST", "/surveys/{id}/codes", wave.DeedRun, "codes-of-survey", []gives{{Status: http.StatusOK, Schema: of[sheetCodes]()}}, func(c *call) error {
		if err := c.by.May(wave.DeedRun); err != nil {
			return err
		}
		id, err := c.id("id")
		if err != nil {
			return err
		}
		var in codesFor
		if err := c.into(&in); err != nil {
			return err
		}
		codes, err := room.Codes(c.r.Context(), c.by, id, people.DepartmentID(in.Department))
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, sheetCodes{codes})
	})
	op.Body = &body{Schema: of[codesFor]()}
	a.add(op)
	op = surveyOf("POST", "/surveys/{id}/paper", wave.DeedRun, "paper-of-survey", []gives{{Status: http.StatusOK, Schema: of[typedPaper]()}}, func(c *call) error {
		if err := c.by.May(wave.DeedRun); err != nil {
			return err
		}
		id, err := c.id("id")
		if err != nil {
			return err
		}
		trial := c.get("trial") == "true"
		out, err := room.TakePaper(c.r.Context(), c.by, id, c.r.Body, "paper", trial)
		if err != nil {
			return largeOr(err)
		}
		return c.JSON(http.StatusOK, typedPaper{out.Rows, out.Codes, !trial})
	})
	op.Query = []param{{Name: "trial", Type: "boolean"}}
	op.Body = &body{Types: []string{anyType, "text/csv"}, Stream: true, Limit: paperLimit, Time: uploadTime}
	a.add(op)
}
