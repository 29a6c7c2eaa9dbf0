package app

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/base/day"
	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/job"
	"kilter/internal/practice/access"
	"kilter/internal/practice/change"
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/practice/roadmap/readiness"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/report/agenda"
	"kilter/internal/report/director"
	"kilter/internal/web"
	pages "kilter/internal/web/review"
)

// reviews is the room of management reviews, with the centre around it.
func (h *house) reviews() *review.Room {
	return &review.Room{
		Store: h.db.Reviews(), Pen: h.db, Now: Now, Works: h.employed, Figures: h.reviewFigures, Reads: readsFigure, Shown: h.shown, Sees: h.seesChanges, Asked: h.reviewAsked, Told: h.agenda().Tell, Leads: h.leadsReview, Hand: h.handChange, Together: h.db.Together,
		Zone: func(z people.ZoneID) bool { return h.settings.All().Find(setting.Zone, int64(z)) != nil },
		Days: func() *calendar.Calendar { return h.directory.View().Calendar(0) }, Place: h.place,
		Policy: func() review.Policy {
			p, err := review.PolicyOf(h.settings.All())
			if err != nil {
				h.env.Log.Error("the templates of management reviews cannot be read; the standard ones hold", "err", err)
				return review.Standard()
			}
			return p
		},
		Change: func(ctx context.Context, by people.Actor, n record.Number) (string, error) {
			c, err := h.changes.Find(ctx, by, n)
			if err != nil {
				return "", err
			}
			return c.Title, nil
		},
		Barred: func(ctx context.Context, n record.Number) ([]people.ID, error) {
			c, err := h.changes.Find(ctx, people.System(people.ViaShell), n)
			if err != nil {
				return nil, err
			}
			return change.Barred(c), nil
		},
	}
}

// agenda fills the agendas of reviews in.
func (h *house) agenda() *agenda.Maker {
	return &agenda.Maker{
		Shelf: h.db.ReviewShelf(), Records: h.db.Ledger(), Teams: h.teamPromises(), Kept: h.db.Promises(), Grades: h.db.Grades(),
		Plans: h.operations(), Staff: h.readiness(), Programmes: h.programmes(), Topology: h.analyst(), Changes: h.changes, Risks: h.risks,
		Settings: h.settings.All, Place: h.place, Now: Now,
		Where: func(by people.Actor, kind record.Kind, text string, now time.Time) (query.Node, error) {
			means := h.means(by)
			means.Now = now
			return h.fields(kind, true).Read(text, means)
		},
	}
}

// reviewToldThen fills an agenda as that of a review that was held on a day of the past
// of the demo city: what holds now is what held then.
func (h *house) reviewToldThen(ctx context.Context, by people.Actor, r *review.Review, wanted []review.Figure, then time.Time) (map[review.Figure]review.Told, error) {
	m := h.agenda()
	m.Now = func() time.Time { return then }
	return m.Tell(ctx, by, r, wanted, then)
}

// teamPromises counts what came of the agreements between teams.
func (h *house) teamPromises() *agenda.Teams {
	return &agenda.Teams{Shelf: h.db.TeamPromises(), Settings: h.settings.All, Book: func() *sla.Book { return h.directory.View().Book }}
}

// teamPromiseDuty counts it, so that a review is opened without replaying its period.
func (h *house) teamPromiseDuty() job.Duty {
	return job.Duty{Name: "teams", Every: 10 * time.Minute, Run: func(ctx context.Context, now time.Time) (bool, error) {
		return false, h.teamPromises().Count(ctx, now)
	}}
}

// leadsReview tells what the roles are called that lead reviews of a kind, when
// somebody holds none of them.
func (h *house) leadsReview(ctx context.Context, k review.Kind, who people.ID) (*fault.Fault, error) {
	all := h.settings.All()
	policy, err := review.PolicyOf(all)
	if err != nil {
		policy = review.Standard() // room tells that it cannot be read
	}
	leads := policy.Of(k).Leads
	if len(leads) == 0 {
		for _, code := range review.Usual(k) {
			if role := all.Coded(setting.Role, code); role != nil {
				leads = append(leads, role.ID)
			}
		}
	}
	holds, err := h.rolesOf(ctx, who)
	if err != nil || slices.ContainsFunc(holds, func(id int64) bool { return slices.Contains(leads, id) }) {
		return nil, err
	}
	var en, zh []string
	for _, id := range leads {
		if role := all.Find(setting.Role, id); role != nil {
			en, zh = append(en, role.Label("en")), append(zh, role.Label("zh"))
		}
	}
	return fault.New(fault.Denied, "review.lead_roles").With("en", lang.For("en").List(en)).With("zh", lang.For("zh").List(zh)), nil
}

