package app

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kilter/internal/practice/access"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// orderable gives the town something that can be ordered: the head of the
// official's department and the owner of the service consent, two tasks follow,
// the second of which asks for a number.
func (w *town) orderable(t *testing.T) (path string) {
	t.Helper()
	ctx, text := t.Context(), func(en, zh string) people.Text { return people.Text{En: en, Zh: zh} }
	put := func(k setting.Kind, code string, name people.Text, doc any) int64 {
		t.Helper()
		thing := &setting.Thing{Kind: k, Code: code, Name: name, Changed: Now()}
		if err := setting.Write(thing, doc); err != nil {
			t.Fatal(err)
		}
		if err := w.house.settings.Save(ctx, thing); err != nil {
			t.Fatal(err)
		}
		return thing.ID
	}
	home := put(setting.Department, "archives", text("Archives", "档案馆"), people.Department{Head: w.id["director"]})
	official, err := w.house.db.Person(ctx, w.id[access.Requester])
	if err != nil {
		t.Fatal(err)
	}
	official.Department = people.DepartmentID(home)
	if err := w.house.db.SavePerson(ctx, &official); err != nil {
		t.Fatal(err)
	}
	team := put(setting.Team, "onsite", text("On site", "现场组"), people.Team{Members: []people.ID{w.id[access.Engineer]}})
	service := put(setting.Service, "accounts", text("Accounts", "账号"), catalogue.Service{State: catalogue.Published, Owner: w.id["service_owner"], Support: people.TeamID(team)})
	one := func(as catalogue.Capacity) []catalogue.Decider { return []catalogue.Decider{{As: as}} }
	id := put(setting.Offering, "post-new", text("New post", "新入职开通"), catalogue.Offering{
		State: catalogue.Published, Service: service, Group: "account", Icon: "user-plus", Hours: 8, Summary: text("All that a colleague needs", "新同事所需"),
		Questions: form.Form{{Name: "name", Label: text("Name of the colleague", "姓名"), Type: form.Text, Required: true}, {Name: "seats", Label: text("Seats", "座位"), Type: form.Number}},
		Stages:    []catalogue.Stage{{Rule: approval.Any, Who: one(catalogue.Superior)}, {Rule: approval.Any, Who: one(catalogue.ServiceOwner)}},
		Plan: []catalogue.Step{
			{Name: "account", Title: text("Create the account", "开通账号"), Order: 1},
			{Name: "tell", Title: text("Tell the colleague", "通知本人"), Order: 2, Questions: form.Form{{Name: "minutes", Label: text("Minutes", "分钟"), Type: form.Number, Required: true}}},
		},
	})
	return "/portal/catalogue/" + decimalOf(id)
}

func decimalOf(id int64) string { return people.ID(id).String() }

var taskForm = regexp.MustCompile(`hx-post="(/requests/[^"]+/task/[0-9]+)"`)

// An official orders on the portal; what is wrong is said and nothing typed is
// lost; two consents, each by the one who is asked; tasks in their order; done,
// confirmed and rated. On the way nobody does what is another's.
func TestAnOrderThroughThePages(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w := settle(t, engine)
			path := w.orderable(t)
			n := serve(t, w.db)
			o := &orderStory{t: t, n: n, w: w}
			o.sees(access.Requester, "/portal/catalogue", "New post", "All that a colleague needs")
			if again := o.post(http.StatusUnprocessableEntity, access.Requester, path, "answers.name", "", "answers.seats", "many", "detail", "by Monday"); !strings.Contains(again, "by Monday") || !strings.Contains(again, `value="many"`) || !strings.Contains(again, "f-answers.seats-fault") {
				t.Errorf("the form comes back without what was typed, or does not say what is wrong")
			}
			o.ref = strings.TrimSuffix(strings.TrimPrefix(o.post(http.StatusSeeOther, access.Requester, path, "answers.name", "Ma Lan", "answers.seats", "1"), "/portal/requests/"), "?new=1")
			o.decided()
			o.worked()
			o.sees(access.Requester, "/portal/requests/"+o.ref, "Ma Lan", "Do you have what you ordered?")
			o.post(http.StatusSeeOther, access.Requester, "/portal/requests/"+o.ref+"/confirm")
			o.graded()
			o.sees(access.Requester, "/portal/requests?show=closed", o.ref)
			o.sees(access.DeskAgent, "/requests/"+o.ref, "Ma Lan", "Minutes")
		})
	}
}

type orderStory struct {
	t   *testing.T
	n   *node
	w   *town
	ref string
}

