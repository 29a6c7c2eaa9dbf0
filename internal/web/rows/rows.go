// Package rows is a form made of lists of rows, and lists within those, as it
// was typed: rows are added, removed, copied and moved on the server, so that a
// page of them works without script, and nothing typed is lost, be it right or
// wrong. Inputs are named as faults point at them: "plan[2].questions[1].name".
package rows

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
)

// Row is the inputs of a row by their names, and the lists in it. The form as a
// whole is one, too.
type Row struct {
	Text  map[string]string
	Lists map[string][]*Row
}

// Bounds of a form: how many rows a list can be asked for, and how deep lists
// stand in lists.
const (
	mostRows = 400
	deepest  = 3
)

// New is a row with these inputs, as name and text by turns.
func New(pairs ...string) *Row {
	r := &Row{Text: map[string]string{}, Lists: map[string][]*Row{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		r.Text[pairs[i]] = pairs[i+1]
	}
	return r
}

// Get is what was typed into an input, without the space around it and with
// plain line ends.
func (r *Row) Get(name string) string {
	return strings.TrimSpace(strings.ReplaceAll(r.Text[name], "\r\n", "\n"))
}

// Add puts rows at the end of a list.
func (r *Row) Add(list string, more ...*Row) { r.Lists[list] = append(r.Lists[list], more...) }

// At names the n-th row of a list, counted from 0, as inputs and faults do.
func At(list string, n int) string { return list + "[" + strconv.Itoa(n+1) + "]" }

// Read takes the lists of these names out of a form; other inputs are not its
// business. Gaps between numbers close.
func Read(v url.Values, lists ...string) *Row {
	top := New()
	for _, name := range slices.Sorted(maps.Keys(v)) {
		steps, input, ok := cut(name)
		if !ok || len(steps) == 0 || len(steps) > deepest || !slices.Contains(lists, steps[0].list) {
			continue
		}
		at := top
		for _, s := range steps {
			at = at.reach(s)
		}
		at.Text[input] = v.Get(name)
	}
	top.close()
	return top
}

type step struct {
	list string
	n    int // from 1
}

// cut takes a name apart: the way to a row, and the input in it.
func cut(name string) (way []step, input string, ok bool) {
	parts := strings.Split(name, ".")
	for _, p := range parts[:len(parts)-1] {
		s, ok := cutStep(p)
		if !ok {
			return nil, "", false
		}
		way = append(way, s)
	}
	input = parts[len(parts)-1]
	return way, input, input != "" && !strings.ContainsAny(input, "[]")
}

func cutStep(text string) (step, bool) {
	list, rest, ok := strings.Cut(text, "[")
	number, closed := strings.CutSuffix(rest, "]")
	n, err := strconv.Atoi(number)
	return step{list, n}, ok && closed && err == nil && list != "" && n >= 1 && n <= mostRows
}

// reach is the row at a step, made when it is not there.
func (r *Row) reach(s step) *Row {
	for len(r.Lists[s.list]) < s.n {
		r.Lists[s.list] = append(r.Lists[s.list], nil)
	}
	if r.Lists[s.list][s.n-1] == nil {
		r.Lists[s.list][s.n-1] = New()
	}
	return r.Lists[s.list][s.n-1]
}

// close takes out the rows that nobody sent.
func (r *Row) close() {
	for name, list := range r.Lists {
		r.Lists[name] = slices.DeleteFunc(list, func(o *Row) bool { return o == nil })
		for _, o := range r.Lists[name] {
			o.close()
		}
	}
}

// Deed is something done to a list of rows.
type Deed string

// The deeds.
const (
	Add  Deed = "add"  // at names the list
	Drop Deed = "drop" // the others a row
	Up   Deed = "up"
	Down Deed = "down"
	Copy Deed = "copy"
)

// Do does something at a row or list, and names the row that it is about then,
// "" for none. What cannot be done, as moving the first row up, is not done.
func (r *Row) Do(d Deed, at string, fresh func(list string) *Row) (string, error) {
	way := strings.Split(at, ".")
	owner, path := r, ""
	for _, p := range way[:len(way)-1] {
		s, ok := cutStep(p)
		if !ok || s.n > len(owner.Lists[s.list]) {
			return "", fault.New(fault.Invalid, "rows.no_such_row")
		}
		owner, path = owner.Lists[s.list][s.n-1], path+p+"."
	}
	last := way[len(way)-1]
	if d == Add {
		if len(owner.Lists[last]) >= mostRows || len(way) > deepest {
			return "", fault.New(fault.Invalid, "rows.too_many").With("max", mostRows)
		}
		owner.Add(last, fresh(last))
		return path + At(last, len(owner.Lists[last])-1), nil
	}
	s, ok := cutStep(last)
	list := owner.Lists[s.list]
	if !ok || s.n > len(list) {
		return "", fault.New(fault.Invalid, "rows.no_such_row")
	}
	n := s.n - 1
	switch d {
	case Drop:
		owner.Lists[s.list] = slices.Delete(list, n, n+1)
		if n = min(n, len(list)-2); n < 0 {
			return "", nil
		}
	case Up, Down:
		to := n - 1
		if d == Down {
			to = n + 1
		}
		if to >= 0 && to < len(list) {
			list[n], list[to] = list[to], list[n]
			n = to
		}
	case Copy:
		owner.Lists[s.list] = slices.Insert(list, n+1, list[n].clone())
		n++
	default:
		return "", fault.New(fault.Invalid, "rows.no_such_row")
	}
	return path + At(s.list, n), nil
}

func (r *Row) clone() *Row {
	out := New()
	maps.Copy(out.Text, r.Text)
	for name, list := range r.Lists {
		for _, o := range list {
			out.Add(name, o.clone())
		}
	}
	return out
}
