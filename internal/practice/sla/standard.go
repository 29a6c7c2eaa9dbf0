package sla

import (
	"slices"

	"kilter/internal/base/calendar"
)

// StandardCalendar is a calendar that a new centre starts with.
type StandardCalendar struct {
	ID             int64 // as the standard agreement names it, see Agreement.On
	Code           string
	NameEn, NameZh string
	Spec           calendar.Spec
}

// The standard calendars' ids.
const (
	Office int64 = 1 // 5x8
	Hall   int64 = 2 // the service hall, Saturday mornings too
	Always int64 = 3 // 7x24
)

// StandardCalendars are office, hall and round the clock in China's time, the
// first two with the public holidays that come with Kilter.
func StandardCalendars() []StandardCalendar {
	const zone = "Asia/Shanghai"
	am, pm := calendar.Interval{"08:30", "12:00"}, calendar.Interval{"14:00", "18:00"}
	weekdays := calendar.Weekdays[:5]
	office := calendar.Spec{Name: "office", Zone: zone, MakeUp: "fri", Week: calendar.EveryDay(weekdays, am, pm)}
	hall := calendar.Spec{Name: "hall", Zone: zone, MakeUp: "fri", Week: calendar.EveryDay(weekdays, am, pm)}
	hall.Week["sat"] = []calendar.Interval{am}
	for _, h := range calendar.Pack("cn") {
		office.Enter(h)
		hall.Enter(h)
	}
	return []StandardCalendar{
		{Office, "office", "Office hours (5x8)", "办公时间（5×8）", office},
		{Hall, "hall", "Service hall hours", "服务大厅时间", hall},
		{Always, "always", "Round the clock (7x24)", "全天候（7×24）", calendar.Spec{Name: "7x24", Zone: zone, Week: calendar.RoundTheClock()}},
	}
}

// Standard is the agreement that a new centre starts with, for every service:
//
//	priority  respond  update  resolve  calendar
//	1         10 min   30 min  2 h      round the clock
//	2         15 min   2 h     4 h      office (round the clock for critical services, see Critical)
//	3         30 min   -       8 h      office
//	4         1 h      -       24 h     office
//
// Waiting for the user stops the update and the resolution clock, waiting for
// the province's platform the resolution clock. Waiting for a supplier, a
// change or parts is our own affair and stops nothing.
func Standard() Agreement {
	return Agreement{
		Kind: SLA, NameEn: "Standard agreement", NameZh: "标准服务级别协议",
		Targets: slices.Concat(
			targets(1, Always, 10, 30, 2*60),
			targets(2, Office, 15, 2*60, 4*60),
			targets(3, Office, 30, 0, 8*60),
			targets(4, Office, 60, 0, 24*60),
		),
		Stops: map[string][]Name{"user": {Update, Resolve}, "province": {Resolve}},
		Warn:  []int{50, 80, 100},
	}
}

// Critical is the standard agreement for critical services: priority 2 counts
// round the clock, too.
func Critical(services ...int64) Agreement {
	a := Standard()
	a.NameEn, a.NameZh, a.Services = "Agreement for critical services", "关键服务级别协议", services
	for i := range a.Targets {
		if a.Targets[i].Priority == 2 {
			a.Targets[i].Calendar = Always
		}
	}
	return a
}

// targets are the promises for one priority, in minutes; 0 promises nothing.
func targets(priority int, cal int64, respond, update, resolve int) []Target {
	var out []Target
	for i, m := range []int{respond, update, resolve} {
		if m > 0 {
			out = append(out, Target{Priority: priority, Clock: Names[i], Minutes: m, Calendar: cal})
		}
	}
	return out
}
