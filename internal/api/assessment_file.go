package api

import (
	"net/http"

	assessments "kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

type evidenceFile struct {
	ID       int64  `json:"id"`
	Question string `json:"question"`
	Name     string `json:"name"`
	Person   int64  `json:"person"`
	Zone     int64  `json:"zone,omitempty" doc:"api.doc.assessment_file_zone"`
	SHA256   string `json:"sha256"`
	Size     int64  `json:"size"`
}

type evidenceNew struct {
	Question string `json:"question"`
	File     int64  `json:"file" doc:"api.doc.assessment_file"`
	Name     string `json:"name"`
	Zone     int64  `json:"zone,omitempty" doc:"api.doc.assessment_file_zone"`
}

func ofHeld(h *assessments.Held) evidenceFile {
	return evidenceFile{h.ID, h.Question, h.Name, int64(h.Person), int64(h.Zone), h.Content.SHA256, h.Content.Size}
}

// assessmentFiles serves evidence files.
func (a *API) assessmentFiles(room *assessments.Room, files record.Files) {
	attach := assessmentOp("POST", "/{id}/files", assessments.DeedAssess, "attach-evidence", of[evidenceFile](), func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		var in evidenceNew
		if err := c.into(&in); err != nil && c.by.Can(c.op.Policy) {
			return err
		}
		h := &assessments.Held{Question: in.Question, File: in.File, Name: in.Name, Zone: people.ZoneID(in.Zone)}
		if err := room.Attach(c.r.Context(), c.by, id, h); err != nil {
			return err
		}
		return c.done(http.StatusCreated, ofHeld(h))
	})
	attach.Body = &body{Schema: of[evidenceNew]()}
	a.add(attach)
	read := assessmentOp("GET", "/{id}/files/{file}", assessments.DeedRead, "get-evidence", nil, func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		file, err := c.id("file")
		if err != nil {
			return err
		}
		h, err := room.File(c.r.Context(), c.by, id, file)
		if err != nil {
			return err
		}
		return c.sendFile(files, record.Attachment{File: h.File, Name: h.Name, Content: h.Content})
	})
	read.Gives = []gives{{Status: http.StatusOK, Type: anyType}}
	a.add(read)
	a.add(assessmentOp("GET", "/{id}/files", assessments.DeedRead, "list-evidence", of[[]evidenceFile](), func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		all, err := room.Files(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		out := []evidenceFile{}
		for i := range all {
			out = append(out, ofHeld(&all[i]))
		}
		return c.JSON(http.StatusOK, out)
	}))
	gone := assessmentOp("DELETE", "/{id}/files/{file}", assessments.DeedAssess, "detach-evidence", nil, func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		file, err := c.id("file")
		if err != nil {
			return err
		}
		if err := room.Detach(c.r.Context(), c.by, id, file); err != nil {
			return err
		}
		return c.done(http.StatusNoContent, nil)
	})
	gone.Gives = []gives{{Status: http.StatusNoContent}}
	a.add(gone)
}
