package web

import (
	"slices"
	"strconv"
	"strings"

	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// moment is an entry of the timeline as it is shown.
type moment struct {
	record.Entry
	Shown part.Entry
	Files []record.Attachment
	Does  string // what was done, in words
	Why   string // the reason, in words
}

// entryIcons are the drawings of events.
var entryIcons = map[string]string{
	"open": "plus", "edit": "edit", "watch": "eye", "unwatch": "eye-off", "relate": "link", "task_add": "square-check", "task_work": "square-check",
	"spend": "stopwatch", "undo": "arrow-back-up", "warn": "alarm", "close": "lock", "post": "volume", "unmerge": "git-merge", "reply": "send", "note": "lock",
	"end": "checks", "tell": "bell", "rule_aside": "alert-triangle",
}

// timeline are the entries, newest first: all of them, or what was said.
func (p *tale) timeline() []moment {
	var out []moment
	for _, e := range slices.Backward(p.Entries) {
		if !p.All && e.Text == "" {
			continue
		}
		out = append(out, p.moment(e))
	}
	return out
}

func (p *tale) moment(e record.Entry) moment {
	name := e.Name
	if e.By == 0 {
		name = "Kilter"
	}
	deed := deedOf(e.Deed)
	m := moment{Entry: e, Does: p.deedWord(e.Deed), Shown: part.Entry{
		ID: "e" + strconv.FormatInt(e.ID, 10), Who: person(e.By, name), At: e.At, Now: p.Now, Icon: entryIcons[deed], Side: p.side(e),
	}}
	if m.Shown.Icon == "" {
		m.Shown.Icon = moveIcons[deed]
		if p.of.Plain != nil {
			m.Shown.Icon = p.of.Plain.look().Icons[deed]
		}
	}
	if m.Shown.Icon == "" {
		m.Shown.Icon = "point"
	}
	if deed == "warn" {
		m.Does = p.warning(e.Reason)
	} else if e.Reason != "" {
		m.Why = p.reason(e)
	}
	for _, f := range p.Files {
		if f.Entry == e.ID {
			m.Files = append(m.Files, f)
		}
	}
	return m
}

// side says who reads what was said.
func (p *tale) side(e record.Entry) string {
	switch {
	case !e.Public:
		return p.T("desk.note_side")
	case deedOf(e.Deed) == "post":
		return p.T("desk.board_side")
	case e.By == p.Asked && e.By != 0:
		return p.T("desk.from_requester")
	}
	return p.T("desk.reply_side", "name", p.Requester.Name)
}

// reason writes why: a word of one of the fields that hold reasons, or what
// was said.
func (p *tale) reason(e record.Entry) string {
	for _, field := range []string{"waiting", "ended_as", "escalation"} {
		if key := p.of.deed(field + "." + e.Reason); p.Has(key) {
			return p.T(key)
		}
	}
	return e.Reason
}

// warning reads "resolve 80" back into words.
func (p *tale) warning(reason string) string {
	clock, percent, _ := strings.Cut(reason, " ")
	return p.T("desk.warned", "clock", p.T("sla.clock."+clock), "percent", percent)
}

// changedField is a change of a field in words.
type changedField struct{ Label, Was, Now string }

// changes are the fields that an entry changed, for people: what is shown by
// the entry itself is left out.
func (p *tale) changes(e record.Entry) []changedField {
	var out []changedField
	for _, c := range e.Changes {
		if p.Tells != nil {
			if one, ok := p.Tells(c); ok {
				out = append(out, one)
				continue
			}
		}
		switch c.Field {
		case "mention", "file", "watcher", "waiting", "ended_as", "solution", "accepted", "accepted_by", "resolved", "closed", "line", "first_contact", "reassigned", "reopened", "due":
			continue
		case record.RuleField, record.MacroField, record.TemplateField:
			out = append(out, changedField{p.T("rule.by." + c.Field), "", p.author(c)})
			continue
		case "note", "reply", record.Told:
			out = append(out, changedField{p.T("rule.did." + c.Field), "", Cut(c.Now, 80)})
			continue
		case "task":
			out = append(out, changedField{p.T("desk.task"), "", c.Now})
			continue
		case record.TaskTime:
			out = append(out, changedField{p.T("desk.task_planned_time"), p.taskTime(c.Was), p.taskTime(c.Now)})
			continue
		case record.TaskBegun:
			out = append(out, changedField{p.T("desk.task_begin"), p.taskTime(c.Was), c.Now})
			continue
		case "minutes":
			out = append(out, changedField{p.T("desk.minutes"), "", c.Now})
			continue
		case record.WorkedOn:
			out = append(out, changedField{p.T("desk.worked_on"), "", c.Now})
			continue
		case "description", "symptom", "root_cause", "workaround", "proposal", "risk", "review":
			out = append(out, changedField{p.label(c.Field), Cut(c.Was, 80), Cut(c.Now, 80)})
			continue
		}
		out = append(out, changedField{p.label(c.Field), p.value(c.Field, c.Was), p.value(c.Field, c.Now)})
	}
	return out
}

// author is the rule, macro or template that brought an entry about, in words.
func (p *tale) author(c record.Change) string {
	a, ok := record.ParseAuthor(c)
	if !ok {
		return c.Now
	}
	name := a.Code
	if t := p.sight.All.Coded(setting.Kind(a.By), a.Code); t != nil {
		name = t.Label(string(p.Lang()))
	}
	return name + " " + p.T("rule.version", "n", strconv.FormatInt(a.Version, 10))
}

// Cut shortens a text to n signs.
func Cut(text string, n int) string {
	all := []rune(strings.Join(strings.Fields(text), " "))
	if len(all) <= n {
		return string(all)
	}
	return string(all[:n]) + "…"
}

// solution is what the entry that resolved the incident said.
func (e moment) solution() string {
	for _, c := range e.Changes {
		if c.Field == "solution" {
			return c.Now
		}
	}
	return ""
}
