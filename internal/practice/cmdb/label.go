package cmdb

import (
	"context"
	"fmt"
	"strings"

	"github.com/skip2/go-qrcode"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Label is what is printed and stuck on an item. Scanned with a phone, its
// code opens the item.
type Label struct {
	ID      record.ItemID
	Code    string
	Name    people.Text
	Class   Class
	Serial  string
	Address string
	Dots    [][]bool // the QR code with its quiet zone, row by row; true is dark
}

// mostLabels is how many labels one sheet of paper order holds.
const mostLabels = 500

// Labels makes the labels of items. Site is where people reach Kilter,
// "https://kilter.city.example".
func (d *Desk) Labels(ctx context.Context, by people.Actor, site string, ids ...record.ItemID) ([]Label, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	if len(ids) > mostLabels {
		return nil, fault.At("items", "record.out_of_range").With("low", 1).With("high", mostLabels)
	}
	found, err := d.Items.Find(ctx, by.Scope, ids...)
	if err != nil {
		return nil, err
	}
	out := make([]Label, 0, len(found))
	for _, i := range found {
		l := Label{ID: i.ID, Code: i.Code, Name: i.Name, Class: i.Class, Serial: i.Serial, Address: fmt.Sprintf("%s/items/%d", strings.TrimSuffix(site, "/"), i.ID)}
		code, err := qrcode.New(l.Address, qrcode.Medium)
		if err != nil {
			return nil, fmt.Errorf("cmdb: label of %s: %w", i.Code, err)
		}
		l.Dots = code.Bitmap()
		out = append(out, l)
	}
	return out, nil
}

// Path draws the code as the d of an SVG path, one unit a dot.
func (l Label) Path() string {
	var b strings.Builder
	for y, line := range l.Dots {
		for x := 0; x < len(line); x++ {
			from := x
			for x < len(line) && line[x] {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
			}
		}
	}
	return b.String()
}

// SVG is the code as a picture of its own.
func (l Label) SVG() string {
	n := len(l.Dots)
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><rect width="%d" height="%d" fill="#fff"/><path d="%s"/></svg>`, n, n, n, n, l.Path())
}
