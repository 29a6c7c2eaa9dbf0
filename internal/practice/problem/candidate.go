package problem

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// DeedSetAside is the grant to say that a candidate is no problem.
const DeedSetAside = "problem.set_aside"

// Deeds are those of problem management beside the moves of a problem.
func Deeds() []string { return append(Flow.Names(), "set_aside", "analyse") }

// Rule is what speaks for looking for a problem (domain/mof, section PM).
type Rule string

// The rules.
const (
	Alike    Rule = "alike"    // three similar incidents within 30 days
	Grave    Rule = "grave"    // a major incident
	Repeated Rule = "repeated" // what a closed problem was about has come back
	Rising   Rule = "rising"   // more and more incidents, week by week
)

// Rules lists them, the gravest first.
var Rules = []Rule{Grave, Repeated, Rising, Alike}

// source is how a problem that was opened by a rule came to be looked for.
func (r Rule) source() Source {
	return map[Rule]Source{Alike: Incidents, Grave: MajorIncident, Repeated: Recurrence, Rising: Trend}[r]
}

// Case is an incident as the rules look at it.
type Case struct {
	Number    record.Number
	Title     string
	Zone      people.ZoneID
	Service   record.ServiceID
	Category  record.CategoryID
	Item      record.ItemID
	Opened    time.Time
	Explained bool // it is put down to a problem
}

// Past is a problem that came to its end.
type Past struct {
	Number   record.Number
	Symptom  string // its title where it has none
	Zone     people.ZoneID
	Service  record.ServiceID
	Category record.CategoryID
	Item     record.ItemID
	Ended    time.Time
}

// Candidate is a problem that a rule proposes, with what speaks for it. All of
// its incidents are of one network: whoever is not cleared for that one is not
// told of it.
type Candidate struct {
	ID       int64  `json:"-"`
	Key      string `json:"-"` // the same as long as it is about the same
	Rule     Rule
	Zone     people.ZoneID
	Service  record.ServiceID  `json:",omitempty"` // what its incidents have in common
	Category record.CategoryID `json:",omitempty"`
	Item     record.ItemID     `json:",omitempty"`
	Count    int               // incidents that speak for it
	Cases    []record.Number   // the newest of them first, at most mostCases
	Again    record.Number     `json:",omitempty"` // the problem that has come back
	Rise     *Rise             `json:",omitempty"`
	Found    time.Time         `json:"-"` // when the rule first proposed it
}

// Rise is what the weekly counts of incidents say: tested for a trend with
// stats.MannKendall, among all that were tested in the network with
// stats.FalseDiscovery.
type Rise struct {
	First time.Time // the Monday of the first week
	Weeks []int     // incidents a week, whole weeks only
	Slope float64   // incidents a week more, from week to week
	P, Q  float64   // without and with regard to how many were tested
	Tests int
}

// Verdict is what became of a candidate.
type Verdict struct {
	ID        int64
	Candidate Candidate
	Reason    string        // why it was set aside
	Problem   record.Number // that was opened for it; 0 when it was set aside
	At        time.Time
	By        people.ID
}

// Proposal is a candidate with its incidents, and the problem that came back,
// as the reader sees them.
type Proposal struct {
	Candidate
	Rows  []record.Row
	Again *record.Row
}

// Proposals keeps candidates and what became of them.
type Proposals interface {
	// Candidates lists them, those of a rule with the most incidents first.
	Candidates(ctx context.Context) ([]Candidate, error)
	// Keep puts these in the place of all there are; those of the same key stay
	// the same.
	Keep(ctx context.Context, all []Candidate, at time.Time) error
	// Judge keeps what became of a candidate and takes it off the list; Missing
	// when somebody was quicker.
	Judge(ctx context.Context, v *Verdict, log audit.Row) error
	// Verdicts lists what became of candidates since a moment, the newest first.
	Verdicts(ctx context.Context, since time.Time) ([]Verdict, error)
	// Revoke takes a verdict back; Missing when there is none.
	Revoke(ctx context.Context, id int64, log audit.Row) error
	// Rows finds records by their numbers, as far as a scope covers them, in the
	// order of the numbers.
	Rows(ctx context.Context, scope people.Scope, k record.Kind, ns []record.Number) ([]record.Row, error)
}

// The bounds of a candidate (product policy).
const (
	mostCases     = 400 // incidents of a group that are looked at and remembered
	mostShown     = 30  // that are shown with it
	mostLinked    = 100 // that are put down to the problem when it is opened
	longestReason = 2000
	// KeepVerdicts is how long a candidate that was set aside stands on the page
	// of those, and counts.
	KeepVerdicts = 180 * 24 * time.Hour
)

