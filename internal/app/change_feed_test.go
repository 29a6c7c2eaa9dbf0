package app

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"kilter/internal/base/fault"
	"kilter/internal/practice/change"
)

// TestTheCalendarIsSubscribedTo: a program with the secret address reads what its
// owner may see now, in a form that a parser of another project understands;
// what is cancelled is taken back, what did not change is not sent again, and a
// revoked address opens nothing.
func TestTheCalendarIsSubscribedTo(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			w := newWorks(t, engine)
			ask := func(status int, path, etag string) *httptest.ResponseRecorder {
				t.Helper()
				r := httptest.NewRequestWithContext(t.Context(), "GET", path, nil)
				if etag != "" {
					r.Header.Set("If-None-Match", etag)
				}
				rec := httptest.NewRecorder()
				w.routes.ServeHTTP(rec, r)
				if rec.Code != status {
					t.Fatalf("%d, want %d: %s", rec.Code, status, rec.Body)
				}
				return rec
			}
			events := func(path string) map[string]*ics.VEvent {
				t.Helper()
				cal, err := ics.ParseCalendar(ask(http.StatusOK, path, "").Body)
				if err != nil {
					t.Fatal(err)
				}
				out := map[string]*ics.VEvent{}
				for _, e := range cal.Events() {
					out[e.Id()] = e
				}
				return out
			}
			night := Now().UTC().Truncate(time.Hour).Add(72 * time.Hour)
			one, two := w.authorised(t, "Firmware; of the first, host", "H1"), w.authorised(t, "Firmware of the second host", "H2")
			for i, c := range []*change.Change{one, two} {
				at := night.Add(time.Duration(24*i) * time.Hour)
				w.move(t, w.manager, c, "schedule", "starts", at.Format(time.RFC3339), "ends", at.Add(4*time.Hour).Format(time.RFC3339), "owner", w.engineer.ID.String())
			}
			f, secret, err := w.house.feeds.Make(t.Context(), w.director, "  My   telephone ")
			if err != nil || f.Name != "My telephone" || strings.Contains(f.Hash, secret) {
				t.Fatalf("%+v, %v", f, err)
			}
			by := w.director
			by.Token = 1
			if _, _, err := w.house.feeds.Make(t.Context(), by, "x"); !fault.Is(err, fault.Denied) {
				t.Errorf("a token makes one: %v", err)
			}
			path := "/link/calendar/" + secret + ".ics"
			first := events(path)
			uid := strings.ToLower(one.Ref()) + "@kilter.invalid"
			e := first[uid]
			if e == nil {
				t.Fatalf("%s is not among %v", uid, first)
			}
			if at, err := e.GetStartAt(); err != nil || !at.Equal(night) {
				t.Errorf("it starts %v, %v", at, err)
			}
			read := func(e *ics.VEvent, p ics.ComponentProperty) string {
				if v := e.GetProperty(p); v != nil {
					return ics.FromText(v.Value)
				}
				return ""
			}
			if got := read(e, ics.ComponentPropertySummary); got != one.Ref()+" "+one.Title || read(e, ics.ComponentPropertyStatus) != "CONFIRMED" {
				t.Errorf("%s, %s", got, read(e, ics.ComponentPropertyStatus))
			}
			etag := ask(http.StatusOK, path, "").Header().Get("ETag")
			if rec := ask(http.StatusNotModified, path, `"old", `+etag); rec.Body.Len() != 0 {
				t.Error("not modified, and sent")
			}
			w.move(t, w.all, one, "drop", "why_dropped", "too dear")
			if rec := ask(http.StatusOK, path, etag); rec.Header().Get("ETag") == etag {
				t.Error("the same mark for another calendar")
			}
			gone := events(path)[uid]
			if gone == nil || read(gone, ics.ComponentPropertyStatus) != "CANCELLED" || !strings.HasPrefix(read(gone, ics.ComponentPropertySummary), "Called off: ") || read(gone, ics.ComponentPropertySequence) <= read(e, ics.ComponentPropertySequence) {
				t.Errorf("the cancelled one reads %+v", gone)
			}
			w.move(t, w.manager, two, "reconsider")
			anew := events(path)[strings.ToLower(two.Ref())+"@kilter.invalid"]
			if anew == nil || read(anew, ics.ComponentPropertyStatus) != "TENTATIVE" || !strings.HasPrefix(read(anew, ics.ComponentPropertySummary), "Being reconsidered: "+two.Ref()) {
				t.Errorf("the one that is assessed anew reads %+v", anew)
			}
			mine, err := w.house.feeds.Mine(t.Context(), w.director)
			if err != nil || len(mine) != 1 || mine[0].Seen.IsZero() {
				t.Errorf("%+v, %v", mine, err)
			}
			ask(http.StatusNotFound, "/link/calendar/"+change.FeedPrefix+strings.Repeat("x", 43), "")
			ask(http.StatusNotFound, "/link/calendar/"+f.Hash, "")
			w.ownOnly(t, "director") // the rights of now
			if n := len(events(path)); n != 0 {
				t.Errorf("who sees nothing now reads %d events", n)
			}
			if err := w.house.feeds.Revoke(t.Context(), w.engineer, f.ID); !fault.Is(err, fault.Missing) {
				t.Errorf("somebody else revokes it: %v", err)
			}
			many := 0
			for many < 40 {
				r := httptest.NewRecorder()
				w.routes.ServeHTTP(r, httptest.NewRequestWithContext(t.Context(), "GET", path, nil))
				if r.Code == http.StatusTooManyRequests {
					break
				}
				many++
			}
			if many == 40 {
				t.Error("nothing limits how often it is read")
			}
			if err := w.house.feeds.Revoke(t.Context(), w.director, f.ID); err != nil {
				t.Fatal(err)
			}
			ask(http.StatusNotFound, path, "")
		})
	}
}

// ownOnly narrows what somebody sees to what is his own, in teams of nobody.
func (w *works) ownOnly(t *testing.T, who string) {
	t.Helper()
	p, err := w.house.db.Person(t.Context(), w.id[who])
	if err != nil {
		t.Fatal(err)
	}
	p.Doc.Reach = "own"
	if err := w.house.db.SavePerson(t.Context(), &p); err != nil {
		t.Fatal(err)
	}
	if err := w.house.refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.house.who.roster.Actor(t.Context(), w.id[who], p.Version, Now()); err != nil {
		t.Fatal(err)
	}
}
