package history

import (
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"kilter/internal/base/eventlog"
	"kilter/internal/base/fault"
	"kilter/internal/practice/query"
)

// near is the message for a word that is none of several: it proposes the one
// that is most likely meant, where one is near.
func near(f *fault.Fault, word string, choices []string) *fault.Fault {
	if n := query.Nearest(word, choices); n != "" {
		f.Key += "_near"
		return f.With("near", n)
	}
	return f
}

func fieldNames() []string {
	out := make([]string, len(Fields))
	for i, f := range Fields {
		out[i] = string(f)
	}
	return out
}

// fieldWord is the field whose columns are usually called so, else the word.
func fieldWord(word string) string {
	for _, f := range Fields {
		if slices.ContainsFunc(usual[f], func(name string) bool { return bare(name) == bare(word) }) {
			return string(f)
		}
	}
	return word
}

// keys are the words of a map that are not fields, states or columns.
var keys = []string{
	"source", "shape", "file", "times", "missing", "columns", "states", "unlisted", "values", "extra",
	"format", "delimiter", "encoding", "sheet", "defaults", "zone", "column", "join", "default", "state", "reason",
}

var unknownKey = regexp.MustCompile(`^\[(\d+):\d+\] unknown field "([^"]*)"`)

// unreadable says what is wrong with a map that is not even a map.
func unreadable(err error) error {
	text := yaml.FormatError(err, false, false)
	if m := unknownKey.FindStringSubmatch(text); m != nil {
		f := fault.At("map", "history.map.no_such_key").With("line", m[1]).With("value", m[2]).With("choices", strings.Join(keys[:10], ", "))
		return near(f, m[2], keys)
	}
	return fault.At("map", "history.map.yaml").With("detail", text)
}

// trying is how the format of the times of one field fares in the first pass.
type trying struct {
	tried, fit int
	odd        []string // values that do not fit
}

// The bounds of trying.
const (
	mostTried = 1000
	mostOdd   = 100
	fewTried  = 20 // of a field that is not the time of the rows, before it is called wrong
)

// try notes whether the first values of a field with times can be read.
func (t *telling) try(f Field, value string) {
	reading := t.Map.readings[string(f)]
	if value == "" || reading == nil || zeroDate(value) {
		return
	}
	tr := t.tries[f]
	if tr == nil {
		tr = &trying{}
		t.tries[f] = tr
	}
	if tr.tried >= mostTried {
		return
	}
	tr.tried++
	if _, err := reading.Parse(value); err == nil {
		tr.fit++
	} else if len(tr.odd) < mostOdd {
		tr.odd = append(tr.odd, value)
	}
}

// formats is a fault when no value of a field fits the format that the map
// says, with a value as it stands in the log and the format it seems to have.
func (t *telling) formats() error {
	var many fault.Many
	for _, f := range []Field{Time, Opened, Resolved, Closed} {
		tr := t.tries[f]
		if tr == nil || tr.fit > 0 || f != Time && tr.tried < fewTried {
			continue
		}
		fa := fault.At("columns."+string(f), "history.map.no_time_fits").With("column", t.column(f)).With("value", tr.odd[0])
		if likely := eventlog.Guess(tr.odd); len(likely) > 0 {
			fa.Key = "history.map.other_format"
			fa = fa.With("likely", strings.Join(likely, " | "))
		}
		many = append(many, fa)
	}
	return many.Err()
}

// zeroDate is how some databases write that there is no moment.
func zeroDate(value string) bool {
	return strings.HasPrefix(value, "0000-00-00") || strings.HasPrefix(value, "0001-01-01")
}

// GuessTimes sets the format of times from rows of the log, where its values
// need one and it can be told.
func (m *Map) GuessTimes(rows []eventlog.Row) {
	for _, f := range []Field{Time, Opened, Resolved, Closed} {
		var values []string
		for _, row := range rows {
			if v := m.value(row.Attrs, f); v != "" && v != "NULL" && v != "?" && !zeroDate(v) {
				values = append(values, v)
			}
		}
		if formats := eventlog.Guess(values); len(formats) > 0 && !slices.Contains(formats, "auto") && len(m.Times.Format) == 0 {
			m.Times.Format = words{formats[0]}
		}
	}
}
