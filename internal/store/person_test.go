package store_test

import (
	"fmt"
	"testing"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/store"
)

func addPersons(t *testing.T, db *store.DB, n int) []people.ID {
	t.Helper()
	var ids []people.ID
	for i := range n {
		p := people.Person{Code: fmt.Sprintf("p%d", i), Name: fmt.Sprintf("Person %d", i), Changed: time.Unix(1, 0)}
		if err := db.SavePerson(t.Context(), &p); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, p.ID)
	}
	return ids
}
