package app

import (
	"testing"

	"kilter/internal/practice/handbook"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// The demo has incidents that did not go by the book: the drift of their chapter
// tells how many, and leads to each.
func TestDemoLeavesTheBook(t *testing.T) {
	t.Parallel()
	h := demoCopy(t, "XS")
	ctx := t.Context()
	if err := h.handbookRoom().Nightly(ctx); err != nil {
		t.Fatal(err)
	}
	held, err := h.db.FlowLog().Held(ctx, people.Everything(), []string{"incident"})
	if err != nil || len(held) != 1 || len(held[0].Kinds) == 0 || held[0].Regular >= held[0].Cases {
		t.Fatalf("%+v, %v", held, err)
	}
	b := handbook.Breach{Kind: handbook.Skipped, Was: string(incident.Classified), Became: string(incident.InProgress)}
	by := people.Actor{ID: 1, Staff: true, Scope: people.Everything(), Grants: people.NewGrants(handbook.DeedRead, "incident.read")}
	_, cases, err := h.handbookRoom().Cases(ctx, by, "IM", "incident", b, 0, 10)
	if err != nil || len(cases) != held[0].Cases-held[0].Regular || len(cases) > 4 {
		t.Fatalf("%+v, %v", cases, err)
	}
	for _, c := range cases {
		one, err := h.incidents.Find(ctx, by, c.Number)
		if err != nil || one.State != incident.Closed {
			t.Errorf("%s: %v", record.Ref(record.Incident, c.Number), err)
		}
	}
}