// rolesOf are the roles that somebody holds; none of who is not there any more.
func (h *house) rolesOf(ctx context.Context, who people.ID) ([]int64, error) {
	p, err := h.db.Person(ctx, who)
	switch {
	case fault.Is(err, fault.Missing):
		return nil, nil
	case err != nil:
		return nil, err
	case p.Retired:
		return nil, nil
	}
	return p.Doc.Roles, nil
}

// handChange gives a change that a review lets go to whoever carries it out from now
// on. That is somebody whose role lets him carry changes out.
func (h *house) handChange(ctx context.Context, by people.Actor, n record.Number, owner people.ID) error {
	all := h.settings.All()
	holds, err := h.rolesOf(ctx, owner)
	if err != nil {
		return err
	}
	grants, err := access.Granted(all, holds)
	if err != nil {
		return err
	}
	if !grants.Has("change.implement") {
		return fault.At("owner", "review.owner_role")
	}
	c, err := h.changes.Find(ctx, by, n)
	if err != nil {
		return err
	}
	if c.Owner == owner {
		return nil
	}
	if c.Requester == owner {
		return fault.At("owner", "review.owner_asked")
	}
	crews, err := access.Crews(all)
	if err != nil {
		return err
	}
	fields := map[string]string{"owner": owner.String(), "team": strconv.FormatInt(int64(c.Team), 10)}
	if teams := crews[owner]; len(teams) > 0 && !slices.Contains(teams, c.Team) {
		fields["team"] = strconv.FormatInt(int64(teams[0]), 10)
	}
	if by.Grants = maps.Clone(by.Grants); by.Grants == nil {
		by.Grants = people.Grants{}
	}
	by.Grants["change.assign"] = struct{}{} // it follows from the decision, which he may take
	_, err = h.changes.Move(ctx, by, n, "assign", record.Input{Fields: fields})
	if all := fault.All(err); len(all) > 0 {
		return fault.At("owner", "review.owner_not_now").With("ref", c.Ref()).With("why", all[0].Key)
	}
	return err
}

// seesChanges are those of some changes that somebody may read.
func (h *house) seesChanges(ctx context.Context, by people.Actor, all []record.Number) (map[record.Number]bool, error) {
	if !by.Can("change.read") {
		return nil, nil
	}
	numbers := make([]string, len(all))
	for i, n := range all {
		numbers[i] = strconv.FormatInt(int64(n), 10)
	}
	rows, err := h.db.Ledger().List(ctx, by.Scope, record.Query{Kind: record.Changes, Where: query.Is("number", numbers...), Limit: review.MostListed})
	out := map[record.Number]bool{}
	for i := range rows {
		out[rows[i].Number] = true
	}
	return out, err
}

// readsFigure reports whether somebody may read all that a figure was taken from:
// the report of director reads it under the same grants, and what is counted of
// records is for those who reach every record.
func readsFigure(by people.Actor, f review.Figure) bool {
	switch f {
	case review.Incidents, review.Kept:
		return by.Can("incident.read") && by.Scope.All
	case review.Agreements:
		return by.Can("incident.read")
	case review.Satisfaction:
		return by.Can(wave.DeedRead)
	case review.Maturity:
		return by.Can(assessment.DeedRead)
	case review.Readiness:
		return by.Can(readiness.DeedRead)
	case review.Roadmap, review.Money:
		return by.Can(programme.DeedRead)
	case review.Risks:
		return by.Can("risk.read") && by.Scope.All
	case review.Due:
		return by.Can("change.read") && by.Scope.All
	case review.Asked, review.Cost: // whoever sees the review sees the change
		return by.Can("change.read")
	case review.Staffing, review.Improve: // they are of no record
		return by.Can(agenda.Deed(f))
	case review.Impact, review.Weighed: // it tells of items and risks, not of the change alone
		return by.Can("change.read") && by.Can(agenda.Deed(f)) && by.Scope.All
	}
	deed := agenda.Deed(f)
	return deed != "" && by.Can(deed) && by.Scope.All
}

// reviewPages are its pages.
func (h *house) reviewPages() web.Room {
	return (&pages.Pages{Reviews: h.reviews(), Staff: h.staff, Files: h.db.Files()}).Room()
}

