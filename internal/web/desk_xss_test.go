package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kilter/internal/practice/record"
)

// TestXSSInTheWorkspace: what callers, colleagues and whoever names a view,
// a task or a file typed as markup is text wherever staff see it.
func TestXSSInTheWorkspace(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	i := o.call(evil, map[string]string{"description": evil + "\n\n[x](javascript:alert(1))", "room": evil, "callback": evil})
	at := "/incidents/" + i.Ref()
	form := func(pairs ...string) url.Values {
		v := url.Values{}
		for n := 0; n < len(pairs); n += 2 {
			v.Add(pairs[n], pairs[n+1])
		}
		return v
	}
	by := o.agent()
	if _, err := o.desk.Reply(t.Context(), by, i.Number, record.Input{Text: evil + " [x](javascript:alert(1))"}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.desk.Note(t.Context(), by, i.Number, record.Input{Text: evil}); err != nil {
		t.Fatal(err)
	}
	call, err := o.calls.Log(t.Context(), by, record.Input{Fields: map[string]string{"title": evil, "caller": evil, "phone": "8800", "type": "question", "description": evil}})
	if err != nil {
		t.Fatal(err)
	}
	o.do(t, deskAsk{name: "a view", method: "POST", path: "/views", form: form("of", "incident", "name", evil[:40], "q", "open:true", "reach", "private", "column", "number", "column", "title"), status: 303})
	o.do(t, deskAsk{name: "a task", method: "POST", path: at + "/task", form: form("title", evil), status: 303})
	paths := []string{
		"/", "/incidents", "/incidents?open=" + i.Ref(), "/incidents/rows", at, at + "/print", at + "/fresh", at + "/edit/title", at + "/edit/description", at + "/alike", at + "/link", at + "/move/cancel",
		"/contacts", "/contacts/" + call.Ref(), "/contacts?open=" + call.Ref(), "/views?of=incident", "/find?q=script", "/dashboard", "/board",
		"/incidents/new/similar?title=" + url.QueryEscape(evil), "/people?q=" + url.QueryEscape(evil), "/items?q=" + url.QueryEscape(evil), "/find?q=" + url.QueryEscape(evil),
		"/incidents?q=" + url.QueryEscape(`"`+evil), "/incidents?q=" + url.QueryEscape(`<script>alert(1)</script>:1`), "/incidents?sort=" + url.QueryEscape(evil) + "&view=" + url.QueryEscape(evil),
	}
	if m := regexp.MustCompile(`href="(/views/\d+)"`).FindStringSubmatch(o.do(t, deskAsk{path: "/views?of=incident", status: 200})); m != nil {
		paths = append(paths, m[1])
	} else {
		t.Error("the view was not kept")
	}
	shown := 0
	for _, path := range paths {
		page := o.page(path)
		if letsThrough(page) {
			t.Errorf("%s lets markup through", path)
		}
		if strings.Contains(page, "&lt;script&gt;alert(1)") || strings.Contains(page, "&lt;script&gt;alert") {
			shown++
		}
	}
	if shown < 12 {
		t.Errorf("only %d of %d pages show what was typed: nothing is proved", shown, len(paths))
	}
	back := o.page(at+"/task", form("title", strings.Repeat(evil, 200)))
	if letsThrough(back) {
		t.Error("the form that comes back lets markup through")
	}
}

// page is the text of an address as the agent gets it, whatever its status;
// with a form it is posted.
func (o *bureau) page(path string, form ...url.Values) string {
	method, body := http.MethodGet, ""
	if len(form) > 0 {
		method, body = http.MethodPost, form[0].Encode()
	}
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	o.mux.ServeHTTP(w, r)
	return w.Body.String()
}
