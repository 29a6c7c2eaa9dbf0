package calendar

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/web"
)

// event is work as the island draws it. Times are of the reader's zone, without
// saying so: the island shows them as they are.
type event struct {
	ID     string   `json:"id"`
	Title  string   `json:"title"`
	Start  string   `json:"start"`
	End    string   `json:"end"`
	Kind   string   `json:"kind"` // how it looks
	What   string   `json:"what"` // the same in words
	Href   string   `json:"href,omitempty"`
	Ref    string   `json:"ref,omitempty"` // of a change that may be dragged
	Rows   []string `json:"rows"`          // of the timelines it stands in
	Behind bool     `json:"behind"`        // a freeze, a window, a day: not work
	AllDay bool     `json:"all_day"`
}

// row is a line of a timeline.
type row struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	By    string `json:"by"`
}

const typed = "2006-01-02T15:04:05"

// longest is how much the island may ask for at once.
const longest = 100 * 24 * time.Hour

func answer(w http.ResponseWriter, status int, v any) error {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		return fmt.Errorf("calendar: answer: %w", err)
	}
	return nil
}

// times reads a span of the address, in the reader's zone.
func (s *sight) times(r *http.Request, from, until string) (change.Span, error) {
	var out change.Span
	for name, into := range map[string]*time.Time{from: &out.From, until: &out.Until} {
		t, err := time.ParseInLocation(typed, r.FormValue(name), s.Zone())
		if err != nil || t.Year() < 1970 || t.Year() > 2200 {
			return out, fault.At(name, "record.not_a_moment")
		}
		*into = t.UTC()
	}
	if !out.Until.After(out.From) || out.Length() > longest {
		return out, fault.At(until, "schedule.bad_span").With("days", int(longest.Hours()/24))
	}
	return out, nil
}

// events answers what stands in a span, and the rows of the timelines.
func (s *sight) events(w http.ResponseWriter, r *http.Request) error {
	within, err := s.times(r, "start", "end")
	if err != nil {
		return err
	}
	sheet, err := s.sheet(s.asked(r), within)
	if err != nil {
		return err
	}
	l := &lines{sight: s, known: map[string]bool{}}
	out := make([]event, 0, len(sheet.Work)+len(sheet.Rules.Freezes))
	for _, one := range sheet.Work {
		out = append(out, l.work(one))
	}
	for _, f := range sheet.Rules.Freezes {
		out = append(out, l.rule("freeze", "f"+strconv.FormatInt(f.ID, 10), f.Name, f.Span, f.About))
	}
	for _, u := range sheet.Rules.Upkeep {
		for n, span := range u.Spans {
			out = append(out, l.rule("window", fmt.Sprintf("u%d-%d", u.ID, n), u.Name, span, u.About))
		}
	}
	for _, d := range s.special(within) {
		out = append(out, s.day(d))
	}
	return answer(w, http.StatusOK, struct {
		Events []event `json:"events"`
		Rows   []row   `json:"rows"`
		More   bool    `json:"more"`
	}{out, l.rows, sheet.More})
}

// lines gathers the rows of the timelines that something stands in.
type lines struct {
	*sight
	rows  []row
	known map[string]bool
}

// at are the rows of a service, a zone and a team; each timeline has one for
// what has none.
func (l *lines) at(services []record.ServiceID, zones []people.ZoneID, team people.TeamID) []string {
	var out []string
	add := func(by string, id int64) {
		key := by + strconv.FormatInt(id, 10)
		out = append(out, key)
		if l.known[key] {
			return
		}
		l.known[key] = true
		title := l.Thing(id)
		if title == "" {
			title = l.T("schedule.none_of_" + by)
		}
		l.rows = append(l.rows, row{key, title, by})
	}
	if len(services) == 0 {
		services = []record.ServiceID{0}
	}
	for _, id := range services {
		add("service", int64(id))
	}
	if len(zones) == 0 {
		zones = []people.ZoneID{0}
	}
	for _, id := range zones {
		add("zone", int64(id))
	}
	add("team", int64(team))
	return out
}

