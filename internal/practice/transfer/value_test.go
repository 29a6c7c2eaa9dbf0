package transfer

import (
	"encoding/json"
	"testing"

	"kilter/internal/base/fault"
	"kilter/internal/practice/setting"
)

// A table's names are swapped where they stand, whatever is around them; what
// is none of the paths stays as it is.
func TestReshaped(t *testing.T) {
	t.Parallel()
	field := setting.Attribute{Name: "rota", Type: setting.Table, Inside: []setting.Inside{
		{Path: "*.who.*", Kind: setting.Human}, {Path: "*.calendar", Kind: setting.Calendar}, {Path: "*.text", Kind: setting.Team, Quoted: true},
	}}
	codes := swap{name: func(k setting.Kind, name string) (string, error) {
		if code, ok := map[string]string{"person 7": "li", "calendar 8": "office", "team 9": "net"}[string(k)+" "+name]; ok {
			return code, nil
		}
		return "", fault.New(fault.Invalid, "transfer.unknown")
	}}
	ids := swap{ids: true, name: func(k setting.Kind, name string) (string, error) {
		if id, ok := map[string]string{"person li": "7", "calendar office": "8", "team net": "9"}[string(k)+" "+name]; ok {
			return id, nil
		}
		return "", fault.New(fault.Invalid, "transfer.unknown")
	}}
	for _, c := range []struct{ held, file, back string }{
		{`[{"who":[7],"calendar":8,"text":"9"}]`, `[{"calendar":"office","text":"net","who":["li"]}]`, `[{"calendar":8,"text":"9","who":[7]}]`},
		{`[{"calendar":0,"other":7}]`, `[{"calendar":"","other":7}]`, `[{"calendar":0,"other":7}]`},
		{`[{"text":"typed by hand <b>"}]`, `[{"text":"typed by hand <b>"}]`, `[{"text":"typed by hand <b>"}]`},
		{`[{"who":null},null,3]`, `[{"who":null},null,3]`, `[{"who":null},null,3]`},
		{``, `null`, `null`},
	} {
		file, err := reshaped(field, c.held, codes)
		if err != nil || string(file) != c.file {
			t.Errorf("%s goes out as %s, %v; want %s", c.held, file, err, c.file)
			continue
		}
		back, err := reshaped(field, string(file), ids)
		if err != nil || string(back) != c.back {
			t.Errorf("%s comes in as %s, %v; want %s", file, back, err, c.back)
		}
	}
	if _, err := reshaped(field, `[{"who":["wang"]}]`, ids); !fault.Is(err, fault.Invalid) {
		t.Errorf("a person that is not there: %v", err)
	}
}

// A field of another type than the kind has is the line's fault, not a crash.
func TestWrittenTypes(t *testing.T) {
	t.Parallel()
	none := swap{ids: true, name: func(setting.Kind, string) (string, error) { return "1", nil }}
	for _, c := range []struct {
		of   setting.Type
		raw  string
		want string // the written form, or the key of the fault
	}{
		{setting.Bool, `true`, "true"},
		{setting.Bool, `"yes"`, "api.not_a_boolean"},
		{setting.Bool, `null`, ""},
		{setting.Int, `4`, "4"},
		{setting.Int, `"4"`, "api.not_a_number"},
		{setting.Int, `1.5`, "api.not_a_number"},
		{setting.Refs, `["a","b"]`, "1,1"},
		{setting.Refs, `"a"`, "api.not_a_list"},
		{setting.Ref, `"a"`, "1"},
		{setting.Ref, `7`, "api.not_a_string"},
		{setting.Line, `"x"`, "x"},
		{setting.Line, `{}`, "api.not_a_string"},
		{setting.Table, `{"a":1}`, `{"a":1}`},
	} {
		got, err := written(setting.Attribute{Name: "f", Type: c.of}, json.RawMessage(c.raw), none)
		if f := fault.All(err); len(f) == 1 {
			got = f[0].Key
		}
		if got != c.want {
			t.Errorf("%s %s: %s, want %s", c.of, c.raw, got, c.want)
		}
	}
}
