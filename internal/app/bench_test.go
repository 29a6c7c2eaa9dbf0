package app

import (
	"sync/atomic"
	"testing"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// BenchmarkRegister registers incidents durably with number, timeline, clocks,
// audit, search, counters and the news for notices, as eight people at once.
// Promise: at least 500 a second with eight, p50 under 5 ms with one.
func BenchmarkRegister(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		for _, clients := range []int{1, 8} {
			b.Run(engine+"/"+string(rune('0'+clients)), func(b *testing.B) {
				h := testHouse(b, engine)
				if err := h.fill(b.Context(), "S"); err != nil {
					b.Fatal(err)
				}
				by := people.System(people.ViaAPI)
				service := h.settings.All().Coded(setting.Service, "printing")
				category := h.settings.All().Coded(setting.Category, "terminal-printer")
				var n atomic.Int64
				b.SetParallelism((clients + 1) / 2)
				b.ResetTimer()
				b.RunParallel(func(p *testing.PB) {
					for p.Next() {
						n.Add(1)
						in := record.Input{Fields: map[string]string{
							"title": "Printer on floor 3 jams 打印机卡纸", "description": "It jams on every second page. 每打两页就卡一次。",
							"service": people.ID(service.ID).String(), "category": people.ID(category.ID).String(), "impact": "4", "urgency": "3",
						}}
						if _, err := h.incidents.Register(b.Context(), by, incident.Call{Input: in}); err != nil {
							b.Error(err)
							return
						}
					}
				})
			})
		}
	}
}
