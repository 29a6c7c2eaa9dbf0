package maturity

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
)

// mostFaults is what is told of a file at most.
const mostFaults = 20

// File is an assessment as people hand it over (docs/maturity.md).
type File struct {
	Answers   Answers
	Ballots   []Ballot // of several assessors, in the order of their names
	Targets   map[Process]Level
	Earlier   Answers // of an assessment to compare with; nil for none
	Overrides []Override
	On        time.Time // the day for which overrides are looked at
	Rule      *Rule     // instead of the set's
}

// reading reads the parts of a file and gathers what is wrong with them.
type reading struct {
	set  *Set
	many fault.Many
}

func (r *reading) wrong(field, key string, args ...any) {
	if len(r.many) > mostFaults {
		return
	}
	if len(r.many) == mostFaults {
		r.many = append(r.many, fault.At(field, "maturity.file.more"))
		return
	}
	f := fault.At(field, key)
	for i := 0; i+1 < len(args); i += 2 {
		f = f.With(args[i].(string), args[i+1])
	}
	r.many = append(r.many, f)
}

// parts are the keys of a file.
var parts = []string{"answers", "assessors", "targets", "earlier", "overrides", "on", "rule", "note", "expected"}

// Parse reads a file: an object with answers (of one, or of several assessors),
// or the answers by themselves. Faults name the place and the way out.
func (s *Set) Parse(text []byte) (*File, error) {
	r := &reading{set: s}
	top, err := object(text)
	if err != nil {
		return nil, err
	}
	f := &File{}
	if !slices.ContainsFunc(parts, func(p string) bool { return top[p] != nil }) {
		f.Answers = r.answers("", top)
	} else {
		r.parts(f, top)
	}
	if len(f.Answers) == 0 && len(f.Ballots) == 0 && len(r.many) == 0 {
		r.wrong("answers", "maturity.file.no_answers")
	}
	return f, r.many.Err()
}

func object(text []byte) (map[string]json.RawMessage, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	var top map[string]json.RawMessage
	err := json.Unmarshal(text, &top)
	if bad, ok := errors.AsType[*json.SyntaxError](err); ok {
		line := 1 + bytes.Count(text[:min(int(bad.Offset), len(text))], []byte("\n"))
		return nil, fault.At("file", "maturity.file.syntax").With("line", line).With("why", bad.Error())
	}
	if err != nil || top == nil {
		return nil, fault.At("file", "maturity.file.object")
	}
	return top, nil
}

func (r *reading) parts(f *File, top map[string]json.RawMessage) {
	for _, key := range slices.Sorted(maps.Keys(top)) {
		text := top[key]
		switch key {
		case "answers":
			f.Answers = r.answersIn(key, text)
		case "earlier":
			f.Earlier = r.answersIn(key, text)
		case "assessors":
			of := r.fields(key, text)
			for _, name := range slices.Sorted(maps.Keys(of)) {
				f.Ballots = append(f.Ballots, Ballot{name, r.answersIn(key+"."+name, of[name])})
			}
		case "targets":
			f.Targets = r.targets(key, text)
		case "overrides":
			r.overrides(f, text)
		case "on":
			f.On = r.day(key, text)
		case "rule":
			f.Rule = r.rule(text)
		case "note", "expected": // the reader's own
		default:
			r.wrong(key, "maturity.file.unknown", "choices", strings.Join(parts, ", "))
		}
	}
	if len(f.Answers) > 0 && len(f.Ballots) > 0 {
		r.wrong("assessors", "maturity.file.both")
	}
	if len(f.Overrides) > 0 && f.On.IsZero() {
		r.wrong("on", "maturity.file.on")
	}
}

func (r *reading) fields(field string, text json.RawMessage) map[string]json.RawMessage {
	var of map[string]json.RawMessage
	if json.Unmarshal(text, &of) != nil || of == nil {
		r.wrong(field, "maturity.file.fields")
	}
	return of
}

func (r *reading) answersIn(field string, text json.RawMessage) Answers {
	return r.answers(field+".", r.fields(field, text))
}

func (r *reading) answers(before string, of map[string]json.RawMessage) Answers {
	out := Answers{}
	for _, id := range slices.Sorted(maps.Keys(of)) {
		if _, known := r.set.Question(id); !known {
			r.wrong(before+id, "maturity.no_question", "value", id)
			continue
		}
		a, ok := readAnswer(of[id])
		if !ok {
			r.wrong(before+id, "maturity.file.answer", "value", string(of[id]))
			continue
		}
		out[id] = a
	}
	return out
}

func readAnswer(text json.RawMessage) (Answer, bool) {
	var v any
	if json.Unmarshal(text, &v) != nil {
		return "", false
	}
	switch v := v.(type) {
	case nil:
		return Unanswered, true
	case bool:
		if v {
			return Yes, true
		}
		return No, true
	case string:
		a := Answer(v)
		return a, slices.Contains([]Answer{Yes, No, Insufficient, NotApplicable, Unanswered}, a)
	}
	return "", false
}

func (r *reading) targets(field string, text json.RawMessage) map[Process]Level {
	out := map[Process]Level{}
	of := r.fields(field, text)
	for _, code := range slices.Sorted(maps.Keys(of)) {
		var l Level
		switch {
		case !Process(code).Known():
			r.wrong(field+"."+code, "maturity.no_process", "value", code)
		case json.Unmarshal(of[code], &l) != nil:
			r.wrong(field+"."+code, "maturity.no_level", "value", string(of[code]))
		default:
			out[Process(code)] = l
		}
	}
	return out
}

func (r *reading) day(field string, text json.RawMessage) time.Time {
	var day string
	if json.Unmarshal(text, &day) != nil {
		r.wrong(field, "maturity.file.day", "value", string(text))
		return time.Time{}
	}
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		r.wrong(field, "maturity.file.day", "value", day)
	}
	return at
}

func (r *reading) overrides(f *File, text json.RawMessage) {
	var list []map[string]json.RawMessage
	if json.Unmarshal(text, &list) != nil {
		r.wrong("overrides", "maturity.file.list")
		return
	}
	for i, of := range list {
		place := "overrides." + strconv.Itoa(i+1)
		var o Override
		words := map[string]*string{"question": &o.Question, "reason": &o.Reason, "evidence": &o.Evidence, "by": &o.By}
		for _, key := range slices.Sorted(maps.Keys(of)) {
			switch {
			case words[key] != nil:
				if json.Unmarshal(of[key], words[key]) != nil {
					r.wrong(place+"."+key, "maturity.file.text")
				}
			case key == "answer":
				o.Answer, _ = readAnswer(of[key])
			case key == "on":
				o.On = r.day(place+".on", of[key])
			default:
				r.wrong(place+"."+key, "maturity.file.unknown", "choices", "question, answer, reason, evidence, by, on")
			}
		}
		for _, bad := range fault.All(o.Check(r.set)) {
			r.wrong(place+"."+bad.Field, bad.Key, "value", bad.Args["value"])
		}
		f.Overrides = append(f.Overrides, o)
	}
}

func (r *reading) rule(text json.RawMessage) *Rule {
	rule := r.set.Rule
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if d.Decode(&rule) != nil || rule.OthersAtLeast < 0 {
		r.wrong("rule", "maturity.file.rule")
	}
	for _, n := range rule.At {
		if n < 0 {
			r.wrong("rule", "maturity.file.rule")
		}
	}
	return &rule
}
