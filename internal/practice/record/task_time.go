package record

import (
	"strings"
	"time"

	"kilter/internal/base/fault"
)

// The fields under which a timeline tells of the times of a task.
const (
	TaskTime  = "task_time"  // planned otherwise: "start/end title"
	TaskBegun = "task_begun" // its title
)

// longestTask bounds what is planned as one task.
const longestTask = 60 * 24 * time.Hour

// Planned reports whether a task has a time from when until when it is planned.
func (t *Task) Planned() bool { return !t.Starts.IsZero() && t.Due.After(t.Starts) }

// Running reports whether somebody is at work on it.
func (t *Task) Running() bool { return t.State == TaskOpen && !t.Begun.IsZero() }

// Begin says that somebody is at work on the task from now on, or not after all.
// When that is, the desk notes itself.
func (t *Task) Begin(on bool) {
	if t.Begun = (time.Time{}); on {
		t.Begun = time.Unix(0, 0)
	}
}

// Kept is how a task went against its plan: past what was planned where it is
// more than 0, before where less. Each is nil where one side is not known.
type Kept struct {
	Start  *time.Duration // begun against planned
	End    *time.Duration // ended against planned, or still running past it
	Longer *time.Duration // how long it took against how long it was planned to
}

// Kept compares a task with its plan; one that goes on is compared with now once
// that is past its plan.
func (t *Task) Kept(now time.Time) Kept {
	var k Kept
	if t.State == TaskDropped {
		return k
	}
	past := func(at, plan time.Time) *time.Duration {
		if at.IsZero() || plan.IsZero() {
			return nil
		}
		d := at.Sub(plan).Truncate(time.Second)
		return &d
	}
	begun, ended := t.Begun, t.Ended
	if begun.IsZero() && t.State == TaskOpen && now.After(t.Starts) {
		begun = now // it should be under way
	}
	if ended.IsZero() && t.State == TaskOpen && now.After(t.Due) {
		ended = now
	}
	k.Start, k.End = past(begun, t.Starts), past(ended, t.Due)
	if t.Planned() && !t.Begun.IsZero() && !t.Ended.IsZero() {
		d := (t.Ended.Sub(t.Begun) - t.Due.Sub(t.Starts)).Truncate(time.Second)
		k.Longer = &d
	}
	return k
}

// timed keeps what was really the time of a task: whoever works on it says that
// he begins or has ended, and no moment of his own.
func (t *Task) timed(was Task, now time.Time) {
	switch {
	case t.Begun.IsZero():
	case was.Begun.IsZero():
		t.Begun = now
	default:
		t.Begun = was.Begun
	}
	switch {
	case t.State != TaskDone:
		t.Ended = time.Time{}
	case was.State != TaskDone:
		t.Ended = now
	default:
		t.Ended = was.Ended
	}
}

// fitTimes reports what is wrong with the planned times of a task.
func (t *Task) fitTimes() error {
	for _, is := range []struct {
		field string
		at    time.Time
	}{{"starts", t.Starts}, {"due", t.Due}} {
		if !is.at.IsZero() && (is.at.Year() < 1970 || is.at.Year() > 2200) {
			return fault.At(is.field, "record.not_a_moment")
		}
	}
	switch {
	case t.Starts.IsZero():
		return nil
	case t.Due.IsZero():
		return fault.At("due", "record.required")
	case !t.Due.After(t.Starts):
		return fault.At("due", "record.task_ends_before")
	case t.Due.Sub(t.Starts) > longestTask:
		return fault.At("due", "record.task_too_long").With("days", int(longestTask.Hours()/24))
	}
	return nil
}

// told is what a timeline says of a task that became another.
func (t *Task) told(was Task) []Change {
	if was.ID == 0 {
		return []Change{{Field: "task", Now: t.Title}}
	}
	var out []Change
	if from, to := was.times(), t.times(); from != to {
		out = append(out, Change{Field: TaskTime, Was: from, Now: to})
	}
	if t.Running() && was.Begun.IsZero() {
		out = append(out, Change{Field: TaskBegun, Now: t.Title})
	}
	if t.Begun.IsZero() && !was.Begun.IsZero() {
		out = append(out, Change{Field: TaskBegun, Was: span(was.Begun, time.Time{}) + " " + t.Title})
	}
	if from, to := was.line(), t.line(); from != to || len(out) == 0 {
		out = append(out, Change{Field: "task", Was: from, Now: to})
	}
	return out
}

// times are the planned times as a timeline writes them; "" when there are none.
func (t *Task) times() string {
	if t.Starts.IsZero() && t.Due.IsZero() {
		return ""
	}
	return span(t.Starts, t.Due) + " " + t.Title
}

// span writes two moments; what is zero is left empty.
func span(from, until time.Time) string {
	at := func(m time.Time) string {
		if m.IsZero() {
			return ""
		}
		return m.UTC().Format(time.RFC3339)
	}
	return at(from) + "/" + at(until)
}

// differs reports whether two moments differ as a form writes them, to the minute.
func differs(a, b time.Time) bool {
	return !a.Truncate(time.Minute).Equal(b.Truncate(time.Minute))
}

// ReadTaskTime reads what a timeline wrote of the planned times of a task; a
// moment that it did not write is zero.
func ReadTaskTime(v string) (starts, due time.Time, title string) {
	span, title, _ := strings.Cut(v, " ")
	from, until, _ := strings.Cut(span, "/")
	starts, _ = time.Parse(time.RFC3339, from)
	due, _ = time.Parse(time.RFC3339, until)
	return starts, due, title
}
