package demo

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// china is the time the city lives by.
var china = time.FixedZone("CST", 8*3600)

// batch is how many records are written at a time.
const batch = 500

// history lets two years of incidents happen and writes them down in the order
// in which they were opened.
func (c *city) history(ctx context.Context) error {
	arrivals := c.arrivals()
	var whole []*record.Whole[*incident.Incident]
	for n, a := range arrivals {
		w := c.live(a)
		c.shorten(w)
		if err := c.Desk.Settle(w, c.now); err != nil {
			return err
		}
		c.feel(w)
		if !slices.Contains(done, w.Rec.State) {
			c.await(w.Rec.Requester, w.Rec.Owner)
			if c.now.Sub(a.at) < contactDays*24*time.Hour {
				c.late = append(c.late, w.Rec)
			}
		}
		whole = append(whole, w)
		if len(whole) == batch || n == len(arrivals)-1 {
			if err := c.Records.Load(ctx, whole, audit.By(c.by, c.now, "demo.fill", "incident")); err != nil {
				return err
			}
			whole = whole[:0]
			if c.Progress != nil {
				c.Progress(n+1, len(arrivals))
			}
		}
	}
	return nil
}

// loose are incidents that the desk took up itself without assigning them, as it
// did before the approved flow asked for it; they are among those of the last year.
const (
	loose      = 4
	looseSince = 300 * 24 * time.Hour
	looseUntil = 60 * 24 * time.Hour
)

// shorten takes the assignment out of the log of an incident that was solved at
// once, so that the event log leaves the flow as the handbook has it.
func (c *city) shorten(w *record.Whole[*incident.Incident]) {
	ago := c.now.Sub(w.Rec.Opened)
	if c.loose >= loose || !w.Rec.FirstContact || w.Rec.State != incident.Closed || ago > looseSince || ago < looseUntil {
		return
	}
	n := slices.IndexFunc(w.Entries, func(e record.Entry) bool { return e.Deed == "incident.assign" })
	if n < 0 || n+1 == len(w.Entries) || w.Entries[n+1].Deed != "incident.accept" {
		return
	}
	w.Entries[n+1].From = w.Entries[n].From
	w.Entries = slices.Delete(w.Entries, n, n+1)
	c.loose++
}

// Channels in the order of their share.
var channels = []string{"phone", "phone", "phone", "phone", "phone", "portal", "portal", "portal", "walk_in", "chat"}

// teller writes the life of one incident.
type teller struct {
	c    *city
	w    *record.Whole[*incident.Incident]
	i    *incident.Incident
	at   time.Time
	over bool       // now has come: what follows has not happened yet
	stay flow.State // where an incident of late still stands; "" when it runs its course
	zh   bool
}

// say adds an entry a while after the one before, unless that lies ahead of
// now.
func (t *teller) say(after time.Duration, e record.Entry) bool {
	at := t.at.Add(after)
	if t.over || at.After(t.c.now) {
		t.over = true
		return false
	}
	t.at = at
	e.At = at.UTC().Truncate(time.Second)
	if e.To != "" {
		e.From = t.i.State
		t.i.State = e.To
	}
	if len(t.w.Entries) == 0 {
		e.From = ""
	}
	t.w.Entries = append(t.w.Entries, e)
	return true
}

func (t *teller) words(en, zh string) string {
	if t.zh {
		return zh
	}
	return en
}

// live tells an incident from the call to its end, or to now.
func (c *city) live(a arrival) *record.Whole[*incident.Incident] {
	who := c.citizens[c.r.IntN(len(c.citizens))]
	i := &incident.Incident{}
	i.Requester, i.Department, i.State = who.ID, who.Department, incident.New
	i.Opened = a.at.UTC().Truncate(time.Second)
	i.Channel = incident.Channel(channels[c.r.IntN(len(channels))])
	t := &teller{c: c, w: &record.Whole[*incident.Incident]{Rec: i, Watch: []people.ID{who.ID}}, i: i, at: a.at, zh: c.r.IntN(2) == 0}
	if a.outage != nil {
		t.outage(a)
	} else {
		t.tale(a.tale)
	}
	return t.w
}