// post sends a form and gives the page, or the address that follows.
func (o *orderStory) post(status int, who, path string, pairs ...string) string {
	o.t.Helper()
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	r := o.n.want(status, o.w.token[who], "POST", path, v.Encode(), "Content-Type: application/x-www-form-urlencoded", "Accept-Language: en")
	if status == http.StatusSeeOther {
		return r.head.Get("Location")
	}
	return r.body
}

func (o *orderStory) sees(who, path string, words ...string) string {
	o.t.Helper()
	page := o.n.want(http.StatusOK, o.w.token[who], "GET", path, "", "Accept-Language: en").body
	for _, word := range words {
		if !strings.Contains(page, word) {
			o.t.Errorf("%s at %s does not see %q", who, path, word)
		}
	}
	return page
}

var askedField = regexp.MustCompile(`name="asked" value="([^"]+)"`)

func (o *orderStory) decided() {
	o.t.Helper()
	decide := "/portal/requests/" + o.ref + "/decide"
	o.post(http.StatusForbidden, access.Requester, decide, "answer", "yes")
	o.post(http.StatusNotFound, "service_owner", decide, "answer", "yes") // his stage comes later
	o.post(http.StatusConflict, "desk_manager", "/requests/"+o.ref+"/move/grant")
	o.sees("director", "/portal/approvals", o.ref)
	if page := o.post(http.StatusUnprocessableEntity, "director", decide, "answer", "no"); !strings.Contains(page, "Say why you refuse") {
		o.t.Error("a refusal without a reason is not asked for one")
	}
	stage := askedField.FindStringSubmatch(o.sees("director", "/portal/requests/"+o.ref))
	if stage == nil {
		o.t.Fatal("the form does not name the stage that it asks about")
	}
	o.post(http.StatusSeeOther, "director", decide, "answer", "yes", "asked", stage[1])
	o.sees("service_owner", "/portal/approvals", o.ref)
	if page := o.post(http.StatusUnprocessableEntity, "service_owner", decide, "answer", "yes", "asked", stage[1]); !strings.Contains(page, "a later stage is asked now") {
		o.t.Error("an answer to the first stage is taken for the second")
	}
	o.post(http.StatusSeeOther, "service_owner", decide, "answer", "yes")
}

func (o *orderStory) worked() {
	o.t.Helper()
	page := "/requests/" + o.ref
	o.post(http.StatusSeeOther, access.Engineer, page+"/move/accept", "owner", o.w.id[access.Engineer].String())
	var tasks []string
	for _, m := range taskForm.FindAllStringSubmatch(o.sees(access.Engineer, page, "Create the account"), -1) {
		tasks = append(tasks, m[1])
	}
	if len(tasks) != 1 {
		o.t.Fatalf("%d tasks can be done now, want the first alone", len(tasks))
	}
	o.post(http.StatusSeeOther, access.Engineer, tasks[0], "state", "done")
	next := taskForm.FindAllStringSubmatch(o.sees(access.Engineer, page, "Tell the colleague"), -1)
	second := next[len(next)-1][1]
	if r, err := o.n.ask(o.w.token[access.Engineer], "POST", second, "state=done", "Content-Type: application/x-www-form-urlencoded"); err != nil || r.status < 400 {
		o.t.Errorf("done without what it asks for: %v, %d", err, r.status)
	}
	o.post(http.StatusSeeOther, access.Engineer, second, "state", "done", "answers.minutes", "20")
	o.post(http.StatusSeeOther, access.Engineer, page+"/move/fulfil", "outcome", "all is there")
}

// graded gives a bad grade: asking for its form records nothing, without a
// reason it is refused and nothing is lost; one that is given is not given again.
func (o *orderStory) graded() {
	o.t.Helper()
	at := "/portal/requests/" + o.ref
	o.sees(access.Requester, at, "How was our help?", "Very satisfied")
	o.sees(access.Requester, at+"?grade=1", "We are sorry", `value="1" checked`)
	o.sees(access.Requester, at, "How was our help?")
	if again := o.post(http.StatusUnprocessableEntity, access.Requester, at+"/rate", "rating", "1", "words", "five calls"); !strings.Contains(again, "five calls") || !strings.Contains(again, "f-reason-fault") {
		o.t.Error("a bad grade without a reason comes back without what was typed, or does not say what is wrong")
	}
	o.post(http.StatusSeeOther, access.Requester, at+"/rate", "rating", "5")
	o.sees(access.Requester, at, "Your grade", "Very satisfied")
	o.post(http.StatusUnprocessableEntity, access.Requester, at+"/rate", "rating", "1", "reason", "1", "words", "no")
	o.sees("director", "/grades?show=all", "/grades/export?as=csv&amp;show=all", o.ref)
	o.sees("director", "/grades/export?as=csv&show=all", o.ref, "Very satisfied")
}
