package app

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/rule"
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
				if err := h.fill(b.Context(), benchSize()); err != nil {
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

// benchSize is the city that figures are taken in, or under -short, where they
// only have to come, one that is made in no time.
func benchSize() string {
	if !testing.Short() {
		return "S"
	}
	return "XS"
}

// BenchmarkRegisterUnderRules registers incidents in two cities in turn, one
// without rules and one with fifty that all listen to registering and of which
// one in ten fires, and then carries the news to them. Registering waits for no
// rule: promise, a ratio near 1. What rules cost is paid behind it.
func BenchmarkRegisterUnderRules(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			var cities [2]*house
			for i := range cities {
				cities[i] = testHouse(b, engine)
				if err := cities[i].fill(b.Context(), benchSize()); err != nil {
					b.Fatal(err)
				}
				cities[i].ruled(b, 50*i)
				cities[i].carryAll(b)
			}
			var register, carry [2]time.Duration
			for b.Loop() {
				for i, h := range cities {
					begun := time.Now()
					if _, err := h.incidents.Register(b.Context(), people.System(people.ViaAPI), incident.Call{Input: record.Input{Fields: map[string]string{"title": "Printer on floor 3 jams"}}}); err != nil {
						b.Fatal(err)
					}
					register[i] += time.Since(begun)
					begun = time.Now()
					h.carryAll(b)
					carry[i] += time.Since(begun)
				}
			}
			for i, n := range []string{"0", "50"} {
				b.ReportMetric(float64(register[i].Microseconds())/float64(b.N), "µs-register-"+n)
				b.ReportMetric(float64(carry[i].Microseconds())/float64(b.N), "µs-carry-"+n)
			}
			b.ReportMetric(float64(register[1])/float64(register[0]), "ratio-register")
			b.ReportMetric(float64(carry[1])/float64(carry[0]), "ratio-carry")
		})
	}
}

// ruled retires the rules of the demo city and makes n others.
func (h *house) ruled(b *testing.B, n int) {
	b.Helper()
	var things []*setting.Thing
	for _, t := range h.settings.All().Of(setting.Rule) {
		old := *t
		old.Retired = true
		things = append(things, &old)
	}
	for i := range n {
		text := "title:scanner priority:" + strconv.Itoa(1+i%4)
		if i%10 == 0 {
			text = "title:printer"
		}
		t := &setting.Thing{Kind: setting.Rule, Code: "bench-" + strconv.Itoa(i), Name: people.Text{En: "Rule"}, Changed: Now()}
		doc := rule.Rule{Practice: record.Incident, On: true, When: rule.OnDeed, Deeds: []string{"open"}, Language: rule.Query, If: text, Then: []record.Action{{Do: record.Set, Field: "outside", Value: "P-" + strconv.Itoa(i)}}}
		if err := setting.Write(t, doc); err != nil {
			b.Fatal(err)
		}
		things = append(things, t)
	}
	if err := h.settings.Put(b.Context(), &setting.Lot{Things: things}); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkListPage answers the whole page of a list of 50 from the database,
// as the server does. Promise: p50 under 5 ms.
func BenchmarkListPage(b *testing.B) {
	benchPage(b, func(*house) string { return "/incidents?q=state:closed" })
}

// BenchmarkRecordPage answers the whole page of a record. Promise: p50 under
// 5 ms.
func BenchmarkRecordPage(b *testing.B) {
	benchPage(b, func(h *house) string {
		all, err := h.db.Ledger().List(b.Context(), people.Everything(), record.Query{Kind: record.Incident, Where: query.Is("state", "closed"), Limit: 1})
		if err != nil || len(all) != 1 {
			b.Fatal(len(all), err)
		}
		return "/incidents/" + all[0].Ref()
	})
}

func benchPage(b *testing.B, address func(*house) string) {
	h := testHouse(b, "sqlite")
	if err := h.fill(b.Context(), benchSize()); err != nil {
		b.Fatal(err)
	}
	handler, err := h.routes()
	if err != nil {
		b.Fatal(err)
	}
	path := address(h)
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