// place puts the incident with its service.
func (t *teller) place(code, category string) service {
	n := slices.IndexFunc(services, func(s service) bool { return s.code == code })
	s := services[n]
	t.i.Service = record.ServiceID(t.c.id(setting.Service, code))
	t.i.Zone = people.ZoneID(t.c.id(setting.Zone, s.zone))
	t.i.Category = record.CategoryID(t.c.id(setting.Category, cmp.Or(category, s.category)))
	return s
}

// assess takes the priority from the city's matrix.
func (t *teller) assess(impact, urgency int) {
	t.i.Impact, t.i.Urgency = incident.Level(impact), incident.Level(urgency)
	t.i.Priority = t.c.Directory.Priority(impact, urgency, t.i.Requester, t.i.Department)
}

func (t *teller) tale(tale *tale) {
	c, i := t.c, t.i
	s := t.place(tale.service, tale.category)
	t.assess(tale.impact, tale.urgency)
	i.Title, i.Description = t.words(tale.en, tale.zh), t.words(tale.moreEn, tale.moreZh)
	switch {
	case slices.Contains([]byte(i.Title), '%') && tale.service == "identity":
		other := services[c.r.IntN(20)]
		i.Title = fmt.Sprintf(i.Title, t.words(other.en, other.zh))
	case slices.Contains([]byte(i.Title), '%'):
		i.Title = fmt.Sprintf(i.Title, 1+c.r.IntN(12))
	}
	if items := c.items[tale.service]; len(items) > 0 {
		i.Item = items[c.r.IntN(len(items))]
	}
	desk := c.teams["desk"]
	agent := desk.members[c.r.IntN(len(desk.members))]
	opener := agent.ID
	if i.Channel == "portal" {
		opener = i.Requester
	}
	t.say(0, record.Entry{By: opener, Deed: "incident.open", To: incident.New, Text: "", Public: true})
	if i.Channel == "portal" {
		t.at = t.at.Add(time.Duration(2+c.r.IntN(20)) * time.Minute)
	}
	t.say(time.Duration(20+c.r.IntN(100))*time.Second, record.Entry{By: agent.ID, Deed: "incident.classify", To: incident.Classified})
	if t.stay = c.backlog(i.Opened); t.stay != "" {
		if tale.first {
			s.team = "desk" // what it can solve itself, it keeps
		}
		t.stand(s)
		return
	}
	if tale.first && c.r.IntN(10) < 8 {
		t.atOnce(tale, desk, agent)
		return
	}
	t.hand(s.team, 0)
	t.work(tale, s)
}

// backlog draws whether an incident is still open, and where it stands: of
// late many are, of weeks ago only some that wait for somebody else.
func (c *city) backlog(opened time.Time) flow.State {
	days := c.now.Sub(opened).Hours() / 24
	if c.r.Float64() >= 0.55*math.Exp(-days/25) {
		return ""
	}
	switch dice := c.r.IntN(10); {
	case days < 0.4 && dice < 5:
		return incident.Assigned
	case days < 2 && dice < 6, dice < 1:
		return incident.InProgress
	}
	return incident.Pending
}

// stand takes an incident as far as it has come.
func (t *teller) stand(s service) {
	c := t.c
	t.hand(s.team, 0)
	if t.stay == incident.Assigned {
		return
	}
	team := c.teams[s.team]
	fixer := team.members[c.r.IntN(len(team.members))]
	if !t.say(time.Duration(1+c.r.IntN(8))*time.Minute, record.Entry{By: fixer.ID, Deed: "incident.accept", To: incident.InProgress, Public: true}) {
		return
	}
	t.i.Owner, t.i.Accepted = fixer.ID, t.at.UTC()
	if t.stay == incident.Pending {
		why := []string{"user", "user", "province"}[c.r.IntN(3)]
		t.rest(why, fixer)
	}
}

