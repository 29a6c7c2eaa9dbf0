package satisfaction_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"kilter/internal/base/stats"
	"kilter/internal/practice/people"
	"kilter/internal/practice/survey"
	"kilter/internal/practice/survey/wave"
	report "kilter/internal/report/satisfaction"
	"kilter/internal/testkit/browser"
	"kilter/internal/web"
	"kilter/internal/web/satisfaction"
)

func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }

// held is a wave of a population of which everything is known.
func held(t testing.TB, id int64, reliability float64) *report.Wave {
	t.Helper()
	truth := survey.Truth{Expect: 5.8, Trait: .8, Common: .35, Noise: .8, Style: .5, Level: 4.6, Blur: .5, Points: 7, Lines: .03, Missing: .02}
	for i, name := range []string{"Tax", "Transport", "Health", "Water", "Education", "Police", "Housing", "Archive"} {
		size := 60 - 6*i
		if name == "Archive" {
			size = 5
		}
		truth.Groups = append(truth.Groups, survey.TrueGroup{Name: name, Size: size, Rate: .62, Shift: map[string]float64{"": .08 * float64(3-i)}})
	}
	w := &report.Wave{
		ID: id, Name: people.Text{En: fmt.Sprintf("Autumn %d", 2025+id), Zh: fmt.Sprintf("%d 年秋季", 2025+id)},
		From: time.Date(2025+int(id), 10, 12, 0, 0, 0, 0, time.UTC), To: time.Date(2025+int(id), 10, 30, 0, 0, 0, 0, time.UTC),
		Dimensions: map[string]people.Text{}, Items: map[survey.Label]people.Text{},
		Groupings: map[string]people.Text{"department": {En: "Department", Zh: "部门"}},
	}
	for d, x := range []struct {
		en, zh      string
		gap, effect float64
		items       int
	}{{"Tangibles", "有形性", -.4, .05, 4}, {"Reliability", "可靠性", reliability, .6, 5}, {"Responsiveness", "响应性", -.9, .35, 4}, {"Assurance", "保证性", -.3, .1, 4}, {"Empathy", "移情性", -.6, .12, 5}} {
		dim := survey.TrueDimension{Name: strings.ToLower(x.en), Effect: x.effect, Share: 20}
		w.Dimensions[dim.Name] = people.Text{En: x.en, Zh: x.zh}
		for i := range x.items {
			code := fmt.Sprintf("%c%d", "TRSAM"[d], i+1)
			dim.Items = append(dim.Items, survey.TrueItem{Name: code, Gap: x.gap + .15*(float64(i)-1.5)})
			w.Items[survey.Label(code)] = people.Text{En: "does what it promised by the time that it promised, part " + code, Zh: "在承诺的时间内完成承诺的事项（" + code + "）"}
		}
		truth.Dimensions = append(truth.Dimensions, dim)
	}
	s, d := truth.Spec(), truth.Draw(uint64(id)+40)
	for _, g := range truth.Groups {
		s.Population += g.Size
	}
	s.Bootstrap.Samples = 400
	r, err := survey.Analyse(s, d.Answers)
	if err != nil {
		t.Fatal(err)
	}
	w.Result, w.Invited, w.Answered = r, d.Asked, d.N
	return w
}

// bare is a wave without expectations, satisfaction, groups and names.
func bare(t testing.TB) *report.Wave {
	t.Helper()
	w := held(t, 9, -1)
	truth := &survey.Spec{Scales: map[survey.Form]survey.Scale{survey.Perceived: {Low: 1, High: 7}}, Cleaning: survey.Cleaning{Missing: .25}, Factors: survey.Factoring{Number: "dimensions", Samples: 10, Rotation: "varimax"}, Grid: survey.Grid{Cross: "mean"}, Bootstrap: survey.Resampling{Samples: 50, Seed: 1}, Least: 5}
	a := &survey.Answers{N: 8, Of: map[survey.Form][][]float64{}}
	for i := range 4 {
		name := fmt.Sprint(i)
		truth.Items = append(truth.Items, survey.Item{Name: name, Dimension: i / 2, Columns: map[survey.Form]string{survey.Perceived: name}})
		var col []float64
		for r := range a.N {
			col = append(col, float64(1+(r*(i+3)+i)%7))
		}
		a.Of[survey.Perceived] = append(a.Of[survey.Perceived], col)
	}
	truth.Dimensions = []survey.Dimension{{Name: "one", Items: []string{"0", "1"}}, {Name: "two", Items: []string{"2", "3"}}}
	a.Items = truth.Items
	r, err := survey.Analyse(truth, a)
	if err != nil {
		t.Fatal(err)
	}
	return &report.Wave{ID: w.ID, Name: people.Text{En: "From a file"}, File: true, Result: r}
}

var made = sync.OnceValue(func() map[int64]*report.Report {
	t := &testing.T{}
	first := held(t, 0, -1.6)
	return map[int64]*report.Report{1: report.Read(held(t, 1, -1), first), 2: report.Read(bare(t), nil)}
})

