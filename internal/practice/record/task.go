package record

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// Task is a piece of the work on a record that somebody can do by himself,
// with a list to tick off.
type Task struct {
	ID     int64
	Record int64
	Title  string
	Team   people.TeamID
	Owner  people.ID
	Due    time.Time // when it is planned to have ended
	State  TaskState
	Checks []Check
	Moved  time.Time

	Starts time.Time // when it is planned to begin
	Begun  time.Time // when somebody began it; zero when nobody said so
	Ended  time.Time // when it was done

	// Of a task that comes from a plan:
	Step    int               // those of the steps before are done first; 0 is not ordered
	Plan    string            // its name in the plan
	Answers map[string]string // what was noted when it was done, by the names of the plan's questions
	Brings  []Attach          // files that come with the change at hand; they are kept as files of the record
}

// Check is one line of a task's list.
type Check struct {
	Text string    `json:"text"`
	Done bool      `json:"done,omitempty"`
	By   people.ID `json:"by,omitempty"`
}

// TaskState is how far a task is.
type TaskState string

// The states of a task. A done or dropped task can be opened again.
const (
	TaskOpen    TaskState = "open"
	TaskDone    TaskState = "done"
	TaskDropped TaskState = "dropped"
)

const (
	mostTasks  = 100
	mostChecks = 50
)

// Plan adds a task to the record.
func (s *Sitting[R]) Plan(r R, t Task) error {
	t.State, t.Begun, t.Ended = TaskOpen, time.Time{}, time.Time{}
	if err := t.fit(); err != nil {
		return err
	}
	held, err := s.tasks(r)
	if err != nil {
		return err
	}
	if len(held) >= mostTasks {
		return fault.New(fault.TooMuch, "record.too_many_tasks").With("max", mostTasks)
	}
	return s.task(r, &t, Task{}, "task_add")
}

// Work changes a task of the record: ticks a line, does it, drops it, hands it
// on. Do changes the task it is given.
func (s *Sitting[R]) Work(r R, id int64, do func(*Task) error) error {
	held, err := s.tasks(r)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(held, func(t *Task) bool { return t.ID == id })
	if i < 0 {
		return fault.New(fault.Missing, "record.no_such_task")
	}
	t, was := held[i], *held[i]
	was.Checks, was.Answers = slices.Clone(was.Checks), maps.Clone(was.Answers)
	if err := do(t); err != nil {
		return err
	}
	t.Record = was.Record
	if err := t.fit(); err != nil {
		return err
	}
	if err := t.inTurn(was, held); err != nil {
		return err
	}
	if t.State != TaskOpen && t.Begun.IsZero() != was.Begun.IsZero() {
		return fault.New(fault.Conflict, "record.task_over")
	}
	if was.State != TaskOpen && t.State != TaskOpen && (differs(t.Starts, was.Starts) || differs(t.Due, was.Due)) { // what was planned is held against what was
		return fault.New(fault.Conflict, "record.task_planned")
	}
	t.timed(was, s.Now)
	if s.desk.Rules.Works == nil {
		t.Answers, t.Brings = was.Answers, nil // nothing is asked, so nothing is noted
	} else if err := s.desk.Rules.Works(s, r, t, was); err != nil {
		return err
	}
	for n := range t.Checks {
		if t.Checks[n].Done && (n >= len(was.Checks) || !was.Checks[n].Done) {
			t.Checks[n].By = s.By.ID
		}
	}
	return s.task(r, t, was, "task_work")
}

// Tasks are those of a record, as they are in this sitting.
func (s *Sitting[R]) Tasks(r R) ([]*Task, error) { return s.tasks(r) }

