package app

import (
	"net/http"
	"net/http/httptest"
	"strings"
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

// BenchmarkListPage answers the whole page of a list of 50 from the database,
// as the server does. Promise: p50 under 5 ms.
func BenchmarkListPage(b *testing.B) { benchPage(b, "/incidents?q=state:closed") }

// BenchmarkRecordPage answers the whole page of a record. Promise: p50 under
// 5 ms.
func BenchmarkRecordPage(b *testing.B) { benchPage(b, "/incidents/INC-2026-00100") }

func benchPage(b *testing.B, path string) {
	h := testHouse(b, "sqlite")
	if err := h.fill(b.Context(), "S"); err != nil {
		b.Fatal(err)
	}
	handler, err := h.routes()
	if err != nil {
		b.Fatal(err)
	}
	mark, _ := h.demoMark()
	ask := func(method, path, body string, cookies []*http.Cookie) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for _, c := range cookies {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
	cookies := ask("POST", "/signin/demo", "person="+mark.Accounts[0].Person.String(), nil).Result().Cookies()
	if w := ask("GET", path, "", cookies); w.Code != http.StatusOK {
		b.Fatalf("%s answers %d", path, w.Code)
	}
	for b.Loop() {
		ask("GET", path, "", cookies)
	}
}
