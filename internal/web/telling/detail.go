package telling

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/setting"
)

// longest is how many characters of one value are told; all of it stands in
// the row as it is kept.
const longest = 160

// Details are what a row says beside its sentence, one line each.
func (t Teller) Details(r audit.Row) []Line {
	if r.Detail == "" {
		return nil
	}
	var all map[string]any
	read := json.NewDecoder(strings.NewReader(r.Detail))
	read.UseNumber()
	if err := read.Decode(&all); err != nil { // a word, which rows of the duty log have
		return []Line{{t.T("audit.detail"), t.word(r.Deed, r.Detail)}}
	}
	var out []Line
	add := func(label, text string) {
		if text != "" {
			out = append(out, Line{label, text})
		}
	}
	from, to := t.place(r, all["from"]), t.place(r, all["to"])
	switch {
	case practice(r.Deed) == "":
		add(t.T("audit.what.from"), from)
		add(t.T("audit.what.to"), to)
	case from == "" || from == to:
		add(t.T("audit.what.state"), to)
	default:
		add(t.T("audit.what.state"), t.turn(from, to))
	}
	out = append(out, t.changed(r, all)...)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		switch name {
		case "from", "to", "was", "now", "changes", "fields":
		default:
			add(t.what(name), t.value(r, name, all[name]))
		}
	}
	return out
}

// changed are the lines of what became of what.
func (t Teller) changed(r audit.Row, all map[string]any) (out []Line) {
	if list := texts(all["fields"]); len(list) > 0 {
		for i, name := range list {
			list[i] = t.field(r, name)
		}
		out = append(out, Line{t.T("audit.what.fields"), t.List(list)})
	}
	kind, _, _ := strings.Cut(r.Object, ":")
	if list, ok := all["changes"].([]any); ok {
		for _, one := range list {
			c, _ := one.(map[string]any)
			name, _ := c["field"].(string)
			out = append(out, Line{t.settingField(kind, name), t.turn(t.value(r, name, c["was"]), t.value(r, name, c["now"]))})
		}
	}
	was, isMap := all["was"].(map[string]any)
	now, _ := all["now"].(map[string]any)
	if !isMap && now == nil {
		if a, b := t.value(r, "was", all["was"]), t.value(r, "now", all["now"]); a != b {
			out = append(out, Line{t.T("audit.what.change"), t.turn(a, b)})
		}
		return out
	}
	names := slices.Sorted(maps.Keys(now))
	for name := range was {
		if _, both := now[name]; !both {
			names = append(names, name)
		}
	}
	for _, name := range names {
		if a, b := t.value(r, name, was[name]), t.value(r, name, now[name]); a != b {
			out = append(out, Line{t.what(strings.ToLower(name)), t.turn(a, b)})
		}
	}
	return out
}

// turn says what something was and what it is.
func (t Teller) turn(was, now string) string {
	if was == "" {
		was = t.T("audit.nothing")
	}
	if now == "" {
		now = t.T("audit.nothing")
	}
	return t.T("audit.turn", "was", was, "now", now)
}

// what is what a name within a detail is called.
func (t Teller) what(name string) string {
	if key := "audit.what." + name; t.Has(key) {
		return t.T(key)
	}
	return name
}

// field is what a field of a record or item is called; x. names are the
// centre's own.
func (t Teller) field(r audit.Row, name string) string {
	if code, ok := strings.CutPrefix(name, "x."); ok && t.All != nil {
		if own := t.All.Coded(setting.Field, code); own != nil {
			return own.Label(string(t.Lang()))
		}
		return code
	}
	room, _, _ := strings.Cut(r.Deed, ".")
	for _, key := range []string{room + ".field." + name, "cmdb.field." + name, "audit.field." + name} {
		if t.Has(key) {
			return t.T(key)
		}
	}
	return name
}

// settingField is what a field of a setting is called.
func (t Teller) settingField(kind, name string) string {
	for _, key := range []string{"setting." + kind + "." + name, "setting.field." + name, "audit.what." + name} {
		if t.Has(key) {
			return t.T(key)
		}
	}
	return name
}

// place is a state, or a moment.
func (t Teller) place(r audit.Row, v any) string {
	s, _ := v.(string)
	if key := practice(r.Deed) + ".state." + s; t.Has(key) {
		return t.T(key)
	}
	return t.value(r, "", v)
}

// value writes one value for people.
func (t Teller) value(r audit.Row, name string, v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return t.text(r, name, v)
	case bool:
		if v {
			return t.T("audit.yes")
		}
		return t.T("audit.no")
	case json.Number:
		if id, err := v.Int64(); err == nil && (name == "deputy" || name == "actor") && id != 0 {
			return t.person(id)
		} else if err == nil {
			return t.Number(int(id))
		}
		return v.String()
	case []any:
		return clip(t.List(texts(v)))
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return clip(string(b))
}

func (t Teller) text(r audit.Row, name, v string) string {
	if at, err := time.Parse(time.RFC3339, v); err == nil {
		return t.DateTime(at)
	}
	switch name {
	case "why":
		return t.why(v)
	case "deed":
		return t.Deed(v)
	case "object":
		return t.Object(v)
	}
	kind, _, _ := strings.Cut(r.Object, ":")
	for _, key := range []string{"audit.value." + name + "." + v, "setting." + kind + "." + name + "." + v} {
		if t.Has(key) {
			return t.T(key)
		}
	}
	id, err := strconv.ParseInt(v, 10, 64)
	if err == nil && refers[name] && t.All != nil {
		v = cmp.Or(t.All.Name(id, string(t.Lang())), v)
	}
	if err == nil && id != 0 && humans[name] {
		return t.person(id)
	}
	return clip(v)
}

// refers are fields of settings that name others by id; humans those that name
// persons.
var (
	refers = map[string]bool{"team": true, "parent": true, "department": true, "zone": true, "service": true, "category": true, "calendar": true, "post": true}
	humans = map[string]bool{"lead": true, "owner": true, "person": true, "leader": true, "manager": true}
)

// why is the reason of a refusal in words; its figures are not kept.
func (t Teller) why(v string) string {
	for _, key := range []string{"audit.why." + v, v} {
		if t.Has(key) && !strings.Contains(t.T(key), "{") {
			return t.T(key)
		}
	}
	return v
}

// word is what a detail of one word says.
func (t Teller) word(deed, v string) string {
	room, _, _ := strings.Cut(deed, ".")
	for _, key := range []string{"audit.note." + room + "." + v, "audit.note." + v} {
		if t.Has(key) {
			return t.T(key)
		}
	}
	return clip(v)
}

// texts is a list of texts, however it is kept.
func texts(v any) (out []string) {
	switch v := v.(type) {
	case string:
		if v != "" {
			return strings.Split(v, ",")
		}
	case []any:
		for _, one := range v {
			out = append(out, fmt.Sprint(one))
		}
	}
	return out
}

func clip(s string) string {
	if utf8.RuneCountInString(s) <= longest {
		return s
	}
	return string([]rune(s)[:longest]) + "…"
}
