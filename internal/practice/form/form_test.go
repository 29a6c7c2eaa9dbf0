package form_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"kilter/internal/base/fault"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
)

func of(v float64) *float64 { return &v }

func label(s string) people.Text { return people.Text{En: s, Zh: s} }

// access is a form with a question of every type.
var access = form.Form{
	{Name: "reason", Label: label("Reason"), Type: form.Long, Required: true},
	{Name: "phone", Label: label("Phone"), Type: form.Text, Default: "{me.phone}", Pattern: `[0-9 -]{3,20}`},
	{Name: "seats", Label: label("Seats"), Type: form.Number, Low: of(1), High: of(50), Default: "1"},
	{Name: "kind", Label: label("Kind"), Type: form.Choice, Required: true, Options: []form.Option{{Code: "wire", En: "Wire", Zh: "有线"}, {Code: "vpn", En: "VPN", Zh: "VPN"}}},
	{Name: "until", Label: label("Until"), Type: form.Date, Required: true, When: &form.When{Question: "kind", Is: []string{"vpn"}}},
	{Name: "token", Label: label("Token"), Type: form.Yes, When: &form.When{Question: "until"}},
	{Name: "systems", Label: label("Systems"), Type: form.Several, Options: []form.Option{{Code: "oa", En: "OA", Zh: "办公"}, {Code: "gis", En: "GIS", Zh: "地图"}}},
	{Name: "person", Label: label("For"), Type: form.Person},
	{Name: "letter", Label: label("Letter"), Type: form.File},
	{Name: "devices", Label: label("Devices"), Type: form.Table, Max: 3, Columns: []form.Question{
		{Name: "mac", Label: label("MAC"), Type: form.Text, Required: true, Pattern: `([0-9a-f]{2}:){5}[0-9a-f]{2}`},
		{Name: "n", Label: label("N"), Type: form.Number},
	}},
}

func fields(err error) []string {
	var out []string
	for _, f := range fault.All(err) {
		out = append(out, f.Field+" "+f.Key)
	}
	return out
}

func TestTheFormIsSound(t *testing.T) {
	t.Parallel()
	if err := access.Check("questions"); err != nil {
		t.Error(err)
	}
}

