package transfer

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"kilter/internal/base/fault"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// The most that a file may hold.
const (
	maxLines = 400_000
	maxLine  = 4 << 20 // bytes
	maxCode  = 200     // bytes
)

// reader is a plan in the making.
type reader struct {
	*Plan
	ctx     context.Context
	place   map[named]*move
	ids     map[named]int64 // of things and persons, those of the file included
	persons map[string]*setting.Thing
	spoilt  []Line // and those of cargo
	crated  map[named]bool
}

// Read reads a file and works out what bringing it in would do.
func (r *Removal) Read(ctx context.Context, by people.Actor, name string, from io.Reader) (*Plan, error) {
	if err := by.May(setting.DeedImport); err != nil {
		return nil, err
	}
	w := &reader{
		Plan: &Plan{File: name, Counts: map[directory.Deed]int{}, removal: r, by: by},
		ctx:  ctx, place: map[named]*move{}, ids: map[named]int64{}, persons: map[string]*setting.Thing{}, crated: map[named]bool{},
	}
	if err := w.gather(); err != nil {
		return nil, err
	}
	if err := w.lines(from); err != nil {
		return nil, err
	}
	for _, m := range w.moves {
		if err := w.fill(m); err != nil {
			return nil, err
		}
	}
	if err := w.check(); err != nil {
		return nil, err
	}
	w.sum(w.spoilt)
	return w.Plan, nil
}

// gather learns what is there.
func (w *reader) gather() error {
	for _, s := range w.removal.Shelves {
		for _, t := range w.removal.Desk.Keeper.All().Of(s.Kind) {
			w.ids[named{t.Kind, t.Code}] = t.ID
		}
	}
	all, err := w.removal.everybody(w.ctx)
	if err != nil {
		return err
	}
	for _, p := range all {
		t, err := setting.OfPerson(p)
		if err != nil {
			return err
		}
		w.persons[t.Code], w.ids[named{setting.Human, t.Code}] = t, t.ID
	}
	return nil
}

// lines reads the file: its head, then a thing a line.
func (w *reader) lines(from io.Reader) error {
	scan := bufio.NewScanner(from)
	scan.Buffer(nil, maxLine)
	for n := 1; scan.Scan(); n++ {
		if n > maxLines {
			return fault.New(fault.TooMuch, "directory.import_too_long").With("max", maxLines)
		}
		text := bytes.TrimSpace(bytes.TrimPrefix(scan.Bytes(), []byte("\ufeff")))
		if n == 1 {
			if err := headed(text); err != nil {
				return err
			}
			continue
		}
		if len(text) == 0 {
			continue
		}
		if err := w.line(n, text); err != nil {
			return err
		}
	}
	if err := scan.Err(); errors.Is(err, bufio.ErrTooLong) {
		return fault.New(fault.TooMuch, "transfer.line_too_long").With("max", maxLine>>20)
	} else if err != nil {
		return fmt.Errorf("transfer: %w", err)
	}
	if len(w.moves)+len(w.spoilt) == 0 {
		return fault.At("file", "directory.import_empty")
	}
	return nil
}

// headed reads the first line.
func headed(text []byte) error {
	var h head
	if err := json.Unmarshal(text, &h); err != nil || h.Kilter != string(setting.Whole) {
		return fault.At("file", "transfer.no_head")
	}
	if h.Form != Form {
		return fault.At("file", "transfer.other_form").With("form", h.Form).With("known", Form)
	}
	return nil
}

