package web

import (
	"net/http"

	"kilter/internal/web/part"
)

// sandboxMap draws a sandbox over today: the canvas of the topology, with what
// is removed, added and moved marked by sign, colour and word.
func (c *Configuration) sandboxMap(w http.ResponseWriter, r *http.Request, s *stock) error {
	one, err := c.Sandboxes.Read(r.Context(), s.By, number(r.PathValue("id")))
	if err != nil {
		return err
	}
	items, err := c.Sandboxes.Starts(r.Context(), s.By, one)
	if err != nil {
		return err
	}
	p := &mapPage{stock: s, Lead: s.T("sandbox.map_lead")}
	p.Title = s.T("map.title", "item", one.Name)
	p.Crumbs = []part.Link{{Label: s.T("item.title"), Href: configPath}, {Label: s.T("sandbox.title"), Href: sandboxPath}, {Label: one.Name, Href: sandboxPath + "/" + idText(one.ID)}}
	p.Words.Fail = texts(one.Doc.Fail)
	return p.show(w, r, mapAround{Kind: "sandbox", ID: one.ID, Items: items, Created: one.At})
}
