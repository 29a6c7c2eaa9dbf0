package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"kilter/internal/practice/maturity"
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/people"
)

// judged is an assessment of the city as it went: how far each process had come,
// in steps of the scale of nine, in the order of the processes.
type judged struct {
	name      people.Text
	monthsAgo int
	steps     [11]maturity.Level
}

// judgements are the two assessments of the city. The desk and incidents were
// good from the beginning; configuration and change were poor, and are better
// since the board of changes sits and every item has an owner.
var judgements = []judged{
	{t("Self-assessment of last year", "上年度自评"), 14, [11]maturity.Level{5, 5, 3, 1, 1, 1, 3, 2, 1, 1, 1}},
	{t("Self-assessment of this year", "本年度自评"), 2, [11]maturity.Level{6, 7, 4, 4, 4, 3, 3, 3, 1, 2, 1}},
}

// aims are the levels that the city wants to come to.
var aims = map[maturity.Process]assessment.Target{
	maturity.ServiceDesk: {Level: 7}, maturity.Incident: {Level: 7}, maturity.Problem: {Level: 5}, maturity.Configuration: {Level: 5, Reason: "影响分析以配置数据为准。"},
	maturity.Change: {Level: 5, Reason: "上年度三分之一的重大事件由变更引起。"}, maturity.Release: {Level: 4}, maturity.ServiceLevel: {Level: 5},
}

// strays is of how many answers one differs from what the story says.
const strays = 25

// assessments lets the centre judge itself, a year apart.
func (c *city) assessments(ctx context.Context) error {
	r := rand.New(rand.NewPCG(seed, 31))
	moment := c.now
	room := *c.Assessments
	room.Now = func() time.Time { return moment }
	act := func(id people.ID) people.Actor {
		return people.Actor{ID: id, Lang: "zh-Hans", Via: people.ViaImport, Staff: true, Grants: people.NewGrants("maturity.*"), Scope: people.Everything()}
	}
	lead := act(c.office("process_manager"))
	for _, j := range judgements {
		moment = c.now.AddDate(0, -j.monthsAgo, 0)
		a := &assessment.Assessment{Name: j.name, Day: moment.Truncate(24 * time.Hour), Targets: aims, Assessors: []people.ID{lead.ID, c.office("service_owner"), c.teams["desk"].members[0].ID}}
		if err := room.Plan(ctx, lead, a); err != nil {
			return fmt.Errorf("assessment: %w", err)
		}
		set, err := room.SetOf(ctx, a)
		if err != nil {
			return err
		}
		for _, who := range a.Assessors {
			moment = moment.Add(26 * time.Hour)
			if err := room.Answer(ctx, act(who), a.ID, j.marks(set, r)); err != nil {
				return fmt.Errorf("assessment: %w", err)
			}
		}
		held, err := room.Find(ctx, lead, a.ID)
		if err != nil {
			return err
		}
		moment = moment.Add(50 * time.Hour)
		if _, err := room.Sign(ctx, lead, a.ID, assessment.Seen{Version: held.Version, Answers: held.Answers}); err != nil {
			return fmt.Errorf("assessment: %w", err)
		}
	}
	return nil
}

// marks are the answers of one assessor: what is reached holds, what is beyond
// does not; now and then he sees a statement that is not compulsory otherwise.
func (j judged) marks(set *maturity.Set, r *rand.Rand) []assessment.Mark {
	var out []assessment.Mark
	for i, code := range maturity.Processes() {
		for _, l := range maturity.Levels() {
			for _, q := range set.Part(code).At(l) {
				m := assessment.Mark{Question: q.ID, Answer: maturity.No}
				if l <= j.steps[i] {
					m.Answer = maturity.Yes
				}
				if !q.Mandatory && r.IntN(strays) == 0 {
					m.Answer, m.Comment = maturity.No, "未见到近期记录。"
				}
				out = append(out, m)
			}
		}
	}
	return out
}
