package directory

import (
	"context"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Step is one of the steps in which a new centre is set up.
type Step string

// The steps, in their order. Each can be skipped and taken later.
const (
	StepCentre    Step = "centre"    // name, language, time zone
	StepCalendar  Step = "calendar"  // hours and public holidays, the standard agreement
	StepSecurity  Step = "security"  // the administrator's second factor
	StepMail      Step = "mail"      // sending mail, tried out
	StepNetworks  Step = "networks"  // the three networks
	StepCatalogue Step = "catalogue" // services, categories, causes, texts
	StepPeople    Step = "people"    // the first team, and everybody by import
)

// Steps lists them.
func Steps() []Step {
	return []Step{StepCentre, StepCalendar, StepSecurity, StepMail, StepNetworks, StepCatalogue, StepPeople}
}

// Standing says what became of a step; "" is not yet taken.
type Standing string

// The standings.
const (
	Taken   Standing = "done"
	Skipped Standing = "skipped"
)

// SetupCode is the code of the centre's document about its set-up.
const SetupCode = "setup"

// Setup is how far a new centre has been set up.
type Setup struct {
	Steps map[Step]Standing `json:"steps,omitempty"`
}

// Progress counts the steps that were taken or skipped.
func (s Setup) Progress() (settled, all int) {
	for _, step := range Steps() {
		if s.Steps[step] != "" {
			settled++
		}
	}
	return settled, len(Steps())
}

// Next is the first step that is neither taken nor skipped; "" when all are.
func (s Setup) Next() Step {
	for _, step := range Steps() {
		if s.Steps[step] == "" {
			return step
		}
	}
	return ""
}

// Setup is how far the centre has been set up.
func (v *View) Setup() Setup {
	t := v.All.Coded(setting.Centre, SetupCode)
	if t == nil {
		return Setup{}
	}
	s, err := setting.Read[Setup](*t)
	if err != nil {
		return Setup{} // it can be gone through again
	}
	return s
}

// Settle notes that a step was taken or skipped.
func (d *Directory) Settle(ctx context.Context, by people.Actor, now time.Time, step Step, standing Standing) error {
	if err := by.May("setting.edit"); err != nil {
		return err
	}
	known := false
	for _, s := range Steps() {
		known = known || s == step
	}
	if !known {
		return fault.New(fault.Missing, "directory.no_step").With("step", string(step))
	}
	s := d.View().Setup()
	steps := map[Step]Standing{step: standing}
	for k, v := range s.Steps {
		if k != step {
			steps[k] = v
		}
	}
	t := setting.Thing{Kind: setting.Centre, Code: SetupCode, Name: people.Text{En: "Set-up", Zh: "初始设置"}}
	if held := d.Keeper.All().Coded(setting.Centre, SetupCode); held != nil {
		t = *held
	}
	if err := setting.Write(&t, Setup{Steps: steps}); err != nil {
		return err
	}
	t.Changed = now
	row := audit.By(by, now, "setting.edit", setting.Object(&t))
	row.Detail = `{"step":"` + string(step) + `","standing":"` + string(standing) + `"}`
	return d.Keeper.Save(ctx, &t, row)
}

// SetupSheet describes how far the centre was set up, as it is carried from one
// Kilter to another.
func SetupSheet() setting.Sheet {
	return setting.DocumentSheet[Setup](setting.Centre, SetupCode, nil)
}
