package wave

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/base/secret"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/people"
)

// Codes makes new codes for the printed sheets of a department, one for each of
// its people who was asked and has not answered, in no order: a sheet bears no
// name, and whoever hands the sheets out does not look at codes. Codes that were
// made before end.
func (m *Room) Codes(ctx context.Context, by people.Actor, id int64, department people.DepartmentID) ([]string, error) {
	w, err := m.in(ctx, by, DeedRun, id, Open)
	if err != nil {
		return nil, err
	}
	if err := m.mix(ctx, id, true); err != nil {
		return nil, err
	}
	all, err := m.Invites.Invites(ctx, w.ID)
	if err != nil {
		return nil, err
	}
	digests := map[int64]string{}
	var codes []string
	for i := range all {
		if in := &all[i]; in.Side == Users && in.Department == department && !m.answered(in) {
			code := secret.Code(doorGroups)
			digests[in.ID] = doorDigest(code)
			codes = append(codes, code)
		}
	}
	if len(codes) == 0 {
		return nil, fault.At("department", "wave.nobody_left")
	}
	slices.Sort(codes) // random as they are, this is no order
	return codes, m.Invites.Doors(ctx, digests)
}

// codeColumn is the heading of the code of a sheet.
const codeColumn = "code"

// Headings are those of a table in which answers on paper are typed: the code of
// the sheet, the department for sheets without one, and a column for each answer.
func (p *Paper) Headings() []string {
	out := append([]string{codeColumn, departmentColumn}, p.columns()...)
	out = append(out, p.choices()...)
	for _, c := range p.Comments {
		out = append(out, c.Code)
	}
	return out
}

// Typed are answers on paper that were read from a table.
type Typed struct {
	Rows  int // with answers
	Codes int // of them with the code of a sheet
}

// mostPaper bounds the rows of one table.
const mostPaper = 5000

// TakePaper reads a table of answers on paper, and hands them in unless it is a
// trial. It takes all rows or none: every fault names row and column.
func (m *Room) TakePaper(ctx context.Context, by people.Actor, id int64, in io.Reader, name string, trial bool) (out Typed, err error) {
	w, err := m.in(ctx, by, DeedRun, id, Open)
	if err != nil {
		return out, err
	}
	s, err := m.known(ctx, w.Sheet)
	if err != nil {
		return out, err
	}
	table, err := sheet.Open(in, name, sheet.Limits{})
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, table.Close()) }()
	r := &paperReader{room: m, wave: w, sheet: w.Asks(s), codes: map[string]bool{}, departments: map[string]people.DepartmentID{}}
	for _, one := range w.Strata {
		if one.Side == Users {
			r.departments[strings.ToLower(one.Code)] = one.Department
		}
	}
	if err := r.all(ctx, table); err != nil {
		return out, err
	}
	out.Rows = len(r.taken)
	for _, a := range r.taken {
		if a.mark != "" {
			out.Codes++
		}
	}
	if trial {
		return out, nil
	}
	return out, r.handIn(ctx)
}

// paperReader reads the rows of a table of answers.
type paperReader struct {
	room        *Room
	wave        *Wave
	sheet       *Sheet
	head        []string
	codes       map[string]bool
	departments map[string]people.DepartmentID
	taken       []*Asking
	invites     []int64 // of taken; 0 without a code
	many        fault.Many
}

// mostFaults bounds those that are told of at once.
const mostFaults = 50

func (r *paperReader) all(ctx context.Context, table *sheet.Reader) error {
	for len(r.many) < mostFaults {
		row, line, err := table.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if r.head == nil {
			if err := r.heading(row); err != nil {
				return err
			}
			continue
		}
		if len(r.taken) == mostPaper {
			return fault.At("file", "wave.paper_many").With("max", mostPaper)
		}
		if err := r.row(ctx, row, line); err != nil {
			return err
		}
	}
	if err := r.many.Err(); err != nil {
		return err
	}
	if len(r.taken) == 0 {
		return fault.At("file", "wave.paper_empty")
	}
	return nil
}

// heading reads the first row.
func (r *paperReader) heading(row []string) error {
	known := r.sheet.Headings()
	for _, h := range row {
		h = strings.TrimSpace(strings.TrimPrefix(h, "\ufeff"))
		i := slices.IndexFunc(known, func(k string) bool { return strings.EqualFold(k, h) })
		if i < 0 && h != "" {
			r.many = append(r.many, fault.At("file", "wave.paper_column").With("column", h))
		} else if h != "" {
			h = known[i]
		}
		r.head = append(r.head, h)
	}
	if !slices.ContainsFunc(r.head, func(h string) bool { return slices.Contains(r.sheet.columns(), h) }) {
		r.many = append(r.many, fault.At("file", "wave.paper_heading"))
	}
	return r.many.Err()
}

