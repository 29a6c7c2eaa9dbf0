package knowledge

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kilter/internal/base/day"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Uses are how often an article was good for something.
type Uses struct{ Views, Helpful, Unhelpful, Applied, Deflected int }

// Solved is how many cases it has solved: those that an agent applied it to,
// and those that were never reported for it.
func (u Uses) Solved() int { return u.Applied + u.Deflected }

// Share is that of the ratings which say it was helpful, from 0 to 1; ok is
// false when nobody has rated it.
func (u Uses) Share() (share float64, ok bool) {
	if u.Helpful+u.Unhelpful == 0 {
		return 0, false
	}
	return float64(u.Helpful) / float64(u.Helpful+u.Unhelpful), true
}

func (u *Uses) add(o Uses) {
	u.Views += o.Views
	u.Helpful += o.Helpful
	u.Unhelpful += o.Unhelpful
	u.Applied += o.Applied
	u.Deflected += o.Deflected
}

// Used are the uses of one article on one day.
type Used struct {
	Article record.Head
	Day     time.Time
	Uses
}

// Figures are the uses of what somebody sees.
type Figures struct {
	From     time.Time
	All      Uses
	Articles []Of[record.Head] // those used most first
	Services []Of[record.ServiceID]
	Months   []Of[time.Time] // the first days of months, the oldest first, none left out
}

// Of are the uses of one thing.
type Of[T any] struct {
	What T
	Uses
}

// Months that figures go back at most.
const mostMonths = 36

// Figures adds up how articles were used in this month and some before.
func (d *Desk) Figures(ctx context.Context, by people.Actor, months int) (Figures, error) {
	if err := by.May("knowledge.read"); err != nil {
		return Figures{}, err
	}
	today := day.Today(d.Now, d.Place)
	f := Figures{From: time.Date(today.Year(), today.Month()-time.Month(min(max(months, 1), mostMonths)-1), 1, 0, 0, 0, 0, time.UTC)}
	for at := f.From; !at.After(today); at = at.AddDate(0, 1, 0) {
		f.Months = append(f.Months, Of[time.Time]{What: at})
	}
	used, err := d.Shelf.Used(ctx, by.Scope, 0, f.From)
	if err != nil {
		return f, err
	}
	for _, u := range used {
		f.All.add(u.Uses)
		f.Articles = counted(f.Articles, u.Article, u.Uses, func(a, b record.Head) bool { return a.ID == b.ID })
		f.Services = counted(f.Services, u.Article.Service, u.Uses, func(a, b record.ServiceID) bool { return a == b })
		if i := (u.Day.Year()-f.From.Year())*12 + int(u.Day.Month()-f.From.Month()); i >= 0 && i < len(f.Months) {
			f.Months[i].add(u.Uses)
		}
	}
	ranked(f.Articles)
	ranked(f.Services)
	return f, nil
}

// UsesOf adds up all uses of an article that somebody has read.
func (d *Desk) UsesOf(ctx context.Context, a *Article) (all Uses, err error) {
	used, err := d.Shelf.Used(ctx, people.Everything(), a.ID, time.Time{})
	for _, u := range used {
		all.add(u.Uses)
	}
	return all, err
}

func counted[T any](all []Of[T], what T, u Uses, same func(T, T) bool) []Of[T] {
	i := slices.IndexFunc(all, func(o Of[T]) bool { return same(o.What, what) })
	if i < 0 {
		return append(all, Of[T]{what, u})
	}
	all[i].add(u)
	return all
}

func ranked[T any](all []Of[T]) {
	slices.SortStableFunc(all, func(a, b Of[T]) int {
		return cmp.Or(cmp.Compare(b.Solved(), a.Solved()), cmp.Compare(b.Views, a.Views))
	})
}
