package approval_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/people"
)

var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func days(from time.Time, n int) time.Time { return from.AddDate(0, 0, n) }

var terms = approval.Terms{Due: days}

func seats(ids ...people.ID) []approval.Seat {
	var out []approval.Seat
	for _, id := range ids {
		out = append(out, approval.Seat{Person: id, Department: people.DepartmentID(id % 3)})
	}
	return out
}

func begun(t *testing.T, barred []people.ID, stages ...approval.Stage) *approval.Round {
	t.Helper()
	r, err := approval.Begin(monday, stages, barred, terms)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func say(r *approval.Round, by people.ID, a approval.Answer) error {
	return r.Vote(approval.Vote{By: by, Answer: a, Reason: "so", At: monday.Add(time.Hour)}, terms)
}

func TestStages(t *testing.T) {
	t.Parallel()
	r := begun(t, []people.ID{1}, approval.Stage{Rule: approval.Any, Seats: seats(1, 2, 3)}, approval.Stage{Rule: approval.All, Seats: seats(4, 5, 5)})
	if got := r.Waiting(); !slices.Equal(got, []people.ID{2, 3}) {
		t.Fatalf("asked %v: the requester must not be", got)
	}
	if err := say(r, 4, approval.Yes); !fault.Is(err, fault.Denied) {
		t.Errorf("a later stage answers early: %v", err)
	}
	for _, by := range []people.ID{3, 4, 5} {
		if r.Verdict != approval.Open {
			t.Fatalf("decided before %d answered", by)
		}
		if err := say(r, by, approval.Yes); err != nil {
			t.Fatal(err)
		}
	}
	if r.Verdict != approval.Approved || !slices.Equal(r.Took(), []people.ID{3, 4, 5}) {
		t.Errorf("%+v", r)
	}
	if err := say(r, 2, approval.No); !fault.Is(err, fault.Conflict) {
		t.Errorf("an answer after the end: %v", err)
	}
}

// An answer that names its stage is never taken for the next one, by whoever
// sits in both.
func TestAnAnswerIsForTheStageItNames(t *testing.T) {
	t.Parallel()
	r := begun(t, nil, approval.Stage{Rule: approval.Any, Seats: seats(2)}, approval.Stage{Rule: approval.Any, Seats: seats(2)})
	first := approval.Vote{By: 2, Answer: approval.Yes, At: monday, Asked: &approval.Asked{Round: r.ID, Stage: r.At}}
	if err := r.Vote(first, terms); err != nil {
		t.Fatal(err)
	}
	if err := r.Vote(first, terms); !fault.Is(err, fault.Conflict) || r.Verdict != approval.Open {
		t.Errorf("the same answer twice: %v, %s", err, r.Verdict)
	}
	if err := say(r, 2, approval.Yes); err != nil || r.Verdict != approval.Approved {
		t.Errorf("the second stage: %v, %s", err, r.Verdict)
	}
}

func TestWhatCannotBeAsked(t *testing.T) {
	t.Parallel()
	for name, st := range map[string]approval.Stage{
		"nobody":               {Rule: approval.Any},
		"only the requester":   {Rule: approval.Any, Seats: seats(1)},
		"too few for a quorum": {Rule: approval.Quorum, Quorum: 3, Seats: seats(1, 2, 3)},
		"one department":       {Rule: approval.Quorum, Quorum: 2, Apart: true, Seats: seats(2, 5, 8)},
	} {
		if _, err := approval.Begin(monday, []approval.Stage{st}, []people.ID{1}, terms); len(fault.All(err)) != 1 || fault.All(err)[0].Field != "approvers" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := approval.Begin(monday, nil, nil, terms); err == nil {
		t.Error("a round without a stage")
	}
}

func TestDeputies(t *testing.T) {
	t.Parallel()
	stands := approval.Stands([]approval.Deputy{
		{Person: 2, Deputy: 3, From: monday, Until: days(monday, 5)},
		{Person: 2, Deputy: 1, From: monday, Until: days(monday, 5)},
		{Person: 3, Deputy: 4, From: monday, Until: days(monday, 5)},
	}, monday)
	vote := func(r *approval.Round, by people.ID) error {
		return r.Vote(approval.Vote{By: by, Answer: approval.Yes, At: monday, Stands: stands}, terms)
	}
	r := begun(t, []people.ID{1}, approval.Stage{Rule: approval.All, Seats: seats(2, 5)})
	if err := vote(r, 1); !fault.Is(err, fault.Denied) {
		t.Errorf("the requester approves his own as a deputy: %v", err)
	}
	if err := vote(r, 4); !fault.Is(err, fault.Denied) {
		t.Errorf("the deputy of a deputy: %v", err)
	}
	if err := vote(r, 3); err != nil {
		t.Fatal(err)
	}
	if s := r.Stages[0].Seats[0]; s.Person != 2 || s.By != 3 {
		t.Errorf("%+v", s)
	}
	both := begun(t, nil, approval.Stage{Rule: approval.All, Seats: seats(2, 3)})
	if err := vote(both, 3); err != nil || both.Stages[0].Seats[1].By != 3 {
		t.Fatalf("his own seat comes first: %v, %+v", err, both.Stages[0])
	}
	if err := vote(both, 3); !fault.Is(err, fault.Conflict) {
		t.Errorf("one person gives two consents: %v", err)
	}
	if later := approval.Stands([]approval.Deputy{{Person: 2, Deputy: 3, From: monday, Until: days(monday, 5)}}, days(monday, 5)); later(3, 2) {
		t.Error("stands in after he is back")
	}
}

func TestNoAnswerInTime(t *testing.T) {
	t.Parallel()
	r := begun(t, nil, approval.Stage{Rule: approval.All, Days: 4, Seats: seats(2, 3)})
	if err := say(r, 2, approval.Yes); err != nil {
		t.Fatal(err)
	}
	if got := r.Remind(days(monday, 1)); got != nil {
		t.Errorf("reminded too early: %v", got)
	}
	if got := r.Remind(r.Next()); !slices.Equal(got, []people.ID{3}) || r.Remind(days(monday, 3)) != nil {
		t.Errorf("reminded %v", got)
	}
	if r.Lapse(days(monday, 3)) || !r.Lapse(r.Next()) || r.Verdict != approval.Lapsed {
		t.Errorf("%+v", r)
	}
	if err := say(r, 3, approval.Yes); !fault.Is(err, fault.Conflict) {
		t.Errorf("an answer too late: %v", err)
	}
}

func TestANoSaysWhy(t *testing.T) {
	t.Parallel()
	r := begun(t, nil, approval.Stage{Rule: approval.Any, Seats: seats(2)})
	if err := r.Vote(approval.Vote{By: 2, Answer: approval.No, At: monday}, terms); len(fault.All(err)) != 1 || fault.All(err)[0].Field != "reason" {
		t.Errorf("%v", err)
	}
	r.Withdraw(monday)
	if r.Verdict != approval.Withdrawn || r.Now() != nil {
		t.Errorf("%+v", r)
	}
}

// drawn makes a stage and what each of its seats would say.
func drawn(rnd *rand.Rand) (approval.Stage, []approval.Answer) {
	n := 1 + rnd.IntN(6)
	var ids []people.ID
	for i := range n {
		ids = append(ids, people.ID(i+2))
	}
	st := approval.Stage{Rule: []approval.Rule{approval.Any, approval.All, approval.Quorum}[rnd.IntN(3)], Quorum: 1 + rnd.IntN(n), Apart: rnd.IntN(3) == 0, Seats: seats(ids...)}
	if st.Rule == approval.All {
		st.Apart = false
	}
	said := make([]approval.Answer, n)
	for i := range said {
		said[i] = []approval.Answer{approval.Yes, approval.No}[rnd.IntN(2)]
	}
	return st, said
}

// Whatever the stage, whatever is said: the order of the answers decides
// nothing, and no approval comes without the consents that the stage asks for.
func TestOrderDoesNotMatterAndNoApprovalWithoutQuorum(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4000) {
		rnd := rand.New(rand.NewPCG(seed, 17))
		st, said := drawn(rnd)
		verdicts := map[approval.Verdict]bool{}
		for range 6 {
			r, err := approval.Begin(monday, []approval.Stage{st}, []people.ID{1}, terms)
			if err != nil {
				break // cannot be asked at all, in whatever order
			}
			for _, i := range rnd.Perm(len(said)) {
				if r.Verdict != approval.Open {
					break
				}
				if err := say(r, st.Seats[i].Person, said[i]); err != nil {
					t.Fatal(seed, err)
				}
			}
			verdicts[r.Verdict] = true
			if r.Verdict == approval.Approved {
				enough(t, fmt.Sprint("seed ", seed), r.Stages[0])
			}
		}
		if len(verdicts) > 1 || verdicts[approval.Open] {
			t.Fatalf("seed %d: %+v with %v gives %v", seed, st, said, verdicts)
		}
	}
}

// enough counts again, by other means, whether the consents suffice.
func enough(t *testing.T, name string, st approval.Stage) {
	t.Helper()
	persons, departments := map[people.ID]bool{}, map[people.DepartmentID]bool{}
	for _, s := range st.Seats {
		if s.Answer == approval.Yes {
			persons[s.By], departments[s.Department] = true, true
		}
	}
	n := len(persons)
	if st.Apart {
		n = len(departments)
	}
	need := map[approval.Rule]int{approval.Any: 1, approval.All: len(st.Seats), approval.Quorum: st.Quorum}[st.Rule]
	if n < need {
		t.Errorf("%s: approved with %d of %d: %+v", name, n, need, st)
	}
}

// Whoever is barred has no say, through whichever chain of deputies, and no
// person gives two of the consents that a stage asks for.
func TestNobodyApprovesHisOwnThroughADeputy(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3000) {
		rnd := rand.New(rand.NewPCG(seed, 23))
		st, _ := drawn(rnd)
		st.Apart = false
		var deputies []approval.Deputy
		for range rnd.IntN(8) {
			deputies = append(deputies, approval.Deputy{Person: people.ID(1 + rnd.IntN(7)), Deputy: people.ID(1 + rnd.IntN(7)), From: monday, Until: days(monday, 9)})
		}
		barred := []people.ID{1, people.ID(1 + rnd.IntN(7))}
		r, err := approval.Begin(monday, []approval.Stage{st}, barred, terms)
		if err != nil {
			continue
		}
		for range 30 {
			_ = r.Vote(approval.Vote{By: people.ID(1 + rnd.IntN(8)), Answer: approval.Yes, At: monday, Stands: approval.Stands(deputies, monday)}, terms) // most are refused
		}
		by := map[people.ID]int{}
		for _, s := range r.Stages[0].Seats {
			if slices.Contains(barred, s.By) || slices.Contains(barred, s.Person) {
				t.Fatalf("seed %d: barred %v had a say: %+v", seed, barred, s)
			}
			if s.By != 0 {
				by[s.By]++
			}
		}
		for who, n := range by {
			if n > 1 && (st.Rule == approval.All || st.Rule == approval.Quorum && st.Quorum > 1) {
				t.Fatalf("seed %d: %d gave %d consents: %+v", seed, who, n, r.Stages[0])
			}
		}
		if r.Verdict == approval.Approved {
			enough(t, fmt.Sprint("seed ", seed), r.Stages[0])
		}
	}
}
