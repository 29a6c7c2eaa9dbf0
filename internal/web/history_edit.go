package web

import (
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/lang"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/history"
	"kilter/internal/practice/incident"
	"kilter/internal/web/part"
)

// columnFields are the choices of columns, one for each field a log may hold.
func (p *historyEditPage) columnFields() []part.Field {
	out := make([]part.Field, 0, len(history.Fields))
	for _, field := range history.Fields {
		f := part.Field{Name: "col." + string(field), Label: p.T("history.field." + string(field)), Kind: part.Choice, Required: field == history.Case, Narrow: true}
		from, plain := p.Map.From(field)
		if !plain {
			f.Options = append(f.Options, part.Option{Value: "*", Label: p.T("history.page.as_written")})
			f.Value = "*"
		} else if from != "" {
			f.Value = "=" + from
		}
		f.Options = append(f.Options, part.Option{Value: "", Label: "–"})
		for _, c := range p.Trial.Columns {
			f.Options = append(f.Options, part.Option{Value: "=" + c, Label: c})
		}
		out = append(out, f)
	}
	return out
}

// label is one activity of the log with the choice of what it means.
type historyLabel struct {
	Name    string
	Meaning history.Meaning
	Field   part.Field
}

func (p *historyEditPage) labels() []historyLabel {
	var out []historyLabel
	states := []part.Option{{Value: "keep", Label: p.T("history.page.keep")}}
	for _, place := range incident.Flow.Places {
		states = append(states, part.Option{Value: string(place.State), Label: p.T("incident.state." + string(place.State))})
		if place.State == incident.Pending {
			for _, reason := range []string{"user", "supplier", "change", "parts", "province"} {
				states = append(states, part.Option{Value: "pending(" + reason + ")", Label: p.T("incident.state.pending") + ": " + p.T("report.desk.reason_"+reason)})
			}
		}
	}
	for name, m := range p.Trial.Result.Labels {
		out = append(out, historyLabel{Name: name, Meaning: m})
	}
	slices.SortFunc(out, func(a, b historyLabel) int {
		if a.Meaning.Rows != b.Meaning.Rows {
			return b.Meaning.Rows - a.Meaning.Rows
		}
		return strings.Compare(a.Name, b.Name)
	})
	const most = 200
	out = out[:min(len(out), most)]
	for i := range out {
		value := p.Map.Meaning(out[i].Name)
		if value == "" && out[i].Meaning.Listed {
			value = out[i].Meaning.State
		}
		options := append([]part.Option{{Value: "", Label: p.T("history.page.not_said")}}, states...)
		out[i].Field = part.Field{Name: "state." + strconv.Itoa(i), Label: out[i].Name, Kind: part.Choice, Value: value, Options: options, Narrow: true}
	}
	return out
}

func (p *historyEditPage) generalFields() []part.Field {
	return p.Form.Fields(
		part.Field{Name: "source", Label: p.T("history.page.source"), Help: p.T("history.page.source_help"), Value: p.Map.Source, Required: true, Max: 60},
		part.Field{Name: "shape", Label: p.T("history.page.shape"), Kind: part.Choice, Value: string(p.Map.Shape), Options: []part.Option{
			{Value: string(history.EventLog), Label: p.T("history.page.event_log")}, {Value: string(history.AuditLog), Label: p.T("history.page.audit_log")},
		}},
		part.Field{Name: "format", Label: p.T("history.page.format"), Help: p.T("history.page.format_help"), Value: p.Map.TimeFormat(), Hint: "%d/%m/%Y %H:%M"},
		part.Field{Name: "zone", Label: p.T("history.page.zone"), Value: p.Map.Times.Zone, Hint: "Asia/Shanghai"},
		part.Field{Name: "missing", Label: p.T("history.page.missing"), Help: p.T("history.page.missing_help"), Value: strings.Join(p.Map.Missing, " "), Hint: "? NULL"},
	)
}

func (p *historyEditPage) mapField() part.Field {
	return part.Field{Name: "map", Label: p.T("history.page.map"), Help: p.T("history.page.map_help"), Kind: part.Long, Value: p.Upload.Map, Attrs: map[string]any{"rows": "24", "spellcheck": "false"}}
}

// told is a summary in one line.
func told(w *lang.Printer, s history.Summary) string {
	return w.T("history.told", "rows", w.Number(s.Rows), "used", w.Number(s.Used), "rejected", w.Number(s.Rejected), "ignored", w.Number(s.Ignored),
		"cases", w.Number(s.Cases), "events", w.Number(s.Events), "irregular", w.Number(s.Irregular), "reopened", w.Number(s.Reopened))
}

func stateName(w *lang.Printer, s flow.State) string {
	if s == "" {
		return ""
	}
	return w.T("incident.state." + string(s))
}

func rejectPlace(r history.Reject) string {
	if r.Value == "" {
		return r.Column
	}
	return r.Column + ": " + r.Value
}

// mostRejectsShown is how many rejects a page lists.
const mostRejectsShown = 200

func sampleColumns(p *historyEditPage) []part.Column {
	out := []part.Column{{Label: p.T("history.page.line")}}
	for _, c := range p.Trial.Columns {
		out = append(out, part.Column{Label: c})
	}
	return out
}

// caseName is a case by its number, and its title where the log has one.
func caseName(s *history.Story) string {
	if s.Title == "" || s.Title == s.Key {
		return s.Key
	}
	return s.Key + " · " + s.Title
}
