package app

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"

	"kilter/internal/base/sheet"
)

// written opens where an export goes, and how to end it: a file gets its name
// only when it is whole, and nothing is left of one that is not.
func written(env *Env, name string) (io.Writer, func(error) error, error) {
	if name == "-" {
		out := bufio.NewWriter(env.Out)
		return out, func(err error) error { return errors.Join(err, out.Flush()) }, nil
	}
	f, err := os.OpenFile(name+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, err
	}
	return f, func(err error) error {
		if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
			return errors.Join(err, os.Remove(name+".part"))
		}
		return os.Rename(name+".part", name)
	}, nil
}

// sink takes rows, whatever their form.
type sink struct {
	row   func(cells ...sheet.Cell) error
	close func() error
	sheet func(title string, names ...string) error // begins another table; nil where there is one only
}

// newSink begins a table in a form: csv, xlsx or ndjson.
func newSink(format, title string, to io.Writer, names []string) (sink, error) {
	if format == "ndjson" {
		enc := json.NewEncoder(to)
		return sink{func(cells ...sheet.Cell) error {
			line := map[string]any{}
			for i, c := range cells {
				if v := c.Value(); v != nil {
					line[names[i]] = v
				}
			}
			return enc.Encode(line)
		}, func() error { return nil }, nil}, nil
	}
	begin := sheet.NewCSV
	if format == "xlsx" {
		begin = func(to io.Writer) (sheet.Writer, error) { return sheet.NewXLSX(to, title) }
	}
	out, err := begin(to)
	if err != nil {
		return sink{}, err
	}
	s := sink{row: out.Row, close: out.Close}
	if book, ok := out.(sheet.Workbook); ok {
		s.sheet = func(title string, names ...string) error {
			if err := book.Sheet(title); err != nil {
				return err
			}
			return book.Header(names...)
		}
	}
	return s, out.Header(names...)
}
