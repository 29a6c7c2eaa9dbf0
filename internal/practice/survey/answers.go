package survey

import (
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/query"
)

// Answers are the answers of a survey as columns, one value a respondent; NaN
// is a missing one.
type Answers struct {
	N            int
	Lines        []int  // of the file, where each stands; nil when not known
	Items        []Item // in the order of their P columns, which is that of asking
	Of           map[Form][][]float64
	NA           int // answers "cannot judge" among the missing ones
	Satisfaction [][]float64
	Weights      [][]float64 // of the dimensions that have a column of points, in their order
	Groups       [][]string
	Pace         []float64 // median seconds an item; nil when not known
	Inattentive  []bool
	Came         []float64 // when each answer came: any number that grows; nil when not known
	Named        [3][]int  // dimensions named as mattering most, second, least; -1 for none, nil when not asked
	Unused       []string  // headings that the spec does not name
}

// What is reported of a file at most, and how many respondents it may have.
const (
	mostFaults = 20
	mostRows   = 1 << 20
)

// Read reads the next row of a table, as sheet.Reader does.
type Read func() (row []string, line int, err error)

// Collect reads the answers that a spec describes from a table whose first row
// are its headings. A cell that is neither an answer nor missing is a fault with
// row and column.
func Collect(s *Spec, read Read) (*Answers, error) {
	head, _, err := read()
	if errors.Is(err, io.EOF) {
		return nil, fault.At("file", "survey.file.empty")
	}
	if err != nil {
		return nil, badRow(err)
	}
	c := &collecting{spec: s, places: map[string]int{}, used: map[int]bool{}}
	if err := c.columns(head); err != nil {
		return nil, err
	}
	for {
		row, line, err := read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			c.row(row, line)
		} else if _, bad := errors.AsType[*sheet.BadRow](err); bad {
			c.many = append(c.many, fault.All(badRow(err))...)
		} else {
			return nil, err
		}
		if len(c.many) >= mostFaults {
			c.many = append(c.many, fault.At("file", "survey.file.more"))
			break
		}
		if c.out.N > mostRows {
			return nil, fault.At("file", "survey.file.rows").With("limit", mostRows)
		}
	}
	if err := c.many.Err(); err != nil {
		return nil, err
	}
	if c.out.N == 0 {
		return nil, fault.At("file", "survey.file.no_rows")
	}
	return c.out, nil
}

func badRow(err error) error {
	if b, ok := errors.AsType[*sheet.BadRow](err); ok {
		return fault.At("file", "survey.file.bad_row").With("row", b.Line).With("why", fault.New(fault.Invalid, b.Key))
	}
	return err
}

// collecting is the work of Collect.
type collecting struct {
	spec   *Spec
	head   []string       // the headings in their order
	places map[string]int // where each stands
	used   map[int]bool
	many   fault.Many
	out    *Answers
}

// columns finds every heading that the spec names.
func (c *collecting) columns(head []string) error {
	for i, h := range head {
		h = strings.TrimSpace(h)
		c.head = append(c.head, h)
		if _, twice := c.places[h]; twice && h != "" {
			c.places[h] = -1
		} else {
			c.places[h] = i
		}
	}
	s := c.spec
	c.out = &Answers{Items: slices.Clone(s.Items), Of: map[Form][][]float64{}, Groups: make([][]string, len(s.Groups))}
	for _, i := range s.Items {
		for _, form := range asked {
			if name := i.Columns[form]; name != "" {
				c.need("columns."+string(form), name)
			}
		}
	}
	for _, name := range s.Satisfaction {
		c.need("satisfaction", name)
	}
	c.out.Satisfaction = make([][]float64, len(s.Satisfaction))
	for _, d := range s.Dimensions {
		if d.Weight != "" {
			c.need("weights", d.Weight)
			c.out.Weights = append(c.out.Weights, nil)
		}
	}
	for _, g := range s.Groups {
		c.need("groups."+g.Name, g.Column)
	}
	for _, a := range s.Attention {
		c.need("attention", a.Column)
	}
	if s.Seconds != "" {
		c.need("seconds", s.Seconds)
	}
	if s.Came != "" {
		c.need("came", s.Came)
	}
	for _, name := range s.Named.columns() {
		if name != "" {
			c.need("named", name)
		}
	}
	for _, name := range s.Times {
		c.need("times", name)
	}
	if err := c.many.Err(); err != nil {
		return err
	}
	slices.SortStableFunc(c.out.Items, func(a, b Item) int {
		return c.places[a.Columns[Perceived]] - c.places[b.Columns[Perceived]]
	})
	for _, form := range asked {
		if slices.ContainsFunc(c.out.Items, func(i Item) bool { return i.Columns[form] != "" }) {
			c.out.Of[form] = make([][]float64, len(c.out.Items))
		}
	}
	for i, h := range head {
		if !c.used[i] && strings.TrimSpace(h) != "" {
			c.out.Unused = append(c.out.Unused, strings.TrimSpace(h))
		}
	}
	return nil
}

