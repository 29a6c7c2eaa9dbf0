package api

import (
	"net/http"
	"time"

	"kilter/internal/practice/change"
	"kilter/internal/practice/handoff"
)

// changeOutcome is what followed a change that was carried out.
type changeOutcome struct {
	Result   string     `json:"proposed" doc:"api.doc.outcome_proposed"`
	Complete bool       `json:"complete" doc:"api.doc.outcome_complete"`
	Until    time.Time  `json:"until" doc:"api.doc.outcome_until"`
	Touched  int        `json:"touched_items" doc:"api.doc.outcome_touched"`
	Services []int64    `json:"services"`
	Overrun  *int       `json:"overrun_seconds" doc:"api.doc.outcome_overrun"`
	Early    *int       `json:"early_seconds" doc:"api.doc.outcome_early"`
	Before   happenings `json:"before"`
	During   happenings `json:"during"`
	First    happenings `json:"first_72_hours"`
	After    happenings `json:"after"`
	Caused   []happened `json:"caused" doc:"api.doc.outcome_caused"`
	Tasks    []task     `json:"tasks" doc:"api.doc.outcome_tasks"`
	Punctual punctual   `json:"tasks_kept" doc:"api.doc.outcome_punctual"`
	// Availability is what was measured of the services.
	Availability []available `json:"availability" doc:"api.doc.outcome_availability"`
	Outages      []downtime  `json:"outages" doc:"api.doc.outcome_outages"`
}

// available is how available a service was around a change.
type available struct {
	Service int64  `json:"service"`
	Before  uptime `json:"before"`
	First   uptime `json:"first_72_hours"`
	After   uptime `json:"after"`
}

// uptime is agreed time, and how much of it an outage took.
type uptime struct {
	Share  *float64 `json:"share" doc:"api.doc.outcome_share"`
	Agreed int      `json:"agreed_seconds"`
	Out    int      `json:"outage_seconds"`
}

func uptimeOf(u change.Uptime) uptime {
	out := uptime{Agreed: int(u.Agreed.Seconds()), Out: int(u.Out.Seconds())}
	if share, ok := u.Share(); ok {
		out.Share = &share
	}
	return out
}

// downtime is a major incident about a service.
type downtime struct {
	Number  string     `json:"number"`
	Service int64      `json:"service"`
	From    time.Time  `json:"from"`
	Until   *time.Time `json:"until"`
}

// available fills in what was measured of the services.
func (out *changeOutcome) available(o *change.Outcome) {
	out.Availability, out.Outages = make([]available, len(o.Availability)), make([]downtime, len(o.Outages))
	for i, a := range o.Availability {
		out.Availability[i] = available{int64(a.Service), uptimeOf(a.Before), uptimeOf(a.First), uptimeOf(a.After)}
	}
	for i, one := range o.Outages {
		out.Outages[i] = downtime{Number: one.Head.Ref(), Service: int64(one.Head.Service), From: one.Head.Opened.UTC()}
		if !one.Until.IsZero() {
			until := one.Until.UTC()
			out.Outages[i].Until = &until
		}
	}
}

// punctual is how many tasks that have a plan went how.
type punctual struct {
	Planned   int `json:"planned"`
	AsPlanned int `json:"as_planned"`
	BegunLate int `json:"begun_late"`
	EndedLate int `json:"ended_late"`
	Longer    int `json:"longer"`
}

// happenings are the incidents of a time.
type happenings struct {
	window
	Incidents []happened `json:"incidents"`
}

// happened is an incident around a change.
type happened struct {
	Number   string    `json:"number"`
	Title    string    `json:"title"`
	State    string    `json:"state"`
	Priority int       `json:"priority"`
	Opened   time.Time `json:"opened"`
	Caused   bool      `json:"caused" doc:"api.doc.outcome_names"`
}

func happenedOf(all []change.Happened) []happened {
	out := make([]happened, len(all))
	for i, h := range all {
		out[i] = happened{h.Head.Ref(), h.Head.Title, string(h.Head.State), h.Head.Priority, h.Head.Opened.UTC(), h.Caused}
	}
	return out
}

func (c *call) outcome(p *handoff.Planning, one *change.Change) error {
	o, err := p.Outcome(c.r.Context(), c.by, one)
	if err != nil {
		return err
	}
	out := changeOutcome{
		Result: string(o.Proposed), Complete: o.Complete(), Until: o.Until.UTC(), Touched: o.Touched, Services: []int64{}, Caused: happenedOf(o.Caused),
		Before: happenings{windowOf(o.Before), happenedOf(o.Preceding)}, During: happenings{windowOf(o.During), happenedOf(o.Meanwhile)},
		First: happenings{windowOf(change.Span{From: o.After.From, Until: o.After.From.Add(change.FirstDays)}), happenedOf(o.First)}, After: happenings{windowOf(o.After), happenedOf(o.Following)},
	}
	for _, id := range o.Services {
		out.Services = append(out.Services, int64(id))
	}
	out.Tasks, out.Punctual = make([]task, len(o.Tasks)), punctual(o.Punctual())
	for i, t := range o.Tasks {
		out.Tasks[i] = taskOf(t, o.Until)
	}
	out.available(o)
	if o.Windowed {
		over, early := int(o.Overrun.Seconds()), int(o.Early.Seconds())
		out.Overrun, out.Early = &over, &early
	}
	return c.JSON(http.StatusOK, out)
}

// unkept is a scheduled change whose time is free no more.
type unkept struct {
	planned
	Meets []meeting `json:"meets"`
}

func (c *call) unkept(p *handoff.Planning) error {
	all, err := p.Unkept(c.r.Context(), c.by, c.Now())
	if err != nil {
		return err
	}
	lang, out := c.words.Lang().HTML(), page[unkept]{Items: make([]unkept, len(all))}
	for i, u := range all {
		out.Items[i] = unkept{planned: plannedOf(u.Change), Meets: []meeting{}}
		for _, m := range u.Meets {
			out.Items[i].Meets = append(out.Items[i].Meets, meetingOf(m, lang))
		}
	}
	return c.JSON(http.StatusOK, out)
}
