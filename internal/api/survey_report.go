package api

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/report/satisfaction"
)

// surveyReport is what a survey says: the frozen result, what has changed since
// another wave, and how sure it is.
type surveyReport struct {
	Wave    int64           `json:"wave"`
	Before  int64           `json:"before,omitempty" doc:"api.doc.survey_before"`
	Apart   string          `json:"not_compared,omitempty" enum:"no_score,other_form,pilot" doc:"api.doc.survey_apart"`
	Sure    string          `json:"sure" enum:"firm,care,weak" doc:"api.doc.survey_sure"`
	Points  []surveyPoint   `json:"points" doc:"api.doc.survey_points"`
	Overall *surveyChange   `json:"change,omitempty"`
	Changes []surveyChange  `json:"changes" doc:"api.doc.survey_changes"`
	Focus   []string        `json:"focus" doc:"api.doc.survey_focus"`
	Desk    *surveyDesk     `json:"desk,omitempty" doc:"api.doc.survey_desk"`
	Topics  *surveyTopics   `json:"comments,omitempty" doc:"api.doc.survey_topics"`
	Beliefs *wave.Beliefs   `json:"beliefs,omitempty" doc:"api.doc.survey_beliefs"`
	Hash    string          `json:"sha256,omitempty" doc:"api.doc.survey_hash"`
	Result  json.RawMessage `json:"result" doc:"api.doc.survey_result"`
}

// surveyTopics are how many comments are about what.
type surveyTopics struct {
	N      int            `json:"n"`
	By     map[string]int `json:"by_category" doc:"api.doc.survey_by_category"`
	Hidden int            `json:"suppressed" doc:"api.doc.survey_suppressed"`
}

type surveyPoint struct {
	Level string         `json:"level" enum:"firm,care,weak"`
	Key   string         `json:"key"`
	About string         `json:"about" enum:"answer,dimensions,drivers,structure,segments"`
	Args  map[string]any `json:"args"`
}

type surveyChange struct {
	Of         string     `json:"of,omitempty" doc:"api.doc.survey_of"`
	N          [2]int     `json:"n"`
	Now        float64    `json:"now"`
	Before     float64    `json:"before"`
	Difference float64    `json:"difference"`
	CI         [2]float64 `json:"ci95_welch"`
	P          float64    `json:"p"`
	Holm       float64    `json:"p_holm"`
	G          float64    `json:"hedges_g"`
	Verdict    string     `json:"verdict" enum:"better,worse,same,uncertain"`
}

type surveyDesk struct {
	From    string          `json:"from" format:"date-time"`
	To      string          `json:"to" format:"date-time"`
	At      string          `json:"at" format:"date-time" doc:"api.doc.survey_desk_at"`
	Figures []surveyMeasure `json:"correlations"`
}

type surveyMeasure struct {
	Name string      `json:"name" enum:"first,resolve,reopened,bounced,urgent,outage"`
	N    int         `json:"n,omitempty"`
	R    *float64    `json:"spearman,omitempty"`
	CI   *[2]float64 `json:"ci95,omitempty"`
}

// surveyData are the answers of a wave, without who gave them.
type surveyData struct {
	Columns []string   `json:"columns"`
	Rows    [][]string `json:"rows"`
}

// surveyFile is a file of answers that becomes a wave.
type surveyFile struct {
	Name people.Text `json:"name"`
	From string      `json:"from" format:"date-time"`
	To   string      `json:"to" format:"date-time"`
	Spec string      `json:"spec" doc:"api.doc.survey_spec"`
	File string      `json:"file,omitempty" doc:"api.doc.survey_file"`
	CSV  string      `json:"csv" doc:"api.doc.survey_csv"`
}

func changeOf(name string, c *satisfaction.Change) surveyChange {
	return surveyChange{name, c.N, c.Now, c.Before, c.Difference, [2]float64{c.Low, c.High}, c.P, c.Holm, c.G, string(c.Verdict)}
}