// need finds one heading, by the case of its letters or without.
func (c *collecting) need(field, name string) {
	if at, ok := c.places[name]; ok && at >= 0 {
		c.used[at] = true
		return
	} else if ok {
		c.fault(fault.At(field, "survey.file.column_twice").With("column", name))
		return
	}
	found, count := 0, 0
	for h, at := range c.places {
		if strings.EqualFold(h, name) && at >= 0 {
			found = at
			count++
		}
	}
	if count == 1 {
		c.places[name], c.used[found] = found, true
		return
	}
	c.fault(c.absent(field, name))
}

// absent is the fault of a heading that is not there, with the one that is most
// likely meant.
func (c *collecting) absent(field, name string) *fault.Fault {
	const shown = 30
	list := c.head
	if len(list) > shown {
		list = append(slices.Clone(list[:shown]), "…")
	}
	f := fault.At(field, "survey.file.no_column").With("column", name).With("columns", strings.Join(list, ", "))
	if near := query.Nearest(name, c.head); near != "" {
		f.Key = "survey.file.no_column_near"
		return f.With("near", near)
	}
	return f
}

// fault notes a fault, the first ones only.
func (c *collecting) fault(f *fault.Fault) {
	if len(c.many) < mostFaults {
		c.many = append(c.many, f)
	}
}

func (c *collecting) cell(row []string, name string) string {
	if at := c.places[name]; at < len(row) {
		return strings.TrimSpace(row[at])
	}
	return ""
}

// row reads one respondent.
func (c *collecting) row(row []string, line int) {
	s, out := c.spec, c.out
	out.N++
	out.Lines = append(out.Lines, line)
	for i, item := range out.Items {
		for _, form := range asked {
			if out.Of[form] == nil {
				continue
			}
			x := math.NaN()
			if name := item.Columns[form]; name != "" {
				scale := s.Scales[form]
				x = c.answer(row, line, name, scale)
				if item.Reverse && (form == Perceived || form == Expected || form == Minimum) {
					x = scale.Low + scale.High - x
				}
			}
			out.Of[form][i] = append(out.Of[form][i], x)
		}
	}
	for i, name := range s.Satisfaction {
		out.Satisfaction[i] = append(out.Satisfaction[i], c.outcome(row, line, name))
	}
	w := 0
	for _, d := range s.Dimensions {
		if d.Weight != "" {
			out.Weights[w] = append(out.Weights[w], c.weight(row, line, d.Weight))
			w++
		}
	}
	for i, g := range s.Groups {
		out.Groups[i] = append(out.Groups[i], g.called(c.cell(row, g.Column), s))
	}
	c.manner(row, line)
	for i, name := range s.Named.columns() {
		if name != "" {
			out.Named[i] = append(out.Named[i], c.dimension(row, line, name))
		}
	}
}

// dimension is a cell that names a dimension, -1 for none.
func (c *collecting) dimension(row []string, line int, name string) int {
	text := c.cell(row, name)
	if text == "" || listed(c.spec.Missing, text) || listed(c.spec.NA, text) {
		return -1
	}
	var choices []string
	for i, d := range c.spec.Dimensions {
		if strings.EqualFold(d.Name, text) {
			return i
		}
		choices = append(choices, d.Name)
	}
	c.fault(fault.At(name, "survey.file.no_dimension").With("row", line).With("value", text).With("choices", strings.Join(choices, ", ")))
	return -1
}

// manner reads how a respondent answered: pace and attention.
func (c *collecting) manner(row []string, line int) {
	s, out := c.spec, c.out
	if s.Seconds != "" {
		out.Pace = append(out.Pace, c.number(row, line, s.Seconds)/float64(len(out.Items)))
	} else if len(s.Times) > 0 {
		var seconds []float64
		for _, name := range s.Times {
			if x := c.number(row, line, name); !math.IsNaN(x) {
				seconds = append(seconds, x)
			}
		}
		out.Pace = append(out.Pace, middle(seconds))
	}
	if s.Came != "" {
		out.Came = append(out.Came, c.moment(row, line, s.Came))
	}
	if len(s.Attention) > 0 {
		failed := false
		for _, a := range s.Attention {
			failed = failed || !strings.EqualFold(c.cell(row, a.Column), strings.TrimSpace(a.Answer))
		}
		out.Inattentive = append(out.Inattentive, failed)
	}
}

// moment is a cell that says when an answer came: a number that grows, or a day
// with or without a time.
func (c *collecting) moment(row []string, line int, name string) float64 {
	text := c.cell(row, name)
	if text == "" || listed(c.spec.Missing, text) {
		return math.NaN()
	}
	if x, err := strconv.ParseFloat(text, 64); err == nil && isNumber(x) {
		return x
	}
	for _, form := range []string{time.RFC3339, time.DateTime, "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly} {
		if at, err := time.Parse(form, text); err == nil {
			return float64(at.Unix())
		}
	}
	c.fault(fault.At(name, "survey.file.no_moment").With("row", line).With("value", text))
	return math.NaN()
}

func middle(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	slices.Sort(x)
	n := len(x)
	return (x[(n-1)/2] + x[n/2]) / 2
}
