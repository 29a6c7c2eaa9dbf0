package change

import (
	"context"
	"maps"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// prefilled is what opens a change, with what its model brings where nothing was
// said.
func (d *Desk) prefilled(by people.Actor, in record.Input) (record.Input, error) {
	in.Fields = maps.Clone(in.Fields)
	text := in.Fields["model"]
	if text == "" || d.Models == nil {
		return in, nil
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return in, fault.At("model", "record.not_a_number")
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	brings, err := d.Models.Prefill(ctx, by, id)
	if err != nil {
		return in, err
	}
	for name, v := range brings {
		if in.Fields[name] == "" && v != "" {
			in.Fields[name] = v
		}
	}
	return in, nil
}

// asModelled checks that a change which is authorised already is one after a
// model that may be used for it, and plans the model's tasks.
func (d *Desk) asModelled(s *sitting, c *Change) error {
	if d.Models == nil || c.Model == 0 {
		return fault.At("model", "change.model_needed")
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	one, err := d.Models.after(ctx, s.By, c.Model)
	if err != nil {
		return err
	}
	if one.State != ModelUsable {
		key := map[ModelState]string{ModelNew: "change.model_unapproved", ModelAltered: "change.model_altered", ModelDemoted: "change.model_demoted", ModelWithdrawn: "change.model_withdrawn"}[one.State]
		return fault.At("model", key).With("name", one.Name.Both()).With("n", one.Allowed)
	}
	if err := d.Models.covers(ctx, one, c); err != nil {
		return err
	}
	if one.Last != nil && isBarred(c, one.Last.By) {
		return fault.At("model", "change.model_own_consent").With("name", one.Name.Both())
	}
	if err := one.Plan.fills(c); err != nil {
		return err
	}
	c.Impact, c.Likelihood = Degree(one.Plan.Impact), Degree(one.Plan.Likelihood)
	c.Settle()
	held, err := s.Tasks(c)
	if err != nil || len(held) > 0 {
		return err
	}
	for _, title := range one.Plan.Checklist() {
		if err := s.Plan(c, record.Task{Title: title, Team: c.Team, Owner: c.Owner}); err != nil {
			return err
		}
	}
	return nil
}

// fills puts what a model plans into a change after it. It is for the model's plan
// that nobody is asked any more, so the change has no other.
func (m ModelPlan) fills(c *Change) error {
	var many fault.Many
	for _, f := range []struct {
		name   string
		at     *string
		brings string
	}{{"procedure", &c.Procedure, m.Procedure}, {"test", &c.Test, m.Test}, {"back_out", &c.BackOut, m.BackOut}} {
		switch {
		case *f.at == "":
			*f.at = f.brings
		case f.brings != "" && strings.TrimSpace(*f.at) != strings.TrimSpace(f.brings):
			many = append(many, fault.At(f.name, "change.model_differs"))
		}
	}
	switch {
	case c.BackOutTime == 0:
		c.BackOutTime = m.BackOutTime
	case m.BackOutTime != 0 && c.BackOutTime != m.BackOutTime:
		many = append(many, fault.At("back_out_time", "change.model_differs"))
	}
	if c.Communication == "" {
		c.Communication = m.Communication
	}
	return many.Err()
}
