package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kilter/internal/base/fault"
)

// body says what an operation takes.
type body struct {
	Types  []string      // JSON when none
	Schema *schema       // of a JSON body
	Stream bool          // the operation reads it itself
	Limit  int64         // bytes; the ordinary limit when 0
	Time   time.Duration // in which it must have arrived
}

// schema describes a value: by a Go type, or by hand where the practice says
// what there is.
type schema struct {
	Of   reflect.Type
	Hand *huma.Schema
	Name string    // under which the document keeps it, "" to write it in place
	Uses []*schema // what it refers to
	Page string    // the name of what its items are
}

func of[T any]() *schema { return &schema{Of: reflect.TypeFor[T]()} }

// gives says what an operation answers with.
type gives struct {
	Status int
	Type   string // JSON when ""
	Schema *schema
}

const (
	jsonType  = "application/json"
	mergeType = "application/merge-patch+json"
	lineType  = "application/x-ndjson"
	csvType   = "text/csv"
	xlsxType  = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	anyType   = "application/octet-stream"
)

func (b *body) types() []string {
	if len(b.Types) == 0 {
		return []string{jsonType}
	}
	return b.Types
}

func (b *body) limit() int64 {
	if b.Limit == 0 {
		return bodyLimit
	}
	return b.Limit
}

// object is a JSON object as it was sent, its members in order of their names.
type object map[string]json.RawMessage

func (o object) names() []string { return slices.Sorted(maps.Keys(o)) }

// object reads the body as one JSON object.
func (c *call) object() (object, error) { return readObject(c.raw) }

func readObject(raw []byte) (object, error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return object{}, nil
	}
	var o object
	if err := strictly(raw, &o); err != nil {
		return nil, err
	}
	if o == nil {
		return nil, fault.New(fault.Invalid, "api.not_an_object")
	}
	return o, nil
}

// into reads the body into v, a pointer to a struct. Members the struct does
// not have are faults, each with its place.
func (c *call) into(v any) error { return strictly(c.raw, v) }

func strictly(raw []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			return fault.New(fault.Invalid, "api.not_json").With("at", d.InputOffset())
		}
		return nil
	}
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		return f
	}
	if bad, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if bad.Field == "" {
			return fault.New(fault.Invalid, "api.not_an_object")
		}
		return fault.At(bad.Field, "api.not_a_"+jsonKind(bad.Type))
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return fault.At(strings.Trim(name, `"`), "api.unknown_member")
	}
	return fault.New(fault.Invalid, "api.not_json").With("at", d.InputOffset())
}

// jsonKind is what JSON calls a Go type.
func jsonKind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "boolean"
	case reflect.Int, reflect.Int64, reflect.Float64:
		return "number"
	case reflect.Slice, reflect.Array:
		return "list"
	case reflect.Struct, reflect.Map:
		return "object"
	}
	return "string"
}

// member reads one member of an object; absent and null leave v as it is.
func member[T any](o object, name string, v *T) error {
	raw, ok := o[name]
	if !ok || string(raw) == "null" {
		return nil
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return fault.At(name, "api.not_a_"+jsonKind(reflect.TypeFor[T]()))
	}
	return nil
}

// row is a JSON object whose members keep their order.
type row []pair

type pair struct {
	name  string
	value any
}

func (r *row) put(name string, value any) { *r = append(*r, pair{name, value}) }

func (r row) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, p := range r {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(p.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(p.value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// only keeps the members the caller asked for by fields=, and the number.
func (c *call) only(r row) row {
	names := c.list("fields")
	if len(names) == 0 {
		return r
	}
	return slices.DeleteFunc(r, func(p pair) bool {
		return p.name != "number" && p.name != "id" && !slices.Contains(names, p.name)
	})
}

// Schema is what the OpenAPI document says of a row: every row that a Go type
// holds is a line of a list of records.
func (row) Schema(huma.Registry) *huma.Schema { return refer("Row") }
