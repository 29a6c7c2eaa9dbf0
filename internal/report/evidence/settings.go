package evidence

import (
	"slices"
	"time"

	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
)

// served is a service with all that its metrics ask for.
type served struct {
	id   int64
	doc  catalogue.Service
	ties Ties
	sla  []sla.Agreement // in force
}

// about says whether a service is one that the metric counts among, and whether
// it counts.
var about = map[string]func(s served) (among, counts bool){
	"services_with_ci":             func(s served) (bool, bool) { return published(s.doc), s.ties.Items[s.id] },
	"critical_services_mapped":     func(s served) (bool, bool) { return critical(s.doc), s.ties.Mapped[s.id] },
	"critical_with_rto_rpo":        func(s served) (bool, bool) { return critical(s.doc), s.ties.Targets[s.id] },
	"services_with_customer":       func(s served) (bool, bool) { return true, s.doc.BusinessOwner != 0 || len(s.doc.For) > 0 },
	"services_with_attributes":     func(s served) (bool, bool) { return true, s.doc.Hours != 0 && s.doc.Support != 0 },
	"services_with_criticality":    func(s served) (bool, bool) { return true, s.doc.Criticality != "" },
	"catalogue_published_services": func(s served) (bool, bool) { return published(s.doc), true },
	"services_under_sla": func(s served) (bool, bool) {
		return published(s.doc), slices.ContainsFunc(s.sla, func(a sla.Agreement) bool { return a.Kind == sla.SLA && covers(a, s.id) })
	},
}

func published(s catalogue.Service) bool { return s.State == catalogue.Published }

func critical(s catalogue.Service) bool {
	return published(s) && s.Criticality == catalogue.Vital
}

func covers(a sla.Agreement, service int64) bool {
	return len(a.Services) == 0 || slices.Contains(a.Services, service)
}

// settingRows are the services or agreements behind a metric, in the order of
// ids, without those of zones that the scope does not clear.
func settingRows(all *setting.All, ties Ties, scope people.Scope, q Query) []Row {
	agreements, inForce := agreed(all, q.Now)
	services := map[int64]served{}
	var rows []Row
	for _, t := range all.Of(setting.Service) {
		doc, err := setting.Read[catalogue.Service](*t)
		if err != nil || t.Retired || !catalogue.Cleared(scope, t) {
			continue
		}
		s := served{t.ID, doc, ties, inForce}
		services[t.ID] = s
		if judge := about[q.ID]; judge != nil {
			if among, counts := judge(s); among {
				rows = append(rows, Row{Of: Service, ID: t.ID, Place: t.ID, Code: t.Code, Name: t.Name, Counts: counts})
			}
		}
	}
	if q.Of == Agreement {
		for i, t := range agreements {
			if a := inForce[i]; a.Kind == sla.SLA {
				rows = append(rows, Row{Of: Agreement, ID: t.ID, Place: t.ID, Code: t.Code, Name: t.Name, Counts: q.ID == "sla_count" || underpinned(a, services, inForce)})
			}
		}
	}
	slices.SortFunc(rows, func(a, b Row) int { return int(a.ID - b.ID) })
	return rows
}

// agreed are the agreements in force, as things and as what they say.
func agreed(all *setting.All, now time.Time) (things []*setting.Thing, out []sla.Agreement) {
	for _, t := range all.Of(setting.Agreement) {
		a, err := setting.Read[sla.Agreement](*t)
		if err != nil || t.Retired || now.Before(a.From) || !a.To.IsZero() && !now.Before(a.To) {
			continue
		}
		things, out = append(things, t), append(out, a)
	}
	return things, out
}

// underpinned says whether every service of an agreement is supported by a team
// with an agreement of its own, or covered by a contract.
func underpinned(a sla.Agreement, services map[int64]served, inForce []sla.Agreement) bool {
	found := false
	for id, s := range services {
		if !published(s.doc) || !covers(a, id) {
			continue
		}
		found = true
		if !slices.ContainsFunc(inForce, func(o sla.Agreement) bool {
			return o.Kind == sla.OLA && o.Party == int64(s.doc.Support) && s.doc.Support != 0 || o.Kind == sla.UC && slices.Contains(o.Services, id)
		}) {
			return false
		}
	}
	return found
}
