// Package calendar is the pages of the forward schedule of changes: the calendar
// of all work that has its time, the projected service outage, and the notices
// of the province and of suppliers.
package calendar

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/go-chi/httprate"

	"kilter/internal/base/calendar"
	"kilter/internal/practice/change"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// Where the pages are.
const (
	Path        = "/calendar"
	NoticesPath = Path + "/notices"
)

// Pages are these pages. App gives them the schedule, the desk that moves a
// change, the days of the centre, and how items are called.
type Pages struct {
	Schedule *handoff.Schedule
	Feeds    *change.Feeds
	Changes  *change.Desk
	Host     string // right side of the UIDs of a feed's events
	URL      string // where people reach Kilter; "" where nobody said
	Days     func() *calendar.Calendar
	Items    func(ctx context.Context, by people.Actor, ids []record.ItemID) (map[record.ItemID]string, error)

	limit *httprate.RateLimiter // of each feed
}

// Room is these pages as the house mounts them.
func (p *Pages) Room() web.Room {
	const read, keep = change.ScheduleRead, change.ScheduleKeep
	p.limit = httprate.NewRateLimiter(feedAMinute, time.Minute)
	return web.Room{
		Name: "calendar", Rail: p.rail,
		Pages: []web.Page{
			web.ForStaff("GET "+Path, read, p.page((*sight).month)),
			web.ForStaff("GET "+Path+"/events", read, p.page((*sight).events)),
			web.ForStaff("GET "+Path+"/check/{ref}", "change.reschedule", p.page((*sight).check)),
			web.ForStaff("POST "+Path+"/move/{ref}", "change.reschedule", p.page((*sight).move)),
			web.ForStaff("GET "+Path+"/outages", read, p.page((*sight).outages)),
			web.ForStaff("GET "+Path+"/outages/print", read, p.page((*sight).printOutages)),
			web.ForStaff("GET "+Path+"/outages/export", read, p.page((*sight).saveOutages)),
			web.ForStaff("GET "+FeedsPath, read, p.page((*sight).feeds)),
			web.ForStaff("POST "+FeedsPath, read, p.page((*sight).makeFeed)),
			web.ForStaff("POST "+FeedsPath+"/{id}/revoke", read, p.page((*sight).revokeFeed)),
			web.ForLink("GET "+feedPath+"/{secret}", p.read),
			web.ForStaff("GET "+NoticesPath, read, p.page((*sight).notices)),
			web.ForStaff("GET "+NoticesPath+"/new", keep, p.page((*sight).newNotice)),
			web.ForStaff("POST "+NoticesPath+"/new", keep, p.page((*sight).addNotice)),
			web.ForStaff("GET "+NoticesPath+"/import", keep, p.page((*sight).importForm)),
			web.ForStaff("POST "+NoticesPath+"/import", keep, p.page((*sight).bring)).Takes(fileLimit, time.Minute),
			web.ForStaff("GET "+NoticesPath+"/{id}", read, p.page((*sight).notice)),
			web.ForStaff("POST "+NoticesPath+"/{id}", keep, p.page((*sight).editNotice)),
			web.ForStaff("POST "+NoticesPath+"/{id}/withdraw", keep, p.page((*sight).withdraw)),
		},
	}
}

func (p *Pages) rail(f *web.Frame, by people.Actor) []part.Link {
	if !by.Can(change.ScheduleRead) {
		return nil
	}
	return []part.Link{{Label: f.T("schedule.title"), Href: Path, Icon: "calendar"}}
}

// sight is one request to these pages.
type sight struct {
	*web.Sight
	*Pages
	ctx context.Context // a sight lives as long as its request
}

// page makes a page for staff of a handler.
func (p *Pages) page(h func(*sight, http.ResponseWriter, *http.Request) error) web.StaffPage {
	return func(w http.ResponseWriter, r *http.Request, s *web.Sight) error {
		return h(&sight{Sight: s, Pages: p, ctx: r.Context()}, w, r)
	}
}

// places fills the second column.
func (s *sight) places(open string) {
	link := func(key, href, icon string) part.Link {
		return part.Link{Label: s.T("schedule." + key), Href: href, Icon: icon, Active: open == key}
	}
	s.Views = []web.Group{{Title: s.T("schedule.title"), Views: []part.Link{
		link("calendar", Path, "calendar"), link("outages", Path+"/outages", "chart-bar"), link("notices", NoticesPath, "volume"), link("feeds", FeedsPath, "rss"),
	}}}
	if s.By.Can("change.read") {
		s.Views[0].Views = append(s.Views[0].Views, part.Link{Label: s.T("change.unkept"), Href: "/changes/collisions", Icon: "alert-triangle"})
	}
}

// asked is what the calendar is asked for.
type asked struct {
	Month   time.Time // its first day, in the reader's zone
	Service record.ServiceID
	Team    people.TeamID
	Zone    people.ZoneID
	form    *web.Form
}