// Candidates lists the candidates that a person may know of: those of networks he
// is cleared for. Whoever does not see every record sees a candidate only when
// he sees all that speaks for it.
func (d *Desk) Candidates(ctx context.Context, by people.Actor) ([]Proposal, error) {
	if err := by.May("problem.read"); err != nil {
		return nil, err
	}
	if err := by.May("incident.read"); err != nil {
		return nil, err
	}
	all, err := d.Proposals.Candidates(ctx)
	if err != nil {
		return nil, err
	}
	var out []Proposal
	for _, c := range all {
		p, ok, err := d.look(ctx, by, c)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, p)
		}
	}
	return out, nil
}

// Candidate is one of them.
func (d *Desk) Candidate(ctx context.Context, by people.Actor, id int64) (Proposal, error) {
	all, err := d.Candidates(ctx, by)
	if err != nil {
		return Proposal{}, err
	}
	i := slices.IndexFunc(all, func(p Proposal) bool { return p.ID == id })
	if i < 0 {
		return Proposal{}, fault.New(fault.Missing, "problem.no_candidate")
	}
	return all[i], nil
}

func (d *Desk) look(ctx context.Context, by people.Actor, c Candidate) (p Proposal, ok bool, err error) {
	p.Candidate = c
	if !by.Scope.Clears(c.Zone) || !by.Scope.All && (c.Rule == Rising || c.Count > mostShown) {
		return p, false, nil
	}
	shown := c.Cases[:min(len(c.Cases), mostShown)]
	if p.Rows, err = d.Proposals.Rows(ctx, by.Scope, record.Incident, shown); err != nil {
		return p, false, err
	}
	if c.Again != 0 {
		past, err := d.Proposals.Rows(ctx, by.Scope, record.Problem, []record.Number{c.Again})
		if err != nil || len(past) == 0 {
			return p, false, err
		}
		p.Again = &past[0]
	}
	return p, by.Scope.All || len(p.Rows) == len(shown), nil
}

// SetAside says that a candidate is no problem. It stays away until there is
// as much that was not known then as its rule asks for.
func (d *Desk) SetAside(ctx context.Context, by people.Actor, id int64, reason string) error {
	at := d.Now().UTC().Truncate(time.Millisecond)
	if err := audit.Ask(ctx, d.Pen, by, at, DeedSetAside, candidateObject(id)); err != nil {
		return err
	}
	c, err := d.Candidate(ctx, by, id)
	if err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		return fault.At("reason", "record.required")
	case n > longestReason:
		return fault.At("reason", "record.too_long").With("max", longestReason).With("length", n)
	}
	row := audit.By(by, at, DeedSetAside, candidateObject(id))
	row.Detail = audit.Detail("rule", string(c.Rule), "key", c.Key)
	return d.Proposals.Judge(ctx, &Verdict{Candidate: c.Candidate, Reason: reason, At: at, By: by.ID}, row)
}

// Aside lists the candidates that were set aside within KeepVerdicts, as far as
// a person may know of them.
func (d *Desk) Aside(ctx context.Context, by people.Actor) ([]Verdict, error) {
	for _, deed := range []string{"problem.read", "incident.read"} {
		if err := by.May(deed); err != nil {
			return nil, err
		}
	}
	all, err := d.Proposals.Verdicts(ctx, d.Now().Add(-KeepVerdicts))
	if err != nil {
		return nil, err
	}
	var out []Verdict
	for _, v := range all {
		if v.Problem != 0 {
			continue
		}
		_, ok, err := d.look(ctx, by, v.Candidate)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, v)
		}
	}
	return out, nil
}

// TakeBack lets a candidate that was set aside be proposed again.
func (d *Desk) TakeBack(ctx context.Context, by people.Actor, id int64) error {
	at := d.Now().UTC().Truncate(time.Millisecond)
	if err := audit.Ask(ctx, d.Pen, by, at, DeedSetAside, candidateObject(id)); err != nil {
		return err
	}
	all, err := d.Aside(ctx, by)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(v Verdict) bool { return v.ID == id }) {
		return fault.New(fault.Missing, "problem.no_candidate")
	}
	row := audit.By(by, at, DeedSetAside, candidateObject(id))
	row.Detail = audit.Detail("back", id)
	return d.Proposals.Revoke(ctx, id, row)
}

// Opened notes the problem that was opened for a candidate.
func (d *Desk) Opened(ctx context.Context, by people.Actor, c Candidate, p *Problem) error {
	at := d.Now().UTC().Truncate(time.Millisecond)
	row := audit.By(by, at, "problem.open", candidateObject(c.ID))
	row.Detail = audit.Detail("rule", string(c.Rule), "key", c.Key, "problem", p.Ref())
	return d.Proposals.Judge(ctx, &Verdict{Candidate: c, Problem: p.Number, At: at, By: by.ID}, row)
}

// Evidence are the incidents that are put down to the problem when it is
// opened.
func (c *Candidate) Evidence() []record.Number { return c.Cases[:min(len(c.Cases), mostLinked)] }

// Source is how a problem opened for the candidate came to be looked for.
func (c *Candidate) Source() Source { return c.Rule.source() }

func candidateObject(id int64) string { return "candidate:" + strconv.FormatInt(id, 10) }
