package web

import (
	"net/http"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/record"
)

// itemLabels is a sheet of labels for printing.
type itemLabels struct {
	*stock
	Labels []cmdb.Label
}

// labels makes the sheet of the items that an address names.
func (c *Configuration) labels(w http.ResponseWriter, r *http.Request, s *stock) error {
	var ids []record.ItemID
	for _, v := range r.URL.Query()["id"] {
		ids = append(ids, record.ItemID(idOf(v)))
	}
	site := c.Address
	if site == "" {
		site = "http://" + r.Host
		if r.TLS != nil {
			site = "https://" + r.Host
		}
	}
	p := &itemLabels{stock: s}
	var err error
	if p.Labels, err = c.CMDB.Labels(r.Context(), s.By, site, ids...); err != nil {
		return err
	}
	p.Title = s.N("item.labels", len(p.Labels))
	return Show(w, r, http.StatusOK, itemLabelSheet(p))
}

// scanned leads from the address in a label's code to the item.
func (c *Configuration) scanned(w http.ResponseWriter, r *http.Request, _ *stock) error {
	id, err := itemID(r)
	if err != nil {
		return err
	}
	return Go(w, r, ItemHref(id))
}
