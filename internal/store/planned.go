package store

import (
	"context"
	"slices"
)

// planned is a table of what is made ahead of its day.
type planned struct {
	table string
	once  string // the columns that tell one from another
	cols  []string
}

// addFresh adds the rows that are not there yet, in one transaction, and counts
// them: nodes that plan the same make it once.
func addFresh[T any](ctx context.Context, db *DB, p planned, all []T, args func(*T) ([]any, error)) (added int, err error) {
	err = db.in(ctx, func(t *tx) error {
		added = 0
		for chunk := range slices.Chunk(all, max(1, db.args/len(p.cols))) {
			var values []any
			for i := range chunk {
				one, err := args(&chunk[i])
				if err != nil {
					return err
				}
				values = append(values, one...)
			}
			res, err := t.exec(insertSQL(p.table, p.cols, len(chunk))+" ON CONFLICT ("+p.once+") DO NOTHING", values...)
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			if err != nil {
				return err
			}
			added += int(n)
		}
		return nil
	})
	return added, err
}
