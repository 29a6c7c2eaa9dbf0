package form

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
)

// Answers are what was answered, by the names of the questions; nothing is the
// empty string. A table is the JSON of its rows, each a map of columns.
type Answers map[string]string

// Refers reports a fault unless the one who answers may name the thing of that
// type and id; field is what the fault is at.
type Refers func(t Type, field, id string) error

// Accept checks answers and gives them as they are kept: those of questions
// that are asked, and no others. Every fault is at prefix and the question's
// name; of a table at prefix, name, row from 1 and column with dots between.
func (f Form) Accept(given Answers, prefix string, refers Refers) (Answers, error) {
	var many fault.Many
	for name, v := range given {
		if _, ok := f.Find(name); !ok && v != "" {
			many = append(many, fault.At(prefix+name, "form.no_such_question"))
		}
	}
	out := Answers{}
	for _, q := range f.Asked(given) {
		v, err := q.accept(given[q.Name], prefix+q.Name, refers)
		if err := many.Add(err); err != nil {
			return nil, err
		}
		if v != "" {
			out[q.Name] = v
		}
	}
	slices.SortStableFunc(many, func(a, b *fault.Fault) int { return strings.Compare(a.Field, b.Field) })
	return out, many.Err()
}

func (q Question) accept(v, at string, refers Refers) (string, error) {
	if q.Type == Table {
		return q.acceptTable(v, at, refers)
	}
	if q.Type != Long {
		v = strings.TrimSpace(v)
	}
	if strings.TrimSpace(v) == "" || q.Type == Yes && slices.Contains([]string{"false", "0", "off"}, v) {
		if q.Required {
			return "", fault.At(at, "record.required")
		}
		return "", nil
	}
	switch q.Type {
	case Number:
		return q.acceptNumber(v, at)
	case Choice:
		return v, q.chosen(v, at)
	case Several:
		var out []string
		for _, one := range split(v) {
			if err := q.chosen(one, at); err != nil {
				return "", err
			}
			if !slices.Contains(out, one) {
				out = append(out, one)
			}
		}
		return strings.Join(out, ","), nil
	case Yes:
		if !slices.Contains([]string{"true", "1", "on"}, v) {
			return "", fault.At(at, "record.not_yes_no")
		}
		return "true", nil
	case Date:
		if d, err := time.Parse(time.DateOnly, v); err != nil || d.Year() < 1900 || d.Year() > 2200 {
			return "", fault.At(at, "record.not_a_date")
		}
		return v, nil
	case Person, Department, Item:
		if n, err := strconv.ParseInt(v, 10, 64); err != nil || n <= 0 {
			return "", fault.At(at, "record.not_a_number")
		}
		if refers != nil {
			return v, refers(q.Type, at, v)
		}
		return v, nil
	case File:
		if _, ok := ParseFile(v); !ok {
			return "", fault.At(at, "form.no_file")
		}
		return v, nil
	}
	return q.acceptText(v, at)
}

func (q Question) acceptText(v, at string) (string, error) {
	most := longestText
	if q.Type == Long {
		most, v = longestLong, strings.ReplaceAll(v, "\r\n", "\n")
	} else {
		v = strings.Join(strings.Fields(v), " ")
	}
	if q.Max > 0 {
		most = min(q.Max, most)
	}
	if n := utf8.RuneCountInString(v); n > most {
		return "", fault.At(at, "record.too_long").With("max", most).With("length", n)
	}
	if strings.ContainsRune(v, 0) || !utf8.ValidString(v) {
		return "", fault.At(at, "record.not_text")
	}
	if re, err := whole(q.Pattern); err != nil || re != nil && !re.MatchString(v) {
		return "", fault.At(at, "form.no_match").With("help", q.Help.Both())
	}
	return v, nil
}

func (q Question) acceptNumber(v, at string) (string, error) {
	n, err := number(v)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) || strings.ContainsAny(v, "xXpP_nN") {
		return "", fault.At(at, "record.not_a_number")
	}
	low, high := -1e15, 1e15
	if q.Low != nil {
		low = *q.Low
	}
	if q.High != nil {
		high = *q.High
	}
	if n < low || n > high {
		return "", fault.At(at, "record.out_of_range").With("low", low).With("high", high)
	}
	return v, nil
}

func (q Question) chosen(v, at string) error {
	if slices.ContainsFunc(q.Options, func(o Option) bool { return o.Code == v }) {
		return nil
	}
	codes := make([]string, len(q.Options))
	for i, o := range q.Options {
		codes[i] = o.Code
	}
	return fault.At(at, "record.not_a_choice").With("choices", strings.Join(codes, ", "))
}

func (q Question) acceptTable(v, at string, refers Refers) (string, error) {
	rows, err := Rows(v)
	if err != nil {
		return "", fault.At(at, "form.not_a_table")
	}
	rows = slices.DeleteFunc(rows, func(r map[string]string) bool {
		for _, cell := range r {
			if strings.TrimSpace(cell) != "" {
				return false
			}
		}
		return true
	})
	most := mostRows
	if q.Max > 0 {
		most = min(q.Max, most)
	}
	if len(rows) > most {
		return "", fault.At(at, "form.too_many_rows").With("max", most).With("rows", len(rows))
	}
	if len(rows) == 0 {
		if q.Required {
			return "", fault.At(at, "record.required")
		}
		return "", nil
	}
	var many fault.Many
	kept := make([]Answers, len(rows))
	for i, r := range rows {
		one, err := Form(q.Columns).Accept(r, at+"."+strconv.Itoa(i+1)+".", refers)
		if err := many.Add(err); err != nil {
			return "", err
		}
		kept[i] = one
	}
	if err := many.Err(); err != nil {
		return "", err
	}
	text, err := json.Marshal(kept)
	return string(text), err
}

// Rows reads the answer to a table.
func Rows(v string) ([]map[string]string, error) {
	if strings.TrimSpace(v) == "" {
		return nil, nil
	}
	var rows []map[string]string
	err := json.Unmarshal([]byte(v), &rows)
	return rows, err
}

// Stored is a file that answers a question. Its hash tells for ever what was
// handed in.
type Stored struct {
	ID     int64
	SHA256 string // in hex, "" until it is attached
	Name   string
}

// Text is how an answer names a file: number, hash and name with bars between.
func (s Stored) Text() string { return strconv.FormatInt(s.ID, 10) + "|" + s.SHA256 + "|" + s.Name }

// ParseFile reads what Text writes.
func ParseFile(v string) (Stored, bool) {
	parts := strings.SplitN(v, "|", 3)
	if len(parts) != 3 {
		return Stored{}, false
	}
	n, err := strconv.ParseInt(parts[0], 10, 64)
	return Stored{n, parts[1], parts[2]}, err == nil && n > 0 && parts[2] != ""
}

func split(v string) []string {
	var out []string
	for part := range strings.SplitSeq(v, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
