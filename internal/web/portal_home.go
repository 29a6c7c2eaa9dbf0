package web

import (
	"net/http"
	"slices"
	"strings"

	"kilter/internal/base/calendar"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
	"kilter/internal/web/part"
)

// portalHome answers: what do you need?
type portalHome struct {
	*guest
	Outages []outage // what is broken for many, now
	Open    []record.Row
	Orders  []record.Row // what was ordered and is not there yet
	Waiting int          // how much waits for the reader's decision
	Count   string       // of open reports
	Phone   string
	Mail    string
	Hours   string
	Staffed bool // somebody is at the phone now
}

// fewOpen is how many open reports the first page shows.
const fewOpen = 5

func (d *PortalDesk) home(w http.ResponseWriter, r *http.Request, g *guest) error {
	p := &portalHome{guest: g}
	p.Title = g.T("portal.home")
	outages, err := g.outages()
	if err != nil {
		return err
	}
	for _, o := range outages {
		if o.Now {
			p.Outages = append(p.Outages, o)
		}
	}
	q := record.Query{Kind: record.Incident, Where: query.All(g.own(), live(true)), Order: record.Latest, Limit: fewOpen, Now: g.Now}
	if p.Open, err = d.Ledger.List(r.Context(), g.By.Scope, q); err != nil {
		return err
	}
	if err := p.ordered(q); err != nil {
		return err
	}
	n, err := d.Ledger.Count(r.Context(), g.By.Scope, q, portalCounted)
	if err != nil {
		return err
	}
	p.Count = g.counted(n, portalCounted)
	centre := g.view.Centre()
	p.Phone, p.Mail = centre.Phone, centre.Mail
	p.Hours, p.Staffed = g.hours()
	return Show(w, r, http.StatusOK, portalHomePage(p))
}

// ordered reads what the reader ordered, and what waits for his decision.
func (p *portalHome) ordered(q record.Query) (err error) {
	if p.desk.Orders.Desk == nil || !p.By.Can("request.read") {
		return nil
	}
	q.Kind = record.Request
	if p.Orders, err = p.desk.Ledger.List(p.ctx, p.By.Scope, q); err != nil {
		return err
	}
	waiting, _, err := p.waiting()
	p.Waiting = len(waiting)
	return err
}

// own is the condition that a record is one that the reader reported.
func (g *guest) own() query.Node { return query.Is("requester", g.By.ID.String()) }

func live(yes bool) query.Node {
	if yes {
		return query.Is("open", "true")
	}
	return query.Is("open", "false")
}

// Bounds of counts that a page waits for. What words find costs more to count:
// all that anybody wrote is passed for it.
const (
	portalCounted = 1000
	portalFound   = 100
)

func (g *guest) counted(n, most int) string {
	if n >= most {
		return g.Number(most) + "+"
	}
	return g.Number(n)
}

// hours are those of the desk in words, and whether it is open now.
func (g *guest) hours() (text string, now bool) {
	cal := g.view.Calendar(0)
	if cal == nil {
		return "", false
	}
	return g.week(cal.Spec()), cal.Open(g.Now)
}

// week writes the hours of a week, days with the same hours together: "Mon to
// Fri 08:30–12:00, 14:00–18:00".
func (g *guest) week(s calendar.Spec) string {
	var runs []string
	for i := 0; i < len(calendar.Weekdays); {
		from, hours := i, s.Week[calendar.Weekdays[i]]
		for i < len(calendar.Weekdays) && slices.Equal(hours, s.Week[calendar.Weekdays[i]]) {
			i++
		}
		if len(hours) == 0 {
			continue
		}
		var spans []string
		for _, h := range hours {
			spans = append(spans, h[0]+"–"+h[1])
		}
		days := g.T("portal.day." + calendar.Weekdays[from])
		if i-1 > from {
			days = g.T("portal.days", "from", days, "to", g.T("portal.day."+calendar.Weekdays[i-1]))
		}
		runs = append(runs, days+" "+strings.Join(spans, g.T("list.comma")))
	}
	return strings.Join(runs, g.T("portal.semicolon"))
}

// plainState is a state in the words of somebody who does not work here.
func (g *guest) plainState(h record.Head) part.Status {
	if h.Kind == record.Request {
		return part.Status{Word: g.T("request.state." + string(h.State)), Look: requestLooks[h.State]}
	}
	if h.Kind == record.Knowledge || h.Kind == record.Changes {
		return part.Status{Word: g.T(string(h.Kind) + ".state." + string(h.State)), Look: "wait"}
	}
	look := map[string]string{"new": "wait", "classified": "wait", "assigned": "wait", "in_progress": "work", "pending": "pause", "resolved": "done", "closed": "closed", "cancelled": "cancel"}
	return part.Status{Word: g.T("portal.state." + string(h.State)), Look: look[string(h.State)]}
}

var requestLooks = map[flow.State]string{
	request.Draft: "wait", request.Submitted: "wait", request.Awaiting: "pause", request.Approved: "work", request.Assigned: "work", request.InProgress: "work",
	request.Pending: "pause", request.Fulfilled: "done", request.Confirmed: "done", request.Closed: "closed", request.Rejected: "cancel", request.Cancelled: "cancel",
}

// outage is what the notice board says about one major incident.
type outage struct {
	Number   record.Number
	Ref      string
	Service  record.ServiceID
	Name     string // of the service
	Now      bool   // it is still broken
	Posts    []incident.Post
	Followed bool
}
