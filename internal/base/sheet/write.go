package sheet

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"
)

// Cell is one value of a row to be written. Only texts are guarded against
// being read as formulas; numbers stay numbers.
type Cell struct {
	value any // string, int64, float64, bool, time.Time or nil
}

// Value is what stands in the cell: a string, an int64, a float64, a bool, a
// time.Time, or nil.
func (c Cell) Value() any { return c.value }

// Text is a cell with words in it.
func Text(s string) Cell { return Cell{s} }

// Int is a cell with a whole number.
func Int(n int64) Cell { return Cell{n} }

// Number is a cell with a number.
func Number(f float64) Cell { return Cell{f} }

// Bool is a cell with yes or no.
func Bool(b bool) Cell { return Cell{b} }

// Time is a cell with a moment, shown in the zone of t. The zero time is an
// empty cell.
func Time(t time.Time) Cell {
	if t.IsZero() {
		return Cell{}
	}
	return Cell{t}
}

// Writer takes a table row by row. Close completes the file.
type Writer interface {
	Header(names ...string) error
	Row(cells ...Cell) error
	Close() error
}

// timeText is how CSV shows a moment: sorts as text, read by every spreadsheet.
const timeText = "2006-01-02 15:04:05"

type csvWriter struct {
	out *bufio.Writer
	w   *csv.Writer
	row []string
}

// NewCSV writes comma-separated UTF-8 with a byte order mark, without which
// Excel garbles Chinese. The io.Writer stays the caller's to close.
func NewCSV(w io.Writer) (Writer, error) {
	out := bufio.NewWriter(w)
	if _, err := out.WriteString("\ufeff"); err != nil {
		return nil, fmt.Errorf("sheet: write: %w", err)
	}
	c := &csvWriter{out: out, w: csv.NewWriter(out)}
	c.w.UseCRLF = true
	return c, nil
}

func (c *csvWriter) Header(names ...string) error {
	c.row = c.row[:0]
	for _, name := range names {
		c.row = append(c.row, Guard(name))
	}
	return c.w.Write(c.row)
}

func (c *csvWriter) Row(cells ...Cell) error {
	c.row = c.row[:0]
	for _, cell := range cells {
		c.row = append(c.row, cell.text())
	}
	return c.w.Write(c.row)
}

func (c *csvWriter) Close() error {
	c.w.Flush()
	return errors.Join(c.w.Error(), c.out.Flush())
}

func (c Cell) text() string {
	switch v := c.value.(type) {
	case string:
		return Guard(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case time.Time:
		return v.Format(timeText)
	}
	return ""
}

type xlsxWriter struct {
	w            io.Writer
	file         *excelize.File
	stream       *excelize.StreamWriter
	title        string
	names        []string
	sheets, line int
	part         int // of the table, from 1: the sheet that it goes on in
	bold, date   int
}

// Workbook is a Writer of several tables, each on a sheet of its own.
type Workbook interface {
	Writer
	// Sheet begins the next table, under a title that no other has.
	Sheet(title string) error
}

// NewXLSX writes a workbook with one sheet of that title; when a sheet is full
// the table goes on in the next. It is sent to w on Close.
func NewXLSX(w io.Writer, title string) (Writer, error) { return NewWorkbook(w, title) }

// NewWorkbook is NewXLSX for several tables; the first has that title.
func NewWorkbook(w io.Writer, title string) (Workbook, error) {
	x := &xlsxWriter{w: w, file: excelize.NewFile(), title: title}
	var err error
	format := "yyyy-mm-dd hh:mm:ss"
	if x.bold, err = x.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}}); err != nil {
		return nil, fmt.Errorf("sheet: style: %w", err)
	}
	if x.date, err = x.file.NewStyle(&excelize.Style{CustomNumFmt: &format}); err != nil {
		return nil, fmt.Errorf("sheet: style: %w", err)
	}
	return x, x.begin()
}

// begin opens the next sheet and repeats the header on it.
func (x *xlsxWriter) begin() error {
	x.sheets++
	x.part++
	name := sheetName(x.title, x.part)
	if x.sheets == 1 {
		if err := x.file.SetSheetName(x.file.GetSheetName(0), name); err != nil {
			return fmt.Errorf("sheet: name %q: %w", name, err)
		}
	} else if _, err := x.file.NewSheet(name); err != nil {
		return fmt.Errorf("sheet: name %q: %w", name, err)
	}
	stream, err := x.file.NewStreamWriter(name)
	if err != nil {
		return fmt.Errorf("sheet: stream: %w", err)
	}
	x.stream, x.line = stream, 0
	if x.names != nil {
		return x.Header(x.names...)
	}
	return nil
}

func (x *xlsxWriter) Sheet(title string) error {
	if err := x.stream.Flush(); err != nil {
		return fmt.Errorf("sheet: flush: %w", err)
	}
	x.title, x.names, x.part = title, nil, 0
	return x.begin()
}

// sheetName fits a title into what Excel allows: 31 characters, none of :\/?*[]
// and no apostrophe at the ends.
func sheetName(title string, n int) string {
	var out []rune
	for _, r := range title {
		switch r {
		case ':', '\\', '/', '?', '*', '[', ']', '\'':
			r = ' '
		}
		out = append(out, r)
	}
	if len(out) == 0 {
		out = []rune("Sheet")
	}
	suffix := ""
	if n > 1 {
		suffix = fmt.Sprintf(" (%d)", n)
	}
	const longest = 31
	if room := longest - len(suffix); len(out) > room {
		out = out[:room]
	}
	return string(out) + suffix
}

func (x *xlsxWriter) Header(names ...string) error {
	x.names = names
	cells := make([]any, len(names))
	for i, name := range names {
		cells[i] = excelize.Cell{StyleID: x.bold, Value: Guard(name)}
	}
	return x.put(cells)
}

func (x *xlsxWriter) Row(cells ...Cell) error {
	if x.line >= excelize.TotalRows {
		if err := x.stream.Flush(); err != nil {
			return fmt.Errorf("sheet: flush: %w", err)
		}
		if err := x.begin(); err != nil {
			return err
		}
	}
	row := make([]any, len(cells))
	for i, cell := range cells {
		switch v := cell.value.(type) {
		case string:
			row[i] = Guard(v)
		case time.Time:
			// A workbook knows no zones: what the clock on the wall showed counts.
			wall := time.Date(v.Year(), v.Month(), v.Day(), v.Hour(), v.Minute(), v.Second(), 0, time.UTC)
			row[i] = excelize.Cell{StyleID: x.date, Value: wall}
		default:
			row[i] = v
		}
	}
	return x.put(row)
}

func (x *xlsxWriter) put(cells []any) error {
	x.line++
	if err := x.stream.SetRow(fmt.Sprintf("A%d", x.line), cells); err != nil {
		return fmt.Errorf("sheet: row %d: %w", x.line, err)
	}
	return nil
}

func (x *xlsxWriter) Close() error {
	if err := x.stream.Flush(); err != nil {
		return errors.Join(fmt.Errorf("sheet: flush: %w", err), x.file.Close())
	}
	return errors.Join(x.file.Write(x.w), x.file.Close())
}
