package app

import (
	"net/http"
	"strings"
	"testing"

	"kilter/internal/practice/access"
)

// An agent on the phone orders for whoever calls, by page and by API: the
// catalogue and the defaults are the caller's, both are recorded, and nobody
// else orders in a name that is not his own.
func TestStaffOrderForWhoeverCalls(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w := settle(t, engine)
			item := strings.TrimPrefix(w.orderable(t), "/portal/catalogue/")
			n := serve(t, w.db)
			o := &orderStory{t: t, n: n, w: w}
			caller := w.id[access.Requester].String()
			o.sees(access.DeskAgent, "/requests/new", "Choose the caller")
			o.sees(access.DeskAgent, "/requests/new?requester="+caller, "New post", "All that a colleague needs", "offering="+item)
			o.sees(access.DeskAgent, "/requests/new?requester="+caller+"&q=nothing+of+this", "can order nothing that has these words")
			o.sees(access.DeskAgent, "/requests/new?requester="+caller+"&offering="+item, `name="answers.name"`, "Order for Person requester")
			o.sees(access.DeskAgent, "/requests/new?requester=999999", "Choose from the list")
			if again := o.post(http.StatusUnprocessableEntity, access.DeskAgent, "/requests/new", "requester", caller, "offering", item, "answers.seats", "many", "detail", "by Monday"); !strings.Contains(again, "by Monday") || !strings.Contains(again, `value="many"`) || !strings.Contains(again, "f-answers.name-fault") {
				t.Error("the form comes back without what was typed, or does not say what is wrong")
			}
			at := o.post(http.StatusSeeOther, access.DeskAgent, "/requests/new", "requester", caller, "offering", item, "answers.name", "Ma Lan")
			o.sees(access.DeskAgent, at, "Ma Lan", "Entered by", "Person desk_agent", "Person requester")
			o.sees(access.Requester, "/portal/requests/"+strings.TrimPrefix(at, "/requests/"), "Ma Lan")
			n.want(http.StatusNotFound, w.token[access.Requester], "GET", "/requests/new?requester="+caller, "")

			const api = "/api/v1"
			if list := n.want(http.StatusOK, w.token[access.DeskAgent], "GET", api+"/offerings?requester="+caller, "").body; !strings.Contains(list, "post-new") {
				t.Errorf("the caller's catalogue: %s", list)
			}
			n.want(http.StatusOK, w.token[access.DeskAgent], "GET", api+"/offerings/"+item+"?requester="+caller, "")
			n.want(http.StatusUnprocessableEntity, w.token[access.DeskAgent], "GET", api+"/offerings?requester=soon", "")
			n.want(http.StatusUnprocessableEntity, w.token[access.Requester], "GET", api+"/offerings?requester="+w.id[access.Engineer].String(), "")
			order := `{"offering":` + item + `,"requester":` + caller + `,"answers":{"name":"Ma Lan"}}`
			made := n.want(http.StatusCreated, w.token[access.DeskAgent], "POST", api+"/requests", order, "Content-Type: application/json").body
			if !strings.Contains(made, `"requester":`+caller) || !strings.Contains(made, `"entered":`+w.id[access.DeskAgent].String()) {
				t.Errorf("both are not recorded: %s", made)
			}
			other := strings.Replace(order, `"requester":`+caller, `"requester":`+w.id[access.Engineer].String(), 1)
			if r, err := n.ask(w.token[access.Requester], "POST", api+"/requests", other, "Content-Type: application/json"); err != nil || r.status != http.StatusUnprocessableEntity {
				t.Errorf("an official orders in a name that is not his: %v, %d", err, r.status)
			}
		})
	}
}
