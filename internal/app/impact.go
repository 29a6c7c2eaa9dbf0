package app

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"kilter/internal/base/fault"
	"kilter/internal/base/graph"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

type impactCmd struct {
	Item string `required:"" help:"cli.impact.item" placeholder:"NAME" is:"filled"`
	JSON bool   `help:"cli.impact.json"`
}

// dependant is an item that fails with another.
type dependant struct {
	Name  string `json:"name"`
	Depth int    `json:"depth"`
}

// Run shows what goes down with an item: over hard dependencies, with the
// fewest steps, groups of which enough is left counted as holding.
func (c impactCmd) Run(env *Env) (err error) {
	h, item, err := enterAt(env, c.Item)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.leave()) }()
	t, err := h.atlas.Now(env.Context)
	if err != nil {
		return err
	}
	list := []dependant{}
	for _, s := range t.Falls(item.ID) {
		list = append(list, dependant{cmp.Or(s.Name.In(string(env.Words.Lang())), s.Code), s.Depth})
	}
	if c.JSON {
		return json.NewEncoder(env.Out).Encode(struct {
			Item       string      `json:"item" is:"filled"`
			Dependants []dependant `json:"dependants"`
		}{c.Item, list})
	}
	fmt.Fprintln(env.Out, env.Words.T("cmdb.impact.count", "item", c.Item, "n", len(list)))
	return tableOf(env.Out, func(line func(cells ...any)) {
		for _, d := range list {
			line(d.Depth, d.Name)
		}
	})
}

// tableOf writes lines with aligned columns.
func tableOf(out io.Writer, fill func(line func(cells ...any))) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fill(func(cells ...any) {
		text := make([]string, len(cells))
		for i, c := range cells {
			text[i] = fmt.Sprint(c)
		}
		fmt.Fprintln(w, strings.Join(text, "\t"))
	})
	return w.Flush()
}

// enterAt opens the house and finds the one item that a name stands for.
func enterAt(env *Env, name string) (h *house, item cmdb.Node, err error) {
	if h, err = enter(env); err != nil {
		return nil, item, err
	}
	t, err := h.atlas.Now(env.Context)
	if err == nil {
		switch found := t.Called(name); len(found) {
		case 1:
			return h, found[0], nil
		case 0:
			err = fault.At("item", "cmdb.no_item_called").With("name", name)
		default:
			err = fault.At("item", "cmdb.many_items_called").With("name", name).With("count", len(found))
		}
	}
	return nil, item, errors.Join(err, h.leave())
}

type spofCmd struct {
	Item string `help:"cli.spof.item" placeholder:"NAME" is:"filled"`
	Cuts bool   `help:"cli.spof.cuts"`
	JSON bool   `help:"cli.json"`
}

// single is an item whose failure alone is enough.
type single struct {
	Name     string   `json:"name"`
	Depth    int      `json:"depth,omitempty"`
	Services []string `json:"services,omitempty"`
}

// Run lists single points of failure, or cut sets.
func (c spofCmd) Run(env *Env) (err error) {
	by := people.System(people.ViaShell)
	switch {
	case c.Item == "" && c.Cuts:
		return fault.At("cuts", "cmdb.cuts_of_one")
	case c.Item == "":
		h, err := enter(env)
		if err != nil {
			return err
		}
		return errors.Join(c.city(env, h, by), h.leave())
	}
	h, item, err := enterAt(env, c.Item)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.leave()) }()
	if c.Cuts {
		return c.cuts(env, h, by, item.ID)
	}
	found, err := h.analyst().Singles(env.Context, by, item.ID)
	if err != nil {
		return err
	}
	list := []single{}
	for _, s := range found {
		list = append(list, single{Name: named(env, s.Node), Depth: s.Depth})
	}
	return c.print(env, list)
}

func named(env *Env, n cmdb.Node) string {
	return cmp.Or(n.Name.In(string(env.Words.Lang())), n.Code)
}

func (c spofCmd) city(env *Env, h *house, by people.Actor) error {
	found, err := h.analyst().CitySingles(env.Context, by)
	if err != nil {
		return err
	}
	list := []single{}
	for _, p := range found {
		one := single{Name: named(env, p.Node)}
		for _, s := range p.Services {
			one.Services = append(one.Services, h.settings.All().Name(int64(s), string(env.Words.Lang())))
		}
		list = append(list, one)
	}
	return c.print(env, list)
}

func (c spofCmd) print(env *Env, list []single) error {
	if c.JSON {
		return json.NewEncoder(env.Out).Encode(map[string]any{"item": c.Item, "singles": list})
	}
	fmt.Fprintln(env.Out, env.Words.T("cmdb.spof.count", "n", len(list)))
	return tableOf(env.Out, func(line func(cells ...any)) {
		for _, s := range list {
			if c.Item != "" {
				line(s.Depth, s.Name)
			} else {
				line(s.Name, strings.Join(s.Services, ", "))
			}
		}
	})
}

func (c spofCmd) cuts(env *Env, h *house, by people.Actor, item record.ItemID) error {
	sets, err := h.analyst().Cuts(env.Context, by, item)
	if err != nil {
		return err
	}
	list := [][][]string{}
	for _, set := range sets {
		var one [][]string
		for _, choice := range set.Any {
			var names []string
			for _, n := range choice {
				names = append(names, named(env, n))
			}
			one = append(one, names)
		}
		list = append(list, one)
	}
	if c.JSON {
		return json.NewEncoder(env.Out).Encode(map[string]any{"item": c.Item, "order": graph.MaxOrder, "sets": list})
	}
	fmt.Fprintln(env.Out, env.Words.T("cmdb.cuts.count", "n", len(list), "order", graph.MaxOrder))
	for _, set := range list {
		var parts []string
		for _, names := range set {
			parts = append(parts, strings.Join(names, " | "))
		}
		fmt.Fprintln(env.Out, strings.Join(parts, "  +  "))
	}
	return nil
}
