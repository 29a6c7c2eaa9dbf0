package audit

import (
	"iter"

	"kilter/internal/base/sheet"
)

// Write lays rows down as a table that no spreadsheet takes for formulas: who did
// what, when, through what and from where, with the hash that seals the row.
func Write(to sheet.Writer, rows iter.Seq2[Row, error]) error {
	if err := to.Header("id", "seq", "at", "actor", "name", "via", "address", "deed", "object", "result", "detail", "hash"); err != nil {
		return err
	}
	for r, err := range rows {
		if err != nil {
			return err
		}
		if err := to.Row(sheet.Int(r.ID), sheet.Int(r.Seq), sheet.Time(r.At), sheet.Int(int64(r.Actor)), sheet.Text(r.Name), sheet.Text(string(r.Via)), sheet.Text(r.Address),
			sheet.Text(r.Deed), sheet.Text(r.Object), sheet.Text(string(r.Result)), sheet.Text(r.Detail), sheet.Text(r.Hash)); err != nil {
			return err
		}
	}
	return to.Close()
}
