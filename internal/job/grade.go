package job

import (
	"context"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// GradeDesk is a desk whose records are graded when they have ended.
type GradeDesk interface {
	TendGrade(ctx context.Context, n record.Number, above []people.ID) error
}

// Grades reminds those who have to answer a bad grade, and tells those above
// when it was not answered in time.
func Grades(all record.GradeBook, desks map[record.Kind]GradeDesk, above func(record.Head) []people.ID) Duty {
	const most = 100
	return Duty{Name: "grades", Every: time.Minute, Run: func(ctx context.Context, now time.Time) (bool, error) {
		due, err := all.Due(ctx, now, most)
		if err != nil {
			return false, err
		}
		for _, h := range due {
			desk := desks[h.Kind]
			if desk == nil {
				continue
			}
			if err := desk.TendGrade(ctx, h.Number, above(h)); err != nil && !fault.Is(err, fault.Conflict) {
				return false, err
			}
		}
		return len(due) == most, nil
	}}
}
