package web

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/practice/catalogue"
	changes "kilter/internal/practice/change" // change alone is one of a setting here
	"kilter/internal/practice/directory"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
	"kilter/internal/web/part"
)

// prefill gives a new thing what most of its kind have.
func (s *Settings) prefill(v *settingForm) {
	switch d := v.Held.Doc.(type) {
	case *calendar.Spec:
		am, pm := calendar.Interval{"08:30", "12:00"}, calendar.Interval{"14:00", "18:00"}
		*d = calendar.Spec{Zone: s.zoneName(), Week: calendar.EveryDay(calendar.Weekdays[:5], am, pm), MakeUp: "fri"}
		for _, h := range calendar.Pack("cn") {
			d.Enter(h)
		}
	case *sla.Agreement:
		*d = sla.Agreement{Kind: sla.SLA, Stops: sla.Standard().Stops, Warn: []int{50, 80, 100}}
	case *catalogue.Matrix:
		*d = catalogue.StandardMatrix()
	case *changes.WindowPlan:
		d.From, d.Time, d.Minutes = v.Day().Format(time.DateOnly), "22:00", 240
	case *directory.Centre:
		d.Zone = s.zoneName()
	case *catalogue.Rule:
		d.Order = 10 * (1 + len(v.View.All.Of(setting.Routing)))
	case *catalogue.Field:
		d.Order = 10 * (1 + len(v.View.All.Of(setting.Field)))
	}
}

func (s *Settings) zoneName() string {
	if z := s.Directory.View().Centre().Zone; z != "" {
		return z
	}
	return "Asia/Shanghai"
}

// doc is the document of the form, as stored.
func doc[D any](v *settingForm) D {
	d, ok := v.Held.Doc.(*D)
	if !ok {
		var none D
		return none
	}
	return *d
}

// typed is what was typed into an input of a table, else what is stored.
func (v *settingForm) typed(name, stored string) string {
	if v.Form != nil && v.Form.Values != nil {
		return v.Form.Values.Get(name)
	}
	return stored
}

func (v *settingForm) input(name, label, stored string) part.Field {
	f := part.Field{Name: name, Label: label, Value: stored}
	if v.Form != nil {
		return v.Form.Field(f)
	}
	return f
}

// specFields are the boxes of a calendar.
func (v *settingForm) specFields() (week []part.Field, rest []part.Field) {
	d := doc[calendar.Spec](v)
	for _, day := range calendar.Weekdays {
		var spans []string
		for _, in := range d.Week[day] {
			spans = append(spans, in[0]+"-"+in[1])
		}
		f := v.input("week."+day, v.T("settings.day."+day), strings.Join(spans, ", "))
		f.Hint = v.T("settings.closed")
		week = append(week, f)
	}
	makeUp := d.MakeUp
	if makeUp == "" {
		makeUp = "fri"
	}
	like := v.input("make_up", v.T("settings.make_up"), makeUp)
	like.Kind, like.Required, like.Narrow, like.Help = part.Choice, true, true, v.T("settings.make_up.help")
	for _, day := range calendar.Weekdays {
		like.Options = append(like.Options, part.Option{Value: day, Label: v.T("settings.day." + day)})
	}
	var work, annual strings.Builder
	for _, w := range d.Work {
		fmt.Fprintf(&work, "%s %s %s\n", w.Date, w.Like, w.Name)
	}
	for _, a := range d.Annual {
		fmt.Fprintf(&annual, "%s %s\n", a.Day, a.Name)
	}
	for _, box := range []struct{ name, text string }{{"off", spanned(d.Off)}, {"work", work.String()}, {"annual", annual.String()}} {
		f := v.input(box.name, v.T("settings.dates."+box.name), box.text)
		f.Kind, f.Help = part.Long, v.T("settings.dates."+box.name+".help")
		rest = append(rest, f)
	}
	return week, append([]part.Field{like}, rest...)
}

// month is the preview of one month of a calendar.
type month struct {
	Title      string
	Prev, Next string
	Weeks      [][]monthDay
	Hours      string // business time of the month
}

type monthDay struct {
	Day   int // 0 outside the month
	Kind  calendar.Kind
	Title string
	Today bool
}

// newMonth works a month out; nil when the calendar has faults.
func newMonth(v *settingForm, asked string) *month {
	c, err := calendar.New(named(doc[calendar.Spec](v), v.Held.Label("en")))
	if err != nil {
		return nil
	}
	first, err := time.ParseInLocation("2006-01", asked, c.Zone)
	now := v.Now.In(c.Zone)
	if err != nil {
		first = time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, c.Zone)
	}
	at := func(t time.Time) string { return "?month=" + t.Format("2006-01") + "#month" }
	next := first.AddDate(0, 1, 0)
	m := &month{Title: v.Printer.Month(first), Prev: at(first.AddDate(0, -1, 0)), Next: at(next), Hours: worked(v.Printer, c.Between(first, next))}
	week := make([]monthDay, (int(first.Weekday())+6)%7, 7)
	for t := first; t.Before(next); t = t.AddDate(0, 0, 1) {
		day := c.Day(t.Add(12 * time.Hour))
		d := monthDay{Day: t.Day(), Kind: day.Kind, Title: v.T("settings.kind." + string(day.Kind)), Today: t.Format(time.DateOnly) == now.Format(time.DateOnly)}
		if day.Name != "" {
			d.Title = day.Name + " · " + d.Title
		}
		week = append(week, d)
		if len(week) == 7 {
			m.Weeks, week = append(m.Weeks, week), nil
		}
	}
	if len(week) > 0 {
		m.Weeks = append(m.Weeks, append(week, make([]monthDay, 7-len(week))...))
	}
	return m
}

