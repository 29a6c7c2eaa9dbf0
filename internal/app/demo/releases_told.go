package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"time"

	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
	"kilter/internal/practice/setting"
)

// releaser tells the releases of the city through its desk and its library, on
// a clock of their own.
type releaser struct {
	*city
	desk    *release.Desk
	lib     *release.Library
	at      time.Time
	changes map[string]*change.Change
	lead    people.Actor
	workers []people.Actor
}

// releases lets the city bring out what it has built.
func (c *city) releases(ctx context.Context) error {
	r := &releaser{city: c, changes: map[string]*change.Change{}, lead: releasing(c.teams["data"].members[0])}
	for _, p := range c.teams["platform"].members {
		r.workers = append(r.workers, releasing(p))
	}
	clock := func() time.Time { return r.at }
	library := *c.Library
	library.Now = clock
	r.lib = &library
	inner := *c.Releases.Desk
	inner.Now = clock
	around := c.Releases.City
	around.Changes = r.standings
	r.desk = release.NewDesk(inner, around, c.Releases.Ledger, c.Releases.Shelf)
	if err := r.shelves(ctx); err != nil {
		return fmt.Errorf("library: %w", err)
	}
	for n := range rollouts {
		if err := r.tell(ctx, &rollouts[n]); err != nil {
			return fmt.Errorf("release of %s: %w", rollouts[n].service, err)
		}
	}
	return nil
}

// releasing lets somebody of the city act on releases.
func releasing(p *people.Person) people.Actor {
	return people.Actor{ID: p.ID, Name: p.Name, Lang: "zh-Hans", Via: people.ViaImport, Staff: true, Grants: people.NewGrants("release.*", "library.*", "problem.read"), Scope: people.Everything()}
}

// holder is whoever holds an office of the centre.
func (r *releaser) holder(code string) people.Actor {
	return releasing(r.teams["offices"].members[slices.Index(offices, code)])
}

// standings tell how a change stood at the moment that is being told.
func (r *releaser) standings(_ people.Scope, refs []string) (map[string]release.Standing, error) {
	out := map[string]release.Standing{}
	for _, ref := range refs {
		if c := r.changes[ref]; c != nil {
			over := !c.Ended.IsZero() && !r.at.Before(c.Ended)
			out[ref] = release.Standing{Ref: ref, Title: c.Title, State: string(c.State), Zone: c.Zone, Items: c.Items, Authorised: !over && !r.at.Before(c.Authorised), Done: over}
		}
	}
	return out, nil
}

// shelves fill the library and the store of hardware.
func (r *releaser) shelves(ctx context.Context) error {
	for n, k := range keptVersions {
		r.at = r.now.AddDate(0, 0, -200+30*n)
		e, err := r.enter(ctx, release.Entry{Name: k.name, Version: k.version, Licence: k.licence, Source: k.source})
		if err == nil && k.state != release.Entered {
			_, err = r.lib.Judge(ctx, r.lead, e.ID, k.state != release.Refused, k.why)
		}
		if err == nil && k.state == release.Withdrawn {
			r.at = r.at.AddDate(0, 0, 20)
			_, err = r.lib.Withdraw(ctx, r.lead, e.ID, k.why)
		}
		if err != nil {
			return err
		}
	}
	for _, h := range stocked {
		r.at = r.now.AddDate(0, 0, -160)
		s, err := r.lib.Shelve(ctx, r.workers[1], release.Spare{Name: h.name, Model: h.model, Place: h.place, Least: h.least})
		if err != nil {
			return err
		}
		for i, pieces := range h.moves {
			if _, err := r.lib.Shift(ctx, r.workers[1], release.Movement{Spare: s.ID, Pieces: pieces, Why: h.why[i]}); err != nil {
				return err
			}
			r.at = r.at.AddDate(0, 0, 35)
		}
	}
	return nil
}

// enter puts a copy into the library; its digest is that of its own name, for
// the city has no copies.
func (r *releaser) enter(ctx context.Context, e release.Entry) (*release.Entry, error) {
	sum := sha256.Sum256([]byte(e.Label()))
	e.Digest, e.Place = hex.EncodeToString(sum[:]), "介质库 2 号柜 / Media store, cabinet 2 / dsl.city.example/"+strconv.Itoa(len(e.Name))
	return r.lib.Enter(ctx, r.workers[1], e)
}

// day moves the clock to a day of a release.
func (r *releaser) day(o *rollout, n int) {
	r.at = r.now.AddDate(0, 0, n-o.daysAgo).Truncate(24 * time.Hour).Add(2 * time.Hour)
}

