package people_test

import (
	"encoding/json"
	"testing"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

func TestChoicesThatCannotBe(t *testing.T) {
	t.Parallel()
	for field, c := range map[string]people.Choices{
		"":          {Lang: "zh", Theme: "dark", Density: "compact", Zone: "Asia/Urumqi", Start: "/incidents", Keys: "off"},
		"lang":      {Lang: "fr"},
		"theme":     {Theme: "pink"},
		"density":   {Density: "airy"},
		"time_zone": {Zone: "Asia/Atlantis"},
		"start":     {Start: "//evil.example"},
		"keys":      {Keys: "on"},
	} {
		got := ""
		if all := fault.All(c.Check()); len(all) > 0 {
			got = all[0].Field
		}
		if got != field {
			t.Errorf("%+v: the fault is at %q, want %q", c, got, field)
		}
	}
	if (people.Choices{Zone: "Local"}).Place() != nil {
		t.Error("the machine's own zone can be chosen")
	}
}

// A profile kept before there were more choices is still read.
func TestProfilesOfBefore(t *testing.T) {
	t.Parallel()
	var p people.Profile
	if err := json.Unmarshal([]byte(`{"roles":[1],"lang":"zh","theme":"dark"}`), &p); err != nil || p.Lang != "zh" || p.Theme != "dark" {
		t.Errorf("%+v, %v", p, err)
	}
}
