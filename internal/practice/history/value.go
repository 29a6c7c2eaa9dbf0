package history

import (
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/eventlog"
)

// stated reads the moments that a row states of its record as a whole.
func (t *telling) stated(s *step, row eventlog.Row) error {
	for _, f := range []Field{Opened, Resolved, Closed} {
		v := t.Map.value(row.Attrs, f)
		if v == "" || zeroDate(v) {
			continue
		}
		at, err := t.Map.readings[string(f)].Parse(v)
		if err != nil {
			if err := t.ignore(s.line, f, BadTime, v); err != nil {
				return err
			}
			continue
		}
		s.values[f] = at.UTC().Format(time.RFC3339Nano)
	}
	return nil
}

// checkValues brings figures and choices into Kilter's form; what cannot be
// is reported and left out.
func (t *telling) checkValues(s *step) error {
	for _, f := range []Field{Impact, Urgency, Priority} {
		if err := t.turn(s, f, BadLevel, func(v string) (string, bool) {
			n, ok := level(v)
			return strconv.Itoa(n), ok
		}); err != nil {
			return err
		}
	}
	for _, f := range []Field{Reassigned, Reopened} {
		if err := t.turn(s, f, BadNumber, func(v string) (string, bool) {
			n, err := strconv.ParseFloat(v, 64)
			const most = 1e6
			return strconv.Itoa(int(max(0, min(n, most)))), err == nil && n >= 0 && n <= most
		}); err != nil {
			return err
		}
	}
	if err := t.turn(s, InTarget, BadYesNo, func(v string) (string, bool) {
		is, ok := yes(v)
		return strconv.FormatBool(is), ok
	}); err != nil {
		return err
	}
	return t.turn(s, Reason, BadReason, func(v string) (string, bool) { return v, slices.Contains(t.Life.Reasons, v) })
}

func (t *telling) turn(s *step, f Field, key string, read func(string) (string, bool)) error {
	v, ok := s.values[f]
	if !ok {
		return nil
	}
	turned, ok := read(v)
	if ok {
		s.values[f] = turned
		return nil
	}
	delete(s.values, f)
	return t.ignore(s.line, f, key, v)
}

// ignore reports a value that was not used in a row that was.
func (t *telling) ignore(line int, f Field, key, value string) error {
	return t.refuse(Reject{Line: line, Column: t.column(f), Key: key, Value: value, Used: true})
}
