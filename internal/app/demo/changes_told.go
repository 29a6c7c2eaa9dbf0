package demo

import (
	"context"
	"slices"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// yearOfChanges is how many days back the changes of the city go.
const yearOfChanges = 365

// changeYear lets the city change for a year, plans what lies ahead, and has its
// board meet.
func (c *city) changeYear(ctx context.Context) error {
	var told []*changing
	for n := range works {
		for times, ago := 0, works[n].last; ago < yearOfChanges; times, ago = times+1, ago+works[n].every {
			w := works[n]
			for _, m := range mishaps {
				if m.work == n && m.times == times {
					w.result, w.why, w.board = m.result, m.why, m.board
				}
			}
			one, err := c.changed(w, ago, len(told))
			if err != nil {
				return err
			}
			told = append(told, one)
			if w.every == 0 {
				break
			}
		}
	}
	slices.SortStableFunc(told, func(a, b *changing) int { return a.r.Opened.Compare(b.r.Opened) })
	var whole []*record.Whole[*change.Change]
	for _, t := range told {
		if err := c.Changes.Settle(t.w, c.now); err != nil {
			return err
		}
		whole = append(whole, t.w)
	}
	if err := c.Plans.Load(ctx, whole, audit.By(c.by, c.now, "demo.fill", "change")); err != nil {
		return err
	}
	for _, t := range told {
		if t.r.Type == change.Normal && t.r.Class != change.Minor {
			if err := c.endangered(ctx, t.r, t.of); err != nil {
				return err
			}
		}
	}
	if err := c.weighed(ctx, told); err != nil {
		return err
	}
	if err := c.blame(ctx, told); err != nil {
		return err
	}
	if err := c.boardMeets(ctx, told); err != nil {
		return err
	}
	return c.prepared(ctx, told)
}

// blame links the outage to the change that caused it.
func (c *city) blame(ctx context.Context, told []*changing) error {
	at := slices.IndexFunc(told, func(t *changing) bool { return t.r.Result == change.Failed })
	if c.struck == nil || at < 0 {
		return nil
	}
	by := c.by
	by.ID = c.teams["applications"].members[0].ID
	to := told[at].r.Common()
	_, err := c.Desk.One(ctx, by, c.struck.Number, record.Input{}, func(s *record.Sitting[*incident.Incident], i *incident.Incident) error {
		s.Relate(i.Common(), to, "caused_by")
		return s.Log(i, "relate", record.Entry{Changes: []record.Change{{Field: "caused_by", Now: to.Ref()}}})
	})
	return err
}

// changing writes the life of one change.
type changing struct {
	c  *city
	r  *change.Change
	of string // its service
	w  *record.Whole[*change.Change]
	at time.Time

	put, seen time.Time   // when the board was asked about it, and when it reviewed it
	remark    people.Text // what the board said of its review
	opinions  []change.Opinion
}

// bilingual says a text that people write in one field in both languages, as the city
// writes what colleagues of either are to understand.
func bilingual(x people.Text) string {
	if x.En == "" || x.En == x.Zh {
		return x.Zh
	}
	return x.Zh + " / " + x.En
}

// step adds what was done a while after the step before.
func (t *changing) step(after time.Duration, by people.ID, deed string, to flow.State) {
	t.at = t.at.Add(after)
	e := record.Entry{At: t.at.UTC().Truncate(time.Second), By: by, Deed: "change." + deed, To: to, Public: true}
	if to != "" {
		if len(t.w.Entries) > 0 {
			e.From = t.r.State
		}
		t.r.State = to
	}
	t.w.Entries = append(t.w.Entries, e)
}

// changed tells a change up to its end, or to where it stands when it lies
// ahead.
func (c *city) changed(w work, ago, nth int) (*changing, error) {
	s := services[slices.IndexFunc(services, func(s service) bool { return s.code == w.service })]
	item, ok := c.coded[w.item]
	if !ok {
		panic("demo: a change names " + w.item + ", which there is not")
	}
	team, day := c.teams[s.team], c.now.In(china).AddDate(0, 0, -ago)
	r := &change.Change{Type: w.kind, Items: []record.ItemID{item}, Category: record.CategoryID(c.id(setting.Category, s.category))}
	t := &changing{c: c, r: r, of: w.service, w: &record.Whole[*change.Change]{Rec: r}}
	r.Title, r.Service, r.Zone, r.Team = bilingual(w.name), record.ServiceID(c.id(setting.Service, w.service)), people.ZoneID(c.id(setting.Zone, s.zone)), team.id
	r.Requester = team.members[0].ID
	if r.Requester == c.teams["platform"].members[0].ID {
		r.Requester = team.members[1].ID // who decides on changes asks for none
	}
	r.Starts = time.Date(day.Year(), day.Month(), day.Day(), 21, 0, 0, 0, china).UTC()
	r.Ends = r.Starts.Add(time.Duration(w.hours) * time.Hour)
	r.Reason, r.Procedure = bilingual(people.Text{En: "Part of the plan of the year.", Zh: "列入年度计划。"}), bilingual(people.Text{En: "By the runbook of the team.", Zh: "按班组操作手册执行。"})
	r.Test, r.BackOut, r.BackOutTime = bilingual(people.Text{En: "Rehearsed on the test system.", Zh: "已在测试环境演练。"}), bilingual(people.Text{En: "Put the version before back.", Zh: "恢复到变更前版本。"}), 30
	r.Opened = r.Starts.AddDate(0, 0, -13)
	switch {
	case w.kind == change.Emergency:
		r.Opened = r.Starts.Add(-2 * time.Hour)
	case r.Starts.After(c.now) && r.Opened.After(c.now.AddDate(0, 0, -10)): // the board has met about it by now
		r.Opened = c.now.AddDate(0, 0, -10)
	}
	if of, ok := worths[w.name.En]; ok {
		r.Cost, r.Gain, r.Benefit = of.cost, of.gain, bilingual(of.text)
		if ago < 0 {
			c.worth = r
		}
	}
	t.at = r.Opened
	if err := t.asked(w, team, nth); err != nil {
		return nil, err
	}
	if ago >= 0 && r.State != change.Authorised {
		t.carried(w)
	}
	return t, nil
}

// asked tells how a change was asked for and authorised.
func (t *changing) asked(w work, team crew, nth int) error {
	r, manager := t.r, t.c.teams["platform"].members[0].ID
	carrier := team.members[len(team.members)-1].ID
	t.step(0, r.Requester, "open", change.Draft)
	t.step(time.Minute, r.Requester, "submit", change.Submitted)
	switch w.kind {
	case change.Standard:
		r.Owner, r.Model = carrier, t.c.modelOf(w.service)
		r.Impact, r.Likelihood = w.impact, w.likelihood
		r.Settle()
		t.step(0, 0, "preauthorise", change.Scheduled)
		r.Authorised = t.at
	case change.Emergency:
		r.Owner = carrier
		r.First, r.Other = t.c.office("director"), t.c.teams["platform"].members[0].ID
		t.step(30*time.Minute, t.c.office("process_manager"), "record_emergency", change.EmergencyAuthorised)
		r.Spoken, r.Recorded = t.at.Add(-10*time.Minute), t.at
		r.Authorised = r.Spoken
	default:
		t.step(3*time.Hour, manager, "filter", change.Filtered)
		t.step(time.Hour, manager, "assess", change.Assessing)
		r.Owner, r.Impact, r.Likelihood = carrier, w.impact, w.likelihood
		r.Settle()
		t.weigh(w, nth)
		t.step(26*time.Hour, manager, "propose", change.Awaiting)
		if err := t.authorised(manager); err != nil {
			return err
		}
		if !w.taken {
			t.step(2*time.Hour, manager, "schedule", change.Scheduled)
		}
	}
	return nil
}

// authorised tells who said yes: the manager of changes by himself to a minor
// one, otherwise the board in its next meeting, and then the director to a major
// one.
func (t *changing) authorised(manager people.ID) error {
	if err := t.ask(); err != nil {
		return err
	}
	if t.r.Class == change.Minor {
		if err := t.consent(5*time.Hour, manager, people.Text{}); err != nil {
			return err
		}
	} else {
		t.put = meets(t.at)
		t.at = t.put.Add(10 * time.Minute)
		for _, code := range []string{"process_manager", "configuration_manager", "security_officer"} {
			if err := t.consent(2*time.Minute, t.c.office(code), people.Text{}); err != nil {
				return err
			}
		}
		if t.r.Class == change.Major {
			if err := t.consent(4*time.Hour, t.c.office("director"), people.Text{En: "Not in a week in which the halls close the quarter.", Zh: "请避开大厅季度结账周。"}); err != nil {
				return err
			}
		}
	}
	t.step(0, 0, "authorise", change.Authorised)
	t.r.Authorised = t.at
	return nil
}

// carried tells how a change was carried out, and what its review found.
func (t *changing) carried(w work) {
	r := t.r
	if r.Type != change.Emergency {
		t.at = r.Starts.Add(-5 * time.Hour)
		r.Evidence = bilingual(people.Text{En: "All tests of the plan passed.", Zh: "计划内测试全部通过。"})
		t.step(0, r.Owner, "prepare", change.Ready)
	}
	t.at = r.Starts.Add(4 * time.Minute)
	t.step(0, r.Owner, "implement", change.Implementing)
	r.Begun = t.at
	took := r.Ends.Sub(r.Starts) * 7 / 10
	switch w.result {
	case change.Overran:
		t.step(r.Ends.Sub(r.Starts)+2*time.Hour, r.Owner, "complete", change.Implemented)
	case change.TakenBack:
		r.WhyBackedOut = bilingual(w.why)
		t.step(took, r.Owner, "back_out", change.BackedOut)
	case change.Failed:
		r.WhyFailed = bilingual(w.why)
		t.step(took, r.Owner, "fail", change.Broken)
	default:
		t.step(took, r.Owner, "complete", change.Implemented)
	}
	r.Ended = t.at
	if r.Type == change.Emergency {
		r.Impact, r.Likelihood = w.impact, w.likelihood
		r.Settle()
		t.step(15*time.Hour, r.Owner, "document", change.Documented)
		r.Documented = t.at
	}
	t.reviewed(w)
}

// reviewed tells the review after seven days, those that went wrong in the
// meeting of the board that followed.
func (t *changing) reviewed(w work) {
	r, manager, at := t.r, t.c.teams["platform"].members[0].ID, t.r.Ended.AddDate(0, 0, 8)
	if w.result != change.Success && w.result != "" {
		at = meets(at)
	}
	if at.Add(3 * time.Hour).After(t.c.now) {
		return // the seven days after it are not over, or the board has not met
	}
	if w.result != change.Success {
		t.seen, t.remark = at, w.board
	}
	t.at = at
	t.step(20*time.Minute, manager, "review", change.Reviewing)
	r.Result, r.Updated = w.result, w.result != change.Failed && w.result != change.TakenBack
	r.Review = bilingual(people.Text{En: "Carried out as planned; nothing followed in seven days.", Zh: "按计划实施，七天内无相关事件。"})
	if w.result != change.Success {
		r.Review = bilingual(w.why)
	}
	t.step(2*time.Hour, manager, "close", change.Closed)
	r.Closed = t.at
}

// meets is the next meeting of the board after a moment: it meets on Tuesdays at
// ten.
func meets(after time.Time) time.Time {
	day := after.In(china)
	at := time.Date(day.Year(), day.Month(), day.Day(), 10, 0, 0, 0, china)
	for at.Weekday() != time.Tuesday || !at.After(after) {
		at = at.AddDate(0, 0, 1)
	}
	return at.UTC()
}
