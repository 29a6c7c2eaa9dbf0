package problem

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/words"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Advice is a published work-around. Like a notice on the board it is read by
// everybody who is cleared for the problem's network, whether he sees the
// problem or not; it says no more than this.
type Advice struct {
	Head       record.Head // number, title, state, service, zone
	Category   record.CategoryID
	Item       record.ItemID
	Symptom    string
	Workaround string
	Public     bool // users can do it themselves
	Published  time.Time
	Because    Because
}

// Because says what speaks for an advice.
type Because string

// The reasons, the strongest first.
const (
	SameItem Because = "item"    // it is about the same configuration item
	SameKind Because = "kind"    // about the same service and category
	SameWord Because = "symptom" // what was said has the words of the symptom
)

// Trouble is what is known of the trouble that advice is sought for.
type Trouble struct {
	Item     record.ItemID
	Service  record.ServiceID
	Category record.CategoryID
	Text     string // in the words of whoever has it
}

// Shelf reads what only this practice asks for.
type Shelf interface {
	// Published lists the work-arounds that are offered, the newest first.
	Published(ctx context.Context, scope people.Scope, states []flow.State) ([]Advice, error)
	// ToReview lists the deferred problems whose day of review had come by a moment.
	ToReview(ctx context.Context, now time.Time) ([]record.Number, error)
	// ToRemind lists the problems whose watch was over by a moment, and those
	// resolved and yet to be reviewed, of which nobody was reminded since.
	ToRemind(ctx context.Context, now time.Time) ([]record.Number, error)
}

const (
	mostAdvice = 3
	// A symptom is recognised when this share of its words was said, and at
	// least so many of them (product policy, see TestAdviceFits).
	enoughOf   = 0.5
	enoughSaid = 2
)

// Advise finds the published work-arounds that fit a trouble: of its item, of
// its service and category, or with its symptom in other people's words. Staff
// needs the grant to read problems; officials get what they can do themselves.
func (d *Desk) Advise(ctx context.Context, by people.Actor, t Trouble) ([]Advice, error) {
	if by.Staff {
		if err := by.May("problem.read"); err != nil {
			return nil, err
		}
	}
	all, err := d.published(ctx, by)
	if err != nil {
		return nil, err
	}
	said, rank := words.Tokens(t.Text), map[record.Number]float64{}
	var out []Advice
	for _, a := range all {
		var n float64
		if a.Because, n = t.fits(&a, said); n > 0 {
			rank[a.Head.Number] = n
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b Advice) int { return cmp.Compare(rank[b.Head.Number], rank[a.Head.Number]) })
	return out[:min(len(out), mostAdvice)], nil
}

// Offered is one published work-around by the number of its problem.
func (d *Desk) Offered(ctx context.Context, by people.Actor, n record.Number) (Advice, error) {
	all, err := d.published(ctx, by)
	if err != nil {
		return Advice{}, err
	}
	i := slices.IndexFunc(all, func(a Advice) bool { return a.Head.Number == n })
	if i < 0 {
		return Advice{}, fault.New(fault.Missing, "record.no_such").With("ref", record.Ref(record.Problem, n))
	}
	return all[i], nil
}

func (d *Desk) published(ctx context.Context, by people.Actor) ([]Advice, error) {
	all, err := d.Shelf.Published(ctx, people.Scope{All: true, AllZones: by.Scope.AllZones, Cleared: by.Scope.Cleared}, unfixed)
	if err != nil || by.Staff {
		return all, err
	}
	return slices.DeleteFunc(all, func(a Advice) bool { return !a.Public }), nil
}

// fits says why an advice fits, and how well: an item before a kind of fault,
// and both before words, of which more are better.
func (t Trouble) fits(a *Advice, said []string) (Because, float64) {
	near := alike(words.Tokens(cmp.Or(a.Symptom, a.Head.Title)), said)
	switch {
	case t.Item != 0 && t.Item == a.Item:
		return SameItem, 4 + near
	case t.Service != 0 && t.Category != 0 && t.Service == a.Head.Service && t.Category == a.Category:
		return SameKind, 2 + near
	case near >= enoughOf:
		return SameWord, near
	}
	return "", 0
}

// alike is the share of a symptom's words that was said, 0 when it is too few
// of them.
func alike(symptom, said []string) float64 {
	n := 0
	for _, w := range symptom {
		if slices.Contains(said, w) {
			n++
		}
	}
	if n < enoughSaid {
		return 0
	}
	return float64(n) / float64(len(symptom))
}
