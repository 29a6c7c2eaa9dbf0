package web_test

import (
	"net/url"
	"testing"

	"kilter/internal/practice/record"
	"kilter/internal/testkit/browser"
)

func TestSearchInTheList(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	main := o.busy()
	secret := o.hidden("审批系统的秘密")
	q := url.QueryEscape
	for _, a := range []deskAsk{
		{name: "words are ranked and marked", path: "/incidents?q=" + q("审批"), status: 200, want: []string{main.Ref(), "<mark>审批</mark>", "by relevance"}, wantNot: []string{secret.Ref()}},
		{name: "with the passage of a note", path: "/incidents?q=" + q("uplink state:in_progress"), status: 200, want: []string{"<mark>uplink</mark>", "Note:"}},
		{name: "what narrows the search down holds", path: "/incidents?q=" + q("审批 state:closed"), status: 200, want: []string{"Nothing matches"}},
		{name: "an order that was asked for is kept", path: "/incidents?sort=opened&q=" + q("审批"), status: 200, want: []string{main.Ref()}, wantNot: []string{"by relevance"}},
		{name: "words within or are not ranked", path: "/incidents?q=" + q("审批 or state:new"), status: 200, want: []string{main.Ref()}, wantNot: []string{"by relevance"}},
		{name: "a fault points at its word", path: "/incidents?q=" + q("state:new colour:red printer"), status: 422, want: []string{"<mark>colour</mark>"}},
		{name: "the palette marks", path: "/find?q=" + q("审批系统"), htmx: true, status: 200, want: []string{"<mark>审批系统</mark>", main.Ref()}, wantNot: []string{secret.Ref()}},
		{name: "and knows services by their initials", path: "/find?q=wssp", htmx: true, status: 200, want: []string{"Online approval", "service%3Aapproval"}},
		{name: "and persons by theirs", path: "/find?q=zm", htmx: true, status: 200, want: []string{"周敏"}},
		{name: "and numbers", path: "/find?q=" + main.Ref(), htmx: true, status: 200, want: []string{"/incidents/" + main.Ref()}},
		{name: "nobody out of reach", as: "other", path: "/find?q=" + q("审批系统"), htmx: true, status: 200, wantNot: []string{main.Ref()}},
	} {
		o.do(t, a)
	}
}

func TestMyDay(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	main := o.busy()
	if err := o.db.Drafts().Save(t.Context(), &record.Draft{Person: o.chen.ID, Place: main.Ref() + ".note", Doc: []byte(`{"text":"half a sentence"}`), At: o.now}); err != nil {
		t.Fatal(err)
	}
	got := o.do(t, deskAsk{name: "my day", path: "/", status: 200, want: []string{"half a sentence", "李娜", "In my hands", main.Ref()}})
	o.do(t, deskAsk{name: "a figure opens its list", path: "/incidents?view=all&sort=due&q=" + url.QueryEscape("owner:me state:in_progress"), status: 200, want: []string{main.Ref()}})
	if got == "" {
		t.Error("an empty day")
	}
	p := browser.View(t, o.url+"/incidents?q="+url.QueryEscape("审批"))
	for _, look := range looks {
		p.Size(look.width, 900)
		p.Prefer(look.lang, look.theme)
		p.Axe("desk-search-" + look.lang + "-" + look.theme)
	}
}
