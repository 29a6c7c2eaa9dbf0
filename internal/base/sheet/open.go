package sheet

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"

	"kilter/internal/base/fault"
)

// Reader reads the rows of one table.
type Reader struct {
	rows  source
	clean cleaner
	form  Form
	close func() error
}

// source is a table in one of its formats. Both return BadRow for a row that
// cannot be read and io.EOF after the last one.
type source interface {
	read() (row []string, line int, err error)
}

// Open begins to read a table whose format it finds out from the content;
// name is only for messages. The caller closes the Reader.
func Open(r io.Reader, name string, limits Limits) (*Reader, error) {
	return OpenAs(r, name, Form{}, limits)
}

// OpenAs is Open for a table whose form is known in part or whole.
func OpenAs(r io.Reader, name string, form Form, limits Limits) (*Reader, error) {
	limits = limits.orDefault()
	plain, err := Unpack(r, limits.Bytes)
	if err != nil {
		return nil, err
	}
	out := &Reader{form: form, clean: cleaner{}, close: func() error { return nil }}
	head, _ := plain.Peek(4)
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		book, err := openBook(plain, name, form, limits)
		if err != nil {
			return nil, err
		}
		out.rows = book
		out.close = book.close
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return nil, fault.At("file", "sheet.old_excel").With("file", name)
	default:
		text, err := Decode(plain, form.Encoding)
		if err != nil {
			return nil, err
		}
		lines := newCSV(text, form.Delimiter, limits)
		out.form.Delimiter = lines.delimiter
		out.rows = lines
	}
	return out, nil
}

// Read returns the next row with the line it starts on, counted from 1 (for a
// workbook: the number of the row). Empty rows are passed over. The error is
// io.EOF after the last row, a *BadRow for a row that cannot be read (Read may
// be called again), and anything else ends the table.
func (r *Reader) Read() (row []string, line int, err error) {
	for {
		row, line, err = r.rows.read()
		if err != nil {
			return nil, line, err
		}
		empty := true
		for i, cell := range row {
			row[i] = r.clean.cell(cell)
			empty = empty && row[i] == ""
		}
		if !empty {
			return row, line, nil
		}
	}
}

// Delimiter is the one found out or given; 0 for a workbook.
func (r *Reader) Delimiter() rune { return r.form.Delimiter }

// Close releases what the reader holds; the io.Reader given to Open stays the
// caller's.
func (r *Reader) Close() error { return r.close() }

// Unpack takes gzip off r when its first bytes say so. Reading more than limit
// bytes fails with a TooMuch fault, so that a small file cannot grow without
// end.
func Unpack(r io.Reader, limit int64) (*bufio.Reader, error) {
	const buffer = 64 << 10
	in := bufio.NewReaderSize(r, buffer)
	var plain io.Reader = in
	if head, _ := in.Peek(2); bytes.Equal(head, []byte{0x1f, 0x8b}) {
		// The gzip.Reader holds nothing that needs closing.
		zip, err := gzip.NewReader(in)
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil, fault.At("file", "sheet.cut_off")
		case err != nil:
			return nil, fault.At("file", "sheet.gzip")
		}
		plain = zip
	}
	return bufio.NewReaderSize(&bounded{r: plain, left: limit, limit: limit}, buffer), nil
}

// bounded fails loudly at its limit, where io.LimitReader would end as if the
// file were complete.
type bounded struct {
	r           io.Reader
	left, limit int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, tooBig(b.limit)
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return 0, tooBig(b.limit)
	}
	_, corrupt := errors.AsType[flate.CorruptInputError](err)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = fault.At("file", "sheet.cut_off")
	case corrupt, errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader):
		err = fault.At("file", "sheet.damaged")
	}
	return n, err
}
