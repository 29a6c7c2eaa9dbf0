package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"kilter/internal/base/once"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/record"
)

// A request that broke off before it did anything is done when it comes again;
// one whose change was committed and whose answer was lost is not done again,
// and the first sender, should he wake up, changes nothing.
func TestARequestThatBrokeOff(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		const body = `{"title":"broken off"}`
		sum := sha256.Sum256([]byte("\n\n" + body))
		key := once.Key{Who: "token:1", Route: "POST /api/v1/incidents", Key: "cut"}
		began := s.clock()
		if _, fresh, err := s.db.Answers().Claim(t.Context(), key, hex.EncodeToString(sum[:]), began); err != nil || !fresh {
			t.Fatal(fresh, err)
		}
		post := func() answer { return s.ask("agent", "POST", "/api/v1/incidents", body, "Idempotency-Key: cut") }
		if a := post().want(409, "api.once_under_way"); a.head.Get("Retry-After") == "" {
			t.Error("it does not say when to come again")
		}
		s.later(time.Minute)
		post().want(201, "INC-2026-00001")
		post().want(201, "INC-2026-00001")

		late := once.With(t.Context(), once.Claim{Key: key, At: began})
		if err := s.desk.Open(late, s.people["agent"], new(incident.Incident), record.Input{Fields: map[string]string{"title": "the dead man's"}}); err == nil {
			t.Error("the request given up for dead was done as well")
		}

		lost := once.Claim{Key: once.Key{Who: "token:1", Route: "POST /api/v1/incidents", Key: "lost"}, At: s.clock()}
		if _, _, err := s.db.Answers().Claim(t.Context(), lost.Key, hex.EncodeToString(sum[:]), lost.At); err != nil {
			t.Fatal(err)
		}
		if err := s.desk.Open(once.With(t.Context(), lost), s.people["agent"], new(incident.Incident), record.Input{Fields: map[string]string{"title": "broken off"}}); err != nil {
			t.Fatal(err)
		}
		a := s.ask("agent", "POST", "/api/v1/incidents", body, "Idempotency-Key: lost").want(201, `"INC-2026-00002"`)
		if a.head.Get("Location") != "/api/v1/incidents/INC-2026-00002" || a.head.Get("Idempotency-Replayed") != "true" {
			t.Errorf("answered with %v", a.head)
		}
		s.ask("agent", "GET", "/api/v1/incidents", "").want(200, "!INC-2026-00003", "!dead man")
	})
}
