package api_test

import (
	"encoding/json"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"kilter/internal/practice/people"
	"kilter/internal/store"
	"kilter/internal/testkit"
	"kilter/internal/testkit/storetest"
)

// kioskSpec says what the columns of the kiosk's answers mean, after its authors.
const kioskSpec = `
scale: 7
columns: {E: "E{item}", P: "P{item}", I: "I{item}", S: "S{item}"}
dimensions: {tangible: [4, 5, 6, 22], security: [19, 20, 21], economy: [10, 11, 18], convenience: [13, 14, 15, 16, 17], reliability: [1, 2, 3], control: [7, 8]}
items: [9, 12, 23, 24]
satisfaction: [SAT1, SAT2]
bootstrap: {samples: 100}
`

// A file of answers becomes a wave through the API, and its report says what the
// analysis of the file says: the kiosk's published figures where they are, else a
// wave of our own.
func TestAFileBecomesAWave(t *testing.T) {
	t.Parallel()
	root := testkit.Root(t)
	read := func(name string) string {
		t.Helper()
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	small, smallSpec := read(filepath.Join(root, "examples/survey/small.csv")), read(filepath.Join(root, "examples/survey/small.yaml"))
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		s.person("lead", people.Actor{Staff: true, Grants: people.NewGrants("survey.*"), Scope: people.Everything(), Token: 21})
		s.person("director", people.Actor{Staff: true, Grants: people.NewGrants("survey.read"), Scope: people.Everything(), Token: 22})
		bring := func(who, spec, csv string, status int) string {
			t.Helper()
			body, err := json.Marshal(map[string]any{"name": map[string]string{"en": "From a file"}, "from": "2026-10-01T00:00:00Z", "to": "2026-10-20T00:00:00Z", "spec": spec, "csv": csv})
			if err != nil {
				t.Fatal(err)
			}
			return s.ask(who, "POST", "/api/v1/surveys/import", string(body)).want(status).body
		}
		bring("director", smallSpec, small, http.StatusForbidden)
		bring("lead", "scale: 1", small, http.StatusUnprocessableEntity)
		bring("lead", smallSpec, small, http.StatusOK)
		s.ask("lead", "GET", "/api/v1/surveys/1/report", "").want(http.StatusOK, `"sure":`, `response_unknown"`, `"overall_unweighted_mean_of_dims":`)
		s.ask("lead", "GET", "/api/v1/surveys/1/report?against=x", "").want(http.StatusUnprocessableEntity, `"parameter":"against"`)
		s.ask("lead", "GET", "/api/v1/surveys/1/data", "").want(http.StatusConflict, "wave.no_data")
		s.ask("director", "GET", "/api/v1/surveys/1/report", "").want(http.StatusForbidden) // it is not published
		s.ask("director", "GET", "/api/v1/surveys/1/data", "").want(http.StatusForbidden)
		t.Run("kiosk", func(t *testing.T) {
			bring("lead", kioskSpec, read(testkit.Shared(t, "servqual/kiosk.csv")), http.StatusOK)
			var told struct {
				Before int64
				Result struct {
					N       int
					Overall float64 `json:"overall_unweighted_mean_of_dims"`
				}
			}
			if err := json.Unmarshal([]byte(s.ask("lead", "GET", "/api/v1/surveys/2/report?against=1", "").want(http.StatusOK).body), &told); err != nil {
				t.Fatal(err)
			}
			if told.Before != 1 || told.Result.N != 194 || math.Abs(told.Result.Overall+1.128408) > 1e-6 {
				t.Errorf("%+v", told)
			}
		})
	})
}