func reportOf(r *satisfaction.Report) (surveyReport, error) {
	text, err := json.Marshal(r.Result)
	if err != nil {
		return surveyReport{}, err
	}
	out := surveyReport{Wave: r.ID, Apart: r.Apart, Sure: string(r.Grade()), Points: []surveyPoint{}, Changes: []surveyChange{}, Focus: []string{}, Result: text}
	if r.Before != nil {
		out.Before = r.Before.ID
	}
	if r.Frozen != nil {
		out.Hash, out.Beliefs = r.Frozen.Hash, r.Frozen.Beliefs
	}
	for _, p := range r.Sure {
		one := surveyPoint{string(p.Level), p.Key, p.About, map[string]any{}}
		for i := 0; i+1 < len(p.Args); i += 2 {
			if name, ok := p.Args[i].(string); ok {
				one.Args[name] = p.Args[i+1]
			}
		}
		out.Points = append(out.Points, one)
	}
	if r.Overall != nil {
		c := changeOf("", r.Overall)
		out.Overall = &c
	}
	for _, d := range r.Dimensions {
		if d.Change != nil {
			out.Changes = append(out.Changes, changeOf(d.Name, d.Change))
		}
	}
	for _, i := range r.Items {
		if i.Change != nil {
			out.Changes = append(out.Changes, changeOf(string(i.Name), i.Change))
		}
	}
	for _, f := range r.Focus {
		out.Focus = append(out.Focus, string(f.Item))
	}
	return out, nil
}

func deskOf(b *satisfaction.Beside) *surveyDesk {
	out := &surveyDesk{From: stamp(b.From), To: stamp(b.To), At: stamp(b.At), Figures: []surveyMeasure{}}
	for _, m := range b.Figures {
		one := surveyMeasure{Name: m.Name}
		if a := m.Association; a != nil {
			one.N, one.R, one.CI = a.N, &a.R, &[2]float64{a.Low, a.High}
		}
		out.Figures = append(out.Figures, one)
	}
	return out
}

// SurveyReports serves what surveys say, and takes files as waves.
func (a *API) SurveyReports(room *wave.Room, maker *satisfaction.Maker) {
	op := surveyOf("GET", "/surveys/{id}/report", wave.DeedRead, "report-of-survey", []gives{{Status: http.StatusOK, Schema: of[surveyReport]()}}, func(c *call) error {
		return c.surveyReport(maker)
	})
	op.Query = []param{{Name: "against", Type: "integer"}, {Name: "desk", Type: "boolean"}}
	a.add(op)
	a.add(surveyOf("GET", "/surveys/{id}/data", wave.DeedRun, "data-of-survey", []gives{{Status: http.StatusOK, Schema: of[surveyData]()}}, func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		d, err := room.Data(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, surveyData{d.Columns, d.Rows})
	}))
	op = surveyOf("POST", "/surveys/import", wave.DeedRun, "import-survey", []gives{{Status: http.StatusOK, Schema: of[surveyWave]()}}, func(c *call) error {
		return c.importSurvey(room.ImportFile)
	})
	op.Body = &body{Schema: of[surveyFile](), Limit: paperLimit, Time: uploadTime}
	op.Once = true
	a.add(op)
}

func (c *call) surveyReport(maker *satisfaction.Maker) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	against := int64(0)
	if text := c.get("against"); text != "" {
		if against, err = strconv.ParseInt(text, 10, 64); err != nil {
			return fault.At("against", "record.not_a_number")
		}
	}
	r, err := maker.Read(c.r.Context(), c.by, id, against)
	if err != nil {
		return err
	}
	out, err := reportOf(r)
	if err != nil {
		return err
	}
	t, err := maker.Waves.Topics(c.r.Context(), c.by, id)
	if err != nil {
		return err
	}
	if t != nil {
		out.Topics = &surveyTopics{t.N, map[string]int{}, t.Hidden}
		for _, row := range t.Rows {
			out.Topics.By[row.Category] = row.N
		}
	}
	if c.get("desk") == "true" {
		b, err := maker.Beside(c.r.Context(), c.by, r)
		if err != nil {
			return err
		}
		out.Desk = deskOf(b)
	}
	return c.JSON(http.StatusOK, out)
}

func (c *call) importSurvey(bring func(context.Context, people.Actor, wave.Import) (*wave.Wave, error)) error {
	if err := c.by.May(wave.DeedRun); err != nil {
		return err
	}
	var in surveyFile
	if err := c.into(&in); err != nil {
		return err
	}
	it := wave.Import{Name: in.Name, Spec: []byte(in.Spec), File: cmp.Or(in.File, "answers.csv"), Table: strings.NewReader(in.CSV)}
	var many fault.Many
	for field, m := range map[string]struct {
		text string
		into *time.Time
	}{"from": {in.From, &it.From}, "to": {in.To, &it.To}} {
		t, err := time.Parse(time.RFC3339, m.text)
		if err != nil {
			many = append(many, fault.At(field, "record.not_a_moment"))
		}
		*m.into = t
	}
	if err := many.Err(); err != nil {
		return err
	}
	w, err := bring(c.r.Context(), c.by, it)
	if err != nil {
		return err
	}
	return c.done(http.StatusOK, c.seenWave(w))
}
