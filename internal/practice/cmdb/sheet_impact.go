package cmdb

import (
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// impactSheet describes the centre's document about the analysis of impact.
// Until a centre decides otherwise it is filled in with what holds.
func impactSheet() setting.Sheet {
	type D = ImpactPolicy
	return impactDocument.Sheet(func(_ *setting.All, d *D) error { return d.Check() },
		setting.BoolOf("tell_hidden", func(d *D) *bool { return &d.TellHidden }),
		setting.RefsOf("zones", setting.Zone, func(d *D) *[]people.ZoneID { return &d.Zones }),
		setting.IntOf("group", 1, mostUsers, func(d *D) *int { return &d.Group }).Must(),
		setting.IntOf("department", 1, mostUsers, func(d *D) *int { return &d.Department }).Must(),
		setting.IntOf("city", 1, mostUsers, func(d *D) *int { return &d.City }).Must(),
	)
}
