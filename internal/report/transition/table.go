package transition

import (
	"kilter/internal/base/lang"
	"kilter/internal/base/sheet"
	"kilter/internal/report/desk"
)

// The columns of the tables, their names being keys below "transition.".
var (
	changeColumns  = []string{"ended", "success", "reviewed", "with_incidents", "overran", "taken_back", "failed", "emergency", "emergencies", "causing", "caused", "lead_median", "lead_p90", "accuracy", "planned", "moved"}
	releaseColumns = []string{"rolled_out", "success", "deployed", "partly", "backed_out", "cancelled", "take_backs", "no_go", "builds", "lead_median", "lead_p90", "accuracy", "planned", "incidents", "measured", "release_emergency", "verified"}
)

// Tables lays the report out: the whole, and the same by each dimension.
func (r Changes) Tables() []desk.Table {
	out := []desk.Table{{Name: "whole", Columns: changeColumns, Rows: [][]desk.Cell{r.cells(desk.Cell{Value: "all_changes", Unit: desk.Key})}}}
	for _, g := range []struct {
		name, word string
		groups     []ChangeGroup
	}{{"by_type", "type_", r.ByType}, {"by_month", "", r.ByMonth}, {"by_service", "", r.ByService}, {"by_team", "", r.ByTeam}} {
		t := desk.Table{Name: g.name, Columns: changeColumns}
		for _, one := range g.groups {
			t.Rows = append(t.Rows, one.cells(nameCell(one.Name, g.word)))
		}
		out = append(out, t)
	}
	return out
}

// Tables lays the report out: the whole, and the same by each dimension.
func (r Releases) Tables() []desk.Table {
	out := []desk.Table{{Name: "whole", Columns: releaseColumns, Rows: [][]desk.Cell{r.cells(desk.Cell{Value: "all_releases", Unit: desk.Key})}}}
	for _, g := range []struct {
		name, word string
		groups     []ReleaseGroup
	}{{"by_weight", "weight_", r.ByWeight}, {"by_month", "", r.ByMonth}, {"by_service", "", r.ByService}, {"by_team", "", r.ByTeam}} {
		t := desk.Table{Name: g.name, Columns: releaseColumns}
		for _, one := range g.groups {
			t.Rows = append(t.Rows, one.cells(nameCell(one.Name, g.word)))
		}
		out = append(out, t)
	}
	return out
}

// nameCell is what a row is called: a word of ours, or a name as it is.
func nameCell(name, word string) desk.Cell {
	if word != "" && name != "" {
		return desk.Cell{Value: word + name, Unit: desk.Key}
	}
	return desk.Cell{Value: name}
}

func (f ChangeFigures) cells(name desk.Cell) []desk.Cell {
	return []desk.Cell{
		name,
		{Value: f.Ended},
		portion(f.Success, desk.Share),
		{Value: f.Reviewed},
		{Value: f.WithIncidents},
		{Value: f.Overran},
		{Value: f.TakenBack},
		{Value: f.Failed},
		portion(f.Emergency, desk.Share),
		{Value: f.Emergencies},
		{Value: f.Causing},
		{Value: f.Caused},
		portion(f.LeadTime.Median, desk.Seconds),
		portion(f.LeadTime.P90, desk.Seconds),
		portion(f.Accuracy, desk.Share),
		{Value: f.Planned},
		{Value: f.Moved},
	}
}

func (f ReleaseFigures) cells(name desk.Cell) []desk.Cell {
	return []desk.Cell{
		name,
		{Value: f.RolledOut},
		portion(f.Success, desk.Share),
		{Value: f.Deployed},
		{Value: f.Partly},
		{Value: f.BackedOut},
		{Value: f.Cancelled},
		{Value: f.TakenBack},
		{Value: f.Refusals},
		portion(f.Builds, Mean),
		portion(f.LeadTime.Median, desk.Seconds),
		portion(f.LeadTime.P90, desk.Seconds),
		portion(f.Accuracy, desk.Share),
		{Value: f.Planned},
		{Value: f.Incidents},
		{Value: f.Measured},
		portion(f.Emergency, desk.Share),
		portion(f.Verified, desk.Share),
	}
}

// Mean is the unit of a mean of counts.
const Mean desk.Unit = "mean"

func portion(v *float64, u desk.Unit) desk.Cell {
	if v == nil {
		return desk.Cell{Unit: u}
	}
	return desk.Cell{Value: *v, Unit: u}
}

// Write writes tables of a report as one: a row for each of theirs, with the
// part that it belongs to. Shares are from 0 to 1, times in seconds. It closes
// out.
func Write(out sheet.Writer, tables []desk.Table, words *lang.Printer) error {
	t := func(key string) string { return words.T("transition." + key) }
	names := []string{t("part"), t("name")}
	for _, col := range tables[0].Columns {
		names = append(names, t(col))
	}
	if err := out.Header(names...); err != nil {
		return err
	}
	for _, table := range tables {
		for _, row := range table.Rows {
			cells := []sheet.Cell{sheet.Text(t(table.Name)), sheet.Text(row[0].Named(words, "transition."))}
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
