package record_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

func TestMentions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"@bo look":                    {"bo"},
		"请@王芳 看一下":                    {"王芳"},
		"请 @王芳 看一下":                   {"王芳"},
		"(@bo, @mei.)":                {"bo", "mei"},
		"@bo @bo":                     {"bo"},
		"mail bo@city.cn":             nil,
		"> @bo said\n@mei did":        {"mei"},
		"@":                           nil,
		"price@@bo":                   nil,
		"@" + strings.Repeat("a", 61): {strings.Repeat("a", 60)},
	} {
		if got := record.Mentions(text); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestFileNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"report.pdf":           "report.pdf",
		"../../etc/passwd":     "passwd",
		`C:\Users\x\照片.png`:    "照片.png",
		"..":                   "file",
		"":                     "file",
		"a\r\nSet-Cookie: x=1": "aSet-Cookie_ x=1",
		"invoice\u202Efdp.exe": "invoicefdp.exe",
		`"><script>.png`:       "___script_.png",
		".htaccess":            "htaccess",
		"a\xffb.txt":           "ab.txt",
	} {
		if got := record.FileName(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	long := record.FileName(strings.Repeat("长", 300) + ".docx")
	if n := utf8.RuneCountInString(long); n != 120 || !strings.HasSuffix(long, ".docx") {
		t.Errorf("%d characters: %s", n, long)
	}
}

func FuzzFileName(f *testing.F) {
	f.Add("../x")
	f.Add("a\x00/b\\c")
	f.Fuzz(func(t *testing.T, name string) {
		got := record.FileName(name)
		if got == "" || strings.ContainsAny(got, "/\\\x00\r\n\"<>") || !utf8.ValidString(got) || utf8.RuneCountInString(got) > 120 || strings.HasPrefix(got, ".") {
			t.Errorf("%q became %q", name, got)
		}
	})
}

// Nothing that a stranger sent is shown by the browser as a page of ours.
func TestHowFilesGoOut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, content string
		inline, risky bool
	}{
		{"photo.png", "\x89PNG\r\n\x1a\n0000000000000000", true, false},
		{"photo.jpg", "\xff\xd8\xff\xe0\x00\x10JFIF", true, false},
		{"readme.txt", "plain words", true, false},
		{"page.html", "<!DOCTYPE html><html><body>hi</body></html>", false, true},
		{"photo.png", "<html><script>alert(1)</script></html>", false, true},
		{"drawing.svg", `<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>`, false, true},
		{"notes.txt", "<?xml version=\"1.0\"?><x/>", false, true},
		{"report.pdf", "%PDF-1.7\n", false, false},
		{"setup.exe", "MZ\x90\x00\x03", false, true},
		{"readme.txt", "#!/bin/sh\nrm -rf /\n", false, true},
		{"letter.docm", "PK\x03\x04", false, true},
		{"photo.js", "alert(1)", false, true},
	} {
		a := record.Attachment{Name: c.name, Content: record.Content{Type: record.Sniff([]byte(c.content))}}
		got := a.Serve()
		if got.Inline != c.inline || got.Risky != c.risky || !got.Inline && got.Type != "application/octet-stream" {
			t.Errorf("%s (%s): %+v, want inline %v, risky %v", c.name, a.Content.Type, got, c.inline, c.risky)
		}
	}
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	things := []setting.Thing{{ID: 1, Kind: setting.Template, Code: "vpn"}, {ID: 2, Kind: setting.Template, Code: "net", Retired: true}, {ID: 3, Kind: setting.Template, Code: "team"}}
	doc := record.Template{For: record.Incident, Use: record.UseReply, Text: people.Text{En: "Dear {{requester.name}}, {{unknown}} {requester.name}", Zh: "{{requester.name}}您好"}, Fields: map[string]string{"title": "VPN: {{ requester.name }}", "x.floor": "3", "urgency": "2"}}
	for n := range things {
		d := doc
		if things[n].Code == "team" {
			d.Team = 9
		}
		if err := setting.Write(&things[n], d); err != nil {
			t.Fatal(err)
		}
	}
	got, err := record.Templates(setting.NewAll(1, things), record.Incident, record.UseReply, []people.TeamID{1})
	if err != nil || len(got) != 1 || got[0].Code != "vpn" {
		t.Fatalf("offered %+v, %v", got, err)
	}
	in := record.Input{Fields: map[string]string{"urgency": "4"}}
	got[0].Apply(&in, "en", map[string]string{"requester.name": "{{unknown}} Li"})
	if in.Text != "Dear {{unknown}} Li, {{unknown}} {requester.name}" || in.Fields["title"] != "VPN: {{unknown}} Li" || in.Fields["urgency"] != "4" || in.Extra["floor"] != "3" {
		t.Errorf("applied: %+v", in)
	}
}

func TestOwnFields(t *testing.T) {
	t.Parallel()
	fields := []record.Own{
		{Code: "n", OwnField: record.OwnField{Type: record.Decimal}},
		{Code: "c", OwnField: record.OwnField{Type: record.Choice, Choices: []record.OwnChoice{{Code: "red"}, {Code: "blue"}}}},
		{Code: "b", OwnField: record.OwnField{Type: record.Bool}},
		{Code: "m", OwnField: record.OwnField{Type: record.Date}},
		{Code: "t", OwnField: record.OwnField{Type: record.Text, Max: 3, Required: []string{"resolve", "open"}}},
	}
	for _, c := range []struct {
		name   string
		values map[string]string
		held   map[string]string
		move   string
		want   string
	}{
		{name: "all right", values: map[string]string{"n": "-5.5", "c": "red", "b": "true", "m": "2026-11-23", "t": "三个字"}},
		{name: "no number", values: map[string]string{"n": "0x1p3"}, want: "x.n record.not_a_decimal"},
		{name: "no choice", values: map[string]string{"c": "green"}, want: "x.c record.not_a_choice"},
		{name: "no flag", values: map[string]string{"b": "yes"}, want: "x.b record.not_yes_no"},
		{name: "no date", values: map[string]string{"m": "tomorrow"}, want: "x.m record.not_a_date"},
		{name: "too long", values: map[string]string{"t": "四个字了"}, want: "x.t record.too_long"},
		{name: "no such field", values: map[string]string{"z": "1"}, want: "x.z record.no_such_field"},
		{name: "held from before is not judged again", values: map[string]string{"z": "1", "n": "many"}, held: map[string]string{"z": "1", "n": "many"}},
		{name: "compulsory for the move", move: "resolve", want: "x.t record.required"},
		{name: "not compulsory for another one", move: "assign"},
		{name: "an edit may leave it empty"},
	} {
		err := record.CheckOwn(fields, c.values, c.held, c.move)
		got := ""
		if f := allOf(err); len(f) > 0 {
			got = strings.Join(f, "; ")
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
