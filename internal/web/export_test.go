package web

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"testing"

	"kilter/internal/base/sheet"
)

// TestAnExportIsWhole: a list of any length is written to its end, whether its
// last page is full or not; what fails on the way ends it with the fault.
func TestAnExportIsWhole(t *testing.T) {
	t.Parallel()
	const page = 500
	for _, all := range []int{0, 1, page - 1, page, page + 1, 100_000, 250_300} {
		list := func(from int) []int {
			var out []int
			for n := from; n < min(from+page, all); n++ {
				out = append(out, n)
			}
			return out
		}
		var text bytes.Buffer
		out, err := sheet.NewCSV(&text)
		if err != nil {
			t.Fatal(err)
		}
		if err := out.Header("n"); err != nil {
			t.Fatal(err)
		}
		err = writeAll(out, list(0), page, func(n int) []sheet.Cell { return []sheet.Cell{sheet.Int(int64(n))} }, func(last int) ([]int, error) { return list(last + 1), nil })
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Fields(text.String())
		if len(lines) != all+1 || all > 0 && lines[all] != strconv.Itoa(all-1) {
			t.Errorf("of %d rows %d are written", all, len(lines)-1)
		}
	}
	var text bytes.Buffer
	out, err := sheet.NewCSV(&text)
	if err != nil {
		t.Fatal(err)
	}
	err = writeAll(out, []int{1}, 1, func(int) []sheet.Cell { return []sheet.Cell{sheet.Int(1)} }, func(int) ([]int, error) { return nil, errors.New("the database has gone") })
	if err == nil {
		t.Error("a page that cannot be read is taken for the end")
	}
}
