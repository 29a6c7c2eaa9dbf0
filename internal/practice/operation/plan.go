// Package operation is recurring operations: what is done again and again by a
// plan (inspections, backup checks, account reviews, jobs), when each is due with
// the holidays of the centre, and what came of it.
package operation

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
	"kilter/internal/base/recur"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Kind is what kind of operation a plan is of.
type Kind string

// The kinds.
const (
	Inspection    Kind = "inspection"
	BackupCheck   Kind = "backup_check"
	AccountReview Kind = "account_review"
	Job           Kind = "job" // a run of something that a machine does by plan
	Other         Kind = "other"
)

// Kinds lists them in the order of a form.
var Kinds = []string{string(Inspection), string(BackupCheck), string(AccountReview), string(Job), string(Other)}

// Line is one thing to look at, and what it should be like.
type Line struct {
	Text   people.Text `json:"text"`
	Expect people.Text `json:"expect,omitzero"`
}

// Plan is what recurs: the document of the setting.
type Plan struct {
	Kind     Kind          `json:"kind,omitempty"`
	Rule     string        `json:"rule"`            // RRULE of RFC 5545
	From     string        `json:"from"`            // the first day, 2026-12-01
	Time     string        `json:"time"`            // of the day, 09:00
	Zone     string        `json:"zone,omitempty"`  // IANA name; "" is Asia/Shanghai
	Shift    recur.Shift   `json:"shift,omitempty"` // off days on which nobody works
	Calendar int64         `json:"calendar,omitempty"`
	Target   int           `json:"target"` // minutes within which it is done
	Team     people.TeamID `json:"team"`
	Network  people.ZoneID `json:"network,omitempty"`
	Services []int64       `json:"services,omitempty"`
	Items    string        `json:"items,omitempty"` // codes of configuration items, commas or spaces between
	Lines    []Line        `json:"lines,omitempty"`
	Note     people.Text   `json:"note,omitzero"`
}

const (
	mostLines = 60
	mostText  = 300
	usualZone = "Asia/Shanghai"
)

// Spec is when the plan is due, on a calendar.
func (p Plan) Spec(days *calendar.Calendar) (recur.Spec, error) {
	place, err := time.LoadLocation(cmp.Or(p.Zone, usualZone))
	if err != nil {
		return recur.Spec{}, fault.At("time_zone", "calendar.bad_zone").With("zone", p.Zone)
	}
	start, err := time.ParseInLocation("2006-01-02 15:04", p.From+" "+p.Time, place)
	if err != nil {
		field := "time"
		if _, bad := time.Parse(time.DateOnly, p.From); bad != nil {
			field = "from"
		}
		return recur.Spec{}, fault.At(field, "operation.not_a_time")
	}
	return recur.Spec{Rule: p.Rule, Start: start, Place: place, Shift: cmp.Or(p.Shift, recur.Keep), Days: days}, nil
}

// Codes are the codes of the items that a plan is about, each once. They are
// codes and no ids, so that a plan goes from one Kilter into another.
func (p Plan) Codes() []string {
	var out []string
	for _, code := range strings.FieldsFunc(p.Items, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;，；、", r) }) {
		if !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	return out
}

// Sheet describes plans.
func Sheet() setting.Sheet {
	type D = Plan
	s := setting.NewSheet[D](setting.Operation, 0,
		setting.ChoiceOf("kind", Kinds, func(d *D) *Kind { return &d.Kind }).InList(),
		setting.TextOf("rule", mostText, func(d *D) *string { return &d.Rule }).Must().InList(),
		setting.TextOf("from", 10, func(d *D) *string { return &d.From }).Must(),
		setting.TextOf("time", 5, func(d *D) *string { return &d.Time }).Must().InList(),
		setting.TextOf("time_zone", 60, func(d *D) *string { return &d.Zone }),
		setting.ChoiceOf("shift", recur.Shifts, func(d *D) *recur.Shift { return &d.Shift }).InList(),
		setting.RefOf("calendar", setting.Calendar, func(d *D) *int64 { return &d.Calendar }),
		setting.IntOf("target", 5, 30*24*60, func(d *D) *int { return &d.Target }).Must(),
		setting.RefOf("team", setting.Team, func(d *D) *people.TeamID { return &d.Team }).Must().InList(),
		setting.RefOf("network", setting.Zone, func(d *D) *people.ZoneID { return &d.Network }),
		setting.RefsOf("services", setting.Service, func(d *D) *[]int64 { return &d.Services }),
		setting.TextOf("items", 500, func(d *D) *string { return &d.Items }),
		linesOf("lines_en", func(t *people.Text) *string { return &t.En }),
		linesOf("lines_zh", func(t *people.Text) *string { return &t.Zh }),
		setting.TextOf("note_en", 2000, func(d *D) *string { return &d.Note.En }),
		setting.TextOf("note_zh", 2000, func(d *D) *string { return &d.Note.Zh }),
	)
	s.Check = func(_ *setting.All, f *setting.Form) error { return f.Doc.(*D).Check() }
	return s
}

// linesOf is the check list in one language: a line for each, what is expected
// behind "=>".
func linesOf(name string, at func(*people.Text) *string) setting.Attribute {
	return setting.Attribute{
		Name: name, Type: setting.Long, Max: 20_000,
		Get: func(f *setting.Form) string {
			var out []string
			for _, l := range f.Doc.(*Plan).Lines {
				text := *at(&l.Text)
				if e := *at(&l.Expect); e != "" {
					text += " => " + e
				}
				out = append(out, text)
			}
			return strings.TrimRight(strings.Join(out, "\n"), "\n")
		},
		Set: func(f *setting.Form, v string) error {
			d := f.Doc.(*Plan)
			var texts []string
			if v = strings.TrimSpace(v); v != "" {
				texts = strings.Split(v, "\n")
			}
			if len(texts) > mostLines {
				return fault.At(name, "operation.too_many_lines").With("max", mostLines)
			}
			for i := range max(len(texts), len(d.Lines)) {
				if i == len(d.Lines) {
					d.Lines = append(d.Lines, Line{})
				}
				text, expect := "", ""
				if i < len(texts) {
					text, expect, _ = strings.Cut(texts[i], "=>")
				}
				*at(&d.Lines[i].Text), *at(&d.Lines[i].Expect) = strings.TrimSpace(text), strings.TrimSpace(expect)
			}
			for len(d.Lines) > 0 && d.Lines[len(d.Lines)-1] == (Line{}) {
				d.Lines = d.Lines[:len(d.Lines)-1]
			}
			return nil
		},
	}
}

// Check reports what is wrong with a plan.
func (p Plan) Check() error {
	var many fault.Many
	spec, err := p.Spec(nil)
	if err := many.Add(err); err != nil {
		return err
	}
	if err == nil {
		if err := many.Add(spec.Check("rule")); err != nil {
			return err
		}
	}
	for _, l := range p.Lines {
		for _, text := range []string{l.Text.En, l.Text.Zh, l.Expect.En, l.Expect.Zh} {
			if utf8.RuneCountInString(text) > mostText {
				many = append(many, fault.At("lines_en", "record.too_long").With("max", mostText))
			}
		}
		if l.Text.En == "" && l.Text.Zh == "" {
			many = append(many, fault.At("lines_en", "operation.line_without_text"))
		}
	}
	return many.Err()
}
