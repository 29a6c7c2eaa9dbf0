package transfer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/setting"
)

// swap puts one name in the place of another: the code for an id, the id for a
// code. "" is nothing.
type swap struct {
	name func(k setting.Kind, name string) (string, error)
	ids  bool // what it gives are ids
}

// kindOf is the kind of what a field names.
func kindOf(f setting.Attribute) setting.Kind {
	if f.Type == setting.Person || f.Type == setting.Persons {
		return setting.Human
	}
	return f.Kind
}

// refers reports whether a field names other things.
func refers(f setting.Attribute) bool {
	switch f.Type {
	case setting.Ref, setting.Refs, setting.Person, setting.Persons:
		return true
	}
	return len(f.Inside) > 0
}

// shown is the written form of a field as JSON, codes in the place of ids.
func shown(f setting.Attribute, v string, code swap) (json.RawMessage, error) {
	switch f.Type {
	case setting.Bool:
		return encoded(v == "true")
	case setting.Int:
		if v == "" {
			return json.RawMessage("null"), nil
		}
		return json.RawMessage(v), nil
	case setting.Ref, setting.Person:
		v, err := swapped(v, kindOf(f), code)
		if err != nil || v == "" {
			return json.RawMessage("null"), err
		}
		return encoded(v)
	case setting.Refs, setting.Persons:
		v, err := swapped(v, kindOf(f), code)
		if err != nil {
			return nil, err
		}
		return encoded(append([]string{}, setting.Split(v)...))
	case setting.Several:
		return encoded(append([]string{}, setting.Split(v)...))
	case setting.Table:
		return reshaped(f, v, code)
	}
	return encoded(v)
}

// written is what a line says of a field in the written form, ids in the place
// of codes.
func written(f setting.Attribute, raw json.RawMessage, id swap) (string, error) {
	if string(raw) == "null" {
		return "", nil
	}
	var v string
	var err error
	switch f.Type {
	case setting.Bool:
		var yes bool
		if json.Unmarshal(raw, &yes) != nil {
			return "", fault.At(f.Name, "api.not_a_boolean")
		}
		if yes {
			v = "true"
		}
		return v, nil
	case setting.Int:
		var n int64
		if json.Unmarshal(raw, &n) != nil {
			return "", fault.At(f.Name, "api.not_a_number")
		}
		return strconv.FormatInt(n, 10), nil
	case setting.Refs, setting.Persons, setting.Several:
		var list []string
		if json.Unmarshal(raw, &list) != nil {
			return "", fault.At(f.Name, "api.not_a_list")
		}
		v = strings.Join(list, ",")
	case setting.Table:
		out, err := reshaped(f, string(raw), id)
		return string(out), err
	default:
		if json.Unmarshal(raw, &v) != nil {
			return "", fault.At(f.Name, "api.not_a_string")
		}
	}
	if refers(f) {
		v, err = swapped(v, kindOf(f), id)
	}
	return v, err
}

// swapped swaps a name, or each of a list of names.
func swapped(v string, k setting.Kind, s swap) (string, error) {
	var out []string
	for _, part := range setting.Split(v) {
		name, err := s.name(k, part)
		if err != nil {
			return "", err
		}
		if name != "" {
			out = append(out, name)
		}
	}
	return strings.Join(out, ","), nil
}

// reshaped is the JSON of a table with the names inside it swapped, its members
// in order.
func reshaped(f setting.Attribute, v string, s swap) (json.RawMessage, error) {
	if v == "" {
		return json.RawMessage("null"), nil
	}
	dec := json.NewDecoder(strings.NewReader(v))
	dec.UseNumber()
	var tree any
	if err := dec.Decode(&tree); err != nil {
		return nil, fmt.Errorf("transfer: %s: %w", f.Name, err)
	}
	for _, in := range f.Inside {
		var err error
		if tree, err = swapInside(tree, strings.Split(in.Path, "."), in, s); err != nil {
			return nil, err
		}
	}
	return encoded(tree)
}

// swapInside follows a path through a table and swaps what stands at its end.
// An id is a number, or a text where ids are quoted; a code is a text.
func swapInside(at any, path []string, in setting.Inside, s swap) (any, error) {
	if len(path) == 0 {
		return swapOne(at, in, s)
	}
	var err error
	switch node := at.(type) {
	case []any:
		if path[0] == "*" {
			for i := range node {
				if node[i], err = swapInside(node[i], path[1:], in, s); err != nil {
					return nil, err
				}
			}
		}
	case map[string]any:
		for name := range node {
			if path[0] != "*" && path[0] != name {
				continue
			}
			if node[name], err = swapInside(node[name], path[1:], in, s); err != nil {
				return nil, err
			}
		}
	}
	return at, nil
}

func swapOne(at any, in setting.Inside, s swap) (any, error) {
	var name string
	switch v := at.(type) {
	case json.Number:
		name = v.String()
	case string:
		name = v
	default:
		return at, nil
	}
	if name == "0" {
		name = ""
	}
	if name != "" {
		other, err := s.name(in.Kind, name)
		switch {
		case err == nil:
			name = other
		case !in.Quoted || fault.All(err) == nil: // what somebody typed may be any text
			return nil, err
		}
	}
	switch {
	case !s.ids || in.Quoted:
		return name, nil
	case name == "":
		return json.Number("0"), nil
	}
	return json.Number(name), nil
}

// encoded is a value as JSON that keeps < and > as they are.
func encoded(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("transfer: %w", err)
	}
	return bytes.TrimSpace(b.Bytes()), nil
}
