package wave_test

import (
	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/survey/wave"
)

// sorts sorts the comments of a closed wave: most are about speed, three about
// manners, which is too few to be told of; then the next smallest is hidden, too.
func (c *centre) sorts(w *wave.Wave, words []wave.Comment) {
	c.t.Helper()
	ctx := c.t.Context()
	if got, err := c.Topics(ctx, c.lead, w.ID); got != nil || err != nil {
		c.t.Errorf("before they are sorted: %+v, %v", got, err)
	}
	about := map[string]string{}
	for i, one := range words {
		switch {
		case i < 3:
			about[one.ID] = "assurance"
		case i < 9:
			about[one.ID] = wave.Elsewhere
		case i < 28:
			about[one.ID] = "responsiveness"
		}
	}
	c.must(c.Sort(ctx, c.lead, w.ID, about))
	for name, bad := range map[string]map[string]string{"category": {words[0].ID: "weather"}, "comment": {"none": "assurance"}} {
		if err := c.Sort(ctx, c.lead, w.ID, bad); err == nil {
			c.t.Error("an unknown " + name + " is taken")
		}
	}
	if err := c.Sort(ctx, people.Actor{ID: 1, Grants: people.NewGrants("survey.read")}, w.ID, about); !fault.Is(err, fault.Denied) {
		c.t.Errorf("sorted by a reader: %v", err)
	}
	got, err := c.Topics(ctx, c.lead, w.ID)
	c.must(err)
	// 3 and the 2 not sorted are too few and make five together.
	if got == nil || got.N != 30 || got.Hidden != 2 || len(got.Rows) != 2 || got.Rows[0] != (wave.Topic{Category: "responsiveness", N: 19}) || got.Rows[1] != (wave.Topic{Category: wave.Elsewhere, N: 6}) || got.Sorted != 0 {
		c.t.Errorf("%+v", got)
	}
	again, err := c.Comments(ctx, c.lead, w.ID)
	c.must(err)
	for _, one := range again {
		if one.Category != about[one.ID] {
			c.t.Errorf("%s is about %q, not %q", one.ID, one.Category, about[one.ID])
		}
	}
}
