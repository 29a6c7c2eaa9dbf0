package approval

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// Terms are what a round needs to know of the centre.
type Terms struct {
	// Due is the end of so many working days; nil sets no ends.
	Due func(from time.Time, days int) time.Time
}

// Begin asks the first stage. Those who are barred lose their seats, and a
// person has one seat in a stage however often he was named. A stage that
// cannot be approved by those who are left is a fault at "approvers": nothing
// is asked that nobody may grant.
func Begin(now time.Time, stages []Stage, barred []people.ID, t Terms) (*Round, error) {
	r := &Round{Barred: barred, Opened: now}
	for _, st := range stages {
		st.Seats = slices.Clone(st.Seats)
		seen := map[people.ID]bool{}
		st.Seats = slices.DeleteFunc(st.Seats, func(s Seat) bool {
			twice := seen[s.Person] || s.Person == 0 || slices.Contains(barred, s.Person)
			seen[s.Person] = true
			return twice
		})
		for i, s := range st.Seats {
			st.Seats[i] = Seat{Person: s.Person, Department: s.Department, As: s.As}
		}
		if _, possible := st.consents(); len(st.Seats) == 0 || possible < st.need() {
			return nil, fault.At("approvers", "approval.too_few").With("stage", st.Name.Both()).With("need", st.need()).With("have", possible)
		}
		r.Stages = append(r.Stages, st)
	}
	if len(r.Stages) == 0 {
		return nil, fault.At("approvers", "approval.no_stage")
	}
	r.ask(now, t)
	return r, nil
}

// ask opens the stage at which the round stands.
func (r *Round) ask(now time.Time, t Terms) {
	st := &r.Stages[r.At]
	st.Opened = now
	if st.Days > 0 && t.Due != nil {
		st.Due = t.Due(now, st.Days)
		st.Remind = now.Add(st.Due.Sub(now) / 2)
		if st.After > 0 && st.After < st.Days {
			st.Remind = t.Due(now, st.After)
		}
	}
}

// Vote is what somebody says to a round.
type Vote struct {
	By     people.ID
	For    people.ID // whose seat; 0 is his own, else the only one he may answer
	Answer Answer
	Reason string // must be said with a no
	At     time.Time
	Asked  *Asked // which stage is answered; nil is the one asked now
	// Stands reports whether By may answer in place of a person now.
	Stands func(by, person people.ID) bool
}

const longestReason = 2000

// Vote takes an answer. Whoever is barred cannot answer, neither for himself
// nor for somebody else; nobody answers twice in a stage, be it from two seats,
// unless one answer is all it needs; in a fresh stage nobody who answered an
// earlier one. When the stage is decided the next one is
// asked, or the round ends.
func (r *Round) Vote(v Vote, t Terms) error {
	st := r.Now()
	if st == nil {
		return fault.New(fault.Conflict, "approval.over")
	}
	if v.Asked != nil && !v.Asked.Is(r) {
		return fault.New(fault.Conflict, "approval.link_over")
	}
	if v.Answer != Yes && v.Answer != No {
		return fault.At("answer", "approval.no_answer")
	}
	v.Reason = strings.TrimSpace(v.Reason)
	if v.Answer == No && v.Reason == "" {
		return fault.At("reason", "approval.say_why")
	}
	if n := utf8.RuneCountInString(v.Reason); n > longestReason {
		return fault.At("reason", "record.too_long").With("max", longestReason).With("length", n)
	}
	if slices.Contains(r.Barred, v.By) {
		return fault.New(fault.Denied, "approval.barred")
	}
	if st.Fresh && slices.Contains(r.Took(), v.By) {
		return fault.New(fault.Conflict, "approval.answered")
	}
	i, err := st.seat(v)
	if err != nil {
		return err
	}
	seat := &st.Seats[i]
	seat.Answer, seat.By, seat.At, seat.Reason = v.Answer, v.By, v.At, v.Reason
	r.settle(st, v.At, t)
	return nil
}

