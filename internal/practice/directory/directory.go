package directory

import (
	"context"
	"strconv"
	"sync/atomic"

	"kilter/internal/base/fault"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Directory answers questions about the settings as they now are.
type Directory struct {
	Keeper *setting.Keeper
	Roll   *people.Roll
	// Items says whether a configuration item may be named; nil lets any be.
	Items func(by people.Actor, id int64) error
	// Records says whether a record may be named, by its number; nil lets any be.
	Records func(by people.Actor, field, ref string) error

	view atomic.Pointer[View]
}

// View is the settings as they now are, decoded once for each snapshot.
func (d *Directory) View() *View {
	all := d.Keeper.All()
	if v := d.view.Load(); v != nil && v.All == all {
		return v
	}
	v := NewView(all)
	d.view.Store(v)
	return v
}

// Refresh takes over settings and persons that another node changed.
func (d *Directory) Refresh(ctx context.Context) error {
	if err := d.Keeper.Refresh(ctx); err != nil {
		return err
	}
	return d.Roll.Refresh(ctx)
}

// Priority assesses a record by the matrix in force: a very important
// requester (by himself or by his post) and a department with public counters
// lift it.
func (d *Directory) Priority(impact, urgency int, requester people.ID, department people.DepartmentID) int {
	v := d.View()
	who, _ := d.Roll.Find(requester)
	vip := who.VIP || v.posts[who.Post].VIP
	return v.matrix.Assess(impact, urgency, vip, v.departments[department].Hall)
}

// Refers reports a fault unless the actor may name the thing on a record: it
// exists, is in use, and lies within what he is cleared for. It is the Refers
// of record.Rules.
func (d *Directory) Refers(by people.Actor, t record.Type, field, value string) error {
	v := d.View()
	if t == record.Cause {
		return v.cause(field, value)
	}
	if t == record.Record {
		if d.Records == nil {
			return nil
		}
		return d.Records(by, field, value)
	}
	id, err := strconv.ParseInt(value, 10, 64)
	if err != nil || id <= 0 {
		return fault.At(field, "record.not_a_number")
	}
	switch t {
	case record.Person:
		return d.person(by, field, people.ID(id))
	case record.Item:
		if d.Items != nil {
			return d.Items(by, id)
		}
		return nil
	case record.Service:
		return d.service(by, v, field, id)
	case record.Zone:
		if !by.Scope.Clears(people.ZoneID(id)) {
			return v.unknown(field, setting.Zone, id)
		}
		return v.inUse(field, setting.Zone, id)
	case record.Department:
		if who, _ := d.Roll.Find(by.ID); !by.Staff && !v.Within(id, int64(who.Department)) {
			return v.unknown(field, setting.Department, id)
		}
		return v.inUse(field, setting.Department, id)
	case record.Team:
		return v.inUse(field, setting.Team, id)
	case record.Category:
		return v.inUse(field, setting.Category, id)
	case record.Model: // change.Models says who may use it
		return v.inUse(field, setting.ChangeModel, id)
	}
	return nil
}

// person: whoever works records may name anybody; others only themselves.
func (d *Directory) person(by people.Actor, field string, id people.ID) error {
	who, ok := d.Roll.Find(id)
	if !ok || !by.Staff && id != by.ID {
		return fault.At(field, "setting.no_such").With("kind", string(setting.Human)).With("id", int64(id))
	}
	if who.Retired {
		return fault.At(field, "setting.is_retired").With("name", strconv.FormatInt(int64(id), 10))
	}
	return nil
}

// service: it is offered to the actor, and in a zone he is cleared for.
func (d *Directory) service(by people.Actor, v *View, field string, id int64) error {
	s, ok := v.services[id]
	if !ok || !by.Scope.Clears(s.Zone) || !by.Staff && !d.Offered(by, id) {
		return v.unknown(field, setting.Service, id)
	}
	return v.inUse(field, setting.Service, id)
}

// Colleague refuses somebody as a deputy who is not of the same department, or
// has left.
func (d *Directory) Colleague(person, deputy people.ID) error {
	me, _ := d.Roll.Find(person)
	who, ok := d.Roll.Find(deputy)
	if !ok || who.Retired || who.Department != me.Department {
		return fault.At("deputy", "setting.no_such").With("kind", string(setting.Human)).With("id", int64(deputy))
	}
	return nil
}

// Offered reports whether the actor may ask for the service on the portal.
func (d *Directory) Offered(by people.Actor, service int64) bool {
	v := d.View()
	who, _ := d.Roll.Find(by.ID)
	s, ok := v.services[service]
	return ok && !v.retired(setting.Service, service) && s.Offered(by.Staff, who.Department, v.below)
}

// Catalogue lists the services offered to the actor, in order of their code.
func (d *Directory) Catalogue(by people.Actor) []*setting.Thing {
	var out []*setting.Thing
	v := d.View()
	for _, t := range v.All.Of(setting.Service) {
		if d.Offered(by, t.ID) && by.Scope.Clears(v.services[t.ID].Zone) {
			out = append(out, t)
		}
	}
	return out
}

func (v *View) unknown(field string, k setting.Kind, id int64) error {
	return fault.At(field, "setting.no_such").With("kind", string(k)).With("id", id)
}

func (v *View) inUse(field string, k setting.Kind, id int64) error {
	t := v.All.Find(k, id)
	if t == nil {
		return v.unknown(field, k, id)
	}
	if t.Retired {
		return fault.At(field, "setting.is_retired").With("name", t.Code)
	}
	return nil
}

// cause: records keep the code, so that history stays readable.
func (v *View) cause(field, value string) error {
	t := v.All.Coded(setting.Cause, value)
	if t == nil {
		if id, err := strconv.ParseInt(value, 10, 64); err == nil {
			t = v.All.Find(setting.Cause, id)
		}
	}
	switch {
	case t == nil:
		return fault.At(field, "setting.no_such").With("kind", string(setting.Cause)).With("id", value)
	case t.Retired:
		return fault.At(field, "setting.is_retired").With("name", t.Code)
	}
	return nil
}

// Extra checks the centre's own fields of a record about to take a move: the
// names are known, the values fit, and those compulsory for the move are
// there. A value of a retired field stays as it is. Held are the values
// before.
func (d *Directory) Extra(practice string, now, held map[string]string, move string) error {
	var many fault.Many
	known := map[string]catalogue.Field{}
	for _, f := range d.View().Fields(practice) {
		known[f.Code] = f.Field
	}
	for name, v := range now {
		f, ok := known[name]
		switch {
		case v == held[name]:
		case !ok:
			many = append(many, fault.At("x."+name, "setting.no_such_field").With("field", name))
		default:
			if err := many.Add(f.Accept("x."+name, v)); err != nil {
				return err
			}
		}
	}
	for _, f := range d.View().Fields(practice) {
		if now[f.Code] == "" && contains(f.Must, move) {
			many = append(many, fault.At("x."+f.Code, "record.required"))
		}
	}
	return many.Err()
}

func contains(list []string, word string) bool {
	for _, w := range list {
		if w == word {
			return true
		}
	}
	return false
}
