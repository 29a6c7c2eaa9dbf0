package release

import (
	"context"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// KnownError is what a release wants to know of a problem that goes into
// operation with it.
type KnownError struct {
	Ref        string
	Title      string
	State      string // by the words of the problem
	Workaround string
	Zone       people.ZoneID
	Published  bool // its work-around can be read by those who need it
	Over       bool // it has ended: there is no error any more
}

// DeedCarry says which known errors go into operation with a release.
const DeedCarry = "carry"

// MostCarried bounds the known errors of one release.
const MostCarried = 50

// Carry says which known errors go into operation with a release, by the
// numbers of their problems, until its review has come to a decision. They are
// ones that the actor sees, and of the release's network or of none.
func (d *Desk) Carry(ctx context.Context, by people.Actor, n record.Number, refs []string, in record.Input) (*Release, error) {
	return d.work(ctx, by, n, in, flow.At(Planned, Building, Testing, Acceptance, Readiness), func(s *sitting, r *Release) error {
		if v := r.Review(); v != nil && v.Decision != Undecided {
			return fault.New(fault.Conflict, "release.reviewed")
		}
		refs, err := d.errorsOf(s.By, r, refs)
		if err != nil {
			return err
		}
		was := strings.Join(r.Carried, ", ")
		r.Carried = refs
		return s.Log(r, DeedCarry, record.Entry{Text: in.Text, Changes: changed("carried", was, strings.Join(refs, ", "))})
	})
}

// errorsOf checks problems as somebody names them, at "known[N]" with N from 1.
func (d *Desk) errorsOf(by people.Actor, r *Release, typed []string) ([]string, error) {
	if len(typed) > MostCarried {
		return nil, fault.At("known", "release.too_many").With("max", MostCarried)
	}
	refs := make([]string, len(typed))
	for i, ref := range typed {
		refs[i] = strings.ToUpper(strings.TrimSpace(ref))
	}
	held, err := d.known(by.Scope, refs)
	if err != nil {
		return nil, err
	}
	var many fault.Many
	for i, ref := range refs {
		one, ok := held[ref]
		switch {
		case slices.Contains(refs[:i], ref):
			many = append(many, fault.At(at("known", i, "problem"), "release.twice"))
		case slices.Contains(r.Carried, ref): // it was looked at when it was named
		case !ok || !by.Can("problem.read"):
			many = append(many, fault.At(at("known", i, "problem"), "record.no_such").With("ref", ref))
		case one.Zone != 0 && one.Zone != r.Zone:
			many = append(many, fault.At(at("known", i, "problem"), "release.other_zone"))
		}
	}
	return refs, many.Err()
}

func (d *Desk) known(scope people.Scope, refs []string) (map[string]KnownError, error) {
	if d.City.Problems == nil || len(refs) == 0 {
		return nil, nil
	}
	return d.City.Problems(scope, refs)
}

// Known are the known errors that a release carries, as far as the actor sees
// their problems; of one that he does not, the number is all.
func (d *Desk) Known(by people.Actor, r *Release) ([]KnownError, error) {
	var held map[string]KnownError
	if by.Can("problem.read") {
		var err error
		if held, err = d.known(by.Scope, r.Carried); err != nil {
			return nil, err
		}
	}
	out := make([]KnownError, len(r.Carried))
	for i, ref := range r.Carried {
		out[i] = held[ref]
		out[i].Ref = ref
	}
	return out, nil
}

// published reports the known errors whose work-around nobody can read: a
// release that carries one is not approved (domain/mof, section REL: known errors
// are published before). What has ended is no error any more.
func (d *Desk) published(r *Release) error {
	held, err := d.known(people.Everything(), r.Carried)
	if err != nil {
		return err
	}
	var many fault.Many
	for _, ref := range r.Carried {
		if one := held[ref]; !one.Published && !one.Over {
			many = append(many, fault.New(fault.Conflict, "release.known_not_published").With("problem", ref))
		}
	}
	return many.Err()
}
