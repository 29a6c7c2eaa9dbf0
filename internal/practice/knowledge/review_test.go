package knowledge_test

import (
	"fmt"
	"testing"
	"time"

	"kilter/internal/practice/approval"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Who is named reviews alone, or his deputy; never the author in his place. What
// is refused goes back with the reason; what is taken back, or lapses, can be
// handed in anew.
func TestTheReviewOfAnArticle(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		ctx := t.Context()
		say := func(by people.Actor, n record.Number, answer approval.Answer, why string) (*knowledge.Article, error) {
			return c.Decide(ctx, by, n, approval.Vote{Answer: answer, Reason: why}, record.Input{})
		}
		li, bo := c.li, c.bo
		li.Grants, bo.Grants = people.NewGrants("knowledge.*"), people.NewGrants("knowledge.*")
		a := c.written()
		for name, in := range map[string]record.Input{
			"knowledge.cannot_review":  fields("reviewer", fmt.Sprint(c.wangs.ID)),
			"knowledge.review_in_past": fields("review_on", "2026-11-01T00:00:00Z"),
		} {
			_, err := c.Move(ctx, c.bo, a.Number, "submit", in)
			refused(t, "handed in", name, err)
		}
		a = c.moves(a, c.bo, fields("reviewer", fmt.Sprint(c.mei.ID), "review_on", "2027-02-01T00:00:00Z"), "submit")
		_, err := say(li, a.Number, approval.Yes, "")
		refused(t, "by who is not asked", "approval.not_asked", err)
		if err := c.db.Approvals().Stand(ctx, approval.Deputy{Person: c.mei.ID, Deputy: c.bo.ID, From: c.now, Until: c.now.AddDate(0, 0, 1)}, audit.By(c.mei, c.now, "approval.deputy", "")); err != nil {
			t.Fatal(err)
		}
		_, err = say(bo, a.Number, approval.Yes, "")
		refused(t, "by its author as a deputy", "approval.barred", err)
		_, err = say(c.mei, a.Number, approval.No, "")
		refused(t, "refused without a word", "approval.say_why", err)
		if a, err = say(c.mei, a.Number, approval.No, "name the lever"); err != nil || a.State != knowledge.Writing {
			t.Fatal(a, err)
		}
		before := a.Subject()
		if a, err = c.Edit(ctx, c.bo, a.Number, []record.Change{{Field: "text_en", Was: a.Draft.En.Text, Now: "Pull the green lever."}}, record.Input{}); err != nil || a.Subject() == before {
			t.Fatal("what is consented to is another now", a, err)
		}
		a = c.moves(a, c.bo, fields("reviewer", fmt.Sprint(c.mei.ID), "review_on", "2027-02-01T00:00:00Z"), "submit", "recall", "submit")
		c.now = c.now.AddDate(0, 0, knowledge.ReviewDays).Add(time.Hour)
		if err := c.Tend(ctx, a.Number); err != nil {
			t.Fatal(err)
		}
		if a, err = c.Find(ctx, c.mei, a.Number); err != nil || a.State != knowledge.Writing {
			t.Fatal("silence is no consent", a, err)
		}
		a = c.moves(a, c.bo, fields("review_on", "2027-02-01T00:00:00Z"), "submit")
		if a = c.approved(a, c.mei, ""); a.ReviewedBy != c.mei.ID || a.ReviewOn.Format(time.DateOnly) != "2027-02-01" || a.Reviewer != 0 {
			t.Errorf("approved: %+v", a)
		}
		c.Reviewers = func(*knowledge.Article) []approval.Seat { return []approval.Seat{{Person: c.bo.ID}} }
		b := c.written()
		_, err = c.Move(ctx, c.bo, b.Number, "submit", record.Input{})
		refused(t, "where nobody else may", "knowledge.no_reviewer", err)
	})
}
