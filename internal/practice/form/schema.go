package form

import (
	"encoding/json"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
)

// Schema tells a form as JSON Schema, draft 2020-12, with labels in a language.
// Answers in JSON have the types that the schema says: numbers, booleans, lists
// of codes, lists of rows.
func (f Form) Schema(lang string) map[string]any {
	out := f.object(lang)
	out["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	var all []any
	for _, q := range f {
		if q.When != nil && q.Required {
			all = append(all, map[string]any{"if": q.When.schema(f), "then": map[string]any{"required": []string{q.Name}}})
		}
	}
	if all != nil {
		out["allOf"] = all
	}
	return out
}

func (f Form) object(lang string) map[string]any {
	props, required := map[string]any{}, []string{}
	for _, q := range f {
		props[q.Name] = q.schema(lang)
		if q.Required && q.When == nil {
			required = append(required, q.Name)
		}
	}
	return map[string]any{"type": "object", "properties": props, "required": required, "additionalProperties": false}
}

func (w When) schema(f Form) map[string]any {
	prop := map[string]any{}
	if q, _ := f.Find(w.Question); q.Type == Several {
		prop["contains"] = map[string]any{"enum": w.Is}
	} else if q.Type == Yes {
		prop["const"] = true
	} else if len(w.Is) > 0 {
		prop["enum"] = w.Is
	}
	return map[string]any{"properties": map[string]any{w.Question: prop}, "required": []string{w.Question}}
}

func (q Question) schema(lang string) map[string]any {
	s := map[string]any{"title": q.Label.In(lang)}
	if h := q.Help.In(lang); h != "" {
		s["description"] = h
	}
	codes := func() map[string]any {
		var all []any
		for _, o := range q.Options {
			all = append(all, map[string]any{"const": o.Code, "title": o.Label(lang)})
		}
		return map[string]any{"type": "string", "oneOf": all}
	}
	put := func(name string, v any) { s[name] = v }
	switch q.Type {
	case Number:
		put("type", "number")
		if q.Low != nil {
			put("minimum", *q.Low)
		}
		if q.High != nil {
			put("maximum", *q.High)
		}
	case Choice:
		for k, v := range codes() {
			put(k, v)
		}
	case Several:
		put("type", "array")
		put("items", codes())
		put("uniqueItems", true)
	case Yes:
		put("type", "boolean")
	case Date:
		put("type", "string")
		put("format", "date")
	case Person, Department, Item:
		put("type", "integer")
		put("x-kilter-refers", string(q.Type))
	case File:
		put("type", "integer")
		put("x-kilter-refers", "file")
	case Table:
		put("type", "array")
		put("items", Form(q.Columns).object(lang))
		put("maxItems", q.rows())
	default:
		put("type", "string")
		put("maxLength", q.longest())
		if q.Pattern != "" {
			put("pattern", "^(?:"+q.Pattern+")$")
		}
	}
	return s
}

func (q Question) rows() int {
	if q.Max > 0 {
		return min(q.Max, mostRows)
	}
	return mostRows
}

func (q Question) longest() int {
	most := longestText
	if q.Type == Long {
		most = longestLong
	}
	if q.Max > 0 {
		return min(q.Max, most)
	}
	return most
}

// Read takes answers out of JSON as the schema describes them. What is of the
// wrong kind is a fault at prefix and the question's name. A file is named by
// the number that storing it gave; file makes the answer of it.
func (f Form) Read(in map[string]json.RawMessage, prefix string, file func(int64) (Stored, error)) (Answers, error) {
	out := Answers{}
	var many fault.Many
	for name, raw := range in {
		q, ok := f.Find(name)
		if !ok {
			many = append(many, fault.At(prefix+name, "form.no_such_question"))
			continue
		}
		v, err := q.read(raw, prefix+name, file)
		if err := many.Add(err); err != nil {
			return nil, err
		}
		out[name] = v
	}
	return out, many.Err()
}

func (q Question) read(raw json.RawMessage, at string, file func(int64) (Stored, error)) (string, error) {
	if string(raw) == "null" {
		return "", nil
	}
	wrong := fault.At(at, "form.wrong_kind").With("type", string(q.Type))
	decode := func(into any) error {
		if json.Unmarshal(raw, into) != nil {
			return wrong
		}
		return nil
	}
	switch q.Type {
	case Number:
		var n json.Number
		err := decode(&n)
		if len(raw) > 0 && raw[0] == '"' {
			err = wrong
		}
		return n.String(), err
	case Yes:
		var yes bool
		err := decode(&yes)
		if !yes {
			return "", err
		}
		return "true", err
	case Several:
		var all []string
		err := decode(&all)
		return strings.Join(all, ","), err
	case Person, Department, Item, File:
		var n int64
		if err := decode(&n); err != nil {
			return "", err
		}
		if q.Type != File {
			return strconv.FormatInt(n, 10), nil
		}
		if file == nil {
			return "", fault.At(at, "form.no_file")
		}
		s, err := file(n)
		return s.Text(), err
	case Table:
		var rows []map[string]json.RawMessage
		if err := decode(&rows); err != nil {
			return "", err
		}
		return q.readRows(rows, at, file)
	}
	var text string
	err := decode(&text)
	return text, err
}

func (q Question) readRows(rows []map[string]json.RawMessage, at string, file func(int64) (Stored, error)) (string, error) {
	var many fault.Many
	all := make([]Answers, len(rows))
	for i, r := range rows {
		one, err := Form(q.Columns).Read(r, at+"."+strconv.Itoa(i+1)+".", file)
		if err := many.Add(err); err != nil {
			return "", err
		}
		all[i] = one
	}
	if err := many.Err(); err != nil {
		return "", err
	}
	text, err := json.Marshal(all)
	return string(text), err
}

// Write is an answer in JSON, as the schema describes it.
func (q Question) Write(v string) any {
	switch q.Type {
	case Number:
		return json.Number(v)
	case Yes:
		return v == "true"
	case Several:
		return split(v)
	case Person, Department, Item:
		return json.Number(v)
	case File:
		s, _ := ParseFile(v)
		return map[string]any{"file": s.ID, "sha256": s.SHA256, "name": s.Name}
	case Table:
		rows, err := Rows(v)
		if err != nil {
			return v
		}
		out := make([]map[string]any, len(rows))
		for i, r := range rows {
			out[i] = Form(q.Columns).Write(r)
		}
		return out
	}
	return v
}

// Write gives answers in JSON, those of the form's questions in its shapes.
func (f Form) Write(a Answers) map[string]any {
	out := map[string]any{}
	for _, q := range f {
		if v := a[q.Name]; v != "" {
			out[q.Name] = q.Write(v)
		}
	}
	return out
}
