package demo

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/form"
	"kilter/internal/practice/grade"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
	"kilter/internal/practice/setting"
)

// offered says which service of the city an item of the starter catalogue
// belongs to.
var offered = map[string]string{
	"account": "identity", "mail-oa": "oa", "network-access": "wan", "terminal": "desktop", "software": "office-software", "video": "video", "portal": "portal-site",
	"business-system": "approval", "data-maintenance": "approval", "data-exchange": "exchange", "cloud": "cloud-platform", "backup": "backup-service",
	"security": "security-service", "machine-room": "machine-rooms", "training": "desktop", "event": "desktop",
}

// offers publishes the starter catalogue for the city's services.
func (c *city) offers(ctx context.Context) error {
	seeds, err := directory.SeedOfferings()
	if err != nil {
		return err
	}
	var things []*setting.Thing
	for _, s := range seeds {
		s.Doc.State, s.Doc.Service = catalogue.Published, c.id(setting.Service, offered[s.Service])
		things = append(things, thing(setting.Offering, s.Code, s.Name, s.Doc))
	}
	if err := c.put(ctx, things); err != nil {
		return err
	}
	return c.opening(ctx)
}

// wish is something that somebody of the city has ordered.
type wish struct {
	daysAgo int
	item    string
	answers form.Answers
	state   flow.State // how far it has come
	rating  grade.Value
}

func inDays(now time.Time, n int) string { return now.AddDate(0, 0, n).Format(time.DateOnly) }

// wishes are those of the last weeks, the oldest first.
func wishes(now time.Time) []wish {
	day := func(n int) string { return inDays(now, n) }
	entry := form.Answers{"name": "马晓兰", "post": "科员", "starts": day(-14), "kit": "laptop", "networks": "sharing,public", "vpn": "true", "vpn_until": day(300), "systems": `[{"system":"OA","role":"拟稿人"}]`}
	soon := form.Answers{"name": "Chen Wei", "post": "主任科员", "starts": day(5), "kit": "desktop", "networks": "public"}
	access := form.Answers{"network": "business", "room": "3楼 305", "devices": `[{"mac":"00:1A:2B:3C:4D:5E","use":"扫描仪"}]`, "reason": "业务专区扫描上传"}
	repair := form.Answers{"system": "行政审批系统 / 主库", "why": "导入批次重复，部分办件状态未回写。", "rows": "412", "window": "周五 20:00-22:00"}
	return []wish{
		{21, "post-new", entry, request.Closed, 5},
		{18, "printer", form.Answers{"what": "toner", "model": "HP M404", "room": "5楼 512"}, request.Closed, 4},
		{16, "remote-access", form.Answers{"from": day(-15), "until": day(30), "systems": "OA", "reason": "出差"}, request.Closed, 5},
		{13, "cloud", form.Answers{"what": "grow", "cpu": "8", "memory": "32", "disk": "500", "reason": "年底申报高峰"}, request.Closed, 0},
		{11, "permission", form.Answers{"system": "公共资源交易系统", "what": "grant", "role": "监督员", "reason": "岗位需要"}, request.Rejected, 0},
		{9, "mailbox", form.Answers{"what": "list", "name": "budget-team", "members": "预算科全体", "reason": "预算沟通"}, request.Closed, 3},
		{8, "software", form.Answers{"listed": "yes", "software": "WPS Office 2026", "reason": "公文处理"}, request.Fulfilled, 0},
		{6, "terminal", form.Answers{"kind": "screen", "count": "2", "reason": "双屏办公"}, request.InProgress, 0},
		{5, "network-access", access, request.InProgress, 0},
		{4, "training", form.Answers{"subject": "电子证照系统操作", "people": "40", "when": "下周三"}, request.Assigned, 0},
		{4, "domain", form.Answers{"domain": "open.city.example", "address": "10.20.8.15", "reason": "数据开放平台"}, request.Awaiting, 0},
		{3, "video", form.Answers{"subject": "全市防汛调度会", "day": day(2), "begins": "09:30", "hours": "2", "province": "true", "sites": `[{"site":"应急局","contact":"值班室"}]`}, request.InProgress, 0},
		{3, "post-leave", form.Answers{"last": day(10)}, request.Awaiting, 0},
		{2, "data-maintenance", repair, request.Awaiting, 0},
		{2, "post-new", soon, request.Awaiting, 0},
		{1, "room-entry", form.Answers{"day": day(1), "persons": `[{"name":"刘工","unit":"华信系统"}]`, "racks": "A-07", "reason": "更换硬盘"}, request.Awaiting, 0},
		{1, "web-content", form.Answers{"what": "correct", "page": "办事指南 / 社保", "text": "窗口时间改为 9:00-17:00"}, request.Awaiting, 0},
		{1, "system-change", form.Answers{"what": "一窗受理页面增加“容缺受理”选项。", "why": "市行政审批局新规自12月起施行。"}, request.Assigned, 0},
		{0, "device-fault", form.Answers{"what": "笔记本电脑无法开机，电源灯不亮", "room": "4楼 406"}, request.Assigned, 0},
		{0, "printer", form.Answers{"what": "connect", "model": "Lenovo CM7120", "room": "2楼 208"}, request.Assigned, 0},
	}
}

