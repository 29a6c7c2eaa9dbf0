package calendar

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A pack is one country's official holidays, as far as they are announced.
// They are facts, written down here in a short form: for each holiday its
// name, the days off (first..last) and the weekend days worked for it, all as
// month-day of the year.
var packs = map[string]map[int][]holiday{
	// Notices of the General Office of the State Council on holiday
	// arrangements, November 2024 and November 2025.
	"cn": {
		2025: {
			{"元旦", "01-01", ""},
			{"春节", "01-28..02-04", "01-26 02-08"},
			{"清明节", "04-04..04-06", ""},
			{"劳动节", "05-01..05-05", "04-27"},
			{"端午节", "05-31..06-02", ""},
			{"国庆节、中秋节", "10-01..10-08", "09-28 10-11"},
		},
		2026: {
			{"元旦", "01-01..01-03", "01-04"},
			{"春节", "02-15..02-23", "02-14 02-28"},
			{"清明节", "04-04..04-06", ""},
			{"劳动节", "05-01..05-05", "05-09"},
			{"端午节", "06-19..06-21", ""},
			{"中秋节", "09-25..09-27", ""},
			{"国庆节", "10-01..10-07", "09-20 10-10"},
		},
	},
}

type holiday struct{ name, off, work string }

// Packs lists the countries whose holidays come with Kilter, by ISO code.
func Packs() []string { return []string{"cn"} }

// Pack returns the holidays of a country, one entry for each year known,
// oldest first; nil for a country that has no pack.
func Pack(country string) []Holidays {
	var out []Holidays
	for y, list := range packs[strings.ToLower(country)] {
		out = append(out, expand(y, list))
	}
	slices.SortFunc(out, func(a, b Holidays) int { return a.Year - b.Year })
	return out
}

func expand(y int, list []holiday) Holidays {
	h := Holidays{Year: y}
	for _, e := range list {
		first, last, _ := strings.Cut(e.off, "..")
		if last == "" {
			last = first
		}
		for day := dayIn(y, first); day <= dayIn(y, last); day++ {
			h.Off = append(h.Off, Off{Date: civil(day).Format(time.DateOnly), Name: e.name, Year: y})
		}
		for _, w := range strings.Fields(e.work) {
			h.Work = append(h.Work, Work{Date: fmt.Sprintf("%d-%s", y, w), Name: e.name, Year: y})
		}
	}
	return h
}

// dayIn reads a month-day of the table above, which the tests hold against the
// rules of Validate.
func dayIn(y int, monthDay string) int {
	day, err := parseDate(fmt.Sprintf("%d-%s", y, monthDay))
	if err != nil {
		panic("calendar: pack: " + err.Error())
	}
	return day
}
