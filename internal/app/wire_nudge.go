package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/duty"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// grace is how long after its end a shift may stand without a hand-over before
// its people are reminded.
const grace = 15 * time.Minute

// nudged bounds what one turn looks at, and since when.
const (
	mostNudged = 200
	nudgedDays = 1
)

// remindWatch tells those of a shift that has ended that it is not handed over,
// and those of the next one that a hand-over waits for them.
func (h *house) remindWatch(ctx context.Context, now time.Time) error {
	open, err := h.db.Duty().Shifts(ctx, people.Everything(), duty.Query{Open: true, From: now.AddDate(0, 0, -7), Limit: mostNudged})
	if err != nil {
		return err
	}
	for i := range open {
		s := &open[i]
		switch {
		case s.State == duty.Offered:
			err = h.remindWaiting(ctx, s, now)
		case now.After(s.To.Add(grace)):
			err = h.nudge(ctx, notice.Nudge{What: notice.ShiftLate, Target: s.ID, Place: shiftPlace(s.ID), At: now}, s.Team, 0, s.Who)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func shiftPlace(id int64) string { return fmt.Sprintf("/duty/%d", id) }

// remindWaiting tells whoever is to accept a hand-over: those of the next shift,
// else the whole team, and never who gave it.
func (h *house) remindWaiting(ctx context.Context, s *duty.Shift, now time.Time) error {
	all, err := h.db.Duty().Handovers(ctx, people.Everything(), s.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(one duty.Handover) bool { return one.Verdict == duty.Waiting })
	if i < 0 {
		return nil
	}
	others := func(who []people.ID) []people.ID {
		return slices.DeleteFunc(slices.Clone(who), func(id people.ID) bool { return id == all[i].GivenBy })
	}
	var who []people.ID
	if all[i].Next != 0 {
		next, err := h.db.Duty().Shift(ctx, people.Everything(), all[i].Next)
		if err != nil {
			return err
		}
		who = others(next.Who)
	}
	if len(who) == 0 { // nobody is next, or only who gives: any other of the team may take it
		t := h.directory.View().Team(s.Team)
		who = others(append([]people.ID{t.Lead}, t.Members...))
	}
	return h.nudge(ctx, notice.Nudge{What: notice.ShiftWaits, Target: all[i].ID, Place: shiftPlace(s.ID), At: now}, s.Team, 0, who)
}

// remindMissed tells the team that one of its operations was missed.
func (h *house) remindMissed(ctx context.Context, now time.Time) error {
	runs, err := h.db.Operations().List(ctx, people.Everything(), operation.Query{Open: true, Since: now.AddDate(0, 0, -nudgedDays), To: now, Limit: mostNudged})
	if err != nil {
		return err
	}
	for i := range runs {
		r := &runs[i]
		if r.State != operation.Missed {
			continue
		}
		t := h.directory.View().Team(r.Team)
		who := append([]people.ID{t.Lead, r.Owner}, t.Members...)
		n := notice.Nudge{What: notice.RunMissed, Target: r.ID, Name: r.Name, Place: fmt.Sprintf("/operations/%d", r.ID), At: now}
		if err := h.nudge(ctx, n, r.Team, r.Network, who); err != nil {
			return err
		}
	}
	return nil
}

// about is a nudge about a record, by its number and title, that leads to its
// page.
func about(what notice.What, target int64, head *record.Head, at time.Time) notice.Nudge {
	name := strings.TrimSpace(head.Ref() + " " + head.Title)
	return notice.Nudge{What: what, Target: target, Name: people.Text{En: name, Zh: name}, Place: head.Kind.Path() + "/" + head.Ref(), At: at}
}

// nudge tells several persons of something, once: those who are still there, are
// staff, and are cleared for its zone. Who has switched it off hears nothing; it
// is kept that he was to, so that nobody is looked for again.
func (h *house) nudge(ctx context.Context, n notice.Nudge, team people.TeamID, zone people.ZoneID, who []people.ID) error {
	if done, err := h.db.Nudges().Nudged(ctx, n.What, n.Target); err != nil || done {
		return err
	}
	if t := h.settings.All().Find(setting.Team, int64(team)); t != nil && n.Name == (people.Text{}) {
		n.Name = t.Name
	}
	city := h.audience()
	var all error
	for i, id := range who {
		if id == 0 || slices.Contains(who[:i], id) {
			continue
		}
		r, err := city.Reader(ctx, id)
		if err != nil || r.Gone || !r.Staff || !r.Scope.Clears(zone) {
			all = errors.Join(all, err)
			continue
		}
		p, err := h.db.Person(ctx, id)
		if fault.Is(err, fault.Missing) {
			continue
		}
		if err != nil {
			return err
		}
		if p.Doc.Lang == "" {
			p.Doc.Lang = h.directory.View().Centre().Lang
		}
		one, mail := notice.Nudging(p, n, r.Zone)
		if !h.mailing() {
			mail = nil
		}
		if err := h.db.Nudges().Nudge(ctx, one, mail); err != nil {
			return err
		}
	}
	return all
}