func (r *releaser) tell(ctx context.Context, o *rollout) error {
	ref, err := r.underChange(ctx, o)
	if err != nil {
		return err
	}
	r.day(o, 0)
	zone := services[slices.IndexFunc(services, func(s service) bool { return s.code == o.service })].zone
	one, err := r.desk.Plan(ctx, r.lead, record.Input{Fields: map[string]string{
		"title": bilingual(o.title), "description": bilingual(o.about), "service": strconv.FormatInt(r.id(setting.Service, o.service), 10), "zone": strconv.FormatInt(r.id(setting.Zone, zone), 10),
		"form": string(o.form), "weight": string(o.weight), "version": o.version,
	}})
	if err != nil {
		return err
	}
	t := &launch{releaser: r, ctx: ctx, o: o, n: one.Number}
	for _, s := range []func() error{func() error { return t.build(ref) }, t.test, t.review} {
		if err := s(); err != nil {
			return err
		}
	}
	if o.until == toReview || o.until == toNoGo {
		return nil
	}
	return t.rollOut()
}

// launch is one release as it is being told.
type launch struct {
	*releaser
	ctx context.Context // it lives as long as one story
	o   *rollout
	n   record.Number
}

func (t *launch) move(by people.Actor, name, text string, fields ...string) error {
	in := record.Input{Text: text, Fields: map[string]string{}}
	for i := 0; i < len(fields); i += 2 {
		in.Fields[fields[i]] = fields[i+1]
	}
	if _, err := t.desk.Move(t.ctx, by, t.n, name, in); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// build makes what the release brings and puts it into the library.
func (t *launch) build(ref string) error {
	t.day(t.o, 1)
	if err := t.move(t.lead, "start", "", "owner", t.lead.ID.String(), "team", strconv.FormatInt(int64(t.teams["platform"].id), 10),
		"design", bilingual(people.Text{En: "Built by the pipeline from the tagged source; signed, and scanned for viruses and known weaknesses.", Zh: "由流水线自带标签的源代码构建，签名后进行病毒与漏洞扫描。"})); err != nil {
		return err
	}
	t.day(t.o, 3)
	e, err := t.enter(t.ctx, release.Entry{Name: services[slices.IndexFunc(services, func(s service) bool { return s.code == t.o.service })].zh, Version: t.o.version, Licence: "自有软件 / Own software", Source: "信息中心代码库 / Repository of the information centre", Zone: 0})
	if err != nil {
		return err
	}
	if _, err := t.lib.Judge(t.ctx, t.lead, e.ID, true, ""); err != nil {
		return err
	}
	if _, err := t.desk.Compose(t.ctx, t.lead, t.n, []release.Part{{Unit: bilingual(people.Text{En: "Server", Zh: "服务端"}), Entry: e.ID, Change: ref, Item: t.coded["SYS-"+t.o.service]}}, record.Input{}); err != nil {
		return err
	}
	var aims []release.Target
	for _, a := range t.o.targets {
		aims = append(aims, release.Target{Name: bilingual(a.name), Kind: a.kind, Wave: a.wave})
	}
	_, err = t.desk.Aim(t.ctx, t.lead, t.n, aims, record.Input{})
	return err
}

// test tests it, and lets the business accept it.
func (t *launch) test() error {
	t.day(t.o, dayBuilt)
	if err := t.move(t.workers[1], "hand_over", ""); err != nil {
		return err
	}
	t.day(t.o, dayTested)
	for i, test := range []release.Test{release.Installing, release.Function, release.Security, release.TakingBack} {
		if _, err := t.desk.Sign(t.ctx, t.workers[1+i%2], t.n, release.Signature{Test: test, Passed: true, Evidence: bilingual(testEvidence[i])}, record.Input{}); err != nil {
			return err
		}
	}
	if err := t.move(t.lead, "pass_test", ""); err != nil {
		return err
	}
	t.day(t.o, dayTested+1)
	return t.move(t.holder("service_owner"), "accept", bilingual(people.Text{En: "Tried with the departments concerned: accepted.", Zh: "已会同相关部门试用，同意上线。"}))
}

var testEvidence = []people.Text{
	{En: "Installed three times in the test environment by the plan alone.", Zh: "在测试环境仅凭部署手册完成三次安装。"},
	{En: "118 of 118 cases passed; report in the test folder.", Zh: "118 个用例全部通过，报告已归档。"},
	{En: "Scanned for weaknesses: none of high severity.", Zh: "漏洞扫描未发现高危项。"},
	{En: "Taken back in 25 minutes, data compared before and after.", Zh: "回退用时 25 分钟，前后数据比对一致。"},
}

// review holds the readiness review, as far as the story lets it come.
func (t *launch) review() error {
	t.day(t.o, dayReviewed)
	pilot := t.at.AddDate(0, 0, dayPilot-dayReviewed).Add(-time.Hour)
	if err := t.move(t.lead, "prepare", "", "back_out", bilingual(people.Text{En: "Put the version before back from the library, restore the data of the evening, check with the five cases of the list.", Zh: "从介质库恢复上一版本，还原当晚数据备份，按五项用例清单核验。"}), "back_out_time", "45",
		"known", bilingual(people.Text{En: "None of effect on users.", Zh: "无影响用户的已知错误。"}), "support_days", "10", "support", bilingual(people.Text{En: "Two of the applications team sit at the desk during the first week.", Zh: "首周由应用组两人在服务台值守。"}),
		"starts", pilot.Format(time.RFC3339), "ends", pilot.AddDate(0, 0, dayEnds-dayPilot).Format(time.RFC3339)); err != nil {
		return err
	}
	if ref := t.causes[t.o.service]; ref != "" && t.o.until == toReview { // nobody has published a way around it: it holds the release back
		if _, err := t.desk.Carry(t.ctx, t.lead, t.n, []string{ref}, record.Input{}); err != nil {
			return err
		}
	}
	for i, c := range release.Clusters {
		if t.o.until == toReview && i > 3 {
			return nil // the others have still to speak
		}
		v := release.Voice{Cluster: c, Say: release.Yes}
		if c == "security" && t.o.until == toNoGo {
			v.Say, v.Remark = release.No, bilingual(t.o.why)
		}
		if _, err := t.desk.Speak(t.ctx, t.speaker(c), t.n, v, record.Input{}); err != nil {
			return err
		}
	}
	var found []release.Answer
	for _, q := range checklist().Questions() {
		found = append(found, release.Answer{Point: q.Point, Say: release.Yes, Evidence: bilingual(people.Text{En: "Seen in the meeting.", Zh: "会上已核对材料。"})})
	}
	if _, err := t.desk.Look(t.ctx, t.lead, t.n, found, record.Input{}); err != nil {
		return err
	}
	o := release.Outcome{Decision: release.Go, Minutes: bilingual(people.Text{En: "Everybody is ready.", Zh: "各职能群均已就绪，同意上线。"})}
	if t.o.until == toNoGo {
		o = release.Outcome{Decision: release.NoGo, Minutes: bilingual(t.o.why)}
	}
	if _, err := t.desk.Decide(t.ctx, t.lead, t.n, o, record.Input{}); err != nil || t.o.until == toNoGo {
		return err
	}
	return t.move(t.lead, "approve", "")
}

// speaker is who speaks for a cluster.
func (t *launch) speaker(c release.Cluster) people.Actor {
	switch c {
	case "service", "partner":
		return t.holder("service_owner")
	case "security":
		return t.holder("security_officer")
	case "support":
		return releasing(t.teams["desk"].members[0])
	case "release":
		return t.lead
	}
	return t.workers[1]
}

// rollOut brings it to its targets, one wave after the other.
func (t *launch) rollOut() error {
	t.day(t.o, dayPilot)
	if err := t.move(t.lead, "roll_out", ""); err != nil {
		return err
	}
	held, err := t.desk.Find(t.ctx, t.lead, t.n)
	if err != nil {
		return err
	}
	for i, a := range t.o.targets {
		if a.wave > 0 && t.at.Before(t.pilotOver()) {
			t.day(t.o, dayRest)
		}
		if err := t.reach(held.Targets[i].ID, a); err != nil {
			return fmt.Errorf("%s: %w", a.name.En, err)
		}
		t.at = t.at.Add(40 * time.Minute)
	}
	return t.after()
}

func (t *launch) pilotOver() time.Time {
	return t.now.AddDate(0, 0, dayRest-t.o.daysAgo).Truncate(24 * time.Hour)
}

func (t *launch) reach(id int, a aim) error {
	fates := []release.Fate{release.Done}
	switch a.fate {
	case release.Pending:
		return nil
	case release.Failed:
		fates = []release.Fate{release.Failed}
	case release.RolledBack:
		fates = []release.Fate{release.Failed, release.RolledBack}
	}
	for _, f := range fates {
		if _, err := t.desk.Deploy(t.ctx, t.workers[1], t.n, id, f, record.Input{Text: bilingual(a.note)}); err != nil {
			return err
		}
		t.at = t.at.Add(35 * time.Minute)
	}
	if a.fate != "" {
		return nil
	}
	_, err := t.desk.Verify(t.ctx, t.workers[2], t.n, id, record.Input{})
	return err
}

// after is what follows when the targets are as the story has them.
func (t *launch) after() error {
	switch t.o.until {
	case toBackOut:
		held, err := t.desk.Find(t.ctx, t.lead, t.n)
		if err != nil {
			return err
		}
		if err := t.move(t.lead, "halt", bilingual(t.o.why)); err != nil {
			return err
		}
		for _, one := range held.Targets {
			if one.State == release.Done {
				if _, err := t.desk.Deploy(t.ctx, t.workers[1], t.n, one.ID, release.RolledBack, record.Input{Text: bilingual(people.Text{En: "Taken back with the others.", Zh: "随其他座席区一并回退。"})}); err != nil {
					return err
				}
			}
		}
		if err := t.move(t.lead, "back_out", "", "why_backed_out", bilingual(t.o.why)); err != nil {
			return err
		}
		t.day(t.o, dayEnds)
		return t.move(t.lead, "give_up", "", "outcome", bilingual(t.o.outcome))
	case toSupport, toClosed:
		if err := t.move(t.lead, "finish", ""); err != nil {
			return err
		}
		t.at = t.at.Add(time.Hour)
		if err := t.desk.Support(t.ctx); err != nil {
			return err
		}
		if t.o.until == toClosed {
			t.day(t.o, dayEnds+14)
			return t.move(t.lead, "close", "", "outcome", bilingual(t.o.outcome), "updated", "true")
		}
	}
	return nil
}
