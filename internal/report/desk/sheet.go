package desk

import (
	"kilter/internal/base/lang"
	"kilter/internal/base/sheet"
)

// Write writes the report as one table: a row for the whole, and one for each
// month, team, service, category, priority and waiting reason. It closes out.
func (r Report) Write(out sheet.Writer, words *lang.Printer) error {
	tables := r.Tables(true)
	whole, waiting := tables[0].Columns, tables[len(tables)-1].Columns
	t := func(key string) string { return words.T("report.desk." + key) }
	names := []string{t("part"), t("name")}
	for _, col := range whole {
		names = append(names, t(col))
	}
	for _, col := range waiting {
		names = append(names, t("waiting")+": "+t(col))
	}
	if err := out.Header(names...); err != nil {
		return err
	}
	for i, table := range tables {
		for _, row := range table.Rows {
			cells := []sheet.Cell{sheet.Text(t(table.Name)), sheet.Text(row[0].Named(words, "report.desk."))}
			if i == len(tables)-1 {
				cells = append(cells, make([]sheet.Cell, len(whole))...)
			}
			for _, c := range row[1:] {
				cells = append(cells, c.Sheet())
			}
			if err := out.Row(cells...); err != nil {
				return err
			}
		}
	}
	return out.Close()
}

// Named is the name of a row for people; the words that are not names are of a
// room of texts.
func (c Cell) Named(words *lang.Printer, room string) string {
	v, ok := c.Value.(string)
	switch {
	case ok && c.Unit == Key:
		return words.T(room + v)
	case ok && v != "":
		return v
	case ok:
		return words.T(room + "none")
	}
	return "–"
}

// Sheet is the figure as a table keeps it.
func (c Cell) Sheet() sheet.Cell {
	switch v := c.Value.(type) {
	case int:
		return sheet.Int(int64(v))
	case float64:
		return sheet.Number(v)
	}
	return sheet.Cell{}
}