func (s *sight) asked(r *http.Request) asked {
	f := &web.Form{Values: r.URL.Query()}
	a := asked{form: f, Service: record.ServiceID(f.ID("service")), Team: people.TeamID(f.ID("team")), Zone: people.ZoneID(f.ID("zone"))}
	month, err := time.ParseInLocation("2006-01", f.Get("month"), s.Zone())
	if err != nil || month.Year() < 1970 || month.Year() > 2200 {
		now := s.Now.In(s.Zone())
		month = time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, s.Zone())
	}
	a.Month = month
	f.Values.Set("month", month.Format("2006-01"))
	return a
}

// within is the month that is asked for.
func (a asked) within() change.Span {
	return change.Span{From: a.Month.UTC(), Until: a.Month.AddDate(0, 1, 0).UTC()}
}

// query is the address of the same filter in another month.
func (a asked) query(months int) string {
	q := url.Values{"month": {a.Month.AddDate(0, months, 0).Format("2006-01")}}
	for name, id := range map[string]int64{"service": int64(a.Service), "team": int64(a.Team), "zone": int64(a.Zone)} {
		if id != 0 {
			q.Set(name, strconv.FormatInt(id, 10))
		}
	}
	return q.Encode()
}

// wants reports whether work is of what the filter names.
func (s *sight) wants(a asked, w change.Planned) bool {
	return (a.Service == 0 || w.Head.Service == a.Service || slices.Contains(w.Services, a.Service)) &&
		(a.Team == 0 || w.Head.Team == a.Team) && (a.Zone == 0 || w.Head.Zone == a.Zone)
}

// calendarPage is a month, as a calendar and as a table.
type calendarPage struct {
	*sight
	asked
	Sheet *handoff.Sheet
	Days  []calendar.Day // holidays and make-up days
}

func (s *sight) month(w http.ResponseWriter, r *http.Request) error {
	p := &calendarPage{sight: s, asked: s.asked(r)}
	p.Title = s.T("schedule.title")
	s.places("calendar")
	p.Needs("calendar")
	var err error
	if p.Sheet, err = s.sheet(p.asked, p.within()); err != nil {
		return err
	}
	p.Days = s.special(p.within())
	return web.Show(w, r, http.StatusOK, monthView(p))
}

// sheet is the schedule of a span, filtered.
func (s *sight) sheet(a asked, within change.Span) (*handoff.Sheet, error) {
	out, err := s.Schedule.Show(s.ctx, s.By, within)
	if err != nil {
		return nil, err
	}
	out.Work = slices.DeleteFunc(out.Work, func(w change.Planned) bool { return !s.wants(a, w) })
	return out, nil
}

// special are the holidays and the make-up days of a span.
func (s *sight) special(within change.Span) []calendar.Day {
	if s.Pages.Days == nil {
		return nil
	}
	all, _ := s.Pages.Days().Unusual(within.From.In(s.Zone()), within.Until.Add(-time.Second).In(s.Zone()), 400)
	return slices.DeleteFunc(all, func(d calendar.Day) bool { return d.Kind == calendar.Rest })
}

func (p *calendarPage) filters() []part.Field {
	choice := func(name string, k setting.Kind) part.Field {
		return part.Field{Name: name, Label: p.Label(name), Kind: part.Choice, Plain: true, Options: append([]part.Option{{Label: p.T("schedule.every")}}, p.Options(k, "")...)}
	}
	return p.form.Fields(
		part.Field{Name: "month", Label: p.T("schedule.month"), Narrow: true, Plain: true, Hint: "2026-12"},
		choice("service", setting.Service), choice("team", setting.Team), choice("zone", setting.Zone),
	)
}

// kind is the word for what some work is, and how it looks.
func kindOf(w change.Planned) string {
	switch {
	case w.Notice != 0:
		return string(w.Source)
	case w.Source == change.OfRelease:
		return "release"
	case w.Type == change.Emergency:
		return "emergency"
	case w.Type == change.Standard:
		return "standard"
	}
	return "normal"
}

// kinds are all of them, for the legend.
var kinds = []string{"normal", "standard", "emergency", "release", "province", "supplier"}

// href is where some work is read.
func href(w change.Planned) string {
	if w.Notice != 0 {
		return NoticesPath + "/" + strconv.FormatInt(w.Notice, 10)
	}
	return w.Head.Kind.Path() + "/" + w.Head.Ref()
}

// called is what some work is called.
func called(w change.Planned) string {
	if w.Notice != 0 {
		return w.Head.Title
	}
	return w.Head.Ref() + " " + w.Head.Title
}

// served are the names of the services that some work is about.
func (s *sight) served(w change.Planned) string {
	out := s.Thing(int64(w.Head.Service))
	for _, id := range w.Services {
		if name := s.Thing(int64(id)); id != w.Head.Service && name != "" {
			if out != "" {
				out += s.T("list.comma")
			}
			out += name
		}
	}
	return out
}
