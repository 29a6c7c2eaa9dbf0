// Package sla keeps service level agreements and their clocks.
package sla

import (
	"time"

	"kilter/internal/practice/flow"
)

// The types below are the face the desk stands on; the arithmetic of business
// time replaces this file whole.

// Name tells the clocks of a record apart.
type Name string

// The clocks.
const (
	Respond Name = "respond"
	Update  Name = "update"
	Resolve Name = "resolve"
)

// Fact is one thing that happened to a record that clocks depend upon.
type Fact struct {
	At     time.Time
	Pace   flow.Pace
	Reason string
	Told   bool
}

// Term is one promise a record is under.
type Term struct {
	Name   Name
	Target time.Duration
}

// State is what a clock does.
type State string

// Clock measures one promise on one record.
type Clock struct {
	Name                         Name
	Target, Spent                time.Duration
	State                        State
	Started, Since, Due, Stopped time.Time
}

// Replay derives the clocks from the facts.
func Replay(facts []Fact, terms []Term) ([]Clock, error) { return nil, nil }
