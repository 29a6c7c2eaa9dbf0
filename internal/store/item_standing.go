package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"kilter/internal/practice/cmdb"
)

// standing adds what a lot does to the import that stands open for it, or
// begins that import. The import's row is locked from here to the commit, so
// that an undo takes back either all of the lot or none of it.
func (w itemWriter) standing() error {
	s := w.lot.Standing
	if s == nil {
		return nil
	}
	err := w.addTo(s)
	if errors.Is(err, sql.ErrNoRows) {
		p := &cmdb.Plan{Source: s.Import.Source, File: s.Import.File, Lines: s.Lines, Counts: s.Import.Counts}
		err = w.addImport(s.Import, p)
	}
	if err != nil {
		return err
	}
	for n := range w.lot.History {
		w.lot.History[n].Import = s.Import.ID
	}
	for n := range w.lot.Audit {
		if row := &w.lot.Audit[n]; row.Object == "" {
			row.Object = fmt.Sprintf("item_import:%d", s.Import.ID)
		}
	}
	return nil
}

func (w itemWriter) addTo(s *cmdb.Addition) error {
	in := s.Import
	var counts string
	var packed []byte
	err := w.row(`UPDATE item_import SET done = $2, progress = progress + $3 WHERE standing = $1 AND state = $4 RETURNING id, counts, plan`,
		in.Standing, at{&in.Done}, in.Rows, string(cmdb.Done)).Scan(&in.ID, &counts, &packed)
	if err != nil {
		return fmt.Errorf("store: standing import: %w", err)
	}
	sums := map[cmdb.Outcome]int{}
	if err := json.Unmarshal([]byte(counts), &sums); err != nil {
		return fmt.Errorf("store: standing import: %w", err)
	}
	for o, n := range in.Counts {
		sums[o] += n
	}
	text, err := json.Marshal(sums)
	if err != nil {
		return fmt.Errorf("store: standing import: %w", err)
	}
	if len(s.Lines) == 0 {
		_, err = w.exec(`UPDATE item_import SET counts = $2 WHERE id = $1`, in.ID, string(text))
		return err
	}
	plan, err := unpackPlan(packed)
	if err != nil {
		return err
	}
	plan.Lines, plan.Counts = append(plan.Lines, s.Lines...), sums
	if packed, err = packPlan(plan); err != nil {
		return err
	}
	name := in.Standing
	if len(plan.Lines) >= cmdb.MostStanding {
		name = ""
	}
	_, err = w.exec(`UPDATE item_import SET counts = $2, plan = $3, standing = $4 WHERE id = $1`, in.ID, string(text), packed, name)
	return err
}
