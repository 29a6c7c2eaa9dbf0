package api

import (
	"net/http"

	"kilter/internal/base/fault"
	"kilter/internal/practice/access"
	"kilter/internal/practice/people"
	"kilter/internal/practice/privacy"
)

// inspected is a record as far as the inspector looks at it, with who sees it.
type inspected struct {
	Number string    `json:"number" doc:"api.doc.number"`
	Kind   string    `json:"kind"`
	State  string    `json:"state"`
	Zone   int64     `json:"zone,omitempty"`
	Seen   []seenBy  `json:"seen_by,omitempty" doc:"api.doc.inspected_seen"`
	Why    *whyItCan `json:"why,omitempty" doc:"api.doc.inspected_why"`
}

// seenBy are the persons who see a record through the same reach.
type seenBy struct {
	Through string  `json:"through" enum:"own,team,department,zone,all"`
	Persons []thing `json:"persons"`
}

// whyItCan is each thing that a person's deed hangs on.
type whyItCan struct {
	Person  thing    `json:"person"`
	Deed    string   `json:"deed"`
	Can     bool     `json:"can" doc:"api.doc.why_can"`
	Roles   []string `json:"roles" doc:"api.doc.why_roles"`
	Others  []string `json:"other_roles" doc:"api.doc.why_others"`
	Through string   `json:"through,omitempty" doc:"api.doc.why_through"`
	Cleared bool     `json:"cleared" doc:"api.doc.why_cleared"`
	State   bool     `json:"state_allows"`
	Ended   bool     `json:"ended" doc:"api.doc.why_ended"`
}

// inspector says who sees a record, or why a person can do something to it.
func (a *API) inspector(i *access.Inspector) {
	a.add(operation{
		Method: "GET", Path: Prefix + "/inspect/{ref}", Policy: "inspect.read", Name: "inspect", Tag: "security",
		Query: []param{{Name: "person", Type: "string"}, {Name: "deed", Type: "string"}},
		Gives: []gives{{Status: http.StatusOK, Schema: of[inspected]()}}, Run: func(c *call) error { return c.inspect(i) },
	})
}

func (c *call) inspect(i *access.Inspector) error {
	ref, who, deed := c.r.PathValue("ref"), c.get("person"), c.get("deed")
	if err := c.allowed(i.Pen, ref); err != nil {
		return err
	}
	if who == "" {
		held, groups, err := i.Who(c.r.Context(), c.by, ref)
		if err != nil {
			return err
		}
		out := caseOf(held)
		for _, g := range groups {
			one := seenBy{Through: string(g.Through), Persons: []thing{}}
			for _, p := range g.Persons {
				one.Persons = append(one.Persons, thing{int64(p.ID), p.Code, p.Name})
			}
			out.Seen = append(out.Seen, one)
		}
		return c.JSON(http.StatusOK, out)
	}
	id, err := c.personNamed("person", who)
	if err != nil {
		return err
	}
	if deed == "" {
		deed = "read"
	}
	held, r, err := i.Why(c.r.Context(), c.by, ref, id, deed, c.words.Lang().HTML())
	if err != nil {
		return err
	}
	out := caseOf(held)
	out.Why = &whyItCan{
		Person: thing{int64(r.Person.ID), r.Person.Code, r.Person.Name}, Deed: r.Deed, Can: r.Can, Roles: append([]string{}, r.Roles...),
		Others: append([]string{}, r.Others...), Cleared: r.Cleared, State: r.State, Ended: r.Ended,
	}
	if r.Through != people.Unseen {
		out.Why.Through = string(r.Through)
	}
	return c.JSON(http.StatusOK, out)
}

func caseOf(held access.Case) inspected {
	return inspected{Number: held.Ref, Kind: held.Kind, State: held.State, Zone: int64(held.Seen.Zone)}
}

// retention says for how many months personal data is kept; 0 keeps it for
// ever.
type retention struct {
	Records map[string]int `json:"records" doc:"api.doc.retention_records"`
	Persons int            `json:"persons" doc:"api.doc.retention_persons"`
	Surveys int            `json:"surveys,omitempty" doc:"api.doc.retention_surveys"`
}

// retaining serves the retention periods of personal data.
func (a *API) retaining(k *privacy.Keeper) {
	shape := []gives{{Status: http.StatusOK, Schema: of[retention]()}}
	show := func(c *call) error {
		held, err := k.Retention()
		if err != nil {
			return err
		}
		out := retention{Records: map[string]int{}, Persons: held.Persons, Surveys: held.Surveys}
		for _, kind := range k.Kinds {
			out.Records[kind] = held.Records[kind]
		}
		return c.done(http.StatusOK, out)
	}
	a.add(operation{Method: "GET", Path: Prefix + "/settings/retention", Policy: "privacy.retain", Name: "get-retention", Tag: "security", Gives: shape, Run: func(c *call) error {
		if err := c.allowed(k.Pen, "centre:"+privacy.RetentionCode); err != nil {
			return err
		}
		return show(c)
	}})
	a.add(operation{
		Method: "PUT", Path: Prefix + "/settings/retention", Policy: "privacy.retain", Name: "set-retention", Tag: "security", Once: true,
		Body: &body{Schema: of[retention]()}, Gives: shape, Run: func(c *call) error {
			if err := c.allowed(k.Pen, "centre:"+privacy.RetentionCode); err != nil {
				return err
			}
			var f retention
			if err := c.into(&f); err != nil {
				return err
			}
			if err := k.SetRetention(c.r.Context(), c.by, privacy.Retention{Records: f.Records, Persons: f.Persons, Surveys: f.Surveys}); err != nil {
				for _, one := range fault.All(err) {
					if one.Field != "persons" && one.Field != "surveys" && one.Field != "" {
						one.Field = "records." + one.Field
					}
				}
				return err
			}
			return show(c)
		},
	})
}
