package app

import (
	"context"
	"slices"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/change"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/practice/setting"
)

// arranger is the settings as far as steps of a roadmap may change them:
// compulsory fields, approvals, targets, the matrix, routing. Rights and
// accounts are none of them.
type arranger struct{ h *house }

// mayCarry are the kinds of settings that a step may change.
var mayCarry = []arranges{
	{setting.Centre, directory.MatrixCode},
	{setting.Centre, incident.PolicyCode},
	{setting.Centre, change.PolicyCode},
	{setting.Agreement, ""},
	{setting.Routing, ""},
	{setting.Field, ""},
	{setting.Offering, ""},
}

// carryable reports whether a setting is one that a step may change.
func carryable(k setting.Kind, code string) bool {
	return slices.ContainsFunc(mayCarry, func(a arranges) bool { return a.Kind == k && (a.Code == "" || a.Code == code) })
}

// opened is a setting being changed.
type opened struct {
	sheet  setting.Sheet
	form   *setting.Form
	before setting.Thing
	was    []string
}

// open opens the settings of fields, each once, in their order.
func (a arranger) open(ctx context.Context, fields []programme.CarryField) ([]*opened, func(programme.CarryField) *opened, error) {
	desk := a.h.settingsDesk()
	byKey := map[string]*opened{}
	key := func(f programme.CarryField) string {
		return string(f.Kind) + "/" + strconv.FormatInt(f.ID, 10) + "/" + f.Code
	}
	var all []*opened
	for _, f := range fields {
		if !carryable(f.Kind, f.Code) {
			return nil, nil, fault.New(fault.Invalid, "programme.carry_kind").With("kind", string(f.Kind))
		}
		if byKey[key(f)] != nil {
			continue
		}
		id, code := f.ID, ""
		if f.Kind == setting.Centre {
			id, code = 0, f.Code
		} else if id == 0 {
			t := a.h.settings.All().Coded(f.Kind, f.Code)
			if t == nil {
				return nil, nil, noSuch(f)
			}
			id = t.ID
		}
		sh, form, err := desk.Open(ctx, f.Kind, id, code)
		if err != nil {
			return nil, nil, err
		}
		o := &opened{sheet: sh, form: form, before: *form.Thing, was: sh.Values(form)}
		byKey[key(f)] = o
		all = append(all, o)
	}
	return all, func(f programme.CarryField) *opened { return byKey[key(f)] }, nil
}

// fit checks the settings as they shall be.
func (a arranger) fit(ctx context.Context, all []*opened) error {
	desk := a.h.settingsDesk()
	for _, o := range all {
		if err := desk.Fit(ctx, a.h.settings.All(), o.sheet, o.form, o.before, o.was); err != nil {
			return err
		}
		if err := o.sheet.Close(o.form); err != nil {
			return err
		}
	}
	return nil
}

