package eventlog

import "strconv"

// likely are the ways in which the tools of service desks write moments, as a
// map names them; those that say more come first.
var likely = []string{
	"auto",
	"dd-MM-yyyy HH:mm:ss", "MM-dd-yyyy HH:mm:ss", "dd/MM/yyyy HH:mm:ss", "MM/dd/yyyy HH:mm:ss", "dd.MM.yyyy HH:mm:ss",
	"MM/dd/yyyy hh:mm:ss a", "dd/MM/yyyy hh:mm:ss a", "MM/dd/yyyy hh:mm a", "dd/MM/yyyy hh:mm a", "MM-dd-yyyy hh:mm:ss a", "dd-MM-yyyy hh:mm:ss a",
	"dd-MM-yyyy HH:mm", "MM-dd-yyyy HH:mm", "dd/MM/yyyy HH:mm", "MM/dd/yyyy HH:mm", "dd.MM.yyyy HH:mm",
	"dd/MM/yy HH:mm:ss", "MM/dd/yy HH:mm:ss", "dd/MM/yy HH:mm", "MM/dd/yy HH:mm", "dd-MM-yy HH:mm", "MM-dd-yy HH:mm", "dd.MM.yy HH:mm",
	"dd-MMM-yy HH:mm:ss", "dd-MMM-yy HH:mm", "dd MMM yyyy hh:mm:ss a", "dd-MMM-yyyy hh:mm:ss a", "dd/MMM/yyyy HH:mm:ss", "MMM dd yyyy HH:mm:ss",
	"yyyy-dd-MM HH:mm:ss", "yyyy年MM月dd日 HH:mm:ss",
	"dd-MM-yyyy", "MM-dd-yyyy", "dd/MM/yyyy", "MM/dd/yyyy", "dd/MM/yy", "MM/dd/yy",
}

// Guess names the formats that fit the most of some values, and no fewer than
// four in five: the likeliest first and at most two, for where day and month
// cannot be told apart. "auto" says that the values are understood without one.
func Guess(values []string) []string {
	var out []string
	best := max(1, (4*len(values)+4)/5)
	for _, format := range append(likely, numeric(values)...) {
		m, err := NewMoments("", format)
		if err != nil {
			continue
		}
		fit := 0
		for _, v := range values {
			if _, err := m.Parse(v); err == nil {
				fit++
			}
		}
		switch {
		case fit < best:
		case fit > best || len(out) == 0:
			out, best = []string{format}, fit
		case len(out) == 1 && out[0] != "auto":
			out = append(out, format)
		}
	}
	return out
}

// numeric is the unit that numbers of their size most likely count.
func numeric(values []string) []string {
	unit := ""
	for _, v := range values {
		f, err := strconv.ParseFloat(v, 64)
		if err != nil {
			return nil
		}
		is := ""
		switch {
		case f > 20_000 && f < 80_000: // 1954 to 2119
			is = "excel"
		case f > 3e8 && f < 5e9: // 1979 to 2128
			is = "unix"
		case f > 3e11 && f < 5e12:
			is = "unix_ms"
		}
		if is == "" || unit != "" && is != unit {
			return nil
		}
		unit = is
	}
	return []string{unit}
}
