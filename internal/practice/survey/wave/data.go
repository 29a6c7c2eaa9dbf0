package wave

import (
	"cmp"
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// Data are the answers of users as a table, for another program: a column for
// each question under the name that the codebook has, a row for each respondent
// in the random order in which closing left them, nothing where nothing was
// answered. What a respondent says of himself, his department too, is left out
// where fewer share it than may be told of.
type Data struct {
	Columns []string
	Rows    [][]string
}

// Data reads the answers of a wave that is closed, for those who run waves; the
// audit log keeps that they did. A Conflict when they were deleted or are not
// there yet.
func (m *Room) Data(ctx context.Context, by people.Actor, id int64) (*Data, error) {
	w, err := m.in(ctx, by, DeedRun, id, Closed, Analysed, Published)
	if err != nil {
		return nil, err
	}
	if w.Source != Asked || !w.Purged.IsZero() {
		return nil, fault.New(fault.Conflict, "wave.no_data")
	}
	s, err := m.known(ctx, w.Sheet)
	if err != nil {
		return nil, err
	}
	answers, err := m.Box.Answers(ctx, id)
	if err != nil {
		return nil, err
	}
	out, err := w.data(&s.Paper, answers)
	if err != nil {
		return nil, err
	}
	return out, m.Pen.Note(ctx, row(by, m.now(), DeedRun, id, "data"))
}

func (w *Wave) data(p *Paper, answers []Answer) (*Data, error) {
	read := w.table(p, answers)
	head, _, err := read()
	if err != nil {
		return nil, err
	}
	out := &Data{Columns: head}
	for {
		row, _, err := read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		for i, text := range row {
			if text == naCell {
				row[i] = ""
			}
		}
		out.Rows = append(out.Rows, row)
	}
	users := slices.DeleteFunc(slices.Clone(answers), func(a Answer) bool { return a.Side != Users })
	for _, q := range p.Overall {
		if q.Outcome {
			continue // it is among those already
		}
		out.Columns = append(out.Columns, q.Code)
		for i := range out.Rows {
			text := p.cell(q.Code, users[i].Values)
			if text == naCell {
				text = ""
			}
			out.Rows[i] = append(out.Rows[i], text)
		}
	}
	for _, c := range append([]string{departmentColumn}, p.choices()...) {
		out.blank(slices.Index(head, c), w.Plan.Least)
	}
	return out, nil
}

// blank empties the cells of a column whose value fewer than so many share. Where
// the rows emptied are themselves fewer than that, the next smallest values go,
// too: a lone empty cell would tell whose it was.
func (d *Data) blank(column, least int) {
	if column < 0 {
		return
	}
	shared := map[string]int{}
	for _, row := range d.Rows {
		if row[column] != "" {
			shared[row[column]]++
		}
	}
	values := slices.SortedFunc(maps.Keys(shared), func(a, b string) int { return cmp.Or(shared[a]-shared[b], strings.Compare(a, b)) })
	gone, n := map[string]bool{}, 0
	for _, v := range values {
		if shared[v] >= least && (n == 0 || n >= least) {
			break
		}
		gone[v], n = true, n+shared[v]
	}
	for _, row := range d.Rows {
		if gone[row[column]] {
			row[column] = ""
		}
	}
}

// Find computes the findings of answers to a questionnaire as this wave asked it.
// A Conflict when nobody is left after cleaning.
func (w *Wave) Find(p *Paper, answers []Answer) (Findings, error) {
	result, err := analyse(w.spec(p), w.table(p, answers))
	if err != nil {
		return Findings{}, err
	}
	return Findings{Result: result, Strata: w.Strata, Ratings: w.ratings(p, answers), Beliefs: w.beliefs(p, answers)}, nil
}
