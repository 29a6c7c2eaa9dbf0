package eventlog

import (
	"errors"
	"fmt"
	"io"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
)

// table reads a log whose first row names the columns.
type table struct {
	in    *sheet.Reader
	names []string
}

// ReasonCells is why a row is refused that has more filled cells than there
// are columns: a delimiter inside a text has moved them all.
const ReasonCells = "eventlog.cells"

func newTable(r io.Reader, name string, form Form) (*table, error) {
	in, err := sheet.OpenAs(r, name, form.Table, form.Limits)
	if err != nil {
		return nil, err
	}
	head, _, err := in.Read()
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = fault.At("file", "eventlog.empty").With("file", name)
		}
		if bad, ok := errors.AsType[*sheet.BadRow](err); ok {
			err = fault.At("file", "eventlog.header").With("file", name).With("line", bad.Line)
		}
		return nil, errors.Join(err, in.Close())
	}
	return &table{in: in, names: distinct(head)}, nil
}

// distinct gives every column a name of its own: the second "Variant" becomes
// "Variant (2)", one without a name "column 5".
func distinct(head []string) []string {
	seen := map[string]int{}
	out := make([]string, len(head))
	for i, name := range head {
		if name == "" {
			name = fmt.Sprintf("column %d", i+1)
		}
		seen[name]++
		if n := seen[name]; n > 1 {
			name = fmt.Sprintf("%s (%d)", name, n)
			seen[name]++
		}
		out[i] = name
	}
	return out
}

func (t *table) columns() []string { return t.names }

func (t *table) read() (Row, error) {
	cells, line, err := t.in.Read()
	if err != nil {
		return Row{}, err
	}
	row := Row{Line: line, Attrs: make(map[string]string, len(t.names))}
	for i, cell := range cells {
		switch {
		case cell == "":
		case i >= len(t.names):
			return Row{}, &sheet.BadRow{Line: line, Key: ReasonCells}
		default:
			row.Attrs[t.names[i]] = cell
		}
	}
	return row, nil
}

func (t *table) close() error { return t.in.Close() }
