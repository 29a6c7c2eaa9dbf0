package demo

import (
	"context"
	"errors"
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
	next     bool // it is the next of its series, called by itself
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
		kind: review.Operations, name: people.Text{En: "Operations review", Zh: "运行评审"}, daysAgo: 55, no: 1, decision: review.ToAct,
		minutes: "Two backups of the archive failed and nobody had tried a restore since spring. 档案备份两次失败，春季以来没有做过恢复测试。",
		actions: []followed{
			{text: "Restore the archive on trial, and write down how long it takes 档案做恢复测试，并记录所需时间", office: "configuration_manager", days: 20, done: 16, shown: "Restored in 3 h 40 min; written into the guide 3小时40分钟恢复完成，已写入手册"},
			{text: "A second person for the backups, with the rights for it 为备份安排替补人员并配置权限", office: "service_owner", days: 40},
		},
	},
	{
		kind: review.Service, name: people.Text{En: "Service level review", Zh: "服务级别评审"}, daysAgo: 38, no: -1, decision: review.InOrder,
		minutes: "The departments ask for words that say when somebody comes. 各部门希望告知上门时间。",
		actions: []followed{{text: "Say in the first answer when somebody comes 首次答复即告知上门时间", office: "configuration_manager", days: 30, done: 21, shown: "Template of the first answer, changed 首次答复模板已修改"}},
	},
	{
		kind: review.Operations, daysAgo: 25, no: -1, decision: review.InOrder, next: true,
		minutes: "The restore of the archive was tried and took 3 h 40 min. The second person for the backups is named, the rights are still missing. 档案恢复已试，用时3小时40分钟。备份替补人员已定，权限尚未配齐。",
	},
}

// reviews lets the city hold its management reviews, with the figures that are
// kept of their days: three are over, of which one action is late, the next of the
// operations is called by itself, and that of the programme by its chair; of the reviews
// that weigh a change one is over and one to come.
func (c *city) reviews(ctx context.Context) error {
	if err := c.Count(ctx); err != nil {
		return err
	}
	then := c.now
	room := *c.Reviews
	room.Now = func() time.Time { return then }
	room.Policy = review.Standard
	room.Figures = func(ctx context.Context, by people.Actor) (map[review.Figure]people.Text, error) {
		return c.FiguresOn(ctx, by, then)
	}
	room.Told = func(ctx context.Context, by people.Actor, r *review.Review, wanted []review.Figure, now time.Time) (map[review.Figure]review.Told, error) {
		return c.ToldOn(ctx, by, r, wanted, now)
	}
	by := people.Actor{ID: c.office("process_manager"), Via: people.ViaImport, Staff: true, Grants: people.NewGrants("*"), Scope: people.Everything()}
	for _, h := range pastReviews {
		if err := c.hold(ctx, &room, &then, by, h); err != nil {
			return err
		}
	}
	if err := c.initiations(ctx, &room, &then, by); err != nil {
		return err
	}
	then = c.now
	if _, err := room.CallNext(ctx); err != nil {
		return err
	}
	_, err := room.Call(ctx, by, review.Call{
		Kind: review.Programme, Name: people.Text{En: "Review of the programme", Zh: "改进计划评审"}, At: c.now.AddDate(0, 0, 9).Truncate(24 * time.Hour).Add(time.Hour), Place: "301", Chair: c.office("director"),
		From: c.now.AddDate(0, -3, 0).Truncate(24 * time.Hour), Until: c.now.Truncate(24 * time.Hour), Again: true,
	})
	return err
}

// hold lets one review take place.
func (c *city) hold(ctx context.Context, room *review.Room, then *time.Time, by people.Actor, h pastReview) error {
	r, err := c.called(ctx, room, then, by, h)
	if err != nil {
		return err
	}
	*then = r.At
	w := review.Written{Minutes: h.minutes, Present: []review.Seat{{Cluster: "service", Person: by.ID}, {Cluster: "operations", Person: c.office("configuration_manager")}, {Cluster: "support", Person: c.office("service_owner")}}}
	for i := range r.Checks {
		one := review.Check{Say: review.Yes, Evidence: "Minutes of the teams 各组会议纪要"}
		if i == h.no {
			one = review.Check{Say: review.No, Evidence: "No restore since April 四月以来未做恢复测试"}
		}
		if i == 0 {
			one.Link = "/reports/desk"
		}
		w.Checks = append(w.Checks, one)
	}
	if r, err = room.Write(ctx, by, r.ID, r.Version, w); err != nil {
		return err
	}
	for _, a := range h.actions {
		if r, err = room.Add(ctx, by, r.ID, r.Version, review.Actions, review.Duty{Text: a.text, Owner: c.office(a.office), Due: r.At.AddDate(0, 0, a.days).Truncate(24 * time.Hour)}); err != nil {
			return err
		}
	}
	if r, err = room.Decide(ctx, by, r.ID, r.Version, h.decision, 0); err != nil {
		return err
	}
	for i, a := range h.actions {
		if a.done == 0 {
			continue
		}
		*then = r.At.AddDate(0, 0, a.done)
		if _, err = room.Done(ctx, by, r.ID, review.Actions, i, review.Shows{Evidence: a.shown}); err != nil {
			return err
		}
	}
	return nil
}

// called is the review as it was called, by somebody or by itself.
func (c *city) called(ctx context.Context, room *review.Room, then *time.Time, by people.Actor, h pastReview) (*review.Review, error) {
	day := c.now.AddDate(0, 0, -h.daysAgo).Truncate(24 * time.Hour).Add(time.Hour)
	if !h.next {
		*then = day.AddDate(0, 0, -10)
		return room.Call(ctx, by, review.Call{Kind: h.kind, Name: h.name, At: day, Place: "301", From: day.AddDate(0, -1, 0), Until: day, Chair: by.ID, Again: true})
	}
	*then = day.AddDate(0, 0, -5)
	all, err := room.CallNext(ctx)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, errors.New("demo: no review was called by itself")
	}
	return &all[0], nil
}
