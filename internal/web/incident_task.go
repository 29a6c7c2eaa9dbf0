package web

import (
	"net/http"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// taskPage asks for a new task.
type taskPage struct {
	*sight
	Ref    string
	Timed  bool // it is planned from when until when
	Form   *Form
	Fields []part.Field
}

func (d *Desk) taskForm(w http.ResponseWriter, r *http.Request, s *sight) error {
	one, err := s.found(r)
	if err != nil {
		return err
	}
	if err := s.By.May("incident.task_add"); err != nil {
		return err
	}
	p := &taskPage{sight: s, Ref: one.Ref()}
	p.ask(nil)
	return Show(w, r, http.StatusOK, taskDialog(p))
}

func (p *taskPage) ask(form *Form) {
	p.Form = form
	due := []part.Field{{Name: "due", Label: p.T("desk.task_due"), Kind: part.DateTime, Narrow: true}}
	if p.Timed {
		due = p.taskTimes(&record.Task{})
	}
	p.Fields = form.Fields(append([]part.Field{
		{Name: "title", Label: p.T("desk.task_title"), Required: true, Max: 200},
		{Name: "checks", Label: p.T("desk.task_checks"), Help: p.T("desk.task_checks_help"), Kind: part.Long},
		{Name: "team", Label: p.label("team"), Kind: part.Choice, Options: p.Options(setting.Team, "")},
		{Name: "owner", Label: p.label("owner"), Kind: part.Choose, Load: "/people"},
	}, due...)...)
}

func (d *Desk) taskAdd(w http.ResponseWriter, r *http.Request, s *sight) error {
	n, err := refNumber(r.PathValue("ref"))
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	t := s.taskOf(form)
	one, err := d.Incidents.One(r.Context(), s.By, n, record.Input{}, func(k *record.Sitting[*incident.Incident], i *incident.Incident) error { return k.Plan(i, t) })
	if err != nil {
		if err := form.Blame(s.Printer, err); err != nil {
			return err
		}
		p := &taskPage{sight: s, Ref: r.PathValue("ref")}
		p.ask(form)
		return again(w, r, "task", taskDialog(p))
	}
	return d.done(w, r, s, one, part.Toast{Text: s.T("desk.task_added"), Icon: "square-check"})
}

// taskWork ticks a line of a task, or says how far it is.
func (d *Desk) taskWork(w http.ResponseWriter, r *http.Request, s *sight) error {
	n, err := refNumber(r.PathValue("ref"))
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	for name, v := range r.URL.Query() { // the undo of a notice has no fields
		form.Values[name] = v
	}
	id, was := idOf(r.PathValue("id")), record.TaskState("")
	one, err := d.Incidents.One(r.Context(), s.By, n, record.Input{}, func(k *record.Sitting[*incident.Incident], i *incident.Incident) error {
		return k.Work(i, id, func(t *record.Task) error { was = t.State; return workOn(t, form) })
	})
	if err != nil {
		return err
	}
	undo := r.URL.Path + "?check=" + form.Get("check")
	if form.Get("state") != "" {
		undo = r.URL.Path + "?state=" + string(was)
	}
	return d.done(w, r, s, one, part.Toast{Text: s.T("desk.task_changed"), Icon: "square-check", Undo: undo})
}

func workOn(t *record.Task, form *Form) error {
	if st := form.Get("state"); st != "" {
		t.State = record.TaskState(st)
		return nil
	}
	i, err := strconv.Atoi(form.Get("check"))
	if err != nil || i < 0 || i >= len(t.Checks) {
		return fault.New(fault.Missing, "record.no_such_task")
	}
	t.Checks[i].Done = !t.Checks[i].Done
	return nil
}

// idOf reads an id, 0 for what is none.
func idOf(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// linkPage asks which record this one belongs to.
type linkPage struct {
	*sight
	Ref    string
	Form   *Form
	Fields []part.Field
}

// linkKinds are the relations that can be made by hand.
var linkKinds = []string{"relates", "part_of", "parent_of", "caused_by"}

func (p *linkPage) ask(form *Form) {
	p.Form = form
	all := linkKinds
	if p.of.Plain != nil {
		all = plainKinds
	}
	kinds := make([]part.Option, len(all))
	for i, k := range all {
		kinds[i] = part.Option{Value: k, Label: p.T("desk.link." + k)}
	}
	p.Fields = form.Fields(
		part.Field{Name: "kind", Label: p.word("link_kind"), Kind: part.Radio, Required: true, Value: "relates", Options: kinds},
		part.Field{Name: "to", Label: p.T("desk.link_to"), Required: true, Hint: "INC-" + strconv.Itoa(p.Now.Year()) + "-00042"},
	)
}

func (d *Desk) linkForm(w http.ResponseWriter, r *http.Request, s *sight) error {
	one, err := s.found(r)
	if err != nil {
		return err
	}
	p := &linkPage{sight: s, Ref: one.Ref()}
	p.ask(nil)
	return Show(w, r, http.StatusOK, linkDialog(p))
}

func (d *Desk) link(w http.ResponseWriter, r *http.Request, s *sight) error {
	one, err := s.found(r)
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	for name, v := range r.URL.Query() { // the undo of a notice has no fields
		form.Values[name] = v
	}
	to, kind, off := strings.ToUpper(form.Get("to")), form.Get("kind"), form.Get("off") != ""
	if err = d.bind(s, one, to, kind, off); err == nil {
		one, err = d.Incidents.Find(r.Context(), s.By, one.Number)
	}
	if err != nil {
		if fault.Is(err, fault.Missing) {
			err = fault.At("to", "record.no_such").With("ref", to)
		}
		if err := form.Blame(s.Printer, err); err != nil {
			return err
		}
		p := &linkPage{sight: s, Ref: one.Ref()}
		p.ask(form)
		return again(w, r, "link", linkDialog(p))
	}
	t := part.Toast{Text: s.T("desk.linked_now", "ref", to), Icon: "link", Undo: "/incidents/" + one.Ref() + "/link?off=true&kind=" + kind + "&to=" + to}
	if off {
		t.Text, t.Undo = s.T("desk.unlinked", "ref", to), "/incidents/"+one.Ref()+"/link?kind="+kind+"&to="+to
	}
	return d.done(w, r, s, one, t)
}

// linkKind is the kind by which the form names a relation, "" when it is made
// by deeds of its own.
func linkKind(l record.Linked) string {
	switch {
	case l.Type == "relates":
		return "relates"
	case l.Type == "parent" && l.Back:
		return "part_of"
	case l.Type == "parent":
		return "parent_of"
	case l.Type == "caused_by" && !l.Back:
		return "caused_by"
	}
	return ""
}

// bind makes or takes away a relation: families are deeds of their own.
func (d *Desk) bind(s *sight, one *incident.Incident, to, kind string, off bool) (err error) {
	family := func(parent, child record.Number) error {
		if off {
			return d.Incidents.Release(s.ctx, s.By, parent, child)
		}
		return d.Incidents.Adopt(s.ctx, s.By, parent, child)
	}
	switch kind {
	case "part_of", "parent_of":
		n, err := refNumber(to)
		if err != nil {
			return err
		}
		if kind == "part_of" {
			return family(n, one.Number)
		}
		return family(one.Number, n)
	}
	if off {
		_, err = d.Incidents.Unrelate(s.ctx, s.By, one.Number, to, kind)
		return err
	}
	_, err = d.Incidents.Relate(s.ctx, s.By, one.Number, to, kind)
	return err
}