// requests has the wishes come in and be fulfilled, as far as each has come.
// They go through the desk, on a clock of their own.
func (c *city) requests(ctx context.Context) error {
	inner := *c.Requests.Desk
	moment := c.from
	inner.Now = func() time.Time { return moment }
	desk := request.NewDesk(inner, c.Requests.City, c.Requests.Ledger, c.Requests.Shelf)
	if err := c.Directory.Refresh(ctx); err != nil {
		return err
	}
	for i, w := range wishes(c.now) {
		moment = c.now.AddDate(0, 0, -w.daysAgo).Add(-time.Duration(7+i%3) * time.Hour)
		if err := c.wished(ctx, desk, w, c.wisher(i), &moment); err != nil {
			return fmt.Errorf("demo: %s: %w", w.item, err)
		}
	}
	return nil
}

// wisher is an official who leads nobody, another one for each wish; every
// third is the one that a visitor enters as.
func (c *city) wisher(i int) *people.Person {
	if i%3 == 2 {
		return c.busiest(c.citizens)
	}
	var led []people.ID
	for _, t := range c.all.Of(setting.Department) {
		led = append(led, c.Directory.View().Department(people.DepartmentID(t.ID)).Head)
	}
	for n := 0; ; n++ {
		if p := c.citizens[(i*37+n)%len(c.citizens)]; !slices.Contains(led, p.ID) {
			return p
		}
	}
}

// actor lets somebody of the city act at the desk.
func actor(p *people.Person) people.Actor {
	return people.Actor{ID: p.ID, Name: p.Name, Lang: "zh-Hans", Via: people.ViaImport, Staff: p.Staff, Grants: people.NewGrants("request.*"), Scope: people.Everything()}
}

func (c *city) wished(ctx context.Context, desk *request.Desk, w wish, who *people.Person, moment *time.Time) error {
	later := func(d time.Duration) { *moment = moment.Add(d) }
	by := actor(who)
	if w.item == "data-maintenance" || w.item == "room-entry" {
		by = actor(c.teams["data"].members[1])
	}
	answers := w.answers
	if w.item == "post-leave" {
		answers["who"] = c.colleague(who).ID.String()
	}
	if w.item == "post-new" {
		answers["department"] = strconv.FormatInt(int64(who.Department), 10)
	}
	r, err := c.placed(ctx, desk, by, w.item, answers)
	if err != nil || w.state == request.Awaiting {
		return err
	}
	for r.State == request.Awaiting {
		later(3 * time.Hour)
		if r, err = c.consent(ctx, desk, r, w.state != request.Rejected); err != nil {
			return err
		}
	}
	if w.state == request.Rejected || w.state == request.Assigned {
		return nil
	}
	return c.fulfil(ctx, desk, r, w, by, later)
}

