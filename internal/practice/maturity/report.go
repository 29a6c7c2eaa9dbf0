package maturity

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
)

// Report is what a file comes to.
type Report struct {
	Set       *Set
	Outcomes  []Outcome
	Targets   map[Process]Level
	Consensus *Consensus // of several assessors; nil for one
	Moves     []Move     // since the earlier assessment; nil without one
	Expired   []Override // that stand no more
}

// Report judges a file.
func (s *Set) Report(f *File) *Report {
	set := *s
	if f.Rule != nil {
		set.Rule = *f.Rule
	}
	rep := &Report{Set: &set, Targets: f.Targets}
	said := f.Answers
	if len(f.Ballots) > 0 {
		c := set.Agree(f.Ballots)
		rep.Consensus, said = &c, c.Answers
	}
	final := Final(said, f.Overrides, f.On)
	for _, o := range f.Overrides {
		if !o.Stands(f.On) {
			rep.Expired = append(rep.Expired, o)
		}
	}
	rep.Outcomes = set.Judge(final)
	if f.Earlier != nil {
		rep.Moves = set.Compare(f.Earlier, final)
	}
	return rep
}

// MarshalJSON writes, by process and in their order, level, potential, which
// levels are passed, what blocks the first that is not, and the share of yes.
func (r *Report) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, o := range r.Outcomes {
		if i > 0 {
			b.WriteByte(',')
		}
		text, err := json.Marshal(o)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%q:%s", o.Process, text)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// MarshalJSON writes an outcome as files and the API have it.
func (o Outcome) MarshalJSON() ([]byte, error) {
	passed := make(map[Level]bool, len(o.Steps))
	for _, s := range o.Steps {
		passed[s.Level] = s.Passed
	}
	return json.Marshal(struct {
		Level     Level          `json:"level"`
		Potential Level          `json:"potential"`
		Passed    map[Level]bool `json:"passed"`
		Blockers  []string       `json:"blockers_of_first_failed_level"`
		YesShare  float64        `json:"yes_share"`
	}{o.Level, o.Potential, passed, o.Blockers.List(), math.Round(o.YesShare()*1e6) / 1e6})
}

// List is the blockers as files have them: ids, and a phrase for the others that
// are wanted. It is never nil.
func (b Blockers) List() []string {
	out := append([]string{}, b.Must...)
	switch {
	case b.Others > 0 && b.Held == 0:
		out = append(out, "no other question answered yes")
	case b.Others > 0:
		out = append(out, fmt.Sprintf("%d more of the other questions to be answered yes", b.Others))
	}
	return out
}
