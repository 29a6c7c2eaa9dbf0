package web_test

import (
	"fmt"
	"net/url"
	"regexp"
	"testing"

	"kilter/internal/practice/contact"
	"kilter/internal/practice/record"
	"kilter/internal/testkit/browser"
)

func pairs(all ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(all); i += 2 {
		v.Add(all[i], all[i+1])
	}
	return v
}

// logged logs a contact past the pages.
func (o *bureau) logged(fields map[string]string) *contact.Contact {
	o.t.Helper()
	c, err := o.calls.Log(o.t.Context(), o.agent(), record.Input{Fields: fields})
	if err != nil {
		o.t.Fatal(err)
	}
	return c
}

func TestContactPages(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	main := o.busy()
	who := o.zhou.ID.String()
	asked := o.logged(map[string]string{"title": "Where is the form for a mailbox?", "caller": "Wang", "phone": "8800-77", "type": "question", "channel": "phone"})
	unknown := o.logged(map[string]string{"title": "Somebody hung up", "channel": "phone"})
	at := "/contacts/" + asked.Ref()
	for _, a := range []deskAsk{
		{name: "the call form knows both", path: "/incidents/new", status: 200, want: []string{`value="follow_up"`, `name="category"`}},
		{name: "a question asks for its answer", method: "POST", path: "/incidents/new/fields", form: pairs("as", "question", "title", "kept words"), htmx: true, status: 200, want: []string{"kept words", `name="answer"`}, wantNot: []string{`name="category"`}},
		{name: "a follow-up takes the record along", method: "POST", path: "/incidents/new/fields?as=follow_up&about=" + main.Ref(), form: pairs("as", "incident", "description", "asks again"), htmx: true, status: 200, want: []string{main.Ref(), "asks again"}},
		{name: "a follow-up without its record comes back whole", method: "POST", path: "/incidents/new", form: pairs("as", "follow_up", "title", "asks again", "requester", who, "channel", "phone"), status: 422, want: []string{"asks again", `name="about"`, "fill this in"}},
		{name: "a record that is not there", method: "POST", path: "/incidents/new", form: pairs("as", "follow_up", "title", "asks again", "requester", who, "channel", "phone", "about", "INC-2026-99999"), status: 422, want: []string{"INC-2026-99999"}},
		{name: "a call without a subject", method: "POST", path: "/incidents/new", form: pairs("as", "question", "requester", who, "answer", "kept answer"), status: 422, want: []string{"kept answer"}},
		{name: "the list", path: "/contacts", status: 200, want: []string{asked.Ref(), unknown.Ref(), "Not finished"}},
		{name: "a view of it", path: "/contacts?view=questions", status: 200, want: []string{asked.Ref()}, wantNot: []string{unknown.Ref()}},
		{name: "words find them", path: "/contacts?q=mailbox", status: 200, want: []string{asked.Ref()}, wantNot: []string{unknown.Ref()}},
		{name: "a wrong filter is told", path: "/contacts?q=" + url.QueryEscape("priorty:1"), status: 422, want: []string{"priorty"}},
		{name: "counts", path: "/contacts/counts", htmx: true, status: 200, want: []string{"innerHTML:#count-unfinished"}},
		{name: "on a sheet", path: "/contacts/export?view=all&as=csv", status: 200, want: []string{asked.Ref()}},
		{name: "the contact", path: at, status: 200, want: []string{"Wang", "8800-77", "/move/answer", "/incidents/new?contact="}},
		{name: "beside the list", path: "/contacts?open=" + asked.Ref(), status: 200, want: []string{"data-open", "8800-77"}},
		{name: "its next move", path: at + "/move/answer", htmx: true, status: 200, want: []string{`name="answer"`}},
		{name: "an answer without words", method: "POST", path: at + "/move/answer", form: pairs("answer", ""), htmx: true, status: 422, want: []string{"fill this in"}},
		{name: "a move that it cannot take", path: at + "/move/close", htmx: true, status: 409},
		{name: "a reader has no buttons", as: "reader", path: at, status: 200, wantNot: []string{"/move/answer", "/edit"}},
		{name: "and cannot press them", as: "reader", method: "POST", path: at + "/move/answer", form: pairs("answer", "x"), status: 403},
		{name: "nor edit", as: "reader", method: "POST", path: at + "/edit", form: pairs("title", "x", "was.title", "y"), status: 403},
		{name: "nor note", as: "reader", method: "POST", path: at + "/note", form: pairs("text", "x"), status: 403},
		{name: "out of another's reach", as: "other", path: at, status: 404},
		{name: "an official finds none", as: "official", path: at, status: 404},
		{name: "nor a list", as: "official", path: "/contacts", status: 404},
		{name: "a stranger is asked who he is", as: "stranger", path: "/contacts", status: 401},
		{name: "a note", method: "POST", path: at + "/note", form: pairs("text", "She will call again."), htmx: true, status: 200, want: []string{"She will call again."}},
		{name: "an edit from what was seen", method: "POST", path: at + "/edit", form: pairs("was.phone", "8800-77", "phone", "8800-78", "was.title", "Where is the form for a mailbox?", "title", "Where is the form for a mailbox?"), htmx: true, status: 200, want: []string{"8800-78"}},
		{name: "an edit of what somebody changed meanwhile", method: "POST", path: at + "/edit", form: pairs("was.phone", "8800-77", "phone", "8800-79"), htmx: true, status: 422, want: []string{"8800-79"}},
		{name: "the answer", method: "POST", path: at + "/move/answer", form: pairs("answer", "It is on the portal."), htmx: true, status: 200, want: []string{"Answered", "It is on the portal."}},
		{name: "watch, with the way back", method: "POST", path: at + "/watch", form: pairs(), htmx: true, status: 200, want: []string{"/watch?off=true"}},
		{name: "a registration from a contact is filled in", path: "/incidents/new?contact=" + unknown.Ref(), status: 200, want: []string{"Somebody hung up", `name="contact"`}},
	} {
		o.do(t, a)
	}
}

