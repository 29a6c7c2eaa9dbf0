package cmdb

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
)

// groups gives redundancies the numbers back that the import replaced, where
// these still stand.
func (u *undoer) groups(ctx context.Context, history []Change) error {
	lot, held := &Lot{}, map[GroupID]*Group{}
	for _, h := range history {
		id, field, _ := strings.Cut(strings.TrimPrefix(h.Field, "group."), ".")
		g, err := u.heldGroup(ctx, held, GroupID(idOf(id)))
		if err != nil {
			return err
		}
		value := &g.Need
		if field == "least" {
			value = &g.Least
		}
		was, err := strconv.Atoi(h.Was)
		switch {
		case err != nil || g.ID == 0 || !g.Until.IsZero():
			u.kept++
		case u.again && *value == was:
			u.back++
		case strconv.Itoa(*value) != h.Became:
			u.kept++
		default:
			u.back++
			*value = was
			if from := u.regroups[groupKey(g.Item, g.Name.En, g.Name.Zh)+field]; from != "" {
				g.from(field, from)
			}
			if !slices.Contains(lot.Groups, g) {
				lot.Groups = append(lot.Groups, g)
			}
			lot.History = append(lot.History, Change{
				Item: g.Item, At: u.at, By: u.by.ID, Name: u.by.Name, Origin: g.OriginOf(field), Field: h.Field, Was: h.Became, Became: h.Was, Because: fmt.Sprintf("undo %d", u.in.ID),
			})
		}
	}
	if len(lot.Groups) == 0 {
		return nil
	}
	return u.Items.Write(ctx, lot)
}

// heldGroup reads a redundancy once; one that is gone is empty.
func (u *undoer) heldGroup(ctx context.Context, held map[GroupID]*Group, id GroupID) (*Group, error) {
	if g := held[id]; g != nil {
		return g, nil
	}
	g, err := u.Relations.Group(ctx, id)
	if err != nil && !fault.Is(err, fault.Missing) {
		return nil, err
	}
	held[id] = &g
	return &g, nil
}
