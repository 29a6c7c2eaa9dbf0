package app

import (
	"net/http"
	"strings"
	"testing"

	"kilter/internal/practice/access"
)

// An official corrects what he ordered while it is being decided on: the form
// comes with what he wrote, what is wrong is said and nothing is lost, whoever
// is asked sees what was changed, and staff and API do the same.
func TestAnOrderIsChangedThroughThePages(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w := settle(t, engine)
			path := w.orderable(t)
			n := serve(t, w.db)
			o := &orderStory{t: t, n: n, w: w}
			o.ref = strings.TrimSuffix(strings.TrimPrefix(o.post(http.StatusSeeOther, access.Requester, path, "answers.name", "Ma Lan", "answers.seats", "1"), "/portal/requests/"), "?new=1")
			mine, theirs := "/portal/requests/"+o.ref, "/requests/"+o.ref
			o.sees(access.Requester, mine, mine+"/answers")
			o.sees(access.Requester, mine+"/answers", `value="Ma Lan"`, "is asked again")
			if again := o.post(http.StatusUnprocessableEntity, access.Requester, mine+"/answers", "answers.name", "", "answers.seats", "many", "detail", "by Monday"); !strings.Contains(again, "by Monday") || !strings.Contains(again, `value="many"`) || !strings.Contains(again, "f-answers.name-fault") {
				t.Error("the form comes back without what was typed, or does not say what is wrong")
			}
			o.post(http.StatusSeeOther, access.Requester, mine+"/answers", "answers.name", "Ma Lanfang", "answers.seats", "1")
			o.sees("director", mine, "Ma Lanfang", "changed the order", "<del>Ma Lan</del>")
			o.sees(access.DeskAgent, theirs, "Ma Lanfang", "<del>Ma Lan</del>", theirs+"/answers")
			o.post(http.StatusForbidden, "director", mine+"/answers", "answers.name", "Me")

			o.sees(access.DeskAgent, theirs+"/answers", `value="Ma Lanfang"`)
			o.post(http.StatusUnprocessableEntity, access.DeskAgent, theirs+"/answers", "answers.name", "")
			if again := o.post(http.StatusUnprocessableEntity, access.DeskAgent, theirs+"/answers", "answers.name", "Ma", "version", "1"); !strings.Contains(again, `value="Ma"`) {
				t.Error("what was typed over an older version is lost")
			}
			o.post(http.StatusSeeOther, access.DeskAgent, theirs+"/answers", "answers.name", "Ma Lanfang", "answers.seats", "3")

			api := "/api/v1" + theirs + "/amend"
			got := n.want(http.StatusOK, w.token[access.Requester], "POST", api, `{"answers":{"seats":2},"detail":"soon"}`, "Content-Type: application/json").body
			if !strings.Contains(got, `"seats":2`) || !strings.Contains(got, `"name":"Ma Lanfang"`) || !strings.Contains(got, `"detail":"soon"`) {
				t.Errorf("by the API: %s", got)
			}
			n.want(http.StatusUnprocessableEntity, w.token[access.Requester], "POST", api, `{"answers":{"name":null}}`, "Content-Type: application/json")
			n.want(http.StatusForbidden, w.token["director"], "POST", api, `{"answers":{"name":"Me"}}`, "Content-Type: application/json")
			o.decided()
			o.post(http.StatusConflict, access.Requester, mine+"/answers", "answers.name", "Too late")
			n.want(http.StatusConflict, w.token[access.Requester], "POST", api, `{"answers":{"seats":4}}`, "Content-Type: application/json")
		})
	}
}

// A test run over the API names whom an order would ask and what would be done,
// and writes nothing.
func TestARehearsalOverTheAPI(t *testing.T) {
	t.Parallel()
	w := settle(t, "sqlite")
	id := strings.TrimPrefix(w.orderable(t), "/portal/catalogue/")
	n := serve(t, w.db)
	at, json := "/api/v1/offerings/"+id+"/rehearsal", "Content-Type: application/json"
	order := `{"requester":` + w.id[access.Requester].String() + `,"answers":{"name":"Ma Lan"}}`
	got := n.want(http.StatusOK, w.token[access.SystemAdministrator], "POST", at, order, json, "Accept-Language: en").body
	for _, want := range []string{`"person":` + w.id["director"].String() + `,"as":"superior"`, `"person":` + w.id["service_owner"].String() + `,"as":"service_owner"`, "Create the account", "Tell the colleague"} {
		if !strings.Contains(got, want) {
			t.Errorf("the rehearsal does not say %s: %s", want, got)
		}
	}
	if got = n.want(http.StatusOK, w.token[access.SystemAdministrator], "POST", at, order[:len(order)-1]+`,"author":`+w.id["director"].String()+`}`, json, "Accept-Language: en").body; !strings.Contains(got, `"why":"interested"`) || !strings.Contains(got, `"refused":"`) {
		t.Errorf("when the head wrote it nobody can consent in the first stage: %s", got)
	}
	n.want(http.StatusUnprocessableEntity, w.token[access.SystemAdministrator], "POST", at, `{"requester":1,"answers":{"nothing":"x"}}`, json)
	n.want(http.StatusForbidden, w.token[access.DeskAgent], "POST", at, order, json)
	n.want(http.StatusNotFound, w.token[access.SystemAdministrator], "POST", "/api/v1/offerings/999999/rehearsal", order, json)
	if list := n.want(http.StatusOK, w.token[access.DeskAgent], "GET", "/api/v1/requests", "").body; strings.Contains(list, "REQ-") {
		t.Errorf("a rehearsal ordered: %s", list)
	}
}
