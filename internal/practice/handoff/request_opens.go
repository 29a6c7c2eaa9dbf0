package handoff

import (
	"context"
	"slices"
	"strconv"

	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/form"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
)

// orderedBy is the link from a record to the request that led to it.
const orderedBy = "ordered_by"

// requestOpens: an order whose item of the catalogue says so becomes an incident
// or the draft of a change when everybody has consented, in the name of whoever
// ordered it and with what he answered. It is registered once.
func (d Desks) requestOpens(ctx context.Context, n record.News) error {
	if d.Requests == nil || n.Head.Kind != record.Request || n.Entry.To != request.Assigned {
		return nil
	}
	by := people.System(people.ViaJob)
	r, err := d.Requests.Find(ctx, by, n.Head.Number)
	if err != nil {
		return err
	}
	o, err := d.Requests.Definition(r)
	if err != nil || o.Opens != catalogue.OpenIncident && (o.Opens != catalogue.OpenChange || d.Changes == nil) {
		return err
	}
	return d.Together(ctx, func(ctx context.Context) error {
		done := false
		_, err := d.Requests.One(ctx, by, r.Number, record.Input{}, func(s *record.Sitting[*request.Request], r *request.Request) error {
			past, err := s.Past(r)
			done = slices.ContainsFunc(past, opened)
			return err
		})
		if err != nil || done {
			return err
		}
		head, err := d.registered(ctx, by, o, r)
		if err != nil {
			return err
		}
		_, err = d.Requests.One(ctx, by, r.Number, record.Input{}, func(s *record.Sitting[*request.Request], r *request.Request) error {
			s.Relate(head, r.Common(), orderedBy)
			return s.Log(r, "relate", record.Entry{Public: true, Changes: []record.Change{{Field: orderedBy, Now: head.Ref()}}})
		})
		return err
	})
}

// registered is the record that an order leads to.
func (d Desks) registered(ctx context.Context, by people.Actor, o catalogue.Offering, r *request.Request) (*record.Head, error) {
	fields := ordered(o, r)
	if o.Opens == catalogue.OpenIncident {
		fields["requester"], fields["item"] = id(int64(r.Requester)), named(o, r)
		i, err := d.Incidents.Register(ctx, by, incident.Call{Channel: "portal", Input: record.Input{Fields: fields}})
		if err != nil {
			return nil, err
		}
		return i.Common(), nil
	}
	fields["items"], fields["zone"], fields["reason"] = named(o, r), id(int64(r.Zone)), wanted(o, r)
	c, err := d.Changes.RaiseFor(ctx, by, r.Requester, record.Input{Fields: fields})
	if err != nil {
		return nil, err
	}
	return c.Common(), nil
}

func opened(e record.Entry) bool {
	return slices.ContainsFunc(e.Changes, func(c record.Change) bool { return c.Field == orderedBy && c.Now != "" })
}

// ordered are the fields that an order gives to whatever it leads to.
func ordered(o catalogue.Offering, r *request.Request) map[string]string {
	return map[string]string{"title": r.Title, "description": request.Written(o, r), "service": id(int64(r.Service))}
}

// longestReason is that of a change, in characters.
const longestReason = 5_000

// wanted is why a change is asked for: the order by its number and title, and
// what whoever ordered it answered, in the languages of the form.
func wanted(o catalogue.Offering, r *request.Request) string {
	text := []rune(r.Ref() + " " + r.Title)
	if said := request.Written(o, r); said != "" {
		text = append(text, []rune("\n"+said)...)
	}
	return string(text[:min(len(text), longestReason)])
}

// named is the configuration item that an answer names.
func named(o catalogue.Offering, r *request.Request) string {
	if i := slices.IndexFunc(o.Questions, func(q form.Question) bool { return q.Type == form.Item && r.Answers[q.Name] != "" }); i >= 0 {
		return r.Answers[o.Questions[i].Name]
	}
	return ""
}

func id(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
