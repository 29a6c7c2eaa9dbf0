package director

import (
	"testing"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap/programme"
)

// TestAnAlteredProgrammeWaitsForConsent: whoever approves programmes is asked to
// agree to steps that others altered since, and nobody is asked about his own.
func TestAnAlteredProgrammeWaitsForConsent(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	altered := programme.Programme{ID: 7, State: programme.Approved, Doc: programme.Doc{Altered: day, AlteredBy: []people.ID{4}}}
	for _, c := range []struct {
		what  string
		by    people.ID
		deeds []string
		next  func(p *programme.Programme)
		asked bool
	}{
		{"who approves", 1, []string{programme.DeedApprove}, nil, true},
		{"who altered it", 4, []string{programme.DeedApprove}, nil, false},
		{"who may not approve", 1, nil, nil, false},
		{"nothing was altered", 1, []string{programme.DeedApprove}, func(p *programme.Programme) { p.Altered = time.Time{} }, false},
		{"it is closed", 1, []string{programme.DeedApprove}, func(p *programme.Programme) { p.State = programme.Closed }, false},
	} {
		one := altered
		if c.next != nil {
			c.next(&one)
		}
		by := people.Actor{ID: c.by, Staff: true, Grants: people.NewGrants(c.deeds...)}
		p := &Page{}
		if one.Agrees(by) {
			p.Roadmap.Altered = append(p.Roadmap.Altered, one)
		}
		(&Maker{}).ofRoadmap(by, p)
		asked := len(p.Decisions) == 1 && p.Decisions[0].What == Agree && p.Decisions[0].ID == 7
		if asked != c.asked || len(p.Decisions) > 1 {
			t.Errorf("%s: %+v", c.what, p.Decisions)
		}
		if asked && (p.press(p.Decisions[0]) != 1 || p.Past(p.Decisions[0])) {
			t.Errorf("%s: presses as %d", c.what, p.press(p.Decisions[0]))
		}
	}
}
