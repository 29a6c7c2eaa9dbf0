package web

import (
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"strings"
	"time"

	"kilter/internal/base/arrival"
	"kilter/internal/base/fault"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/setting"
)

// The most an upload on these pages may hold.
const (
	holidaysLimit = 4 << 20
	tableLimit    = 32 << 20
	uploadTime    = 2 * time.Minute
	uploadMemory  = 4 << 20 // what a multipart form keeps in memory, the rest on disk
)

// holidays enters the days of a State Council year file or an .ics file into
// a calendar.
func (s *Settings) holidays(p *settingPage, w http.ResponseWriter, r *http.Request) error {
	sh, word, err := s.sheet(r)
	if err != nil {
		return err
	}
	if sh.Kind != setting.Calendar {
		return fault.New(fault.Missing, "trouble.missing")
	}
	if _, err := s.open(p, r, sh, word); err != nil { // before the file is found wrong
		return err
	}
	name, data, err := uploaded(w, r, holidaysLimit)
	if err != nil {
		return err
	}
	form := &Form{}
	said, err := s.enter(p, r, name, data)
	if err != nil {
		if err := form.Blame(p.Printer, err); err != nil {
			return err
		}
		return s.again(p, w, r, sh, word, form)
	}
	v, err := s.open(p, r, sh, word)
	if err != nil {
		return err
	}
	v.Import = said
	return s.show(v, w, r, http.StatusOK)
}

// enter reads the file, puts its days into the calendar and saves it. It says
// in words what it did.
func (s *Settings) enter(p *settingPage, r *http.Request, name string, data []byte) (string, error) {
	done, err := directory.EnterHolidays(r.Context(), s.Desk, p.By, directory.HolidayFile{Calendar: number(r.PathValue("id")), Name: name, Content: data, Year: p.Now.Year()})
	if err != nil {
		return "", err
	}
	p.View = s.Directory.View()
	said := p.T("settings.holidays.entered", "entered", done.Entered, "kept", done.Kept)
	for _, one := range done.Skipped {
		said += " " + p.T("settings.holidays.skipped", "what", one.Summary, "why", p.T(one.Key))
	}
	return said, nil
}

// uploaded takes the file of a multipart form, bounded in size and time.
func uploaded(w http.ResponseWriter, r *http.Request, limit int64) (name string, data []byte, err error) {
	whole := r.Body
	if outer, ok := whole.(bounded); ok {
		whole = outer.whole // the ordinary limit is for forms without a file
	}
	r.Body = http.MaxBytesReader(w, whole, limit+64<<10)
	arrival.Within(r, uploadTime)
	if err := r.ParseMultipartForm(uploadMemory); err != nil {
		return "", nil, badForm(err)
	}
	file, head, err := r.FormFile("file")
	if err != nil {
		return "", nil, fault.At("file", "setting.required")
	}
	defer func(f multipart.File) { _ = f.Close() }(file) // it was read only
	data, err = io.ReadAll(file)
	if err != nil {
		return "", nil, fmt.Errorf("web: upload: %w", err)
	}
	return path.Base(strings.ReplaceAll(head.Filename, "\\", "/")), data, nil
}
