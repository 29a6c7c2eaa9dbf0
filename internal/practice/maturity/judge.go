package maturity

import (
	"slices"
)

// Outcome is what the answers come to for one process.
type Outcome struct {
	Process   Process
	Level     Level    // the last one reached without a gap below it
	Potential Level    // the highest one passed, whatever lies below it
	Steps     []Step   // the nine levels, lowest first
	Blockers  Blockers // of the first level that is not passed; empty at the top
	Yes, All  int      // statements that hold, of those that apply
	Unproven  int      // of the rest, those with too few records to tell
	Open      int      // of the rest, those that nobody answered
}

// Step is what the answers come to at one level.
type Step struct {
	Level    Level
	Passed   bool
	Yes, All int
	Must     []string // mandatory statements that do not hold
	Others   int      // how many more of the others are wanted
	Spare    []string // the others that do not hold
}

// Blockers say why the next level is not reached.
type Blockers struct {
	Level  Level    // the first that is not passed; None when all are
	Must   []string // mandatory statements that do not hold
	Others int      // how many more of the others are wanted
	Held   int      // how many of the others hold
}

// YesShare is the share of the statements that hold, 0 when none applies.
func (o Outcome) YesShare() float64 { return share(o.Yes, o.All) }

// YesShare is the share of a level's statements that hold.
func (s Step) YesShare() float64 { return share(s.Yes, s.All) }

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// Passed says whether a level is passed by itself.
func (o Outcome) Passed(l Level) bool { return l > None && l <= Top && o.Steps[l-1].Passed }

// Judge applies the rule of the set to the final answers, process by process.
func (s *Set) Judge(final Answers) []Outcome {
	out := make([]Outcome, len(s.Processes))
	for i, part := range s.Processes {
		out[i] = s.judge(part, final)
	}
	return out
}

// JudgeOne applies the rule to one process.
func (s *Set) JudgeOne(p Process, final Answers) Outcome { return s.judge(s.Part(p), final) }

func (s *Set) judge(part Part, final Answers) Outcome {
	o := Outcome{Process: part.Code, Steps: make([]Step, Top)}
	for i := range o.Steps {
		o.Steps[i].Level = Level(i + 1)
	}
	held := [Top]int{}
	others := [Top]int{}
	for _, q := range part.Questions {
		answer := final[q.ID]
		if answer == NotApplicable {
			continue
		}
		step := &o.Steps[q.Level-1]
		step.All++
		if !q.Mandatory {
			others[q.Level-1]++
		}
		switch {
		case answer == Yes:
			step.Yes++
			if !q.Mandatory {
				held[q.Level-1]++
			}
			continue
		case q.Mandatory:
			step.Must = append(step.Must, q.ID)
		default:
			step.Spare = append(step.Spare, q.ID)
		}
		switch answer {
		case Insufficient:
			o.Unproven++
		case Unanswered:
			o.Open++
		}
	}
	for i := range o.Steps {
		step := &o.Steps[i]
		step.Others = max(0, min(s.Rule.others(step.Level), others[i])-held[i])
		step.Passed = len(step.Must) == 0 && step.Others == 0
		o.Yes, o.All = o.Yes+step.Yes, o.All+step.All
		if step.Passed {
			o.Potential = step.Level
		}
	}
	if o.All == 0 { // nothing applies, so nothing is reached
		for i := range o.Steps {
			o.Steps[i].Passed = false
		}
		o.Potential = None
		return o
	}
	first := slices.IndexFunc(o.Steps, func(s Step) bool { return !s.Passed })
	if first < 0 {
		o.Level = Top
		return o
	}
	o.Level = Level(first)
	o.Blockers = Blockers{Level: o.Steps[first].Level, Must: o.Steps[first].Must, Others: o.Steps[first].Others, Held: held[first]}
	return o
}

// Rating is how far something is achieved, after ISO/IEC 33020.
type Rating string

// The ratings, by the share achieved: up to 15, 50, 85 and 100 per cent.
const (
	NotAchieved       Rating = "N"
	PartiallyAchieved Rating = "P"
	LargelyAchieved   Rating = "L"
	FullyAchieved     Rating = "F"
)

// Rate gives the rating of a share from 0 to 1.
func Rate(share float64) Rating {
	switch {
	case share <= 0.15:
		return NotAchieved
	case share <= 0.50:
		return PartiallyAchieved
	case share <= 0.85:
		return LargelyAchieved
	}
	return FullyAchieved
}
