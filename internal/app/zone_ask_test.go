package app

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kilter/internal/api"
	"kilter/internal/practice/record"
)

// question is one request.
type question struct{ method, target, body string }

func (q question) String() string { return strings.TrimSpace(q.method + " " + q.target + " " + q.body) }

// questions are every GET of pages and API, about things of the open zone, of
// the closed one and with conditions, and every POST that only reads.
func (w *twin) questions(t *testing.T) (list []question) {
	t.Helper()
	gate, border, err := w.house.pages()
	if err != nil {
		t.Fatal(err)
	}
	programs := w.house.programs(gate)
	programs.Mount(http.NewServeMux())
	paths := border.Patterns()
	for _, r := range programs.Routes() {
		paths = append(paths, r.Method+" "+r.Path)
	}
	for _, p := range paths {
		method, path, named := strings.Cut(p, " ")
		if !named || method != http.MethodGet || strings.HasSuffix(path, "/live") || path == "/metrics" || strings.HasPrefix(path, "/assets") || strings.HasSuffix(path, ".xlsx") { // packed; the same rows as .csv
			continue
		}
		for _, target := range w.filled(path) {
			list = append(list, question{method, target, ""})
		}
	}
	if len(list) < 300 {
		t.Fatalf("only %d questions", len(list))
	}
	v, s := w.items["V1"], w.items["S1"]
	for _, q := range []string{canary, "visible", "fails", "zone:closed", "class:server", "state:live"} {
		q = strings.ReplaceAll(q, " ", "%20")
		for _, path := range []string{
			"/api/v1/items?q=", "/api/v1/items.ndjson?q=", "/api/v1/search?q=", "/api/v1/incidents?q=", "/api/v1/incidents.csv?q=", "/api/v1/incidents.ndjson?q=",
			"/configuration?q=", "/configuration/rows?q=", "/configuration/total?q=", "/configuration/export?q=", "/incidents?q=", "/incidents/total?q=", "/incidents/export?q=", "/problems?q=", "/problems/total?q=", "/api/v1/problems?q=", "/api/v1/problems.csv?q=", "/search?q=", "/find?q=",
		} {
			list = append(list, question{"GET", path + q, ""})
		}
	}
	for _, more := range []string{
		"/items/map?items=%d&hops=4&way=both", "/items/map?items=%d&hops=4&way=source", "/items/map?items=%d&hops=2&way=target&fail=%[1]d", "/items/%d/graph?depth=5",
	} {
		list = append(list, question{"GET", api.Prefix + fmt.Sprintf(more, v), ""}, question{"GET", api.Prefix + fmt.Sprintf(more, s), ""})
	}
	for _, id := range []record.ItemID{v, s} {
		list = append(list,
			question{"POST", api.Prefix + "/items/impact", fmt.Sprintf(`{"items":[%d]}`, id)},
			question{"POST", api.Prefix + "/items/clashes", fmt.Sprintf(`{"items":[%d],"others":[{"items":[%d]},{"items":[%d]}]}`, id, v, s)},
			question{"POST", api.Prefix + "/items/suspects", fmt.Sprintf(`{"items":[%d,%d]}`, w.items["V2"], id)},
			question{"POST", api.Prefix + "/items/what-if", fmt.Sprintf(`{"fail":[%d]}`, id)},
			question{"POST", api.Prefix + "/items/what-if", fmt.Sprintf(`{"steps":[{"deed":"remove","item":%d}]}`, id)},
		)
	}
	return list
}

// filled puts what there is into the holes of a path.
func (w *twin) filled(path string) (list []string) {
	if !strings.Contains(path, "{") {
		return []string{path}
	}
	items := strings.Contains(path, "configuration/items") || strings.HasPrefix(path, "/items/") || strings.HasPrefix(path, api.Prefix+"/items/")
	fill := func(ref string) string {
		return hole.ReplaceAllStringFunc(path, func(h string) string {
			switch h {
			case "{$}":
				return ""
			case "{ref}", "{id}", "{number}", "{other}":
				return ref
			case "{move}":
				return "assign"
			case "{field}":
				return "title"
			case "{clock}":
				return "resolve"
			}
			return "1"
		})
	}
	switch {
	case items:
		for _, code := range []string{"V1", "V2", "V3", "V4", "V5", "S1", "S2", "S3", "S4"} {
			list = append(list, fill(fmt.Sprint(w.items[code])))
		}
	case strings.Contains(path, "{ref}") || strings.Contains(path, "{number}"):
		year := w.refs[0][:len("INC-2026-")]
		for n := 1; n <= 4; n++ {
			ref := fmt.Sprintf("%s%05d", year, n)
			if strings.Contains(path, "/problems/") {
				ref = "PRB" + ref[3:]
			}
			if strings.Contains(path, "/changes/") {
				ref = "CHG" + ref[3:]
			}
			list = append(list, fill(ref))
		}
	default:
		for n := 1; n <= 3; n++ {
			list = append(list, fill(fmt.Sprint(n)))
		}
	}
	return list
}

func (w *twin) ask(t *testing.T, q question) *httptest.ResponseRecorder {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	r := httptest.NewRequestWithContext(ctx, q.method, q.target, strings.NewReader(q.body))
	r.Header.Set("Authorization", "Bearer "+w.token["reader"])
	if q.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	rec := httptest.NewRecorder()
	w.routes.ServeHTTP(rec, r)
	return rec
}
