// Package sheet reads and writes tables of rows and columns as people exchange
// them: CSV of any delimiter and encoding, and XLSX workbooks, packed with gzip
// or not.
//
// Reading is liberal and bounded: what a table is (delimiter, encoding, packed
// or not) is seen from its content, a row that cannot be read is reported with
// its line and the rest goes on, and no file, however made, takes more memory
// than the Limits allow. Writing is safe to open in a spreadsheet: a text that
// a spreadsheet would take for a formula gets a leading apostrophe, and reading
// takes it off again.
package sheet

import (
	"fmt"

	"kilter/internal/base/fault"
)

// Limits bound what a table may cost to read. A zero field means the default.
type Limits struct {
	Bytes   int64 // of the table after unpacking
	Columns int   // in one row
	Cell    int   // bytes in one cell
	Row     int   // bytes in one row, line breaks inside cells included
}

// The default limits: larger than any honest table, smaller than the machine.
const (
	defaultBytes   = 4 << 30
	defaultColumns = 2000
	defaultCell    = 256 << 10
	defaultRow     = 1 << 20
)

// maxWorkbook bounds an unpacked XLSX workbook, which unlike CSV is not read
// as a stream from end to end.
const maxWorkbook = 1 << 30

func (l Limits) orDefault() Limits {
	if l.Bytes <= 0 {
		l.Bytes = defaultBytes
	}
	if l.Columns <= 0 {
		l.Columns = defaultColumns
	}
	if l.Cell <= 0 {
		l.Cell = defaultCell
	}
	if l.Row <= 0 {
		l.Row = defaultRow
	}
	return l
}

// Form says how a table is written where the reader should not find out
// itself. Every zero field is found out.
type Form struct {
	Delimiter rune   // of CSV: comma, semicolon, tab, bar, ...
	Encoding  string // "utf-8", "gb18030", "utf-16", "windows-1252" or another IANA name
	Sheet     string // of a workbook; the first one otherwise
}

// BadRow is a row that could not be read. The next Read goes on after it.
type BadRow struct {
	Line int    // where the row starts, from 1
	Key  string // message key: why
}

func (b *BadRow) Error() string { return fmt.Sprintf("sheet: line %d: %s", b.Line, b.Key) }

// The reasons why a row cannot be read.
const (
	ReasonQuote   = "sheet.quote"    // a quoted cell is not closed
	ReasonLong    = "sheet.long_row" // the row is longer than the limit
	ReasonCell    = "sheet.long_cell"
	ReasonColumns = "sheet.columns" // more cells than the limit
)

func tooBig(limit int64) error {
	return fault.New(fault.TooMuch, "sheet.too_big").With("limit", limit)
}
