package web

import (
	"net/http"

	"kilter/internal/practice/cmdb"
)

// mostBatches is how many bulk changes are listed.
const mostBatches = 200

// batchesPage lists the bulk changes.
type batchesPage struct {
	*stock
	List []cmdb.Batch
}

// batchPage is a bulk change that was done.
type batchPage struct {
	*stock
	One   cmdb.Batch
	Lines []cmdb.Batched
	Stay  int // items that an undo leaves, or left, alone
	Lost  int // items of one's own change that one does not see any more
}

func (c *Configuration) batches(w http.ResponseWriter, r *http.Request, s *stock) error {
	p := &batchesPage{stock: s}
	var err error
	if p.List, err = c.Batches.Past(r.Context(), s.By, mostBatches); err != nil {
		return err
	}
	p.Title = s.T("item.batch.title")
	s.frameItems("batchs")
	return Show(w, r, http.StatusOK, batchesView(p))
}

func (c *Configuration) batch(w http.ResponseWriter, r *http.Request, s *stock) error {
	p := &batchPage{stock: s}
	var err error
	if p.One, p.Lines, err = c.Batches.Read(r.Context(), s.By, number(r.PathValue("id"))); err != nil {
		return err
	}
	for n := range p.Lines {
		if p.Lines[n].Refused != nil {
			p.Stay++
		}
	}
	p.Lost = p.One.Unseen(s.By, p.Lines)
	p.Title = s.T("batch.number", "id", p.One.ID)
	s.frameItems("batchs")
	return Show(w, r, http.StatusOK, batchView(p))
}

// undoBatch takes a bulk change back; its page says what had to stay.
func (c *Configuration) undoBatch(w http.ResponseWriter, r *http.Request, s *stock) error {
	b, _, err := c.Batches.Undo(r.Context(), s.By, number(r.PathValue("id")))
	if err != nil {
		return err
	}
	return Go(w, r, batchPath+"/"+idText(b.ID))
}

// did says in a few words what a bulk change set.
func (s *stock) did(b *cmdb.Batch) string {
	var parts []string
	for _, name := range b.Fields {
		parts = append(parts, s.fieldLabel(nil, name))
	}
	if b.Move != "" {
		parts = append(parts, s.T("cmdb.move."+b.Move))
	}
	return s.List(parts)
}

// answer is what the page of a bulk change says first.
func (p *batchPage) answer() string {
	said := p.N("batch.changed", len(p.Lines))
	if p.One.Undone.IsZero() {
		return said
	}
	said = p.N("batch.undone", len(p.Lines)-p.Stay)
	if p.Stay > 0 {
		said += p.gap() + p.N("batch.kept", p.Stay)
	}
	return said
}
