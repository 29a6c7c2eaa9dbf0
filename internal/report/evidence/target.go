package evidence

import (
	"slices"

	"kilter/internal/base/calendar"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
)

// mostTargets is how many targets of one agreement are told apart by their place.
const mostTargets = 1000

// targetRows are the targets of the agreements with customers that are in force. One
// counts when a promise that was made under it came to an end, kept or broken: of
// two agreements the more particular one is what the promise was made under.
func targetRows(all *setting.All, ended []Clocked, q Query) []Row {
	things, inForce := agreed(all, q.Now)
	calendars := map[int64]*calendar.Calendar{} // no times are computed: none of them is asked
	var good []sla.Agreement                    // one that is not valid promises nothing
	for i := range inForce {
		a := &inForce[i]
		a.ID, a.NameEn, a.NameZh = things[i].ID, things[i].Name.In("en"), things[i].Name.In("zh")
		for _, t := range a.Targets {
			calendars[t.Calendar] = nil
		}
		if a.Validate() == nil {
			good = append(good, *a)
		}
	}
	type target struct {
		agreement int64
		priority  int
		clock     sla.Name
	}
	measured := map[target]bool{}
	if book, err := sla.NewBook(calendars, good); err == nil {
		for _, e := range ended {
			terms, id := book.Terms(e.Service, e.Priority, e.Opened)
			for _, t := range terms {
				if t.Name == e.Clock {
					measured[target{id, e.Priority, e.Clock}] = true
				}
			}
		}
	}
	var rows []Row
	for i, a := range inForce {
		if a.Kind != sla.SLA {
			continue
		}
		for n, t := range a.Targets {
			rows = append(rows, Row{
				Of: Agreement, ID: a.ID, Place: a.ID*mostTargets + int64(n) + 1, Code: things[i].Code, Name: things[i].Name,
				Counts: measured[target{a.ID, t.Priority, t.Clock}], Priority: t.Priority, Clock: t.Clock,
			})
		}
	}
	slices.SortFunc(rows, func(a, b Row) int { return int(a.Place - b.Place) })
	return rows
}
