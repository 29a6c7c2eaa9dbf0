package api

import (
	"net/http"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/record"
)

// The time a file may take to arrive.
const uploadTime = 10 * time.Minute

// stored is a file that has been taken in and is not on a record yet.
type stored struct {
	File   int64  `json:"file" doc:"api.doc.stored_file"`
	Size   int64  `json:"size"`
	Type   string `json:"type" doc:"api.doc.stored_type"`
	SHA256 string `json:"sha256"`
}

// Files takes files in; they are attached by the deed that names them.
func (a *API) Files(files record.Files, limits record.Limits) {
	if limits == (record.Limits{}) {
		limits = record.StandardLimits
	}
	a.add(operation{
		Method: "POST", Path: Prefix + "/files", Policy: Known, Name: "store-file", Tag: "files", Once: true,
		Body:  &body{Types: []string{anyType}, Stream: true, Limit: limits.Size + 1, Time: uploadTime},
		Gives: []gives{{Status: http.StatusCreated, Schema: of[stored]()}}, Run: func(c *call) error {
			if c.by.ID == 0 {
				return fault.New(fault.Denied, "people.not_granted").With("deed", "attach")
			}
			id, content, err := files.Store(c.r.Context(), c.Now(), c.by.ID, limits.Size, c.r.Body)
			if err != nil {
				if fault.All(err) == nil && c.r.Context().Err() == nil {
					return largeOr(err)
				}
				return err
			}
			return c.JSON(http.StatusCreated, stored{id, content.Size, content.Type, content.SHA256})
		},
	})
}

// largeOr is the fault behind an error, if it is about the size of the body.
func largeOr(err error) error {
	if f := received(err); fault.Is(f, fault.TooMuch) {
		return f
	}
	return err
}
