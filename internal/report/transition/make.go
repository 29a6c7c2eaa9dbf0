package transition

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/release"
	"kilter/internal/report/desk"
)

// Source reads the changes and releases that ended within a period, as far as a
// scope sees them; incidents likewise.
type Source interface {
	ChangeCases(ctx context.Context, scope people.Scope, from, to time.Time) ([]ChangeCase, error)
	ReleaseCases(ctx context.Context, scope people.Scope, from, to time.Time) ([]ReleaseCase, error)
}

// Maker makes both reports from what is kept. Period and zone are those of the
// desk's report.
type Maker struct {
	Source Source
	Desk   *desk.Maker
	Drifts change.DriftStore
}

// The grants that reading a report needs, beside the right to read the records;
// one is taken along with desk.GrantExport.
const (
	readsChanges  = "change.read"
	readsReleases = "release.read"
)

// MayChanges reports why somebody may not read the report of changes.
func MayChanges(by people.Actor) error { return may(by, readsChanges) }

// MayReleases reports why somebody may not read the report of releases.
func MayReleases(by people.Actor) error { return may(by, readsReleases) }

func may(by people.Actor, reads string) error {
	if err := by.May(desk.Grant); err != nil {
		return err
	}
	return by.May(reads)
}

// Changes makes the report of changes for somebody: of what he may see, with
// names in his language.
func (m *Maker) Changes(ctx context.Context, by people.Actor, from, to time.Time) (Changes, error) {
	if err := MayChanges(by); err != nil {
		return Changes{}, err
	}
	all, err := m.Source.ChangeCases(ctx, by.Scope, from, to)
	if err != nil {
		return Changes{}, err
	}
	zone := m.Desk.Zone()
	out := Changes{From: stamp(from, zone), To: stamp(to, zone), Zone: zone.String(), ChangeFigures: changeFigures(all)}
	if err := m.drifts(ctx, by, change.Span{From: from, Until: to}, &out); err != nil {
		return Changes{}, err
	}
	month := func(c *ChangeCase) string { return monthOf(c.Ended, zone) }
	for _, g := range grouped(all, month, months(from, to, zone), nil) {
		out.ByMonth = append(out.ByMonth, ChangeGroup{g.name, changeFigures(g.all)})
	}
	types := []string{string(change.Normal), string(change.Standard), string(change.Emergency)}
	for _, g := range grouped(all, func(c *ChangeCase) string { return string(c.Type) }, types, nil) {
		out.ByType = append(out.ByType, ChangeGroup{g.name, changeFigures(g.all)})
	}
	for _, g := range grouped(all, func(c *ChangeCase) string { return m.service(by, c.Service) }, nil, m.named(by)) {
		out.ByService = append(out.ByService, ChangeGroup{g.name, changeFigures(g.all)})
	}
	for _, g := range grouped(all, func(c *ChangeCase) string { return key(c.Team) }, nil, m.named(by)) {
		out.ByTeam = append(out.ByTeam, ChangeGroup{g.name, changeFigures(g.all)})
	}
	return out, nil
}

// drifts counts the unauthorised changes, for who may read items.
func (m *Maker) drifts(ctx context.Context, by people.Actor, within change.Span, out *Changes) error {
	if m.Drifts == nil || !by.Can(change.DeedItems) {
		return nil
	}
	all, err := m.Drifts.Drifts(ctx, by.Scope, within)
	if err != nil {
		return err
	}
	n, told := len(all), 0
	for i := range all {
		if all[i].Explained() {
			told++
		}
	}
	out.Unauthorised, out.Explained = &n, &told
	return nil
}

// Releases makes the report of releases for somebody.
func (m *Maker) Releases(ctx context.Context, by people.Actor, from, to time.Time) (Releases, error) {
	if err := MayReleases(by); err != nil {
		return Releases{}, err
	}
	all, err := m.Source.ReleaseCases(ctx, by.Scope, from, to)
	if err != nil {
		return Releases{}, err
	}
	zone := m.Desk.Zone()
	out := Releases{From: stamp(from, zone), To: stamp(to, zone), Zone: zone.String(), ReleaseFigures: releaseFigures(all)}
	month := func(c *ReleaseCase) string { return monthOf(c.At, zone) }
	for _, g := range grouped(all, month, months(from, to, zone), nil) {
		out.ByMonth = append(out.ByMonth, ReleaseGroup{g.name, releaseFigures(g.all)})
	}
	weights := []string{string(release.Major), string(release.Minor), string(release.Emergency)}
	for _, g := range grouped(all, func(c *ReleaseCase) string { return string(c.Weight) }, weights, nil) {
		out.ByWeight = append(out.ByWeight, ReleaseGroup{g.name, releaseFigures(g.all)})
	}
	for _, g := range grouped(all, func(c *ReleaseCase) string { return m.service(by, c.Service) }, nil, m.named(by)) {
		out.ByService = append(out.ByService, ReleaseGroup{g.name, releaseFigures(g.all)})
	}
	for _, g := range grouped(all, func(c *ReleaseCase) string { return key(c.Team) }, nil, m.named(by)) {
		out.ByTeam = append(out.ByTeam, ReleaseGroup{g.name, releaseFigures(g.all)})
	}
	return out, nil
}

func (m *Maker) named(by people.Actor) func(string) string {
	all := m.Desk.View().All
	return func(key string) string {
		id, err := strconv.ParseInt(key, 10, 64)
		if err != nil {
			return key
		}
		return all.Name(id, by.Lang)
	}
}

// service groups by a service; one in a network that the reader does not know of
// is none to him, although what was changed is his to see.
func (m *Maker) service(by people.Actor, id int64) string {
	if t := m.Desk.View().All.Any(id); t != nil && !catalogue.Cleared(by.Scope, t) {
		return ""
	}
	return key(id)
}

func key(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

func stamp(t time.Time, zone *time.Location) string { return t.In(zone).Format(time.RFC3339) }

func monthOf(t time.Time, zone *time.Location) string { return t.In(zone).Format("2006-01") }

// months lists the months that a period touches.
func months(from, to time.Time, zone *time.Location) []string {
	var out []string
	at := from.In(zone)
	for at = time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, zone); at.Before(to); at = at.AddDate(0, 1, 0) {
		out = append(out, at.Format("2006-01"))
	}
	return out
}

// group is the cases that go together, under their name.
type group[C any] struct {
	name string
	all  []C
}

// grouped puts cases together by a key. Those of order come in it, empty ones
// too; the others as most come first. Names are what the keys are called.
func grouped[C any](all []C, by func(*C) string, order []string, name func(string) string) []group[C] {
	out := make([]group[C], len(order))
	at := map[string]int{}
	for i, k := range order {
		out[i].name, at[k] = k, i
	}
	for i := range all {
		k := by(&all[i])
		n, ok := at[k]
		if !ok {
			n = len(out)
			out, at[k] = append(out, group[C]{name: k}), n
		}
		out[n].all = append(out[n].all, all[i])
	}
	if name != nil {
		for i := range out {
			out[i].name = name(out[i].name)
		}
	}
	slices.SortStableFunc(out[len(order):], func(a, b group[C]) int {
		return cmp.Or(cmp.Compare(len(b.all), len(a.all)), cmp.Compare(a.name, b.name))
	})
	return out
}
