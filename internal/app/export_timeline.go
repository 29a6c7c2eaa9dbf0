package app

import (
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/sheet"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/record"
	"kilter/internal/practice/sla"
)

// The columns of an event log: what differs from entry to entry, and what is
// said of the record on every row.
var (
	eventColumns = []string{"number", "at", "entry", "deed", "to", "waits_for", "person", "now_team", "now_owner", "text"}
	constants    = []string{"title", "description", "requester", "department", "service", "category", "impact", "urgency", "priority", "cause", "solution", "outside", "zone"}
)

// timeline writes the entries of one record, each with where it led.
func (w *exporter[R]) timeline(out sink, row record.Row, r R) error {
	entries, err := w.db.Ledger().Timeline(w.env.Context, row.ID, false)
	if err != nil {
		return err
	}
	var same []sheet.Cell
	for _, f := range w.desk.Sheet {
		if slices.Contains(constants, f.Name) {
			same = append(same, sheet.Text(w.named(f.Name, f.Type, f.Get(r), row)))
		}
	}
	same = append(same, sheet.Text(w.judged[row.ID]))
	state := ""
	team, owner := atFirst(entries, "team", int64(row.Team)), atFirst(entries, "owner", int64(row.Owner))
	for _, e := range entries {
		if e.To != "" {
			state = string(e.To)
		}
		for _, c := range e.Changes {
			switch c.Field {
			case "team":
				team = c.Now
			case "owner":
				owner = c.Now
			}
		}
		name, err := w.human(owner)
		if err != nil {
			return err
		}
		cells := []sheet.Cell{
			sheet.Text(row.Ref()), sheet.Text(e.At.UTC().Format(time.RFC3339Nano)), sheet.Int(e.ID), sheet.Text(e.Deed), sheet.Text(state),
			sheet.Text(waits(e)), sheet.Text(e.Name), sheet.Text(w.thing(team)), sheet.Text(name), sheet.Text(e.Text),
		}
		w.rows++
		if err := out.row(append(cells, same...)...); err != nil {
			return err
		}
	}
	return nil
}

// atFirst is what a field held when the record was opened: what its first
// change says it was, or what it is now where nothing changed it.
func atFirst(entries []record.Entry, field string, now int64) string {
	for _, e := range entries {
		for _, c := range e.Changes {
			if c.Field == field {
				return c.Was
			}
		}
	}
	if now == 0 {
		return ""
	}
	return strconv.FormatInt(now, 10)
}

// human is the name of a person, "" for nobody.
func (w *exporter[R]) human(id string) (string, error) {
	const most = 20_000 // names kept at once
	name, ok := w.names[id]
	n, err := strconv.ParseInt(id, 10, 64)
	if ok || err != nil || n == 0 {
		return name, nil // what is no number names nobody
	}
	found, err := w.db.Settings().Humans(w.env.Context, []int64{n}, nil)
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		name = found[0].Name.En
	}
	if w.names == nil || len(w.names) >= most {
		w.names = map[string]string{}
	}
	w.names[id] = name
	return name, nil
}

// judge says of the records at hand whether their time to resolve was met;
// nothing of those that no agreement covers or that are under way.
func (w *exporter[R]) judge(rows []record.Row) error {
	w.judged = map[int64]string{}
	if !w.flags.Timeline || len(rows) == 0 {
		return nil
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	clocks, err := w.db.Ledger().Clocks(w.env.Context, ids...)
	if err != nil {
		return err
	}
	for id, all := range clocks {
		for _, c := range all {
			if c.Name == sla.Resolve && (c.State == sla.Met || c.State == sla.Missed) {
				w.judged[id] = strconv.FormatBool(c.State == sla.Met)
			}
		}
	}
	return nil
}

// waits is what a record waits for from an entry on.
func waits(e record.Entry) string {
	if e.To == incident.Pending {
		return e.Reason
	}
	return ""
}

// exportMap is the map that reads an exported event log back.
func exportMap(k record.Kind) string {
	return `# Written by kilter export ` + string(k) + `s --timeline; read it with kilter import history FILE --map THIS.
source: kilter-` + string(k) + `s
shape: event_log
columns:
  case: number
  time: at
  order: entry
  activity: deed
  state: to
  reason: waits_for
  person: person
  team: now_team
  owner: now_owner
  text: text
  title: title
  description: description
  requester: requester
  department: department
  service: service
  category: category
  impact: impact
  urgency: urgency
  priority: priority
  cause: cause
  solution: solution
  outside: outside
  zone: zone
  in_target: in_target
unlisted: keep
`
}
