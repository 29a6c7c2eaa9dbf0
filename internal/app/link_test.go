package app

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	leads  = regexp.MustCompile(`\s(?:href|hx-get)="(/[^"]*)"`)
	number = regexp.MustCompile(`[A-Z]{2,4}-[0-9]{4}-[0-9]+|[0-9a-f]{16,}|[0-9]+`)
)

// likeness is what links that lead to pages of one make share: their path without
// numbers, and the names of what is asked.
func likeness(link string) string {
	path, asked, _ := strings.Cut(link, "?")
	v, err := url.ParseQuery(asked)
	if err != nil {
		return link
	}
	names := make([]string, 0, len(v))
	for name := range v {
		names = append(names, name)
	}
	slices.Sort(names)
	return number.ReplaceAllString(path, "*") + "?" + strings.Join(names, "&")
}

// walk follows one link of each make from page to page, and lists those that do not
// lead anywhere.
func (v *visitor) walk(links int) (visited int, broken []string) {
	todo, seen, from := []string{"/"}, map[string]bool{}, map[string]string{}
	for ; len(todo) > 0 && visited < links; visited++ {
		link := todo[0]
		todo = todo[1:]
		answer := v.send(http.MethodGet, link, nil)
		if answer.Code >= http.StatusBadRequest {
			broken = append(broken, link+" on "+from[link]+": "+http.StatusText(answer.Code))
		}
		if !strings.HasPrefix(answer.Header().Get("Content-Type"), "text/html") {
			continue
		}
		for _, m := range leads.FindAllStringSubmatch(answer.Body.String(), -1) {
			to, _, _ := strings.Cut(html.UnescapeString(m[1]), "#")
			if k := likeness(to); !strings.HasPrefix(to, "/static/") && !seen[k] {
				seen[k] = true
				todo, from[to] = append(todo, to), link
			}
		}
	}
	return visited, broken
}

// Whatever a page offers is there, and is given to whom it is offered: each role
// walks through the demo city by its links.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a city")
	}
	t.Parallel()
	h := demoCopy(t, "XS")
	h.ready.Store(true)
	pages, err := h.routes()
	if err != nil {
		t.Fatal(err)
	}
	mark, _ := h.demoMark()
	for _, a := range mark.Accounts {
		v := &visitor{t: t, pages: pages}
		for _, c := range v.send(http.MethodPost, "/signin/demo", url.Values{"person": {a.Person.String()}}).Result().Cookies() {
			v.cookie = c
		}
		visited, broken := v.walk(2000)
		for _, link := range broken {
			t.Errorf("%s is offered %s", a.Role.En, link)
		}
		t.Logf("%s followed %d links", a.Role.En, visited)
		if visited < 5 {
			t.Errorf("%s followed %d links", a.Role.En, visited)
		}
	}
}