// inTurn reports that a task is done before those of an earlier step, or opened
// again after one of a later step was done.
func (t *Task) inTurn(was Task, held []*Task) error {
	begins := t.Running() && was.Begun.IsZero()
	if t.Step == 0 || t.State == was.State && !begins || t.State == TaskDropped {
		return nil
	}
	for _, o := range held {
		switch {
		case o.Step == 0 || o.ID == t.ID:
		case (t.State == TaskDone || begins) && o.Step < t.Step && o.State == TaskOpen:
			return fault.New(fault.Conflict, "record.task_not_yet").With("task", o.Title)
		case t.State == TaskOpen && !begins && o.Step > t.Step && o.State == TaskDone:
			return fault.New(fault.Conflict, "record.task_too_late").With("task", o.Title)
		}
	}
	return nil
}

func (s *Sitting[R]) tasks(r R) ([]*Task, error) {
	sh := s.sheaf(r)
	if sh.Was == nil {
		return sh.Tasks, nil
	}
	if !sh.planned {
		held, err := s.tx.Tasks(r.Common().ID)
		if err != nil {
			return nil, err
		}
		sh.planned, sh.held = true, held
	}
	return slices.Concat(sh.held, slices.DeleteFunc(slices.Clone(sh.Tasks), func(t *Task) bool { return slices.Contains(sh.held, t) })), nil
}

// task keeps a task in the place of what it was. Who has left since he was named
// does not stop the work.
func (s *Sitting[R]) task(r R, t *Task, was Task, deed string) error {
	if s.desk.Flow.Place(r.Common().State).Final {
		return fault.New(fault.Conflict, "record.closed_is_read_only")
	}
	if s.desk.Rules.Refers != nil {
		if t.Team != was.Team && t.Team != 0 {
			if err := s.desk.Rules.Refers(s.By, Team, "team", number(int64(t.Team))); err != nil {
				return err
			}
		}
		if t.Owner != was.Owner && t.Owner != 0 {
			if err := s.desk.Rules.Refers(s.By, Person, "owner", number(int64(t.Owner))); err != nil {
				return err
			}
		}
	}
	t.Moved = s.Now
	if err := s.Log(r, deed, Entry{Changes: t.told(was)}); err != nil {
		return err
	}
	sh := s.sheaf(r)
	if !slices.Contains(sh.Tasks, t) {
		sh.Tasks = append(sh.Tasks, t)
	}
	return s.attach(sh, Input{Files: t.Brings})
}

// Brought is what is known of a file that whoever sits here brought for a
// record; a fault at "files" when it is not his.
func (s *Sitting[R]) Brought(r R, file int64) (Content, error) {
	c, _, err := s.tx.Content(s.By.ID, file, r.Common().ID)
	return c, err
}

// fit reports what is wrong with the task. It is done when every line is.
func (t *Task) fit() error {
	t.Title = strings.Join(strings.Fields(t.Title), " ")
	var many fault.Many
	for field, ok := range map[string]bool{
		"title":  t.Title != "" && utf8.RuneCountInString(t.Title) <= 200 && utf8.ValidString(t.Title),
		"checks": len(t.Checks) <= mostChecks,
		"state":  slices.Contains([]TaskState{TaskOpen, TaskDone, TaskDropped}, t.State),
	} {
		if !ok {
			many = append(many, fault.At(field, "record.task_unfit"))
		}
	}
	for i, c := range t.Checks {
		if t.Checks[i].Text = strings.Join(strings.Fields(c.Text), " "); t.Checks[i].Text == "" || utf8.RuneCountInString(c.Text) > 200 {
			many = append(many, fault.At("checks", "record.task_unfit"))
		}
		if t.State == TaskDone && !c.Done {
			many = append(many, fault.At("checks", "record.task_unchecked").With("check", c.Text))
		}
	}
	if err := many.Add(t.fitTimes()); err != nil {
		return err
	}
	return many.Err()
}

// line is the task as a timeline writes it: title, state, lines done.
func (t *Task) line() string {
	done := 0
	for _, c := range t.Checks {
		if c.Done {
			done++
		}
	}
	out := t.Title + " · " + string(t.State)
	if len(t.Checks) > 0 {
		out += " · " + number(int64(done)) + "/" + number(int64(len(t.Checks)))
		if done == 0 {
			out = t.Title + " · " + string(t.State) + " · 0/" + number(int64(len(t.Checks)))
		}
	}
	return out
}
