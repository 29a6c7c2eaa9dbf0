package job

import (
	"context"
	"time"

	"kilter/internal/practice/record"
)

// Post keeps the news that wait to be carried.
type Post interface {
	// Waiting reads the oldest news, at most n.
	Waiting(ctx context.Context, n int) ([]record.News, error)
	// Carried takes news off the outbox and puts them on the feed that live
	// pages follow, in one transaction.
	Carried(ctx context.Context, news []record.News) error
}

// Bearer carries one piece of news somewhere: a notice, a rule between two
// practices. It may be called again with the same news.
type Bearer func(ctx context.Context, n record.News) error

// relayed is how many news are carried at a time.
const relayed = 200

// Relay carries the news of the outbox. News that a bearer fails to carry stay
// and are tried again; those behind them wait, so that order holds.
func Relay(p Post, bearers ...Bearer) Duty {
	return Duty{Name: "relay", Every: 250 * time.Millisecond, Run: func(ctx context.Context, _ time.Time) (bool, error) {
		news, err := p.Waiting(ctx, relayed)
		if err != nil || len(news) == 0 {
			return false, err
		}
		done := 0
		for _, n := range news {
			if err = carry(ctx, n, bearers); err != nil {
				break
			}
			done++
		}
		if done > 0 {
			if err := p.Carried(ctx, news[:done]); err != nil {
				return false, err
			}
		}
		return len(news) == relayed, err
	}}
}

func carry(ctx context.Context, n record.News, bearers []Bearer) error {
	for _, b := range bearers {
		if err := b(ctx, n); err != nil {
			return err
		}
	}
	return nil
}
