package handoff

import (
	"context"
	"slices"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
)

// causedBy is the link from an incident to the problem behind it.
const causedBy = "caused_by"

// KnownErrors brings what problems say to incidents.
type KnownErrors struct {
	Incidents *incident.Desk
	Problems  *problem.Desk
	// Together makes one transaction of the changes under the context it hands
	// on.
	Together func(context.Context, func(context.Context) error) error
}

// For finds the published work-arounds that fit an incident.
func (k KnownErrors) For(ctx context.Context, by people.Actor, i *incident.Incident) ([]problem.Advice, error) {
	return k.Problems.Advise(ctx, by, problem.Trouble{Item: i.Item, Service: i.Service, Category: i.Category, Text: i.Title + " " + i.Description})
}

// Apply takes a published work-around over into an incident: it is noted there
// for colleagues, and the incident is put down to the problem. Doing so twice
// changes nothing.
func (k KnownErrors) Apply(ctx context.Context, by people.Actor, n, cause record.Number) (*incident.Incident, error) {
	for _, deed := range []string{"incident.relate", "problem.read"} {
		if err := by.May(deed); err != nil {
			return nil, err
		}
	}
	held, err := k.Incidents.Find(ctx, by, n)
	if err != nil {
		return nil, err
	}
	a, err := k.Problems.Offered(ctx, by, cause)
	if err != nil {
		return nil, err
	}
	if linked, err := k.linked(ctx, held.ID, a.Head.ID); err != nil || linked {
		return held, err
	}
	return k.Incidents.One(ctx, by, n, record.Input{}, func(s *record.Sitting[*incident.Incident], i *incident.Incident) error {
		s.Relate(i.Common(), &a.Head, causedBy)
		return s.Log(i, "relate", record.Entry{Text: a.Workaround, Changes: []record.Change{{Field: causedBy, Now: a.Head.Ref()}}})
	})
}

// linked reports whether an incident is put down to a problem; to any when
// none is named.
func (k KnownErrors) linked(ctx context.Context, rec, cause int64) (bool, error) {
	around, err := k.Incidents.Ledger.Around(ctx, people.Everything(), rec)
	return slices.ContainsFunc(around.Links, func(l record.Linked) bool {
		return l.Type == causedBy && !l.Back && l.Row.Kind == record.Problem && (cause == 0 || l.Row.ID == cause)
	}), err
}

// Raise raises the problem behind an incident and puts the incident down to it.
func (k KnownErrors) Raise(ctx context.Context, by people.Actor, n record.Number, in record.Input) (p *problem.Problem, err error) {
	err = k.Together(ctx, func(ctx context.Context) error {
		if p, err = k.Problems.Raise(ctx, by, in); err != nil {
			return err
		}
		_, err = k.Incidents.One(ctx, by, n, record.Input{}, func(s *record.Sitting[*incident.Incident], i *incident.Incident) error {
			s.Relate(i.Common(), p.Common(), causedBy)
			return s.Log(i, "relate", record.Entry{Changes: []record.Change{{Field: causedBy, Now: p.Ref()}}})
		})
		if fault.Is(err, fault.Missing) {
			return fault.At("from", "record.no_such").With("ref", record.Ref(record.Incident, n))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// Draft is what an incident hands on to the form that raises its problem.
func Draft(i *incident.Incident) map[string]string {
	out := map[string]string{"title": i.Title, "description": i.Description, "symptom": i.Title}
	for name, id := range map[string]int64{"service": int64(i.Service), "category": int64(i.Category), "item": int64(i.Item), "zone": int64(i.Zone), "impact": int64(i.Impact), "urgency": int64(i.Urgency)} {
		if id != 0 {
			out[name] = strconv.FormatInt(id, 10)
		}
	}
	return out
}

// incidentProblem: a problem hears of every incident that is put down to it.
func (d Desks) incidentProblem(ctx context.Context, n record.News) error {
	if d.Problems == nil || n.Entry.Deed != "incident.relate" {
		return nil
	}
	i := slices.IndexFunc(n.Entry.Changes, func(c record.Change) bool { return c.Field == causedBy && c.Now != "" })
	if i < 0 {
		return nil
	}
	kind, number, err := record.ParseRef(n.Entry.Changes[i].Now)
	if err != nil || kind != record.Problem {
		return nil
	}
	return d.Problems.Told(ctx, number, n.Head.Ref(), n.Head.Title)
}

// majorProblem: a major incident that is resolved has its problem, which is
// reviewed; one that has a problem already keeps it.
func (d Desks) majorProblem(ctx context.Context, n record.News) error {
	if d.Problems == nil || n.Entry.Deed != "incident.resolve" || n.Entry.To != incident.Resolved {
		return nil
	}
	by := people.System(people.ViaJob)
	i, err := d.Incidents.Find(ctx, by, n.Head.Number)
	if err != nil || !i.Major && i.ReportDue.IsZero() { // stood down, and its review is due
		return err
	}
	k := KnownErrors{Incidents: d.Incidents, Problems: d.Problems, Together: d.Together}
	if has, err := k.linked(ctx, i.ID, 0); err != nil || has {
		return err
	}
	fields := Draft(i)
	fields["source"], fields["major"] = string(problem.MajorIncident), "true"
	_, err = k.Raise(ctx, by, i.Number, record.Input{Fields: fields})
	return err
}
