package api

import (
	"net/http"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/survey/wave"
)

// surveyWave is one survey at one time.
type surveyWave struct {
	ID          int64           `json:"id"`
	Name        people.Text     `json:"name"`
	Source      string          `json:"source" enum:"asked,file" doc:"api.doc.wave_source"`
	Sheet       int64           `json:"questionnaire,omitempty" doc:"api.doc.wave_sheet"`
	Pilot       bool            `json:"pilot" doc:"api.doc.wave_pilot"`
	State       string          `json:"state" enum:"draft,open,closed,analysed,published,cancelled"`
	From        string          `json:"from,omitempty" format:"date-time"`
	To          string          `json:"to,omitempty" format:"date-time"`
	Seed        int64           `json:"seed" doc:"api.doc.wave_seed"`
	Everybody   bool            `json:"everybody" doc:"api.doc.wave_everybody"`
	Few         int             `json:"few,omitempty" doc:"api.doc.wave_few"`
	Departments []int64         `json:"departments" doc:"api.doc.wave_departments"`
	Margin      float64         `json:"margin" doc:"api.doc.wave_margin"`
	Rate        float64         `json:"expected_rate" doc:"api.doc.wave_rate"`
	Staff       bool            `json:"staff" doc:"api.doc.wave_staff"`
	Least       int             `json:"least" doc:"api.doc.wave_least"`
	Reminders   []int           `json:"reminders" doc:"api.doc.wave_reminders"`
	Rounds      int             `json:"rounds_sent"`
	Keep        int             `json:"keep_months" doc:"api.doc.wave_keep"`
	Samples     int             `json:"bootstrap_samples"`
	Strata      []surveyStratum `json:"strata" doc:"api.doc.wave_strata"`
	Begun       int             `json:"begun_only" doc:"api.doc.wave_begun"`
	Opened      string          `json:"opened,omitempty" format:"date-time"`
	Closed      string          `json:"closed,omitempty" format:"date-time"`
	Frozen      string          `json:"frozen,omitempty" format:"date-time"`
	Published   string          `json:"published,omitempty" format:"date-time"`
	Purged      string          `json:"purged,omitempty" format:"date-time" doc:"api.doc.wave_purged"`
	Version     int64           `json:"version"`
}

type surveyStratum struct {
	Side       string `json:"side" enum:"users,staff"`
	Department int64  `json:"department,omitempty"`
	Code       string `json:"code"`
	Population int    `json:"population"`
	Invited    int    `json:"invited"`
	Answered   int    `json:"answered" doc:"api.doc.wave_answered"`
}

// planned is what is planned of a wave.
type plannedWave struct {
	Name        people.Text `json:"name"`
	Sheet       int64       `json:"questionnaire" doc:"api.doc.wave_sheet"`
	Pilot       bool        `json:"pilot,omitempty" doc:"api.doc.wave_pilot"`
	From        string      `json:"from" format:"date-time"`
	To          string      `json:"to" format:"date-time"`
	Everybody   bool        `json:"everybody,omitempty" doc:"api.doc.wave_everybody"`
	Few         int         `json:"few,omitempty" doc:"api.doc.wave_few"`
	Departments []int64     `json:"departments,omitempty" doc:"api.doc.wave_departments"`
	Margin      float64     `json:"margin,omitempty" doc:"api.doc.wave_margin"`
	Rate        float64     `json:"expected_rate,omitempty" doc:"api.doc.wave_rate"`
	Staff       bool        `json:"staff,omitempty" doc:"api.doc.wave_staff"`
	Least       int         `json:"least,omitempty" doc:"api.doc.wave_least"`
	Reminders   []int       `json:"reminders,omitempty" doc:"api.doc.wave_reminders"`
	Keep        *int        `json:"keep_months,omitempty" doc:"api.doc.wave_keep"`
	Samples     int         `json:"bootstrap_samples,omitempty"`
	Version     int64       `json:"version,omitempty" doc:"api.doc.wave_version"`
}

