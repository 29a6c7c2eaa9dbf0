package api

import (
	"strings"

	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/change"
	operations "kilter/internal/practice/operation"
	"kilter/internal/practice/setting"
)

// cleared reports whether the caller may know of a thing.
func (s *shelf) cleared(c *call, t *setting.Thing) bool {
	all := c.Settings.All()
	return catalogue.Cleared(c.by.Scope, t) && change.Cleared(all, c.by.Scope, t) && operations.Cleared(all, c.by.Scope, t)
}

// told is a thing as the caller may know it: who does not arrange plans is told
// of their items only those that he sees.
func (s *shelf) told(c *call, f *setting.Form) (row, error) {
	out := s.show(f)
	if s.sheet.Kind != setting.Operation || c.by.Can(setting.Deed(s.sheet.Kind)) {
		return out, nil
	}
	var seen func(...string) ([]string, error)
	if s.Seen != nil {
		seen = func(codes ...string) ([]string, error) { return s.Seen(c.r.Context(), c.by, codes...) }
	}
	codes, err := operations.Told(c.by, f.Thing, seen)
	for i := range out {
		if out[i].name == "items" {
			out[i].value = strings.Join(codes, ", ")
		}
	}
	return out, err
}
