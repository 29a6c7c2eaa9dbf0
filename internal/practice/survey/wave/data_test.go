package wave

import (
	"slices"
	"testing"
)

// Values that few share are emptied, and never so few rows that an empty cell
// tells whose it was.
func TestSmallGroupsCannotBeToldByWhatIsMissing(t *testing.T) {
	for _, one := range []struct {
		name string
		give map[string]int
		want []string
	}{
		{"none is small", map[string]int{"a": 5, "b": 9}, []string{"a", "b"}},
		{"one is small, and would be alone", map[string]int{"a": 1, "b": 5, "c": 9}, []string{"c"}},
		{"small ones that hide each other", map[string]int{"a": 2, "b": 3, "c": 9, "d": 7}, []string{"c", "d"}},
		{"small ones that do not", map[string]int{"a": 1, "b": 2, "c": 9, "d": 7}, []string{"c"}},
		{"whoever said nothing hides nobody", map[string]int{"": 20, "a": 4, "b": 6}, nil},
		{"all are small", map[string]int{"a": 1, "b": 1}, nil},
	} {
		t.Run(one.name, func(t *testing.T) {
			d, n := &Data{Columns: []string{"department"}}, 0
			for v, rows := range one.give {
				for range rows {
					d.Rows = append(d.Rows, []string{v})
					n++
				}
			}
			d.blank(0, 5)
			left := map[string]int{}
			for _, row := range d.Rows {
				left[row[0]]++
			}
			var told []string
			for v, rows := range left {
				if v != "" {
					told = append(told, v)
					if rows != one.give[v] {
						t.Errorf("%s: %d of %d rows are left", v, rows, one.give[v])
					}
				}
			}
			if slices.Sort(told); !slices.Equal(told, one.want) || len(d.Rows) != n {
				t.Errorf("told are %v, want %v; %d rows of %d", told, one.want, len(d.Rows), n)
			}
		})
	}
}