func (l *lines) work(one change.Planned) event {
	services := slices.Clone(one.Services)
	if id := one.Head.Service; id != 0 && !slices.Contains(services, id) {
		services = append(services, id)
	}
	e := event{
		ID: fmt.Sprintf("%s%d-%d", one.Head.Kind, one.Head.ID, one.Notice), Title: called(one), Start: l.local(one.Span.From), End: l.local(one.Span.Until),
		Kind: kindOf(one), What: l.T("schedule.kind." + kindOf(one)), Href: href(one), Rows: l.at(services, []people.ZoneID{one.Head.Zone}, one.Head.Team),
	}
	if one.Anew {
		e.Title = l.T("schedule.anew") + l.T("notice.mail.colon") + e.Title
	}
	if one.Source == change.Ours && slices.Contains([]string{string(change.Scheduled), string(change.Built), string(change.Ready)}, string(one.Head.State)) && l.By.Can("change.reschedule") {
		e.Ref = one.Head.Ref()
	}
	return e
}

func (l *lines) rule(kind, id string, name people.Text, span change.Span, about change.About) event {
	return event{
		ID: id, Title: name.In(l.Lang().HTML()), Start: l.local(span.From), End: l.local(span.Until), Kind: kind, What: l.T("schedule.kind." + kind),
		Rows: l.at(about.Services, about.Zones, 0), Behind: true,
	}
}

func (s *sight) day(d calendar.Day) event {
	at := d.Date
	kind := "holiday"
	if d.Kind == calendar.MakeUp {
		kind = "makeup"
	}
	return event{ID: "d" + at, Title: d.Name, Start: at + "T00:00:00", End: at + "T23:59:59", Kind: kind, What: s.T("schedule.kind." + kind), Rows: []string{}, Behind: true, AllDay: true}
}

func (s *sight) local(t time.Time) string { return t.In(s.Zone()).Format(typed) }

// changeOf is the change in the address.
func (s *sight) changeOf(r *http.Request) (*change.Change, error) {
	kind, n, err := record.ParseRef(r.PathValue("ref"))
	if err != nil || kind != record.Changes {
		return nil, fault.New(fault.Missing, "record.no_such").With("ref", r.PathValue("ref"))
	}
	return s.Changes.Find(s.ctx, s.By, n)
}

// verdict is whether a change can have a time, and why not.
type verdict struct {
	OK  bool     `json:"ok"`
	Why []string `json:"why"`
}

// check answers whether a change meets anything at a time, before it is dropped
// there.
func (s *sight) check(w http.ResponseWriter, r *http.Request) error {
	c, when, err := s.proposed(r)
	if err != nil {
		return err
	}
	c.Starts, c.Ends = when.From, when.Until
	return s.judge(w, s.Schedule.Planning.Open(s.ctx, s.By, c))
}

func (s *sight) proposed(r *http.Request) (*change.Change, change.Span, error) {
	c, err := s.changeOf(r)
	if err != nil {
		return nil, change.Span{}, err
	}
	when, err := s.times(r, "starts", "ends")
	if err == nil && when.From.Before(s.Now) {
		err = fault.At("starts", "change.starts_in_past")
	}
	return c, when, err
}

// judge tells of a refusal in words; what is no refusal is an error.
func (s *sight) judge(w http.ResponseWriter, err error) error {
	all := fault.All(err)
	if err != nil && all == nil || fault.Is(err, fault.Missing) || fault.Is(err, fault.Denied) {
		return err
	}
	out := verdict{OK: err == nil, Why: []string{}}
	for _, f := range all {
		out.Why = append(out.Why, s.Fault(f))
	}
	return answer(w, http.StatusOK, out)
}

// move gives a change another time. What it meets is looked at once more.
func (s *sight) move(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	c, when, err := s.proposed(r)
	if err != nil {
		return s.judge(w, err)
	}
	in := record.Input{Version: c.Head.Version, Text: f.Get("text"), Fields: map[string]string{"starts": when.From.Format(time.RFC3339), "ends": when.Until.Format(time.RFC3339)}}
	_, err = s.Changes.Move(s.ctx, s.By, c.Number, "reschedule", in)
	return s.judge(w, err)
}
