package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"kilter/internal/practice/handbook"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
	"kilter/internal/report/evidence"
)

// Figures measures the figures of processes.
func (db *DB) Figures(settings func() *setting.All) handbook.Measurer { return figures{db, settings} }

type figures struct {
	db       *DB
	settings func() *setting.All
}

// gauge is how a figure is asked of the tables; see measure. split is what its
// parts are told by.
type gauge struct {
	measure
	split string
}

// after are the incidents tied to record r that began within so many days of a
// moment.
func after(moment string, days string) string {
	return "o.opened >= " + moment + " AND o.opened < " + moment + " + " + days + " * " + day
}

const decided = "k.state IN ('met', 'missed')"

var gaugesOf = map[string]gauge{
	"SD.first_contact": {measure: deskMeasures["fcr_rate"]},
	"SD.self_service":  {measure: measure{from: body(record.Request), among: openedIn(record.Request), counts: "b.entered IS NULL"}},
	"SD.csat":          {measure: measure{from: "grade AS r", among: inWindow("r.at"), value: "r.value"}},
	"IM.restore":       {measure: measure{from: clocked("resolve"), among: decided + " AND " + inWindow("b.resolved"), value: "k.spent"}, split: "r.priority"},
	"IM.in_target":     {measure: measure{from: clocked("resolve"), among: decided + " AND " + inWindow("b.resolved"), counts: "k.state = 'met'"}, split: "r.priority"},
	"IM.reopened":      {measure: measure{from: body(record.Incident), among: inWindow("b.resolved"), counts: "b.reopened > 0"}},
	"IM.bounce":        {measure: measure{from: body(record.Incident), among: inWindow("b.resolved"), value: "b.reassigned"}},
	"IM.change_caused": {measure: measure{from: body(record.Incident), among: inWindow("b.closed"), counts: tied(record.Changes, "")}},
	"PM.repeats": {measure: measure{
		from:  body(record.Incident),
		among: openedIn(record.Incident) + " AND " + tied(record.Problem, " AND o.id IN (SELECT p.id FROM problem AS p WHERE p.closed IS NOT NULL AND p.closed < r.opened)"),
	}},
	"PM.linked":         {measure: incidentMeasures["inc_linked_problem_or_ke"]},
	"PM.to_known_error": {measure: measure{from: body(record.Problem) + " JOIN timeline AS t ON t.record = r.id AND t.became = 'known_error'", among: inWindow("t.at"), value: "t.at - r.opened"}},
	"PM.proactive":      {measure: measure{from: body(record.Problem), among: openedIn(record.Problem), counts: "NOT " + tied(record.Incident, "")}},
	"CFG.unauthorised":  {measure: measure{from: "discrepancy AS d JOIN item AS r ON r.id = d.item", among: "d.kind = 'unrecorded' AND " + inWindow("d.at")}},
	"CFG.settle_time":   {measure: measure{from: "discrepancy AS d JOIN item AS r ON r.id = d.item", among: "d.state NOT IN ('found', 'assigned') AND " + inWindow("d.moved"), value: "d.moved - d.at"}},
	"CHG.success": {measure: measure{
		from: body(record.Changes), among: inWindow("b.ended"),
		counts: "b.why_backed_out = '' AND b.why_failed = '' AND (b.ends IS NULL OR b.ended <= b.ends) AND NOT " + tied(record.Incident, " AND "+after("b.ended", "7")),
	}},
	"CHG.emergency": {measure: measure{from: body(record.Changes), among: openedIn(record.Changes), counts: "b.type = 'emergency'"}},
	"CHG.unauthorised": {measure: measure{
		from: "item_history AS h JOIN item AS r ON r.id = h.item", among: "h.was <> '' AND h.because = '' AND h.origin = '' AND h.import IS NULL AND " + inWindow("h.at"),
	}},
	"CHG.lead_time": {measure: measure{
		from:  body(record.Changes) + " JOIN (SELECT t.record, min(t.at) AS at FROM timeline AS t WHERE t.became = 'submitted' GROUP BY t.record) AS u ON u.record = r.id",
		among: inWindow("b.ended"), value: "b.ended - u.at",
	}, split: "b.type"},
	"CHG.reviewed": {measure: measure{from: body(record.Changes), among: inWindow("b.ended"), counts: "b.review <> ''"}},
	"REL.on_time":  {measure: measure{from: body(record.Release), among: inWindow("b.deployed"), counts: "b.ends IS NOT NULL AND b.deployed <= b.ends"}},
	"REL.failed":   {measure: measure{from: body(record.Release), among: inWindow("b.begun"), counts: "b.why_backed_out <> ''"}},
	"REL.incidents_after": {measure: measure{
		from: body(record.Release), among: inWindow("b.deployed"),
		value: "(SELECT count(*) FROM record AS o WHERE o.kind = 'incident' AND " + after("b.deployed", "10") +
			" AND EXISTS (SELECT 1 FROM link AS l WHERE l.source = r.id AND l.target = o.id OR l.source = o.id AND l.target = r.id))",
	}},
	"SLM.targets_met": {measure: measure{from: "record AS r JOIN clock AS k ON k.record = r.id", among: decided + " AND " + inWindow("coalesce(k.stopped, k.broke)"), counts: "k.state = '" + string(sla.Met) + "'"}},
}

