// Package release is ITIL release management: what was built, tested and put
// into the definitive software library goes into operation in an order that was
// planned, target by target, under changes that were authorised, and can be
// taken back.
package release

import (
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Release is a set of authorised changes that are tested and brought into
// operation together. Its owner is the release manager who leads it.
type Release struct {
	record.Head
	record.Extra
	Description string
	Form        Form
	Weight      Weight
	Version     string // what the release is called by: 3.2.0
	Design      string // what is built, of what, by whom
	Rollout     string // how it is brought to its targets, and who is told what
	Training    string
	Support     string // who helps, and how, until the end of early support
	Known       string // known errors that go into operation with it, or that there are none
	Risks       string
	BackOut     string // how it is taken back
	BackOutTime int    // minutes that takes at one target
	Province    bool   // it reaches the whole province, whose centre confirms it
	Confirmed   string // who of that centre confirmed it, when, under which number
	SupportDays int    // working days of early support

	Starts, Ends time.Time // the window of the roll-out

	Build   int // how often it was built; tests, acceptance and review are of one build
	Parts   []Part
	Targets []Target
	Tests   []Signature
	Reviews []Review
	Carried []string // the problems whose errors go into operation with it, by number

	AcceptedBy   people.ID // who signed that the business takes it
	Accepted     time.Time
	Approved     time.Time
	Begun        time.Time
	Deployed     time.Time // at every target, and verified
	SupportUntil time.Time
	Closed       time.Time

	WhyDropped   string
	WhyBackedOut string
	Outcome      string // what was learnt
	Updated      bool   // the configuration items say what is true now
}

// Form says how much of what it is about a release brings anew.
type Form string

// The forms.
const (
	Full    Form = "full"    // all of the unit, changed or not
	Delta   Form = "delta"   // only what has changed
	Package Form = "package" // several units that go together
)

// Weight says how large a release is, and so how it is numbered.
type Weight string

// The weights.
const (
	Major     Weight = "major"
	Minor     Weight = "minor"
	Emergency Weight = "emergency"
)

var (
	forms   = []string{string(Full), string(Delta), string(Package)}
	weights = []string{string(Major), string(Minor), string(Emergency)}
)

// Early support lasts so many working days (domain/mof, section REL).
const (
	LeastSupport = 5
	MostSupport  = 20
)

const mostMinutes = 14 * 24 * 60

// Sheet lists the fields of a release. What it is made of, its targets, tests
// and reviews are lists, which deeds of their own change.
func Sheet() record.Sheet[*Release] {
	return append(headFields(),
		record.TextField("description", 50_000, func(r *Release) *string { return &r.Description }),
		record.ChoiceField("form", forms, func(r *Release) *Form { return &r.Form }),
		record.Fixed(record.ChoiceField("weight", weights, func(r *Release) *Weight { return &r.Weight })),
		record.TextField("version", 50, func(r *Release) *string { return &r.Version }),
		record.TextField("design", 20_000, func(r *Release) *string { return &r.Design }),
		record.TextField("rollout", 20_000, func(r *Release) *string { return &r.Rollout }),
		record.TextField("training", 20_000, func(r *Release) *string { return &r.Training }),
		record.TextField("support", 20_000, func(r *Release) *string { return &r.Support }),
		record.TextField("known", 20_000, func(r *Release) *string { return &r.Known }),
		record.TextField("risks", 20_000, func(r *Release) *string { return &r.Risks }),
		record.Fixed(record.TextField("back_out", 20_000, func(r *Release) *string { return &r.BackOut })),
		record.Fixed(record.IntField("back_out_time", 1, mostMinutes, func(r *Release) *int { return &r.BackOutTime })),
		record.Fixed(record.BoolField("province", func(r *Release) *bool { return &r.Province })),
		record.Fixed(record.TextField("confirmed", 500, func(r *Release) *string { return &r.Confirmed })),
		record.Fixed(record.IntField("support_days", LeastSupport, MostSupport, func(r *Release) *int { return &r.SupportDays })),
		record.Fixed(record.MomentField("starts", func(r *Release) *time.Time { return &r.Starts })),
		record.Fixed(record.MomentField("ends", func(r *Release) *time.Time { return &r.Ends })),
		record.Fixed(record.IntField("build", 0, 1000, func(r *Release) *int { return &r.Build })),
		record.Fixed(record.RefField("accepted_by", record.Person, func(r *Release) *people.ID { return &r.AcceptedBy })),
		record.Fixed(record.MomentField("accepted", func(r *Release) *time.Time { return &r.Accepted })),
		record.Fixed(record.MomentField("approved", func(r *Release) *time.Time { return &r.Approved })),
		record.Fixed(record.MomentField("begun", func(r *Release) *time.Time { return &r.Begun })),
		record.Fixed(record.MomentField("deployed", func(r *Release) *time.Time { return &r.Deployed })),
		record.Fixed(record.MomentField("support_until", func(r *Release) *time.Time { return &r.SupportUntil })),
		record.Fixed(record.MomentField("closed", func(r *Release) *time.Time { return &r.Closed })),
		record.Fixed(record.TextField("why_dropped", 500, func(r *Release) *string { return &r.WhyDropped })),
		record.Fixed(record.TextField("why_backed_out", 5_000, func(r *Release) *string { return &r.WhyBackedOut })),
		record.Fixed(record.TextField("outcome", 20_000, func(r *Release) *string { return &r.Outcome })),
		record.Fixed(record.BoolField("updated", func(r *Release) *bool { return &r.Updated })),
	)
}

// headFields are those every record has. A team and an owner come by moves; the
// network stays, for what a release is made of lies in it.
func headFields() record.Sheet[*Release] {
	return record.HeadFields[*Release]().Fix("requester", "team", "owner", "zone")
}

// Words is what search knows of a release beside its title and timeline.
func (r *Release) Words() string { return r.Version + "\n" + r.Description }
