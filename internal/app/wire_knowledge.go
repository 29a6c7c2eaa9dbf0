package app

import (
	"context"
	"time"

	"kilter/internal/base/lang"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// wireKnowledge makes the desk for articles.
func (h *house) wireKnowledge() {
	inner := record.Desk[*knowledge.Article]{Store: h.db.Articles(), Now: Now, Own: h.own(record.Knowledge), Files: h.db.Files(), Limits: record.StandardLimits}
	inner.Rules.Refers = h.directory.Refers
	inner.Rules.Decides = approval.Terms{Due: h.workdays}
	h.articles = knowledge.NewDesk(inner, h.db.Ledger(), h.db.KnowledgeShelf())
	h.articles.Reviewers, h.articles.Place = h.reviewers, h.place
}

// reviewers are those who may review an article: persons in use who may consent
// and see it as it is addressed.
func (h *house) reviewers(a *knowledge.Article) []approval.Seat {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	var out []approval.Seat
	for _, id := range h.granted("knowledge." + record.Consents) {
		by, err := h.who.roster.Actor(ctx, id, 0, Now())
		if err != nil || !by.Staff || by.Scope.Sees(a.Seen()) == people.Unseen {
			continue
		}
		who, _ := h.directory.Roll.Find(id)
		out = append(out, approval.Seat{Person: id, Department: who.Department})
	}
	return out
}

// lessons joins articles with incidents and problems.
func (h *house) lessons() handoff.Lessons {
	return handoff.Lessons{Incidents: h.incidents, Problems: h.problems, Risks: h.risks, Articles: h.articles, Together: h.db.Together, Heading: heading}
}

// heading is one that a drafted article has, in the article's language.
func heading(language, of string) string {
	return lang.For(lang.Lang(language)).T("knowledge.heading." + of)
}
