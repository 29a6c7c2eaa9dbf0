package knowledge

import (
	"context"
	"slices"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Edition is an article as it was published once, and N 0 what is being
// written.
type Edition struct {
	N     int
	At    time.Time
	By    people.ID // who reviewed it
	Wrote []people.ID
	Why   string // what was said with it
	Pages
}

// Editions are all that was published, the newest first, ahead of them the
// draft when it is another. They are read off the timeline, which keeps what
// every change replaced.
func (d *Desk) Editions(ctx context.Context, by people.Actor, n record.Number) (*Article, []Edition, error) {
	a, err := d.Find(ctx, by, n)
	if err != nil {
		return nil, nil, err
	}
	past, err := d.Ledger.Timeline(ctx, a.ID, false)
	if err != nil {
		return nil, nil, err
	}
	all := editions(a, past)
	if !by.Staff { // what is being written is not his to read
		all = slices.DeleteFunc(all, func(e Edition) bool { return e.N == 0 })
	}
	return a, all, nil
}

// editions goes back from the pages as they are, taking back what each entry
// changed.
func editions(a *Article, past []record.Entry) []Edition {
	var out []Edition
	at, n := *a, a.Edition
	if a.Draft != a.Shown || a.Edition == 0 {
		out = append(out, Edition{At: a.Moved, Pages: a.Draft, Wrote: authors(past)})
	}
	sheet := Sheet()
	for i, e := range slices.Backward(past) {
		if e.Deed == "knowledge.publish" {
			by, why := consent(past[:i+1])
			out = append(out, Edition{N: n, At: e.At, By: by, Why: why, Pages: at.Draft, Wrote: authors(past[:i])})
			n--
		}
		for _, c := range e.Changes {
			if f, ok := sheet.Find(c.Field); ok && slices.Contains(written, c.Field) {
				_ = f.Set(&at, c.Was) // it was held once, so the field takes it
			}
		}
	}
	return out
}

// consent is who reviewed what the last of the entries published, and what he
// said: whoever approved before it, or did both in one.
func consent(past []record.Entry) (people.ID, string) {
	e := past[len(past)-1]
	for _, b := range slices.Backward(past[:len(past)-1]) {
		if e.By != 0 || b.Deed == "knowledge.submit" {
			break
		}
		if b.Deed == "knowledge."+record.Consents {
			return b.By, b.Reason
		}
	}
	return e.By, e.Text
}

// authors are those who have written on the pages since they were published
// last: none of them reviews them.
func authors(past []record.Entry) []people.ID {
	var out []people.ID
	for _, e := range slices.Backward(past) {
		if e.Deed == "knowledge.publish" {
			break
		}
		wrote := e.Deed == "knowledge.open" || slices.ContainsFunc(e.Changes, func(c record.Change) bool { return slices.Contains(written, c.Field) })
		if wrote && !slices.Contains(out, e.By) {
			out = append(out, e.By)
		}
	}
	return out
}