func TestWhatCannotBeAsked(t *testing.T) {
	t.Parallel()
	for at, q := range map[string]form.Question{
		"name form.bad_name":              {Name: "Bad name", Label: label("x"), Type: form.Text},
		"label_en form.no_label":          {Name: "x", Type: form.Text},
		"type form.bad_type":              {Name: "x", Label: label("x"), Type: "colour"},
		"options form.bad_options":        {Name: "x", Label: label("x"), Type: form.Choice},
		"low form.bad_range":              {Name: "x", Label: label("x"), Type: form.Number, Low: of(3), High: of(2)},
		"pattern form.bad_pattern":        {Name: "x", Label: label("x"), Type: form.Text, Pattern: "("},
		"columns form.bad_columns":        {Name: "x", Label: label("x"), Type: form.Table},
		"when form.bad_when":              {Name: "x", Label: label("x"), Type: form.Text, When: &form.When{Question: "later"}},
		"name form.name_twice":            {Name: "first", Label: label("x"), Type: form.Text},
		"is form.bad_is":                  {Name: "x", Label: label("x"), Type: form.Text, When: &form.When{Question: "pick", Is: []string{"c"}}},
		"max form.bad_max":                {Name: "x", Label: label("x"), Type: form.Text, Max: -1},
		"columns[1].name form.bad_column": {Name: "x", Label: label("x"), Type: form.Table, Columns: form.Form{{Name: "Bad", Label: label("x"), Type: form.Text}}},
	} {
		pick := form.Question{Name: "pick", Label: label("x"), Type: form.Choice, Options: []form.Option{{Code: "a", En: "A"}}}
		err := form.Form{{Name: "first", Label: label("x"), Type: form.Text}, pick, q}.Check("questions")
		if got := fields(err); !slices.Equal(got, []string{"questions[3]." + at}) {
			t.Errorf("%s: %v", at, got)
		}
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	good := form.Answers{"reason": "field work\r\n", "seats": "2", "kind": "vpn", "until": "2027-01-31", "token": "on", "systems": "gis,oa,gis", "person": "7", "letter": "9|ab|letter.pdf", "devices": `[{"mac":"00:11:22:33:44:55","n":"2"},{"mac":" ","n":""}]`}
	got, err := access.Accept(good, "a.", nil)
	if err != nil {
		t.Fatal(err)
	}
	want := form.Answers{"reason": "field work\n", "seats": "2", "kind": "vpn", "until": "2027-01-31", "token": "true", "systems": "gis,oa", "person": "7", "letter": "9|ab|letter.pdf", "devices": `[{"mac":"00:11:22:33:44:55","n":"2"}]`}
	if !maps.Equal(got, want) {
		t.Errorf("kept %v", got)
	}
	for name, one := range map[string]struct {
		change form.Answers
		faults []string
	}{
		"nothing said":          {form.Answers{"reason": " "}, []string{"a.reason record.required"}},
		"condition":             {form.Answers{"until": ""}, []string{"a.until record.required"}},
		"too many":              {form.Answers{"seats": "51"}, []string{"a.seats record.out_of_range"}},
		"no number":             {form.Answers{"seats": "0x1p4"}, []string{"a.seats record.not_a_number"}},
		"not offered":           {form.Answers{"systems": "oa,tv"}, []string{"a.systems record.not_a_choice"}},
		"a cell":                {form.Answers{"devices": `[{"mac":"00:11:22:33:44:55"},{"mac":"zz"}]`}, []string{"a.devices.2.mac form.no_match"}},
		"rows":                  {form.Answers{"devices": `[{"mac":"00:11:22:33:44:55"},{"mac":"00:11:22:33:44:55"},{"mac":"00:11:22:33:44:55"},{"mac":"00:11:22:33:44:55"}]`}, []string{"a.devices form.too_many_rows"}},
		"a pattern":             {form.Answers{"phone": "call me"}, []string{"a.phone form.no_match"}},
		"a date":                {form.Answers{"until": "31.1.2027"}, []string{"a.until record.not_a_date"}},
		"unknown":               {form.Answers{"colour": "red"}, []string{"a.colour form.no_such_question"}},
		"several at once":       {form.Answers{"reason": "", "kind": "tv"}, []string{"a.kind record.not_a_choice", "a.reason record.required"}},
		"a file out of the air": {form.Answers{"letter": "nine"}, []string{"a.letter form.no_file"}},
	} {
		in := maps.Clone(good)
		maps.Copy(in, one.change)
		_, err := access.Accept(in, "a.", nil)
		if got := fields(err); !slices.Equal(got, one.faults) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// What hangs on an answer that is not asked is not asked; what was answered to
// it before the mind changed is not kept.
func TestConditionsHang(t *testing.T) {
	t.Parallel()
	got, err := access.Accept(form.Answers{"reason": "x", "kind": "wire", "until": "2027-01-31", "token": "true"}, "", nil)
	if err != nil || got["until"] != "" || got["token"] != "" {
		t.Errorf("%v, %v", got, err)
	}
	if n := len(access.Asked(form.Answers{"kind": "wire", "until": "2027-01-31"})); n != len(access)-2 {
		t.Errorf("%d asked", n)
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	got := access.Filled(func(name string) string { return map[string]string{"me.phone": "8800 1234"}[name] })
	if !maps.Equal(got, form.Answers{"phone": "8800 1234", "seats": "1"}) {
		t.Errorf("%v", got)
	}
}

// What a form writes in JSON it reads again as the same answers.
func TestJSONComesBack(t *testing.T) {
	t.Parallel()
	answers := form.Answers{"reason": "x", "seats": "2.5", "kind": "vpn", "until": "2027-01-31", "token": "true", "systems": "gis,oa", "person": "7", "devices": `[{"mac":"00:11:22:33:44:55","n":"2"}]`}
	text, err := json.Marshal(access.Write(answers))
	if err != nil {
		t.Fatal(err)
	}
	var in map[string]json.RawMessage
	if err := json.Unmarshal(text, &in); err != nil {
		t.Fatal(err)
	}
	got, err := access.Read(in, "", nil)
	if err != nil || !maps.Equal(got, answers) {
		t.Errorf("%s: %v, %v", text, got, err)
	}
	for name, raw := range map[string]string{"seats": `"2"`, "token": `"yes"`, "systems": `"oa"`, "devices": `{}`, "person": `"seven"`, "kind": `7`} {
		if _, err := access.Read(map[string]json.RawMessage{name: json.RawMessage(raw)}, "", nil); len(fields(err)) != 1 || fields(err)[0] != name+" form.wrong_kind" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The schema names every question and asks for those that must be answered.
func TestSchema(t *testing.T) {
	t.Parallel()
	s := access.Schema("zh-Hans")
	props, ok := s["properties"].(map[string]any)
	if !ok || len(props) != len(access) {
		t.Fatalf("%v", s)
	}
	if !slices.Equal(s["required"].([]string), []string{"reason", "kind"}) || len(s["allOf"].([]any)) != 1 {
		t.Errorf("required %v, conditions %v", s["required"], s["allOf"])
	}
	if _, err := json.Marshal(s); err != nil {
		t.Error(err)
	}
}

func FuzzAccept(f *testing.F) {
	f.Add("x", "2", "vpn", "2027-01-31", `[{"mac":"00:11:22:33:44:55"}]`)
	f.Add("", "1e400", "", "9999-99-99", `[[]]`)
	f.Fuzz(func(t *testing.T, reason, seats, kind, until, devices string) {
		in := form.Answers{"reason": reason, "seats": seats, "kind": kind, "until": until, "devices": devices}
		got, err := access.Accept(in, "", nil)
		if err != nil {
			return
		}
		again, err := access.Accept(got, "", nil)
		if err != nil || !maps.Equal(again, got) {
			t.Errorf("what was accepted is not accepted again: %v, %v, %v", got, again, err)
		}
	})
}
