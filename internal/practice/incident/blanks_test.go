package incident_test

import (
	"slices"
	"testing"

	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

func TestCannedTextsAreFilled(t *testing.T) {
	t.Parallel()
	i := &incident.Incident{Head: record.Head{Kind: record.Incident, Number: 202600042, Title: "No mail"}}
	values := incident.Blanks{Requester: people.Person{Name: "Wang"}, Me: people.Person{Name: "Li"}, Centre: "The centre"}.Values(i)
	got := record.Fill("{{requester.name}}: {{ title }} ({{number}}), {{requester.room}}. {{me.name}}, {{centre.name}}", values)
	if want := "Wang: No mail (" + i.Ref() + "), {{requester.room}}. Li, The centre"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Whatever a canned text may name is filled, when there is something to fill in.
func TestEveryPlaceholderIsFilled(t *testing.T) {
	t.Parallel()
	i := &incident.Incident{Head: record.Head{Kind: record.Incident, Number: 202600042, Title: "No mail", Service: 1, Team: 3}}
	i.Category, i.Solution = 2, "Restarted"
	all := people.Person{Name: "Wang", Phone: "8800", Room: "301", Department: 4}
	values := incident.Blanks{
		Requester: all, Owner: all, Me: all, Named: func(int64) string { return "named" },
		State: "New", Priority: "P3", Due: "soon", Today: "today", Centre: "The centre", Phone: "12345",
	}.Values(i)
	for _, name := range slices.Concat(catalogue.Placeholders, record.ActionBlanks) {
		if values[name] == "" {
			t.Errorf("{{%s}} stays as it is", name)
		}
	}
}
