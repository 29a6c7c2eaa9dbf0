package job

import (
	"context"
	"time"

	"kilter/internal/practice/record"
)

// Silent closes what was solved and nobody objected to.
type Silent interface {
	CloseSilent(ctx context.Context, limit int) ([]record.Number, error)
}

// Silence closes solved incidents after the working days of silence that the
// centre allows.
func Silence(s Silent) Duty {
	const most = 100
	return Duty{Name: "silence", Every: time.Minute, Run: func(ctx context.Context, _ time.Time) (bool, error) {
		done, err := s.CloseSilent(ctx, most)
		return len(done) == most, err
	}}
}
