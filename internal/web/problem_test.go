package web_test

import (
	"fmt"
	"testing"

	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/testkit/browser"
)

// raised raises a problem past the pages.
func (o *bureau) raised(title string, more ...string) *problem.Problem {
	o.t.Helper()
	fields := map[string]string{"title": title, "service": fmt.Sprint(o.service), "zone": fmt.Sprint(o.zone)}
	for i := 0; i < len(more); i += 2 {
		fields[more[i]] = more[i+1]
	}
	p, err := o.problems.Raise(o.t.Context(), o.agent(), record.Input{Fields: fields})
	if err != nil {
		o.t.Fatal(err)
	}
	return p
}

// led takes a problem through moves past the pages.
func (o *bureau) led(p *problem.Problem, moves ...string) *problem.Problem {
	o.t.Helper()
	in := record.Input{Text: "so", Fields: map[string]string{
		"category": fmt.Sprint(o.category), "impact": "2", "urgency": "3", "method": "five_whys", "root_cause": "A loose plug.", "workaround": "Push the plug in.", "proposal": "A plug with a latch.", "no_change": "spare part",
	}}
	for _, m := range moves {
		var err error
		if p, err = o.problems.Move(o.t.Context(), o.agent(), p.Number, m, in); err != nil {
			o.t.Fatal(m, err)
		}
	}
	return p
}

func TestProblemPages(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	one := o.raised("Lines drop in the rain", "symptom", "No network in wet weather")
	at := "/problems/" + one.Ref()
	for _, a := range []deskAsk{
		{name: "the list", path: "/problems", status: 200, want: []string{one.Ref(), "To be decided", "/problems/new"}},
		{name: "a view of it", path: "/problems?view=known", status: 200, wantNot: []string{one.Ref()}},
		{name: "counts", path: "/problems/counts", htmx: true, status: 200, want: []string{"innerHTML:#count-undecided"}},
		{name: "beside the list", path: "/problems?open=" + one.Ref(), status: 200, want: []string{"data-open", "No network in wet weather"}},
		{name: "the problem", path: at, status: 200, want: []string{"Lines drop in the rain", "/move/accept", "/move/reject"}, wantNot: []string{"/move/classify"}},
		{name: "a new one", path: "/problems/new?title=Seen+before", status: 200, want: []string{`value="Seen before"`, `name="symptom"`}},
		{name: "one without a title comes back whole", method: "POST", path: "/problems/new", form: pairs("symptom", "kept words"), status: 422, want: []string{"kept words", "fill this in"}},
		{name: "raised", method: "POST", path: "/problems/new", form: pairs("title", "Screens flicker"), status: 303},
		{name: "it is there", path: "/problems", status: 200, want: []string{"Screens flicker"}},
		{name: "no reason", method: "POST", path: at + "/move/reject", form: pairs("why_rejected", ""), htmx: true, status: 422, want: []string{"fill this in"}},
		{name: "a move that it cannot take", path: at + "/move/close", htmx: true, status: 409},
		{name: "accepted", method: "POST", path: at + "/move/accept", htmx: true, status: 200, want: []string{"/move/classify"}},
		{name: "a reader has no buttons", as: "reader", path: at, status: 200, wantNot: []string{"/move/classify", "/edit"}},
		{name: "and cannot press them", as: "reader", method: "POST", path: at + "/move/classify", form: pairs("impact", "1"), status: 403},
		{name: "nor raise one", as: "reader", path: "/problems/new", status: 403},
		{name: "out of another's reach", as: "other", path: at, status: 404},
		{name: "an official finds none", as: "official", path: at, status: 404},
		{name: "a stranger is asked who he is", as: "stranger", path: "/problems", status: 401},
		{name: "a note", method: "POST", path: at + "/note", form: pairs("text", "Seen at the depot, too."), htmx: true, status: 200, want: []string{"Seen at the depot, too."}},
		{name: "an edit from what was seen", method: "POST", path: at + "/edit", form: pairs("was.symptom", "No network in wet weather", "symptom", "No network in rain and snow"), htmx: true, status: 200, want: []string{"No network in rain and snow"}},
		{name: "words find it", path: "/problems?q=snow", status: 200, want: []string{one.Ref()}},
		{name: "and the palette", path: "/find?q=snow", htmx: true, status: 200, want: []string{"/problems/" + one.Ref()}},
	} {
		o.do(t, a)
	}
	o.led(one, "classify", "investigate", "establish")
	o.do(t, deskAsk{name: "a known error", path: at, status: 200, want: []string{"A loose plug.", "Push the plug in.", "/move/propose", "/move/withdraw"}})
	o.do(t, deskAsk{name: "among the known errors", path: "/problems?view=known", status: 200, want: []string{one.Ref()}})
}

