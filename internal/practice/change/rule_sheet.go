package change

import (
	"context"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/recur"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// freezeSheet describes freezes.
func freezeSheet() setting.Sheet {
	type D = FreezePlan
	fields := []setting.Attribute{
		day("from", func(d *D) *string { return &d.From }).Must().InList(),
		setting.TextOf("from_time", 5, func(d *D) *string { return &d.FromTime }),
		day("until", func(d *D) *string { return &d.Until }).Must().InList(),
		setting.TextOf("until_time", 5, func(d *D) *string { return &d.UntilTime }),
		setting.TextOf("time_zone", 60, func(d *D) *string { return &d.Zone }),
	}
	fields = append(fields, aboutFields(func(d *D) *Of { return &d.Of })...)
	s := setting.NewSheet[D](setting.Freeze, 0, append(fields, noteFields(func(d *D) *people.Text { return &d.Note })...)...)
	s.Check = func(_ *setting.All, f *setting.Form) error {
		_, err := f.Doc.(*D).Span()
		return err
	}
	return s
}

// windowSheet describes maintenance windows.
func windowSheet() setting.Sheet {
	type D = WindowPlan
	fields := []setting.Attribute{
		setting.TextOf("rule", 300, func(d *D) *string { return &d.Rule }).Must().InList(),
		day("from", func(d *D) *string { return &d.From }).Must(),
		setting.TextOf("time", 5, func(d *D) *string { return &d.Time }).Must().InList(),
		setting.IntOf("minutes", 15, mostMinutes, func(d *D) *int { return &d.Minutes }).Must().InList(),
		setting.TextOf("time_zone", 60, func(d *D) *string { return &d.Zone }),
		setting.ChoiceOf("shift", recur.Shifts, func(d *D) *recur.Shift { return &d.Shift }),
		setting.RefOf("calendar", setting.Calendar, func(d *D) *int64 { return &d.Calendar }),
		setting.IntOf("most", 0, 100, func(d *D) *int { return &d.Most }).InList(),
	}
	fields = append(fields, aboutFields(func(d *D) *Of { return &d.Of })...)
	s := setting.NewSheet[D](setting.Window, 0, append(fields, noteFields(func(d *D) *people.Text { return &d.Note })...)...)
	s.Check = func(_ *setting.All, f *setting.Form) error {
		spec, err := f.Doc.(*D).spec(nil)
		if err != nil {
			return err
		}
		return spec.Check("rule")
	}
	return s
}

func aboutFields[D any](of func(*D) *Of) []setting.Attribute {
	return []setting.Attribute{
		setting.RefsOf("services", setting.Service, func(d *D) *[]record.ServiceID { return &of(d).Services }).InList(),
		setting.RefsOf("networks", setting.Zone, func(d *D) *[]people.ZoneID { return &of(d).Networks }).InList(),
		setting.TextOf("items", 500, func(d *D) *string { return &of(d).Items }).InList(),
	}
}

// modelSheet describes models of standard changes.
func modelSheet() setting.Sheet {
	type D = ModelPlan
	fields := append([]setting.Attribute{
		setting.RefOf("category", setting.Category, func(d *D) *record.CategoryID { return &d.Category }).InList(),
	}, aboutFields(func(d *D) *Of { return &d.Of })...)
	return setting.NewSheet[D](setting.ChangeModel, 0, append(fields,
		setting.RefsOf("teams", setting.Team, func(d *D) *[]people.TeamID { return &d.Teams }).InList(),
		setting.TextOf("procedure", 20_000, func(d *D) *string { return &d.Procedure }).Must(),
		setting.TextOf("test", 10_000, func(d *D) *string { return &d.Test }),
		setting.TextOf("back_out", 10_000, func(d *D) *string { return &d.BackOut }).Must(),
		setting.IntOf("back_out_time", 1, mostMinutes, func(d *D) *int { return &d.BackOutTime }).Must(),
		setting.TextOf("communication", 10_000, func(d *D) *string { return &d.Communication }),
		setting.TextOf("tasks", 5_000, func(d *D) *string { return &d.Tasks }),
		setting.IntOf("impact", 1, Degrees, func(d *D) *int { return &d.Impact }).Must(),
		setting.IntOf("likelihood", 1, Degrees, func(d *D) *int { return &d.Likelihood }).Must(),
	)...)
}

func noteFields[D any](at func(*D) *people.Text) []setting.Attribute {
	return []setting.Attribute{
		setting.TextOf("note_en", longestText, func(d *D) *string { return &at(d).En }),
		setting.TextOf("note_zh", longestText, func(d *D) *string { return &at(d).Zh }),
	}
}

// day is a day, as 2026-12-01.
func day[D any](name string, at func(*D) *string) setting.Attribute {
	a := setting.TextOf(name, len(time.DateOnly), at)
	set := a.Set
	a.Type = setting.Date
	a.Set = func(f *setting.Form, v string) error {
		if _, err := time.Parse(time.DateOnly, v); v != "" && err != nil {
			return fault.At(name, "record.not_a_date")
		}
		return set(f, v)
	}
	return a
}

// Vetting refuses a freeze or a window that names an item which is not there,
// or which its writer is not cleared for. Seen finds of some codes those that he
// sees. What was named before may stay.
type Vetting struct {
	Seen func(ctx context.Context, by people.Actor, codes ...string) ([]string, error)
}

// Vet is asked before such a thing is kept.
func (v Vetting) Vet(ctx context.Context, by people.Actor, t, was *setting.Thing) error {
	of, err := ofThing(t)
	if err != nil {
		return err
	}
	codes := of.Codes()
	if was != nil && was.ID != 0 {
		before, err := ofThing(was)
		if err != nil {
			return err
		}
		codes = slices.DeleteFunc(codes, func(code string) bool { return slices.Contains(before.Codes(), code) })
	}
	if len(codes) == 0 || v.Seen == nil {
		return nil
	}
	seen, err := v.Seen(ctx, by, codes...)
	if err != nil {
		return err
	}
	var many fault.Many
	for _, code := range codes {
		if !slices.Contains(seen, code) {
			many = append(many, fault.At("items", "change.no_such_item").With("code", code))
		}
	}
	return many.Err()
}
