package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"kilter/internal/testkit"
	"kilter/internal/testkit/browser"
)

// kiosk says what the columns of a published survey mean (section 4 of the
// specification).
const kiosk = `title: Kiosks
scale: {P: 7, E: 7, I: 7, S: 7, satisfaction: 5}
columns: {E: "E{item}", P: "P{item}", I: "I{item}", S: "S{item}"}
dimensions: {tangible: [4, 5, 6, 22], security: [19, 20, 21], economy: [10, 11, 18], convenience: [13, 14, 15, 16, 17], reliability: [1, 2, 3], control: [7, 8]}
items: [9, 12, 23, 24]
satisfaction: [SAT1, SAT2]
groups: {frequency: {column: freq, values: {"weekly2-3+": weekly, "monthly2-3+": monthly, "halfyear2-3+": halfyear}}}
`

// bringsAFile: the published survey gives the same by the command and by the page,
// twice, and every figure is that of the reference.
func (s *story) bringsAFile(h *house) {
	s.t.Run("a file as a wave", func(t *testing.T) {
		file, known := testkit.Shared(t, "servqual/kiosk.csv"), testkit.Shared(t, "servqual/reference.json")
		spec := filepath.Join(t.TempDir(), "kiosk.yaml")
		if err := os.WriteFile(spec, []byte(kiosk), 0o600); err != nil {
			t.Fatal(err)
		}
		var out, errs bytes.Buffer
		if code := Main([]string{"analyze", "survey", file, "--spec", spec, "--json"}, &out, &errs); code != exitDone {
			t.Fatalf("ended with %d: %s", code, errs.String())
		}
		var told, whole map[string]any
		text, err := os.ReadFile(known)
		if err := errors.Join(err, json.Unmarshal(out.Bytes(), &told), json.Unmarshal(text, &whole)); err != nil {
			t.Fatal(err)
		}
		want := whole["kiosk"].(map[string]any)
		delete(want, "file")
		if n := held(t, "", told, want); n < 350 {
			t.Errorf("only %d figures compared", n)
		}
		answers, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		first, again := s.uploads(h, string(answers)), s.uploads(h, string(answers))
		if first != again {
			t.Error("the same file gives two results")
		}
		var page map[string]any
		if err := json.Unmarshal([]byte(first), &page); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(page["result"], any(told)) {
			t.Error("the page's result is not that of the command")
		}
		for _, says := range []string{"1.13", "economy"} { // the mean of dimensions, and the first driver
			if text := s.Text("main"); !strings.Contains(text, says) {
				t.Errorf("the report does not say %s: %.600s", says, text)
			}
		}
		s.Axe("the report of a file")
	})
}

// uploads brings the file in by the page, and gives the frozen document.
func (s *story) uploads(h *house, answers string) string {
	s.t.Helper()
	s.Go(s.url + "/surveys/import")
	s.Axe("a file to bring in")
	s.Fits("a file to bring in")
	for name, text := range map[string]string{"name_en": "Kiosks", "from": "2026-09-01", "to": "2026-09-20", "spec": kiosk} {
		s.put(name, text)
	}
	content, err := json.Marshal(answers)
	if err != nil {
		s.t.Fatal(err)
	}
	browser.Eval[bool](s.Page, fmt.Sprintf(`(() => { const d = new DataTransfer(); d.items.add(new File([%s], 'kiosk.csv')); document.querySelector('input[type=file]').files = d.files; return true })()`, content))
	s.Click(`form[enctype] button`)
	s.Until(`/^\/surveys\/\d+\/report$/.test(location.pathname)`)
	var id int64
	if _, err := fmt.Sscanf(browser.Eval[string](s.Page, `location.pathname`), "/surveys/%d/report", &id); err != nil {
		s.t.Fatal(err)
	}
	frozen, err := h.surveys.Waves.Frozen(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	text, err := frozen.Written()
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

// held walks a reference and counts the figures that what was got has, too.
func held(t *testing.T, path string, got, want any) (n int) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		m, _ := got.(map[string]any)
		for k, v := range want {
			n += held(t, path+"/"+k, m[k], v)
		}
	case []any:
		list, _ := got.([]any)
		if len(list) != len(want) {
			t.Errorf("%s: got %v, want %v", path, got, want)
			return n
		}
		for i, v := range want {
			n += held(t, fmt.Sprint(path, "/", i), list[i], v)
		}
	case float64:
		x, ok := got.(float64)
		if !ok || math.Abs(x-want) > 1e-5*math.Max(1, math.Abs(want)) {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
		n++
	default:
		if got != want {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
	return n
}
