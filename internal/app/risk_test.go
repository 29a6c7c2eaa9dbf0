package app

import (
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// followsRisks: whoever answers for a risk is reminded once for each day of its
// review, and what was learnt of one becomes a draft of knowledge, for those who may
// write one and see the risk.
func (h *house) followsRisks(t *testing.T, by people.Actor, owner people.ID) {
	t.Helper()
	ctx := t.Context()
	in := func(pairs ...string) record.Input {
		out := record.Input{Fields: map[string]string{}}
		for i := 0; i < len(pairs); i += 2 {
			out.Fields[pairs[i]] = pairs[i+1]
		}
		return out
	}
	r, err := h.risks.Identify(ctx, by, in("title", "the line to the province fails", "condition", "one line", "consequence", "no exchange", "process", "con"))
	if err != nil {
		t.Fatal(err)
	}
	move := func(name string, with record.Input) {
		t.Helper()
		if r, err = h.risks.Move(ctx, by, r.Number, name, with); err != nil {
			t.Fatal(name, err)
		}
	}
	day := Now().AddDate(0, 0, 3).Truncate(24 * time.Hour)
	move("analyse", in("probability", "3", "impact", "5", "within", "near"))
	move("plan", in("response", "accept", "trigger", "loss of packets", "contingency", "the mobile network", "owner", owner.String(), "review_on", day.Format(time.RFC3339)))
	const days = 100_000
	target := r.ID*days + r.ReviewOn.Unix()/(24*60*60)
	for _, one := range []struct {
		at   time.Time
		want int
	}{{day.Add(-time.Hour), 0}, {day.Add(time.Hour), 1}, {day.Add(2 * time.Hour), 1}} {
		if err := h.remindRisks(ctx, one.at); err != nil {
			t.Fatal(err)
		}
		h.told(t, owner, notice.RiskReview, target, one.want)
	}
	if _, err := h.lessons().FromRisk(ctx, by, r.Number); len(fault.All(err)) != 1 || fault.All(err)[0].Key != "knowledge.not_learnt" {
		t.Errorf("nothing was learnt yet: %v", err)
	}
	move("track", record.Input{})
	move("close", in("lesson", "two lines, two trenches"))
	if err := h.remindRisks(ctx, day.AddDate(0, 0, 1)); err != nil {
		t.Fatal(err)
	}
	h.told(t, owner, notice.RiskReview, target, 1)
	few := by
	few.Grants = people.NewGrants("risk.read", "knowledge.read")
	if _, err := h.lessons().FromRisk(ctx, few, r.Number); !fault.Is(err, fault.Denied) {
		t.Errorf("who writes no articles: %v", err)
	}
	few.Grants = people.NewGrants("knowledge.*")
	if _, err := h.lessons().FromRisk(ctx, few, r.Number); !fault.Is(err, fault.Denied) && !fault.Is(err, fault.Missing) {
		t.Errorf("who sees no risks: %v", err)
	}
	a, err := h.lessons().FromRisk(ctx, by, r.Number)
	if err != nil {
		t.Fatal(err)
	}
	text := a.Draft.En.Text + a.Draft.Zh.Text
	if a.Source != r.Ref() || !strings.Contains(text, "two lines, two trenches") || !strings.Contains(text, "the mobile network") {
		t.Errorf("the draft: %+v", a)
	}
}
