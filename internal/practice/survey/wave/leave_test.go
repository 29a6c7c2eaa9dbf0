package wave_test

import (
	"fmt"
	"strings"
	"testing"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// Who has left goes on with the token that his browser has; who comes with his code
// on another machine is let in and begins anew there, for nobody but the first
// browser can find what was entered. The audit log learns of none of it.
func TestLeavingAndComingBack(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c, ctx := open(t, db), t.Context()
		w := c.wave(nil)
		codes, err := c.Codes(ctx, c.lead, w.ID, c.invites(w, wave.Users)[0].Department)
		c.must(err)
		code := codes[0]
		before := c.noted()
		enter := func(had string) string {
			door, err := c.Code(ctx, strings.ToLower(code))
			c.must(err)
			token, err := c.Pass(ctx, door, had)
			c.must(err)
			return token
		}
		first := enter("")
		a, err := c.Asking(ctx, first)
		c.must(err)
		in := wave.Entered{Values: map[string]string{}, Skip: true}
		for _, i := range a.Steps[0].Dimension.Items {
			in.Values[wave.Column(a.Steps[0].Ways[0], i.Code)] = "6"
		}
		_, err = c.Save(ctx, first, 0, in)
		c.must(err)
		if again := enter(first); again != first {
			t.Error("the same browser is given another token")
		}
		if a, err = c.Asking(ctx, first); err != nil || len(a.Answer.Values) == 0 {
			t.Errorf("what was entered is not there: %v", err)
		}
		door, err := c.Code(ctx, code)
		if err != nil || !door.Begun {
			t.Errorf("another machine is not told that he has begun: %v", err)
		}
		second := enter("")
		if a, err = c.Asking(ctx, second); err != nil || second == first || len(a.Answer.Values) != 0 {
			t.Errorf("another machine finds what was entered: %v", err)
		}
		if _, err := c.Asking(ctx, first); !fault.Is(err, fault.Missing) {
			t.Errorf("two machines answer for one: %v", err)
		}
		_, err = c.Save(ctx, second, 0, in)
		c.must(err)
		c.must(c.HandIn(ctx, second))
		for _, had := range []string{"", first, second} {
			if door, err := c.Code(ctx, code); !fault.Is(err, fault.Conflict) {
				t.Errorf("who has answered is let in with %q: %+v %v", had, door, err)
			}
		}
		if after := c.noted(); after != before {
			t.Errorf("the audit log has learned of a respondent: %s, was %s", after, before)
		}
		answers, err := c.Box.Answers(ctx, w.ID)
		if err != nil || len(answers) != 1 {
			t.Errorf("%d answers of one person: %v", len(answers), err)
		}
	})
}

// noted are the deeds that the audit log holds.
func (c *centre) noted() string {
	c.t.Helper()
	rows, err := c.db.Audit().Rows(c.t.Context(), audit.Filter{Limit: 500})
	c.must(err)
	return fmt.Sprint(len(rows))
}
