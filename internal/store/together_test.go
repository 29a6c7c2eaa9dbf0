package store_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// What is done in one transaction and taken back leaves nothing but what was
// refused in it; what is kept leaves both.
func TestARefusalOutlivesItsTransaction(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		by := people.Actor{Name: "Anna"}
		try := func(end error) []string {
			t.Helper()
			err := db.Together(t.Context(), func(ctx context.Context) error {
				if err := db.Note(ctx, audit.By(by, nine, "incident.open", "incident:1")); err != nil {
					return err
				}
				row := audit.By(by, nine, "incident.note", "incident:1")
				row.Result = audit.Refused
				return errors.Join(db.Note(ctx, row), end)
			})
			if !errors.Is(err, end) {
				t.Fatal(err)
			}
			rows, err := db.Audit().Rows(t.Context(), audit.Filter{Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, r := range rows {
				out = append(out, r.Deed+" "+string(r.Result))
			}
			slices.Sort(out)
			return out
		}
		if got, want := try(errors.New("no")), []string{"incident.note refused"}; !slices.Equal(got, want) {
			t.Errorf("taken back: %v, want %v", got, want)
		}
		if got, want := try(nil), []string{"incident.note refused", "incident.note refused", "incident.open done"}; !slices.Equal(got, want) {
			t.Errorf("kept: %v, want %v", got, want)
		}
	})
}
