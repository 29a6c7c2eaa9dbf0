package web

import (
	"errors"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

// mostAtOnce is how many files one form may carry.
const mostAtOnce = 20

// attach takes files in and puts them on an item.
func (c *Configuration) attach(w http.ResponseWriter, r *http.Request, s *stock) error {
	if err := s.By.May(cmdb.DeedEdit); err != nil {
		return err
	}
	i, err := s.one(r)
	if err != nil {
		return err
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return badForm(err)
	}
	n := 0
	for ; n < mostAtOnce; n++ {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return badForm(err)
		}
		if p.FormName() != "files" || p.FileName() == "" {
			continue
		}
		id, _, err := c.Content.Store(r.Context(), s.Now, s.By.ID, s.limits().Size, p)
		if err != nil {
			return err
		}
		name := path.Base(strings.ReplaceAll(p.FileName(), `\`, "/"))
		if _, err := c.CMDB.Attach(r.Context(), s.By, i.ID, record.Attach{File: id, Name: name}); err != nil {
			return err
		}
	}
	if n == 0 {
		return fault.At("files", "record.required")
	}
	return s.done(w, r, i.ID, part.Toast{Text: s.N("item.attached", n), Icon: "paperclip"})
}

// file sends a file of an item: pictures and plain text are shown, all else is
// offered for saving.
func (c *Configuration) file(w http.ResponseWriter, r *http.Request, s *stock) error {
	i, err := s.one(r)
	if err != nil {
		return err
	}
	all, err := c.CMDB.Attached(r.Context(), s.By, i.ID)
	if err != nil {
		return err
	}
	n := slices.IndexFunc(all, func(a cmdb.Attached) bool { return a.ID == number(r.PathValue("id")) })
	if n < 0 {
		return fault.New(fault.Missing, "record.no_such_file")
	}
	f := all[n]
	return SendFile(w, r, c.Content, record.Attachment{File: f.File, Name: f.Name, Content: f.Content})
}
