package change

import (
	"testing"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// TestThePolicyFitsItsPage: what holds is shown until a centre decides
// otherwise, and what is wrong is said at its field.
func TestThePolicyFitsItsPage(t *testing.T) {
	t.Parallel()
	sheet := Sheets()[0]
	f, err := sheet.Open(&setting.Thing{Kind: setting.Centre, Code: PolicyCode})
	if err != nil {
		t.Fatal(err)
	}
	if p := f.Doc.(*Policy); p.Quorum != 3 || p.Users[3] != 10_000 || p.fits() != nil {
		t.Errorf("what holds: %+v, %v", p, p.fits())
	}
	for field, bad := range map[string]func(*Policy){
		"quorum":  func(p *Policy) { p.Board = []people.ID{1, 2} },
		"days":    func(p *Policy) { p.Days = 61 },
		"users_4": func(p *Policy) { p.Users[2] = p.Users[1] },
	} {
		p := StandardPolicy()
		bad(&p)
		if all := fault.All(p.fits()); len(all) != 1 || all[0].Field != field {
			t.Errorf("%s: %v", field, all)
		}
	}
}