// guardChanges lets a change initiation review keep its change from being
// authorised.
func (h *house) guardChanges() {
	then := h.changes.Rules.Then
	h.changes.Rules.Then = func(s *record.Sitting[*change.Change], c *change.Change, deed string, in record.Input) error {
		if deed == "propose" || deed == "authorise" {
			ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
			defer cancel()
			if err := h.reviews().Blocks(ctx, c.Number); err != nil {
				return err
			}
		}
		return then(s, c, deed, in)
	}
}

// reviewDecisions is what reviews have for the director's page: those that are
// called soon, and what is over its day.
func (h *house) reviewDecisions(ctx context.Context, by people.Actor) (out []director.Decision, err error) {
	if !by.Can(review.DeedRead) {
		return nil, nil
	}
	all, err := h.reviews().List(ctx, by, review.Wanted{Open: true})
	now, place := Now(), h.place()
	const ahead = 30 // days
	for i := range all {
		if r := &all[i]; r.State == review.Called && r.At.Before(now.AddDate(0, 0, ahead)) {
			out = append(out, director.Decision{What: director.Meeting, Name: r.Name, ID: r.ID, Due: r.At})
		}
	}
	for _, l := range review.Undone(all) {
		if l.Overdue(day.Of(now, place)) {
			what := director.Action
			if l.List == review.Conditions {
				what = director.Condition
			}
			out = append(out, director.Decision{What: what, Name: people.Text{En: l.Text, Zh: l.Text}, ID: l.Review.ID, Due: l.Duty.Due})
		}
	}
	return out, err
}

// reviewDuty calls the next reviews of series, and reminds: whoever leads a review
// before its day, and those who have something of one to see to once its day has
// come.
func (h *house) reviewDuty() job.Duty {
	return job.Duty{Name: "reviews", Every: 10 * time.Minute, Run: func(ctx context.Context, now time.Time) (bool, error) {
		called, err := h.reviews().CallNext(ctx)
		if err != nil {
			return false, err
		}
		for i := range called {
			if err := h.nudgeChair(ctx, &called[i], notice.ReviewCalled, called[i].ID, now); err != nil {
				return false, err
			}
		}
		all, err := h.db.Reviews().Reviews(ctx, review.Wanted{Open: true, Limit: review.MostListed})
		if err != nil {
			return false, err
		}
		for i := range all {
			if r := &all[i]; r.State == review.Called && now.After(r.At.Add(-reviewNear)) {
				const days = 100_000 // more than there are since 1970: another day is told anew
				if err := h.nudgeChair(ctx, r, notice.ReviewNear, r.ID*days+r.At.Unix()/(24*60*60), now); err != nil {
					return false, err
				}
			}
		}
		return false, h.remindReviewed(ctx, all, now)
	}}
}

// reviewNear is how long before a review its chair is reminded.
const reviewNear = 48 * time.Hour

// nudgeChair tells whoever leads a review, or those who answer for processes where
// nobody does.
func (h *house) nudgeChair(ctx context.Context, r *review.Review, what notice.What, target int64, now time.Time) error {
	who := []people.ID{r.Chair}
	if r.Chair == 0 {
		who = h.holders("process_manager")
	}
	zone, err := h.reviewZone(ctx, r)
	if err != nil {
		return err
	}
	n := notice.Nudge{What: what, Target: target, Name: r.Name, Place: "/reviews/" + people.ID(r.ID).String(), At: now}
	return h.nudge(ctx, n, 0, zone, who)
}

// remindReviewed reminds of conditions and actions.
func (h *house) remindReviewed(ctx context.Context, all []review.Review, now time.Time) error {
	place := h.place()
	for _, l := range review.Undone(all) {
		if !l.Done.IsZero() || !day.Come(l.Due, now, place) {
			continue
		}
		target := l.Review.ID*1_000 + int64(l.N)*2 // a place of its own for each list
		if l.List == review.Actions {
			target++
		}
		n := notice.Nudge{What: notice.ReviewAction, Target: target, Name: people.Text{En: l.Text, Zh: l.Text}, Place: "/reviews/" + people.ID(l.Review.ID).String(), At: now}
		zone, err := h.reviewZone(ctx, l.Review)
		if err != nil {
			return err
		}
		if err := h.nudge(ctx, n, 0, zone, []people.ID{l.Owner}); err != nil {
			return err
		}
	}
	return nil
}

// reviewZone is the network of the change that a review is about, which whoever
// is reminded has to know of.
func (h *house) reviewZone(ctx context.Context, r *review.Review) (people.ZoneID, error) {
	if r.Change == 0 {
		return 0, nil
	}
	c, err := h.changes.Find(ctx, people.System(people.ViaShell), r.Change)
	if err != nil {
		return 0, err
	}
	return c.Zone, nil
}
