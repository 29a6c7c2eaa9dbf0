package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"path"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// upload takes in one file and names it; it belongs to whoever brought it
// until a deed attaches it.
func (d *Desk) upload(w http.ResponseWriter, r *http.Request, s *sight) error {
	if d.Incidents.Files == nil || !s.By.Can("incident.reply") && !s.By.Can("incident.note") && !s.By.Can("incident.open") && !s.By.Can("knowledge.attach") {
		return fault.New(fault.Denied, "people.not_granted").With("deed", "incident.reply")
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return badForm(err)
	}
	for {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return fault.At("files", "record.required")
		}
		if err != nil {
			return badForm(err)
		}
		if p.FormName() != "file" || p.FileName() == "" {
			continue
		}
		name := record.FileName(path.Base(p.FileName()))
		id, c, err := d.Incidents.Files.Store(r.Context(), s.Now, s.By.ID, s.limits().Size, p)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/json")
		return json.NewEncoder(w).Encode(map[string]any{"id": id, "name": name, "size": s.Size(c.Size), "value": strconv.FormatInt(id, 10) + " " + name})
	}
}

func (s *sight) limits() record.Limits {
	if s.desk.Incidents.Limits != (record.Limits{}) {
		return s.desk.Incidents.Limits
	}
	return record.StandardLimits
}

// filePolicy lets nothing in a stranger's file run or load.
const filePolicy = "sandbox; default-src 'none'; img-src 'self'; style-src 'none'; frame-ancestors 'none'"

// file sends a file of a record: pictures and plain text are shown, all else
// is offered for saving.
func (d *Desk) file(w http.ResponseWriter, r *http.Request, s *sight) error {
	return d.sendFile(w, r, s, d.Incidents.File)
}

func (d *Desk) sendFile(w http.ResponseWriter, r *http.Request, s *sight, of func(context.Context, people.Actor, record.Number, int64) (record.Attachment, error)) error {
	n, err := refOf(s.of.Kind, r.PathValue("ref"))
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return fault.New(fault.Missing, "record.no_such_file")
	}
	f, err := of(r.Context(), s.By, n, id)
	if err != nil {
		return err
	}
	return SendFile(w, r, d.Incidents.Files, f)
}

// SendFile sends a file that somebody brought: pictures and plain text are shown,
// all else is offered for saving, and nothing in it runs.
func SendFile(w http.ResponseWriter, r *http.Request, files record.Files, f record.Attachment) error {
	how := f.Serve()
	h := w.Header()
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Type", how.Type)
	disposition := "attachment"
	if how.Inline {
		disposition = "inline"
	}
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": f.Name}))
	h.Set("Content-Length", strconv.FormatInt(f.Content.Size, 10))
	h.Set("Cache-Control", "private, no-store")
	return files.Read(r.Context(), f.File, w)
}
