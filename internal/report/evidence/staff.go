package evidence

import (
	"context"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap/readiness"
)

// What answers the statements about people: no metric of the specification, but what
// the readiness of people records.
const (
	roleHeld      = "role_held"      // somebody who works here holds the role
	trainingValid = "training_valid" // the holders of roles whose training for the process is valid
)

// fewest is how many have to carry a process before it is told how many of them were
// trained: of one or two it would be told who.
const fewest = 3

// Carried tells who carries each process of which that is recorded.
type Carried func(context.Context) (map[maturity.Process]readiness.Carried, error)

// staffed answers the statements about roles and training of the processes of which
// somebody has recorded who carries them; of the others nothing is known.
func (m *Maker) staffed(ctx context.Context, r *Report, set *maturity.Set) error {
	if m.Carried == nil {
		return nil
	}
	all, err := m.Carried(ctx)
	if err != nil {
		return err
	}
	for i := range r.Figures {
		f := &r.Figures[i]
		q, _ := set.Question(f.Question)
		by, recorded := all[q.Process()]
		if !recorded {
			continue
		}
		switch q.Evidence.Kind {
		case maturity.Role:
			if holders, known := holds(by, q.Evidence.What); known {
				f.Metric, f.Shape, f.To, f.Why, f.Known = roleHeld, Count, r.At, "", true
				f.Numerator, f.Denominator, f.Value = len(holders), len(holders), float64(len(holders))
				if f.Answer = maturity.No; len(holders) > 0 {
					f.Answer = maturity.Yes
				}
			}
		case maturity.Training:
			if n := len(by.Trained); n > 0 && n < fewest {
				f.Why = "few"
				continue
			}
			*f = trained(*f, by, set.Defaults.TrainShare)
			f.To = r.At
		case maturity.Auto, maturity.Document, maturity.Meeting, maturity.Survey, maturity.Manual:
		}
	}
	return nil
}

// trained is the share of those who carry a process whose training is valid.
func trained(f Figure, by readiness.Carried, wanted float64) Figure {
	f.Metric, f.Shape, f.Why, f.Denominator = trainingValid, Share, "", len(by.Trained)
	for _, valid := range by.Trained {
		if valid {
			f.Numerator++
		}
	}
	if f.Known = f.Denominator > 0; !f.Known {
		f.Answer = maturity.Insufficient
		return f
	}
	f.Value = float64(f.Numerator) / float64(f.Denominator)
	if f.Answer = maturity.No; f.Value >= wanted {
		f.Answer = maturity.Yes
	}
	return f
}

// holds are the holders of a role that a statement names: "incident_manager" and the
// like is whoever owns the process, anything else the code of one of its roles.
func holds(by readiness.Carried, what string) (ids []people.ID, known bool) {
	if strings.HasSuffix(what, "_manager") {
		return by.Roles[by.Owner], true
	}
	for code, ids := range by.Roles {
		if strings.EqualFold(code, what) {
			return ids, true
		}
	}
	return nil, false
}

// OpensPeople reports whether somebody may look at who is behind the answer to a
// statement: who holds a role stands with the process, who was trained with each
// person.
func OpensPeople(by people.Actor, k maturity.Kind) bool {
	return k == maturity.Role && by.Can(readiness.DeedRead) || k == maturity.Training && by.Can(readiness.DeedEdit)
}

// carriers lists who is behind the answer to a statement about people.
func (m *Maker) carriers(ctx context.Context, by people.Actor, asked maturity.Question, f Figure, s Slice) (Query, []Row, error) {
	shape := Share
	if f.Metric == roleHeld {
		shape = Count
	}
	q := Query{Metric: Metric{ID: f.Metric, Shape: shape, Of: Person}, Now: f.To}
	if !OpensPeople(by, asked.Evidence.Kind) {
		return q, nil, fault.New(fault.Denied, "evidence.not_yours")
	}
	if m.Carried == nil {
		return q, nil, nil
	}
	all, err := m.Carried(ctx)
	if err != nil {
		return q, nil, err
	}
	var rows []Row
	one := all[asked.Process()]
	if f.Metric == roleHeld {
		holders, _ := holds(one, asked.Evidence.What)
		for _, id := range holders {
			rows = append(rows, Row{Of: Person, ID: int64(id), Place: int64(id), Code: string(asked.Process()), Counts: true})
		}
	} else {
		for id, valid := range one.Trained {
			rows = append(rows, Row{Of: Person, ID: int64(id), Place: int64(id), Code: string(asked.Process()), Counts: valid})
		}
	}
	slices.SortFunc(rows, func(a, b Row) int { return int(a.Place - b.Place) })
	rows = slices.DeleteFunc(rows, func(r Row) bool { return r.Counts != s.Counts || r.Place <= s.After })
	return q, rows[:min(len(rows), s.Limit)], nil
}