// TestKnownErrorsAreOffered: on the call form, on the incident, and once applied
// it says so; a problem can be raised from an incident that has none.
func TestKnownErrorsAreOffered(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	fresh := o.call("Screen flickers", nil)
	at := "/incidents/" + fresh.Ref()
	o.do(t, deskAsk{name: "nothing is known yet", path: at, status: 200, want: []string{"/problems/new?", "from=" + fresh.Ref()}, wantNot: []string{"Apply to this incident"}})
	o.do(t, deskAsk{name: "the form knows what it comes from", path: "/problems/new?from=" + fresh.Ref() + "&title=Screen+flickers", status: 200, want: []string{`name="from" value="` + fresh.Ref(), "Screen flickers"}})
	o.do(t, deskAsk{name: "without a title it still does", method: "POST", path: "/problems/new", form: pairs("from", fresh.Ref(), "title", ""), status: 422, want: []string{`name="from" value="` + fresh.Ref()}})
	o.do(t, deskAsk{name: "an incident that is not there", method: "POST", path: "/problems/new", form: pairs("from", "INC-2026-99999", "title", "x"), status: 422, want: []string{"INC-2026-99999"}})
	o.do(t, deskAsk{name: "raised", method: "POST", path: "/problems/new", form: pairs("from", fresh.Ref(), "title", "Screens flicker"), status: 303})
	o.do(t, deskAsk{name: "linked", path: at, status: 200, want: []string{"Caused by", "Screens flicker"}})

	p := o.led(o.raised("Lines drop in the rain", "symptom", "No network in wet weather"), "accept", "classify", "investigate", "establish")
	one := o.call("Line is dead", nil)
	at = "/incidents/" + one.Ref()
	o.do(t, deskAsk{name: "by its kind", path: at, status: 200, want: []string{"Push the plug in.", "same service and category", at + "/known/" + p.Ref()}, wantNot: []string{"/problems/new?"}})
	o.do(t, deskAsk{name: "on the call form by its words", path: "/incidents/new/similar?title=no+network+since+this+wet+weather", htmx: true, status: 200, want: []string{p.Ref(), "same symptom"}})
	o.do(t, deskAsk{name: "nothing for other words", path: "/incidents/new/similar?title=printer", htmx: true, status: 200, wantNot: []string{p.Ref()}})
	o.do(t, deskAsk{name: "a reader sees it and cannot apply it", as: "reader", path: at, status: 200, want: []string{"Push the plug in."}, wantNot: []string{"Apply to this incident"}})
	o.do(t, deskAsk{name: "nor by hand", as: "reader", method: "POST", path: at + "/known/" + p.Ref(), status: 403})
	o.do(t, deskAsk{name: "a problem that is not there", method: "POST", path: at + "/known/PRB-2026-99999", htmx: true, status: 404})
	o.do(t, deskAsk{name: "applied", method: "POST", path: at + "/known/" + p.Ref(), htmx: true, status: 200, want: []string{"Applied to this incident", "Caused by"}})
}

func TestProblemsInTheBrowser(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	one := o.led(o.raised("雨天线路中断", "symptom", "下雨时无法上网", "description", "雨后恢复。"), "accept", "classify", "investigate", "establish")
	for name, path := range map[string]string{"problems": "/problems", "problems-split": "/problems?open=" + one.Ref(), "problem": "/problems/" + one.Ref(), "problem-new": "/problems/new", "problem-known": "/incidents/" + o.call("线路又断了", nil).Ref()} {
		t.Run(name, func(t *testing.T) {
			p := browser.View(t, o.url+path)
			for _, look := range looks {
				p.Size(look.width, 900)
				p.Prefer(look.lang, look.theme)
				full := "desk-" + name + "-" + look.lang + "-" + look.theme + map[bool]string{true: "-phone"}[look.width == 390]
				p.Screen(full)
				p.Axe(full)
				p.Fits(full)
			}
			for _, complaint := range p.Complaints() {
				t.Errorf("%s: %s", name, complaint)
			}
		})
	}
}

// A plain page asks for a field of the centre's own that a move demands, and
// keeps what was typed when the move is refused.
func TestAPlainPageAsksForOwnFields(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	o.problems.Own = func() []record.Own {
		own, err := record.OwnFields(o.keeper.All(), record.Problem)
		if err != nil {
			t.Error(err)
		}
		return own
	}
	own := setting.Thing{Kind: setting.Field, Code: "board", Name: people.Text{En: "Decided by", Zh: "决定者"}, Doc: []byte(`{"practice":"problem","type":"text","must":["open","reject"]}`), Changed: noon}
	if err := o.keeper.Save(t.Context(), &own); err != nil {
		t.Fatal(err)
	}
	o.do(t, deskAsk{name: "the form that opens one asks", path: "/problems/new", status: 200, want: []string{"Decided by", `name="x.board"`}})
	o.do(t, deskAsk{name: "without it none is opened", method: "POST", path: "/problems/new", form: pairs("title", "Screens flicker", "x.board", ""), status: 422, want: []string{"Screens flicker", "fill this in"}})
	o.do(t, deskAsk{name: "with it one is", method: "POST", path: "/problems/new", form: pairs("title", "Screens flicker", "x.board", "The board"), status: 303})
	rows, err := o.db.Ledger().List(t.Context(), people.Everything(), record.Query{Kind: record.Problem, Limit: 1, Order: record.Newest, Now: noon})
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	at := "/problems/" + rows[0].Ref()
	o.do(t, deskAsk{name: "the move asks, with what it holds", path: at + "/move/reject", htmx: true, status: 200, want: []string{"Decided by", `value="The board"`}})
	o.do(t, deskAsk{name: "refused, what was typed stays", method: "POST", path: at + "/move/reject", form: pairs("why_rejected", "No pattern", "x.board", ""), htmx: true, status: 422, want: []string{"No pattern", "fill this in"}})
	o.do(t, deskAsk{name: "done", method: "POST", path: at + "/move/reject", form: pairs("why_rejected", "No pattern", "x.board", "The council"), htmx: true, status: 200})
	one, err := o.problems.Find(t.Context(), o.agent(), rows[0].Number)
	if err != nil || one.State != problem.Rejected || one.More["board"] != "The council" {
		t.Errorf("%+v, %v", one, err)
	}
}
