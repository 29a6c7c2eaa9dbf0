// Package incident is ITIL incident management: restore the agreed service as
// quickly as possible and keep the harm to the business small.
package incident

import (
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Incident is an unplanned interruption to a service, or a drop in its quality.
type Incident struct {
	record.Head
	record.Extra
	Description string
	Channel     Channel
	Category    record.CategoryID
	Item        record.ItemID
	NoItem      string // why no item is named when it is resolved
	Impact      Level  // how much: 1 city-wide or a vital system .. 4 one user
	Urgency     Level  // how soon: 1 work has stopped .. 4 can wait
	VIP         bool   // the requester is one whose work must not stand still
	Hall        bool   // a counter of the public service hall is affected
	Override    int    // a priority that somebody set against the matrix, 0 when none
	WhyPriority string // his reason
	Waiting     Waiting
	Outside     string // number of the ticket at the supplier or the province
	Room        string // where the trouble is, in the requester's words
	Callback    string // where he can be called back
	Solution    string
	Cause       record.CauseID // cause code
	EndedAs     Ending
	DuplicateOf record.Number // the incident this one repeats
	MergedInto  record.Number // the incident this one was merged into; its number leads there for ever
	Line        int           // support line of the team: 1 the desk, 2 and 3 specialists, 0 not yet assigned

	Escalation Rank // how far up it has been escalated
	Major      bool
	Lead       people.ID // who leads a major incident
	Liaison    people.ID // who speaks for it
	Scribe     people.ID // who writes its log
	NextUpdate time.Time // when people must be told next; zero when nobody waits for it
	ReportDue  time.Time // when the report of a major incident is due
	Report     string    // that report

	// What lists and reports count, noted when it happens.
	Accepted     time.Time // somebody first took it
	Resolved     time.Time // zero again when it is reopened
	Closed       time.Time
	Reopened     int
	Reassigned   int  // hand-overs from one team or person to another
	FirstContact bool // the first line solved it and nobody had to hand it on
	Rating       int  // the grade given, as a copy for lists; 0 when none
}

// Level is a degree of impact or urgency; 1 is highest, 0 not yet said.
type Level int

// Channel is the way an incident came in.
type Channel string

// Channels are the ways, in the order of the form.
var Channels = []string{"phone", "portal", "walk_in", "mail", "chat", "monitor", "api", "import"}

// Waiting is what a pending incident waits for.
type Waiting string

// The reasons an incident may wait for; the agreement says which clocks they
// stop.
const (
	ForUser     Waiting = "user"
	ForSupplier Waiting = "supplier"
	ForChange   Waiting = "change"
	ForParts    Waiting = "parts"
	ForProvince Waiting = "province" // the province's centre; Outside is its ticket number
)

// Ending says why an incident was cancelled.
type Ending string

// Duplicate is the reason to cancel that names another incident.
const Duplicate Ending = "duplicate"

type field = record.Field[*Incident]

// Sheet lists the fields of an incident.
func Sheet() record.Sheet[*Incident] {
	return append(headFields(),
		record.TextField("description", 50_000, func(i *Incident) *string { return &i.Description }),
		record.ChoiceField("channel", Channels, func(i *Incident) *Channel { return &i.Channel }),
		keep(record.RefField("category", record.Category, func(i *Incident) *record.CategoryID { return &i.Category })),
		record.RefField("item", record.Item, func(i *Incident) *record.ItemID { return &i.Item }),
		record.TextField("no_item", 200, func(i *Incident) *string { return &i.NoItem }),
		keep(record.IntField("impact", 1, 4, func(i *Incident) *Level { return &i.Impact })),
		keep(record.IntField("urgency", 1, 4, func(i *Incident) *Level { return &i.Urgency })),
		record.Fixed(record.BoolField("vip", func(i *Incident) *bool { return &i.VIP })),
		record.BoolField("hall", func(i *Incident) *bool { return &i.Hall }),
		record.Fixed(record.IntField("priority", 1, 4, func(i *Incident) *int { return &i.Priority })),
		record.Fixed(record.IntField("override", 1, 4, func(i *Incident) *int { return &i.Override })),
		hidden(record.Fixed(record.TextField("why_priority", 500, func(i *Incident) *string { return &i.WhyPriority }))),
		record.Fixed(record.ChoiceField("waiting", []string{"user", "supplier", "change", "parts", "province"}, func(i *Incident) *Waiting { return &i.Waiting })),
		record.TextField("outside", 100, func(i *Incident) *string { return &i.Outside }),
		record.TextField("room", 100, func(i *Incident) *string { return &i.Room }),
		record.TextField("callback", 60, func(i *Incident) *string { return &i.Callback }),
		record.Fixed(record.TextField("solution", 20_000, func(i *Incident) *string { return &i.Solution })),
		hidden(record.Fixed(record.RefField("cause", record.Cause, func(i *Incident) *record.CauseID { return &i.Cause }))),
		record.Fixed(record.ChoiceField("ended_as", []string{"duplicate", "no_fault"}, func(i *Incident) *Ending { return &i.EndedAs })),
		record.Fixed(record.RecordField("duplicate_of", record.Incident, func(i *Incident) *record.Number { return &i.DuplicateOf })),
		record.Fixed(record.RecordField("merged_into", record.Incident, func(i *Incident) *record.Number { return &i.MergedInto })),
		hidden(record.Fixed(record.IntField("line", 1, 3, func(i *Incident) *int { return &i.Line }))),
		hidden(record.Fixed(record.ChoiceField("escalation", ranks(), func(i *Incident) *Rank { return &i.Escalation }))),
		record.Fixed(record.BoolField("major", func(i *Incident) *bool { return &i.Major })),
		hidden(record.Fixed(record.RefField("lead", record.Person, func(i *Incident) *people.ID { return &i.Lead }))),
		hidden(record.Fixed(record.RefField("liaison", record.Person, func(i *Incident) *people.ID { return &i.Liaison }))),
		hidden(record.Fixed(record.RefField("scribe", record.Person, func(i *Incident) *people.ID { return &i.Scribe }))),
		hidden(record.Fixed(record.MomentField("next_update", func(i *Incident) *time.Time { return &i.NextUpdate }))),
		hidden(record.Fixed(record.MomentField("report_due", func(i *Incident) *time.Time { return &i.ReportDue }))),
		hidden(record.Fixed(record.TextField("report", 100_000, func(i *Incident) *string { return &i.Report }))),
		hidden(record.Fixed(record.MomentField("accepted", func(i *Incident) *time.Time { return &i.Accepted }))),
		record.Fixed(record.MomentField("resolved", func(i *Incident) *time.Time { return &i.Resolved })),
		record.Fixed(record.MomentField("closed", func(i *Incident) *time.Time { return &i.Closed })),
		hidden(record.Fixed(record.IntField("reopened", 1, 1000, func(i *Incident) *int { return &i.Reopened }))),
		hidden(record.Fixed(record.IntField("reassigned", 1, 1000, func(i *Incident) *int { return &i.Reassigned }))),
		hidden(record.Fixed(record.BoolField("first_contact", func(i *Incident) *bool { return &i.FirstContact }))),
		record.Fixed(record.IntField("rating", 1, 5, func(i *Incident) *int { return &i.Rating })),
	)
}

// headFields are those every record has. A team and an owner come by moves
// only, for a hand-over is a deed; what classifies an incident stays filled.
func headFields() record.Sheet[*Incident] {
	sheet := record.HeadFields[*Incident]()
	for n, f := range sheet {
		switch f.Name {
		case "service", "zone", "requester":
			sheet[n] = keep(f)
		case "team", "owner":
			sheet[n] = record.Fixed(f)
		}
	}
	return sheet
}

func keep(f field) field {
	f.Keep = true
	return f
}

func hidden(f field) field {
	f.Hidden = true
	return f
}
