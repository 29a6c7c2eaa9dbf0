package api

import (
	"net/http"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/change"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// workNotice is what the province or a supplier tells of work that it plans.
type workNotice struct {
	ID        int64     `json:"id"`
	Source    string    `json:"source" enum:"province,supplier"`
	Who       string    `json:"who" doc:"api.doc.notice_who"`
	Ref       string    `json:"ref,omitempty" doc:"api.doc.notice_ref"`
	Title     string    `json:"title"`
	Impact    string    `json:"impact"`
	Starts    time.Time `json:"starts"`
	Ends      time.Time `json:"ends"`
	Items     []int64   `json:"items"`
	Services  []int64   `json:"services"`
	Zone      int64     `json:"zone,omitempty"`
	Whole     bool      `json:"whole_zone" doc:"api.doc.notice_whole"`
	Withdrawn bool      `json:"withdrawn"`
	By        int64     `json:"by"`
	At        time.Time `json:"at"`
	Version   int64     `json:"row_version"`
}

func numbers[T ~int64](ids []T) []int64 {
	out := make([]int64, len(ids))
	for i, id := range ids {
		out[i] = int64(id)
	}
	return out
}

func workNoticeOf(n change.Notice) workNotice {
	return workNotice{
		n.ID, string(n.Source), n.Who, n.Ref, n.Title, n.Impact, n.Span.From.UTC(), n.Span.Until.UTC(), numbers(n.Items), numbers(n.Services),
		int64(n.Zone), n.Whole, n.Withdrawn, int64(n.By), n.At.UTC(), n.Changed,
	}
}

type typedWorkNotice struct {
	Source   string    `json:"source" enum:"province,supplier"`
	Who      string    `json:"who" doc:"api.doc.notice_who"`
	Ref      string    `json:"ref,omitempty" doc:"api.doc.notice_ref"`
	Title    string    `json:"title"`
	Impact   string    `json:"impact"`
	Starts   time.Time `json:"starts"`
	Ends     time.Time `json:"ends"`
	Items    []int64   `json:"items,omitempty"`
	Services []int64   `json:"services,omitempty"`
	Zone     int64     `json:"zone,omitempty"`
	Whole    bool      `json:"whole_zone,omitempty" doc:"api.doc.notice_whole"`
	Version  int64     `json:"row_version,omitempty"`
}

func (in typedWorkNotice) notice(id int64) change.Notice {
	n := change.Notice{
		ID: id, Source: change.Source(in.Source), Who: in.Who, Ref: in.Ref, Title: in.Title, Impact: in.Impact, Span: change.Span{From: in.Starts, Until: in.Ends},
		Zone: people.ZoneID(in.Zone), Whole: in.Whole, Changed: in.Version,
	}
	for _, one := range in.Items {
		n.Items = append(n.Items, record.ItemID(one))
	}
	for _, one := range in.Services {
		n.Services = append(n.Services, record.ServiceID(one))
	}
	return n
}

type noticeFile struct {
	Name     string `json:"name" doc:"api.doc.notice_file"`
	Text     string `json:"text"`
	Source   string `json:"source" enum:"province,supplier"`
	Who      string `json:"who" doc:"api.doc.notice_who"`
	Impact   string `json:"impact,omitempty" doc:"api.doc.notice_impact"`
	Service  int64  `json:"service,omitempty"`
	Zone     int64  `json:"zone,omitempty"`
	TimeZone string `json:"time_zone,omitempty" doc:"api.doc.notice_zone"`
	TakeIn   bool   `json:"take_in" doc:"api.doc.notice_take_in"`
}

type noticeLine struct {
	Fate   string     `json:"fate" enum:"new,changed,same,withdrawn,wrong"`
	Why    string     `json:"why,omitempty"`
	Notice workNotice `json:"notice"`
}

// dated is work as the calendar shows it.
type dated struct {
	planned
	Kind       string  `json:"kind" enum:"change,release,notice"`
	Notice     int64   `json:"notice,omitempty"`
	State      string  `json:"state,omitempty"`
	Type       string  `json:"type,omitempty"`
	Service    int64   `json:"service,omitempty"`
	Services   []int64 `json:"services,omitempty"`
	Team       int64   `json:"team,omitempty"`
	Zone       int64   `json:"zone,omitempty"`
	Department int64   `json:"department,omitempty"`
	Items      []int64 `json:"items,omitempty"`
	Anew       bool    `json:"reconsidered,omitempty" doc:"api.doc.schedule_reconsidered"`
}

func datedOf(w change.Planned) dated {
	out := dated{
		planned: plannedOf(w), Kind: string(w.Head.Kind), Notice: w.Notice, State: string(w.Head.State), Type: string(w.Type), Service: int64(w.Head.Service), Services: numbers(w.Services),
		Team: int64(w.Head.Team), Zone: int64(w.Head.Zone), Department: int64(w.Head.Department), Items: numbers(w.Items), Anew: w.Anew,
	}
	if w.Notice != 0 {
		out.Kind = "notice"
	}
	return out
}

type schedule struct {
	Items   []dated        `json:"items"`
	More    bool           `json:"more" doc:"api.doc.schedule_more"`
	Freezes []scheduleRule `json:"freezes"`
	Windows []scheduleRule `json:"windows"`
}

type scheduleRule struct {
	Name     string   `json:"name"`
	Services []int64  `json:"services,omitempty"`
	Zones    []int64  `json:"zones,omitempty"`
	Items    []int64  `json:"items,omitempty"`
	When     []window `json:"when"`
}

type downTime struct {
	Service int64     `json:"service"`
	Minutes []int     `json:"minutes" doc:"api.doc.outage_minutes"`
	Total   int       `json:"total_minutes"`
	Work    []planned `json:"work"`
}

// Schedule serves the forward schedule of changes, the projected service outage,
// and the notices of others.
func (a *API) Schedule(s *handoff.Schedule) {
	op := func(method, path, policy, name string, given *schema, run handler) operation {
		o := libraryOp(method, path, policy, name, given, run)
		o.Tag = "schedule"
		return o
	}
	span := []param{{Name: "from", Type: "string"}, {Name: "until", Type: "string"}}
	show := op("GET", "/schedule", change.ScheduleRead, "get-schedule", of[schedule](), func(c *call) error { return c.schedule(s) })
	show.Query = span
	a.add(show)
	down := op("GET", "/schedule/outages", change.ScheduleRead, "projected-outages", of[page[downTime]](), func(c *call) error { return c.outages(s) })
	down.Query = []param{{Name: "from", Type: "string"}}
	a.add(down)
	a.workNotices(s.Notices, op, span)
}

func (c *call) schedule(s *handoff.Schedule) error {
	within, err := c.span()
	if err != nil {
		return err
	}
	sheet, err := s.Show(c.r.Context(), c.by, within)
	if err != nil {
		return err
	}
	lang := c.words.Lang().HTML()
	out := schedule{Items: []dated{}, More: sheet.More, Freezes: []scheduleRule{}, Windows: []scheduleRule{}}
	for _, w := range sheet.Work {
		out.Items = append(out.Items, datedOf(w))
	}
	for _, f := range sheet.Rules.Freezes {
		out.Freezes = append(out.Freezes, scheduleRule{f.Name.In(lang), numbers(f.About.Services), numbers(f.About.Zones), numbers(f.About.Items), []window{windowOf(f.Span)}})
	}
	for _, u := range sheet.Rules.Upkeep {
		rule := scheduleRule{u.Name.In(lang), numbers(u.About.Services), numbers(u.About.Zones), numbers(u.About.Items), []window{}}
		for _, one := range u.Spans {
			rule.When = append(rule.When, windowOf(one))
		}
		out.Windows = append(out.Windows, rule)
	}
	return c.JSON(http.StatusOK, out)
}

// longestSheet bounds what is asked of the schedule at once.
const longestSheet = 400 * 24 * time.Hour

// span reads from when until when; a month from now without.
func (c *call) span() (change.Span, error) {
	s := change.Span{From: c.Now()}
	if err := c.times(map[string]*time.Time{"from": &s.From, "until": &s.Until}); err != nil {
		return s, err
	}
	if s.Until.IsZero() {
		s.Until = s.From.AddDate(0, 1, 0)
	}
	if !s.Until.After(s.From) || s.Length() > longestSheet {
		return s, fault.At("until", "schedule.bad_span").With("days", int(longestSheet.Hours()/24))
	}
	return s, nil
}

// outages tells of twelve months from a day on.
func (c *call) outages(s *handoff.Schedule) error {
	from := c.Now()
	if err := c.times(map[string]*time.Time{"from": &from}); err != nil {
		return err
	}
	var months []change.Span
	for range 12 {
		months = append(months, change.Span{From: from, Until: from.AddDate(0, 1, 0)})
		from = from.AddDate(0, 1, 0)
	}
	found, err := s.Outages(c.r.Context(), c.by, months)
	if err != nil {
		return err
	}
	out := page[downTime]{Items: []downTime{}}
	for _, o := range found {
		one := downTime{Service: int64(o.Service), Total: int(o.Total.Minutes())}
		for _, d := range o.Length {
			one.Minutes = append(one.Minutes, int(d.Minutes()))
		}
		for _, w := range o.Work {
			one.Work = append(one.Work, plannedOf(w))
		}
		out.Items = append(out.Items, one)
	}
	return c.JSON(http.StatusOK, out)
}

func (a *API) workNotices(l *change.Notices, op func(method, path, policy, name string, given *schema, run handler) operation, span []param) {
	one := of[workNotice]()
	list := op("GET", "/work-notices", change.ScheduleRead, "list-work-notices", of[page[workNotice]](), func(c *call) error {
		within, err := c.span()
		if err != nil {
			return err
		}
		all, err := l.List(c.r.Context(), c.by, change.NoticesWanted{Within: within})
		if err != nil {
			return err
		}
		out := page[workNotice]{Items: []workNotice{}}
		for _, n := range all {
			out.Items = append(out.Items, workNoticeOf(n))
		}
		return c.JSON(http.StatusOK, out)
	})
	list.Query = span
	a.add(list)
	a.add(op("GET", "/work-notices/{id}", change.ScheduleRead, "get-work-notice", one, func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		n, err := l.Find(c.r.Context(), c.by, id)
		return c.workNotice(n, err)
	}))
	deed := func(o operation) {
		o.Tag = "schedule"
		a.add(o)
	}
	deed(libraryDeed("POST", "/work-notices", change.ScheduleKeep, "add-work-notice", one, func(c *call, _ int64, in typedWorkNotice) error {
		n, err := l.Keep(c.r.Context(), c.by, in.notice(0))
		return c.workNotice(n, err)
	}))
	deed(libraryDeed("PUT", "/work-notices/{id}", change.ScheduleKeep, "change-work-notice", one, func(c *call, id int64, in typedWorkNotice) error {
		n, err := l.Keep(c.r.Context(), c.by, in.notice(id))
		return c.workNotice(n, err)
	}))
	deed(libraryDeed("POST", "/work-notices/{id}/withdraw", change.ScheduleKeep, "withdraw-work-notice", one, func(c *call, id int64, _ struct{}) error {
		n, err := l.Withdraw(c.r.Context(), c.by, id)
		return c.workNotice(n, err)
	}))
	deed(libraryDeed("POST", "/work-notices/import", change.ScheduleKeep, "import-work-notices", of[page[noticeLine]](), func(c *call, _ int64, in noticeFile) error {
		return c.noticeFile(l, in)
	}))
}

