package sheet

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"kilter/internal/base/fault"
)

// got is what reading a table gave: rows, the lines they start on, and the
// lines that could not be read.
type got struct {
	Rows  [][]string
	Lines []int
	Bad   map[int]string
}

func read(t testing.TB, r io.Reader, form Form, limits Limits) (got, error) {
	t.Helper()
	in, err := OpenAs(r, "test", form, limits)
	if err != nil {
		return got{}, err
	}
	defer func() {
		if err := in.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}()
	var out got
	for {
		row, line, err := in.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if bad, ok := errors.AsType[*BadRow](err); ok {
			if out.Bad == nil {
				out.Bad = map[int]string{}
			}
			out.Bad[bad.Line] = bad.Key
			continue
		}
		if err != nil {
			return out, err
		}
		out.Rows, out.Lines = append(out.Rows, row), append(out.Lines, line)
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	gb, _ := simplifiedchinese.GB18030.NewEncoder().String("编号,部门\r\n1,市财政局\r\n")
	latin, _ := charmap.Windows1252.NewEncoder().String("id;name\n1;Jörgen Kåre\n2;Hélène\n")
	utf16, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("id\tname\n1\t张三\n")
	late := "id,name\n" + strings.Repeat("1,plain text\n", 20_000)
	lateGB, _ := simplifiedchinese.GB18030.NewEncoder().String("2,信息中心服务台\n")
	for _, c := range []struct {
		name, text string
		want       got
	}{
		{"comma", "id,title\n1,Printer\n", got{Rows: [][]string{{"id", "title"}, {"1", "Printer"}}, Lines: []int{1, 2}}},
		{"semicolon, with commas in the text", "id;title\n1;Paper, A4\n2;Toner, black\n", got{Rows: [][]string{{"id", "title"}, {"1", "Paper, A4"}, {"2", "Toner, black"}}, Lines: []int{1, 2, 3}}},
		{"bar", "id|a|b\n1|x,y|z\n", got{Rows: [][]string{{"id", "a", "b"}, {"1", "x,y", "z"}}, Lines: []int{1, 2}}},
		{"delimiter said by Excel", "sep=;\nid;a\n1;2\n", got{Rows: [][]string{{"id", "a"}, {"1", "2"}}, Lines: []int{2, 3}}},
		{"byte order mark", "\xef\xbb\xbfid,部门\n1,局\n", got{Rows: [][]string{{"id", "部门"}, {"1", "局"}}, Lines: []int{1, 2}}},
		{"GB18030", gb, got{Rows: [][]string{{"编号", "部门"}, {"1", "市财政局"}}, Lines: []int{1, 2}}},
		{"western code page", latin, got{Rows: [][]string{{"id", "name"}, {"1", "Jörgen Kåre"}, {"2", "Hélène"}}, Lines: []int{1, 2, 3}}},
		{"UTF-16 with tabs", utf16, got{Rows: [][]string{{"id", "name"}, {"1", "张三"}}, Lines: []int{1, 2}}},
		{"line ends of an old Mac", "id,a\r1,2\r3,4\r", got{Rows: [][]string{{"id", "a"}, {"1", "2"}, {"3", "4"}}, Lines: []int{1, 2, 3}}},
		{"line break and delimiter in a cell", "id,text\n1,\"a,\nb\"\n2,c\n", got{Rows: [][]string{{"id", "text"}, {"1", "a,\nb"}, {"2", "c"}}, Lines: []int{1, 2, 4}}},
		{"doubled and careless quotes", "id,text\n1,\"say \"\"hi\"\"\"\n2,5\" disk\n3,\"a \"b\" c\"\n", got{Rows: [][]string{{"id", "text"}, {"1", `say "hi"`}, {"2", `5" disk`}, {"3", `a "b" c`}}, Lines: []int{1, 2, 3, 4}}},
		{"empty lines are passed over", "id,a\n\n1,2\n,\n3,4", got{Rows: [][]string{{"id", "a"}, {"1", "2"}, {"3", "4"}}, Lines: []int{1, 3, 5}}},
		{"a quote never closed costs one row", "id,text\n1,\"open\n2,b\n3,c\n", got{
			Rows: [][]string{{"id", "text"}, {"2", "b"}, {"3", "c"}}, Lines: []int{1, 3, 4}, Bad: map[int]string{2: ReasonQuote},
		}},
		{"NUL, and a character cut in half", "id,财政局服务台\n1,a\x00b\xe5\xb1\n", got{Rows: [][]string{{"id", "财政局服务台"}, {"1", "ab\ufffd"}}, Lines: []int{1, 2}}},
		{"guarded formula comes back as it was", "id,text\n1,'=1+1\n2,'quoted'\n", got{Rows: [][]string{{"id", "text"}, {"1", "=1+1"}, {"2", "'quoted'"}}, Lines: []int{1, 2, 3}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, packed := range []bool{false, true} {
				text := io.Reader(strings.NewReader(c.text))
				if packed {
					text = pack(t, c.text)
				}
				have, err := read(t, text, Form{}, Limits{})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(c.want, have); diff != "" {
					t.Errorf("packed %v (-want +got):\n%s", packed, diff)
				}
			}
		})
	}
	t.Run("Chinese only after much ASCII", func(t *testing.T) {
		t.Parallel()
		have, err := read(t, strings.NewReader(late+lateGB), Form{}, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if last := have.Rows[len(have.Rows)-1]; last[1] != "信息中心服务台" || len(have.Rows) != 20_002 {
			t.Errorf("last of %d rows is %q", len(have.Rows), last)
		}
	})
}

func pack(t testing.TB, text string) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

func TestForm(t *testing.T) {
	t.Parallel()
	have, err := read(t, strings.NewReader("id^a,b\n1^x\n"), Form{Delimiter: '^', Encoding: "GBK"}, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]string{{"id", "a,b"}, {"1", "x"}}, have.Rows); diff != "" {
		t.Error(diff)
	}
	if _, err := read(t, strings.NewReader("a"), Form{Encoding: "klingon"}, Limits{}); !keyed(err, "sheet.encoding") {
		t.Errorf("unknown encoding: %v", err)
	}
}

func keyed(err error, key string) bool {
	for _, f := range fault.All(err) {
		if f.Key == key {
			return true
		}
	}
	return false
}

// TestZipBomb: a small packed file must not grow without end, in memory or in
// rows.
func TestZipBomb(t *testing.T) {
	t.Parallel()
	bomb := pack(t, "id\n"+strings.Repeat("0", 20<<20))
	t.Run("too many bytes", func(t *testing.T) {
		t.Parallel()
		_, err := read(t, bytes.NewReader(bomb.Bytes()), Form{}, Limits{Bytes: 1 << 20})
		if !fault.Is(err, fault.TooMuch) {
			t.Errorf("got %v, want too much", err)
		}
	})
	t.Run("one endless line", func(t *testing.T) {
		t.Parallel()
		have, err := read(t, bytes.NewReader(bomb.Bytes()), Form{}, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got{Rows: [][]string{{"id"}}, Lines: []int{1}, Bad: map[int]string{2: ReasonLong}}, have); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("workbook", func(t *testing.T) {
		t.Parallel()
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		f, err := z.Create("xl/worksheets/sheet1.xml")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.CopyN(f, zeros{}, 64<<20); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := read(t, &b, Form{}, Limits{Bytes: 1 << 20}); fault.All(err) == nil {
			t.Errorf("got %v, want a fault", err)
		}
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestLimits(t *testing.T) {
	t.Parallel()
	text := "a,b\n1,2,3,4\n" + strings.Repeat("x", 50) + ",1\n1,2\n\"" + strings.Repeat("y\n", 200) + "\n3,4\n"
	have, err := read(t, strings.NewReader(text), Form{}, Limits{Columns: 3, Cell: 40, Row: 100})
	if err != nil {
		t.Fatal(err)
	}
	if have.Bad[2] != ReasonColumns || have.Bad[3] != ReasonCell || have.Bad[5] != ReasonQuote {
		t.Errorf("bad rows: %v", have.Bad)
	}
	if last := have.Rows[len(have.Rows)-1]; !cmp.Equal(last, []string{"3", "4"}) {
		t.Errorf("the row after the broken ones: %q", last)
	}
}

func TestOpenQuotesEnd(t *testing.T) {
	t.Parallel()
	text := "a,b\n" + strings.Repeat("\"a", 1) + strings.Repeat("\n\"a", maxBroken+10)
	if _, err := read(t, strings.NewReader(text), Form{}, Limits{}); !keyed(err, "sheet.quotes") {
		t.Errorf("got %v, want a fault about quotes", err)
	}
}

func TestCutOff(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&text, "%d,%x\n", i, i*i*7919)
	}
	b := pack(t, text.String()).Bytes()
	if _, err := read(t, bytes.NewReader(b[:len(b)/2]), Form{}, Limits{}); !keyed(err, "sheet.cut_off") {
		t.Errorf("half a gzip file: %v", err)
	}
}

// TestCSVFormula: nothing a person typed may run in the spreadsheet of the one
// who exports it.
func TestCSVFormula(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"=cmd|' /C calc'!A0": "'=cmd|' /C calc'!A0",
		"+1-1":               "'+1-1",
		"-2+3":               "'-2+3",
		"@SUM(A1)":           "'@SUM(A1)",
		"\t=1":               "'\t=1",
		"\r=1":               "'\r=1",
		"＝1+1":               "'＝1+1",
		"-5":                 "-5",
		"+8675583321234":     "+8675583321234",
		"-1.5":               "-1.5",
		"-":                  "'-",
		"plain":              "plain",
		"":                   "",
	} {
		if got := Guard(in); got != want {
			t.Errorf("Guard(%q) = %q, want %q", in, got, want)
		}
		if back := Unguard(Guard(in)); back != in {
			t.Errorf("Unguard(Guard(%q)) = %q", in, back)
		}
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	shanghai := time.FixedZone("+08", 8*3600)
	at := time.Date(2026, 2, 14, 9, 30, 5, 0, shanghai)
	makers := map[string]func(io.Writer) (Writer, error){
		"csv":  NewCSV,
		"xlsx": func(w io.Writer) (Writer, error) { return NewXLSX(w, "Incidents: open/closed 事件") },
	}
	for name, maker := range makers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			w, err := maker(&b)
			if err != nil {
				t.Fatal(err)
			}
			must(t, w.Header("number", "title", "minutes", "rate", "major", "opened", "closed"))
			must(t, w.Row(Text("INC-2026-00042"), Text("=打印机\n坏了"), Int(-15), Number(0.25), Bool(true), Time(at), Time(time.Time{})))
			must(t, w.Close())
			have, err := read(t, &b, Form{}, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			yes := map[string]string{"csv": "true", "xlsx": "TRUE"}[name]
			want := [][]string{
				{"number", "title", "minutes", "rate", "major", "opened", "closed"},
				{"INC-2026-00042", "=打印机\n坏了", "-15", "0.25", yes, "2026-02-14 09:30:05", ""},
			}
			for i := range have.Rows { // a workbook leaves out empty cells at the end
				for len(have.Rows[i]) < len(want[i]) {
					have.Rows[i] = append(have.Rows[i], "")
				}
			}
			if diff := cmp.Diff(want, have.Rows); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// FuzzCSV: whatever the bytes, reading ends, stays in its limits, and agrees
// with encoding/csv where that one sees no fault.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "a;b\n\"x\ny\";2\n", "\"", "a,\"b\"\"c\"\n", "\xef\xbb\xbfa\n", "\x1f\x8b", "PK\x03\x04", "sep=|\na|b", "a\rb\r", "\"a\n\"b"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		have, err := read(t, bytes.NewReader(data), Form{Delimiter: ',', Encoding: "utf-8"}, Limits{Bytes: 1 << 20})
		if err != nil || len(have.Bad) > 0 || !utf8.Valid(data) || bytes.ContainsAny(data, "\x00\r\ufeff\u0085\u00a0\u2028\u2029\u3000") || bytes.HasPrefix(data, []byte("sep=")) {
			return
		}
		std := csv.NewReader(bytes.NewReader(data))
		std.FieldsPerRecord = -1
		want, err := std.ReadAll()
		if err != nil {
			return
		}
		n := 0
		for _, row := range want {
			empty := true
			for i := range row {
				row[i] = cleaner{}.cell(row[i])
				empty = empty && row[i] == ""
			}
			if empty {
				continue
			}
			if n >= len(have.Rows) || !cmp.Equal(row, have.Rows[n]) {
				t.Fatalf("row %d: encoding/csv reads %q, we %q", n, row, have.Rows)
			}
			n++
		}
		if n != len(have.Rows) {
			t.Fatalf("encoding/csv reads %d rows, we %d", n, len(have.Rows))
		}
	})
}

func BenchmarkCSV(b *testing.B) {
	text := []byte("id,opened,state,team,category,service,priority,person\n" + strings.Repeat("INC0000045,29/2/2016 01:16,Active,Group 56,Category 55,Service 21,3 - Moderate,Resolver 89\n", 100_000))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := read(b, bytes.NewReader(text), Form{}, Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}
