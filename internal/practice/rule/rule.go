// Package rule holds a centre's automation: rules as data. A rule says when it
// is considered (after a deed, some hours after one, while a record stays in a
// state, every day), under which condition, and which actions follow. What a
// rule does goes through the desk of the practice in Kilter's own name; which
// rule considered what, and why it did not fire, is kept beside the record.
package rule

import (
	"slices"
	"strings"
	"time"

	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// The grants of this room: to make rules and try them out, and to read what
// rules did to a record.
const (
	DeedEdit  = "rule.edit"
	DeedTrace = "rule.trace"
)

// When says what makes a rule be considered.
type When string

// The occasions.
const (
	OnDeed  When = "deed"  // one of Deeds was done
	After   When = "after" // Hours hours ago one of Deeds was done
	InState When = "state" // the record has been in State for Hours hours
	Daily   When = "daily" // every day at At, for each record that is open
)

// Language is what a condition is written in.
type Language string

// The languages: that of lists and views, and expr-lang/expr for what it
// cannot say (docs/adr/0040-rules.md).
const (
	Query Language = "query"
	Expr  Language = "expr"
)

// Rule is the document of one rule.
type Rule struct {
	Practice record.Kind     `json:"practice"`
	On       bool            `json:"on,omitempty"`
	Order    int             `json:"order,omitempty"` // rules are considered in this order
	When     When            `json:"when"`
	Deeds    []string        `json:"deeds,omitempty"` // without the kind: "open", "assign"
	State    string          `json:"state,omitempty"`
	Hours    int             `json:"hours,omitempty"`
	At       string          `json:"at,omitempty"` // "08:30", of the centre's days
	Language Language        `json:"language,omitempty"`
	If       string          `json:"if,omitempty"` // "" holds for every record
	Then     []record.Action `json:"then,omitempty"`
}

// The bounds of what rules may bring about. Whatever the rules are, a deed
// leads to at most MaxDepth rounds of them, and a rule fires at most MostOften
// times an hour on one record, so every chain ends.
const (
	MaxDepth     = 3
	MostOften    = 12
	MostFailures = 10 // so many in a row, and a rule is set aside
	MostRules    = 200
)

// Known is a rule with what it is called.
type Known struct {
	ID      int64
	Code    string
	Version int64
	Name    func(lang string) string
	Rule
}

// mark is how the rule stands in the entries that it brings about.
func (k *Known) mark(depth int) record.Author {
	return record.Author{Code: k.Code, Version: k.Version, Depth: depth}
}

// hears reports whether the rule is considered after a deed.
func (r Rule) hears(verb string) bool { return slices.Contains(r.Deeds, verb) }

// Read lists the rules in use, in the order in which they are considered.
func Read(all *setting.All) ([]*Known, error) {
	var out []*Known
	for _, t := range all.Of(setting.Rule) {
		if t.Retired {
			continue
		}
		doc, err := setting.Read[Rule](*t)
		if err != nil {
			return nil, err
		}
		out = append(out, &Known{ID: t.ID, Code: t.Code, Version: t.Version, Name: t.Label, Rule: doc})
	}
	slices.SortStableFunc(out, func(a, b *Known) int {
		if a.Order != b.Order {
			return a.Order - b.Order
		}
		return strings.Compare(a.Code, b.Code)
	})
	return out, nil
}

// clock reads "08:30" as minutes of a day.
func clock(at string) (minutes int, ok bool) {
	t, err := time.Parse("15:04", at)
	return t.Hour()*60 + t.Minute(), err == nil
}
