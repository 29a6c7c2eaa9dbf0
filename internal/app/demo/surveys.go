package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/stats"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/survey"
	"kilter/internal/practice/survey/wave"
)

// held is a wave of the city's story: what its people found then, which their
// incidents explain.
type held struct {
	daysAgo int                // its last day
	gaps    map[string]float64 // of dimensions
	items   map[string]float64 // what single statements add to that of their dimension
}

// The story: after the core switch had failed, networks were what people missed
// most. A second uplink mended that, but the desk could not be reached any more.
// Then the call form and the knowledge base made it fast, and a database stopped.
var waves = []held{
	{395, map[string]float64{"tangibles": -.5, "reliability": -1.35, "responsiveness": -.95, "assurance": -.4, "empathy": -.75}, map[string]float64{"R4": -.7, "R1": -.2, "A2": -.3}},
	{210, map[string]float64{"tangibles": -.45, "reliability": -.95, "responsiveness": -1.2, "assurance": -.35, "empathy": -.75}, map[string]float64{"S4": -.5, "S2": -.2, "R1": -.2}},
	{30, map[string]float64{"tangibles": -.35, "reliability": -1, "responsiveness": -.65, "assurance": -.3, "empathy": -.65}, map[string]float64{"R4": -.4, "T2": .2, "M3": -.3}},
}

// weigh is how much a dimension moves satisfaction, and its share of 100 points.
var weigh = map[string][2]float64{"tangibles": {.08, 11}, "reliability": {.5, 34}, "responsiveness": {.38, 25}, "assurance": {.12, 16}, "empathy": {.15, 14}}

const (
	surveyDays    = 18  // that a wave runs
	surveyInvited = 20  // of a department, or all
	surveyRate    = .56 // of them answer
	felt          = .45 // points that one standard deviation of the time to resolve costs
)

// feel remembers how long a department waited.
func (c *city) feel(w *record.Whole[*incident.Incident]) {
	for _, e := range w.Entries {
		if e.To == incident.Resolved {
			c.waits = append(c.waits, waited{w.Rec.Department, w.Rec.Opened, e.At.Sub(w.Rec.Opened).Hours()})
			return
		}
	}
}

// waited is how long a resolved incident took.
type waited struct {
	department people.DepartmentID
	opened     time.Time
	hours      float64
}

// moods are how much more content departments are than the city in the half year
// before a day, in standard deviations of their median waits.
func (c *city) moods(end time.Time) map[people.DepartmentID]float64 {
	const half = 182 * 24 * time.Hour
	by := map[people.DepartmentID][]float64{}
	for _, w := range c.waits {
		if w.opened.Before(end) && end.Sub(w.opened) < half {
			by[w.department] = append(by[w.department], w.hours)
		}
	}
	medians, ids := []float64{}, []people.DepartmentID{}
	for id, hours := range by {
		if m, err := stats.Quantile(hours, .5); err == nil {
			medians, ids = append(medians, math.Log1p(m)), append(ids, id)
		}
	}
	out := map[people.DepartmentID]float64{}
	if s, err := stats.Describe(medians); err == nil && s.SD > 0 {
		for i, id := range ids {
			out[id] = -max(-2, min(2, (medians[i]-s.Mean)/s.SD))
		}
	}
	return out
}

// surveys holds the waves.
func (c *city) surveys(ctx context.Context) error {
	paper := wave.Standard()
	in := &wave.Instrument{Name: people.Text{En: "How do you find the information centre?", Zh: "信息中心服务满意度调查"}, Changed: c.from}
	log := func(what string) audit.Row { return audit.By(c.by, c.now, "demo.fill", what) }
	if err := c.Surveys.Sheets.KeepInstrument(ctx, in, log("survey")); err != nil {
		return err
	}
	s := &wave.Sheet{Instrument: in.ID, Number: 1, Made: c.from, MadeBy: c.teams["offices"].members[0].ID, Paper: paper}
	if err := c.Surveys.Sheets.KeepSheet(ctx, s, log("survey")); err != nil {
		return err
	}
	for i, h := range waves {
		if err := c.survey(ctx, s, h, uint64(i+1), i == len(waves)-1); err != nil {
			return err
		}
	}
	return nil
}

