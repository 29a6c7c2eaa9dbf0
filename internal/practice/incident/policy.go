package incident

import (
	"context"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Policy is what a centre arranges for its incidents: the document of the
// centre setting "incident".
type Policy struct {
	Matrix     Matrix        `json:"matrix"`
	VIP        int           `json:"vip"`         // a VIP's incident has at least this priority; 0 is no such rule
	Hall       int           `json:"hall"`        // and one at a counter of the public hall
	CloseAfter int           `json:"close_after"` // working days of silence after which a resolved incident is closed
	Update     int           `json:"update"`      // minutes between two updates of a major incident
	ReportDays int           `json:"report_days"` // working days for the report of a major incident
	Unmerge    int           `json:"unmerge"`     // days within which a merge can be taken back
	Similar    int           `json:"similar"`     // hours within which an open incident of the same service and category is a hint
	Desk       people.TeamID `json:"desk"`        // the first line: gets what no rule routes
}

// PolicyCode is the code of the centre setting that holds the policy.
const PolicyCode = "incident"

// StandardPolicy is what holds until a centre decides otherwise.
func StandardPolicy() Policy {
	return Policy{Matrix: StandardMatrix, VIP: 2, Hall: 2, CloseAfter: 3, Update: 30, ReportDays: 5, Unmerge: 30, Similar: 8}
}

var document = setting.Document[Policy]{Code: PolicyCode, Usual: StandardPolicy, Whole: (*Policy).whole}

// PolicyOf reads the policy out of the settings; what it leaves out is as in
// the standard one.
func PolicyOf(all *setting.All) (Policy, error) { return document.Of(all) }

// whole fills in what a document leaves out.
func (p *Policy) whole() {
	usual := StandardPolicy()
	if p.Matrix == (Matrix{}) {
		p.Matrix = usual.Matrix
	}
	for _, n := range []struct{ to, from *int }{
		{&p.CloseAfter, &usual.CloseAfter}, {&p.Update, &usual.Update}, {&p.ReportDays, &usual.ReportDays}, {&p.Unmerge, &usual.Unmerge}, {&p.Similar, &usual.Similar},
	} {
		if *n.to == 0 {
			*n.to = *n.from
		}
	}
}

// PolicySheet describes the policy as a centre edits it: the first line and the
// limits. The priority matrix has an editor of its own.
func PolicySheet() setting.Sheet {
	type D = Policy
	return document.Sheet(func(_ *setting.All, d *D) error { return d.Check() },
		setting.RefOf("desk", setting.Team, func(d *D) *people.TeamID { return &d.Desk }),
		setting.IntOf("close_after", 1, 30, func(d *D) *int { return &d.CloseAfter }).Must(),
		setting.IntOf("update", 1, 24*60, func(d *D) *int { return &d.Update }).Must(),
		setting.IntOf("report_days", 1, 60, func(d *D) *int { return &d.ReportDays }).Must(),
		setting.IntOf("unmerge", 1, 365, func(d *D) *int { return &d.Unmerge }).Must(),
		setting.IntOf("similar", 1, 24*14, func(d *D) *int { return &d.Similar }).Must(),
	)
}

// Check reports what is wrong with a policy that somebody wants to save.
func (p Policy) Check() error {
	var many fault.Many
	if err := many.Add(p.Matrix.Check()); err != nil {
		return err
	}
	for field, n := range map[string]struct{ value, most int }{
		"close_after": {p.CloseAfter, 30}, "update": {p.Update, 24 * 60}, "report_days": {p.ReportDays, 60}, "unmerge": {p.Unmerge, 365}, "similar": {p.Similar, 24 * 14},
	} {
		if n.value < 1 || n.value > n.most {
			many = append(many, fault.At(field, "record.out_of_range").With("low", 1).With("high", n.most))
		}
	}
	return many.Err()
}

// City is what the desk asks about the city around it. Whoever wires the desk
// answers from the directory and the settings; a function left out answers
// that nothing is known.
type City struct {
	Policy   func() Policy
	Route    func(*Incident) people.TeamID                            // by rule; 0 when none fits
	Line     func(people.TeamID) int                                  // 1 the desk, 2 and 3 specialists
	Person   func(context.Context, people.ID) (people.Person, error)  // Missing when there is none
	Coded    func(context.Context, []string) ([]people.Person, error) // by code; those there are not are left out
	Hall     func(people.DepartmentID) bool                           // a public service hall
	Zone     func(record.ServiceID) people.ZoneID                     // the network a service runs in
	Workdays func(from time.Time, days int) time.Time                 // that many working days later
}

// known fills in what is left out.
func (c City) known() City {
	if c.Policy == nil {
		c.Policy = StandardPolicy
	}
	if c.Route == nil {
		c.Route = func(*Incident) people.TeamID { return 0 }
	}
	if c.Line == nil {
		c.Line = func(people.TeamID) int { return 0 }
	}
	if c.Person == nil {
		c.Person = func(context.Context, people.ID) (people.Person, error) { return people.Person{}, nil }
	}
	if c.Coded == nil {
		c.Coded = func(context.Context, []string) ([]people.Person, error) { return nil, nil }
	}
	if c.Hall == nil {
		c.Hall = func(people.DepartmentID) bool { return false }
	}
	if c.Zone == nil {
		c.Zone = func(record.ServiceID) people.ZoneID { return 0 }
	}
	if c.Workdays == nil {
		c.Workdays = weekdays
	}
	return c
}

// weekdays counts Monday to Friday, for a centre that has no calendar yet.
func weekdays(from time.Time, days int) time.Time {
	for days > 0 {
		from = from.AddDate(0, 0, 1)
		if d := from.Weekday(); d != time.Saturday && d != time.Sunday {
			days--
		}
	}
	return from
}
