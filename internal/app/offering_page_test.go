package app

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"kilter/internal/practice/access"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// design is what the editor of the orderable item sends when nothing was
// changed.
func design() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{
		"questions[1].name": "name", "questions[1].label_en": "Name of the colleague", "questions[1].label_zh": "姓名", "questions[1].type": "text", "questions[1].required": "true",
		"questions[2].name": "seats", "questions[2].label_en": "Seats", "questions[2].label_zh": "座位", "questions[2].type": "number",
		"stages[1].rule": "any", "stages[1].who[1].as": "superior", "stages[2].rule": "any", "stages[2].who[1].as": "service_owner",
		"plan[1].name": "account", "plan[1].title_en": "Create the account", "plan[1].title_zh": "开通账号", "plan[1].order": "1",
		"plan[2].name": "tell", "plan[2].title_en": "Tell the colleague", "plan[2].title_zh": "通知本人", "plan[2].order": "2",
		"plan[2].questions[1].name": "minutes", "plan[2].questions[1].label_en": "Minutes", "plan[2].questions[1].label_zh": "分钟", "plan[2].questions[1].type": "number", "plan[2].questions[1].required": "true",
	} {
		v.Set(name, value)
	}
	return v
}

// The editor of a catalogue item without script: rows come, go and move; what is
// wrong is said at its input and nothing typed is lost; the test run names the
// persons and writes nothing; what is ordered keeps its version.
func TestTheEditorOfACatalogueItem(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w := settle(t, engine)
			path := w.orderable(t)
			id := strings.TrimPrefix(path, "/portal/catalogue/")
			n := serve(t, w.db)
			o := &orderStory{t: t, n: n, w: w}
			o.ref = strings.TrimSuffix(strings.TrimPrefix(o.post(http.StatusSeeOther, access.Requester, path, "answers.name", "Ma Lan", "answers.seats", "1"), "/portal/requests/"), "?new=1")
			page := "/settings/offering/" + id + "/design"
			e := &editing{orderStory: o, page: page}
			e.rows()
			e.tried()
			e.kept(path, id)
			n.want(http.StatusForbidden, w.token[access.DeskAgent], "GET", page, "")
			n.want(http.StatusForbidden, w.token[access.DeskAgent], "POST", page, "do=save", "Content-Type: application/x-www-form-urlencoded")
		})
	}
}

type editing struct {
	*orderStory
	page string
}

func (e *editing) send(status int, do string, change ...string) string {
	e.t.Helper()
	v := design()
	for i := 0; i < len(change); i += 2 {
		v.Set(change[i], change[i+1])
	}
	v.Set("do", do)
	r := e.n.want(status, e.w.token[access.SystemAdministrator], "POST", e.page, v.Encode(), "Content-Type: application/x-www-form-urlencoded", "Accept-Language: en")
	return r.body
}

func (e *editing) has(page string, words ...string) {
	e.t.Helper()
	for _, word := range words {
		if !strings.Contains(page, word) {
			e.t.Errorf("the editor has no %q", word)
		}
	}
}

func (e *editing) rows() {
	e.t.Helper()
	e.has(e.sees(access.SystemAdministrator, e.page, "Name of the colleague", "1 request runs on today", `name="answers.name"`), `name="plan[2].questions[1].name" value="minutes"`)
	e.has(e.send(http.StatusOK, "up questions[2]"), `name="questions[1].name" value="seats"`, `id="down-questions[1]"`)
	e.has(e.send(http.StatusOK, "add questions"), `name="questions[3].type"`)
	e.has(e.send(http.StatusOK, "copy plan[1]"), `name="plan[2].title_en" value="Create the account"`)
	if again := e.send(http.StatusOK, "drop plan[2]"); strings.Contains(again, "Tell the colleague") {
		e.t.Error("a task that was removed is there")
	}
	wrong := e.send(http.StatusUnprocessableEntity, "save", "questions[1].label_en", "", "questions[1].label_zh", "", "plan[1].hours", "soon", "stages[1].rule", "quorum", "stages[1].quorum", "x")
	e.has(wrong, `value="soon"`, `id="f-plan[1].hours-fault"`, `id="f-stages[1].quorum-fault"`)
	e.has(e.send(http.StatusUnprocessableEntity, "save", "questions[2].when", "name", "questions[1].type", "choice", "questions[1].options", "a | A | 甲", "questions[2].is", "b"), `id="f-questions[2].is-fault"`)
	e.send(http.StatusUnprocessableEntity, "drop plan[7]")
}

func (e *editing) tried() {
	e.t.Helper()
	official := e.w.id[access.Requester].String()
	e.has(e.send(http.StatusUnprocessableEntity, "try", "requester", official, "tried", official, "answers.name", " "), `id="f-answers.name-fault"`)
	got := e.send(http.StatusOK, "try", "requester", official, "tried", official, "answers.name", "Ma", "answers.seats", "2")
	for _, who := range []string{"director", "service_owner"} {
		p, err := e.w.house.db.Person(e.t.Context(), e.w.id[who])
		if err != nil {
			e.t.Fatal(err)
		}
		e.has(got, p.Name)
	}
	e.has(got, "Nothing was written", "On site", "开通账号 · Create the account")
	e.has(e.send(http.StatusOK, "try", "requester", official, "tried", official, "answers.name", "Ma", "stages[1].who[1].as", "security_officer", "stages[2].who[1].as", "business_owner"), "would be refused", "Business owner of the service: nobody")
}

func (e *editing) kept(path, id string) {
	e.t.Helper()
	before, err := e.w.house.db.RequestShelf().Uses(e.t.Context(), people.Everything(), itemID(id))
	if err != nil || len(before) != 1 {
		e.t.Fatal(before, err)
	}
	e.send(http.StatusSeeOther, "save", "questions[3].label_en", "Which floor", "questions[3].type", "text", "questions[3].required", "true")
	e.has(e.sees(access.SystemAdministrator, e.page, "1 runs on an older one"), `value="which_floor"`, "/versions/"+before[0].Pin)
	e.has(e.sees(access.SystemAdministrator, strings.TrimSuffix(e.page, "design")+"versions/"+before[0].Pin), "Seats")
	e.n.want(http.StatusNotFound, e.w.token[access.SystemAdministrator], "GET", strings.TrimSuffix(e.page, "design")+"versions/none", "")
	e.sees(access.Requester, path, "Which floor")
	if err := e.w.house.settings.Refresh(e.t.Context()); err != nil {
		e.t.Fatal(err)
	}
	held := e.w.house.settings.All().Find(setting.Offering, itemID(id))
	o, err := setting.Read[catalogue.Offering](*held)
	if err != nil || len(o.Questions) != 3 || o.Summary.En == "" || len(o.Plan[1].Questions) != 1 {
		e.t.Errorf("kept %+v, %v", o, err)
	}
	// The request that was ordered before asks no floor, and is decided as before.
	e.decided()
}

func itemID(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0 // nothing has it
	}
	return n
}