func serve(t testing.TB) string {
	t.Helper()
	shell := &web.Shell{Now: func() time.Time { return time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC) }}
	mux := http.NewServeMux()
	shell.Mount(mux)
	pages := &satisfaction.Pages{
		Read:   func(_ context.Context, _ people.Actor, id, _ int64) (*report.Report, error) { return made()[id], nil },
		Beside: func(context.Context, people.Actor, *report.Report) (*report.Beside, error) { return joined(), nil },
		Import: func(_ context.Context, _ people.Actor, in wave.Import) (*wave.Wave, error) {
			if _, err := survey.ParseSpec(in.Spec); err != nil {
				return nil, err
			}
			return &wave.Wave{ID: 1}, nil
		},
	}
	by := people.Actor{ID: 1, Staff: true, Name: "Li Wei", Grants: people.NewGrants("*")}
	for at, h := range pages.Handlers() {
		mux.Handle(at, shell.Handle(func(w http.ResponseWriter, r *http.Request) error {
			return h(w, r, &web.Sight{Frame: shell.Frame(r), By: by})
		}))
	}
	server := httptest.NewServer(web.Harden(mux, false))
	t.Cleanup(server.Close)
	return server.URL
}

var parts = []string{"", "/dimensions", "/drivers", "/groups", "/change", "/desk", "/structure", "/print"}

// joined are figures of the desk beside those of departments.
func joined() *report.Beside {
	b := &report.Beside{From: time.Date(2026, 4, 30, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 10, 30, 0, 0, 0, 0, time.UTC)}
	for i, name := range []string{"Police", "Water", "Health", "Education", "Tax", "Transport"} {
		x := float64(i)
		b.Rows = append(b.Rows, report.BesideRow{Code: name, N: 20, Score: -.9 + .1*x, Cases: 60, Values: [6]float64{1.5 - .2*x, 9 - x, .08, .2 - .02*x, 800 - 90*x, 210}})
	}
	for _, name := range report.Measures {
		a := &stats.Association{N: 6, R: -.83, Low: -.98, High: -.2}
		b.Figures = append(b.Figures, report.Measure{Name: name, Association: a, Sure: true})
	}
	b.Figures[2].Association = nil
	b.Figures[3].Sure = false
	return b
}

// Every part of the report is shown in both languages and both themes, wide and
// on a phone: no text is missing, axe objects to nothing, nothing is wider than
// the window.
func TestReportInTheBrowser(t *testing.T) {
	t.Parallel()
	url := serve(t)
	p := browser.View(t, url+"/surveys/1/report")
	for i, look := range []struct {
		lang, theme string
		width       int
	}{{"en", "light", 1440}, {"zh", "dark", 390}, {"zh", "light", 1440}, {"en", "dark", 390}} {
		if i > 1 && os.Getenv("KILTER_PICTURES") == "" {
			break
		}
		for _, path := range parts {
			p.GoIn(url+"/surveys/1/report"+path, look.lang, look.theme, look.width)
			name := fmt.Sprintf("satisfaction%s-%s-%s-%d", strings.ReplaceAll(path, "/", "-"), look.lang, look.theme, look.width)
			p.Axe(name)
			p.Picture(name)
			p.Fits(name)
		}
	}
	for _, c := range p.Complaints() {
		t.Error(c)
	}
}

// A wave of perceptions alone, with too few answers for most, shows what there is
// and why the rest is not.
func TestReportOfLittle(t *testing.T) {
	t.Parallel()
	url := serve(t)
	for _, path := range []string{"", "/dimensions", "/drivers", "/groups", "/structure", "/print"} {
		text := get(t, url+"/surveys/2/report"+path)
		for _, wrong := range []string{"NaN", "Inf", "!satisfaction", "%!", "&lt;nil&gt;"} {
			if strings.Contains(text, wrong) {
				t.Errorf("%s shows %s", path, wrong)
			}
		}
	}
	if text := get(t, url+"/surveys/2/report"); !strings.Contains(text, "Expectations were not asked") {
		t.Error("the answer does not say that expectations were not asked")
	}
}

// The workbook has a sheet for each table, and the answer on the first; what is
// wrong with a file's spec is told at its field, and what was typed stays.
func TestReportAsWorkbookAndFileAsWave(t *testing.T) {
	t.Parallel()
	url := serve(t)
	book, err := excelize.OpenReader(strings.NewReader(get(t, url+"/surveys/1/report/export?as=xlsx")))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if got := book.GetSheetList(); len(got) != 6 || got[1] != "Dimensions" {
		t.Errorf("sheets: %v", got)
	}
	rows, err := book.GetRows("Items")
	if err != nil || len(rows) != 23 || rows[1][0] != "T1" {
		t.Errorf("%d rows of items, %v", len(rows), err)
	}
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for field, text := range map[string]string{"name_en": "Kiosks", "from": "2026-10-01", "to": "2026-10-20", "spec": "scale: 1"} {
		if err := form.WriteField(field, text); err != nil {
			t.Fatal(err)
		}
	}
	part, err := form.CreateFormFile("file", "kiosk.csv")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(part, "P1\n3\n")
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	answer, err := http.Post(url+satisfaction.ImportPath, form.FormDataContentType(), &b)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(string(text), `value="Kiosks"`) || !strings.Contains(string(text), "is not a scale") {
		t.Errorf("%d %v %s", answer.StatusCode, err, text)
	}
}

func get(t testing.TB, url string) string {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %v %s", url, answer.StatusCode, err, text)
	}
	return string(text)
}
