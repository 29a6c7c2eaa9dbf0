package maturity

import (
	"errors"
	"slices"

	"kilter/internal/base/stats"
)

// Ballot is what one assessor answered.
type Ballot struct {
	Assessor string
	Answers  Answers
}

// Consensus is what several assessors come to.
type Consensus struct {
	Answers   Answers               // by majority
	Disputed  []string              // questions to which not all gave the same answer, in the order of the set
	Tied      []string              // of these, where no answer has more voices than any other: it counts as no
	Agreement map[Process]Agreement // by process
	Overall   Agreement
}

// Agreement is how far assessors agree beyond chance.
type Agreement struct {
	Questions int      // that all assessors answered
	Kappa     *float64 // nil when it cannot be computed
	Why       string   // why not, as a word of stats.Reason
	Band      string   // how Landis and Koch (1977) call such a kappa
}

// Agree puts the answers of several assessors together. An answer counts when
// more gave it than gave any other; where none does, the statement counts as not
// holding. Open answers have no voice. Kappa is Cohen's for two assessors and
// Fleiss' for more, over the questions that all of them answered.
func (s *Set) Agree(ballots []Ballot) Consensus {
	c := Consensus{Answers: Answers{}, Agreement: map[Process]Agreement{}}
	var all [][]int
	for _, part := range s.Processes {
		var rated [][]int
		for _, q := range part.Questions {
			row, answer, split, tied := vote(q.ID, ballots)
			if len(row) == len(ballots) {
				rated = append(rated, row)
			}
			if len(row) > 0 {
				c.Answers[q.ID] = answer
			}
			if split {
				c.Disputed = append(c.Disputed, q.ID)
			}
			if tied {
				c.Tied = append(c.Tied, q.ID)
			}
		}
		c.Agreement[part.Code] = agreement(rated)
		all = append(all, rated...)
	}
	c.Overall = agreement(all)
	return c
}

// voices are the answers that somebody can give, as categories of kappa.
var voices = []Answer{Yes, No, NotApplicable, Insufficient}

// vote counts the voices for one question: the category of each assessor who
// answered, what the majority says, whether they differ and whether none leads.
func vote(id string, ballots []Ballot) (row []int, answer Answer, split, tied bool) {
	counts := make([]int, len(voices))
	for _, b := range ballots {
		if i := slices.Index(voices, b.Answers[id]); i >= 0 {
			row = append(row, i)
			counts[i]++
		}
	}
	most := slices.Max(counts)
	leading := 0
	for i, n := range counts {
		if n == most {
			answer = voices[i]
			leading++
		}
	}
	split = most < len(row)
	if leading > 1 {
		return row, No, split, len(row) > 0
	}
	return row, answer, split, false
}

func agreement(rated [][]int) Agreement {
	a := Agreement{Questions: len(rated)}
	kappa, err := stats.Kappa(rated, len(voices))
	if err != nil {
		a.Why = string(stats.Empty)
		if u, ok := errors.AsType[*stats.Unfit](err); ok {
			a.Why = string(u.Why)
		}
		return a
	}
	a.Kappa, a.Band = &kappa, stats.KappaBand(kappa)
	return a
}
