package app

import (
	"kilter/internal/practice/record"
	"kilter/internal/practice/risk"
)

// wireRisks makes the desk of the risk register.
func (h *house) wireRisks() {
	inner := record.Desk[*risk.Risk]{Store: h.db.Risks(), Now: Now, Own: h.own(record.Risk), Files: h.db.Files(), Limits: record.StandardLimits}
	inner.Rules.Refers = h.directory.Refers
	h.risks = risk.NewDesk(inner, h.db.RiskShelf())
}