// seat finds the one that a vote is for.
func (s *Stage) seat(v Vote) (int, error) {
	at, again := -1, false
	for i, seat := range s.Seats {
		again = again || seat.By == v.By
		mine := seat.Person == v.By || v.Stands != nil && v.Stands(v.By, seat.Person)
		if !mine || v.For != 0 && seat.Person != v.For || seat.Answer != None {
			continue
		}
		if at < 0 || seat.Person == v.By { // his own before those he stands in for
			at = i
		}
	}
	if again && s.need() > 1 {
		return 0, fault.New(fault.Conflict, "approval.answered")
	}
	if at < 0 {
		if slices.ContainsFunc(s.Seats, func(o Seat) bool { return o.By == v.By || o.Person == v.By }) {
			return 0, fault.New(fault.Conflict, "approval.answered")
		}
		return 0, fault.New(fault.Denied, "approval.not_asked")
	}
	return at, nil
}

func (r *Round) settle(st *Stage, now time.Time, t Terms) {
	st.Verdict = st.tally()
	switch {
	case st.Verdict == Open:
	case st.Verdict == Approved && r.At+1 < len(r.Stages):
		r.At++
		r.ask(now, t)
	default:
		r.Verdict, r.Closed = st.Verdict, now
	}
}

// Seated reports whether a person may answer now: his own seat is open, or one
// of somebody he stands in for.
func (r *Round) Seated(by people.ID, stands func(by, person people.ID) bool) bool {
	st := r.Now()
	if st == nil || slices.Contains(r.Barred, by) || st.Fresh && slices.Contains(r.Took(), by) {
		return false
	}
	_, err := st.seat(Vote{By: by, Stands: stands})
	return err == nil
}

// Lapse ends a round whose stage was not decided in time, and reports whether
// it did. Silence is no consent.
func (r *Round) Lapse(now time.Time) bool {
	st := r.Now()
	if st == nil || st.Due.IsZero() || now.Before(st.Due) {
		return false
	}
	st.Verdict, r.Verdict, r.Closed = Lapsed, Lapsed, now
	return true
}

// Withdraw ends a round because it is not asked any more.
func (r *Round) Withdraw(now time.Time) {
	if st := r.Now(); st != nil {
		st.Verdict, r.Verdict, r.Closed = Withdrawn, Withdrawn, now
	}
}

// Remind lists those to be reminded now, once for each stage.
func (r *Round) Remind(now time.Time) []people.ID {
	st := r.Now()
	if st == nil || st.Remind.IsZero() || now.Before(st.Remind) {
		return nil
	}
	st.Remind = time.Time{}
	return r.Waiting()
}

// Next is when the round wants to be looked at again: to remind or to lapse.
// Zero is never.
func (r *Round) Next() time.Time {
	st := r.Now()
	if st == nil {
		return time.Time{}
	}
	if !st.Remind.IsZero() {
		return st.Remind
	}
	return st.Due
}

// Deputy stands in for a person from one moment to another; a person names his
// own while he is away. Deputies of deputies do not count: somebody was chosen,
// not whom he chooses.
type Deputy struct {
	Person people.ID
	Deputy people.ID
	From   time.Time
	Until  time.Time
}

// Check reports what is wrong with an arrangement.
func (d Deputy) Check(now time.Time) error {
	switch {
	case d.Deputy == 0:
		return fault.At("deputy", "record.required")
	case d.Deputy == d.Person:
		return fault.At("deputy", "approval.own_deputy")
	case !d.Until.After(d.From):
		return fault.At("until", "approval.ends_before")
	case !d.Until.After(now):
		return fault.At("until", "approval.is_past")
	case d.Until.Sub(d.From) > 366*24*time.Hour:
		return fault.At("until", "approval.too_long_away")
	}
	return nil
}

// Stands is the function that Vote asks, for the arrangements in force at a
// moment.
func Stands(all []Deputy, at time.Time) func(by, person people.ID) bool {
	return func(by, person people.ID) bool {
		return slices.ContainsFunc(all, func(d Deputy) bool {
			return d.Deputy == by && d.Person == person && !at.Before(d.From) && at.Before(d.Until)
		})
	}
}
