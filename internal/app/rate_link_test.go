package app

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/access"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Whoever reads that his report has ended grades it from that mail: looking
// changes nothing, the button grades once, and a bad grade asks why.
func TestAnOfficialGradesFromHisMail(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w := settle(t, engine)
			path := w.orderable(t)
			w.house.env.PublicURL = "https://desk.example"
			n := serve(t, w.db)
			o := &orderStory{t: t, n: n, w: w}
			o.ref = strings.TrimSuffix(strings.TrimPrefix(o.post(http.StatusSeeOther, access.Requester, path, "answers.name", "Ma Lan"), "/portal/requests/"), "?new=1")
			_, number, err := record.ParseRef(o.ref)
			if err != nil {
				t.Fatal(err)
			}
			d := notice.Delivery{Person: w.id[access.Requester], What: notice.Replied, About: record.Request, Number: number}
			if until, err := w.house.gradeUntil(t.Context(), d); err != nil || !until.IsZero() {
				t.Errorf("before it has ended until %v, %v", until, err)
			}
			o.decided()
			o.worked()
			o.post(http.StatusSeeOther, access.Requester, "/portal/requests/"+o.ref+"/confirm")
			until, err := w.house.gradeUntil(t.Context(), d)
			if err != nil || until.Before(Now().Add(24*time.Hour)) {
				t.Fatalf("until %v, %v", until, err)
			}
			other := d
			other.Person = w.id[access.DeskAgent]
			if until, err := w.house.gradeUntil(t.Context(), other); err != nil || !until.IsZero() {
				t.Errorf("who did not ask grades until %v, %v", until, err)
			}
			writer, err := w.house.writer(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			at := notice.GradePath + writer.GradePass(notice.Pass{Ref: o.ref, Person: d.Person, Until: until})
			visit := func(status int, method, path, body string) string {
				t.Helper()
				return n.want(status, "", method, path, body, "Content-Type: application/x-www-form-urlencoded", "Accept-Language: en").body
			}
			for range 2 { // a scanner looks, too
				if page := visit(http.StatusOK, "GET", at, ""); !strings.Contains(page, o.ref) || !strings.Contains(page, `name="rating"`) {
					t.Errorf("the page: %s", page)
				}
			}
			if page := visit(http.StatusUnprocessableEntity, "POST", at, "rating=1&words=five+calls"); !strings.Contains(page, "five calls") || !strings.Contains(page, "f-reason-fault") {
				t.Errorf("without a reason: %s", page)
			}
			visit(http.StatusNotFound, "GET", at+"0", "")
			visit(http.StatusNotFound, "POST", notice.GradePath+"none", "rating=5")
			visit(http.StatusSeeOther, "POST", at, "rating=4")
			if page := visit(http.StatusOK, "GET", at, ""); strings.Contains(page, `name="rating"`) || !strings.Contains(page, "Satisfied") {
				t.Errorf("graded: %s", page)
			}
			visit(http.StatusConflict, "POST", at, "rating=1&reason=1&words=no")
			if c, err := w.house.gradeRoom().Read(t.Context(), people.System(people.ViaJob), o.ref); err != nil || c.Grade == nil || c.Grade.Value != 4 || c.Grade.By != d.Person {
				t.Errorf("kept: %+v, %v", c.Grade, err)
			}
			if until, err := w.house.gradeUntil(t.Context(), d); err != nil || !until.IsZero() {
				t.Errorf("graded already, and again until %v, %v", until, err)
			}
		})
	}
}
