package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
)

// rounds are the desks at which the record of items is held against reality,
// each at the moment that the story has reached.
type rounds struct {
	*city
	by  people.Actor // the configuration manager
	at  time.Time
	own map[string]record.ItemID // items by code
}

// recorded tells the record's autumn. Power and core network were approved as a
// baseline before the work on the supply; a UPS was then replaced in the open,
// and a host carried to the other room without anybody being told. The audit
// of October found that, a printer that is gone, a desk computer two floors
// down and a label that had been misread. Two thoughts about the coming year
// are kept as sandboxes, one of them for a problem that is being solved.
func (c *city) recorded(ctx context.Context) error {
	manager := c.teams["offices"].members[slices.Index(offices, "configuration_manager")]
	r := &rounds{city: c, own: c.coded, by: people.Actor{
		ID: manager.ID, Name: manager.Name, Staff: true, Via: people.ViaImport, Scope: people.Everything(), Grants: people.NewGrants("item.*", "problem.read"),
	}}
	for _, step := range []func(context.Context) error{r.baselines, r.changes, r.audit, r.sandboxes} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("the record of items: %w", err)
		}
	}
	return nil
}

// ago moves the story to a working hour so many days before its end.
func (r *rounds) ago(days, hour int) {
	d := r.now.In(china).AddDate(0, 0, -days)
	r.at = time.Date(d.Year(), d.Month(), d.Day(), hour, 10*(days%6), 0, 0, china)
	if r.at.After(r.now) {
		r.at = r.now
	}
}

func (r *rounds) clock() time.Time { return r.at }

func (r *rounds) desk() *cmdb.Desk {
	d := *r.Checks.Desk
	d.Now = r.clock
	return &d
}

func (r *rounds) checks() *cmdb.Checks {
	c := *r.Checks
	c.Desk = r.desk()
	return &c
}

func (r *rounds) baselines(ctx context.Context) error {
	books := *r.Baselines
	books.Desk = r.desk()
	for _, b := range []struct {
		days        int
		name, about string
		reach       cmdb.Reach
	}{
		{95, "机房供电与核心网络（批准）", "供电改造前由变更委员会批准的状态，改造后据此核对。", cmdb.Reach{
			Roots: r.all("UPS-A1", "UPS-A2", "UPS-B1", "UPS-B2", "CORE-S1", "CORE-S2", "CORE-B1", "CORE-B2", "CORE-P1", "CORE-P2", "HOST-S2"), Depth: 1,
		}},
		{40, "Exchange platform before the autumn release", "What the exchange of data stands on, as approved for the release.", cmdb.Reach{Roots: r.all("SYS-exchange"), Depth: 2}},
	} {
		r.ago(b.days, 15)
		if _, err := books.Take(ctx, r.by, cmdb.Baseline{Name: b.name, About: b.about, Reach: b.reach}); err != nil {
			return err
		}
	}
	return nil
}

// all are items by their codes.
func (r *rounds) all(codes ...string) (out []record.ItemID) {
	for _, code := range codes {
		out = append(out, r.own[code])
	}
	return out
}

// changes are what became of the approved: the work that was agreed on, and
// what nobody had asked for.
func (r *rounds) changes(ctx context.Context) error {
	for _, one := range []struct {
		days             int
		code, field, now string
		because          string
	}{
		{80, "UPS-A1", "serial", "UPSA72001", "供电改造：更换 UPS 主机"},
		{12, "HOST-S2", "room", "B机房", ""},
	} {
		r.ago(one.days, 11)
		in := cmdb.Input{ID: r.own[one.code], Fields: map[string]string{one.field: one.now}, Because: one.because}
		if _, err := r.desk().Save(ctx, r.by, in); err != nil {
			return err
		}
	}
	return nil
}

// audit is a day of walking through rooms, and what became of its finds.
func (r *rounds) audit(ctx context.Context) error {
	for n, one := range []struct {
		code   string
		absent bool
		fields map[string]string
		end    string // the move that settles it; "" where it waits
		reason string
	}{
		{"HOST-S1", false, nil, "", ""},
		{"STO-B2", false, map[string]string{"serial": "STOB340043"}, "explain", "Read off the old label; the plate at the back has the recorded number. 旧标签误读，机背铭牌与记录一致。"},
		{"PC-00012", false, map[string]string{"room": "6楼 615"}, "correct", "随科室搬迁，已与使用人确认。"},
		{"PRN-00001", true, nil, "", ""},
		{"UPS-B2", false, map[string]string{"room": "A机房"}, "assign", ""},
	} {
		r.ago(6, 9+n)
		_, found, err := r.checks().Audit(ctx, r.by, cmdb.Audited{Item: r.own[one.code], Absent: one.absent, Fields: one.fields})
		if err != nil {
			return err
		}
		if one.end == "" {
			continue
		}
		keeper := r.teams["platform"].members[n%len(r.teams["platform"].members)]
		r.ago(5, 10)
		if _, err := r.checks().Settle(ctx, r.by, found[0].ID, "assign", map[string]string{"owner": keeper.ID.String()}); err != nil {
			return err
		}
		if one.end != "assign" {
			r.ago(3, 14)
			if _, err := r.checks().Settle(ctx, r.by, found[0].ID, one.end, map[string]string{"reason": one.reason}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *rounds) sandboxes(ctx context.Context) error {
	desk := *r.Sandboxes
	analyst := *desk.Analyst
	analyst.Now = r.clock
	desk.Analyst = &analyst
	rows, err := desk.Ledger.List(ctx, people.Everything(), record.Query{Kind: record.Problem, Where: query.Is("state", "verifying"), Limit: 1, Now: r.now})
	if err != nil {
		return err
	}
	number := ""
	if len(rows) > 0 { // the storage whose volumes went read-only
		number = rows[0].Ref()
	}
	for _, s := range []struct {
		days int
		box  cmdb.Sandbox
	}{
		{9, cmdb.Sandbox{Name: "资源共享网存储1下线", Shared: true, Doc: cmdb.SandboxDoc{
			About: "存储1明年春季到保。下线后存储2独自承载，再失效一次会影响谁？", Record: number,
			Edits: []cmdb.Edit{{Do: cmdb.Remove, Item: r.own["STO-S1"]}},
		}}},
		{2, cmdb.Sandbox{Name: "A third UPS for room B", Shared: true, Doc: cmdb.SandboxDoc{
			About: "UPS B1 doubled, then B2 fails: does anything still go down with the room's supply?",
			Edits: []cmdb.Edit{{Do: cmdb.Duplicate, Item: r.own["UPS-B1"], As: -1, Name: "UPS B3"}}, Fail: []record.ItemID{r.own["UPS-B2"]},
		}}},
	} {
		r.ago(s.days, 16)
		if _, err := desk.Keep(ctx, r.by, s.box); err != nil {
			return err
		}
	}
	return nil
}
