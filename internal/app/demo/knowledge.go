package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// knowledge fills the shelf of what the city's centre has learnt. One article
// waits for its review, and one is being written.
func (c *city) knowledge(ctx context.Context) error {
	all := slices.Concat(lessons, staffLessons)
	var whole []*record.Whole[*knowledge.Article]
	for n, l := range all {
		w := c.lesson(l, map[int]string{len(all) - 1: "open", len(all) - 2: "open"}[n])
		if err := c.Articles.Settle(w, c.now); err != nil {
			return err
		}
		whole = append(whole, w)
	}
	if err := c.Shelf.Load(ctx, whole, audit.By(c.by, c.now, "demo.fill", "knowledge")); err != nil {
		return err
	}
	waits := whole[len(whole)-2].Rec
	by := people.Actor{ID: waits.Requester, Lang: "zh-Hans", Via: people.ViaImport, Staff: true, Grants: people.NewGrants("knowledge.*"), Scope: people.Everything()}
	if _, err := c.Articles.Move(ctx, by, waits.Number, "submit", record.Input{Text: "请评审，窗口同事已经在用。"}); err != nil {
		return err
	}
	return c.readings(ctx, whole)
}

// lesson tells an article up to the deed that it has come to; "" is published.
func (c *city) lesson(l lesson, last string) *record.Whole[*knowledge.Article] {
	s := services[slices.IndexFunc(services, func(s service) bool { return s.code == l.service })]
	team := c.teams[s.team]
	a := &knowledge.Article{Keywords: l.keywords, Category: record.CategoryID(c.id(setting.Category, s.category)), Audience: knowledge.Audience(l.audience)}
	a.Draft.En = knowledge.Page{Title: l.title.En, Text: l.text("en", "## What to do")}
	a.Draft.Zh = knowledge.Page{Title: l.title.Zh, Text: l.text("zh", "## 处理步骤")}
	a.Service, a.Title, a.Shown = record.ServiceID(c.id(setting.Service, l.service)), a.Draft.Title(), a.Draft
	a.Requester = team.members[len(team.members)-1].ID
	a.Owner, a.Team = a.Requester, people.AllStaff
	reviewer := c.teams["applications"].members[1].ID
	if reviewer == a.Requester {
		reviewer = c.teams["desk"].members[0].ID
	}
	at := c.now.AddDate(0, 0, -l.days-3).Truncate(24 * time.Hour).Add(2 * time.Hour)
	a.Opened = at
	w := &record.Whole[*knowledge.Article]{Rec: a}
	for _, step := range []struct {
		deed string
		to   flow.State
		by   people.ID
	}{{"open", knowledge.Writing, a.Requester}, {"submit", knowledge.InReview, a.Requester}, {"publish", knowledge.Published, reviewer}} {
		w.Entries = append(w.Entries, record.Entry{At: at.UTC(), By: step.by, Deed: "knowledge." + step.deed, From: a.State, To: step.to, Public: step.deed == "open"})
		a.State = step.to
		if step.deed == last {
			return w
		}
		at = at.Add(30 * time.Hour)
	}
	a.Edition, a.Published, a.Checked, a.ReviewedBy = 1, at.Add(-30*time.Hour), at.Add(-30*time.Hour), reviewer
	a.ReviewOn = a.Published.Add(knowledge.ReviewAfter)
	if a.Audience == knowledge.ForOfficials {
		a.Team = people.Everybody
	}
	return w
}

// text is the article in one language.
func (l lesson) text(lang, heading string) string {
	var b strings.Builder
	b.WriteString(l.when.In(lang) + "\n\n" + heading + "\n\n")
	for n, s := range l.steps {
		fmt.Fprintf(&b, "%d. %s\n", n+1, s.In(lang))
	}
	return b.String()
}

// readings lets officials read and rate what is published for them.
func (c *city) readings(ctx context.Context, whole []*record.Whole[*knowledge.Article]) error {
	for n, w := range whole {
		a := w.Rec
		if a.Team != people.Everybody {
			continue
		}
		for day := a.Published.Truncate(24 * time.Hour); day.Before(c.now); day = day.AddDate(0, 0, 5) {
			for i := range 1 + n%4 {
				note := knowledge.Note{Article: a.ID, Use: knowledge.Viewed, By: c.citizens[(n*7+i)%len(c.citizens)].ID, Day: day}
				if err := c.Articles.Shelf.Note(ctx, note); err != nil {
					return err
				}
			}
			note := knowledge.Note{Article: a.ID, Use: []knowledge.Use{knowledge.Deflected, knowledge.Applied}[n%2], By: c.citizens[n%len(c.citizens)].ID, Day: day}
			if err := c.Articles.Shelf.Note(ctx, note); err != nil {
				return err
			}
		}
		for i := range 2 + n%3 {
			r := knowledge.Rating{Article: a.ID, By: c.citizens[(n*5+i)%len(c.citizens)].ID, At: a.Published.Add(time.Duration(i+1) * 20 * time.Hour), Helpful: (n+i)%4 != 0}
			if !r.Helpful {
				r.Reason = "最好配上图片说明位置。"
			}
			if err := c.Articles.Shelf.Rate(ctx, r); err != nil {
				return err
			}
		}
	}
	return nil
}
