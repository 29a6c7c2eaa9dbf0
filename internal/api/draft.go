package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/record"
)

// typed is what somebody has typed and not yet sent.
type typed struct {
	Place   string          `json:"place"`
	Doc     json.RawMessage `json:"doc"`
	At      string          `json:"at"`
	Version int64           `json:"version"`
}

// Drafts serves everybody's own drafts.
func (a *API) Drafts(drafts record.Drafts) {
	one := []gives{{Status: http.StatusOK, Schema: of[typed]()}}
	a.add(operation{
		Method: "GET", Path: Prefix + "/drafts", Policy: Known, Name: "list-drafts", Tag: "drafts", Gives: []gives{{Status: http.StatusOK, Schema: of[page[typed]]()}}, Run: func(c *call) error {
			held, err := drafts.List(c.r.Context(), c.by.ID)
			if err != nil {
				return err
			}
			out := make([]typed, len(held))
			for i, d := range held {
				out[i] = draftOf(d)
			}
			return give(c, page[typed]{Items: out})
		},
	})
	a.add(operation{
		Method: "GET", Path: Prefix + "/drafts/{place}", Policy: Known, Name: "get-draft", Tag: "drafts", Gives: one, Run: func(c *call) error {
			d, err := drafts.Find(c.r.Context(), c.by.ID, c.r.PathValue("place"))
			if err != nil {
				return err
			}
			c.w.Header().Set("ETag", etag(d.Version))
			return c.JSON(http.StatusOK, draftOf(d))
		},
	})
	a.add(operation{
		Method: "PUT", Path: Prefix + "/drafts/{place}", Policy: Known, Name: "keep-draft", Tag: "drafts", Match: true,
		Body: &body{Schema: &schema{Hand: as("object")}}, Gives: one, Run: func(c *call) error {
			place := c.r.PathValue("place")
			if utf8.RuneCountInString(place) > 100 || strings.TrimSpace(place) == "" {
				return noSuchAddress(c.r)
			}
			if _, err := c.object(); err != nil {
				return err
			}
			version, err := matched(c.r)
			if err != nil {
				return err
			}
			d := record.Draft{Person: c.by.ID, Place: place, Doc: c.raw, At: c.Now(), Version: version}
			if c.by.ID == 0 {
				return fault.New(fault.Denied, "people.not_granted").With("deed", "draft")
			}
			if err := drafts.Save(c.r.Context(), &d); err != nil {
				return err
			}
			c.w.Header().Set("ETag", etag(d.Version))
			return c.done(http.StatusOK, draftOf(d))
		},
	})
	a.add(operation{
		Method: "DELETE", Path: Prefix + "/drafts/{place}", Policy: Known, Name: "drop-draft", Tag: "drafts", Gives: []gives{{Status: http.StatusNoContent}}, Run: func(c *call) error {
			if err := drafts.Drop(c.r.Context(), c.by.ID, c.r.PathValue("place")); err != nil {
				return err
			}
			c.w.WriteHeader(http.StatusNoContent)
			return nil
		},
	})
}

func draftOf(d record.Draft) typed {
	return typed{d.Place, d.Doc, stamp(d.At), d.Version}
}
