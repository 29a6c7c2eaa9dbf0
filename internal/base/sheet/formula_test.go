package sheet

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"
)

// TestXLSXFormula: a text that looks like a formula is a text in a workbook
// too, in the header as in a row: no cell has a formula, and no file refers to
// another.
func TestXLSXFormula(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w, err := NewXLSX(&b, `=cmd|' /C calc'!A0`)
	if err != nil {
		t.Fatal(err)
	}
	hostile := []string{`=HYPERLINK("http://evil.example","x")`, "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "http://evil.example"}
	cells := make([]Cell, len(hostile))
	for i, v := range hostile {
		cells[i] = Text(v)
	}
	if err := w.Header(hostile...); err != nil {
		t.Fatal(err)
	}
	if err := w.Row(cells...); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	held := 0
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		held += strings.Count(text, "HYPERLINK(")
		if strings.Contains(text, "<f>") || strings.Contains(text, "<f ") || strings.Contains(text, "<hyperlink") || strings.Contains(f.Name, "externalLink") {
			t.Errorf("%s holds a formula or a link: %s", f.Name, text)
		}
	}
	if held != 2 {
		t.Errorf("the texts are there %d times, want 2", held)
	}
}
