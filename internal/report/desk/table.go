package desk

// Unit says how a value is shown.
type Unit string

// The units.
const (
	Plain   Unit = ""        // a count or a name
	Seconds Unit = "seconds" // a duration
	Share   Unit = "share"   // of one
	Key     Unit = "key"     // the key of a word, to be translated
)

// Cell is one value of a table: int, float64, string, or nil for none.
type Cell struct {
	Value any
	Unit  Unit
}

// Table is a part of the report as rows and columns; names of tables and
// columns are keys below report.desk.
type Table struct {
	Name    string
	Columns []string // of the cells after the first
	Rows    [][]Cell
}

// figureColumns are the measures of a group, in their order.
var figureColumns = []string{"opened", "resolved", "closed", "cancelled", "backlog", "mean", "median", "p90", "business_median", "first_contact", "reopened", "reassigned", "ping_pong", "in_target"}

// Tables lays the report out: the whole, and the same by each dimension. All
// adds the columns that only a spreadsheet has room for.
func (r Report) Tables(all bool) []Table {
	columns := figureColumns
	if all {
		columns = append(append([]string{}, columns...), "business_mean", "business_p90", "first_contact_of", "in_target_of")
	}
	whole := Table{Name: "whole", Columns: columns, Rows: [][]Cell{r.Figures.cells(Cell{"all", Key}, all)}}
	out := []Table{whole}
	for _, g := range []struct {
		name   string
		groups []Group
	}{{"by_month", r.ByMonth}, {"by_team", r.ByTeam}, {"by_service", r.ByService}, {"by_category", r.ByCategory}, {"by_priority", r.ByPriority}, {"by_agreement", r.ByAgreement}} {
		t := Table{Name: g.name, Columns: columns}
		for _, group := range g.groups {
			t.Rows = append(t.Rows, group.cells(Cell{Value: group.Name}, all))
		}
		out = append(out, t)
	}
	waiting := Table{Name: "waiting", Columns: []string{"records", "seconds", "business_seconds"}}
	for _, w := range r.Waiting {
		name := Cell{"reason_" + w.Reason, Key}
		if w.Reason == "" {
			name = Cell{"reason_none", Key}
		}
		seconds := w.Seconds
		waiting.Rows = append(waiting.Rows, []Cell{name, {Value: w.Records}, number(&seconds, Seconds), number(w.Business, Seconds)})
	}
	return append(out, waiting)
}

func (f Figures) cells(name Cell, all bool) []Cell {
	s := f.TimeToResolve
	business := Spread{}
	if s.Business != nil {
		business = *s.Business
	}
	out := []Cell{
		name,
		{Value: f.Opened},
		{Value: f.Resolved},
		{Value: f.Closed},
		{Value: f.Cancelled},
		{Value: f.Backlog},
		number(s.Mean, Seconds), number(s.Median, Seconds), number(s.P90, Seconds), number(business.Median, Seconds), number(f.FirstContact, Share),
		{Value: f.Reopened},
		{Value: f.Reassigned},
		{Value: f.PingPong},
		number(f.InTarget, Share),
	}
	if all {
		out = append(out, number(business.Mean, Seconds), number(business.P90, Seconds), Cell{Value: f.FirstOf}, Cell{Value: f.TargetOf})
	}
	return out
}

func number(v *float64, u Unit) Cell {
	if v == nil {
		return Cell{nil, u}
	}
	return Cell{*v, u}
}
