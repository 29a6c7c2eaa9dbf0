package incident_test

import (
	"testing"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

func TestCannedTextsAreFilled(t *testing.T) {
	t.Parallel()
	i := &incident.Incident{Head: record.Head{Kind: record.Incident, Number: 202600042, Title: "No mail"}}
	values := incident.Blanks{Requester: people.Person{Name: "Wang"}, Me: "Li", Centre: "The centre"}.Values(i)
	got := record.Fill("{{requester.name}}: {{ title }} ({{number}}), {{requester.room}}. {{me.name}}, {{centre.name}}", values)
	if want := "Wang: No mail (" + i.Ref() + "), {{requester.room}}. Li, The centre"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
