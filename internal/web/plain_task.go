package web

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// taskView is the list of tasks of a record of any practice.
type taskView struct {
	*tale
	Tasks []*record.Task
	// Asks gives what a task asks for when it is done, and what was noted; nil
	// where tasks ask nothing.
	Asks func(*record.Task) (form.Form, []answered)

	Timed        bool      // they have planned times, and real ones
	Starts, Ends time.Time // of the whole work; zero when it has no window yet
}

func (v *taskView) can(deed string) bool { return v.By.Can(v.of.deed(deed)) }

// early reports whether tasks of an earlier step are still open.
func (v *taskView) early(t *record.Task) bool {
	for _, o := range v.Tasks {
		if o.Step != 0 && o.Step < t.Step && o.State == record.TaskOpen {
			return true
		}
	}
	return false
}

// stepAsker makes the questions that a task asks when it is done: staff look up
// whom and what they name in the whole of what they see.
func (s *sight) stepAsker(f form.Form, typed *Form, given form.Answers) *asker {
	w := whom{dir: s.desk.Directory, lang: string(s.Lang())}
	return &asker{Printer: s.Printer, Questions: f, Form: typed, Given: given, Departments: w.departments, Named: s.lookedUp}
}

// lookedUp is how staff look up what an answer names.
func (s *sight) lookedUp(t form.Type, value string) (load string, chosen []part.Option) {
	switch t {
	case form.Person:
		load = "/people"
		if id := idOf(value); id != 0 {
			chosen = []part.Option{{Value: value, Label: s.Name(people.ID(id))}}
		}
	case form.Item:
		load = "/items"
		if value != "" {
			chosen = []part.Option{{Value: value, Label: s.item(value)}}
		}
	}
	return load, chosen
}

// questions are those a task asks when it is done, with what was noted before.
func (v *taskView) questions(t *record.Task) ([]asking, error) {
	if v.Asks == nil {
		return nil, nil
	}
	f, _ := v.Asks(t)
	all, _, err := v.stepAsker(f, &Form{}, t.Answers).fill()
	for i := range all {
		all[i].Field.Narrow = all[i].Table == nil
	}
	return all, err
}

func (v *taskView) noted(t *record.Task) []answered {
	if v.Asks == nil || len(t.Answers) == 0 {
		return nil
	}
	_, noted := v.Asks(t)
	return noted
}

// failing renders nothing and tells what went wrong.
func failing(err error) func(context.Context, io.Writer) error {
	return func(context.Context, io.Writer) error { return err }
}

// plainKinds are the relations that can be made by hand on the plain page.
var plainKinds = []string{"relates"}

// linked reports whether the pages of the practice make links by hand.
func (t *trade) linked() bool { return t.Plain == nil || t.Plain.look().Works }

// plainWorks mounts the tasks and links of a practice that has them.
func (d *Desk) plainWorks(mux Mux, k record.Kind) {
	at := k.Path()
	for pattern, h := range map[string]staffHandler{
		"GET " + at + "/{ref}/task":  d.plainTaskForm,
		"POST " + at + "/{ref}/task": d.plainTaskAdd,
		"GET " + at + "/{ref}/link":  d.plainLinkForm,
		"POST " + at + "/{ref}/link": d.plainLink,
	} {
		mux.Handle(pattern, d.limited(pattern, d.about(k, h)))
	}
	mux.Handle("POST "+at+"/{ref}/task/{id}", brings(d.about(k, d.plainTaskWork)))
}

func (d *Desk) plainTaskForm(w http.ResponseWriter, r *http.Request, s *sight) error {
	page, err := s.plainPage(r.PathValue("ref"))
	if err != nil {
		return err
	}
	p := &taskPage{sight: s, Ref: page.Ref, Timed: page.Look.Timed}
	p.ask(nil)
	return Show(w, r, http.StatusOK, taskDialog(p))
}

func (d *Desk) plainTaskAdd(w http.ResponseWriter, r *http.Request, s *sight) error {
	n, err := refOf(s.of.Kind, r.PathValue("ref"))
	if err != nil {
		return err
	}
	f, err := ReadForm(r)
	if err != nil {
		return err
	}
	t := s.taskOf(f)
	h, err := s.of.Plain.plan(r.Context(), s.By, n, t)
	if err != nil {
		if err := f.Blame(s.Printer, err); err != nil {
			return err
		}
		p := &taskPage{sight: s, Ref: r.PathValue("ref"), Timed: s.of.Plain.look().Timed}
		p.ask(f)
		return again(w, r, "task", taskDialog(p))
	}
	return d.plainDone(w, r, s, h, part.Toast{Text: s.T("desk.task_added"), Icon: "square-check"})
}

// taskOf is the task that a form describes.
func (s *sight) taskOf(f *Form) record.Task {
	t := record.Task{Title: f.Get("title"), Team: people.TeamID(idOf(f.Get("team"))), Owner: people.ID(idOf(f.Get("owner")))}
	for line := range strings.SplitSeq(f.Get("checks"), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			t.Checks = append(t.Checks, record.Check{Text: line})
		}
	}
	t.Starts, t.Due = s.typed(f.Get("starts")), s.typed(f.Get("due"))
	return t
}

// plainTaskWork ticks a line of a task, notes what it asks for, or says how far
// it is.
func (d *Desk) plainTaskWork(w http.ResponseWriter, r *http.Request, s *sight) error {
	n, err := refOf(s.of.Kind, r.PathValue("ref"))
	if err != nil {
		return err
	}
	f, err := s.read(r)
	if err != nil {
		return err
	}
	if f.Refused != nil {
		return f.Refused
	}
	for name, v := range r.URL.Query() { // the undo of a notice has no fields
		f.Values[name] = v
	}
	id, was := idOf(r.PathValue("id")), record.TaskState("")
	answers, err := s.taskAnswers(r.PathValue("ref"), id, f.Form)
	if err != nil {
		return err
	}
	h, err := s.of.Plain.work(r.Context(), s.By, n, id, func(t *record.Task) error {
		was = t.State
		if answers != nil {
			t.Answers = answers
		}
		if s.of.Plain.look().Timed && s.timeTask(t, f.Form) {
			return nil
		}
		return workOn(t, f.Form)
	})
	if err != nil {
		return err
	}
	return d.plainDone(w, r, s, h, part.Toast{Text: s.T("desk.task_changed"), Icon: "square-check", Undo: undoTask(r.URL.Path, f.Form, was)})
}

// taskAnswers reads what a task asks for out of a form that says it is done; nil
// when that asks nothing.
func (s *sight) taskAnswers(ref string, id int64, f *Form) (form.Answers, error) {
	if f.Get("state") != string(record.TaskDone) || s.of.Plain.look().Asks == nil {
		return nil, nil
	}
	p, err := s.plainPage(ref)
	if err != nil {
		return nil, err
	}
	asks := p.Look.Asks(p)
	i := slices.IndexFunc(p.Tasks, func(t *record.Task) bool { return t.ID == id })
	if asks == nil || i < 0 {
		return nil, nil
	}
	questions, _ := asks(p.Tasks[i])
	return (&asker{Questions: questions, Form: f}).given(), nil
}
