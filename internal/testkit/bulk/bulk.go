// Package bulk fills a database with incidents that look like a city's, any
// number of them, always the same ones from the same seed: what the benchmarks
// of the store measure against. It ships with nothing.
package bulk

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/sla"
)

// What there is of each.
const (
	Persons     = 2000 // and Staff more
	Staff       = 25
	Departments = 60
	Zones       = 12
	Teams       = 8
	Services    = 40
	// OpenShare is the share of incidents that still need somebody.
	OpenShare = 0.02
	// Rare is a word in one incident of 50,000.
	Rare = "zephyrine"
)

// End is the moment at which the filled city stands still.
var End = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

var (
	surnames = []rune("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗")
	given    = []rune("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英华")
	things   = []string{"打印机", "政务外网", "视频会议", "办公系统", "邮箱", "网络", "电脑", "数据库", "审批系统", "printer", "mail", "VPN", "OA", "scanner", "switch", "portal"}
	troubles = []string{"无法登录", "故障", "速度很慢", "断断续续", "报错", "打不开", "卡纸", "is down", "is slow", "fails", "cannot connect", "shows an error"}
	places   = []string{"三楼会议室", "服务大厅", "机房", "东区办公楼", "room 402", "front desk"}
	phrases  = []string{
		"用户反映今天上午开始无法使用，请尽快处理", "重启以后仍然没有恢复", "同一楼层的其他电脑正常", "已经联系供应商，等待回复",
		"the user called twice this morning", "restarting did not help", "other machines on the floor work", "error code 0x80070035 appears",
		"网络连接正常，但是页面无法显示", "需要现场查看", "please check the account and the network", "影响窗口业务办理",
	}
	solutions = []string{"更换网线后恢复", "重启服务后正常", "密码已重置", "replaced the toner", "restarted the service", "已调整防火墙策略", "account unlocked"}
)

// City is a filled database's people.
type City struct {
	Persons []people.ID
	Staff   []people.ID
}

// Store is what filling needs of the store.
type Store interface {
	AddPersons(ctx context.Context, persons []*people.Person, log ...audit.Row) error
	LoadIncidents() record.Loader[*incident.Incident]
}

// Fill adds n incidents, spread over two years before End, oldest first, and
// tells how many there are after each batch.
func Fill(ctx context.Context, db Store, n int, progress func(int)) (City, error) {
	rnd := rand.New(rand.NewPCG(2026, 11))
	city, err := persons(ctx, db, rnd)
	if err != nil {
		return city, err
	}
	log := audit.By(people.System(people.ViaImport), End, "incident.import", "incident")
	span := 2 * 365 * 24 * time.Hour
	var batch []*record.Whole[*incident.Incident]
	for i := range n {
		batch = append(batch, city.incident(rnd, i, n, End.Add(-span+time.Duration(float64(span)*float64(i)/float64(n)))))
		if len(batch) == 1000 || i == n-1 {
			if err := db.LoadIncidents().Load(ctx, batch, log); err != nil {
				return city, err
			}
			batch = batch[:0]
			if progress != nil {
				progress(i + 1)
			}
		}
	}
	return city, nil
}

func persons(ctx context.Context, db Store, rnd *rand.Rand) (City, error) {
	var all []*people.Person
	for i := range Persons + Staff {
		all = append(all, &people.Person{
			Code:  fmt.Sprintf("b%05d", i),
			Name:  string(pick(rnd, surnames)) + string(pick(rnd, given)) + string(pick(rnd, given)),
			Phone: fmt.Sprintf("0571-8%07d", i), Staff: i >= Persons, Changed: End,
		})
	}
	if err := db.AddPersons(ctx, all); err != nil {
		return City{}, err
	}
	var c City
	for i, p := range all {
		if i < Persons {
			c.Persons = append(c.Persons, p.ID)
		} else {
			c.Staff = append(c.Staff, p.ID)
		}
	}
	return c, nil
}

func pick[T any](rnd *rand.Rand, from []T) T { return from[rnd.IntN(len(from))] }

// incident makes the i-th of n. The newest are most likely to be open still.
func (c City) incident(rnd *rand.Rand, i, n int, opened time.Time) *record.Whole[*incident.Incident] {
	r := new(incident.Incident)
	who := pick(rnd, c.Persons)
	r.Title = pick(rnd, places) + pick(rnd, things) + " " + pick(rnd, troubles)
	r.Description = pick(rnd, phrases) + "。" + pick(rnd, phrases) + ". " + pick(rnd, phrases)
	if i%50_000 == 17 {
		r.Description += " " + Rare
	}
	service := rnd.IntN(Services)
	r.Requester, r.Owner = who, pick(rnd, c.Staff)
	r.Service, r.Zone = record.ServiceID(1+service), people.ZoneID(1+service%Zones)
	r.Team, r.Department = people.TeamID(1+service%Teams), people.DepartmentID(1+int(who)%Departments)
	r.Category, r.Impact, r.Urgency = record.CategoryID(1+rnd.IntN(30)), incident.Level(1+rnd.IntN(4)), incident.Level(1+rnd.IntN(4))
	r.Priority, r.Opened, r.State = (int(r.Impact)+int(r.Urgency)+1)/2, opened, incident.Closed
	age := float64(n-i) / float64(n)
	live := age < 2*OpenShare && rnd.IntN(2) == 0
	w := &record.Whole[*incident.Incident]{Rec: r, Watch: []people.ID{who}}
	w.Entries = []record.Entry{{At: opened, By: who, Deed: "incident.open", To: incident.New, Public: true}}
	say := func(after time.Duration, deed string, from, to flow.State, text string, public bool) {
		r.Moved = opened.Add(after)
		w.Entries = append(w.Entries, record.Entry{At: r.Moved, By: r.Owner, Deed: "incident." + deed, From: from, To: to, Text: text, Public: public})
	}
	say(10*time.Minute, "accept", incident.New, incident.InProgress, "", true)
	if rnd.IntN(2) == 0 {
		say(20*time.Minute, "note", "", "", pick(rnd, phrases), rnd.IntN(2) == 0)
	}
	if live {
		r.State, w.Live = []flow.State{incident.New, incident.Assigned, incident.InProgress, incident.Pending}[rnd.IntN(4)], true
		r.Due = End.Add(time.Duration(rnd.IntN(200)-60) * time.Hour)
		if r.State == incident.New {
			r.Owner = 0
		}
		w.Clocks = []record.Timed{{Clock: sla.Clock{Name: sla.Resolve, Target: 8 * time.Hour, State: sla.Running, Started: opened, Since: opened, Due: r.Due}}}
		return w
	}
	r.Solution = pick(rnd, solutions)
	say(time.Duration(1+rnd.IntN(72))*time.Hour, "resolve", incident.InProgress, incident.Resolved, r.Solution, true)
	say(96*time.Hour, "close", incident.Resolved, incident.Closed, "", false)
	w.Clocks = []record.Timed{{Clock: sla.Clock{Name: sla.Resolve, Target: 8 * time.Hour, Spent: time.Hour, State: sla.Met, Started: opened, Stopped: r.Moved}}}
	return w
}
