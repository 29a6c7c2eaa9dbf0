package maturity

import "kilter/internal/web/part"

// standingColumns are those of the table of processes.
func standingColumns(s *sight, before bool) []part.Column {
	out := []part.Column{{Label: s.T("maturity.col.process")}, {Label: s.T("maturity.col.level"), Number: true}, {Label: s.T("maturity.col.target"), Number: true}}
	if before {
		out = append(out, part.Column{Label: s.T("maturity.col.from"), Number: true})
	}
	return append(out,
		part.Column{Label: s.T("maturity.col.to_target")},
		part.Column{Label: s.T("maturity.col.yes"), Number: true, Wide: true},
		part.Column{Label: s.T("maturity.col.rating"), Wide: true},
		part.Column{Label: s.T("maturity.col.framework"), Number: true, Wide: true},
		part.Column{Label: s.T("maturity.col.potential"), Number: true, Wide: true})
}
