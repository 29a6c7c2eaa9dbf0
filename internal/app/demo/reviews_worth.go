package demo

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/practice/setting"
)

// worth is what a change costs and brings.
type worth struct {
	cost, gain int // yuan, and yuan a year
	text       people.Text
}

// worths are those of the changes that were weighed before they began, by name.
var worths = map[string]worth{
	"Video platform moved to the new cluster": {180_000, 96_000, t("District offices meet by video instead of driving in; the rent of the old platform ends.", "区县单位改用视频会议，减少往返；旧平台租用费停止支付。")},
}

// provinceLine is what the change that brings that waits for its review.
var provinceLine = worth{420_000, 150_000, t("One cut no longer stops the exchange with the province; every hour of standstill binds about forty counters.", "单点中断不再导致与省平台的交换全部停止；每停一小时约影响四十个窗口。")}

// initiations lets the review of a change that is planned take place while the change
// was assessed, and calls that of another.
func (c *city) initiations(ctx context.Context, room *review.Room, then *time.Time, by people.Actor) error {
	if err := c.weigh(ctx, room, then, by, c.worth); err != nil {
		return fmt.Errorf("review of %s: %w", c.worth.Ref(), err)
	}
	*then = c.now
	asked, err := c.secondLine(ctx)
	if err != nil {
		return fmt.Errorf("the change of the second line: %w", err)
	}
	_, err = room.Call(ctx, by, review.Call{
		Kind: review.Initiation, Name: people.Text{En: "Is the second line to the province worth it?", Zh: "通往省平台的第二条线路是否值得建设"}, Change: asked.Number,
		At: c.now.AddDate(0, 0, 4).Truncate(24 * time.Hour).Add(2 * time.Hour), Place: "301", Chair: by.ID,
	})
	return err
}

// weigh holds the review of one.
func (c *city) weigh(ctx context.Context, room *review.Room, then *time.Time, by people.Actor, of *change.Change) error {
	*then = of.Opened.Add(5 * time.Hour)
	at := of.Opened.Add(25 * time.Hour).Truncate(time.Hour)
	r, err := room.Call(ctx, by, review.Call{Kind: review.Initiation, Name: people.Text{En: "Is the new video platform worth it?", Zh: "视频平台迁移是否值得"}, Change: of.Number, At: at, Place: "301", Chair: by.ID})
	if err != nil {
		return err
	}
	*then = at
	w := review.Written{
		Minutes: "The departments were asked: meetings of the districts fill the old platform every Monday. 已征求各单位意见：每周一区县会议使旧平台满负荷。",
		Present: []review.Seat{{Cluster: "service", Person: by.ID}, {Cluster: "infrastructure", Person: of.Owner}, {Cluster: "support", Person: c.office("service_owner")}},
	}
	for range r.Checks {
		w.Checks = append(w.Checks, review.Check{Say: review.Yes, Evidence: "Assessment of the change 变更评估材料", Link: "/changes/" + of.Ref()})
	}
	if r, err = room.Write(ctx, by, r.ID, r.Version, w); err != nil {
		return err
	}
	due := review.Duty{Text: "Tell the district offices which day they change over 告知区县单位切换日期", Owner: c.office("service_owner"), Due: at.AddDate(0, 0, 5).Truncate(24 * time.Hour)}
	if r, err = room.Add(ctx, by, r.ID, r.Version, review.Conditions, due); err != nil {
		return err
	}
	if r, err = room.Decide(ctx, by, r.ID, r.Version, review.Conditional, of.Owner); err != nil {
		return err
	}
	*then = at.AddDate(0, 0, 2)
	_, err = room.Done(ctx, by, r.ID, review.Conditions, 0, review.Shows{Evidence: "Letter to all district offices 已发函各区县单位"})
	return err
}

// secondLine is a change that is being assessed.
func (c *city) secondLine(ctx context.Context) (*change.Change, error) {
	team := c.teams["network"]
	one, err := c.Changes.RaiseFor(ctx, c.by, team.members[0].ID, record.Input{Fields: map[string]string{
		"title": bilingual(people.Text{En: "Second line to the province platform", Zh: "建设通往省平台的第二条线路"}), "type": string(change.Normal), "reason": bilingual(people.Text{En: "All data exchange with the province runs over one line in one duct.", Zh: "与省平台的数据交换全部依赖一条专线，且走同一管道。"}),
		"benefit": bilingual(provinceLine.text), "back_out": bilingual(people.Text{En: "The first line stays as it is.", Zh: "原有线路保持不变。"}), "back_out_time": "30", "service": strconv.FormatInt(c.id(setting.Service, "exchange"), 10), "items": strconv.FormatInt(int64(c.coded["APP-exchange"]), 10),
	}})
	if err != nil {
		return nil, err
	}
	for _, move := range []string{"submit", "filter", "assess"} {
		in := record.Input{Fields: map[string]string{}}
		if move == "assess" {
			in.Fields["owner"] = team.members[1].ID.String()
		}
		if one, err = c.Changes.Move(ctx, c.by, one.Number, move, in); err != nil {
			return nil, fmt.Errorf("%s: %w", move, err)
		}
	}
	if err := c.endangered(ctx, one, "exchange"); err != nil {
		return nil, err
	}
	return c.Changes.Edit(ctx, c.by, one.Number, []record.Change{{Field: "cost", Now: strconv.Itoa(provinceLine.cost)}, {Field: "gain", Now: strconv.Itoa(provinceLine.gain)}}, record.Input{})
}
