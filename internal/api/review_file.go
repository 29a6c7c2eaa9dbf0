package api

import (
	"net/http"
	"strings"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
)

type reviewFile struct {
	ID     int64  `json:"id"`
	Part   string `json:"part" enum:"checks,minutes,conditions,actions"`
	N      int    `json:"n" doc:"api.doc.review_file_n"`
	Name   string `json:"name"`
	Person int64  `json:"person"`
	At     string `json:"at" format:"date-time"`
	Zone   int64  `json:"zone,omitempty" doc:"api.doc.assessment_file_zone"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

type reviewFileNew struct {
	Part string `json:"part" enum:"checks,minutes,conditions,actions"`
	N    int    `json:"n,omitempty" doc:"api.doc.review_file_n"`
	File int64  `json:"file" doc:"api.doc.assessment_file"`
	Name string `json:"name"`
	Zone int64  `json:"zone,omitempty" doc:"api.doc.assessment_file_zone"`
}

func ofReviewFile(f *review.File) reviewFile {
	return reviewFile{f.ID, string(f.Part), f.N, f.Name, int64(f.Person), stamp(f.At), int64(f.Zone), f.Content.SHA256, f.Content.Size}
}

// reviewFiles serves the files of reviews.
func (a *API) reviewFiles(m *review.Room, files record.Files, id func(*call) int64) {
	op := func(method, path, name string, out gives, run func(*call) error) operation {
		return operation{Method: method, Path: Prefix + "/reviews/{id}/files" + path, Policy: review.DeedRead, Name: name, Key: strings.ReplaceAll(name, "-", "_"), Tag: "reviews", Once: method == "POST", Gives: []gives{out}, Run: run}
	}
	a.add(op("GET", "", "list-review-files", gives{Status: http.StatusOK, Schema: of[[]reviewFile]()}, func(c *call) error {
		all, err := m.Files(c.r.Context(), c.by, id(c))
		if err != nil {
			return err
		}
		out := []reviewFile{}
		for i := range all {
			out = append(out, ofReviewFile(&all[i]))
		}
		return c.JSON(http.StatusOK, out)
	}))
	attach := op("POST", "", "attach-to-review", gives{Status: http.StatusCreated, Schema: of[reviewFile]()}, func(c *call) error {
		var in reviewFileNew
		if err := c.given(&in); err != nil {
			return err
		}
		f := &review.File{Part: review.Part(in.Part), N: in.N, File: in.File, Name: in.Name, Zone: people.ZoneID(in.Zone)}
		if err := m.Attach(c.r.Context(), c.by, id(c), f); err != nil {
			return err
		}
		return c.JSON(http.StatusCreated, ofReviewFile(f))
	})
	attach.Body = &body{Schema: of[reviewFileNew]()}
	a.add(attach)
	a.add(op("GET", "/{file}", "get-review-file", gives{Status: http.StatusOK, Type: anyType}, func(c *call) error {
		file, err := c.id("file")
		if err != nil {
			return err
		}
		f, err := m.File(c.r.Context(), c.by, id(c), file)
		if err != nil {
			return err
		}
		return c.sendFile(files, record.Attachment{File: f.File, Name: f.Name, Content: f.Content})
	}))
	detach := op("DELETE", "/{file}", "detach-from-review", gives{Status: http.StatusNoContent}, func(c *call) error {
		file, err := c.id("file")
		if err != nil {
			return err
		}
		if err := m.Detach(c.r.Context(), c.by, id(c), file, c.r.URL.Query().Get("why")); err != nil {
			return err
		}
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	})
	detach.Query = []param{{Name: "why", Type: "string"}}
	a.add(detach)
}