// survey holds one wave. Of the older ones the answers are deleted already, as
// the city keeps them for half a year.
func (c *city) survey(ctx context.Context, s *wave.Sheet, h held, seed uint64, last bool) error {
	end := c.now.AddDate(0, 0, -h.daysAgo).Truncate(24 * time.Hour).Add(10 * time.Hour)
	w := &wave.Wave{
		Name: people.Text{En: "Satisfaction in " + end.Format("January 2006"), Zh: end.Format("2006年1月") + "满意度调查"}, Source: wave.Asked, Sheet: s.ID, State: wave.Published,
		From: end.AddDate(0, 0, -surveyDays), To: end, Seed: int64(seed), Plan: wave.StandardPlan(), MadeBy: s.MadeBy, Made: end.AddDate(0, 0, -surveyDays-7),
		Opened: end.AddDate(0, 0, -surveyDays), Closed: end, Frozen: end.Add(time.Hour), Told: end.Add(48 * time.Hour),
	}
	w.Plan.Rounds, w.Plan.Keep = 3, 6
	truth := c.truth(&s.Paper, h, w)
	drawn := truth.Draw(seed)
	answers := c.answers(&s.Paper, w, drawn)
	if last {
		answers = append(answers, c.beliefs(&s.Paper, w)...)
	}
	found, err := w.Find(&s.Paper, answers)
	if err != nil {
		return err
	}
	if !last {
		w.Purged = end.AddDate(0, w.Plan.Keep, 0)
	}
	log := audit.By(c.by, c.now, "demo.fill", "survey")
	if last {
		if err := c.handIn(ctx, w, answers, log); err != nil {
			return err
		}
	}
	return c.Surveys.Waves.Freeze(ctx, w, &wave.Frozen{N: found.Result.N, Seed: w.Seed, Made: w.Frozen, Findings: found}, log)
}

// handIn keeps the answers of a wave as if it were still open.
func (c *city) handIn(ctx context.Context, w *wave.Wave, answers []wave.Answer, log audit.Row) error {
	w.State = wave.Open
	if err := c.Surveys.Waves.Keep(ctx, w, log); err != nil {
		return err
	}
	for i := range answers {
		a := &answers[i]
		a.Wave = w.ID
		var words []wave.Comment
		if a.Side == wave.Users {
			words = c.remarks(a, i)
		}
		if err := c.Surveys.Box.HandIn(ctx, a, words); err != nil {
			return err
		}
	}
	w.State = wave.Published
	return nil
}

// truth is what the city finds at a time, and who is asked.
func (c *city) truth(p *wave.Paper, h held, w *wave.Wave) survey.Truth {
	t := survey.Truth{Expect: 5.9, Trait: .75, Common: .35, Noise: .75, Style: .45, Level: 4.7, Blur: .55, Lines: .03, Missing: .015, Points: p.Points}
	for _, d := range p.Asked() {
		dim := survey.TrueDimension{Name: d.Code, Effect: weigh[d.Code][0], Share: weigh[d.Code][1]}
		for _, i := range d.Items {
			dim.Items = append(dim.Items, survey.TrueItem{Name: i.Code, Gap: h.gaps[d.Code] + h.items[i.Code]})
		}
		t.Dimensions = append(t.Dimensions, dim)
	}
	size := map[people.DepartmentID]int{}
	for _, p := range c.citizens {
		size[p.Department]++
	}
	moods := c.moods(w.To)
	for _, d := range departments {
		id := c.department(d.code)
		if size[id] == 0 {
			continue
		}
		one := wave.Stratum{Side: wave.Users, Department: id, Code: d.code, Population: size[id], Invited: min(size[id], surveyInvited)}
		w.Strata = append(w.Strata, one)
		t.Groups = append(t.Groups, survey.TrueGroup{
			Name: d.code, Size: one.Invited, Rate: surveyRate + .08*moods[id],
			Shift: map[string]float64{"reliability": felt * moods[id], "responsiveness": 1.3 * felt * moods[id], "empathy": .5 * felt * moods[id]},
		})
	}
	return t
}

// answers are what was drawn as the questionnaire takes it.
func (c *city) answers(p *wave.Paper, w *wave.Wave, d *survey.Drawn) []wave.Answer {
	counted := p.Counted()
	out := make([]wave.Answer, d.N)
	for r := range out {
		sum := sha256.Sum256([]byte(w.Name.En + strconv.Itoa(r)))
		a := wave.Answer{Key: hex.EncodeToString(sum[:]), Side: wave.Users, Done: true}
		a.Values, a.Choices = map[string]int{}, map[string]string{}
		at := slices.IndexFunc(w.Strata, func(s wave.Stratum) bool { return s.Code == d.Groups[0][r] })
		w.Strata[at].Answered++
		a.Department, a.Seconds = w.Strata[at].Department, 260+c.r.IntN(300)
		for i, item := range d.Items {
			for form, cols := range d.Of {
				if x := cols[i][r]; !math.IsNaN(x) {
					a.Values[wave.Column(form, item.Name)] = int(x)
				}
			}
		}
		c.share(&a, p, counted, d, r)
		for i, q := range p.Overall {
			a.Values[q.Code] = int(d.Satisfaction[i%len(d.Satisfaction)][r])
		}
		for _, q := range p.Profile {
			a.Choices[q.Code] = q.Options[c.r.IntN(len(q.Options))].Code
		}
		out[r] = a
	}
	return out
}

