package app

import (
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/sla"
)

// analyst answers what depends on what.
func (h *house) analyst() *cmdb.Analyst {
	return &cmdb.Analyst{
		Atlas: h.atlas, Items: h.db.Items(), Around: h.db.Surroundings(), Past: h.itemRecords(), Settings: h.settings.All,
		Book: func() *sla.Book { return h.directory.View().Book }, Now: Now,
	}
}

// weakPoints is the work list of single points of failure.
func (h *house) weakPoints() *cmdb.WeakDesk {
	return &cmdb.WeakDesk{Analyst: h.analyst(), Points: h.db.WeakPoints(), Pen: h.db, Person: h.db.Person, Place: h.place}
}

// sketches is where people arrange drawings of the topology.
func (h *house) sketches() *cmdb.Sketches {
	return &cmdb.Sketches{Store: h.db.Sketches(), Analyst: h.analyst()}
}

// sandboxes is where changes of the items are tried out.
func (h *house) sandboxes() *cmdb.Sandboxes {
	return &cmdb.Sandboxes{Store: h.db.ItemSandboxes(), Analyst: h.analyst(), Ledger: h.db.Ledger()}
}
