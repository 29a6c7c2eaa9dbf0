// Package catalogue is what the centre offers and how a call finds its way:
// services, categories, cause codes, the priority matrix, routing rules,
// canned texts and the fields a centre defines for itself.
package catalogue

import (
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Criticality says what it means when a service fails.
type Criticality string

// The degrees.
const (
	Vital     Criticality = "vital"
	Important Criticality = "important"
	Other     Criticality = "other"
)

// State is a service's place in its life. A retired service is a retired
// setting.
type State string

// The states a service is kept in.
const (
	Draft     State = "draft"
	Published State = "published"
	Retiring  State = "retiring"
	Retired   State = "retired" // never stored: the setting is retired
)

// Audience says who may ask for a service.
type Audience string

// The audiences.
const (
	Everybody   Audience = "all"
	StaffOnly   Audience = "staff"
	Departments Audience = "departments" // those named
)

// Operator says whose hands a service is in.
type Operator string

// Service is an item of the service catalogue.
type Service struct {
	State         State                 `json:"state,omitempty"`
	Description   people.Text           `json:"description,omitzero"`
	Owner         people.ID             `json:"owner,omitempty"`
	BusinessOwner people.DepartmentID   `json:"businessOwner,omitempty"`
	Criticality   Criticality           `json:"criticality,omitempty"`
	Zone          people.ZoneID         `json:"zone,omitempty"`
	Hours         int64                 `json:"hours,omitempty"` // a calendar
	Support       people.TeamID         `json:"support,omitempty"`
	OperatedBy    Operator              `json:"operatedBy,omitempty"`
	Audience      Audience              `json:"audience,omitempty"`
	For           []people.DepartmentID `json:"for,omitempty"` // with Audience departments
	Words         string                `json:"words,omitempty"`
}

// Cleared reports whether a thing lies in no zone or in one that is open to
// somebody. Of the others he is told nothing, not even that they are there.
func Cleared(scope people.Scope, t *setting.Thing) bool {
	switch {
	case scope.AllZones:
		return true
	case t.Kind == setting.Zone:
		return scope.Clears(people.ZoneID(t.ID))
	case t.Kind == setting.Service:
		doc, err := setting.Read[Service](*t)
		return err == nil && scope.Clears(doc.Zone)
	}
	return true
}

// Offered reports whether a person of a department may ask for the service:
// the list of departments counts with those below them, which below spells
// out.
func (s Service) Offered(staff bool, department people.DepartmentID, below func(people.DepartmentID) []people.DepartmentID) bool {
	if s.State != Published && s.State != Retiring {
		return false
	}
	switch s.Audience {
	case StaffOnly:
		return staff
	case Departments:
		for _, d := range s.For {
			for _, one := range below(d) {
				if one == department {
					return true
				}
			}
		}
		return staff
	}
	return true
}

// Category is what kind of trouble or wish it is; there are two levels.
type Category struct {
	Practices []string `json:"practices,omitempty"` // none is every practice
	Note      string   `json:"note,omitempty"`
	Words     string   `json:"words,omitempty"` // other words people use for it, for the search
}

// Cause is a code that tells why it happened, given when it is resolved.
type Cause struct {
	Note string `json:"note,omitempty"`
	Lies Lies   `json:"lies,omitempty"`
}

// Lies is whether a cause lies with the centre itself; those below it lie where it
// does.
type Lies string

// Where a cause lies.
const (
	Usually Lies = "usual" // as the cause of this code that Kilter comes with does; outside where there is none
	Inside  Lies = "inside"
	Outside Lies = "outside"
)