// believed is what the staff of the centre takes users to expect: speed and tools
// above all, being reached and being told when less than users do.
var believed = map[string]float64{"tangibles": 6.2, "reliability": 5.9, "responsiveness": 5.4, "assurance": 5.9, "empathy": 5.1}

// beliefs are what the staff answered in the newest wave.
func (c *city) beliefs(p *wave.Paper, w *wave.Wave) []wave.Answer {
	asked := 0
	for _, t := range c.teams {
		asked += len(t.members)
	}
	out := make([]wave.Answer, asked*7/10)
	for r := range out {
		sum := sha256.Sum256([]byte(w.Name.En + "staff" + strconv.Itoa(r)))
		out[r] = wave.Answer{Key: hex.EncodeToString(sum[:]), Side: wave.Staff, Done: true}
		out[r].Values, out[r].Seconds = map[string]int{}, 90+c.r.IntN(120)
		for _, d := range p.Asked() {
			for _, i := range d.Items {
				x := believed[d.Code] + .8*c.r.NormFloat64()
				out[r].Values[wave.Column(survey.Expected, i.Code)] = min(p.Points, max(1, int(math.Round(x))))
			}
		}
	}
	w.Plan.Staff = true
	w.Strata = append(w.Strata, wave.Stratum{Side: wave.Staff, Code: string(wave.Staff), Population: asked, Invited: asked, Answered: len(out)})
	return out
}

// share gives the points of the dimensions that count, rescaled to 100.
func (c *city) share(a *wave.Answer, p *wave.Paper, counted []wave.Dimension, d *survey.Drawn, r int) {
	if !p.Weights {
		return
	}
	sum, given := 0.0, map[string]float64{}
	for k, dim := range p.Asked() {
		if slices.ContainsFunc(counted, func(x wave.Dimension) bool { return x.Code == dim.Code }) {
			given[dim.Code] = d.Weights[k][r]
			sum += d.Weights[k][r]
		}
	}
	left := 100
	for i, dim := range counted {
		n := int(math.Round(given[dim.Code] / max(sum, 1) * 100))
		if i == len(counted)-1 {
			n = left
		}
		n = min(max(n, 0), left)
		a.Values[wave.WeightColumn(dim.Code)] = n
		left -= n
	}
	if !p.Check {
		return
	}
	by := slices.Clone(counted)
	slices.SortStableFunc(by, func(x, y wave.Dimension) int {
		return a.Values[wave.WeightColumn(y.Code)] - a.Values[wave.WeightColumn(x.Code)]
	})
	a.Choices[wave.MostColumn], a.Choices[wave.SecondColumn], a.Choices[wave.LeastColumn] = by[0].Code, by[1].Code, by[len(by)-1].Code
}

// remarks are what some wrote.
func (c *city) remarks(a *wave.Answer, n int) []wave.Comment {
	const oneIn = 9
	if n%oneIn != 0 {
		return nil
	}
	q := c.r.IntN(len(remarked))
	one := remarked[q][c.r.IntN(len(remarked[q]))]
	return []wave.Comment{{ID: fmt.Sprintf("%x", sha256.Sum256([]byte(a.Key+"words")))[:32], Wave: a.Wave, Side: wave.Users, Question: []string{"better", "good"}[q], Text: one.text, Category: one.about}}
}

// remarked are remarks, what should be better and what is done well, and what the
// city has found them to be about.
var remarked = [2][]struct{ text, about string }{
	{
		{"希望提前告知系统维护时间，最好避开月底业务高峰。", "empathy"},
		{"审批系统停机那天窗口排了很长的队，希望有备用方案。", "reliability"},
		{"报修后不知道什么时候有人来，能否给一个明确的时间。", "responsiveness"},
		{"同一个故障修了两次还是会出现。", "reliability"},
		{"希望有一位熟悉我们业务系统的联系人。", "empathy"},
		{"权限申请要跑好几个部门，流程太长。", "other"},
		{"下午四点以后电话很难打通。", "responsiveness"},
		{"The date of maintenance should not fall on the end of the month.", "empathy"},
		{"Tell us when somebody will come.", "responsiveness"},
		{"网络比去年稳定多了，但视频会议还是偶尔卡顿。", "reliability"},
	},
	{
		{"新的门户很清楚，报修比以前快。", "tangibles"},
		{"服务人员态度很好，总是很耐心。", "assurance"},
		{"网络故障的次数明显减少了。", "reliability"},
		{"帮助文章很实用，很多问题自己就能解决。", "tangibles"},
		{"电话接得比以前快了。", "responsiveness"},
		{"The portal is clear and answers come fast.", "tangibles"},
		{"技术人员专业，讲得明白。", "assurance"},
	},
}
