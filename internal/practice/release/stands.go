package release

import (
	"slices"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// approvedWith are the fields with which a release was approved, as far as they are
// edited outside moves.
var approvedWith = []string{"form", "version", "design", "rollout", "risks"}

// stands keeps what a release was approved with as it is; what was not there may
// be added.
func stands(r *Release, changes []record.Change) error {
	var many fault.Many
	for _, c := range changes {
		if !r.Approved.IsZero() && c.Was != "" && slices.Contains(approvedWith, c.Field) {
			many = append(many, fault.At(c.Field, "release.approved_with"))
		}
	}
	return many.Err()
}

// networks are those in which the items of parts lie.
func (d *Desk) networks(parts []Part) (map[record.ItemID]people.ZoneID, error) {
	var ids []record.ItemID
	for _, p := range parts {
		if p.Item != 0 {
			ids = append(ids, p.Item)
		}
	}
	if d.City.Networks == nil || len(ids) == 0 {
		return nil, nil
	}
	return d.City.Networks(ids)
}

// Told are the parts as somebody may know them: an item that he does not see is
// left out of its part.
func (d *Desk) Told(by people.Actor, r *Release) ([]Part, error) {
	out := slices.Clone(r.Parts)
	for i := range out {
		if out[i].Item == 0 || d.Rules.Refers == nil {
			continue
		}
		err := d.Rules.Refers(by, record.Item, "item", strconv.FormatInt(int64(out[i].Item), 10))
		if err != nil && len(fault.All(err)) == 0 {
			return nil, err
		}
		if err != nil {
			out[i].Item = 0
		}
	}
	return out, nil
}

// untold gives parts that stand already the items back that their writer is not
// told.
func (d *Desk) untold(by people.Actor, r *Release, parts []Part) error {
	told, err := d.Told(by, r)
	if err != nil {
		return err
	}
	for i, t := range told {
		if t.Item == r.Parts[i].Item {
			continue
		}
		at := slices.IndexFunc(parts, func(p Part) bool {
			return p.Item == 0 && p.Unit == t.Unit && p.Entry == t.Entry && p.Change == t.Change
		})
		if at >= 0 {
			parts[at].Item = r.Parts[i].Item
		}
	}
	return nil
}

// has reports whether a part stands in the release as it is already; what has
// become of its change since is asked when it is handed over.
func (r *Release) has(p Part) bool {
	return slices.ContainsFunc(r.Parts, func(o Part) bool {
		return o.Unit == p.Unit && o.Entry == p.Entry && o.Change == p.Change && o.Item == p.Item
	})
}

// standings are those of the changes of the parts, whoever may see them.
func (d *Desk) standings(r *Release) (map[string]Standing, error) {
	if d.City.Changes == nil {
		return nil, nil
	}
	refs := make([]string, len(r.Parts))
	for i, p := range r.Parts {
		refs[i] = p.Change
	}
	return d.City.Changes(people.Everything(), refs)
}

// covered reports the parts whose item is none of those that their change is
// about: it was composed before that was asked, or the change is about others now.
func (d *Desk) covered(r *Release, standings map[string]Standing) error {
	var many fault.Many
	for _, p := range r.Parts {
		st, ok := standings[p.Change]
		if !ok {
			continue
		}
		within, err := d.within(st, p.Item)
		if err != nil {
			return err
		}
		if !within || !st.Covers(p.Item) {
			many = append(many, fault.New(fault.Conflict, "release.part_not_changed").With("unit", p.Unit).With("change", p.Change))
		}
	}
	return many.Err()
}

// within reports whether an item belongs to the service that a change is about as a
// whole; of a change that names its items Covers tells.
func (d *Desk) within(st Standing, item record.ItemID) (bool, error) {
	if item == 0 || len(st.Items) > 0 || st.Service == 0 || d.City.Within == nil {
		return true, nil
	}
	belongs, err := d.City.Within(st.Service, []record.ItemID{item})
	return belongs[item], err
}

// handed reports why what was built is not handed over to be tested: afterwards
// what it is made of stands.
func (d *Desk) handed(r *Release) error {
	many, standings, err := d.made(r)
	if err != nil {
		return err
	}
	if err := many.Add(d.covered(r, standings)); err != nil {
		return err
	}
	return many.Err()
}

// made are the parts that are not in the library, and how the changes of all stand.
func (d *Desk) made(r *Release) (many fault.Many, standings map[string]Standing, err error) {
	if err = many.Add(d.inLibrary(r)); err == nil {
		standings, err = d.standings(r)
	}
	return many, standings, err
}

// elsewhere reports the parts that lie in another network than the release: what
// was composed before that was asked, or has moved since.
func (d *Desk) elsewhere(r *Release) error {
	ids := make([]int64, len(r.Parts))
	for i, p := range r.Parts {
		ids[i] = p.Entry
	}
	entries, err := d.City.Entries(people.Everything(), ids)
	if err != nil {
		return err
	}
	changes, err := d.standings(r)
	if err != nil {
		return err
	}
	items, err := d.networks(r.Parts)
	if err != nil {
		return err
	}
	var many fault.Many
	for _, p := range r.Parts {
		for _, zone := range []people.ZoneID{entries[p.Entry].Zone, changes[p.Change].Zone, items[p.Item]} {
			if zone != 0 && zone != r.Zone {
				many = append(many, fault.New(fault.Conflict, "release.part_elsewhere").With("unit", p.Unit))
				break
			}
		}
	}
	return many.Err()
}

// hindered reports why a review cannot come to a go, whatever was said in it.
func (d *Desk) hindered(r *Release) error {
	var many fault.Many
	if err := many.Add(d.elsewhere(r)); err != nil {
		return err
	}
	standings, err := d.standings(r)
	if err != nil {
		return err
	}
	if err := many.Add(d.covered(r, standings)); err != nil {
		return err
	}
	return many.Err()
}
