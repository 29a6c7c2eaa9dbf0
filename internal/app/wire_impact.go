package app

import (
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/sla"
)

// analyst answers what depends on what.
func (h *house) analyst() *cmdb.Analyst {
	return &cmdb.Analyst{
		Atlas: h.atlas, Items: h.db.Items(), Around: h.db.Surroundings(), Settings: h.settings.All,
		Book: func() *sla.Book { return h.directory.View().Book }, Now: Now,
	}
}