// TestCallThatIsAFollowUp: whoever works the incident is told of the call, and
// the contact ends with it.
func TestCallThatIsAFollowUp(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	main := o.busy()
	o.do(t, deskAsk{name: "follow-up", method: "POST", path: "/incidents/new", form: pairs("as", "follow_up", "title", "When will it be done?", "requester", o.zhou.ID.String(), "channel", "phone", "about", main.Ref()), status: 303})
	list := o.do(t, deskAsk{name: "list", path: "/contacts?view=followups", status: 200, want: []string{"When will it be done?"}})
	ref := regexp.MustCompile(`CON-\d+-\d+`).FindString(list)
	o.do(t, deskAsk{name: "contact", path: "/contacts/" + ref, status: 200, want: []string{"Added to an open record", main.Ref()}})
	o.do(t, deskAsk{name: "incident", path: "/incidents/" + main.Ref(), status: 200, want: []string{"/contacts/" + ref}})
}

// TestContactBecomesAnIncident: the call that turns out to be a fault is
// registered with what is known, and linked.
func TestContactBecomesAnIncident(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	c := o.logged(map[string]string{"title": "The printer is dead", "requester": o.zhou.ID.String(), "channel": "phone"})
	o.do(t, deskAsk{name: "register", method: "POST", path: "/incidents/new", form: pairs("as", "incident", "contact", c.Ref(), "title", "The printer is dead", "requester", o.zhou.ID.String(), "channel", "phone", "impact", "4", "urgency", "3"), status: 303})
	now, err := o.calls.Find(t.Context(), o.agent(), c.Number)
	if err != nil || now.State != contact.Linked || now.Type != contact.Report || now.About == "" {
		t.Errorf("the contact is %s, type %q, about %q, %v", now.State, now.Type, now.About, err)
	}
}

// TestContactThatEndedMeanwhile: what was typed comes back, and no incident is
// registered beside the contact.
func TestContactThatEndedMeanwhile(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	c := o.logged(map[string]string{"title": "Asked and answered", "caller": "Wang", "type": "question", "answer": "on the portal", "channel": "phone"})
	o.do(t, deskAsk{name: "register", method: "POST", path: "/incidents/new", form: pairs("as", "incident", "contact", c.Ref(), "title", "typed with care", "requester", o.zhou.ID.String(), "channel", "phone", "impact", "4", "urgency", "3"), status: 422, want: []string{"typed with care"}})
	o.do(t, deskAsk{name: "list", path: "/incidents?view=all", status: 200, wantNot: []string{"typed with care"}})
}

func TestContactsInTheBrowser(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	o.busy()
	c := o.logged(map[string]string{"title": "在哪里申请邮箱？", "requester": o.zhou.ID.String(), "type": "question", "channel": "phone", "description": "他找不到表格。"})
	for name, path := range map[string]string{"contacts": "/contacts", "contacts-split": "/contacts?open=" + c.Ref(), "contact": "/contacts/" + c.Ref(), "call-question": "/incidents/new?as=question"} {
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

// TestFollowUpOfWhatHasEnded: nothing would close such a contact later, so it
// closes with the link.
func TestFollowUpOfWhatHasEnded(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	main := o.busy()
	if _, err := o.desk.Move(t.Context(), o.agent(), main.Number, "resolve", record.Input{Fields: map[string]string{"solution": "x", "cause": fmt.Sprint(o.cause), "no_item": "none"}}); err != nil {
		t.Fatal(err)
	}
	c := o.logged(map[string]string{"title": "Thanks", "requester": o.zhou.ID.String(), "type": "follow_up", "about": main.Ref()})
	if c.State != contact.Closed {
		t.Errorf("it is %s", c.State)
	}
}
