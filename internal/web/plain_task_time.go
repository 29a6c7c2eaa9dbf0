package web

import (
	"time"

	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// typedMoment is how a browser writes the moment of a form, in the zone of whoever
// fills it in.
const typedMoment = "2006-01-02T15:04"

// typed reads a moment of a form; what is none is zero.
func (s *sight) typed(text string) time.Time {
	if at, err := time.ParseInLocation(typedMoment, text, s.Zone()); err == nil {
		return at.UTC()
	}
	return time.Time{}
}

// sheetMoment reads a moment as a sheet writes it; what is none is zero.
func sheetMoment(text string) time.Time {
	at, _ := time.Parse(time.RFC3339, text)
	return at
}

// taskTimes ask from when until when a task is planned.
func (s *sight) taskTimes(t *record.Task) []part.Field {
	at := func(m time.Time) string {
		if m.IsZero() {
			return ""
		}
		return m.In(s.Zone()).Format(typedMoment)
	}
	return []part.Field{
		{Name: "starts", Label: s.T("desk.task_starts"), Kind: part.DateTime, Narrow: true, Value: at(t.Starts)},
		{Name: "due", Label: s.T("desk.task_ends"), Kind: part.DateTime, Narrow: true, Value: at(t.Due)},
	}
}

// timeTask notes that a task is begun, or is planned for another time; false when
// the form says neither.
func (s *sight) timeTask(t *record.Task, f *Form) bool {
	switch f.Get("begin") {
	case "true", "false":
		if on := f.Get("begin") == "true"; on == t.Begun.IsZero() {
			t.Begin(on)
		}
		return true
	}
	if f.Get("times") == "" {
		return false
	}
	t.Starts, t.Due = s.typed(f.Get("starts")), s.typed(f.Get("due"))
	return true
}

// undoTask is the address that takes back what a form did to a task; "" when a
// form has to.
func undoTask(at string, f *Form, was record.TaskState) string {
	switch {
	case f.Get("begin") == "true":
		return at + "?begin=false"
	case f.Get("begin") != "" || f.Get("times") != "":
		return ""
	case f.Get("state") != "":
		return at + "?state=" + string(was)
	}
	return at + "?check=" + f.Get("check")
}

// timed are the times of a task in words: what was planned, what came of it, and
// how one differs from the other.
func (v *taskView) timed(t *record.Task) []string {
	var out []string
	switch {
	case t.Planned():
		out = append(out, v.T("desk.task_planned", "starts", v.DateTime(t.Starts), "ends", v.DateTime(t.Due)))
	case !t.Due.IsZero():
		out = append(out, v.T("sla.due", "at", v.Brief(t.Due, v.Now)))
	}
	switch {
	case !t.Begun.IsZero() && !t.Ended.IsZero():
		out = append(out, v.T("desk.task_took", "begun", v.DateTime(t.Begun), "ended", v.DateTime(t.Ended), "span", v.Duration(t.Ended.Sub(t.Begun))))
	case !t.Begun.IsZero():
		out = append(out, v.T("desk.task_begun", "at", v.DateTime(t.Begun)))
	case !t.Ended.IsZero():
		out = append(out, v.T("desk.task_ended", "at", v.DateTime(t.Ended)))
	}
	return out
}

// outside tells in words that a task is planned outside the window of the whole
// work: what prepares it lies before, and what cleans up after.
func (v *taskView) outside(t *record.Task) string {
	switch {
	case v.Starts.IsZero() || v.Ends.IsZero() || !t.Planned():
	case !t.Due.After(v.Starts):
		return v.T("desk.task_before_window")
	case !t.Starts.Before(v.Ends):
		return v.T("desk.task_after_window")
	case t.Starts.Before(v.Starts) || t.Due.After(v.Ends):
		return v.T("desk.task_outside_window")
	}
	return ""
}

// TaskWord is one thing that is told of a task, with its colour and sign.
type TaskWord struct {
	Text, Icon string
	Tone       part.Tone
}

// TaskKept tells in words how a task went against its plan, with the colour of
// that: nothing where there is nothing to compare.
func TaskKept(f *Frame, t *record.Task) []TaskWord {
	k, out := t.Kept(f.Now), []TaskWord(nil)
	add := func(d *time.Duration, over, under string) {
		switch {
		case d == nil || *d > -time.Minute && *d < time.Minute:
		case *d > 0:
			out = append(out, TaskWord{Text: f.T(over, "span", f.Duration(*d)), Tone: part.Amber, Icon: "clock"})
		case under != "":
			out = append(out, TaskWord{Text: f.T(under, "span", f.Duration(-*d)), Tone: part.Plain, Icon: "check"})
		}
	}
	switch {
	case t.State == record.TaskOpen && t.Begun.IsZero():
		add(k.Start, "desk.task_not_begun", "")
	default:
		add(k.Start, "desk.task_start_late", "desk.task_start_early")
	}
	if t.State == record.TaskOpen {
		add(k.End, "desk.task_running_late", "")
	} else {
		add(k.End, "desk.task_end_late", "desk.task_end_early")
	}
	add(k.Longer, "desk.task_longer", "desk.task_shorter")
	if len(out) == 0 && (k.Start != nil || k.End != nil) {
		out = append(out, TaskWord{Text: f.T("desk.task_as_planned"), Tone: part.Jade, Icon: "check"})
	}
	return out
}

// taskTime puts into words when a task was planned, as the timeline wrote it.
func (p *tale) taskTime(v string) string {
	starts, due, title := record.ReadTaskTime(v)
	switch {
	case title == "":
		return ""
	case starts.IsZero():
		return title + " · " + p.DateTime(due)
	}
	if due.IsZero() {
		return title + " · " + p.DateTime(starts)
	}
	return title + " · " + p.DateTime(starts) + " – " + p.DateTime(due)
}