// line takes one thing in, or notes why not.
func (w *reader) line(n int, text []byte) error {
	var said struct {
		Kind    setting.Kind               `json:"kind"`
		Code    string                     `json:"code"`
		Retired *bool                      `json:"retired"`
		Fields  map[string]json.RawMessage `json:"fields"`
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&said); err != nil {
		w.spoil(Line{Line: n, Kind: said.Kind, Code: said.Code}, fault.At("", "transfer.not_json").With("why", err.Error()))
		return nil
	}
	key := named{said.Kind, said.Code}
	l := Line{Line: n, Kind: key.kind, Code: key.code}
	if cargo, is := w.removal.cargo(key.kind); is && isCode(key.code) {
		return w.crate(cargo, Crate{key.code, said.Retired, fieldsOf(text)}, l)
	}
	s, known := w.removal.shelf(key.kind, key.code)
	switch {
	case key.kind == "" || key.code == "":
		w.spoil(l, fault.At("code", "transfer.no_code"))
		return nil
	case !known:
		w.spoil(l, fault.At("kind", "transfer.no_such_kind").With("kind", string(key.kind)))
		return nil
	case !isCode(key.code):
		w.spoil(l, fault.At("code", "setting.bad_code"))
		return nil
	case w.place[key] != nil:
		w.spoil(l, fault.At("code", "directory.import_twice").With("code", key.code))
		return nil
	}
	m := &move{line: n, shelf: s, retired: said.Retired, fields: said.Fields}
	t := &setting.Thing{ID: int64(-1 - len(w.moves)), Kind: key.kind, Code: key.code}
	held := w.persons[key.code]
	if key.kind != setting.Human {
		held = w.removal.Desk.Keeper.All().Coded(key.kind, key.code)
	}
	if held != nil {
		copied := *held
		t, m.before = &copied, held
	}
	w.moves, w.place[key], w.ids[key] = append(w.moves, m), m, t.ID
	var err error
	m.form, err = s.Open(t)
	return err
}

func (w *reader) spoil(l Line, f *fault.Fault) {
	l.Deed, l.Faults = directory.Faulty, []*fault.Fault{f}
	w.spoilt = append(w.spoilt, l)
}

// isCode reports whether a word can be a code: what other tools called persons
// is wider than what the pages let somebody type.
func isCode(word string) bool {
	return word != "" && len(word) <= maxCode && word == strings.TrimSpace(word) && !strings.ContainsFunc(word, unicode.IsControl) && !strings.Contains(word, ",")
}

// fill puts what a line says into its thing.
func (w *reader) fill(m *move) error {
	retired := m.form.Retired
	m.form.Retired = false // a field that joins the two tells of the other
	m.was = m.shelf.Values(m.form)
	if m.retired != nil {
		if retired = *m.retired; m.shelf.Code != "" {
			m.faults = append(m.faults, fault.At("retired", "setting.no_such_field").With("field", "retired"))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.fields)) {
		f, ok := m.shelf.Find(name)
		if !ok || name == "code" {
			m.faults = append(m.faults, fault.At(name, "setting.no_such_field").With("field", name))
			continue
		}
		v, err := written(f, m.fields[name], swap{name: w.id(name), ids: true})
		if err == nil && v != f.Get(m.form) {
			err = f.Set(m.form, v)
		}
		if err := m.faults.Add(err); err != nil {
			return err
		}
	}
	m.changes = m.shelf.Diff(m.was, m.form)
	m.form.Retired = retired
	m.allow(w.by)
	return nil
}

// allow faults a change that the one who brings it may not make.
func (m *move) allow(by people.Actor) {
	if m.changed() && !by.Can(m.shelf.Deed) {
		key := "transfer.not_allowed"
		if m.shelf.Deed == AtShell {
			key = "transfer.at_shell"
		}
		m.faults = append(m.faults, fault.At("kind", key).With("deed", m.shelf.Deed))
		return
	}
	for _, c := range m.changes {
		if f, ok := m.shelf.Find(c.Field); ok && f.Grant != "" && !by.Can(f.Grant) {
			m.faults = append(m.faults, fault.At(c.Field, "transfer.not_allowed").With("deed", f.Grant))
		}
	}
}

// id is the id of what a field names by its code: held, or of the same file.
func (w *reader) id(field string) func(setting.Kind, string) (string, error) {
	return func(k setting.Kind, code string) (string, error) {
		id, ok := w.ids[named{k, code}]
		if !ok {
			return "", fault.At(field, "transfer.unknown").With("kind", string(k)).With("value", code)
		}
		return strconv.FormatInt(id, 10), nil
	}
}

// fieldsOf are the fields of a line as they stand there.
func fieldsOf(line []byte) json.RawMessage {
	var said struct {
		Fields json.RawMessage `json:"fields"`
	}
	if json.Unmarshal(line, &said) != nil || len(said.Fields) == 0 {
		return json.RawMessage("{}")
	}
	return said.Fields
}
