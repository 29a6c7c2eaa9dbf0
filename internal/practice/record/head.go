// Package record holds what every ITIL record has in common (head, timeline,
// clocks, links) and the desk that carries out moves on it.
package record

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
)

// Kind tells the practices apart.
type Kind string

// The kinds. A practice adds its own here, with the prefix of its numbers.
const (
	Incident  Kind = "incident"
	Contact   Kind = "contact"
	Problem   Kind = "problem"
	Request   Kind = "request"
	Changes   Kind = "change"    // Change is one of a field
	Knowledge Kind = "knowledge" // its records are articles
	Release   Kind = "release"
	Risk      Kind = "risk"
)

var prefixes = map[Kind]string{Incident: "INC", Contact: "CON", Problem: "PRB", Request: "REQ", Changes: "CHG", Knowledge: "KB", Release: "REL", Risk: "RSK"}

// Kinds lists the kinds.
var Kinds = []Kind{Incident, Contact, Problem, Request, Changes, Release, Risk, Knowledge}

// Path is the address under which the pages keep the records of a kind:
// "/incidents".
func (k Kind) Path() string {
	if k == Knowledge { // the word has no plural
		return "/knowledge"
	}
	return "/" + string(k) + "s"
}

// The ids a head refers to, beside those of people. Zero means none.
type (
	ServiceID  int64
	CategoryID int64
	ItemID     int64
	CauseID    int64
)

// Number counts the records of a kind within a year, without gaps:
// year*10_000_000 + n, so that numbers sort as records were opened.
type Number int64

const perYear = 10_000_000

// NewNumber makes the n-th number of a year.
func NewNumber(year, n int) Number { return Number(year*perYear + n) }

// Year and N are the parts of a number.
func (n Number) Year() int { return int(n / perYear) }

// N is the place within the year, from 1.
func (n Number) N() int { return int(n % perYear) }

// Ref is how people write a record down: "INC-2026-00042".
func Ref(k Kind, n Number) string {
	return fmt.Sprintf("%s-%d-%05d", prefixes[k], n.Year(), n.N())
}

// ParseRef reads what Ref writes, in any case, with or without the kind's
// leading zeros.
func ParseRef(s string) (Kind, Number, error) {
	parts := strings.Split(strings.ToUpper(strings.TrimSpace(s)), "-")
	if len(parts) == 3 {
		for k, p := range prefixes {
			if p != parts[0] {
				continue
			}
			year, err1 := strconv.Atoi(parts[1])
			n, err2 := strconv.Atoi(parts[2])
			if err1 == nil && err2 == nil && year >= 1900 && year < 10000 && n > 0 && n < perYear {
				return k, NewNumber(year, n), nil
			}
		}
	}
	return "", 0, fault.New(fault.Missing, "record.no_such").With("ref", s)
}

// Head is the part shared by every record. Lists, search, timelines, clocks
// and links hang on it; nothing that only one practice needs belongs here.
type Head struct {
	ID         int64
	Kind       Kind
	Number     Number
	Title      string
	State      flow.State
	Priority   int // 1 is most urgent, 0 not yet set
	Requester  people.ID
	Team       people.TeamID
	Owner      people.ID
	Service    ServiceID
	Department people.DepartmentID
	Zone       people.ZoneID
	Opened     time.Time
	Moved      time.Time // last change of any kind
	Due        time.Time // next breach moment of a running clock; zero when none runs
	Version    int64
}

// Common gives the desk the head of any record that embeds it.
func (h *Head) Common() *Head { return h }

// Ref is how people write the record down: "INC-2026-00042".
func (h *Head) Ref() string { return Ref(h.Kind, h.Number) }

// Seen is what a scope asks of the record.
func (h *Head) Seen() people.Seen {
	return people.Seen{Requester: h.Requester, Owner: h.Owner, Team: h.Team, Department: h.Department, Zone: h.Zone}
}

// Extra holds the fields a centre defined for itself, by name.
type Extra struct{ More map[string]string }

// Own gives the desk the extra fields of any record that embeds them.
func (e *Extra) Own() *Extra { return e }

// Body is a practice's own record: anything that embeds Head and Extra.
type Body interface {
	Common() *Head
	Own() *Extra
}

// HasTeam is the need that some team has the record.
func HasTeam[R Body](r R) error {
	if r.Common().Team == 0 {
		return fault.At("team", "record.required")
	}
	return nil
}

// HasOwner is the need that one person has taken the record.
func HasOwner[R Body](r R) error {
	if r.Common().Owner == 0 {
		return fault.At("owner", "record.required")
	}
	return nil
}

// Written is the need that a text of the practice says something.
func Written[R any](field string, text func(R) string) flow.Need[R] {
	return Filled(field, func(r R) bool { return strings.TrimSpace(text(r)) == "" })
}

// Filled is the need that a field of the practice is not empty.
func Filled[R any](field string, empty func(R) bool) flow.Need[R] {
	return func(r R) error {
		if empty(r) {
			return fault.At(field, "record.required")
		}
		return nil
	}
}
