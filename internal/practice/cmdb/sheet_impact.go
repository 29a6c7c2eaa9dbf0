package cmdb

import (
	"slices"

	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// impactSheet describes the centre's document about the analysis of impact.
// Until a centre decides otherwise it is filled in with what holds.
func impactSheet() setting.Sheet {
	type D = ImpactPolicy
	s := setting.NewSheet[D](setting.Centre, 0,
		setting.BoolOf("tell_hidden", func(d *D) *bool { return &d.TellHidden }),
		setting.RefsOf("zones", setting.Zone, func(d *D) *[]people.ZoneID { return &d.Zones }),
		setting.IntOf("group", 1, mostUsers, func(d *D) *int { return &d.Group }).Must(),
		setting.IntOf("department", 1, mostUsers, func(d *D) *int { return &d.Department }).Must(),
		setting.IntOf("city", 1, mostUsers, func(d *D) *int { return &d.City }).Must(),
	)
	s.Code = ImpactPolicyCode
	s.Fields = slices.DeleteFunc(s.Fields, func(f setting.Attribute) bool {
		return f.Name == "code" || f.Name == "name_en" || f.Name == "name_zh"
	})
	open := s.Open
	s.Open = func(t *setting.Thing) (*setting.Form, error) {
		if len(t.Doc) == 0 {
			usual := StandardImpactPolicy()
			return &setting.Form{Thing: t, Doc: &usual}, nil
		}
		return open(t)
	}
	s.Check = func(_ *setting.All, f *setting.Form) error { return f.Doc.(*D).Check() }
	return s
}
