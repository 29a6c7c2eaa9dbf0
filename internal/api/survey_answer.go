package api

import (
	"net/http"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/survey/wave"
)

type instrument struct {
	ID      int64       `json:"id"`
	Name    people.Text `json:"name"`
	Retired bool        `json:"retired"`
	Version int64       `json:"version"`
}

type namedInstrument struct {
	Name  people.Text `json:"name"`
	Paper *wave.Paper `json:"paper,omitempty" doc:"api.doc.wave_first_paper"`
}

// questionnaire is one version.
type questionnaire struct {
	ID         int64       `json:"id"`
	Instrument int64       `json:"instrument"`
	Name       people.Text `json:"name"`
	Number     int         `json:"number"`
	Made       string      `json:"made" format:"date-time"`
	Used       bool        `json:"used" doc:"api.doc.wave_used"`
	Minutes    int         `json:"minutes"`
	Paper      wave.Paper  `json:"paper"`
}

func questionnaireOf(s *wave.Sheet) questionnaire {
	return questionnaire{s.ID, s.Instrument, s.Name, s.Number, stamp(s.Made), s.Used, s.Minutes(wave.Users), s.Paper}
}

// questionnaires serves what waves ask.
func (a *API) questionnaires(room *wave.Room) {
	one := []gives{{Status: http.StatusOK, Schema: of[questionnaire]()}}
	a.add(surveyOf("GET", "/questionnaires", wave.DeedRead, "list-questionnaires", []gives{{Status: http.StatusOK, Schema: pageOf(of[instrument]())}}, func(c *call) error {
		all, err := room.Instruments(c.r.Context(), c.by)
		if err != nil {
			return err
		}
		out := page[instrument]{Items: []instrument{}}
		for _, i := range all {
			out.Items = append(out.Items, instrument{i.ID, i.Name, i.Retired, i.Version})
		}
		return c.JSON(http.StatusOK, out)
	}))
	a.add(surveyOf("GET", "/questionnaires/{id}/versions", wave.DeedRead, "versions-of-questionnaire", []gives{{Status: http.StatusOK, Schema: pageOf(of[questionnaire]())}}, func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		all, err := room.Versions(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		out := page[questionnaire]{Items: []questionnaire{}}
		for i := range all {
			out.Items = append(out.Items, questionnaireOf(&all[i]))
		}
		return c.JSON(http.StatusOK, out)
	}))
	op := surveyOf("POST", "/questionnaires", wave.DeedDesign, "new-questionnaire", one, func(c *call) error {
		if err := c.by.May(wave.DeedDesign); err != nil {
			return err
		}
		var in namedInstrument
		if err := c.into(&in); err != nil {
			return err
		}
		s, err := room.Name(c.r.Context(), c.by, &wave.Instrument{Name: in.Name}, in.Paper)
		if err != nil {
			return err
		}
		return c.done(http.StatusOK, questionnaireOf(s))
	})
	op.Body, op.Once = &body{Schema: of[namedInstrument]()}, true
	a.add(op)
	op = surveyOf("PUT", "/questionnaire-versions/{id}", wave.DeedDesign, "edit-questionnaire", one, func(c *call) error {
		if err := c.by.May(wave.DeedDesign); err != nil {
			return err
		}
		id, err := c.id("id")
		if err != nil {
			return err
		}
		var in wave.Paper
		if err := c.into(&in); err != nil {
			return err
		}
		s, err := room.Edit(c.r.Context(), c.by, id, in)
		if err != nil {
			return err
		}
		return c.done(http.StatusOK, questionnaireOf(s))
	})
	op.Body, op.Once = &body{Schema: of[wave.Paper]()}, true
	a.add(op)
}

type surveyToken struct {
	Token string `json:"token" doc:"api.doc.wave_token"`
}

// asking is a questionnaire in front of a respondent.
type asking struct {
	Name    people.Text         `json:"name"`
	Side    string              `json:"side" enum:"users,staff"`
	Until   string              `json:"until" format:"date-time"`
	Columns map[string][]string `json:"columns" doc:"api.doc.wave_columns"`
	Paper   wave.Paper          `json:"paper"`
}

type handedIn struct {
	Token   string            `json:"token"`
	Values  map[string]string `json:"values" doc:"api.doc.wave_values"`
	Seconds int               `json:"seconds,omitempty" doc:"api.doc.wave_seconds"`
}

// respondents serves those who answer. What they do leaves no trace: no audit
// row, no kept answer of a repeated request; a token in a body, never in an
// address.
func (a *API) respondents(room *wave.Room) {
	a.add(surveyOf("POST", "/surveys/{id}/token", Known, "token-of-survey", []gives{{Status: http.StatusOK, Schema: of[surveyToken]()}}, func(c *call) error {
		if c.by.ID == 0 {
			return fault.New(fault.Unknown, "trouble.401")
		}
		id, err := c.id("id")
		if err != nil {
			return err
		}
		d, err := room.Find(c.r.Context(), id, c.by.ID)
		if err != nil {
			return err
		}
		token, err := room.Pass(c.r.Context(), d, "")
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, surveyToken{token})
	}))
	op := surveyOf("POST", "/survey-answers/questionnaire", Anyone, "read-survey-questionnaire", []gives{{Status: http.StatusOK, Schema: of[asking]()}}, func(c *call) error {
		var in surveyToken
		if err := c.into(&in); err != nil {
			return err
		}
		q, err := room.Asking(c.r.Context(), in.Token)
		if err != nil {
			return err
		}
		out := asking{Name: q.Wave.Name, Side: string(q.Side), Until: stamp(q.Wave.To), Columns: map[string][]string{}, Paper: q.Sheet.Paper}
		for _, d := range q.Sheet.Asked() {
			for _, item := range d.Items {
				for _, way := range q.Sheet.Ways(q.Side) {
					out.Columns[item.Code] = append(out.Columns[item.Code], wave.Column(way, item.Code))
				}
			}
		}
		return c.JSON(http.StatusOK, out)
	})
	op.Body = &body{Schema: of[surveyToken]()}
	a.add(op)
	op = surveyOf("POST", "/survey-answers", Anyone, "answer-survey", []gives{{Status: http.StatusNoContent}}, func(c *call) error {
		var in handedIn
		if err := c.into(&in); err != nil {
			return err
		}
		if err := room.Whole(c.r.Context(), in.Token, wave.Entered{Values: in.Values, Seconds: in.Seconds}); err != nil {
			return err
		}
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	})
	op.Body = &body{Schema: of[handedIn]()}
	a.add(op)
}
