package app

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"kilter/internal/practice/access"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// TestAReportNamesThingsInTheLanguageItIsReadIn: whoever chose no language reads categories
// by their names in that of the page, the file and the answer around them.
func TestAReportNamesThingsInTheLanguageItIsReadIn(t *testing.T) {
	t.Parallel()
	w := settle(t, "sqlite")
	fault := &setting.Thing{Kind: setting.Category, Code: "printer", Name: people.Text{En: "Printer", Zh: "打印机"}, Changed: Now()}
	if err := w.house.settings.Save(t.Context(), fault); err != nil {
		t.Fatal(err)
	}
	n := serve(t, w.db)
	n.want(http.StatusCreated, w.token[access.DeskAgent], "POST", "/api/v1/incidents", `{"title":"x","category":`+strconv.FormatInt(fault.ID, 10)+`}`)
	const period = "from=2026-01-01&to=2027-01-01"
	for _, path := range []string{"/reports/desk?" + period, "/reports/desk/export?as=csv&" + period, "/api/v1/reports/desk?" + period} {
		for language, want := range map[string]string{"en": "Printer", "zh-CN": "打印机"} {
			r := n.want(http.StatusOK, w.token["desk_manager"], "GET", path, "", "Accept-Language: "+language)
			if other := map[string]string{"en": "打印机", "zh-CN": "Printer"}[language]; !strings.Contains(r.body, want) || strings.Contains(r.body, other) {
				t.Errorf("%s in %s names a category otherwise: %.3000s", path, language, r.body)
			}
		}
	}
}
