package app

import (
	"kilter/internal/base/lang"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/record"
)

// wireKnowledge makes the desk for articles.
func (h *house) wireKnowledge() {
	inner := record.Desk[*knowledge.Article]{Store: h.db.Articles(), Now: Now, Own: h.own(record.Knowledge), Files: h.db.Files(), Limits: record.StandardLimits}
	inner.Rules.Refers = h.directory.Refers
	h.articles = knowledge.NewDesk(inner, h.db.Ledger(), h.db.KnowledgeShelf())
}

// lessons joins articles with incidents and problems.
func (h *house) lessons() handoff.Lessons {
	return handoff.Lessons{Incidents: h.incidents, Problems: h.problems, Articles: h.articles, Together: h.db.Together, Heading: heading}
}

// heading is one that a drafted article has, in the article's language.
func heading(language, of string) string {
	return lang.For(lang.Lang(language)).T("knowledge.heading." + of)
}
