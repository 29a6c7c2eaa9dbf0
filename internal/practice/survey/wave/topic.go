package wave

import (
	"context"

	"kilter/internal/base/fault"
	"kilter/internal/base/stats"
	"kilter/internal/practice/people"
)

// Elsewhere is the category of comments that are about no dimension.
const Elsewhere = "other"

// Categories are what comments on a questionnaire can be about: its dimensions, and
// whatever else.
func (p *Paper) Categories() []string {
	var out []string
	for _, d := range p.Asked() {
		out = append(out, d.Code)
	}
	return append(out, Elsewhere)
}

// Topics are how many comments of users are about what. Those who may not read
// the words learn no more of them than this.
type Topics struct {
	N      int     // comments
	Sorted int     // of them
	Rows   []Topic // that may be told of, in the order of the questionnaire
	Hidden int     // categories that too few comments are about
}

// Topic is one category.
type Topic struct {
	Category string
	N        int
}

// Sort notes what comments are about, by their ids: a category of the
// questionnaire, or "" to take it back.
func (m *Room) Sort(ctx context.Context, by people.Actor, id int64, category map[string]string) error {
	w, err := m.in(ctx, by, DeedComments, id, Closed, Analysed, Published)
	if err != nil {
		return err
	}
	if !w.enoughWords() {
		return fault.New(fault.Conflict, "wave.no_words_yet").With("n", leastWords)
	}
	s, err := m.known(ctx, w.Sheet)
	if err != nil {
		return err
	}
	known := map[string]bool{"": true}
	for _, c := range s.Categories() {
		known[c] = true
	}
	for comment, c := range category {
		if !known[c] {
			return fault.At(comment, "record.not_a_choice")
		}
	}
	if len(category) == 0 {
		return nil
	}
	return m.Box.Sort(ctx, id, category, row(by, m.now(), DeedComments, id, "sort"))
}

// Topics counts the comments of a wave by category, for whoever may read its
// result; nil where there are too few, nobody has sorted one, or they were deleted.
func (m *Room) Topics(ctx context.Context, by people.Actor, id int64) (*Topics, error) {
	w, err := m.Read(ctx, by, id)
	if err != nil {
		return nil, err
	}
	if w.State != Published && !by.Can(DeedPublish) {
		if err := by.May(DeedRun); err != nil {
			return nil, err
		}
	}
	if w.Source != Asked || !w.enoughWords() || !w.Purged.IsZero() {
		return nil, nil // there are none, and that is no fault
	}
	s, err := m.known(ctx, w.Sheet)
	if err != nil {
		return nil, err
	}
	words, err := m.Box.Comments(ctx, id)
	if err != nil {
		return nil, err
	}
	return w.topics(&s.Paper, words)
}

// topics counts. A category that fewer comments are about than may be told of is
// left out, and the next smallest with it until what is left out tells nobody.
func (w *Wave) topics(p *Paper, words []Comment) (*Topics, error) {
	out := &Topics{}
	of := map[string]int{}
	for _, c := range words {
		if c.Side == Users {
			out.N++
			of[c.Category]++
		}
	}
	if out.Sorted = out.N - of[""]; out.N < leastWords || out.Sorted == 0 {
		return nil, nil // as of Topics
	}
	rows := append(p.Categories(), "") // those not sorted yet are counted as one
	counts := make([]int, len(rows))
	for i, c := range rows {
		counts[i] = of[c]
	}
	hidden, err := stats.Suppress(counts, w.Plan.Least)
	if err != nil {
		return nil, err
	}
	for i, c := range rows {
		switch {
		case counts[i] == 0:
		case hidden[i]:
			out.Hidden++
		default:
			out.Rows = append(out.Rows, Topic{c, counts[i]})
		}
	}
	if out.Hidden > 0 {
		out.Sorted = 0 // it would tell how many the hidden ones are
	}
	return out, nil
}

// enoughWords reports whether a wave is closed and so many have answered that
// none can be told by his words (ten, section 3 of the specification).
func (w *Wave) enoughWords() bool {
	n := 0
	for _, s := range w.Strata {
		n += s.Answered
	}
	return !w.Closed.IsZero() && n >= leastWords
}
