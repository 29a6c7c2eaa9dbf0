package release

import (
	"context"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// undecided is the review of the present build as long as it can be spoken in.
func (d *Desk) undecided(r *Release) (*Review, error) {
	v := r.review(d.checklist())
	if v.Decision != Undecided {
		return nil, fault.New(fault.Conflict, "release.reviewed")
	}
	return v, nil
}

// Look notes what was found about points of the readiness review; answers to
// the same point replace one another.
func (d *Desk) Look(ctx context.Context, by people.Actor, n record.Number, all []Answer, in record.Input) (*Release, error) {
	return d.work(ctx, by, n, in, flow.At(Readiness), func(s *sitting, r *Release) error {
		v, err := d.undecided(r)
		if err != nil {
			return err
		}
		var many fault.Many
		var told []record.Change
		for _, a := range all {
			field := "point." + string(a.Point)
			a.By, a.At, a.Evidence = s.By.ID, s.Now, strings.TrimSpace(a.Evidence)
			checkSay(&many, field, a.Say)
			if !v.asks(a.Point) {
				many = append(many, fault.At("point", "record.not_a_choice").With("choices", join(v.points())))
			}
			checkNote(&many, field+".evidence", a.Evidence, a.Say == Yes)
			was, _ := v.Answer(a.Point)
			if was.Say == a.Say && was.Evidence == a.Evidence {
				continue
			}
			told = append(told, changed(field, string(was.Say), string(a.Say))...)
			v.Answers = append(slices.DeleteFunc(v.Answers, func(o Answer) bool { return o.Point == a.Point }), a)
		}
		if err := many.Err(); err != nil {
			return err
		}
		return s.Log(r, DeedVoice, record.Entry{Changes: told})
	})
}

func checkSay(many *fault.Many, field string, s Say) {
	if !slices.Contains(says, s) {
		*many = append(*many, fault.At(field, "record.not_a_choice").With("choices", join(says)))
	}
}

// Speak signs what a role cluster says. Whoever is against it says why.
func (d *Desk) Speak(ctx context.Context, by people.Actor, n record.Number, one Voice, in record.Input) (*Release, error) {
	return d.work(ctx, by, n, in, flow.At(Readiness), func(s *sitting, r *Release) error {
		v, err := d.undecided(r)
		if err != nil {
			return err
		}
		one.By, one.At, one.Remark = s.By.ID, s.Now, strings.TrimSpace(one.Remark)
		var many fault.Many
		if !slices.Contains(Clusters, one.Cluster) {
			many = append(many, fault.At("cluster", "record.not_a_choice").With("choices", join(Clusters)))
		}
		checkSay(&many, "say", one.Say)
		checkNote(&many, "remark", one.Remark, one.Say == No)
		if err := many.Err(); err != nil {
			return err
		}
		was, _ := v.Voice(one.Cluster)
		v.Voices = append(slices.DeleteFunc(v.Voices, func(o Voice) bool { return o.Cluster == one.Cluster }), one)
		return s.Log(r, DeedVoice, record.Entry{Text: one.Remark, Changes: changed("cluster."+string(one.Cluster), string(was.Say), string(one.Say))})
	})
}

// Outcome is what a review comes to.
type Outcome struct {
	Decision   Decision
	Minutes    string
	Conditions []Condition
}

// Decide writes down what the review has come to. A no-go sends the release
// back to where it is built in the same sitting; a go lets it be approved.
func (d *Desk) Decide(ctx context.Context, by people.Actor, n record.Number, o Outcome, in record.Input) (*Release, error) {
	return d.work(ctx, by, n, in, flow.At(Readiness), func(s *sitting, r *Release) error {
		v, err := d.undecided(r)
		if err != nil {
			return err
		}
		o.Minutes = strings.TrimSpace(o.Minutes)
		var many fault.Many
		checkNote(&many, "minutes", o.Minutes, true)
		if err := many.Add(checkConditions(o.Conditions, s.Now)); err != nil {
			return err
		}
		v.Conditions = o.Conditions
		if err := many.Add(v.decide(o.Decision)); err != nil {
			return err
		}
		if o.Decision != NoGo {
			if err := many.Add(d.hindered(r)); err != nil {
				return err
			}
		}
		if err := many.Err(); err != nil {
			return err
		}
		v.Decision, v.Minutes, v.By, v.At = o.Decision, o.Minutes, s.By.ID, s.Now
		if err := s.Log(r, DeedDecide, record.Entry{Text: o.Minutes, Changes: changed("decision", "", string(o.Decision))}); err != nil || o.Decision != NoGo {
			return err
		}
		return s.Move(r, "no_go", record.Input{Text: o.Minutes})
	})
}

func checkConditions(all []Condition, now time.Time) error {
	if len(all) > MostConditions {
		return fault.At("conditions", "release.too_many").With("max", MostConditions)
	}
	var many fault.Many
	for i := range all {
		c := &all[i]
		c.Text, c.Met, c.By = strings.TrimSpace(c.Text), time.Time{}, 0
		checkNote(&many, at("conditions", i, "text"), c.Text, true)
		switch {
		case c.Due.IsZero():
			many = append(many, fault.At(at("conditions", i, "due"), "record.required"))
		case c.Due.Before(now):
			many = append(many, fault.At(at("conditions", i, "due"), "release.due_passed"))
		}
	}
	return many.Err()
}

// Meet notes that a condition, counted from 1, is met. Who answers for it does
// not say so himself.
func (d *Desk) Meet(ctx context.Context, by people.Actor, n record.Number, which int, in record.Input) (*Release, error) {
	return d.One(ctx, by, n, in, func(s *sitting, r *Release) error {
		v := r.Review()
		if v == nil || which < 1 || which > len(v.Conditions) || d.Flow.Place(r.State).Final {
			return fault.New(fault.Missing, "release.no_such_condition")
		}
		c := &v.Conditions[which-1]
		switch {
		case !c.Met.IsZero():
			return nil
		case c.Owner == s.By.ID:
			return fault.New(fault.Conflict, "release.own_condition")
		}
		c.Met, c.By = s.Now, s.By.ID
		return s.Log(r, DeedDecide, record.Entry{Text: in.Text, Changes: changed("condition", "", c.Text)})
	})
}

// Deploy notes what has become of a target. Everything that lets nothing be
// deployed is asked again: the window, the library, the changes, the waves
// before. Taking back needs none of it.
func (d *Desk) Deploy(ctx context.Context, by people.Actor, n record.Number, target int, to Fate, in record.Input) (*Release, error) {
	return d.work(ctx, by, n, in, flow.At(RollingOut, PartlyDeployed), func(s *sitting, r *Release) error {
		t := r.Target(target)
		if t == nil {
			return fault.New(fault.Missing, "release.no_such_target")
		}
		if !slices.Contains(r.Turns(*t), to) {
			return fault.At("to", "release.no_such_turn").With("target", t.Name).With("state", string(t.State))
		}
		note := strings.TrimSpace(in.Text)
		var many fault.Many
		checkNote(&many, "text", note, to != Done)
		if to == Done {
			if err := many.Add(d.mayReach(s, r, t)); err != nil {
				return err
			}
		}
		if err := many.Err(); err != nil {
			return err
		}
		was := t.State
		t.State, t.By, t.At, t.Note = to, s.By.ID, s.Now, note
		t.Verifier, t.Verified = 0, time.Time{}
		return s.Log(r, DeedDeploy, record.Entry{Text: note, Reason: t.Name, Changes: changed("target."+string(t.Kind), string(was), string(to))})
	})
}

func (d *Desk) mayReach(s *sitting, r *Release, t *Target) error {
	if names := r.ahead(t); len(names) > 0 {
		return fault.New(fault.Conflict, "release.wave_before").With("target", t.Name).With("before", strings.Join(names, ", "))
	}
	if err := r.open(s.Now); err != nil {
		return err
	}
	return d.gate(r)
}

// Verify notes that a release works at a target. Who brought it there does not
// verify it.
func (d *Desk) Verify(ctx context.Context, by people.Actor, n record.Number, target int, in record.Input) (*Release, error) {
	return d.work(ctx, by, n, in, flow.At(RollingOut, PartlyDeployed), func(s *sitting, r *Release) error {
		t := r.Target(target)
		switch {
		case t == nil:
			return fault.New(fault.Missing, "release.no_such_target")
		case t.State != Done:
			return fault.New(fault.Conflict, "release.not_there").With("target", t.Name)
		case t.By == s.By.ID:
			return fault.New(fault.Conflict, "release.own_deployment")
		case !t.Verified.IsZero():
			return nil
		}
		t.Verifier, t.Verified = s.By.ID, s.Now
		return s.Log(r, DeedVerify, record.Entry{Text: strings.TrimSpace(in.Text), Reason: t.Name})
	})
}