// surveyResponse is how a wave is answered.
type surveyResponse struct {
	Population  int          `json:"population"`
	Invited     int          `json:"invited"`
	Answered    int          `json:"answered"`
	Rate        float64      `json:"rate"`
	Need        int          `json:"need" doc:"api.doc.wave_need"`
	Staff       *surveyRate  `json:"staff,omitempty"`
	Departments []surveyRate `json:"departments" doc:"api.doc.wave_rates"`
	Warnings    []string     `json:"warnings" enum:"low,departments,few,factors,small"`
}

type surveyRate struct {
	Department int64   `json:"department,omitempty"`
	Code       string  `json:"code"`
	Population int     `json:"population"`
	Invited    int     `json:"invited"`
	Answered   int     `json:"answered"`
	Rate       float64 `json:"rate"`
	Low        bool    `json:"below_15_percent"`
}

type surveyComment struct {
	ID         string `json:"id"`
	Side       string `json:"side" enum:"users,staff"`
	Question   string `json:"question"`
	Department int64  `json:"department,omitempty" doc:"api.doc.wave_comment_department"`
	Text       string `json:"text"`
	Category   string `json:"category,omitempty" doc:"api.doc.wave_category"`
}

// sortedComments is what comments are about.
type sortedComments struct {
	Categories map[string]string `json:"categories" doc:"api.doc.wave_categories"`
}

func waveOf(w *wave.Wave) surveyWave {
	p := &w.Plan
	out := surveyWave{
		ID: w.ID, Name: w.Name, Source: string(w.Source), Sheet: w.Sheet, Pilot: w.Pilot, State: string(w.State), From: stamp(w.From), To: stamp(w.To), Seed: w.Seed,
		Everybody: p.Everybody, Few: p.Few, Departments: []int64{}, Margin: p.Margin, Rate: p.Rate, Staff: p.Staff, Least: p.Least, Reminders: p.Reminders, Rounds: p.Rounds, Keep: p.Keep, Samples: p.Samples,
		Strata: strataOf(w.Strata), Begun: w.Begun, Opened: stamp(w.Opened), Closed: stamp(w.Closed), Frozen: stamp(w.Frozen), Published: stamp(w.Told), Purged: stamp(w.Purged), Version: w.Version,
	}
	for _, d := range p.Departments {
		out.Departments = append(out.Departments, int64(d))
	}
	if out.Reminders == nil {
		out.Reminders = []int{}
	}
	return out
}

func strataOf(all []wave.Stratum) []surveyStratum {
	out := []surveyStratum{}
	for _, s := range all {
		out = append(out, surveyStratum{string(s.Side), int64(s.Department), s.Code, s.Population, s.Invited, s.Answered})
	}
	return out
}

func rateOf(r wave.Rate) surveyRate {
	return surveyRate{int64(r.Department), r.Code, r.Population, r.Invited, r.Answered, r.Share(), r.Low}
}

// plan is what was planned, over what stands in a plan that is not told of.
func (in plannedWave) plan(w *wave.Wave) error {
	var many fault.Many
	moment := func(field, text string) (t time.Time) {
		t, err := time.Parse(time.RFC3339, text)
		if err != nil {
			many = append(many, fault.At(field, "record.not_a_moment"))
		}
		return t
	}
	w.Name, w.Sheet, w.Pilot, w.From, w.To, w.Version = in.Name, in.Sheet, in.Pilot, moment("from", in.From), moment("to", in.To), in.Version
	p := wave.StandardPlan()
	p.Everybody, p.Few, p.Staff = in.Everybody, in.Few, in.Staff
	for _, d := range in.Departments {
		p.Departments = append(p.Departments, people.DepartmentID(d))
	}
	if in.Reminders != nil {
		p.Reminders = in.Reminders
	}
	if in.Keep != nil {
		p.Keep = *in.Keep
	}
	set := func(into *float64, x float64) {
		if x != 0 {
			*into = x
		}
	}
	set(&p.Margin, in.Margin)
	set(&p.Rate, in.Rate)
	if in.Least != 0 {
		p.Least = in.Least
	}
	if in.Samples != 0 {
		p.Samples = in.Samples
	}
	w.Plan = p
	return many.Err()
}