// row reads the answers of one sheet. A row without any is left out.
func (r *paperReader) row(ctx context.Context, row []string, line int) error {
	in := Entered{Values: map[string]string{}, Skip: true}
	empty := true
	for i, cell := range row {
		if i >= len(r.head) || r.head[i] == "" {
			continue
		}
		if cell = strings.TrimSpace(cell); strings.EqualFold(cell, naCell) {
			cell = "0"
		}
		in.Values[r.head[i]] = r.sheet.chosen(r.head[i], cell)
		empty = empty && (cell == "" || r.head[i] == codeColumn || r.head[i] == departmentColumn)
	}
	if empty {
		return nil
	}
	a := &Asking{Wave: r.wave, Sheet: r.sheet, Side: Users, Answer: &Answer{Wave: r.wave.ID, Side: Users, Given: Given{Values: map[string]int{}}}}
	invite, err := r.place(ctx, a, in.Values, line)
	if err != nil {
		return err
	}
	a.Steps = a.Sheet.Steps(a.Side)
	wrong := a.fill(in)
	for _, f := range fault.All(wrong) {
		key := "wave.paper_cell"
		if f.Key == "wave.points_sum" {
			key = "wave.paper_sum"
		}
		r.wrong(fault.At("file", key).With("row", line).With("column", f.Field).With("value", in.Values[f.Field]).With("sum", f.Args["sum"]))
	}
	if wrong != nil && fault.All(wrong) == nil {
		return wrong
	}
	r.taken, r.invites = append(r.taken, a), append(r.invites, invite)
	return nil
}

// wrong notes what is wrong at a row.
func (r *paperReader) wrong(f *fault.Fault) {
	if len(r.many) < mostFaults {
		r.many = append(r.many, f)
	}
}

// chosen is the code of an option that was typed as its number on the sheet or in
// its words; what is none of these stays as it is.
func (p *Paper) chosen(column, cell string) string {
	for i, o := range p.Options(column) {
		if cell == strconv.Itoa(i+1) || strings.EqualFold(cell, o.Code) || strings.EqualFold(cell, o.Text.En) || cell == o.Text.Zh {
			return o.Code
		}
	}
	return cell
}

// Options are the answers to a question that is answered by choosing, in the order
// in which a sheet numbers them; none for other columns.
func (p *Paper) Options(column string) []Option {
	for _, c := range p.Profile {
		if c.Code == column {
			return c.Options
		}
	}
	if column != MostColumn && column != SecondColumn && column != LeastColumn || !p.named() {
		return nil
	}
	var out []Option
	for _, d := range p.Asked() {
		out = append(out, Option{d.Code, d.Name})
	}
	return out
}

// place finds whose sheet a row is, by its code, or else its department.
func (r *paperReader) place(ctx context.Context, a *Asking, values map[string]string, line int) (invite int64, err error) {
	bad := func(column, key string) {
		r.wrong(fault.At("file", key).With("row", line).With("value", values[column]))
	}
	code := secret.PlainCode(values[codeColumn])
	if code == "" {
		if d := strings.ToLower(values[departmentColumn]); d != "" {
			id, ok := r.departments[d]
			if !ok {
				bad(departmentColumn, "wave.paper_department")
			}
			a.Department = r.wave.told(&Invite{Side: Users, Department: id})
		}
		return 0, nil
	}
	if r.codes[code] {
		bad(codeColumn, "wave.paper_twice")
		return 0, nil
	}
	r.codes[code] = true
	in, err := r.room.Invites.At(ctx, "", doorDigest(code))
	switch {
	case fault.Is(err, fault.Missing) || err == nil && in.Wave != r.wave.ID:
		bad(codeColumn, "wave.paper_code")
		return 0, nil
	case err != nil:
		return 0, err
	case r.room.answered(in):
		bad(codeColumn, "wave.paper_answered")
	}
	a.Side, a.Answer.Side, a.Department = in.Side, in.Side, r.wave.told(in)
	a.mark = "code"
	return in.ID, nil
}

// handIn hands the sheets in, in no order.
func (r *paperReader) handIn(ctx context.Context) error {
	for _, i := range rand.Perm(len(r.taken)) {
		a, token := r.taken[i], newToken()
		a.Answer.Key, a.mark = Key(token), ""
		if r.invites[i] != 0 {
			a.mark = Mark(token)
			if err := r.room.Invites.Begin(ctx, r.invites[i], a.mark); err != nil {
				return err
			}
		}
		done, words := a.done()
		if err := r.room.Box.HandIn(ctx, done, words); err != nil {
			return err
		}
		if a.mark != "" {
			r.room.noted(r.wave.ID, a.mark)
		}
	}
	return r.room.mix(ctx, r.wave.ID, true)
}
