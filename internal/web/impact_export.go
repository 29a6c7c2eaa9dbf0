package web

import (
	"net/http"
	"strings"

	"kilter/internal/base/sheet"
	"kilter/internal/practice/cmdb"
)

// impactExport sends every item of the answer as a table, with the path that
// explains it.
func (c *Configuration) impactExport(w http.ResponseWriter, r *http.Request, s *stock) error {
	if err := s.By.May(cmdb.DeedExport); err != nil {
		return err
	}
	p, err := s.impactPage(r)
	if err != nil {
		return err
	}
	if err := p.ask(); err != nil { // a fault must come before the first byte
		return err
	}
	rows := p.writeItems
	if p.Needing {
		rows = p.writeNeeds
	}
	return Saved{As: "csv", Name: "impact-" + p.One.Code + "-" + s.Today()}.Write(w, rows)
}

func (p *impactPage) heads(names ...string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = p.T("impact.col." + n)
	}
	return out
}

func (p *impactPage) writeItems(out sheet.Writer) error {
	if err := out.Header(p.heads("code", "name", "condition", "class", "zone", "service", "depth", "path")...); err != nil {
		return err
	}
	for i := range p.Impact.Items {
		it := &p.Impact.Items[i]
		var path []string
		for _, s := range p.path(it) {
			path = append(path, s.Name)
		}
		if err := out.Row(
			sheet.Text(it.Code), sheet.Text(p.nodeName(it.Node)), sheet.Text(p.condition(it.Condition).Word), sheet.Text(p.className(it.Class)), sheet.Text(p.zoneName(it.Zone)),
			sheet.Text(p.Thing(int64(it.Service))), sheet.Int(int64(it.Depth)), sheet.Text(strings.Join(path, " > ")),
		); err != nil {
			return err
		}
	}
	return out.Close()
}

func (p *impactPage) writeNeeds(out sheet.Writer) error {
	if err := out.Header(p.heads("code", "name", "class", "zone", "depth", "by", "strength")...); err != nil {
		return err
	}
	for _, n := range p.Needed {
		if err := out.Row(
			sheet.Text(n.Code), sheet.Text(p.nodeName(n.Node)), sheet.Text(p.className(n.Class)), sheet.Text(p.zoneName(n.Zone)), sheet.Int(int64(n.Depth)),
			sheet.Text(p.byOf(n)), sheet.Text(p.T(strengthKey(n))),
		); err != nil {
			return err
		}
	}
	return out.Close()
}

// byOf is the code of the item that needs this one.
func (p *impactPage) byOf(n cmdb.Need) string {
	if n.By == p.One.ID {
		return p.One.Code
	}
	for i := range p.Needed {
		if p.Needed[i].ID == n.By {
			return p.Needed[i].Code
		}
	}
	return ""
}

// strengthKey is the word for how much it is needed.
func strengthKey(n cmdb.Need) string {
	switch {
	case n.Group != 0:
		return "impact.strength.redundant"
	case n.Hard:
		return "impact.strength.hard"
	}
	return "impact.strength.soft"
}
