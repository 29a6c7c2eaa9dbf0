package demo

import (
	"context"
	"math/rand/v2"
	"time"

	"kilter/internal/base/recur"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// routine is a plan of the city's.
type routine struct {
	code, en, zh, team, zone string
	plan                     operation.Plan
}

func look(en, zh, expectEn, expectZh string) operation.Line {
	return operation.Line{Text: people.Text{En: en, Zh: zh}, Expect: people.Text{En: expectEn, Zh: expectZh}}
}

var routines = []routine{
	{"machine-room", "Inspection of the machine room", "机房巡检", "onsite", "", operation.Plan{
		Kind: operation.Inspection, Rule: "FREQ=DAILY", Time: "09:00", Shift: recur.Skip, Target: 120,
		Lines: []operation.Line{
			look("Temperature and humidity", "温湿度", "18 to 27 °C, 40 to 60 %", "18～27℃，40%～60%"), look("Power and UPS", "供电与 UPS", "no alarm", "无告警"),
			look("Fire protection", "消防", "gauge in the green", "压力表在绿区"), look("Lamps of servers and switches", "服务器与交换机指示灯", "all green", "全部正常"),
		},
	}},
	{"backup-check", "Check of backups", "备份检查", "onsite", "", operation.Plan{
		Kind: operation.BackupCheck, Rule: "FREQ=WEEKLY;BYDAY=MO", Time: "10:00", Shift: recur.Next, Target: 240,
		Lines: []operation.Line{
			look("Jobs of the week", "本周备份任务", "all succeeded", "全部成功"), look("A file brought back", "抽取一个文件恢复", "the same hash", "校验值一致"), look("Space left", "剩余空间", "at least 20 %", "不少于 20%"),
		},
	}},
	{"account-review", "Review of accounts", "账号复核", "desk", "", operation.Plan{
		Kind: operation.AccountReview, Rule: "FREQ=MONTHLY;BYMONTHDAY=1", Time: "14:00", Shift: recur.Next, Target: 1440,
		Lines: []operation.Line{
			look("Those who have left", "离职人员账号", "locked", "已停用"), look("Administrators", "管理员账号", "each with his reason", "逐一有依据"), look("Suppliers", "厂商账号", "within their contract", "在合同期内"),
		},
	}},
	{"exchange-run", "Nightly tables of the exchange platform", "数据交换平台夜间作业", "data", "", operation.Plan{
		Kind: operation.Job, Rule: "FREQ=WEEKLY;BYDAY=TU,FR", Time: "08:30", Shift: recur.Next, Target: 60,
		Lines: []operation.Line{
			look("Tables sent", "已发送的库表", "as many as planned", "与计划一致"), look("Rows refused", "被拒绝的记录", "none", "无"),
		},
	}},
}

// operations lets a year of recurring operations happen: most are done, now and
// then something deviates, few are missed.
func (c *city) operations(ctx context.Context) error {
	r := rand.New(rand.NewPCG(seed, 11))
	var things []*setting.Thing
	for _, one := range routines {
		p := one.plan
		p.Calendar = c.id(setting.Calendar, "office")
		p.From, p.Team = c.from.In(china).Format(time.DateOnly), c.teams[one.team].id
		t := thing(setting.Operation, one.code, people.Text{En: one.en, Zh: one.zh}, p)
		t.Changed = c.from
		things = append(things, t)
	}
	if err := c.put(ctx, things); err != nil {
		return err
	}
	for n, one := range routines {
		t := c.Settings.All().Coded(setting.Operation, one.code)
		p, err := setting.Read[operation.Plan](*t)
		if err != nil {
			return err
		}
		days, _ := c.Directory.View().Book.Calendar(p.Calendar)
		spec, err := p.Spec(days)
		if err != nil {
			return err
		}
		members := c.teams[one.team].members
		for back := 12; back >= 0; back-- {
			from := c.now.AddDate(0, -back, 0)
			to := from.AddDate(0, 1, 0)
			if back == 0 {
				to = from.AddDate(0, 0, 4) // beyond any weekend
			}
			dates, err := spec.Dates(from, to)
			if err != nil {
				return err
			}
			var runs []operation.Run
			for _, d := range dates {
				if !d.At.IsZero() {
					runs = append(runs, told(r, t, p, d, members[(n+len(runs))%len(members)].ID, c.now))
				}
			}
			if len(runs) == 0 {
				continue
			}
			if _, err := c.Operations.Add(ctx, runs); err != nil {
				return err
			}
		}
	}
	return nil
}

// told is a run as it went.
func told(r *rand.Rand, t *setting.Thing, p operation.Plan, d recur.Date, who people.ID, now time.Time) operation.Run {
	run := operation.Run{
		Plan: t.ID, Name: t.Name, Kind: p.Kind, Planned: d.Planned, At: d.At, By: d.At.Add(time.Duration(p.Target) * time.Minute), Team: p.Team, State: operation.Due,
	}
	for _, l := range p.Lines {
		run.Results = append(run.Results, operation.Result{Line: l})
	}
	ended := d.At.Add(time.Duration(5+r.IntN(p.Target-10)) * time.Minute)
	switch dice := r.IntN(60); {
	case ended.After(now):
	case dice == 0:
		run.State = operation.Missed
	case dice == 1:
		run.State, run.Why, run.Ended, run.EndedBy = operation.Skipped, "停电检修，改由值班人员现场值守。", ended, who
	default:
		run.State, run.Owner, run.Ended, run.EndedBy = operation.Done, who, ended, who
		for i := range run.Results {
			run.Results[i].Verdict = operation.AsItIs
		}
		if dice < 6 {
			i := r.IntN(len(run.Results))
			run.Results[i].Verdict, run.Results[i].Note = operation.Deviant, "超出预期，已通知负责人。"
		}
	}
	return run
}