// atOnce is solved by the desk while the caller is on the phone.
func (t *teller) atOnce(tale *tale, desk crew, agent *people.Person) {
	t.i.Team, t.i.Line = desk.id, 1
	t.say(5*time.Second, record.Entry{By: agent.ID, Deed: "incident.assign", To: incident.Assigned})
	if t.say(5*time.Second, record.Entry{By: agent.ID, Deed: "incident.accept", To: incident.InProgress, Public: true}) {
		t.i.Owner, t.i.Accepted = agent.ID, t.at.UTC()
	}
	t.i.FirstContact = true
	t.resolve(time.Duration(2+t.c.r.IntN(tale.minutes+5))*time.Minute, agent, tale)
	t.i.FirstContact = t.i.FirstContact && !t.i.Resolved.IsZero()
	t.end(tale, agent)
}

// hand assigns the incident to a team.
func (t *teller) hand(code string, after time.Duration) {
	team := t.c.teams[code]
	if t.say(after+time.Duration(10+t.c.r.IntN(90))*time.Second, record.Entry{By: t.c.teams["desk"].members[t.c.r.IntN(5)].ID, Deed: "incident.assign", To: incident.Assigned}) {
		t.i.Team, t.i.Line = team.id, 2
		if code == "desk" || code == "onsite" {
			t.i.Line = 1
		}
	}
}

// patience is how long a team leaves a call of a priority lying, in minutes.
var patience = []int{0, 4, 9, 38, 95}

// work is accepted, perhaps handed on, perhaps waits, and is done.
func (t *teller) work(tale *tale, s service) {
	c := t.c
	team := c.teams[s.team]
	fixer := team.members[c.r.IntN(len(team.members))]
	t.office(time.Duration(1+c.r.IntN(patience[t.i.Priority])) * time.Minute)
	if !t.say(0, record.Entry{By: fixer.ID, Deed: "incident.accept", To: incident.InProgress, Public: true}) {
		return
	}
	t.i.Owner, t.i.Accepted = fixer.ID, t.at.UTC()
	if c.r.IntN(100) < 12 {
		fixer = t.pass(s, fixer)
	}
	if c.r.IntN(100) < 30 {
		t.say(time.Duration(3+c.r.IntN(20))*time.Minute, record.Entry{By: fixer.ID, Deed: "incident.note", Text: t.words("Checked on site; the fault can be reproduced.", "已到现场检查，故障可复现。")})
	}
	if tale.wait != "" && c.r.IntN(100) < 55 {
		t.wait(tale, fixer)
	}
	minutes := tale.minutes/2 + c.r.IntN(tale.minutes*3/2)
	if c.r.IntN(100) < 9 {
		minutes *= 7
	}
	t.office(time.Duration(minutes) * time.Minute)
	t.resolve(0, fixer, tale)
	t.end(tale, fixer)
}

// pass hands the incident to another team, and one time in four back again.
func (t *teller) pass(s service, fixer *people.Person) *people.Person {
	c := t.c
	ways := []string{s.team, "platform", s.team}
	if s.team == "platform" || s.team == "onsite" {
		ways[1] = "network"
	}
	hops := 1
	if c.r.IntN(4) == 0 {
		hops = 2
	}
	for n := range hops {
		team := c.teams[ways[n+1]]
		e := record.Entry{
			By: fixer.ID, Deed: "incident.reassign", To: incident.Assigned, Text: t.words("Not ours: the cause lies further on.", "不是本组原因，转后续处理。"),
			Changes: []record.Change{{Field: "team", Was: fmt.Sprint(int64(t.i.Team)), Now: fmt.Sprint(int64(team.id))}},
		}
		if !t.say(time.Duration(5+c.r.IntN(40))*time.Minute, e) {
			return fixer
		}
		t.i.Team, t.i.Owner = team.id, 0
		t.i.Reassigned++
		next := team.members[c.r.IntN(len(team.members))]
		t.office(time.Duration(2+c.r.IntN(patience[t.i.Priority]+10)) * time.Minute)
		if !t.say(0, record.Entry{By: next.ID, Deed: "incident.accept", To: incident.InProgress, Public: true}) {
			return fixer
		}
		fixer, t.i.Owner = next, next.ID
	}
	return fixer
}

