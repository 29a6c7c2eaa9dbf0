package sheet

import (
	"errors"
	"io"
	"slices"

	"github.com/xuri/excelize/v2"

	"kilter/internal/base/fault"
)

// book reads one sheet of an XLSX workbook row by row.
type book struct {
	file   *excelize.File
	rows   *excelize.Rows
	limits Limits
	line   int
}

func openBook(r io.Reader, name string, form Form, limits Limits) (*book, error) {
	size := min(limits.Bytes, maxWorkbook)
	file, err := excelize.OpenReader(r, excelize.Options{
		UnzipSizeLimit:    size,
		UnzipXMLSizeLimit: min(size, excelize.StreamChunkSize), // larger parts go to a temporary file
		ShortDatePattern:  "yyyy-mm-dd",
	})
	if err != nil {
		if fs := fault.All(err); fs != nil {
			return nil, err
		}
		return nil, fault.At("file", "sheet.workbook").With("file", name)
	}
	sheets := file.GetSheetList()
	pick := form.Sheet
	if pick == "" && len(sheets) > 0 {
		pick = sheets[0]
	}
	if !slices.Contains(sheets, pick) {
		return nil, errors.Join(fault.At("sheet", "sheet.no_such").With("sheet", pick).With("sheets", sheets), file.Close())
	}
	rows, err := file.Rows(pick)
	if err != nil {
		return nil, errors.Join(fault.At("file", "sheet.workbook").With("file", name), file.Close())
	}
	return &book{file: file, rows: rows, limits: limits}, nil
}

func (b *book) read() ([]string, int, error) {
	if !b.rows.Next() {
		if b.rows.Error() != nil {
			return nil, b.line, fault.At("file", "sheet.cut_off")
		}
		return nil, b.line, io.EOF
	}
	b.line++
	row, err := b.rows.Columns()
	if err != nil {
		return nil, b.line, fault.At("file", "sheet.cut_off")
	}
	if len(row) > b.limits.Columns {
		return nil, b.line, &BadRow{Line: b.line, Key: ReasonColumns}
	}
	for _, cell := range row {
		if len(cell) > b.limits.Cell {
			return nil, b.line, &BadRow{Line: b.line, Key: ReasonCell}
		}
	}
	return row, b.line, nil
}

func (b *book) close() error { return errors.Join(b.rows.Close(), b.file.Close()) }
