package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kilter/internal/practice/approval"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// seats are those who have a say on the changes of the city.
func (c *city) seats(as change.Capacity) []approval.Seat {
	var who []people.ID
	switch as {
	case change.Manager:
		who = []people.ID{c.teams["platform"].members[0].ID}
	case change.Board:
		who = c.policy().Board
	case change.Director:
		who = []people.ID{c.office("director")}
	}
	out := make([]approval.Seat, len(who))
	for i, id := range who {
		out[i] = approval.Seat{Person: id, Department: c.department("information-centre")}
	}
	return out
}

// policy is what the city arranged for its changes.
func (c *city) policy() change.Policy {
	p, err := change.PolicyOf(c.all)
	if err != nil {
		panic(err) // it was written by changePolicy
	}
	return p
}

// ask opens the round of those who decide on a change.
func (t *changing) ask() error {
	stages, err := t.c.policy().Stages(t.r, t.c.seats)
	if err != nil {
		return err
	}
	round, err := approval.Begin(t.at, stages, change.Barred(t.r), t.c.Changes.Rules.Decides)
	if err != nil {
		return fmt.Errorf("who decides on %s: %w", t.r.Title, err)
	}
	t.w.Rounds = append(t.w.Rounds, round)
	return nil
}

// consent is the yes of one of them, a while after what was done before.
func (t *changing) consent(after time.Duration, who people.ID, says people.Text) error {
	t.step(after, who, "approve", "")
	err := t.w.Rounds[0].Vote(approval.Vote{By: who, Answer: approval.Yes, Reason: bilingual(says), At: t.at}, t.c.Changes.Rules.Decides)
	if err != nil {
		return fmt.Errorf("a consent to %s: %w", t.r.Title, err)
	}
	return nil
}

// stand is what one role thinks of a change.
type stand struct {
	role  change.Role
	who   people.ID
	stand change.Position
	text  people.Text
}

// says are what the roles said about the changes of the year, in turn; of what went
// wrong later the first said that something was not tried.
var (
	technicalSays = []people.Text{
		t("Room and load were measured last week; both suffice.", "上周已测容量与负载，均有余量。"),
		{},
		t("The version runs at the province without faults.", "该版本已在省平台稳定运行。"),
		{},
	}
	securitySays = []people.Text{
		{},
		t("Maintenance accounts are closed again afterwards, and the log is kept for six months.", "维护账号用后即停，日志保留六个月。"),
		t("No new port, no new account.", "不新增端口和账号。"),
	}
	untried = t("The way back was rehearsed with part of the data only. I am for it if the window has an hour to spare.", "回退只用部分数据演练过；窗口预留一小时则同意。")
)

// weigh has roles assess a change side by side before it is decided on: the
// technical side each, security and configuration those that are more than minor.
func (t *changing) weigh(w work, nth int) {
	first := stand{change.Technical, t.c.second(t.r), change.For, technicalSays[nth%len(technicalSays)]}
	if w.result != change.Success && w.result != "" {
		first.stand, first.text = change.Reserved, untried
	}
	all := []stand{first}
	if t.r.Class != change.Minor {
		all = append(all, stand{change.Security, t.c.office("security_officer"), change.For, securitySays[nth%len(securitySays)]}, stand{change.Configuration, t.c.office("configuration_manager"), change.For, people.Text{}})
	}
	manager := t.c.teams["platform"].members[0].ID
	begin := atWork(t.at)
	for i, o := range all {
		at := begin.Add(time.Duration(40+95*i) * time.Minute).UTC().Truncate(time.Second)
		t.opinions = append(t.opinions, change.Opinion{Role: o.role, Asked: []people.ID{o.who}, AskedBy: manager, AskedAt: t.at.UTC().Truncate(time.Second), Stand: o.stand, Text: bilingual(o.text), By: o.who, At: at})
		if !slices.Contains(t.w.Watch, o.who) {
			t.w.Watch = append(t.w.Watch, o.who) // whoever is asked sees it
		}
	}
}

// atWork is the first moment from one on at which somebody is at his desk.
func atWork(moment time.Time) time.Time {
	local := moment.In(china)
	morning := time.Date(local.Year(), local.Month(), local.Day(), 8, 30, 0, 0, china)
	switch {
	case local.Before(morning):
		return morning
	case local.Hour() >= 14:
		return morning.AddDate(0, 0, 1)
	}
	return local
}

// second is who looks at a change from the technical side: one of the platform
// team, else of the network team, who has no hand in it.
func (c *city) second(r *change.Change) people.ID {
	for _, team := range []string{"platform", "network"} {
		if id := c.teams[team].members[1].ID; !slices.Contains(change.Barred(r), id) {
			return id
		}
	}
	return c.teams["data"].members[1].ID
}

// weighed keeps what was said about the changes of the year.
func (c *city) weighed(ctx context.Context, told []*changing) error {
	for _, t := range told {
		for i := range t.opinions {
			o := &t.opinions[i]
			o.Change = t.r.ID
			by := c.by
			by.ID = o.By
			if err := c.Opinions.Store.KeepOpinion(ctx, o, audit.By(by, o.At, change.DeedOpine, string(record.Changes)+":"+t.r.Ref())); err != nil {
				return fmt.Errorf("assessments of %s: %w", t.r.Ref(), err)
			}
		}
	}
	return nil
}
