package request

import (
	"slices"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/form"
	"kilter/internal/practice/record"
)

// works is asked before a task is changed: what is to be noted is noted, whoever
// consented does not carry it out, and neither does whoever wrote, ordered or
// entered it. Answers are taken when a task is done and at no other time.
func (d *Desk) works(s *sitting, r *Request, t *record.Task, was record.Task) error {
	given := t.Answers
	t.Answers, t.Brings = was.Answers, nil
	if t.State != record.TaskDone || was.State == record.TaskDone || t.Plan == "" {
		return nil
	}
	o, err := d.Definition(r)
	if err != nil {
		return err
	}
	st, ok := StepOf(o, t)
	if !ok {
		return nil
	}
	// Whoever ordered or entered it could name anybody as its author, so he is
	// out, too.
	if o.FourEyes && st.Executes {
		wrote, err := d.wrote(s, r)
		if err != nil {
			return err
		}
		if s.By.ID != 0 && slices.Contains(append(wrote, r.Author, r.Requester, r.Entered), s.By.ID) {
			return fault.New(fault.Denied, "request.author_executes")
		}
	}
	if err := d.apart(s, r); err != nil {
		return err
	}
	t.Answers, t.Brings, err = d.noted(s, r, st.Questions, given, was.Answers)
	return err
}

// noted checks what is noted when a task is done: things that are named are
// checked as those of an order are, and a file is either the one that was noted
// before or one that the actor brought, kept with the hash of what it holds.
func (d *Desk) noted(s *sitting, r *Request, f form.Form, given, before form.Answers) (form.Answers, []record.Attach, error) {
	asked := form.Answers{}
	for name, v := range given {
		if q, ok := f.Find(name); ok && q.Type == form.File {
			v = fileText(v)
		}
		asked[name] = v
	}
	kept, err := f.Accept(asked, "answers.", d.refers(s.By))
	var many fault.Many
	if err := many.Add(err); err != nil {
		return nil, nil, err
	}
	var brings []record.Attach
	for _, q := range f {
		v := kept[q.Name]
		if q.Type != form.File || v == "" || v == before[q.Name] {
			continue
		}
		named, _ := form.ParseFile(v) // it was accepted
		c, err := s.Brought(r, named.ID)
		for _, one := range fault.All(err) {
			one.Field = "answers." + q.Name
		}
		if err := many.Add(err); err != nil {
			return nil, nil, err
		}
		held := form.Stored{ID: named.ID, SHA256: c.SHA256, Name: record.FileName(named.Name)}
		kept[q.Name], brings = held.Text(), append(brings, record.Attach{File: held.ID, Name: held.Name})
	}
	return kept, brings, many.Err()
}

// fileText is an answer that names a file by its number alone, as answers name
// files; any other is as it was.
func fileText(v string) string {
	if n, err := strconv.ParseInt(v, 10, 64); err == nil && n > 0 {
		return form.Stored{ID: n, Name: "file"}.Text()
	}
	return v
}
