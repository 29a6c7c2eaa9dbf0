package release

import (
	"slices"

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
