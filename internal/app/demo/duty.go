package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/duty"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// watchWeeks is how far back the duty log of the city goes.
const watchWeeks = 4

// watchTeams keep watch round the clock: by day and by night.
var watchTeams = []string{"desk", "network"}

// said are what people write into the log.
var said = map[duty.Kind][]string{
	duty.Observation: {"机房巡视正常，温度 23℃，湿度 48%。", "核心交换机 CPU 利用率一度升至 72%，十分钟后回落。", "UPS 市电切换告警一次，自动恢复。", "政务外网出口流量平稳，无丢包。"},
	duty.Action:      {"重启三号大厅的打印服务，恢复正常。", "按预案切换到备用链路，验证业务正常。", "清理日志分区，可用空间恢复到 35%。"},
	duty.Call:        {"区政府办来电，询问 VPN 账号何时恢复，已告知工单号。", "运营商来电，通知周六凌晨光缆割接。", "值班领导来电询问视频会议保障情况，已答复。"},
}

// stays are what is not finished at the end of a shift, with what came of it.
var stays = [][2]string{
	{"备用链路丢包率 0.3%，已请运营商排查，等待答复。", "运营商更换光模块，丢包消失。"},
	{"三楼弱电间空调滴水，已报后勤。", "后勤已维修，复查无滴水。"},
	{"短信网关积压约 200 条，供应商远程处理中。", "积压已清空，供应商将提交分析报告。"},
}

// watched gives the teams that keep watch a calendar: a day and a night shift, the
// persons in turn by the day of the week.
func watched(members []*people.Person) people.Rota {
	r := people.Rota{Zone: "Asia/Shanghai"}
	for n, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		r.Weekly = append(r.Weekly,
			people.Shift{Day: day, From: "08:30", To: "18:00", Who: []people.ID{members[n%len(members)].ID}},
			people.Shift{Day: day, From: "18:00", To: "08:30", Who: []people.ID{members[(n+1)%len(members)].ID}})
	}
	return r
}

// duty lets some weeks of watch go by: entries, matters that are handed on, one
// hand-over that was refused, and the last one that waits.
func (c *city) duty(ctx context.Context) error {
	r := rand.New(rand.NewPCG(seed, 23))
	for _, code := range watchTeams {
		team := c.teams[code]
		t := c.Settings.All().Find(setting.Team, int64(team.id))
		doc, err := setting.Read[people.Team](*t)
		if err != nil {
			return err
		}
		var all []duty.Shift
		for _, s := range doc.Rota.Spans(c.now.AddDate(0, 0, -7*watchWeeks), c.now) {
			all = append(all, duty.Shift{Team: team.id, From: s.From, To: s.To, Who: s.Who, Opened: s.From.Add(-time.Hour), State: duty.Running})
		}
		if _, err := c.Watch.Plan(ctx, all); err != nil {
			return err
		}
		held, err := c.Watch.Shifts(ctx, people.Everything(), duty.Query{Team: team.id, Limit: len(all)})
		if err != nil {
			return err
		}
		slices.Reverse(held)
		w := &watch{city: c, r: r}
		for i := range held {
			var next *duty.Shift
			if i+1 < len(held) {
				next = &held[i+1]
			}
			if err := w.tell(ctx, &held[i], next); err != nil {
				return fmt.Errorf("duty log: %w", err)
			}
		}
	}
	return nil
}

// watch is the log of one team as it is being told.
type watch struct {
	*city
	r    *rand.Rand
	open []*duty.Matter
}

func (w *watch) keep(ctx context.Context, s *duty.Shift, in duty.Writing, who people.ID, at time.Time) error {
	return w.Watch.Keep(ctx, s, in, audit.Row{At: at, Actor: who, Via: people.ViaImport, Deed: duty.DeedWork, Object: fmt.Sprintf("duty:%d", s.ID), Result: audit.Done, Detail: "demo"})
}

