// Package eventlog reads event logs: what happened to each case, one row per
// event, as other tools export them. It understands tables (CSV and XLSX, one
// line per event) and XES, the IEEE 1849 standard for process mining, packed
// with gzip or not, and makes one neutral stream of rows of both. What the
// columns mean is for the reader of the rows to say.
package eventlog

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
)

// Row is one event as it was written down.
type Row struct {
	Line  int               // where it starts in the file, from 1
	Attrs map[string]string // by column; empty cells are left out
}

// Get is the value of a column, "" when the row has none.
func (r Row) Get(column string) string { return r.Attrs[column] }

// CasePrefix marks, in XES, what is said of a whole case and not of one event.
const CasePrefix = "case:"

// CaseNumber is, in XES, the place of a case that bears no name in the log.
const CaseNumber = CasePrefix + "#"

// Format is how a log is written down.
type Format string

// The formats. Table covers CSV and XLSX.
const (
	Table Format = "table"
	XES   Format = "xes"
)

// Form says how a log is written where the reader should not find out itself.
type Form struct {
	Format  Format
	Table   sheet.Form
	Limits  sheet.Limits
	Globals bool // fill what an XES event lacks from the log's global defaults
}

// peek is how many rows of an XES log are read ahead to learn its columns.
const peek = 1000

// Reader reads the rows of one log.
type Reader struct {
	source  source
	ahead   []early
	after   error // what the source said when reading ahead stopped
	columns []string
	format  Format
}

// early is a row that was read before anybody asked for it, or why it cannot be.
type early struct {
	row Row
	bad *sheet.BadRow
}

// source is a log in one of its formats; see Reader.Read for the errors.
type source interface {
	read() (Row, error)
	columns() []string
	close() error
}

// Open begins to read a log. Its format is seen from the content unless the
// form names it; name is only for messages. The caller closes the Reader.
func Open(r io.Reader, name string, form Form) (*Reader, error) {
	if form.Limits.Bytes <= 0 {
		const history = 64 << 30 // a decade of a large desk
		form.Limits.Bytes = history
	}
	plain, err := sheet.Unpack(r, form.Limits.Bytes)
	if err != nil {
		return nil, err
	}
	if form.Format == "" {
		form.Format = Table
		head, _ := plain.Peek(512)
		if bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"), []byte("<")) {
			form.Format = XES
		}
	}
	out := &Reader{format: form.Format}
	if form.Table.Encoding == "" && form.Format == Table && !isText(plain) {
		return nil, fault.At("file", "eventlog.not_text").With("name", name)
	}
	switch form.Format {
	case XES:
		out.source = newXES(plain, form)
		err = out.readAhead()
	case Table:
		out.source, err = newTable(plain, name, form)
	default:
		return nil, fault.At("format", "eventlog.format").With("format", string(form.Format))
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// isText reports whether a table begins as text, in whatever encoding, or as a
// workbook.
func isText(in *bufio.Reader) bool {
	head, _ := in.Peek(512)
	if bytes.HasPrefix(head, []byte("PK")) || bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return true
	}
	odd := 0
	for _, c := range head {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' {
			odd++
		}
	}
	const most = 10 // in a hundred
	return odd*100 <= len(head)*most
}

// readAhead learns the columns of a log that has no header: those it declares
// and those of its first rows.
func (r *Reader) readAhead() error {
	seen := map[string]bool{}
	for len(r.ahead) < peek {
		row, err := r.source.read()
		bad, ok := errors.AsType[*sheet.BadRow](err)
		if err != nil && !ok {
			r.after = err
			break
		}
		for name := range row.Attrs {
			seen[name] = true
		}
		r.ahead = append(r.ahead, early{row, bad})
	}
	for _, name := range r.source.columns() {
		seen[name] = true
	}
	for name := range seen {
		r.columns = append(r.columns, name)
	}
	slices.Sort(r.columns)
	if len(r.ahead) == 0 && !errors.Is(r.after, io.EOF) {
		return r.after
	}
	return nil
}

// Columns are the names of the columns: of a table its header, of XES those
// declared and those of the first thousand rows (a rarer one may follow).
func (r *Reader) Columns() []string {
	if r.format == Table {
		return r.source.columns()
	}
	return r.columns
}

// Complete reports whether Columns lists all columns there are.
func (r *Reader) Complete() bool { return r.format == Table || errors.Is(r.after, io.EOF) }

// Format is the one found out or given.
func (r *Reader) Format() Format { return r.format }

// Read returns the next row. The error is io.EOF after the last one, a
// *sheet.BadRow for a row that cannot be read (Read may be called again), and
// anything else ends the log.
func (r *Reader) Read() (Row, error) {
	if len(r.ahead) > 0 {
		first := r.ahead[0]
		r.ahead = r.ahead[1:]
		if first.bad != nil {
			return Row{}, first.bad
		}
		return first.row, nil
	}
	if r.after != nil {
		return Row{}, r.after
	}
	return r.source.read()
}

// Close releases what the reader holds.
func (r *Reader) Close() error { return r.source.close() }
