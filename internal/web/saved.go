package web

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
)

// Saved is a table that the browser keeps as a file.
type Saved struct {
	As    string // "csv" or "xlsx", as the address says
	Name  string // of the file, without its ending
	Title string // of the sheet
}

// SavedAs is how a table is asked for; a fault when it is neither of the two.
func SavedAs(r *http.Request) (string, error) {
	as := r.URL.Query().Get("as")
	if as != "csv" && as != "xlsx" {
		return "", fault.New(fault.Missing, "trouble.missing")
	}
	return as, nil
}

// Write sends the table; what may fail for want of a right or a record has to
// be asked before, for the first byte is the answer. An XLSX may go on with
// further sheets: its writer is a sheet.Workbook.
func (f Saved) Write(w http.ResponseWriter, rows func(sheet.Writer) error) error {
	open, kind := sheet.NewCSV, "text/csv; charset=utf-8"
	if f.As == "xlsx" {
		open = func(w io.Writer) (sheet.Writer, error) { return sheet.NewXLSX(w, f.Title) }
		kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	plain := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`"\/:*?<>|`, r) || r < ' ' {
			return '-'
		}
		return r
	}, f.Name)
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fmt.Sprintf("%s.%s", plain, f.As)}))
	w.Header().Set("Cache-Control", "no-store")
	sent := &counted{Writer: w}
	out, err := open(sent)
	if err == nil {
		err = rows(out)
	}
	switch {
	case err == nil:
		return nil
	case sent.n > 0:
		return &brokenOff{err}
	}
	for _, of := range []string{"Content-Type", "Content-Disposition", "Cache-Control"} { // a page is answered instead
		w.Header().Del(of)
	}
	return err
}

// counted counts what was sent.
type counted struct {
	io.Writer
	n int64
}

func (c *counted) Write(b []byte) (int, error) {
	n, err := c.Writer.Write(b)
	c.n += int64(n)
	return n, err
}

// brokenOff is an answer that failed after it had begun: its connection is cut, so
// that nobody takes half of a table for the whole.
type brokenOff struct{ error }

func (b *brokenOff) Unwrap() error { return b.error }
