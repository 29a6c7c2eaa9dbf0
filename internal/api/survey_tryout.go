package api

import (
	"net/http"

	"kilter/internal/practice/survey/wave"
)

// surveyTryout is how the questionnaire of a wave held up.
type surveyTryout struct {
	Answers    int           `json:"answers"`
	Begun      int           `json:"begun_only" doc:"api.doc.wave_begun"`
	Minutes    int           `json:"minutes,omitempty" doc:"api.doc.tryout_minutes"`
	Statements []surveyTried `json:"statements"`
}

type surveyTried struct {
	Item   string   `json:"item"`
	Way    string   `json:"way" enum:"E,P,M" doc:"api.doc.tryout_way"`
	Rated  int      `json:"rated"`
	Cannot int      `json:"cannot_judge"`
	Blank  int      `json:"left_out"`
	Mean   *float64 `json:"mean,omitempty"`
	SD     *float64 `json:"sd,omitempty"`
	Often  float64  `json:"share_of_commonest" doc:"api.doc.tryout_often"`
	Hints  []string `json:"hints" enum:"cannot,blank,alike" doc:"api.doc.tryout_hints"`
}

func (c *call) tryout(room *wave.Room) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	t, err := room.Tryout(c.r.Context(), c.by, id)
	if err != nil {
		return err
	}
	out := surveyTryout{Answers: t.N, Begun: t.Begun, Minutes: t.Minutes, Statements: []surveyTried{}}
	for i := range t.Items {
		x := &t.Items[i]
		one := surveyTried{Item: x.Item.Code, Way: string(x.Way), Rated: x.Rated, Cannot: x.Cannot, Blank: x.Blank, Often: x.Often, Hints: []string{}}
		if x.Rated > 0 {
			one.Mean = &x.Mean
		}
		if x.Rated > 1 {
			one.SD = &x.SD
		}
		for _, h := range x.Notes {
			one.Hints = append(one.Hints, string(h))
		}
		out.Statements = append(out.Statements, one)
	}
	return c.JSON(http.StatusOK, out)
}
