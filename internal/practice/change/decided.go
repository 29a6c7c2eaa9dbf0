package change

import (
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// decided moves a change on once its round is over. Silence sends it back to
// those who assess it: the board did not say no.
func (d *Desk) decided(s *sitting, c *Change) error {
	rounds, err := s.Rounds(c)
	if err != nil || c.State != Awaiting && c.State != Submitted {
		return err
	}
	last, emergency := rounds[len(rounds)-1], c.State == Submitted
	move, in := "", record.Input{}
	switch {
	case last.Verdict == approval.Approved && emergency:
		move = "grant_emergency"
	case last.Verdict == approval.Approved:
		move = "authorise"
	case last.Verdict == approval.Refused && emergency:
		move, in.Fields = "reject", map[string]string{"why_rejected": refusal(last)}
	case last.Verdict == approval.Refused:
		move, in.Fields = "deny", map[string]string{"why_rejected": refusal(last)}
	case last.Verdict == approval.Lapsed && !emergency:
		move = "lapsed"
	default:
		return nil
	}
	return s.AsKilter(func() error { return s.Move(c, move, in) })
}

// refusal is what was said by whoever said no, as far as a reason holds it.
func refusal(r *approval.Round) string {
	var out []string
	for _, seat := range r.Stages[r.At].Seats {
		if seat.Answer == approval.No {
			out = append(out, seat.Reason)
		}
	}
	all := []rune(strings.Join(strings.Fields(strings.Join(out, " / ")), " "))
	if len(all) > longestWhy {
		return string(all[:longestWhy-1]) + "…"
	}
	return string(all)
}

// spoken checks an authorisation by telephone; what was asked meanwhile is not
// asked any more.
func (d *Desk) spoken(s *sitting, c *Change) error {
	owns := func(people.ID) bool { return true }
	if d.City.Owns != nil {
		owns = d.City.Owns
	}
	if err := c.Voiced(s.Now, owns); err != nil {
		return err
	}
	if err := d.seated(c); err != nil {
		return err
	}
	if err := s.Withdraw(c); err != nil {
		return err
	}
	return d.apart(s, c)
}

// seated reports whoever spoke by telephone without a seat in the emergency
// committee, where one was named.
func (d *Desk) seated(c *Change) error {
	if d.City.Authority == nil {
		return nil
	}
	seats := d.City.Authority().Committee
	if len(seats) == 0 {
		return nil
	}
	var many fault.Many
	for _, v := range []struct {
		field  string
		person people.ID
	}{{"first_voice", c.First}, {"other_voice", c.Other}} {
		if !slices.Contains(seats, v.person) && (d.City.Owns == nil || !d.City.Owns(v.person)) {
			many = append(many, fault.At(v.field, "change.not_of_committee"))
		}
	}
	return many.Err()
}

func (d *Desk) apart(s *sitting, c *Change) error {
	rounds, err := s.Rounds(c)
	if err != nil {
		return err
	}
	return Apart(c, rounds)
}

// patience is how long it may take to find out what planned work meets.
const patience = 5 * time.Second
