// Package problem is ITIL problem management: find the cause of incidents, tell
// everybody how to work around it meanwhile, and have it removed for good.
package problem

import (
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Problem is the unknown cause of one or more incidents. Once the cause is
// found and a work-around is known it is a known error.
type Problem struct {
	record.Head
	record.Extra
	Description string
	Symptom     string // what users see of it, in the words they use
	Source      Source
	Category    record.CategoryID
	Item        record.ItemID
	Impact      Level
	Urgency     Level
	Major       bool // it comes from a major incident, or is as grave: it is reviewed before it is closed
	WhyRejected string

	Method     Method
	RootCause  string
	Cause      record.CauseID // cause code, from the tree of causes
	Workaround string
	Public     bool      // the work-around is something users can do themselves
	Published  time.Time // since when it is offered; zero while it is not

	Proposal   string // the lasting solution
	Change     string // number of the request for change
	NoChange   string // why none is needed
	Fixed      time.Time
	WatchUntil time.Time // end of the watch period after the fix
	Recurred   int       // how often it came back in a watch period

	Risk       string    // what remains when nothing is done, and why that is borne
	ReviewOn   time.Time // when that is looked at again
	AcceptedBy people.ID // who bears it

	Review       string // what was learnt, of a major problem
	WentWell     string
	WentWrong    string
	Improve      string // what could be done better
	Prevention   string // how it is kept from coming back
	SupplierNext string // what is followed up with others: suppliers, the province

	Resolved time.Time
	Closed   time.Time
}

// Level is a degree of impact or urgency; 1 is highest, 0 not yet said.
type Level int

// Source says how a problem came to be looked for.
type Source string

// The sources.
const (
	Incidents     Source = "incidents" // several incidents look alike
	MajorIncident Source = "major"     // a major incident was resolved
	Recurrence    Source = "recurrence"
	Trend         Source = "trend"
	Proactive     Source = "proactive" // somebody looked before anything failed
	Supplier      Source = "supplier"  // the maker of a product told us
)

// Method is a way to look for the cause.
type Method string

// The methods.
const (
	FiveWhys Method = "five_whys"
	Fishbone Method = "fishbone"
	Timeline Method = "timeline"
	Kepner   Method = "kepner_tregoe"
	Test     Method = "test" // tried out on the systems
)

var (
	sources = []string{string(Incidents), string(MajorIncident), string(Recurrence), string(Trend), string(Proactive), string(Supplier)}
	methods = []string{string(FiveWhys), string(Fishbone), string(Timeline), string(Kepner), string(Test)}
)

// Sheet lists the fields of a problem.
func Sheet() record.Sheet[*Problem] {
	return append(headFields(),
		record.TextField("description", 50_000, func(p *Problem) *string { return &p.Description }),
		record.TextField("symptom", 500, func(p *Problem) *string { return &p.Symptom }),
		record.ChoiceField("source", sources, func(p *Problem) *Source { return &p.Source }),
		record.RefField("category", record.Category, func(p *Problem) *record.CategoryID { return &p.Category }),
		record.RefField("item", record.Item, func(p *Problem) *record.ItemID { return &p.Item }),
		record.IntField("impact", 1, 4, func(p *Problem) *Level { return &p.Impact }),
		record.IntField("urgency", 1, 4, func(p *Problem) *Level { return &p.Urgency }),
		record.Fixed(record.IntField("priority", 1, 4, func(p *Problem) *int { return &p.Priority })),
		record.BoolField("major", func(p *Problem) *bool { return &p.Major }),
		record.Fixed(record.TextField("why_rejected", 500, func(p *Problem) *string { return &p.WhyRejected })),
		record.ChoiceField("method", methods, func(p *Problem) *Method { return &p.Method }),
		record.TextField("root_cause", 20_000, func(p *Problem) *string { return &p.RootCause }),
		record.RefField("cause", record.Cause, func(p *Problem) *record.CauseID { return &p.Cause }),
		record.TextField("workaround", 20_000, func(p *Problem) *string { return &p.Workaround }),
		record.BoolField("public", func(p *Problem) *bool { return &p.Public }),
		record.Fixed(record.MomentField("published", func(p *Problem) *time.Time { return &p.Published })),
		record.TextField("proposal", 20_000, func(p *Problem) *string { return &p.Proposal }),
		record.Fixed(record.TextField("change", 100, func(p *Problem) *string { return &p.Change })),
		record.Fixed(record.TextField("no_change", 500, func(p *Problem) *string { return &p.NoChange })),
		record.Fixed(record.MomentField("fixed", func(p *Problem) *time.Time { return &p.Fixed })),
		record.Fixed(record.MomentField("watch_until", func(p *Problem) *time.Time { return &p.WatchUntil })),
		record.Fixed(record.IntField("recurred", 1, 1000, func(p *Problem) *int { return &p.Recurred })),
		record.Fixed(record.TextField("risk", 5_000, func(p *Problem) *string { return &p.Risk })),
		record.Fixed(record.MomentField("review_on", func(p *Problem) *time.Time { return &p.ReviewOn })),
		record.Fixed(record.RefField("accepted_by", record.Person, func(p *Problem) *people.ID { return &p.AcceptedBy })),
		record.Fixed(record.TextField("review", 20_000, func(p *Problem) *string { return &p.Review })),
		record.Fixed(record.TextField("went_well", 20_000, func(p *Problem) *string { return &p.WentWell })),
		record.Fixed(record.TextField("went_wrong", 20_000, func(p *Problem) *string { return &p.WentWrong })),
		record.Fixed(record.TextField("could_improve", 20_000, func(p *Problem) *string { return &p.Improve })),
		record.Fixed(record.TextField("prevention", 20_000, func(p *Problem) *string { return &p.Prevention })),
		record.Fixed(record.TextField("supplier_next", 20_000, func(p *Problem) *string { return &p.SupplierNext })),
		record.Fixed(record.MomentField("resolved", func(p *Problem) *time.Time { return &p.Resolved })),
		record.Fixed(record.MomentField("closed", func(p *Problem) *time.Time { return &p.Closed })),
	)
}

// headFields are those every record has; a team and an owner come by moves.
func headFields() record.Sheet[*Problem] {
	return record.HeadFields[*Problem]().Fix("team", "owner")
}

// Words is what search knows of a problem beside its title and timeline.
func (p *Problem) Words() string {
	return p.Symptom + "\n" + p.Description + "\n" + p.RootCause + "\n" + p.Workaround
}