func (c *call) workNotice(n *change.Notice, err error) error {
	if err != nil {
		return err
	}
	return c.done(http.StatusOK, workNoticeOf(*n))
}

func (c *call) noticeFile(l *change.Notices, in noticeFile) error {
	zone, err := time.LoadLocation(in.TimeZone)
	if err != nil {
		return fault.At("time_zone", "schedule.bad_time_zone")
	}
	f := change.NoticeFile{Name: in.Name, Text: strings.NewReader(in.Text), Zone: zone, Source: change.Source(in.Source), Who: in.Who}
	f.About = change.Notice{Impact: in.Impact, Zone: people.ZoneID(in.Zone), Whole: in.Zone != 0 && in.Service == 0}
	if in.Service != 0 {
		f.About.Services = []record.ServiceID{record.ServiceID(in.Service)}
	}
	read := l.Preview
	if in.TakeIn {
		read = l.TakeIn
	}
	lines, err := read(c.r.Context(), c.by, f)
	if err != nil {
		return err
	}
	out := page[noticeLine]{Items: []noticeLine{}}
	for _, one := range lines {
		line := noticeLine{Fate: string(one.Fate), Notice: workNoticeOf(one.Notice)}
		for _, f := range fault.All(one.Why) {
			line.Why = strings.TrimSpace(line.Why + " " + c.words.Fault(f))
		}
		out.Items = append(out.Items, line)
	}
	return c.done(http.StatusOK, out)
}
