package satisfaction

import (
	"slices"
	"time"

	"kilter/internal/report/desk"
)

// outages are the major incidents of a time, and who called about which service
// when: from them follows how long each department was hit.
type outages struct {
	majors []lasting
	calls  map[string][]called // by service
}

// lasting is a major incident until it was resolved; to is 0 while it lasts.
type lasting struct {
	service  string
	from, to int64
}

type called struct {
	department string
	at         int64
}

// note remembers a case; resolved is 0 when it was not.
func (o *outages) note(department string, c *desk.Case, resolved int64) {
	if c.Service == "" {
		return
	}
	if c.Major {
		o.majors = append(o.majors, lasting{c.Service, c.Opened, resolved})
	}
	if o.calls == nil {
		o.calls = map[string][]called{}
	}
	o.calls[c.Service] = append(o.calls[c.Service], called{department, c.Opened})
}

// hit adds to departments the minutes in which a major incident lasted about
// whose service their people called meanwhile. Where two overlap, the time counts
// once.
func (t *gathered) hit(end time.Time) {
	spans := map[string][][2]int64{}
	for _, m := range t.majors {
		if m.to == 0 {
			m.to = end.UnixMilli()
		}
		seen := map[string]bool{}
		for _, c := range t.calls[m.service] {
			if c.at >= m.from && c.at < m.to && !seen[c.department] {
				seen[c.department] = true
				spans[c.department] = append(spans[c.department], [2]int64{m.from, m.to})
			}
		}
	}
	for code, all := range spans {
		t.of[code].outage = float64(union(all)) / minute
	}
}

// union is how long at least one of some spans lasts.
func union(all [][2]int64) (sum int64) {
	slices.SortFunc(all, func(a, b [2]int64) int { return int(a[0] - b[0]) })
	end := int64(0)
	for _, s := range all {
		if s[1] > max(end, s[0]) {
			sum += s[1] - max(end, s[0])
			end = s[1]
		}
	}
	return sum
}