// wait for somebody else's turn.
func (t *teller) wait(tale *tale, fixer *people.Person) {
	c := t.c
	if !t.rest(tale.wait, fixer) {
		return
	}
	hours := map[string]int{"user": 6, "supplier": 14, "parts": 26, "province": 9}[tale.wait]
	t.office(time.Duration(1+c.r.IntN(hours)) * time.Hour)
	if t.say(0, record.Entry{By: fixer.ID, Deed: "incident.resume", To: incident.InProgress, Public: true}) {
		t.i.Waiting = ""
	}
}

// rest puts the incident on hold for a reason.
func (t *teller) rest(why string, fixer *people.Person) bool {
	t.i.Waiting = incident.Waiting(why)
	if why == "province" || why == "supplier" {
		t.i.Outside = fmt.Sprintf("%s-%06d", map[string]string{"province": "PROV", "supplier": "SUP"}[why], t.c.r.IntN(1_000_000))
	}
	return t.say(time.Duration(5+t.c.r.IntN(25))*time.Minute, record.Entry{By: fixer.ID, Deed: "incident.wait", To: incident.Pending, Reason: why, Public: true})
}

// office lets working time pass, roughly: nothing happens at night and on
// weekends unless the city is on fire.
func (t *teller) office(d time.Duration) {
	t.at = t.at.Add(d)
	if t.i.Priority == 1 {
		return
	}
	local := t.at.In(china)
	if h := local.Hour(); h >= 18 || h < 8 {
		next := time.Date(local.Year(), local.Month(), local.Day(), 8, 30+t.c.r.IntN(30), t.c.r.IntN(60), 0, china)
		if h >= 18 {
			next = next.AddDate(0, 0, 1)
		}
		t.at = next
	}
	for w := t.at.In(china).Weekday(); w == time.Saturday || w == time.Sunday; w = t.at.In(china).Weekday() {
		t.at = t.at.AddDate(0, 0, 1)
	}
}

func (t *teller) resolve(after time.Duration, fixer *people.Person, tale *tale) {
	if t.say(after, record.Entry{By: fixer.ID, Deed: "incident.resolve", To: incident.Resolved, Text: t.words(tale.doneEn, tale.doneZh), Public: true}) {
		t.i.Solution, t.i.Resolved = t.words(tale.doneEn, tale.doneZh), t.at.UTC()
		t.i.Cause = record.CauseID(t.c.id(setting.Cause, tale.cause))
	}
}

// end is confirmed by the requester, comes back, or closes by silence.
func (t *teller) end(tale *tale, fixer *people.Person) {
	c := t.c
	if c.r.IntN(100) < 4 {
		if t.say(time.Duration(1+c.r.IntN(20))*time.Hour, record.Entry{By: t.i.Requester, Deed: "incident.reopen", To: incident.InProgress, Text: t.words("It is back.", "问题又出现了。"), Public: true}) {
			t.i.Reopened++
			t.i.Resolved, t.i.FirstContact = time.Time{}, false
			t.office(time.Duration(20+c.r.IntN(90)) * time.Minute)
			t.resolve(0, fixer, tale)
		}
	}
	deed, by, after := "incident.confirm", t.i.Requester, time.Duration(5+c.r.IntN(600))*time.Minute
	if c.r.IntN(100) < 45 {
		deed, by, after = "incident.close", 0, 3*24*time.Hour+time.Duration(c.r.IntN(48))*time.Hour
	}
	if !t.i.Resolved.IsZero() && t.say(after, record.Entry{By: by, Deed: deed, To: incident.Closed, Public: deed == "incident.confirm"}) {
		t.i.Closed = t.at.UTC()
		if deed == "incident.confirm" && c.r.IntN(100) < 40 {
			t.grade([]int{5, 5, 5, 5, 4, 4, 4, 3, 2, 1}[c.r.IntN(10)])
		}
	}
}
