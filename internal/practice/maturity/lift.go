package maturity

import "math/big"

// Lift is the smallest change of answers that brings a process to a level: all
// of Must, and from each choice any so many. Whatever leaves out one of them does
// not do, so these are all the minimal sets there are.
type Lift struct {
	To      Level    // what was asked for
	Lands   Level    // what is reached then: further up, where levels above are passed already
	Must    []string // statements that have to hold: the mandatory ones, and others where there is no choice
	Choices []Choice
}

// Choice is some others of one level, of which a number has to hold.
type Choice struct {
	Level Level
	Count int
	Of    []string
}

// Size is how many answers have to turn.
func (l Lift) Size() int {
	n := len(l.Must)
	for _, c := range l.Choices {
		n += c.Count
	}
	return n
}

// Sets is how many different minimal sets there are.
func (l Lift) Sets() *big.Int {
	n := big.NewInt(1)
	for _, c := range l.Choices {
		n.Mul(n, new(big.Int).Binomial(int64(len(c.Of)), int64(c.Count)))
	}
	return n
}

// One is the minimal set that comes first in the order of the questions.
func (l Lift) One() []string {
	out := append([]string(nil), l.Must...)
	for _, c := range l.Choices {
		out = append(out, c.Of[:c.Count]...)
	}
	return out
}

// To says what has to turn for the process to reach a level; ok is false when it
// is reached already, or when nothing of the process applies.
func (o Outcome) To(target Level) (l Lift, ok bool) {
	if target <= o.Level || target > Top || o.All == 0 {
		return Lift{}, false
	}
	l = Lift{To: target, Lands: target}
	for _, step := range o.Steps[:target] {
		l.Must = append(l.Must, step.Must...)
		switch {
		case step.Others == len(step.Spare): // no choice is left
			l.Must = append(l.Must, step.Spare...)
		case step.Others > 0:
			l.Choices = append(l.Choices, Choice{step.Level, step.Others, step.Spare})
		}
	}
	for l.Lands < Top && o.Steps[l.Lands].Passed {
		l.Lands++
	}
	return l, true
}

// Lifts lists what lifts the process, level by level up to the top. Levels that
// come by themselves with the one below are not listed again.
func (o Outcome) Lifts() []Lift {
	var out []Lift
	for target := o.Level + 1; target <= Top; {
		l, ok := o.To(target)
		if !ok {
			return out
		}
		out = append(out, l)
		target = l.Lands + 1
	}
	return out
}

// Move is how one process stands in two assessments.
type Move struct {
	Process Process
	From    Level
	To      Level
	Gained  []string // statements that hold now and did not
	Lost    []string // statements that held and do not any more
}

// Half is by how many half steps the level moved.
func (m Move) Half() int { return int(m.To - m.From) }

// Compare says what moved between an earlier and a later assessment, or between
// those of two units, by the questions of this set. What either of them called
// not applicable is neither gained nor lost.
func (s *Set) Compare(earlier, later Answers) []Move { return s.CompareWith(s, earlier, later) }

// CompareWith compares with an earlier assessment that another set asked: each is
// judged by its own, and a statement is gained or lost only where both ask it in
// the same words.
func (s *Set) CompareWith(then *Set, earlier, later Answers) []Move {
	out := make([]Move, len(s.Processes))
	for i, part := range s.Processes {
		m := Move{Process: part.Code, From: then.JudgeOne(part.Code, earlier).Level, To: s.judge(part, later).Level}
		for _, q := range part.Questions {
			was, is := earlier[q.ID], later[q.ID]
			asked, both := then.Question(q.ID)
			switch {
			case !both || asked.Text != q.Text:
			case was == NotApplicable || is == NotApplicable:
			case is == Yes && was != Yes:
				m.Gained = append(m.Gained, q.ID)
			case was == Yes && is != Yes:
				m.Lost = append(m.Lost, q.ID)
			}
		}
		out[i] = m
	}
	return out
}
