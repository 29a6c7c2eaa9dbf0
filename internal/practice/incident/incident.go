// Package incident is ITIL incident management: restore the agreed service as
// quickly as possible and keep the harm to the business small.
package incident

import (
	"kilter/internal/practice/record"
)

// Incident is an unplanned interruption to a service, or a drop in its quality.
type Incident struct {
	record.Head
	record.Extra
	Description string
	Category    record.CategoryID
	Item        record.ItemID
	Impact      Level // how much: 1 city-wide or a vital system .. 4 one user
	Urgency     Level // how soon: 1 work has stopped .. 4 can wait
	Waiting     Waiting
	Outside     string // number of the ticket at the supplier or the province
	Solution    string
	Cause       string // cause code
	EndedAs     Ending
}

// Level is a degree of impact or urgency; 1 is highest, 0 not yet said.
type Level int

// Waiting is what a pending incident waits for.
type Waiting string

// The reasons an incident may wait for; the agreement says which clocks they
// stop.
const (
	ForUser     Waiting = "user"
	ForSupplier Waiting = "supplier"
	ForChange   Waiting = "change"
	ForParts    Waiting = "parts"
	ForProvince Waiting = "province"
)

// Ending says why an incident was cancelled.
type Ending string

// The reasons to cancel.
const (
	Duplicate Ending = "duplicate"
	NoFault   Ending = "no_fault"
)

// Sheet lists the fields of an incident.
func Sheet() record.Sheet[*Incident] {
	return append(record.HeadFields[*Incident](),
		record.TextField("description", 50_000, func(i *Incident) *string { return &i.Description }),
		record.RefField("category", record.Category, func(i *Incident) *record.CategoryID { return &i.Category }),
		record.RefField("item", record.Item, func(i *Incident) *record.ItemID { return &i.Item }),
		record.IntField("impact", 1, 4, func(i *Incident) *Level { return &i.Impact }),
		record.IntField("urgency", 1, 4, func(i *Incident) *Level { return &i.Urgency }),
		fixed(record.ChoiceField("waiting", []string{"user", "supplier", "change", "parts", "province"}, func(i *Incident) *Waiting { return &i.Waiting })),
		record.TextField("outside", 100, func(i *Incident) *string { return &i.Outside }),
		fixed(record.TextField("solution", 20_000, func(i *Incident) *string { return &i.Solution })),
		fixed(record.TextField("cause", 60, func(i *Incident) *string { return &i.Cause })),
		fixed(record.ChoiceField("ended_as", []string{"duplicate", "no_fault"}, func(i *Incident) *Ending { return &i.EndedAs })),
		fixed(record.IntField("priority", 1, 4, func(i *Incident) *int { return &i.Priority })),
	)
}

func fixed(f record.Field[*Incident]) record.Field[*Incident] {
	f.Fixed = true
	return f
}
