package store

import (
	"context"
	"errors"
	"math"
	"strings"

	"kilter/internal/practice/handbook"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/report/evidence"
)

// places are the figures of which one record or item can stand behind several
// times, with what tells these cases apart.
var places = map[string]string{
	"PM.to_known_error": "t.id", "CFG.unauthorised": "d.id", "CFG.settle_time": "d.id", "CHG.unauthorised": "h.id",
}

// gaugeOf is how a figure is asked of the tables, where rows stand behind it.
func gaugeOf(key string) (measure, bool) {
	if key == "REL.verified" { // its parts are targets, its rows the releases
		return measure{from: body(record.Release), among: inWindow("b.begun")}, true
	}
	g, ok := gaugesOf[key]
	m := g.measure
	m.ident = places[key]
	return m, ok
}

// Behind lists cases behind a figure.
func (s figures) Behind(ctx context.Context, scope people.Scope, q handbook.Wanted) (out []handbook.Behind, err error) {
	kind, _ := handbook.BehindKind(q.Key)
	if kind == handbook.Service {
		return s.servicesBehind(ctx, scope, q)
	}
	m, ok := gaugeOf(q.Key)
	if !ok {
		return nil, handbookFault(errors.New("nothing measures " + q.Key))
	}
	m = m.with(evidence.Query{From: q.From, Now: q.To})
	cols := "r.kind, r.number, '', r.title, ''"
	var c clause
	c.conds = append(c.conds, m.among)
	if kind == handbook.Items {
		scope = people.Scope{All: true, AllZones: scope.AllZones, Cleared: scope.Cleared}
		cols = "'item', 0, r.code, r.name_en, r.name_zh"
	} else {
		c.oneOf("r.kind", q.Kinds)
	}
	value := "0"
	shape := handbook.GaugeOf(q.Key).Shape
	switch {
	case m.value != "":
		value = "CAST(" + m.value + " AS DOUBLE PRECISION)"
	case shape == handbook.Share && q.Counts:
		c.conds = append(c.conds, "("+m.counts+")")
	case shape == handbook.Share:
		c.conds = append(c.conds, "(CASE WHEN "+m.counts+" THEN 1 ELSE 0 END) = 0") // what is unknown does not count
	}
	c.and(m.ident+" > ?", q.After)
	c.scope(s.db.dialect, scope)
	rows, err := s.db.read.query(ctx, "SELECT DISTINCT r.id, "+m.ident+" AS place, "+cols+", "+value+" AS v FROM "+m.from+c.where()+c.text(" ORDER BY place LIMIT ?", q.Limit), c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var one handbook.Behind
			err := rows.Scan(&one.ID, &one.Place, &one.Kind, &one.Number, &one.Code, &one.Name.En, &one.Name.Zh, &one.Value)
			one.Value = inUnit(shape, one.Value)
			out = append(out, one)
			return err
		})
	}
	return out, handbookFault(err)
}

// inUnit is a value of the tables in the unit of its figure.
func inUnit(shape handbook.Shape, value float64) float64 {
	const hour = 3_600_000 // milliseconds
	switch shape {
	case handbook.Hours:
		value /= hour
	case handbook.Days:
		value /= 24 * hour
	case handbook.Mean, handbook.Share, handbook.Count, handbook.Absent:
	}
	return math.Round(value*100) / 100
}

// servicesBehind are the services that stand under an agreement, or do not.
func (s figures) servicesBehind(ctx context.Context, scope people.Scope, q handbook.Wanted) ([]handbook.Behind, error) {
	metric, _ := evidence.Find("services_under_sla")
	all, err := evidence.Behind(ctx, s.db.Evidence(), s.settings(), scope, evidence.Query{Metric: metric, Now: q.To}, evidence.Slice{Counts: q.Counts, After: q.After, Limit: q.Limit})
	var out []handbook.Behind
	for _, r := range all {
		out = append(out, handbook.Behind{Kind: handbook.Service, ID: r.ID, Place: r.Place, Code: r.Code, Name: r.Name})
	}
	return out, err
}

// oneOf wants a column to hold one of some kinds; none of them finds nothing.
func (c *clause) oneOf(col string, kinds []record.Kind) {
	if len(kinds) == 0 {
		c.conds = append(c.conds, "1 = 0")
		return
	}
	args := make([]any, len(kinds))
	for i, k := range kinds {
		args[i] = string(k)
	}
	c.and(col+" IN ("+strings.TrimSuffix(strings.Repeat("?, ", len(kinds)), ", ")+")", args...)
}
