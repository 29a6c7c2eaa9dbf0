package demo

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/day"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// where the board meets.
const boardRoom = "信息中心 301 / Information centre, room 301"

// boardMeets are the meetings about the changes of the year, and the one that
// comes, before which there is a change to decide on.
func (c *city) boardMeets(ctx context.Context, told []*changing) error {
	held := map[time.Time]*change.Meeting{}
	at := func(when time.Time) *change.Meeting {
		if held[when] == nil {
			held[when] = c.meeting(when)
		}
		return held[when]
	}
	for _, t := range told {
		if !t.put.IsZero() && t.put.Before(c.now) {
			m := at(t.put)
			m.Points = append(m.Points, change.Point{Change: t.r.ID, Number: t.r.Number, What: change.ToDecide, Minutes: bilingual(people.Text{En: "Consent without conditions.", Zh: "同意，无附加条件。"})})
		}
		if !t.seen.IsZero() {
			m := at(t.seen)
			m.Points = append(m.Points, change.Point{Change: t.r.ID, Number: t.r.Number, What: change.ToReview, Minutes: bilingual(t.remark)})
			if t.r.Result == change.Failed {
				m.Minutes = "The way back of every change of storage is rehearsed from now on. 今后存储类变更须先演练回退方案。"
				m.Actions = []change.Action{{Text: "Rehearse the failover of both storages / 演练两台存储的切换", Change: t.r.ID, Owner: c.teams["platform"].members[1].ID, Due: day.Of(m.Span.From.AddDate(0, 0, 21), china), Done: m.Span.From.AddDate(0, 0, 17)}}
			}
		}
	}
	var all []*change.Meeting
	for _, m := range held {
		all = append(all, m)
	}
	asked, err := c.boardAsked(ctx)
	if err != nil {
		return fmt.Errorf("a change for the board: %w", err)
	}
	coming := c.meeting(meets(c.now))
	coming.State, coming.Present, coming.Opened, coming.Closed, coming.At = change.Convened, nil, time.Time{}, time.Time{}, c.now.Add(-20*time.Hour)
	coming.Points = []change.Point{{Change: asked.ID, Number: asked.Number, What: change.ToDecide}}
	all = append(all, coming)
	slices.SortFunc(all, func(a, b *change.Meeting) int { return a.Span.From.Compare(b.Span.From) })
	for _, m := range all {
		if err := c.Meetings.KeepMeeting(ctx, m, audit.By(c.by, m.At, change.MeetingHold, "cab")); err != nil {
			return err
		}
	}
	return nil
}

// meeting is one of the board that was held at a time, by all but one of it.
func (c *city) meeting(when time.Time) *change.Meeting {
	p, manager := c.policy(), c.teams["platform"].members[0].ID
	return &change.Meeting{
		Kind: change.OfBoard, Place: boardRoom, Span: change.Span{From: when, Until: when.Add(time.Hour)}, State: change.Held, Chair: manager, Members: p.Board,
		Present: append([]people.ID{manager}, p.Board[:len(p.Board)-1]...), By: manager, At: when.AddDate(0, 0, -3), Opened: when, Closed: when.Add(50 * time.Minute),
	}
}

// boardAsked is a change on which the board is asked now.
func (c *city) boardAsked(ctx context.Context) (*change.Change, error) {
	team := c.teams["data"]
	one, err := c.Changes.RaiseFor(ctx, c.by, team.members[0].ID, record.Input{Fields: map[string]string{
		"title": bilingual(people.Text{En: "Data exchange platform moved to the new message queue", Zh: "数据共享交换平台切换到新的消息队列"}), "type": string(change.Normal), "reason": bilingual(people.Text{En: "The message queue in use is maintained no more.", Zh: "现有消息队列版本已停止维护。"}), "service": strconv.FormatInt(c.id(setting.Service, "exchange"), 10),
		"items": strconv.FormatInt(int64(c.coded["APP-exchange"]), 10),
	}})
	if err != nil {
		return nil, err
	}
	for _, m := range []struct {
		name   string
		fields map[string]string
	}{
		{"submit", nil},
		{"filter", nil},
		{"assess", map[string]string{"owner": team.members[1].ID.String()}},
		{"propose", map[string]string{"impact": "4", "likelihood": "2", "procedure": bilingual(people.Text{En: "Written to both for a week, then moved.", Zh: "双写一周后切换。"}), "test": bilingual(people.Text{En: "Ran in the test environment for two weeks.", Zh: "已在测试环境连续运行两周。"}), "back_out": bilingual(people.Text{En: "Back to the message queue before.", Zh: "切回原消息队列。"}), "back_out_time": "40"}},
	} {
		if m.name == "propose" {
			if err := c.assessedBy(ctx, one); err != nil {
				return nil, fmt.Errorf("assessments: %w", err)
			}
			if err := c.endangered(ctx, one, "exchange"); err != nil {
				return nil, err
			}
		}
		if one, err = c.Changes.Move(ctx, c.by, one.Number, m.name, record.Input{Fields: m.fields}); err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return one, nil
}

// freezes are the times in which the city changes nothing, and the window of one
// service.
func (c *city) freezes(ctx context.Context) error {
	date := func(year, month, day int) string {
		return time.Date(year, time.Month(month), day, 0, 0, 0, 0, china).Format(time.DateOnly)
	}
	year, ids := c.now.In(china).Year(), func(codes ...string) (out []record.ServiceID) {
		for _, code := range codes {
			out = append(out, record.ServiceID(c.id(setting.Service, code)))
		}
		return out
	}
	things := []*setting.Thing{
		thing(setting.Freeze, fmt.Sprintf("national-day-%d", year), people.Text{En: "National Day holidays", Zh: "国庆假期封网"}, change.FreezePlan{
			From: date(year, 10, 1), Until: date(year, 10, 7), Note: people.Text{En: "Few people are at work.", Zh: "值守人员有限。"},
		}),
		thing(setting.Freeze, fmt.Sprintf("accounts-%d", year), people.Text{En: "Closing of the year's accounts", Zh: "年终决算封网"}, change.FreezePlan{
			From: date(year, 12, 25), FromTime: "18:00", Until: date(year+1, 1, 5), UntilTime: "08:00", Of: change.Of{Services: ids("payments", "budget")},
			Note: people.Text{En: "The Finance Bureau closes the accounts; payments must run.", Zh: "财政局年终决算期间，国库支付不得中断。"},
		}),
		thing(setting.Freeze, fmt.Sprintf("congress-%d", year+1), people.Text{En: "City people's congress", Zh: "市“两会”保障封网"}, change.FreezePlan{
			From: date(year+1, 1, 10), Until: date(year+1, 1, 16), Note: people.Text{En: "Nothing is changed while the congress sits.", Zh: "会议期间不安排任何变更。"},
		}),
		thing(setting.Window, "payments-sunday", people.Text{En: "Treasury payments, Sunday morning", Zh: "国库支付周日维护窗口"}, change.WindowPlan{
			Rule: "FREQ=WEEKLY;BYDAY=SU", From: date(year-1, 1, 1), Time: "06:00", Minutes: 240, Most: 1, Of: change.Of{Services: ids("payments")},
			Note: people.Text{En: "Agreed with the Finance Bureau and the banks.", Zh: "已与财政局及代理银行约定。"},
		}),
	}
	return c.put(ctx, things)
}