// tell lets one shift go by and hands it over to the next.
func (w *watch) tell(ctx context.Context, s, next *duty.Shift) error {
	who := s.Who[0]
	end := s.To
	if end.After(w.now) {
		end = w.now
	}
	at := s.From
	write := func(kind duty.Kind, text string, m *duty.Matter) error {
		at = at.Add(time.Duration(20+w.r.IntN(140)) * time.Minute)
		if !at.Before(end) {
			return nil
		}
		e := &duty.Entry{Shift: s.ID, At: at, Written: at.Add(time.Duration(w.r.IntN(5)) * time.Minute), By: who, Kind: kind, Text: text}
		if m != nil && m.ID == 0 {
			m.Opened, m.OpenedBy = at, who
			w.open = append(w.open, m)
		} else if m != nil {
			m.Closed, m.ClosedBy, m.ClosedIn, m.Result = at, who, s.ID, text
			w.open = slices.DeleteFunc(w.open, func(one *duty.Matter) bool { return one == m })
		}
		return w.keep(ctx, s, duty.Writing{Entry: e, Matter: m}, who, at)
	}
	for range 2 + w.r.IntN(3) {
		kind := []duty.Kind{duty.Observation, duty.Observation, duty.Action, duty.Call}[w.r.IntN(4)]
		if err := write(kind, said[kind][w.r.IntN(len(said[kind]))], nil); err != nil {
			return err
		}
	}
	switch story := stays[w.r.IntN(len(stays))]; {
	case len(w.open) > 0 && w.r.IntN(3) == 0:
		m := w.open[0]
		if err := write(duty.Result, resultOf(m.Text), m); err != nil {
			return err
		}
	case len(w.open) < 2 && w.r.IntN(5) == 0:
		if err := write(duty.Observation, story[0], &duty.Matter{Team: s.Team, Shift: s.ID, Text: story[0]}); err != nil {
			return err
		}
	}
	if next == nil || s.To.After(w.now) {
		return nil
	}
	return w.handOver(ctx, s, next)
}

func resultOf(text string) string {
	for _, one := range stays {
		if one[0] == text {
			return one[1]
		}
	}
	return "已处理完毕。"
}

// handOver gives a shift and lets the next one accept it; now and then it is
// refused first, and the very last waits.
func (w *watch) handOver(ctx context.Context, s, next *duty.Shift) error {
	who, taker := s.Who[0], next.Who[0]
	at := s.To.Add(-10 * time.Minute)
	summary := "本班运行平稳。"
	h := &duty.Handover{Shift: s.ID, Next: next.ID, Verdict: duty.Waiting, Given: at, GivenBy: who}
	for _, m := range w.open {
		summary += "\n- " + m.Text
		h.Lines = append(h.Lines, duty.Line{What: duty.IsMatter, ID: m.ID})
	}
	h.Summary = summary
	give := func() error {
		s.State = duty.Offered
		e := &duty.Entry{Shift: s.ID, At: at, Written: at, By: who, Kind: duty.Offer, Text: h.Summary}
		return w.keep(ctx, s, duty.Writing{Entry: e, Handover: h, Version: s.Version}, who, at)
	}
	if err := give(); err != nil {
		return err
	}
	at = at.Add(8 * time.Minute)
	if w.r.IntN(12) == 0 {
		h.Verdict, h.Answered, h.AnsweredBy, h.Answer = duty.Refused, at, taker, "请补充空调故障的处理进展后再交班。"
		s.State = duty.Running
		e := &duty.Entry{Shift: s.ID, At: at, Written: at, By: taker, Kind: duty.Refuse, Text: h.Answer}
		if err := w.keep(ctx, s, duty.Writing{Entry: e, Handover: h, Version: s.Version}, taker, at); err != nil {
			return err
		}
		at = at.Add(6 * time.Minute)
		h = &duty.Handover{Shift: s.ID, Next: next.ID, Verdict: duty.Waiting, Given: at, GivenBy: who, Summary: summary + "\n后勤已派人到场，预计今日完成。", Lines: h.Lines}
		if err := give(); err != nil {
			return err
		}
		at = at.Add(3 * time.Minute)
	}
	if next.To.After(w.now) {
		return nil // it waits
	}
	h.Verdict, h.Answered, h.AnsweredBy = duty.Accepted, at, taker
	s.State, s.Ended = duty.Closed, at
	e := &duty.Entry{Shift: s.ID, At: at, Written: at, By: taker, Kind: duty.Accept}
	return w.keep(ctx, s, duty.Writing{Entry: e, Handover: h, Carry: true, Version: s.Version}, taker, at)
}
