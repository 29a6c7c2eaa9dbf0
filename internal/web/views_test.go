package web_test

import (
	"net/url"
	"regexp"
	"testing"

	"kilter/internal/practice/record"
	"kilter/internal/testkit/browser"
)

func TestSavedViewPages(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	o.busy()
	o.do(t, deskAsk{name: "kept", method: "POST", path: "/views", form: pairs("of", "incident", "name", "Line troubles", "q", "open:true category:net.line", "sort", "priority", "reach", "private", "column", "number", "column", "title", "column", "zone"), status: 303})
	list := o.do(t, deskAsk{name: "arrange", path: "/views?of=incident", status: 200, want: []string{"Line troubles", "Only me", "Breaching soon"}})
	m := regexp.MustCompile(`href="(/views/\d+)"`).FindStringSubmatch(list)
	code := regexp.MustCompile(`/incidents\?view=(v[a-z0-9-]+)`).FindStringSubmatch(list)
	if m == nil || code == nil {
		t.Fatalf("the view is not among those to be changed")
	}
	at, of := m[1], code[1]
	edit := func(more ...string) url.Values {
		form := pairs("version", "1", "name", "Lines", "q", "open:true category:net.line", "order", "-opened", "reach", "private", "pin", "true", "column", "number", "column", "title", "alert", "2")
		for i := 0; i < len(more); i += 2 {
			form.Set(more[i], more[i+1])
		}
		return form
	}
	rail := `id="count-` + of + `"`
	for _, a := range []deskAsk{
		{name: "its columns are those it was kept with", path: "/incidents?view=" + of, status: 200, want: []string{"Network zone", rail}},
		{name: "asked again", path: at, status: 200, want: []string{"Line troubles", `name="alert"`, `name="order"`}},
		{name: "not by another", as: "other", path: at, status: 404},
		{name: "nor changed", as: "other", method: "POST", path: at, form: edit(), status: 404},
		{name: "nor retired", as: "other", method: "POST", path: at + "/retire", form: pairs(), status: 404},
		{name: "a condition that cannot be read", method: "POST", path: at, form: edit("q", "colour:red"), status: 422, want: []string{"colour:red", "Lines"}},
		{name: "a number that is none", method: "POST", path: at, form: edit("alert", "many"), status: 422, want: []string{"whole number"}},
		{name: "for everyone without the grant", method: "POST", path: at, form: edit("reach", "everyone"), status: 403},
		{name: "changed", method: "POST", path: at, form: edit(), status: 303},
		{name: "changed by an older page", method: "POST", path: at, form: edit("version", "1", "name", "Old"), status: 422},
		{name: "its count alerts", path: "/incidents/counts", htmx: true, status: 200, want: []string{`class="count-alert"`}},
		{name: "off the rail", method: "POST", path: "/views/arrange", form: pairs("of", "incident", "code", of, "do", "pin"), status: 303},
		{name: "and gone from it", path: "/incidents?view=open", status: 200, wantNot: []string{rail}},
		{name: "but there to open", path: "/incidents?view=" + of, status: 200, want: []string{"Lines"}},
		{name: "one goes up", method: "POST", path: "/views/arrange", form: pairs("of", "incident", "code", "soon", "do", "up"), status: 303},
		{name: "retired", method: "POST", path: at + "/retire", form: pairs(), status: 303},
		{name: "and not there any more", path: at, status: 404},
	} {
		o.do(t, a)
	}
	after := o.do(t, deskAsk{name: "the order", path: "/views?of=incident", status: 200, wantNot: []string{"Lines"}})
	soon, mine := regexp.MustCompile(`view=soon`).FindStringIndex(after), regexp.MustCompile(`view=mine`).FindStringIndex(after)
	if soon == nil || mine == nil || soon[0] > mine[0] {
		t.Error("what was moved up stands where it stood")
	}
	if err := o.pages.Views.Arrange(t.Context(), o.agent(), record.Incident, []string{"all", "mine"}); err != nil { // as a program or another node does
		t.Fatal(err)
	}
	after = o.do(t, deskAsk{name: "another order", path: "/views?of=incident", status: 200})
	all, mine := regexp.MustCompile(`view=all`).FindStringIndex(after), regexp.MustCompile(`view=mine`).FindStringIndex(after)
	if all == nil || mine == nil || all[0] > mine[0] {
		t.Error("an order that came in elsewhere does not show at once")
	}
	p := browser.View(t, o.url+"/views?of=incident")
	for _, look := range looks {
		p.Size(look.width, 900)
		p.Prefer(look.lang, look.theme)
		p.Screen("desk-views-" + look.lang)
		p.Axe("desk-views-" + look.lang + "-" + look.theme)
		p.Fits("views")
	}
}
