package people

import (
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
)

// Choices are how a person wants to see Kilter, on whatever device he signs
// in; "" leaves it to the browser, for the time zone to the centre.
type Choices struct {
	Lang    string `json:"lang,omitempty"`    // "en", "zh"
	Theme   string `json:"theme,omitempty"`   // one of Themes
	Density string `json:"density,omitempty"` // one of Densities
	Zone    string `json:"zone,omitempty"`    // IANA name of the time zone times are shown in
	Start   string `json:"start,omitempty"`   // address of the page a sign-in leads to
	Keys    string `json:"keys,omitempty"`    // "off": no single-key shortcuts
}

// Themes and Densities are what can be chosen; the first is what holds when
// nothing is.
var (
	Themes    = []string{"auto", "light", "dark"}
	Densities = []string{"regular", "compact", "relaxed"}
)

// Check reports what is wrong with choices that somebody wants to keep.
func (c Choices) Check() error {
	var many fault.Many
	blame := func(field, key string) { _ = many.Add(fault.At(field, key)) } // a fault adds without error
	if _, ok := lang.Parse(c.Lang); c.Lang != "" && !ok {
		blame("lang", "people.no_such_choice")
	}
	if c.Theme != "" && !slices.Contains(Themes, c.Theme) {
		blame("theme", "people.no_such_choice")
	}
	if c.Density != "" && !slices.Contains(Densities, c.Density) {
		blame("density", "people.no_such_choice")
	}
	if c.Keys != "" && c.Keys != "off" {
		blame("keys", "people.no_such_choice")
	}
	if c.Start != "" && (!strings.HasPrefix(c.Start, "/") || strings.HasPrefix(c.Start, "//") || strings.ContainsAny(c.Start, "\\\r\n\t ") || len(c.Start) > 200) {
		blame("start", "people.no_such_choice")
	}
	if c.Zone != "" && c.Place() == nil {
		_ = many.Add(fault.At("time_zone", "calendar.bad_zone").With("zone", c.Zone)) // as above
	}
	return many.Err()
}

// Place is the chosen time zone; nil when none is chosen or it is unknown.
// "Local" is none: it would be that of the machine.
func (c Choices) Place() *time.Location {
	if c.Zone == "" || c.Zone == "Local" || len(c.Zone) > 60 {
		return nil
	}
	place, err := time.LoadLocation(c.Zone)
	if err != nil {
		return nil
	}
	return place
}
