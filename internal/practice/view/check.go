package view

import (
	"slices"
	"strings"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// The most a view may hold.
const (
	longestName  = 60   // characters
	longestQuery = 2000 // characters
	mostColumns  = 30
)

// orders and densities are what a list can have.
var (
	orders     = []string{"", string(record.Newest), string(record.Oldest), string(record.Latest), string(record.SoonDue), string(record.Priority)}
	itemOrders = []string{"", "code", "-changed"} // as configuration management calls them
	densities  = []string{"", "compact", "regular", "relaxed"}
)

// ordersOf are the orders that lists of a kind can have.
func ordersOf(k record.Kind) []string {
	if k == Item {
		return itemOrders
	}
	return orders
}

// check reports what is wrong with a view, whoever saves it.
func (w *View) check() error {
	var many fault.Many
	if w.Name.En == "" && w.Name.Zh == "" {
		many = append(many, fault.At("name", "record.required"))
	}
	for _, name := range []string{w.Name.En, w.Name.Zh} {
		if utf8.RuneCountInString(name) > longestName {
			many = append(many, fault.At("name", "record.too_long").With("max", longestName))
		}
	}
	if utf8.RuneCountInString(w.Query) > longestQuery {
		many = append(many, fault.At("query", "record.too_long").With("max", longestQuery))
	}
	if orders := ordersOf(w.Kind); !slices.Contains(orders, string(w.Order)) {
		many = append(many, fault.At("order", "record.not_a_choice").With("choices", strings.Join(orders[1:], ", ")))
	}
	if !slices.Contains(densities, w.Density) {
		many = append(many, fault.At("density", "record.not_a_choice").With("choices", strings.Join(densities[1:], ", ")))
	}
	if !slices.Contains(Kinds, w.Kind) {
		many = append(many, fault.At("kind", "record.not_a_choice").With("choices", "incident, contact, item"))
	}
	if w.Alert < 0 || w.Alert > MostCounted {
		many = append(many, fault.At("alert", "record.out_of_range").With("low", 0).With("high", MostCounted))
	}
	if len(w.Columns) > mostColumns {
		many = append(many, fault.At("columns", "record.too_long").With("max", mostColumns))
	}
	return many.Err()
}

// Sheet describes views as they are carried from one Kilter to another. A
// condition names things by their codes already.
func Sheet() setting.Sheet {
	s := setting.DocumentSheet[Doc](setting.View, "", nil, setting.Inside{Path: "owner", Kind: setting.Human}, setting.Inside{Path: "team", Kind: setting.Team})
	s.Check = func(_ *setting.All, f *setting.Form) error {
		return (&View{Doc: *f.Doc.(*Doc), Name: f.Name}).check()
	}
	return s
}
