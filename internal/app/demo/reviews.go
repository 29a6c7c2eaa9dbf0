package demo

import (
	"context"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/review"
)

// pastReview is a review of the city that took place.
type pastReview struct {
	kind     review.Kind
	name     people.Text
	daysAgo  int
	minutes  string
	no       int // the point of the checklist that was answered no, -1 for none
	decision review.Decision
	actions  []followed
}

// followed is an action of a review.
type followed struct {
	text   string
	office string
	days   int // until it is due
	done   int // after how many days it was done, 0 for not yet
	shown  string
}

var pastReviews = []pastReview{
	{
		kind: review.Operations, name: people.Text{En: "Operations review, September", Zh: "九月运行评审"}, daysAgo: 55, no: 1, decision: review.ToAct,
		minutes: "Two backups of the archive failed and nobody had tried a restore since spring. 档案备份两次失败，春季以来没有做过恢复测试。",
		actions: []followed{
			{text: "Restore the archive on trial, and write down how long it takes", office: "configuration_manager", days: 20, done: 16, shown: "Restored in 3 h 40 min; written into the guide"},
			{text: "A second person for the backups, with the rights for it", office: "service_owner", days: 40},
		},
	},
	{
		kind: review.Service, name: people.Text{En: "Service level review, third quarter", Zh: "第三季度服务级别评审"}, daysAgo: 38, no: -1, decision: review.InOrder,
		minutes: "The departments ask for words that say when somebody comes. 各部门希望告知上门时间。",
		actions: []followed{{text: "Say in the first answer when somebody comes", office: "configuration_manager", days: 30, done: 21, shown: "Template of the first answer, changed"}},
	},
}

// reviews lets the city hold its management reviews: two are over, of which one
// action is late, and the review of the programme is called.
func (c *city) reviews(ctx context.Context) error {
	then := c.now
	room := *c.Reviews
	room.Now = func() time.Time { return then }
	room.Figures = func(context.Context, people.Actor) (map[review.Figure]people.Text, error) { return nil, nil } // nobody kept them then
	room.Policy = review.Standard
	by := people.Actor{ID: c.office("process_manager"), Via: people.ViaImport, Staff: true, Grants: people.NewGrants("review.*"), Scope: people.Everything()}
	for _, h := range pastReviews {
		day := c.now.AddDate(0, 0, -h.daysAgo)
		then = day.AddDate(0, 0, -10)
		r, err := room.Call(ctx, by, review.Call{Kind: h.kind, Name: h.name, At: day, Place: "301", From: day.AddDate(0, -1, 0), Until: day, Chair: by.ID})
		if err != nil {
			return err
		}
		then = day
		w := review.Written{Minutes: h.minutes, Present: []review.Seat{{Cluster: "service", Person: by.ID}, {Cluster: "operations", Person: c.office("configuration_manager")}, {Cluster: "support", Person: c.office("service_owner")}}}
		for i := range r.Checks {
			one := review.Check{Say: review.Yes, Evidence: "Minutes of the teams"}
			if i == h.no {
				one = review.Check{Say: review.No, Evidence: "No restore since April"}
			}
			w.Checks = append(w.Checks, one)
		}
		if r, err = room.Write(ctx, by, r.ID, r.Version, w); err != nil {
			return err
		}
		for _, a := range h.actions {
			if r, err = room.Add(ctx, by, r.ID, r.Version, review.Actions, review.Duty{Text: a.text, Owner: c.office(a.office), Due: day.AddDate(0, 0, a.days).Truncate(24 * time.Hour)}); err != nil {
				return err
			}
		}
		if r, err = room.Decide(ctx, by, r.ID, r.Version, h.decision); err != nil {
			return err
		}
		for i, a := range h.actions {
			if a.done == 0 {
				continue
			}
			then = day.AddDate(0, 0, a.done)
			if _, err = room.Done(ctx, by, r.ID, review.Actions, i, a.shown); err != nil {
				return err
			}
		}
	}
	then = c.now
	_, err := room.Call(ctx, by, review.Call{
		Kind: review.Programme, Name: people.Text{En: "Review of the programme, fourth quarter", Zh: "第四季度改进计划评审"}, At: c.now.AddDate(0, 0, 9).Truncate(24 * time.Hour).Add(time.Hour), Place: "301", Chair: c.office("director"),
		From: c.now.AddDate(0, -3, 0).Truncate(24 * time.Hour), Until: c.now.Truncate(24 * time.Hour),
	})
	return err
}