func named(s calendar.Spec, name string) calendar.Spec {
	if s.Name = name; s.Name == "" {
		s.Name = "-"
	}
	return s
}

// targetOf is the stored promise for a priority and clock.
func (v *settingForm) targetOf(priority int, clock sla.Name) sla.Target {
	for _, t := range doc[sla.Agreement](v).Targets {
		if t.Priority == priority && t.Clock == clock {
			return t
		}
	}
	return sla.Target{}
}

// stops reports whether a waiting reason stops a clock.
func (v *settingForm) stops(reason string, clock sla.Name) bool {
	if v.Form != nil && v.Form.Values != nil {
		return slices.Contains(v.Form.Values["stops."+reason], string(clock))
	}
	return slices.Contains(doc[sla.Agreement](v).Stops[reason], clock)
}

func (v *settingForm) warn() string {
	var out []string
	for _, n := range doc[sla.Agreement](v).Warn {
		out = append(out, strconv.Itoa(n))
	}
	return v.typed("warn", strings.Join(out, ", "))
}

func (v *settingForm) calendars() []part.Option {
	return v.things(setting.Attribute{Kind: setting.Calendar}, nil)
}

// grid is the priority of a cell, as typed or stored.
func (v *settingForm) grid(impact, urgency int) string {
	return v.typed(cell(impact, urgency), strconv.Itoa(doc[catalogue.Matrix](v).Grid[impact][urgency]))
}

// box is a table edited as lines of text.
func (v *settingForm) box() part.Field {
	var b strings.Builder
	var f part.Field
	switch v.Sheet.Kind {
	case setting.Field:
		for _, c := range doc[catalogue.Field](v).Choices {
			fmt.Fprintf(&b, "%s | %s | %s\n", c.Code, c.En, c.Zh)
		}
		f = v.input("choices", v.label(v.Sheet, "choices"), b.String())
		f.Help = v.T("settings.choices.help")
	default:
		fields := doc[catalogue.Template](v).Fields
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			fmt.Fprintf(&b, "%s = %s\n", name, fields[name])
		}
		f = v.input("fields", v.label(v.Sheet, "fields"), b.String())
		f.Help = v.T("settings.pairs.help")
	}
	f.Kind = part.Long
	return f
}

// shift is a row of the rota's editor.
type shift struct {
	Name           string // of its inputs, "rota.3."
	Date, Day      string
	From, To, Note string
	Who            []string
}

// blankShifts is how many empty rows follow the filled ones.
const blankShifts = 3

func (v *settingForm) shifts() []shift {
	var out []shift
	if v.Form != nil && v.Form.Values != nil {
		for i := range number(v.Form.Get("rota.rows")) {
			name := fmt.Sprintf("rota.%d.", i)
			get := v.Form.Get
			out = append(out, shift{name, get(name + "date"), get(name + "day"), get(name + "from"), get(name + "to"), get(name + "note"), v.Form.Values[name+"who"]})
		}
		return out
	}
	rota := doc[people.Team](v).Rota
	for _, s := range rota.Weekly {
		out = append(out, shift{Day: s.Day, From: s.From, To: s.To, Who: ids(s.Who)})
	}
	for _, s := range rota.Dated {
		out = append(out, shift{Date: s.Date, From: s.From, To: s.To, Note: s.Note, Who: ids(s.Who)})
	}
	out = append(out, make([]shift, blankShifts)...)
	for i := range out {
		out[i].Name = fmt.Sprintf("rota.%d.", i)
	}
	return out
}

func (v *settingForm) rotaZone() string { return doc[people.Team](v).Rota.Zone }

func ids(who []people.ID) []string {
	out := make([]string, len(who))
	for i, id := range who {
		out[i] = strconv.FormatInt(int64(id), 10)
	}
	return out
}

// members are who can be on the rota: the team.
func (v *settingForm) members() []part.Option {
	t := doc[people.Team](v)
	who := ids(t.Members)
	if t.Lead != 0 {
		who = append(who, strconv.FormatInt(int64(t.Lead), 10))
	}
	if v.Form != nil && v.Form.Values != nil {
		who = append(slices.Clone(v.Form.Values["members"]), v.Form.Values["lead"]...)
	}
	slices.Sort(who)
	return v.personOptions(slices.Compact(who))
}

// onDuty says who of the team is on duty now, in words.
func (v *settingForm) onDuty() string {
	now := doc[people.Team](v).Rota.OnDuty(v.Now)
	if len(now) == 0 {
		return v.T("settings.nobody_on_duty")
	}
	return v.T("settings.on_duty", "names", strings.Join(v.names(ids(now)), v.T("list.comma")))
}

// whole are the faults that stand above the form: those of no field that is
// shown.
func (v *settingForm) whole() []string {
	shown := slices.Clone(v.Fields)
	if v.Sheet.Kind == setting.Calendar {
		week, rest := v.specFields()
		shown = append(append(shown, week...), rest...)
	}
	if v.Sheet.Kind == setting.Field || v.Sheet.Kind == setting.Template {
		shown = append(shown, v.box())
	}
	return v.Form.Whole(shown)
}

// offering is the document of a catalogue item, as stored.
func (v *settingForm) offering() catalogue.Offering { return doc[catalogue.Offering](v) }

// elsewhere reports whether a field is changed on a page of its own, so that
// this form neither shows nor sends it.
func (v *settingForm) elsewhere(field string) bool {
	return v.Sheet.Kind == setting.Offering && slices.Contains(designed, field)
}