// Weigh fills in what fields hold now, and tries what they shall hold. A setting
// that names what its planner is not cleared for is not there for him.
func (a arranger) Weigh(ctx context.Context, by people.Actor, fields []programme.CarryField) ([]programme.CarryField, error) {
	all, of, err := a.open(ctx, fields)
	if err != nil {
		return nil, err
	}
	for _, f := range fields {
		if o := of(f); f.Kind != setting.Centre && (o.before.Retired || !catalogue.Known(a.h.settings.All(), by.Scope, o.sheet, &o.before)) {
			return nil, noSuch(f)
		}
	}
	var many fault.Many
	out := slices.Clone(fields)
	for i, f := range out {
		o := of(f)
		field, ok := o.sheet.Find(f.Field)
		if ok {
			ok, err = a.offers(by, field, field.Get(o.form))
		}
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, fault.At(f.Field, "setting.no_such_field").With("field", f.Field)
		}
		out[i].ID, out[i].Name, out[i].Was = o.before.ID, o.before.Name, field.Get(o.form)
		if f.Kind != setting.Centre {
			out[i].Code = o.before.Code
		}
		if err := many.Add(field.Set(o.form, f.To)); err != nil {
			return nil, err
		}
		out[i].To = field.Get(o.form)
		if err := many.Add(a.unseen(by, field, out[i].To)); err != nil {
			return nil, err
		}
	}
	if err := many.Err(); err != nil {
		return nil, err
	}
	if err := a.fit(ctx, all); err != nil {
		return nil, err
	}
	for _, o := range all {
		if err := a.h.vetSetting(ctx, by, o.form.Thing, &o.before); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// noSuch is what is said of a setting that is not there.
func noSuch(f programme.CarryField) error {
	what := fault.New(fault.Missing, "setting.no_such").With("kind", string(f.Kind))
	if f.Code == "" {
		return what.With("id", f.ID)
	}
	return what.With("id", f.Code)
}

// offers reports whether a step may change a field: none that names persons, and
// none that holds what its planner is not cleared for.
func (a arranger) offers(by people.Actor, field setting.Attribute, held string) (bool, error) {
	if field.Grant != "" || field.Name == "code" || field.Type == setting.Person || field.Type == setting.Persons {
		return false, nil
	}
	closed, err := catalogue.Closed(a.h.settings.All(), by.Scope, field, held)
	return err == nil && len(closed) == 0, err
}

// unseen says of what a value names and its planner is not cleared for what is
// said of what is not there.
func (a arranger) unseen(by people.Actor, field setting.Attribute, value string) error {
	closed, err := catalogue.Closed(a.h.settings.All(), by.Scope, field, value)
	if err != nil {
		return err
	}
	var many fault.Many
	for _, t := range closed {
		many = append(many, fault.At(field.Name, "setting.no_such").With("kind", string(t.Kind)).With("id", t.ID))
	}
	return many.Err()
}

// Shows reports what somebody may learn of a field that a step changes: that the
// setting is changed at all, and what stands in it. Values are for whoever
// arranges that kind of settings; those of the centre's documents for whoever
// plans changes to them, too, those of the others for all who work here and are
// cleared for what they name.
func (a arranger) Shows(by people.Actor, f programme.CarryField) (known, read bool) {
	if by.Can(setting.Deed(f.Kind)) {
		return true, true
	}
	if f.Kind == setting.Centre {
		read = by.Can(programme.DeedEdit)
		known = true
	}
	all := a.h.settings.All()
	sh, err := a.h.sheets().For(f.Kind, f.Code)
	if err != nil {
		return known, false
	}
	if f.Kind != setting.Centre {
		t := all.Find(f.Kind, f.ID)
		known = by.Staff && (by.Scope.AllZones || t != nil && catalogue.Known(all, by.Scope, sh, t))
		read = known
	}
	field, ok := sh.Find(f.Field)
	for _, value := range []string{f.Was, f.To} {
		closed, err := catalogue.Closed(all, by.Scope, field, value)
		read = read && ok && err == nil && len(closed) == 0
	}
	return known, read
}

// Seats are those who may change all of these settings, and read the step.
func (a arranger) Seats(ctx context.Context, fields []programme.CarryField) ([]approval.Seat, error) {
	out, err := a.h.entitled(ctx, programme.DeedRead)
	if err != nil {
		return nil, err
	}
	for _, f := range fields {
		some, err := a.h.entitled(ctx, setting.Deed(f.Kind))
		if err != nil {
			return nil, err
		}
		out = slices.DeleteFunc(out, func(s approval.Seat) bool {
			return !slices.ContainsFunc(some, func(o approval.Seat) bool { return o.Person == s.Person })
		})
	}
	return out, nil
}

// Carry puts fields in, all or none, each as a change of its setting, whose row
// says who planned it and who agreed.
func (a arranger) Carry(ctx context.Context, order programme.Order) error {
	fields := order.Fields
	all, of, err := a.open(ctx, fields)
	if err != nil {
		return err
	}
	for _, f := range fields {
		o := of(f)
		field, ok := o.sheet.Find(f.Field)
		if !ok {
			return fault.At(f.Field, "setting.no_such_field").With("field", f.Field)
		}
		switch field.Get(o.form) {
		case f.To: // it is so already
		case f.Was:
			if err := field.Set(o.form, f.To); err != nil {
				return err
			}
		default:
			return fault.New(fault.Conflict, "programme.carry_meanwhile")
		}
	}
	if err := a.fit(ctx, all); err != nil {
		return err
	}
	lot := &setting.Lot{}
	for _, o := range all {
		changes := o.sheet.Diff(o.was, o.form)
		if len(changes) == 0 {
			continue
		}
		o.form.Changed = order.At
		row := audit.By(order.By, order.At, setting.Deed(o.form.Kind), setting.Object(o.form.Thing))
		row.Detail = audit.Detail("for", order.Name, "planned_by", order.Planned, "approved_by", order.Approved, "changes", changes)
		lot.Things, lot.Audit = append(lot.Things, o.form.Thing), append(lot.Audit, row)
	}
	if len(lot.Things) == 0 {
		return nil
	}
	return a.h.settings.Put(ctx, lot)
}
