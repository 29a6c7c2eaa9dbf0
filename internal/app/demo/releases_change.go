package demo

import (
	"context"
	"slices"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// changeTo are the deeds that lead a change on, each with the state after it and
// the day of the release on which it is done.
var changeTo = []struct {
	deed string
	to   flow.State
	day  int
}{
	{"open", change.Draft, 0},
	{"submit", change.Submitted, 0},
	{"filter", change.Filtered, 1},
	{"assess", change.Assessing, 1},
	{"propose", change.Awaiting, 2},
	{"authorise", change.Authorised, 4},
	{"schedule", change.Scheduled, 5},
	{"build", change.Built, 6},
	{"test", change.Ready, 9},
	{"implement", change.Implementing, dayPilot},
	{"complete", change.Implemented, dayEnds - 2},
	{"review", change.Reviewing, dayEnds + 6},
	{"close", change.Closed, dayEnds + 7},
}

// underChange loads the change under which a release is carried out, as far as
// it has come, and returns its number.
func (r *releaser) underChange(ctx context.Context, o *rollout) (string, error) {
	s := services[slices.IndexFunc(services, func(s service) bool { return s.code == o.service })]
	r.day(o, 0)
	begin := r.at
	c := &change.Change{
		Type: change.Normal, Reason: bilingual(people.Text{En: "Agreed with the departments that use it.", Zh: "已与使用部门商定。"}), Description: bilingual(o.about), Items: []record.ItemID{r.coded["SYS-"+o.service]},
		Procedure: bilingual(people.Text{En: "By the roll-out plan of the release, wave by wave.", Zh: "按发布的推广计划分批实施。"}), Test: bilingual(people.Text{En: "The tests signed in the release.", Zh: "见发布中签字的测试记录。"}),
		BackOut: bilingual(people.Text{En: "By the back-out plan of the release.", Zh: "按发布的回退方案。"}), BackOutTime: 45, Communication: bilingual(people.Text{En: "Notice in the portal three working days before.", Zh: "提前三个工作日在门户公告。"}),
		Assessment: change.Assessment{Impact: 2, Likelihood: 1}, Second: r.workers[2].ID,
	}
	c.Settle()
	c.Title, c.Opened, c.Requester, c.Owner, c.Team = bilingual(o.title), begin, r.lead.ID, r.workers[1].ID, r.teams["platform"].id
	c.Service, c.Zone, c.Category = record.ServiceID(r.id(setting.Service, o.service)), people.ZoneID(r.id(setting.Zone, s.zone)), record.CategoryID(r.id(setting.Category, s.category))
	c.Starts = begin.AddDate(0, 0, dayPilot).Add(-time.Hour)
	c.Ends = c.Starts.AddDate(0, 0, 14) // no window is longer
	w := &record.Whole[*change.Change]{Rec: c}
	t := &changing{c: r.city, r: c, w: w}
	for i, one := range changeTo {
		at := begin.AddDate(0, 0, one.day).Add(time.Duration(i) * time.Minute)
		if at.After(r.now) || o.daysAgo > 60 && o.until == toBackOut && one.to == change.Implemented {
			break
		}
		if err := t.decide(one.deed, at, o); err != nil {
			return "", err
		}
		switch one.to {
		case change.Authorised:
			c.Authorised = at
		case change.Ready:
			c.Evidence = c.Test
		case change.Implementing:
			if o.until == toNoGo || o.until == toReview {
				return r.load(ctx, t)
			}
			c.Begun = at
		case change.Implemented:
			c.Ended = at
		case change.Closed:
			c.Closed, c.Result, c.Review, c.Updated = at, change.Success, bilingual(o.outcome), true
		}
		by := c.Owner
		switch one.deed {
		case "open", "submit":
			by = c.Requester
		case "filter", "authorise":
			by = r.teams["platform"].members[0].ID
		}
		w.Entries = append(w.Entries, record.Entry{At: at, By: by, Deed: "change." + one.deed, From: c.State, To: one.to})
		c.State = one.to
	}
	if o.until == toBackOut {
		r.takenBack(w, begin.AddDate(0, 0, dayEnds), bilingual(o.why), bilingual(o.outcome))
	}
	return r.load(ctx, t)
}

// decide lets the change of a release be assessed and authorised, as far as a deed
// is about that.
func (t *changing) decide(deed string, at time.Time, o *rollout) error {
	switch t.at = at; deed {
	case "assess":
		w := work{result: change.Success}
		if o.until == toBackOut {
			w.result = change.TakenBack
		}
		t.weigh(w, o.daysAgo)
	case "propose":
		return t.ask()
	case "authorise":
		t.at = at.Add(-time.Minute)
		return t.consent(0, t.c.teams["platform"].members[0].ID, people.Text{})
	}
	return nil
}

// takenBack ends a change that was backed out.
func (r *releaser) takenBack(w *record.Whole[*change.Change], at time.Time, why, review string) {
	c := w.Rec
	c.Ended, c.WhyBackedOut, c.Result, c.Review, c.Closed, c.Updated = at, why, change.TakenBack, review, at.AddDate(0, 0, 4), true
	for i, one := range []struct {
		deed string
		to   flow.State
	}{{"back_out", change.BackedOut}, {"review", change.Reviewing}, {"close", change.Closed}} {
		w.Entries = append(w.Entries, record.Entry{At: at.AddDate(0, 0, 2*i), By: c.Owner, Deed: "change." + one.deed, From: c.State, To: one.to})
		c.State = one.to
	}
}

func (r *releaser) load(ctx context.Context, t *changing) (string, error) {
	w := t.w
	if err := r.Changes.Settle(w, r.now); err != nil {
		return "", err
	}
	if err := r.Plans.Load(ctx, []*record.Whole[*change.Change]{w}, audit.By(r.by, r.now, "demo.fill", "change")); err != nil {
		return "", err
	}
	r.changes[w.Rec.Ref()] = w.Rec
	return w.Rec.Ref(), r.weighed(ctx, []*changing{t})
}
