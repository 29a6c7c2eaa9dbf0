package cmdb

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
)

var errNoObjects = errors.New("no object of NetBox in it")

// netboxObject is one, its fields by name.
type netboxObject map[string]any

func (o netboxObject) text(field string) string {
	s, _ := o[field].(string)
	return strings.TrimSpace(s)
}

func (o netboxObject) name() string {
	return cmp.Or(o.text("name"), o.text("model"), o.text("display"))
}

// number is one as text; NetBox writes some as strings.
func (o netboxObject) number(field string) string {
	s := o.text(field)
	if n, ok := o[field].(json.Number); ok {
		s = n.String()
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return ""
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// ref is the key of what a field refers to, 0 for nothing.
func (o netboxObject) ref(field string) int64 {
	v := o[field]
	if m, ok := v.(map[string]any); ok {
		v = m["id"]
	}
	n, ok := v.(json.Number)
	if !ok {
		return 0
	}
	id, _ := strconv.ParseInt(n.String(), 10, 64)
	return id
}

func (o netboxObject) nested(field string) netboxObject {
	m, _ := o[field].(map[string]any)
	return m
}

func (o netboxObject) list(field string) (out []netboxObject) {
	list, _ := o[field].([]any)
	for _, v := range list {
		if m, ok := v.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

// choice is the value of a field with a fixed set of them.
func (o netboxObject) choice(field string) string {
	return cmp.Or(o.text(field), o.nested(field).text("value"))
}

// kind is a model that a field names: "dcim.interface", its two parts, or the
// key of a content type.
func (o netboxObject) kind(field string, types map[int64]netboxObject) string {
	switch v := o[field].(type) {
	case string:
		return v
	case []any:
		if len(v) == 2 {
			app, _ := v[0].(string)
			model, _ := v[1].(string)
			return app + "." + model
		}
	case json.Number:
		if t := types[o.ref(field)]; t != nil {
			return t.text("app_label") + "." + t.text("model")
		}
	}
	return ""
}

// readNetBox hands on every object of an export: of lists, of pages of the REST
// interface ("results"), of several of these after or beside each other.
func readNetBox(r io.Reader, take func(netboxKey, netboxObject) error) error {
	d := json.NewDecoder(r)
	for n := 0; ; n++ {
		err := readValue(d, take, 0)
		if errors.Is(err, io.EOF) && n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// readValue reads one value; lists are read object by object, so that only
// what is taken is held.
func readValue(d *json.Decoder, take func(netboxKey, netboxObject) error, depth int) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	if token != json.Delim('[') && token != json.Delim('{') {
		return errNoObjects
	}
	if token == json.Delim('{') {
		return readPage(d, take, depth)
	}
	for d.More() {
		if err := readObject(d, take); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

// readPage reads a page, or an object of pages.
func readPage(d *json.Decoder, take func(netboxKey, netboxObject) error, depth int) error {
	object := map[string]json.RawMessage{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return err
		}
		switch raw = bytes.TrimSpace(raw); {
		case name == "results" || raw[0] == '[' && depth == 0:
			err = readValue(json.NewDecoder(bytes.NewReader(raw)), take, depth+1)
		case raw[0] == '{' && depth == 0 && bytes.Contains(raw, []byte(`"results"`)):
			err = readValue(json.NewDecoder(bytes.NewReader(raw)), take, depth+1)
		default:
			object[name.(string)] = raw // the key of an object is a string
		}
		if err != nil && !errors.Is(err, errNoObjects) {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// readObject reads one object and hands it on; its model is "" when it does not
// say what it is.
func readObject(d *json.Decoder, take func(netboxKey, netboxObject) error) error {
	var raw json.RawMessage
	if err := d.Decode(&raw); err != nil {
		return err
	}
	if deep(raw) {
		return fault.At("file", "cmdb.intake.too_deep").With("limit", maxDepth)
	}
	var o netboxObject
	exact := json.NewDecoder(bytes.NewReader(raw))
	exact.UseNumber()
	if err := exact.Decode(&o); err != nil {
		return err
	}
	if fields := o.nested("fields"); fields != nil && o.text("model") != "" {
		return take(netboxKey{o.text("model"), o.ref("pk")}, fields)
	}
	if model := modelOf(o.text("url")); model != "" {
		return take(netboxKey{model, o.ref("id")}, o)
	}
	return take(netboxKey{}, nil)
}

// modelOf tells the model from the address of an object:
// https://host/api/dcim/device-types/4/ is a dcim.devicetype.
func modelOf(url string) string {
	_, path, ok := strings.Cut(url, "/api/")
	parts := strings.Split(path, "/")
	if !ok || len(parts) < 3 {
		return ""
	}
	many := strings.ReplaceAll(parts[1], "-", "")
	switch {
	case strings.HasSuffix(many, "addresses"):
		many = strings.TrimSuffix(many, "es")
	default:
		many = strings.TrimSuffix(many, "s")
	}
	return parts[0] + "." + many
}

// deep reports whether JSON has more values within each other than is sane.
func deep(raw []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}