// placed orders, with a script where one is asked for.
func (c *city) placed(ctx context.Context, desk *request.Desk, by people.Actor, item string, answers form.Answers) (*request.Request, error) {
	if item == "data-maintenance" {
		id, _, err := desk.Files.Store(ctx, desk.Now(), by.ID, 1<<20, strings.NewReader(script))
		if err != nil {
			return nil, err
		}
		answers["script"] = form.Stored{ID: id, Name: "fix-2026-11.sql"}.Text()
	}
	return desk.Place(ctx, by, request.Order{Offering: c.id(setting.Offering, item), Answers: answers})
}

// script is what the city's data maintenance runs.
const script = "UPDATE case_state SET state = 'done' WHERE batch = '2026-11' AND state = 'sent';\n"

// colleague is somebody else of a person's department.
func (c *city) colleague(of *people.Person) *people.Person {
	for _, p := range c.citizens {
		if p.Department == of.Department && p.ID != of.ID {
			return p
		}
	}
	return of
}

// consent lets the first who is asked answer.
func (c *city) consent(ctx context.Context, desk *request.Desk, r *request.Request, yes bool) (*request.Request, error) {
	v := approval.Vote{Answer: approval.Yes}
	if !yes {
		v = approval.Vote{Answer: approval.No, Reason: "该岗位无需监督员权限，请申请查询权限。"}
	}
	rounds, err := c.Approvals.Rounds(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	asked := people.Person{ID: rounds[len(rounds)-1].Waiting()[0]}
	everybody := slices.Clone(c.citizens)
	for _, t := range c.teams {
		everybody = append(everybody, t.members...)
	}
	if i := slices.IndexFunc(everybody, func(p *people.Person) bool { return p.ID == asked.ID }); i >= 0 {
		asked = *everybody[i]
	}
	return desk.Decide(ctx, actor(&asked), r.Number, v, record.Input{})
}

// fulfil works the request as far as it has come.
func (c *city) fulfil(ctx context.Context, desk *request.Desk, r *request.Request, w wish, by people.Actor, later func(time.Duration)) error {
	worker := actor(c.worker(r.Team))
	later(time.Hour)
	r, err := desk.Move(ctx, worker, r.Number, "accept", record.Input{Fields: map[string]string{"owner": worker.ID.String()}})
	if err != nil {
		return err
	}
	tasks, err := desk.Ledger.Tasks(ctx, r.ID)
	if err != nil {
		return err
	}
	for n, t := range tasks {
		if w.state == request.InProgress && n > 0 {
			return nil
		}
		later(2 * time.Hour)
		if err := c.doTask(ctx, desk, worker, r.Number, t.ID); err != nil && !fault.Is(err, fault.Denied) && !fault.Is(err, fault.Invalid) {
			return err
		}
	}
	if w.state == request.InProgress {
		return nil
	}
	later(time.Hour)
	if _, err = desk.Move(ctx, worker, r.Number, "fulfil", record.Input{Fields: map[string]string{"outcome": "已按申请办理完毕。"}}); err != nil || w.state == request.Fulfilled {
		return err
	}
	later(5 * time.Hour)
	if _, err = desk.Move(ctx, by, r.Number, "confirm", record.Input{}); err != nil || w.rating == 0 {
		return err
	}
	_, err = desk.Rate(ctx, by, r.Number, grade.Given{Value: w.rating})
	return err
}

func (c *city) doTask(ctx context.Context, desk *request.Desk, worker people.Actor, n record.Number, id int64) error {
	_, err := desk.One(ctx, worker, n, record.Input{}, func(s *record.Sitting[*request.Request], r *request.Request) error {
		return s.Work(r, id, func(t *record.Task) error {
			for i := range t.Checks {
				t.Checks[i].Done = true
			}
			t.State = record.TaskDone
			return nil
		})
	})
	return err
}

// worker is somebody of a team who does not lead it: leaders own services, and
// whoever consents does not carry it out.
func (c *city) worker(team people.TeamID) *people.Person {
	for _, t := range c.teams {
		if t.id == team && len(t.members) > 1 {
			return t.members[1]
		}
	}
	return c.teams["onsite"].members[1]
}
