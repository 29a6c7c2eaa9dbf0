package store

import (
	"context"
	"fmt"
	"time"

	"kilter/internal/practice/record"
	"kilter/internal/practice/sla"
)

// under is the agreement that a clock to resolve counts for. What another tool said of
// its own promise counts before a clock that Kilter made up afterwards, and was promised
// under none of Kilter's.
const under = `CASE WHEN h.in_target IS NULL THEN coalesce(k.agreement, 0) ELSE 0 END`

// placePart is how many clocks one transaction places: writers wait for no longer than
// that.
const placePart = 1000

// PlaceClocks works out under which agreement some clocks ran of before this was kept,
// and tells how many it looked at; 0 when there are none left. Of what is not an incident
// there is no agreement.
func (db *DB) PlaceClocks(ctx context.Context, book *sla.Book) (n int, err error) {
	type place struct {
		agreement int64
		clock     string
	}
	err = db.alone(ctx, func(t *tx) error {
		of := map[place][]int64{} // the records
		n = 0
		rows, err := t.query(`SELECT k.record, k.name, k.target, r.kind, coalesce(r.service, 0), r.priority, r.opened
			FROM clock AS k JOIN record AS r ON r.id = k.record WHERE k.agreement IS NULL ORDER BY k.record LIMIT $1`, placePart)
		if err != nil {
			return err
		}
		err = scanAll(rows, func() error {
			var at place
			var kind string
			var id, target, service, opened int64
			var priority int
			if err := rows.Scan(&id, &at.clock, &target, &kind, &service, &priority, &opened); err != nil {
				return err
			}
			if record.Kind(kind) == record.Incident {
				at.agreement = book.Ran(service, priority, moment(opened), sla.Name(at.clock), time.Duration(target)*time.Millisecond)
			}
			of[at] = append(of[at], id)
			n++
			return nil
		})
		for at, records := range of {
			if err != nil {
				break
			}
			var c clause
			text := c.text("UPDATE clock SET agreement = ? WHERE agreement IS NULL AND name = ? AND ", at.agreement, at.clock) + in(&c, "record", records)
			_, err = t.exec(text, c.args...)
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("store: agreements of clocks: %w", err)
	}
	return n, nil
}
