package cmdb

import (
	"context"

	"kilter/internal/base/fault"
)

// rises holds that the bundles of a source come in the order in which they were
// made: one that is not newer than what is in force would bring back what has
// changed since. except is the import that is looked at.
func (r *Reconciler) rises(ctx context.Context, source string, s Seal, except int64) error {
	if s.Sequence == 0 {
		return nil
	}
	held, err := r.Imports.Imports(ctx, ImportQuery{Sealed: source, Limit: 1})
	if err != nil || len(held) == 0 || held[0].ID == except || held[0].Seal.Sequence < s.Sequence {
		return err
	}
	return fault.At("file", "cmdb.bundle.old").With("sequence", s.Sequence).With("held", held[0].Seal.Sequence).With("import", held[0].ID).With("source", source)
}
