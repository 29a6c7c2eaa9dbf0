package api

import (
	"cmp"
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// list answers with things in order of their code.
func (s *shelf) list(c *call) error {
	limit := usualPage
	if text := c.get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > mostPage {
			return fault.At("limit", "record.out_of_range").With("low", 1).With("high", mostPage)
		}
		limit = n
	}
	after, err := base64.RawURLEncoding.DecodeString(c.get("cursor"))
	if err != nil {
		return fault.At("cursor", "api.bad_cursor")
	}
	found, more, err := s.found(c, string(after), limit)
	if err != nil {
		return err
	}
	out := page[row]{Items: make([]row, len(found))}
	for i, t := range found {
		f, err := s.sheet.Open(t)
		if err != nil {
			return err
		}
		told, err := s.told(c, f)
		if err != nil {
			return err
		}
		out.Items[i] = c.only(told)
	}
	if more {
		values := url.Values{}
		for name, v := range c.r.URL.Query() {
			values[name] = v
		}
		values.Set("cursor", base64.RawURLEncoding.EncodeToString([]byte(found[len(found)-1].Code)))
		out.Next = c.r.URL.Path + "?" + values.Encode()
		c.w.Header().Add("Link", "<"+out.Next+`>; rel="next"`)
	}
	return give(c, out)
}

// found are the things of a page, and whether there are more.
func (s *shelf) found(c *call, after string, limit int) ([]*setting.Thing, bool, error) {
	if s.sheet.Kind == setting.Human {
		return s.persons(c, after, limit)
	}
	all := slices.Clone(c.Settings.All().Of(s.sheet.Kind))
	if !c.by.Staff {
		if s.sheet.Kind != setting.Service || s.Offered == nil {
			return nil, false, staffOnly()
		}
		all = slices.Clone(s.Offered(c.by))
	}
	if !c.by.Can(setting.Deed(s.sheet.Kind)) { // whoever arranges them knows all
		all = slices.DeleteFunc(all, func(t *setting.Thing) bool { return !s.cleared(c, t) })
	}
	typed, retired := strings.ToLower(c.get("q")), c.get("retired") == "true"
	all = slices.DeleteFunc(all, func(t *setting.Thing) bool {
		hit := typed == "" || strings.Contains(strings.ToLower(t.Code+"\n"+t.Name.En+"\n"+t.Name.Zh), typed)
		return t.Code <= after && after != "" || t.Retired && !retired || !hit
	})
	slices.SortFunc(all, func(a, b *setting.Thing) int { return cmp.Compare(a.Code, b.Code) })
	if len(all) > limit {
		return all[:limit], true, nil
	}
	return all, false, nil
}

// lookUp is the grant to read who is who.
const lookUp = "people.read"

// persons looks people up: by what was typed, or all in order of their code.
// Whoever may not find himself alone.
func (s *shelf) persons(c *call, after string, limit int) ([]*setting.Thing, bool, error) {
	if !c.by.Can(lookUp) {
		f, err := s.visible(c, int64(c.by.ID))
		if err != nil {
			return nil, false, err
		}
		return []*setting.Thing{f.Thing}, false, nil
	}
	var found []people.Person
	var err error
	if typed := c.get("q"); typed != "" {
		found, err = s.LookUp(c.r.Context(), typed, min(limit, 100))
	} else {
		found, err = s.Persons(c.r.Context(), people.Query{After: after, Limit: limit + 1, Retired: c.get("retired") == "true"})
	}
	if err != nil {
		return nil, false, err
	}
	more := c.get("q") == "" && len(found) > limit
	if more {
		found = found[:limit]
	}
	out := make([]*setting.Thing, len(found))
	for i, p := range found {
		if out[i], err = setting.OfPerson(p); err != nil {
			return nil, false, err
		}
	}
	return out, more, nil
}
