package web

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
)

// tables are the parts of documents with an editor of their own: how what was
// typed becomes the JSON of the sheet.
var tables = map[setting.Kind]map[string]func(*Form) (any, error){
	setting.Calendar:  {"spec": readSpec},
	setting.Agreement: {"targets": readTargets, "stops": readStops, "warn": readWarn},
	setting.Centre:    {"grid": readGrid},
	setting.Field:     {"choices": readChoices},
	setting.Template:  {"fields": readPairs, "then": func(form *Form) (any, error) { return readActions(form) }},
	setting.Team:      {"rota": readRota},
}

func hasEditor(k setting.Kind, field string) bool { return tables[k][field] != nil }

func readTable(k setting.Kind, field string, form *Form) (string, error) {
	read := tables[k][field]
	if read == nil {
		return form.Get(field), nil
	}
	v, err := read(form)
	if err != nil {
		return "", err
	}
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("web: %s: %w", field, err)
	}
	if string(b) == "null" || string(b) == "{}" || string(b) == "[]" {
		return "", nil
	}
	return string(b), nil
}

// lines are the lines of a text box that say something, with their numbers.
func lines(text string) (out []string) {
	for l := range strings.Lines(text) {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// readSpec reads the calendar's boxes: hours of each weekday as "08:30-12:00,
// 14:00-18:00", and dates one a line.
func readSpec(form *Form) (any, error) {
	s := calendar.Spec{Zone: form.Get("time_zone"), Name: form.Get("name_en"), MakeUp: form.Get("make_up"), Week: map[string][]calendar.Interval{}}
	var many fault.Many
	for _, day := range calendar.Weekdays {
		for _, piece := range strings.FieldsFunc(form.Get("week."+day), func(r rune) bool { return strings.ContainsRune(",，;；、 ", r) }) {
			from, to, ok := strings.Cut(strings.NewReplacer("–", "-", "—", "-", "~", "-", "至", "-", "：", ":").Replace(piece), "-")
			if !ok {
				many = append(many, fault.At("week."+day, "settings.bad_hours").With("text", piece))
				continue
			}
			s.Week[day] = append(s.Week[day], calendar.Interval{clock(from), clock(to)})
		}
	}
	held := calendar.Spec{}
	_ = json.Unmarshal([]byte(form.Get("was.spec")), &held) // only to keep which year's notice named a day
	years := map[string]int{}
	for _, o := range held.Off {
		years[o.Date] = o.Year
	}
	for _, w := range held.Work {
		years[w.Date] = w.Year
	}
	s.Years = held.Years
	if held.MakeUp == "" && s.MakeUp == "fri" {
		s.MakeUp = "" // which means just that
	}
	for _, l := range lines(form.Get("off")) {
		dates, name, err := span(l, "off")
		if err := many.Add(err); err != nil {
			return nil, err
		}
		for _, d := range dates {
			s.Off = append(s.Off, calendar.Off{Date: d, Name: name, Year: years[d]})
		}
	}
	for _, l := range lines(form.Get("work")) {
		date, rest, _ := strings.Cut(l, " ")
		like, name, _ := strings.Cut(strings.TrimSpace(rest), " ")
		if !slices.Contains(calendar.Weekdays, like) {
			like, name = cmp.Or(s.MakeUp, "fri"), rest
		}
		if _, err := time.Parse(time.DateOnly, date); err != nil {
			many = append(many, fault.At("work", "settings.bad_day").With("text", l))
			continue
		}
		s.Work = append(s.Work, calendar.Work{Date: date, Like: like, Name: strings.TrimSpace(name), Year: years[date]})
	}
	for _, l := range lines(form.Get("annual")) {
		day, name, _ := strings.Cut(l, " ")
		s.Annual = append(s.Annual, calendar.Annual{Day: day, Name: strings.TrimSpace(name)})
	}
	return s, many.Err()
}

// clock writes 8:30 as 08:30.
func clock(text string) string {
	text = strings.TrimSpace(text)
	if len(text) == 4 && text[1] == ':' {
		return "0" + text
	}
	return text
}

// span reads "2026-10-01..2026-10-07 name" or one date.
func span(line, field string) (dates []string, name string, err error) {
	days, name, _ := strings.Cut(line, " ")
	first, last, found := strings.Cut(days, "..")
	if !found {
		last = first
	}
	from, err1 := time.Parse(time.DateOnly, first)
	to, err2 := time.Parse(time.DateOnly, last)
	if err1 != nil || err2 != nil || to.Before(from) || to.Sub(from) > 366*24*time.Hour {
		return nil, "", fault.At(field, "settings.bad_day").With("text", line)
	}
	for d := from; !d.After(to); d = d.AddDate(0, 0, 1) {
		dates = append(dates, d.Format(time.DateOnly))
	}
	return dates, strings.TrimSpace(name), nil
}

// spanned writes days off with runs of one name joined.
func spanned(off []calendar.Off) string {
	var b strings.Builder
	for i := 0; i < len(off); {
		end := i
		for end+1 < len(off) && off[end+1].Name == off[i].Name && follows(off[end].Date, off[end+1].Date) {
			end++
		}
		b.WriteString(off[i].Date)
		if end > i {
			b.WriteString(".." + off[end].Date)
		}
		b.WriteString(" " + off[i].Name + "\n")
		i = end + 1
	}
	return b.String()
}

func follows(a, b string) bool {
	day, err := time.Parse(time.DateOnly, a)
	return err == nil && day.AddDate(0, 0, 1).Format(time.DateOnly) == b
}

// target names the input of a promise: "target.1.respond".
func target(priority int, clock sla.Name) string {
	return fmt.Sprintf("target.%d.%s", priority, clock)
}

func readTargets(form *Form) (any, error) {
	var out []sla.Target
	var many fault.Many
	for p := 1; p <= catalogue.Levels; p++ {
		for _, c := range sla.Names {
			text := form.Get(target(p, c))
			if text == "" {
				continue
			}
			minutes, ok := duration(text)
			if !ok {
				many = append(many, fault.At("targets", "settings.bad_target").With("text", text).With("priority", p))
				continue
			}
			out = append(out, sla.Target{Priority: p, Clock: c, Minutes: minutes, Calendar: number(form.Get(target(p, c) + ".calendar"))})
		}
	}
	return out, many.Err()
}

// duration reads "90", "90 min", "2 h", "1 h 30 min" as minutes.
func duration(text string) (int, bool) {
	units := strings.NewReplacer("小时", "h ", "分钟", "m ", "分", "m ", "hours", "h ", "hour", "h ", "minutes", "m ", "min", "m ").Replace(strings.ToLower(text))
	total, digits := 0, ""
	for _, r := range units {
		switch {
		case r >= '0' && r <= '9':
			digits += string(r)
		case r == ' ':
		case (r == 'h' || r == 'm') && digits != "":
			n, err := strconv.Atoi(digits)
			if err != nil {
				return 0, false
			}
			if r == 'h' {
				n *= 60
			}
			total, digits = total+n, ""
		default:
			return 0, false
		}
	}
	if digits != "" {
		n, err := strconv.Atoi(digits)
		if err != nil {
			return 0, false
		}
		total += n
	}
	return total, total > 0
}

// worked tells business time in hours and minutes: a day of it is no day.
func worked(p *lang.Printer, d time.Duration) string {
	out := p.T("time.h", "n", p.Number(int(d/time.Hour)))
	if rest := d % time.Hour / time.Minute; rest > 0 {
		out += " " + p.T("time.min", "n", p.Number(int(rest)))
	}
	return out
}

// brief writes minutes the way duration reads them.
func brief(minutes int) string {
	switch {
	case minutes == 0:
		return ""
	case minutes%60 == 0:
		return fmt.Sprintf("%d h", minutes/60)
	case minutes > 60:
		return fmt.Sprintf("%d h %d min", minutes/60, minutes%60)
	}
	return fmt.Sprintf("%d min", minutes)
}

func readStops(form *Form) (any, error) {
	out := map[string][]sla.Name{}
	for _, reason := range sla.Reasons {
		for _, c := range form.Values["stops."+reason] {
			out[reason] = append(out[reason], sla.Name(c))
		}
	}
	return out, nil
}

func readWarn(form *Form) (any, error) {
	out := []int{}
	for _, text := range strings.FieldsFunc(form.Get("warn"), func(r rune) bool { return strings.ContainsRune(",，、 %", r) }) {
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, fault.At("warn", "settings.bad_percent").With("text", text)
		}
		out = append(out, n)
	}
	return out, nil
}

func readGrid(form *Form) (any, error) {
	var grid [catalogue.Levels][catalogue.Levels]int
	for i := range catalogue.Levels {
		for u := range catalogue.Levels {
			grid[i][u] = int(number(form.Get(cell(i, u))))
		}
	}
	return grid, nil
}

func cell(impact, urgency int) string { return fmt.Sprintf("grid.%d.%d", impact+1, urgency+1) }

func readChoices(form *Form) (any, error) { return choiceLines(form.Get("choices")), nil }

// choiceLines reads choices one a line: code, English name, Chinese name.
func choiceLines(text string) []catalogue.Choice {
	out := []catalogue.Choice{}
	for _, l := range lines(text) {
		pieces := append(strings.Split(l, "|"), "", "")
		for i := range pieces {
			pieces[i] = strings.TrimSpace(pieces[i])
		}
		c := catalogue.Choice{Code: pieces[0], En: pieces[1], Zh: pieces[2]}
		if c.En == "" && c.Zh == "" {
			c.En = c.Code
		}
		out = append(out, c)
	}
	return out
}

func readPairs(form *Form) (any, error) {
	out := map[string]string{}
	for _, l := range lines(form.Get("fields")) {
		name, v, ok := strings.Cut(l, "=")
		if !ok {
			return nil, fault.At("fields", "settings.bad_pair").With("text", l)
		}
		out[strings.TrimSpace(name)] = strings.TrimSpace(v)
	}
	return out, nil
}

// readRota reads the rows of the duty rota; a row without hours is not there.
func readRota(form *Form) (any, error) {
	rota := people.Rota{Zone: form.Get("rota.zone")}
	for i := range number(form.Get("rota.rows")) {
		row := fmt.Sprintf("rota.%d.", i)
		s := people.Shift{From: clock(form.Get(row + "from")), To: clock(form.Get(row + "to"))}
		for _, id := range form.Values[row+"who"] {
			s.Who = append(s.Who, people.ID(number(id)))
		}
		date := form.Get(row + "date")
		if s.From == "" && s.To == "" && date == "" {
			continue
		}
		if date != "" {
			rota.Dated = append(rota.Dated, people.DayShift{Date: date, Shift: s, Note: form.Get(row + "note")})
			continue
		}
		s.Day = form.Get(row + "day")
		rota.Weekly = append(rota.Weekly, s)
	}
	return rota, nil
}