// Measure measures one.
func (s figures) Measure(ctx context.Context, zones people.Scope, key string, from, to time.Time) (out handbook.Value, err error) {
	zones = people.Scope{All: true, AllZones: zones.AllZones, Cleared: zones.Cleared}
	switch key {
	case "SLM.under_agreement":
		return s.agreed(ctx, zones, to)
	case "REL.verified":
		return s.verified(ctx, zones, from, to)
	}
	g, ok := gaugesOf[key]
	if !ok {
		return out, handbookFault(errors.New("nothing measures " + key))
	}
	m := g.with(evidence.Query{From: from, Now: to})
	if out, err = s.sum(ctx, zones, key, m, ""); err != nil || g.split == "" || out.N == 0 {
		return out, err
	}
	names, err := s.split(ctx, zones, m, g.split)
	for _, name := range names {
		v, err := s.sum(ctx, zones, key, m, "CAST("+g.split+" AS TEXT) = '"+strings.ReplaceAll(name, "'", "''")+"'")
		if err != nil {
			return out, err
		}
		out.Parts = append(out.Parts, handbook.Part{Name: name, Value: v})
	}
	return out, err
}

// split names the parts of the cases behind a figure.
func (s figures) split(ctx context.Context, zones people.Scope, m measure, by string) (out []string, err error) {
	var c clause
	c.conds = append(c.conds, m.among)
	c.scope(s.db.dialect, zones)
	rows, err := s.db.read.query(ctx, "SELECT DISTINCT CAST("+by+" AS TEXT) AS part FROM "+m.from+c.where()+" ORDER BY part", c.args...) //nolint:sqlclosecheck // scanAll closes them
	if err == nil {
		err = scanAll(rows, func() error {
			var name string
			err := rows.Scan(&name)
			out = append(out, name)
			return err
		})
	}
	return out, handbookFault(err)
}

// sum adds up the cases behind a figure.
func (s figures) sum(ctx context.Context, zones people.Scope, key string, m measure, and string) (out handbook.Value, err error) {
	var c clause
	c.conds = append(c.conds, m.among)
	if and != "" {
		c.conds = append(c.conds, and)
	}
	c.scope(s.db.dialect, zones)
	shape := handbook.GaugeOf(key).Shape
	if m.value != "" {
		var mean float64
		q := "SELECT count(*), coalesce(avg(CAST(" + m.value + " AS DOUBLE PRECISION)), 0) FROM " + m.from + c.where()
		if err := s.db.read.row(ctx, q, c.args...).Scan(&out.N, &mean); err != nil {
			return out, handbookFault(fmt.Errorf("%s: %w", key, err))
		}
		out.Number = inUnit(shape, mean)
		return out, nil
	}
	q := "SELECT count(*), coalesce(sum(CASE WHEN " + m.counts + " THEN 1 ELSE 0 END), 0) FROM " + m.from + c.where()
	if err := s.db.read.row(ctx, q, c.args...).Scan(&out.N, &out.Counts); err != nil {
		return out, handbookFault(fmt.Errorf("%s: %w", key, err))
	}
	out.Number = float64(out.N)
	if shape == handbook.Share {
		out.Number = float64(out.Counts) / float64(max(out.N, 1))
	}
	return out, nil
}

// agreed is how many published services stand under an agreement.
func (s figures) agreed(ctx context.Context, zones people.Scope, now time.Time) (out handbook.Value, err error) {
	m, _ := evidence.Find("services_under_sla")
	q := evidence.Query{Metric: m, Now: now}
	for _, counts := range []bool{true, false} {
		rows, err := evidence.Behind(ctx, s.db.Evidence(), s.settings(), zones, q, evidence.Slice{Counts: counts, Limit: 1 << 20})
		if err != nil {
			return out, err
		}
		out.N += len(rows)
		if counts {
			out.Counts = len(rows)
		}
	}
	out.Number = float64(out.Counts) / float64(max(out.N, 1))
	return out, nil
}

// verified is how many targets of the releases were looked at by another.
func (s figures) verified(ctx context.Context, zones people.Scope, from, to time.Time) (out handbook.Value, err error) {
	m := measure{among: inWindow("b.begun")}.with(evidence.Query{From: from, Now: to})
	var c clause
	c.conds = append(c.conds, m.among)
	c.scope(s.db.dialect, zones)
	rows, err := s.db.read.query(ctx, "SELECT b.targets FROM "+body(record.Release)+c.where(), c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var doc string
			if err := rows.Scan(&doc); err != nil || doc == "" {
				return err
			}
			var targets []release.Target
			if err := json.Unmarshal([]byte(doc), &targets); err != nil {
				return err
			}
			for _, t := range targets {
				out.N++
				if !t.Verified.IsZero() {
					out.Counts++
				}
			}
			return nil
		})
	}
	out.Number = float64(out.Counts) / float64(max(out.N, 1))
	return out, handbookFault(err)
}

// Keep keeps figures, and no more than so many before them.
func (s figures) Keep(ctx context.Context, v *handbook.Values, most int) error {
	text, err := json.Marshal(v)
	if err != nil {
		return handbookFault(err)
	}
	return handbookFault(s.db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`INSERT INTO handbook_figure (at, doc) VALUES ($1, $2)`, at{&v.At}, string(text)); err != nil {
			return err
		}
		_, err := t.exec(`DELETE FROM handbook_figure WHERE id NOT IN (SELECT id FROM handbook_figure ORDER BY at DESC, id DESC LIMIT $1)`, most)
		return err
	}))
}

// Kept reads the last; nil when there is none.
func (s figures) Kept(ctx context.Context) (*handbook.Values, error) {
	var text string
	err := s.db.read.row(ctx, `SELECT doc FROM handbook_figure ORDER BY at DESC, id DESC LIMIT 1`).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil // nothing was measured yet
	}
	v := &handbook.Values{}
	if err == nil {
		err = json.Unmarshal([]byte(text), v)
	}
	return v, handbookFault(err)
}
