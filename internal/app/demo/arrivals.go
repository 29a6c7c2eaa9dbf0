package demo

import (
	"cmp"
	"slices"
	"time"
)

// arrival is a call that comes in.
type arrival struct {
	at     time.Time
	tale   *tale
	outage *outage
	head   bool // the incident of the outage itself
}

// arrivals draws when something is reported and what, with season, week, hour
// and the outages.
func (c *city) arrivals() []arrival {
	days := int(c.now.Sub(c.from).Hours()/24) + 1
	weight := make([]float64, days)
	total := 0.0
	for d := range days {
		weight[d] = c.busy(c.from.AddDate(0, 0, d).In(china)) * (1 + 0.35*float64(d)/float64(days))
		total += weight[d]
	}
	var out []arrival
	for i := range outages {
		o := &outages[i]
		day := c.now.In(china).AddDate(0, 0, -o.daysAgo)
		for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
			day = day.AddDate(0, 0, -1)
		}
		at := time.Date(day.Year(), day.Month(), day.Day(), o.hour, 7, 0, 0, china)
		out = append(out, arrival{at: at, outage: o, head: true})
		for range o.calls {
			out = append(out, arrival{at: at.Add(time.Duration(1+c.r.IntN(o.minutes*2/3)) * time.Minute), outage: o})
		}
	}
	left := float64(c.size.Records - len(out))
	owed := 0.0
	for d := range days {
		owed += left * weight[d] / total
		for ; owed >= 1; owed-- {
			at := c.moment(c.from.AddDate(0, 0, d).In(china))
			if at.Before(c.now) {
				out = append(out, arrival{at: at, tale: c.pick(at)})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b arrival) int { return cmp.Compare(a.at.UnixMilli(), b.at.UnixMilli()) })
	return out
}

// busy is how much is reported on a day: Mondays and month ends most, less at
// weekends and in the holiday weeks, more in the heat and at the year's end.
func (c *city) busy(day time.Time) float64 {
	w := map[time.Weekday]float64{time.Monday: 1.45, time.Tuesday: 1.1, time.Wednesday: 1, time.Thursday: 1, time.Friday: 0.9, time.Saturday: 0.14, time.Sunday: 0.08}[day.Weekday()]
	if day.AddDate(0, 0, 3).Month() != day.Month() {
		w *= 1.25
	}
	switch {
	case day.Month() == time.October && day.Day() <= 7, day.Month() == time.May && day.Day() <= 5, day.Month() == time.February && day.Day() >= 8 && day.Day() <= 17:
		w *= 0.1
	case day.Month() == time.July, day.Month() == time.August:
		w *= 1.15
	case day.Month() == time.December:
		w *= 1.2
	}
	return w
}

// moment of a call within its day: most between nine and eleven, a second hill
// in the afternoon.
func (c *city) moment(day time.Time) time.Time {
	hours := []int{8, 9, 9, 9, 9, 10, 10, 10, 10, 11, 11, 12, 13, 14, 14, 14, 15, 15, 15, 16, 16, 17, 18, 20}
	return time.Date(day.Year(), day.Month(), day.Day(), hours[c.r.IntN(len(hours))], c.r.IntN(60), c.r.IntN(60), 0, china)
}

// pick draws a tale by its weight at that time. The weights of all others stay:
// what swells comes on top of them.
func (c *city) pick(at time.Time) *tale {
	swell := c.swell(at)
	n := c.r.IntN(taleWeight + swell)
	if n < swell {
		return &tales[swelling]
	}
	n -= swell
	for i := range tales {
		if n -= tales[i].weight; n < 0 {
			return &tales[i]
		}
	}
	return &tales[0]
}

// swellDays is how long something has been becoming more.
const swellDays = 26 * 7

// swell is what the swelling tale weighs beyond its own weight: nothing before
// the last half year, then more from week to week, to some ten times as much.
// The certificates handed out three years ago expire one after the other, and
// somebody should see it coming: on whatever day the city is built, for at half
// of this one city in seven shows no rise that is more than chance.
func (c *city) swell(at time.Time) int {
	begun := swellDays*24*time.Hour - c.now.Sub(at)
	if begun <= 0 {
		return 0
	}
	return tales[swelling].weight * 9 * int(begun.Hours()) / (swellDays * 24)
}

var swelling = slices.IndexFunc(tales, func(t tale) bool { return t.service == "ukey" && t.cause == "supplier" })

var taleWeight = func() (sum int) {
	for _, t := range tales {
		sum += t.weight
	}
	return sum
}()
