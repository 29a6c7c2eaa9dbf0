package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kilter/internal/practice/people"
)

// mostAtOnce is how many records are asked for in one query.
const mostAtOnce = 500

// several reads the records of these ids that a scope sees, in no order.
func (b book[R]) several(ctx context.Context, scope people.Scope, ids []int64) (out []R, err error) {
	cols := ""
	if len(b.cols) > 0 {
		cols = ", b." + strings.Join(b.cols, ", b.")
	}
	for some := range slices.Chunk(ids, mostAtOnce) {
		var c clause
		c.and("r.kind = ?", string(b.kind))
		c.conds = append(c.conds, in(&c, "r.id", some))
		c.scope(b.db.dialect, scope)
		rows, err := b.db.read.query(ctx, fmt.Sprintf("SELECT r.id, r.number, r.version, r.extra, r.%s%s FROM record AS r JOIN %s AS b ON b.id = r.id%s",
			strings.Join(headCols, ", r."), cols, b.table, c.where()), c.args...)
		if err == nil {
			err = scanAll(rows, func() error {
				r := b.fresh()
				h := r.Common()
				h.Kind = b.kind
				refs := append([]any{&h.ID, &h.Number, &h.Version, extra{r.Own()}}, headRefs(h)...)
				out = append(out, r)
				return rows.Scan(append(refs, b.refs(r)...)...)
			})
		}
		if err != nil {
			return nil, fmt.Errorf("store: several of %s: %w", b.kind, err)
		}
	}
	return out, nil
}