func surveyOf(method, path, policy, name string, out []gives, do func(*call) error) operation {
	return operation{Method: method, Path: Prefix + path, Policy: policy, Name: name, Key: strings.ReplaceAll(name, "-", "_"), Tag: "surveys", Gives: out, Run: do}
}

// Surveys serves satisfaction surveys.
func (a *API) Surveys(room *wave.Room) {
	one := []gives{{Status: http.StatusOK, Schema: of[surveyWave]()}}
	a.add(surveyOf("GET", "/surveys", wave.DeedRead, "list-surveys", []gives{{Status: http.StatusOK, Schema: pageOf(of[surveyWave]())}}, func(c *call) error {
		all, err := room.List(c.r.Context(), c.by)
		if err != nil {
			return err
		}
		out := page[surveyWave]{Items: []surveyWave{}}
		for i := range all {
			out.Items = append(out.Items, c.seenWave(&all[i]))
		}
		return c.JSON(http.StatusOK, out)
	}))
	a.add(surveyOf("GET", "/surveys/{id}", wave.DeedRead, "get-survey", one, func(c *call) error {
		return c.wave(room.Read)
	}))
	a.add(surveyOf("GET", "/surveys/{id}/response", wave.DeedRead, "response-of-survey", []gives{{Status: http.StatusOK, Schema: of[surveyResponse]()}}, func(c *call) error {
		return c.response(room)
	}))
	a.add(surveyOf("GET", "/surveys/{id}/tryout", wave.DeedRun, "tryout-of-survey", []gives{{Status: http.StatusOK, Schema: of[surveyTryout]()}}, func(c *call) error {
		return c.tryout(room)
	}))
	a.add(surveyOf("GET", "/surveys/{id}/comments", wave.DeedComments, "comments-of-survey", []gives{{Status: http.StatusOK, Schema: pageOf(of[surveyComment]())}}, func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		all, err := room.Comments(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		out := page[surveyComment]{Items: []surveyComment{}}
		for _, w := range all {
			out.Items = append(out.Items, surveyComment{w.ID, string(w.Side), w.Question, int64(w.Department), w.Text, w.Category})
		}
		return c.JSON(http.StatusOK, out)
	}))
	a.surveyDeeds(room, one)
	a.questionnaires(room)
	a.respondents(room)
}

// seenWave is a wave as far as its reader sees it: without departments beyond
// his scope.
func (c *call) seenWave(w *wave.Wave) surveyWave {
	out := waveOf(w)
	if c.by.Scope.All {
		return out
	}
	within := map[int64]bool{0: true}
	for _, d := range c.by.Scope.Departments {
		within[int64(d)] = true
	}
	out.Strata, out.Departments = []surveyStratum{}, []int64{}
	for _, s := range w.Strata {
		if within[int64(s.Department)] {
			out.Strata = append(out.Strata, strataOf([]wave.Stratum{s})...)
		}
	}
	for _, d := range w.Plan.Departments {
		if within[int64(d)] {
			out.Departments = append(out.Departments, int64(d))
		}
	}
	return out
}

func (c *call) response(room *wave.Room) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	r, err := room.Response(c.r.Context(), c.by, id)
	if err != nil {
		return err
	}
	w := r.Whole
	out := surveyResponse{Population: w.Population, Invited: w.Invited, Answered: w.Answered, Rate: w.Share(), Need: r.Need, Departments: []surveyRate{}, Warnings: []string{}}
	if r.Staff != nil {
		s := rateOf(*r.Staff)
		out.Staff = &s
	}
	for _, row := range r.Rows {
		out.Departments = append(out.Departments, rateOf(row))
	}
	for _, x := range r.Warnings {
		out.Warnings = append(out.Warnings, string(x))
	}
	return c.JSON(http.StatusOK, out)
}
