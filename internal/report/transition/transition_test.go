package transition_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/change"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/people"
	"kilter/internal/practice/release"
	"kilter/internal/practice/setting"
	"kilter/internal/report/desk"
	"kilter/internal/report/transition"
)

type kept struct {
	changes  []transition.ChangeCase
	releases []transition.ReleaseCase
}

func (k kept) ChangeCases(context.Context, people.Scope, time.Time, time.Time) ([]transition.ChangeCase, error) {
	return k.changes, nil
}

func (k kept) ReleaseCases(context.Context, people.Scope, time.Time, time.Time) ([]transition.ReleaseCase, error) {
	return k.releases, nil
}

var (
	first = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	by    = people.Actor{Grants: people.NewGrants("report.read", "change.read", "release.read")}
)

func at(day int, hours time.Duration) time.Time {
	return first.AddDate(0, 0, day-1).Add(hours * time.Hour)
}

// maker makes reports in a city that has a service in a closed network.
func maker(k kept) *transition.Maker {
	cards := setting.Thing{ID: 8, Kind: setting.Service, Code: "cards", Name: people.Text{En: "=Cards", Zh: "=Cards"}, Doc: []byte(`{"zone":9}`)}
	view := directory.NewView(setting.NewAll(1, []setting.Thing{cards, {ID: 9, Kind: setting.Zone, Code: "shut"}}))
	return &transition.Maker{Source: k, Desk: &desk.Maker{View: func() *directory.View { return view }, Now: func() time.Time { return at(31, 0) }}}
}

// TestChanges works the figures of changes out by hand.
func TestChanges(t *testing.T) {
	t.Parallel()
	m := maker(kept{changes: []transition.ChangeCase{
		{Type: change.Normal, Opened: at(1, 0), Starts: at(4, 0), Ends: at(4, 4), Begun: at(4, 0), Ended: at(4, 4), Result: change.Success},
		{Type: change.Normal, Opened: at(1, 0), Starts: at(5, 0), Ends: at(5, 4), Begun: at(5, 0), Ended: at(5, 5), Result: change.Overran, Moved: true},
		{Type: change.Emergency, Service: 8, Opened: at(6, 0), Begun: at(6, 1), Ended: at(6, 2), Result: change.Incidents, Incidents: 2},
		// Midnight in Shanghai has passed: April's.
		{Type: change.Standard, Opened: at(31, 0), Starts: at(31, 16), Ends: at(31, 20), Begun: at(31, 16), Ended: at(31, 17)},
	}})
	r, err := m.Changes(t.Context(), by, first, at(40, 0))
	if err != nil {
		t.Fatal(err)
	}
	if r.Ended != 4 || r.Reviewed != 3 || *r.Success != 1./3 || *r.Emergency != 0.25 || r.Caused != 2 || r.Causing != 1 || r.Planned != 3 || r.InWindow != 2 || r.Moved != 1 {
		t.Errorf("%+v", r.ChangeFigures)
	}
	if want := float64(76+17) / 2 * 3600; r.LeadTime.N != 4 || *r.LeadTime.Median != want {
		t.Errorf("lead time %v of %d, want %v", *r.LeadTime.Median, r.LeadTime.N, want)
	}
	if len(r.ByMonth) != 2 || r.ByMonth[0].Ended != 3 || r.ByMonth[1].Name != "2026-04" || r.ByMonth[1].Ended != 1 || r.ByMonth[1].Success != nil {
		t.Errorf("months %+v", r.ByMonth)
	}
	if len(r.ByType) != 3 || r.ByType[0].Name != "normal" || r.ByType[0].Ended != 2 || r.ByType[2].Ended != 1 {
		t.Errorf("types %+v", r.ByType)
	}
	if _, err := m.Changes(t.Context(), people.Actor{Grants: people.NewGrants("report.read")}, first, at(40, 0)); !fault.Is(err, fault.Denied) {
		t.Errorf("without the right to read changes: %v", err)
	}
	text := written(t, r.Tables())
	if n := strings.Count(text, "\n"); n != 1+1+3+2+1+1 || !strings.Contains(text, "Type,Emergency,1,") {
		t.Errorf("%d lines:\n%s", n, text)
	}
	// The service of the emergency lies in a network that only some know of; its
	// name is no formula.
	if strings.Contains(text, "Cards") {
		t.Errorf("who is not cleared reads:\n%s", text)
	}
	cleared := by
	cleared.Scope.AllZones = true
	if r, err = m.Changes(t.Context(), cleared, first, at(40, 0)); err != nil || !strings.Contains(written(t, r.Tables()), ",'=Cards,1,") {
		t.Errorf("who is cleared: %v\n%s", err, written(t, r.Tables()))
	}
}

// TestReleases works the figures of releases out by hand.
func TestReleases(t *testing.T) {
	t.Parallel()
	m := maker(kept{releases: []transition.ReleaseCase{
		{Weight: release.Minor, Outcome: release.Deployed, Opened: at(1, 0), At: at(3, 0), Ends: at(4, 0), Builds: 1, Measured: true, Incidents: 3, TakenBack: 1, Targets: 4, Verified: 4},
		{Weight: release.Emergency, Outcome: release.Deployed, Opened: at(1, 0), At: at(5, 0), Ends: at(4, 0), Builds: 2, Targets: 3, Verified: 3},
		{Weight: release.Major, Outcome: release.BackedOut, Opened: at(1, 0), At: at(6, 0), TakenBack: 1, Targets: 1},
		{Weight: release.Major, Outcome: release.Cancelled, Opened: at(1, 0), At: at(7, 0), Targets: 9},
		{Weight: release.Minor, Opened: at(1, 0), At: at(8, 0), Refusals: 2},
	}})
	r, err := m.Releases(t.Context(), by, first, at(30, 0))
	if err != nil {
		t.Fatal(err)
	}
	if r.Ended != 4 || r.RolledOut != 3 || *r.Success != 2./3 || r.TakenBack != 2 || r.Refusals != 2 || *r.Builds != 1.5 || r.Planned != 2 || *r.Accuracy != 0.5 || r.Measured != 1 || r.Incidents != 3 {
		t.Errorf("%+v", r.ReleaseFigures)
	}
	if r.LeadTime.N != 2 || *r.LeadTime.Median != 3*24*3600 {
		t.Errorf("lead time %+v", r.LeadTime)
	}
	if r.Emergencies != 1 || *r.Emergency != 1./3 || r.Targets != 8 || *r.Verified != 7./8 {
		t.Errorf("emergencies and targets: %+v", r.ReleaseFigures)
	}
	if text := written(t, r.Tables()); !strings.Contains(text, "All,All releases,3,0.66") {
		t.Errorf("%s", text)
	}
}

func written(t *testing.T, tables []desk.Table) string {
	t.Helper()
	var text bytes.Buffer
	w, err := sheet.NewCSV(&text)
	if err == nil {
		err = transition.Write(w, tables, lang.For(lang.English))
	}
	if err != nil {
		t.Fatal(err)
	}
	return text.String()
}
