package api

import (
	"net/http"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// task is a piece of the work on a record.
type task struct {
	ID     int64     `json:"id,omitempty"`
	Title  string    `json:"title"`
	Team   int64     `json:"team,omitempty"`
	Owner  int64     `json:"owner,omitempty"`
	Due    string    `json:"due,omitempty" format:"date-time"`
	State  string    `json:"state,omitempty" enum:"open,done,dropped"`
	Checks []check   `json:"checks,omitempty"`
	Moved  string    `json:"moved,omitempty" format:"date-time"`
	Starts string    `json:"starts,omitempty" format:"date-time" doc:"api.doc.task_starts"`
	Begun  string    `json:"begun,omitempty" format:"date-time" doc:"api.doc.task_begun"`
	Ended  string    `json:"ended,omitempty" format:"date-time" doc:"api.doc.task_ended"`
	Kept   *taskKept `json:"kept,omitempty" doc:"api.doc.task_kept"`

	Step    int               `json:"step,omitempty" doc:"api.doc.task_step"`
	Plan    string            `json:"plan,omitempty" doc:"api.doc.task_plan"`
	Answers map[string]string `json:"answers,omitempty" doc:"api.doc.task_answers"`
}

// check is one line of a task's list.
type check struct {
	Text string `json:"text"`
	Done bool   `json:"done,omitempty"`
	By   int64  `json:"by,omitempty"`
}

// taskForm is what can be said of a task; what is left out stays as it is.
type taskForm struct {
	Title  *string  `json:"title,omitempty"`
	Team   *int64   `json:"team,omitempty"`
	Owner  *int64   `json:"owner,omitempty"`
	Due    *string  `json:"due,omitempty" format:"date-time"`
	State  *string  `json:"state,omitempty" enum:"open,done,dropped"`
	Checks *[]check `json:"checks,omitempty"`
	Starts *string  `json:"starts,omitempty" format:"date-time" doc:"api.doc.task_starts"`
	Begin  *bool    `json:"begin,omitempty" doc:"api.doc.task_begin"`

	Answers *map[string]string `json:"answers,omitempty" doc:"api.doc.task_answers"`
}

// taskKept is how a task went against its plan, in seconds.
type taskKept struct {
	Start  *int `json:"start_late_seconds" doc:"api.doc.task_start_late"`
	End    *int `json:"end_late_seconds" doc:"api.doc.task_end_late"`
	Longer *int `json:"longer_seconds" doc:"api.doc.task_longer"`
}

func keptOf(t *record.Task, now time.Time) *taskKept {
	k := t.Kept(now)
	if k == (record.Kept{}) {
		return nil
	}
	seconds := func(d *time.Duration) *int {
		if d == nil {
			return nil
		}
		n := int(d.Seconds())
		return &n
	}
	return &taskKept{seconds(k.Start), seconds(k.End), seconds(k.Longer)}
}

func taskOf(t *record.Task, now time.Time) task {
	out := task{ID: t.ID, Title: t.Title, Team: int64(t.Team), Owner: int64(t.Owner), Due: stamp(t.Due), State: string(t.State), Moved: stamp(t.Moved), Step: t.Step, Plan: t.Plan, Answers: t.Answers, Starts: stamp(t.Starts), Begun: stamp(t.Begun), Ended: stamp(t.Ended), Kept: keptOf(t, now)}
	for _, c := range t.Checks {
		out.Checks = append(out.Checks, check{c.Text, c.Done, int64(c.By)})
	}
	return out
}

// onto takes what the form says over onto a task.
func (f taskForm) onto(t *record.Task) error {
	if f.Title != nil {
		t.Title = *f.Title
	}
	if f.Team != nil {
		t.Team = people.TeamID(*f.Team)
	}
	if f.Owner != nil {
		t.Owner = people.ID(*f.Owner)
	}
	if f.State != nil {
		t.State = record.TaskState(*f.State)
	}
	if f.Answers != nil {
		t.Answers = *f.Answers
	}
	if f.Begin != nil && *f.Begin == t.Begun.IsZero() {
		t.Begin(*f.Begin)
	}
	for _, m := range []struct {
		name string
		said *string
		at   *time.Time
	}{{"due", f.Due, &t.Due}, {"starts", f.Starts, &t.Starts}} {
		if m.said == nil {
			continue
		}
		if *m.at = (time.Time{}); *m.said != "" {
			at, err := time.Parse(time.RFC3339, *m.said)
			if err != nil || at.Year() < 1970 || at.Year() > 2200 {
				return fault.At(m.name, "record.not_a_moment")
			}
			*m.at = at.UTC()
		}
	}
	if f.Checks != nil {
		checks := make([]record.Check, len(*f.Checks))
		for i, c := range *f.Checks {
			checks[i] = record.Check{Text: c.Text, Done: c.Done}
			for _, held := range t.Checks {
				if held.Text == c.Text {
					checks[i].By = held.By
				}
			}
		}
		t.Checks = checks
	}
	return nil
}

// tasks are the operations on the tasks of a record.
func (p *practice[R]) tasks() {
	kind := string(p.desk.Kind)
	gives := []gives{{Status: http.StatusOK, Schema: of[[]task]()}}
	p.add(operation{
		Method: "GET", Path: p.at("/{number}/tasks"), Policy: p.deed("read"), Name: "tasks-of-" + kind, Key: "tasks", Tag: p.room, Gives: gives, Run: func(c *call) error {
			r, err := p.find(c)
			if err != nil {
				return err
			}
			if !c.by.Staff {
				return staffOnly()
			}
			return p.tasksOf(c, r)
		},
	})
	p.add(operation{
		Method: "POST", Path: p.at("/{number}/tasks"), Policy: p.deed("task_add"), Name: "add-task-to-" + kind, Key: "task_add", Tag: p.room, Once: true, Match: true,
		Body: &body{Schema: of[taskForm]()}, Gives: gives, Run: func(c *call) error {
			return p.onTask(c, func(s *record.Sitting[R], r R, f taskForm) error {
				var t record.Task
				if err := f.onto(&t); err != nil {
					return err
				}
				return s.Plan(r, t)
			})
		},
	})
	p.add(operation{
		Method: "PATCH", Path: p.at("/{number}/tasks/{task}"), Policy: p.deed("task_work"), Name: "work-on-task-of-" + kind, Key: "task_work", Tag: p.room, Once: true, Match: true,
		Body: &body{Types: []string{jsonType, mergeType}, Schema: of[taskForm]()}, Gives: gives, Run: func(c *call) error {
			id, err := c.id("task")
			if err != nil {
				return err
			}
			return p.onTask(c, func(s *record.Sitting[R], r R, f taskForm) error { return s.Work(r, id, f.onto) })
		},
	})
}

func (p *practice[R]) onTask(c *call, do func(*record.Sitting[R], R, taskForm) error) error {
	n, err := p.named(c)
	if err != nil {
		return err
	}
	var f taskForm
	if err := c.into(&f); err != nil {
		return p.unseen(c, n, err)
	}
	version, err := matched(c.r)
	if err != nil {
		return err
	}
	r, err := p.desk.One(c.r.Context(), c.by, n, record.Input{Version: version}, func(s *record.Sitting[R], r R) error { return do(s, r, f) })
	if err != nil {
		return err
	}
	c.w.Header().Set("ETag", etag(r.Common().Version))
	return p.tasksOf(c, r)
}

func (p *practice[R]) tasksOf(c *call, r R) error {
	held, err := c.Ledger.Tasks(c.r.Context(), r.Common().ID)
	if err != nil {
		return err
	}
	out := make([]task, len(held))
	for i, t := range held {
		out[i] = taskOf(t, c.Now())
	}
	return c.done(http.StatusOK, out)
}

// spent is working time to be written down.
type spent struct {
	Minutes int    `json:"minutes" doc:"api.doc.spent_minutes"`
	On      string `json:"on,omitempty" doc:"api.doc.spent_on"`
	Text    string `json:"text,omitempty"`
}

// time adds working time to a record.
func (p *practice[R]) time() {
	p.add(operation{
		Method: "POST", Path: p.at("/{number}/time"), Policy: p.deed("spend"), Name: "time-on-" + string(p.desk.Kind), Key: "spend", Tag: p.room, Once: true, Match: true,
		Body: &body{Schema: of[spent]()}, Gives: []gives{{Status: http.StatusOK, Schema: p.shape()}}, Run: func(c *call) error {
			n, err := p.named(c)
			if err != nil {
				return err
			}
			var f spent
			if err := c.into(&f); err != nil {
				return p.unseen(c, n, err)
			}
			version, err := matched(c.r)
			if err != nil {
				return err
			}
			r, err := p.desk.One(c.r.Context(), c.by, n, record.Input{Version: version}, func(s *record.Sitting[R], r R) error {
				return s.Spend(r, record.Worked{Minutes: f.Minutes, On: f.On, Text: f.Text})
			})
			if err != nil {
				return err
			}
			return p.changed(c, http.StatusOK, r)
		},
	})
}
