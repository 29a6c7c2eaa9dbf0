package incident

import (
	"cmp"
	"slices"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Route is a rule that sends incidents to a team: the document of a
// setting.Routing. Conditions left empty hold for everything; a category and a
// zone stand for all below them.
type Route struct {
	For        record.Kind           `json:"for"`
	Order      int                   `json:"order"` // the lowest that fits decides
	Services   []record.ServiceID    `json:"services,omitempty"`
	Categories []record.CategoryID   `json:"categories,omitempty"`
	Zones      []people.ZoneID       `json:"zones,omitempty"`
	Department []people.DepartmentID `json:"departments,omitempty"`
	Priority   int                   `json:"priority,omitempty"` // this urgent or more; 0: any
	Team       people.TeamID         `json:"team"`
}

// Routes reads the rules out of the settings, trees spelled out, in order.
func Routes(all *setting.All) ([]Route, error) {
	var out []Route
	for _, t := range all.Of(setting.Routing) {
		if t.Retired {
			continue
		}
		r, err := setting.Read[Route](*t)
		if err != nil {
			return nil, err
		}
		if r.For != "" && r.For != record.Incident {
			continue
		}
		r.Categories, r.Zones, r.Department = below(all, r.Categories), below(all, r.Zones), below(all, r.Department)
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(a, b Route) int { return cmp.Compare(a.Order, b.Order) })
	return out, nil
}

func below[N ~int64](all *setting.All, ids []N) []N {
	var out []N
	for _, id := range ids {
		for _, b := range all.Below(int64(id)) {
			out = append(out, N(b))
		}
	}
	return out
}

// fits reports whether the rule is for the incident.
func (r Route) fits(i *Incident) bool {
	return anyOf(r.Services, i.Service) && anyOf(r.Categories, i.Category) && anyOf(r.Zones, i.Zone) &&
		anyOf(r.Department, i.Department) && (r.Priority == 0 || i.Priority != 0 && i.Priority <= r.Priority)
}

func anyOf[N comparable](list []N, v N) bool { return len(list) == 0 || slices.Contains(list, v) }

// RouteBy finds the team of the first rule that fits, and that rule's place so
// that a page can say which it was; 0 and -1 when none fits.
func RouteBy(routes []Route, i *Incident) (people.TeamID, int) {
	n := slices.IndexFunc(routes, func(r Route) bool { return r.fits(i) })
	if n < 0 {
		return 0, -1
	}
	return routes[n].Team, n
}
