package app

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kilter/internal/api"
)

// TestWhatPagesCanDoTheAPICan compares the routes of the two faces: what a page
// does has its operations in the API, or a reason to have none.
func TestWhatPagesCanDoTheAPICan(t *testing.T) {
	t.Parallel()
	w := settle(t, "sqlite")
	gate, border, err := w.house.pages()
	if err != nil {
		t.Fatal(err)
	}
	served := map[string]bool{}
	programs := w.house.programs(gate)
	programs.Mount(http.NewServeMux())
	for _, r := range programs.Routes() {
		served[r.Method+" "+strings.TrimPrefix(r.Path, api.Prefix)] = true
	}
	pages := border.Patterns()
	for _, page := range pages {
		name, kind := family(page)
		told, ok := faces[page]
		if !ok {
			told, ok = faces[name]
		}
		switch {
		case !ok:
			t.Errorf("%s: name what does the same in the API, or why nothing does, in internal/app/faces_test.go", page)
		case told.why == "" && len(told.ops) == 0:
			t.Errorf("%s has neither an operation nor a reason", page)
		}
		for _, op := range told.ops {
			if op = strings.ReplaceAll(op, "ROOM", room[kind]); !served[op] {
				t.Errorf("%s: the API has no %s", page, op)
			}
		}
	}
	used := map[string]bool{}
	for _, page := range pages {
		name, _ := family(page)
		used[page], used[name] = true, true
	}
	for _, page := range slices.Sorted(maps.Keys(faces)) {
		if !used[page] {
			t.Errorf("%s is told of and is no page", page)
		}
	}
}

// room is what the API calls a kind of settings.
var room = map[string]string{
	"department": "departments", "post": "posts", "person": "persons", "team": "teams", "zone": "zones", "service": "services", "category": "categories",
	"cause": "causes", "grade_reason": "grade-reasons", "offering": "catalogue-items", "calendar": "calendars", "agreement": "agreements", "routing": "routes", "template": "templates", "field": "fields", "trusted_key": "trusted-keys",
}

// family is the page of any kind of settings, with the kind left out, or the
// whole of the style guide. ROOM in its operations stands for the kind.
func family(page string) (name, kind string) {
	method, path, _ := strings.Cut(page, " ")
	parts := strings.Split(path, "/")
	if len(parts) > 2 && parts[1] == "settings" && room[parts[2]] != "" {
		kind, parts[2] = parts[2], "KIND"
	}
	if len(parts) > 1 && parts[1] == "styleguide" {
		return "styleguide", ""
	}
	return method + " " + strings.Join(parts, "/"), kind
}

// face says what does in the API what a page does: operations, or a reason why
// there is none.
type face struct {
	why string
	ops []string
}

func by(ops ...string) face   { return face{ops: ops} }
func because(why string) face { return face{why: why} }

const (
	pageOnly  = "a part or a look of a page, no function of its own"
	cookieWay = "the way in is for browsers; programs have tokens"
	process   = "about the process, served beside the API"
)

// faces is the table.
var faces = map[string]face{
	"/":                                   because(pageOnly),
	"GET /static/":                        because(pageOnly),
	"GET /favicon.ico":                    because(pageOnly),
	"styleguide":                          because(pageOnly),
	"GET /healthz":                        because(process),
	"GET /readyz":                         because(process),
	"GET /metrics":                        because(process),
	"GET /signin":                         because(cookieWay),
	"GET /signin/code":                    because(cookieWay),
	"GET /signin/factor":                  because(cookieWay),
	"GET /signin/first":                   because(cookieWay),
	"GET /signin/password":                because(cookieWay),
	"POST /signin":                        because(cookieWay),
	"POST /signin/code":                   because(cookieWay),
	"POST /signin/demo":                   because(cookieWay),
	"POST /signin/factor":                 because(cookieWay),
	"POST /signin/factor/confirm":         because(cookieWay),
	"POST /signin/first":                  because(cookieWay),
	"POST /signin/password":               because(cookieWay),
	"POST /signout":                       because(cookieWay),
	"POST /prefer":                        by("PATCH /me"),
	"GET /account":                        by("GET /me", "GET /sessions", "GET /tokens"),
	"POST /account/choices":               by("PATCH /me"),
	"POST /account/password":              by("POST /me/password"),
	"POST /account/factor":                by("POST /me/factor"),
	"POST /account/factor/confirm":        by("POST /me/factor/confirm"),
	"POST /account/factor/drop":           by("DELETE /me/factor"),
	"POST /account/sessions/end":          by("DELETE /persons/{id}/sessions/{session}"),
	"POST /account/tokens":                by("POST /tokens"),
	"POST /account/tokens/revoke":         by("DELETE /tokens/{id}"),
	"GET /audit":                          by("GET /audit"),
	"GET /audit/export":                   by("GET /audit.csv", "GET /audit.ndjson"),
	"POST /audit/verify":                  by("POST /audit/verify"),
	"GET /security":                       by("GET /accounts"),
	"GET /security/accounts":              by("GET /accounts"),
	"GET /security/accounts/{id}":         by("GET /persons/{id}/account", "GET /persons/{id}/rights"),
	"POST /security/accounts/{id}/rights": by("PUT /persons/{id}/rights"),
	"POST /security/accounts/{id}/{deed}": by("POST /persons/{id}/account/block", "POST /persons/{id}/account/unblock", "POST /persons/{id}/account/password", "POST /persons/{id}/account/reset-factor", "POST /persons/{id}/account/mask", "POST /persons/{id}/account/end-sessions", "DELETE /persons/{id}/sessions/{session}"),
	"GET /security/inspect":               by("GET /inspect/{ref}"),
	"GET /security/privacy":               by("GET /settings/retention"),
	"POST /security/privacy":              by("PUT /settings/retention"),
	"GET /security/roles":                 by("GET /roles"),
	"GET /security/roles/{id}":            by("GET /roles/{id}", "GET /deeds"),
	"POST /security/roles":                by("POST /roles", "PATCH /roles/{id}"),
	"POST /security/roles/{id}/renew":     by("POST /roles/{id}/renew"),
	"POST /security/separation":           by("PUT /settings/separation", "GET /settings/separation"),
	"GET /security/rules":                 by("GET /settings/sign-in"),
	"POST /security/rules":                by("PATCH /settings/sign-in"),
	"GET /security/tokens":                by("GET /tokens"),
	"POST /security/tokens/revoke":        by("DELETE /tokens/{id}"),
	"GET /{$}":                            by("GET /me/day"),
	"GET /live":                           by("GET /live"),
	"GET /items":                          by("GET /items"),
	"GET /people":                         by("GET /persons"),
	"GET /find":                           by("GET /search"),
	"POST /files":                         by("POST /files"),
	"POST /undo/{batch}":                  by("POST /incidents/batches/{batch}/undo", "POST /contacts/batches/{batch}/undo", "POST /problems/batches/{batch}/undo", "POST /knowledge/batches/{batch}/undo"),
	"GET /board":                          by("GET /board"),
	"GET /dashboard":                      by("GET /dashboard"),
	"GET /reports/desk":                   by("GET /reports/desk"),
	"GET /reports/desk/export":            by("GET /reports/desk.csv", "GET /reports/desk.xlsx"),
	"PUT /drafts/{place}":                 by("PUT /drafts/{place}"),
	"DELETE /drafts/{place}":              by("DELETE /drafts/{place}"),
	"PUT /portal/drafts/{place}":          by("PUT /drafts/{place}"),
	"GET /views":                          by("GET /views"),
	"GET /views/{id}":                     by("GET /views"),
	"POST /views/{id}":                    by("PATCH /views/{id}"),
	"POST /views/arrange":                 by("PUT /views/rail"),
	"POST /views":                         by("POST /views", "PATCH /views/{id}"),
	"POST /views/{id}/retire":             by("POST /views/{id}/retire"),
	"GET /incidents":                      by("GET /incidents", "GET /views"),
	"GET /incidents/rows":                 by("GET /incidents"),
	"GET /incidents/total":                by("GET /incidents"),
	"GET /incidents/counts":               by("GET /views"),
	"GET /incidents/export":               by("GET /incidents.csv", "GET /incidents.xlsx", "GET /incidents.ndjson"),
	"GET /configuration":                  by("GET /items"),
	"GET /configuration/counts":           by("GET /items"),
	"GET /configuration/export":           by("GET /items.ndjson"),
	"GET /configuration/rows":             by("GET /items"),
	"GET /configuration/total":            by("GET /items"),
	"GET /configuration/new":              because(pageOnly),
	"POST /configuration/new":             by("POST /items"),
	"POST /configuration/columns":         because(pageOnly),
	"GET /configuration/labels":           by("GET /items/{id}/label"),
	"GET /items/{ref}":                    by("GET /items/{id}"),
	"GET /configuration/audit":            by("GET /items/due"),
	"GET /configuration/baselines":        by("GET /baselines"),
	"POST /configuration/baselines":       by("POST /baselines"),
	"GET /configuration/baselines/{id}":   by("GET /baselines/{id}", "GET /baselines/{id}/compare"),
	"POST /configuration/baselines/{id}/discrepancies": by("POST /baselines/{id}/discrepancies"),
	"GET /configuration/what-if":                       by("GET /sandboxes"),
	"POST /configuration/what-if":                      by("POST /sandboxes"),
	"GET /configuration/what-if/{id}":                  by("GET /sandboxes/{id}", "GET /sandboxes/{id}/outlook"),
	"POST /configuration/what-if/{id}":                 by("PUT /sandboxes/{id}"),
	"POST /configuration/what-if/{id}/drop":            by("DELETE /sandboxes/{id}"),
	"GET /configuration/what-if/{id}/map":              by("GET /sandboxes/{id}/map", "GET /sketches", "PUT /sketches", "DELETE /sketches/{id}"),
	"GET /configuration/bulk":                          because(pageOnly),
	"POST /configuration/bulk":                         by("POST /items/batches"),
	"POST /configuration/bulk/run":                     by("POST /items/batches"),
	"GET /configuration/batches":                       by("GET /item-batches"),
	"GET /configuration/batches/{id}":                  by("GET /item-batches/{id}"),
	"POST /configuration/batches/{id}/undo":            by("POST /item-batches/{id}/undo"),
	"GET /configuration/model":                         by("GET /classes", "GET /relation-types"),
	"POST /configuration/model/starter":                by("POST /classes/starter"),
	"GET /configuration/model/classes/{id}":            by("GET /classes/{id}", "GET /classes/{id}/changes"),
	"POST /configuration/model/classes/{id}":           by("POST /classes", "PATCH /classes/{id}", "POST /classes/preview", "POST /classes/{id}/retire", "POST /classes/{id}/restore"),
	"POST /configuration/model/classes/{id}/undo":      by("POST /classes/{id}/undo"),
	"GET /configuration/model/types/{id}":              by("GET /relation-types/{id}", "GET /relation-types/{id}/changes"),
	"POST /configuration/model/types/{id}":             by("POST /relation-types", "PATCH /relation-types/{id}", "POST /relation-types/preview", "POST /relation-types/{id}/retire", "POST /relation-types/{id}/restore"),
	"POST /configuration/model/types/{id}/undo":        by("POST /relation-types/{id}/undo"),
	"GET /configuration/quality":                       by("GET /items/quality"),
	"GET /configuration/discrepancies":                 by("GET /discrepancies"),
	"GET /configuration/discrepancies/{id}/{move}":     because(pageOnly),
	"POST /configuration/discrepancies/{id}/{move}":    by("POST /discrepancies/{id}/assign", "POST /discrepancies/{id}/explain", "POST /discrepancies/{id}/correct", "POST /discrepancies/{id}/accept"),
	"GET /configuration/items/{ref}/audit":             because(pageOnly),
	"POST /configuration/items/{ref}/audit":            by("POST /items/{id}/audit"),
	"GET /configuration/imports":                       by("GET /item-imports"),
	"GET /configuration/imports/{id}":                  by("GET /item-imports/{id}"),
	"POST /configuration/imports":                      by("POST /item-imports"),
	"GET /configuration/tables/{token}":                because(pageOnly),
	"POST /configuration/tables/{token}":               by("POST /item-imports"),
	"POST /configuration/imports/{id}/approve":         by("POST /item-imports/{id}/approve"),
	"POST /configuration/imports/{id}/undo":            by("POST /item-imports/{id}/undo"),
	"GET /configuration/items/{ref}":                   by("GET /items/{id}", "GET /items/{id}/relations", "GET /items/{id}/files", "GET /items/{id}/label"),
	"GET /configuration/items/{ref}/past":              by("GET /items/{id}", "GET /items/{id}/history"),
	"GET /configuration/items/{ref}/edit/{field}":      because(pageOnly),
	"GET /configuration/items/{ref}/field/{field}":     because(pageOnly),
	"GET /configuration/items/{ref}/group/{id}":        because(pageOnly),
	"GET /configuration/items/{ref}/part/{id}":         because(pageOnly),
	"GET /configuration/items/{ref}/move/{move}":       because(pageOnly),
	"GET /configuration/items/{ref}/relate":            because(pageOnly),
	"GET /configuration/items/{ref}/file/{id}":         by("GET /items/{id}/files/{file}"),
	"POST /configuration/items/{ref}/edit/{field}":     by("PATCH /items/{id}"),
	"POST /configuration/items/{ref}/files":            by("POST /items/{id}/files"),
	"POST /configuration/items/{ref}/group/{id}":       by("POST /redundancies/{id}"),
	"POST /configuration/items/{ref}/part/{id}":        by("POST /relations/{id}/end"),
	"POST /configuration/items/{ref}/relate":           by("POST /relations", "POST /redundancies"),
	"POST /configuration/items/{ref}/move/{move}":      by("POST /items/{id}/order", "POST /items/{id}/receive", "POST /items/{id}/build", "POST /items/{id}/go_live", "POST /items/{id}/maintain", "POST /items/{id}/resume", "POST /items/{id}/take_back", "POST /items/{id}/retire", "POST /items/{id}/withdraw", "POST /items/{id}/dispose"),
	"POST /configuration/views":                        by("POST /views", "PATCH /views/{id}"),
	"POST /configuration/views/{id}/retire":            by("POST /views/{id}/retire"),
	"GET /configuration/items/{ref}/impact":            by("GET /items/{id}/impact", "POST /items/impact", "GET /items/{id}/needs", "GET /items/{id}/singles"),
	"GET /configuration/items/{ref}/impact/export":     by("GET /items/{id}/impact"),
	"GET /configuration/items/{ref}/map":               by("GET /items/map", "GET /sketches", "PUT /sketches", "DELETE /sketches/{id}"),
	"GET /configuration/services/{ref}":                by("GET /services/{id}", "GET /items/{id}/needs", "GET /items/{id}/singles", "GET /items/{id}/impact"),
	"GET /configuration/services/{ref}/map":            by("GET /items/map", "GET /services/map", "GET /sketches", "PUT /sketches", "DELETE /sketches/{id}"),
	"GET /configuration/incidents/{ref}/map":           by("GET /items/map", "GET /sketches", "PUT /sketches", "DELETE /sketches/{id}"),
	"GET /configuration/map":                           by("GET /services/map"),
	"GET /configuration/singles":                       by("GET /items/singles"),
	"GET /configuration/singles/{ref}/{move}":          because(pageOnly),
	"POST /configuration/singles/{ref}/{move}":         by("POST /items/{id}/single/mend", "POST /items/{id}/single/accept_risk", "POST /items/{id}/single/set_open"),
	"GET /configuration/singles/export":                by("GET /items/singles"),
	"POST /incidents/columns":                          because(pageOnly),
	"GET /incidents/{ref}":                             by("GET /incidents/{number}", "GET /incidents/{number}/timeline", "GET /incidents/{number}/links", "GET /incidents/{number}/watchers", "GET /incidents/{number}/tasks"),
	"GET /incidents/{ref}/fresh":                       by("GET /incidents/{number}"),
	"GET /incidents/{ref}/move/{move}":                 because(pageOnly),
	"POST /incidents/{ref}/note":                       by("POST /incidents/{number}/note"),
	"POST /incidents/{ref}/watch":                      by("PUT /incidents/{number}/watchers/{person}", "DELETE /incidents/{number}/watchers/{person}"),
	"GET /incidents/{ref}/file/{id}":                   by("GET /incidents/{number}/files/{file}"),
	"GET /contacts":                                    by("GET /contacts", "GET /views"),
	"GET /contacts/rows":                               by("GET /contacts"),
	"GET /contacts/total":                              by("GET /contacts"),
	"GET /contacts/counts":                             by("GET /views"),
	"GET /contacts/export":                             by("GET /contacts.csv", "GET /contacts.xlsx", "GET /contacts.ndjson"),
	"POST /contacts/columns":                           because(pageOnly),
	"GET /contacts/{ref}":                              by("GET /contacts/{number}", "GET /contacts/{number}/timeline", "GET /contacts/{number}/links", "GET /contacts/{number}/watchers", "GET /contacts/{number}/tasks"),
	"GET /contacts/{ref}/fresh":                        by("GET /contacts/{number}"),
	"GET /contacts/{ref}/move/{move}":                  because(pageOnly),
	"POST /contacts/{ref}/note":                        by("POST /contacts/{number}/note"),
	"POST /contacts/{ref}/watch":                       by("PUT /contacts/{number}/watchers/{person}", "DELETE /contacts/{number}/watchers/{person}"),
	"GET /contacts/{ref}/file/{id}":                    by("GET /contacts/{number}/files/{file}"),
	"POST /incidents/{ref}/move/{move}":                by("POST /incidents/{number}/accept", "POST /incidents/{number}/assign", "POST /incidents/{number}/cancel", "POST /incidents/{number}/classify", "POST /incidents/{number}/confirm", "POST /incidents/{number}/declare", "POST /incidents/{number}/dismiss", "POST /incidents/{number}/escalate", "POST /incidents/{number}/man", "POST /incidents/{number}/merge", "POST /incidents/{number}/prioritise", "POST /incidents/{number}/raise", "POST /incidents/{number}/reassign", "POST /incidents/{number}/reopen", "POST /incidents/{number}/report", "POST /incidents/{number}/resolve", "POST /incidents/{number}/resume", "POST /incidents/{number}/stand_down", "POST /incidents/{number}/wait", "POST /incidents/{number}/resolve/preview", "POST /incidents/{number}/merge/preview", "PUT /incidents/{number}/children/{other}", "DELETE /incidents/{number}/children/{other}"),
	"POST /contacts/{ref}/move/{move}":                 by("POST /contacts/{number}/identify", "POST /contacts/{number}/type", "POST /contacts/{number}/answer", "POST /contacts/{number}/link", "POST /contacts/{number}/merge", "POST /contacts/{number}/close"),
	"GET /contacts/{ref}/edit":                         because(pageOnly),
	"POST /contacts/{ref}/edit":                        by("PATCH /contacts/{number}"),
	"GET /requests":                                    by("GET /requests", "GET /views"),
	"GET /requests/rows":                               by("GET /requests"),
	"GET /requests/total":                              by("GET /requests"),
	"GET /requests/counts":                             by("GET /views"),
	"GET /requests/export":                             by("GET /requests.csv", "GET /requests.xlsx", "GET /requests.ndjson"),
	"POST /requests/columns":                           because(pageOnly),
	"GET /requests/{ref}":                              by("GET /requests/{number}", "GET /requests/{number}/timeline", "GET /requests/{number}/links", "GET /requests/{number}/watchers", "GET /requests/{number}/tasks", "GET /requests/{number}/approvals"),
	"GET /requests/{ref}/fresh":                        by("GET /requests/{number}"),
	"GET /requests/{ref}/move/{move}":                  because(pageOnly),
	"POST /requests/{ref}/move/{move}":                 by("POST /requests/{number}/accept", "POST /requests/{number}/wait", "POST /requests/{number}/resume", "POST /requests/{number}/fulfil", "POST /requests/{number}/confirm", "POST /requests/{number}/dispute", "POST /requests/{number}/cancel", "POST /requests/{number}/stop", "POST /requests/{number}/assign", "POST /requests/{number}/submit"),
	"POST /requests/{ref}/note":                        by("POST /requests/{number}/note"),
	"POST /requests/{ref}/watch":                       by("PUT /requests/{number}/watchers/{person}", "DELETE /requests/{number}/watchers/{person}"),
	"GET /requests/{ref}/file/{id}":                    by("GET /requests/{number}/files/{file}"),
	"GET /requests/{ref}/edit":                         because(pageOnly),
	"POST /requests/{ref}/edit":                        by("PATCH /requests/{number}"),
	"GET /requests/{ref}/link":                         because(pageOnly),
	"POST /requests/{ref}/link":                        by("PUT /requests/{number}/links/{relation}/{other}", "DELETE /requests/{number}/links/{relation}/{other}"),
	"GET /requests/{ref}/task":                         because(pageOnly),
	"POST /requests/{ref}/task":                        by("POST /requests/{number}/tasks"),
	"POST /requests/{ref}/task/{id}":                   by("PATCH /requests/{number}/tasks/{task}"),
	"GET /grades":                                      by("GET /grades"),
	"GET /grades/figures":                              by("GET /grades/figures"),
	"GET /grades/figures/export":                       by("GET /grades/figures"),
	"GET /grades/{ref}":                                by("GET /incidents/{number}/grade", "GET /requests/{number}/grade"),
	"POST /grades/{ref}/rate":                          by("POST /incidents/{number}/rate", "POST /requests/{number}/rate"),
	"POST /grades/{ref}/call":                          by("POST /incidents/{number}/grade/call", "POST /requests/{number}/grade/call"),
	"POST /grades/{ref}/answer":                        by("POST /incidents/{number}/grade/answer", "POST /requests/{number}/grade/answer"),
	"POST /portal/requests/{ref}/rate":                 by("POST /requests/{number}/rate"),
	"GET /settings/grade":                              by("GET /settings/grade"),
	"GET /settings/grade/{id}":                         by("GET /settings/grade"),
	"POST /settings/grade/{id}":                        by("PATCH /settings/grade"),
	"POST /settings/grade/{id}/retire":                 because("the centre has one, which cannot be retired"),
	"POST /settings/grade/starter":                     by("POST /settings/matrix/starter"),
	"POST /requests/{ref}/decide":                      by("POST /requests/{number}/approve", "POST /requests/{number}/refuse"),
	"GET /portal/catalogue":                            by("GET /offerings"),
	"GET /portal/catalogue/{id}":                       by("GET /offerings/{id}"),
	"POST /portal/catalogue/{id}":                      by("POST /requests"),
	"GET /portal/requests":                             by("GET /requests"),
	"GET /portal/requests/{ref}":                       by("GET /requests/{number}", "GET /requests/{number}/approvals"),
	"GET /portal/requests/{ref}/file/{id}":             by("GET /requests/{number}/files/{file}"),
	"POST /portal/requests/{ref}/decide":               by("POST /requests/{number}/approve", "POST /requests/{number}/refuse"),
	"POST /portal/requests/{ref}/{deed}":               by("POST /requests/{number}/reply", "POST /requests/{number}/confirm", "POST /requests/{number}/dispute", "POST /requests/{number}/cancel", "POST /requests/{number}/stop", "POST /requests/{number}/submit"),
	"GET /portal/approvals":                            by("GET /approvals"),
	"GET /portal/deputy":                               by("GET /me/deputies"),
	"POST /portal/deputy":                              by("PUT /me/deputy", "DELETE /me/deputy"),
	"GET /problems":                                    by("GET /problems", "GET /views"),
	"GET /problems/rows":                               by("GET /problems"),
	"GET /problems/total":                              by("GET /problems"),
	"GET /problems/counts":                             by("GET /views"),
	"GET /problems/export":                             by("GET /problems.csv", "GET /problems.xlsx", "GET /problems.ndjson"),
	"POST /problems/columns":                           because(pageOnly),
	"GET /problems/{ref}":                              by("GET /problems/{number}", "GET /problems/{number}/timeline", "GET /problems/{number}/links", "GET /problems/{number}/watchers", "GET /problems/{number}/tasks"),
	"GET /problems/{ref}/fresh":                        by("GET /problems/{number}"),
	"GET /problems/{ref}/move/{move}":                  because(pageOnly),
	"POST /problems/{ref}/note":                        by("POST /problems/{number}/note"),
	"POST /problems/{ref}/watch":                       by("PUT /problems/{number}/watchers/{person}", "DELETE /problems/{number}/watchers/{person}"),
	"GET /problems/{ref}/file/{id}":                    by("GET /problems/{number}/files/{file}"),
	"GET /problems/{ref}/edit":                         because(pageOnly),
	"POST /problems/{ref}/edit":                        by("PATCH /problems/{number}"),
	"POST /problems/{ref}/move/{move}":                 by("POST /problems/{number}/accept", "POST /problems/{number}/reject", "POST /problems/{number}/classify", "POST /problems/{number}/investigate", "POST /problems/{number}/establish", "POST /problems/{number}/propose", "POST /problems/{number}/request_change", "POST /problems/{number}/fix", "POST /problems/{number}/change_done", "POST /problems/{number}/change_failed", "POST /problems/{number}/recur", "POST /problems/{number}/resolve", "POST /problems/{number}/close", "POST /problems/{number}/defer", "POST /problems/{number}/reconsider", "POST /problems/{number}/assign", "POST /problems/{number}/publish", "POST /problems/{number}/withdraw", "POST /problems/{number}/accept_risk", "POST /problems/{number}/review"),
	"POST /incidents/{ref}/known/{other}":              by("POST /incidents/{number}/known-errors", "GET /incidents/{number}/known-errors", "GET /problems/known-errors"),
	"GET /problems/candidates":                         by("GET /candidates", "GET /candidates/set-aside"),
	"GET /problems/candidates/open/{id}":               because(pageOnly),
	"GET /problems/candidates/aside/{id}":              because(pageOnly),
	"POST /problems/candidates/aside/{id}":             by("POST /candidates/{id}/set-aside"),
	"POST /problems/candidates/back/{id}":              by("DELETE /candidates/set-aside/{id}"),
	"GET /problems/pareto":                             by("GET /problems/pareto"),
	"GET /problems/trends":                             by("GET /problems/pareto"),
	"GET /problems/pareto/export":                      by("GET /problems/pareto"),
	"GET /problems/{ref}/task":                         because(pageOnly),
	"POST /problems/{ref}/task":                        by("POST /problems/{number}/tasks"),
	"POST /problems/{ref}/task/{id}":                   by("PATCH /problems/{number}/tasks/{task}"),
	"GET /problems/{ref}/link":                         because(pageOnly),
	"POST /problems/{ref}/link":                        by("PUT /problems/{number}/links/{relation}/{other}", "DELETE /problems/{number}/links/{relation}/{other}"),
	"GET /problems/{ref}/print":                        because(pageOnly),
	"GET /problems/{ref}/analysis/new":                 because(pageOnly),
	"POST /problems/{ref}/analysis/new":                by("POST /problems/{number}/analyses"),
	"GET /problems/{ref}/analysis/{id}":                by("GET /problems/{number}/analyses", "GET /problems/{number}/analyses/{id}", "GET /problems/{number}/analyses/{id}/versions"),
	"GET /problems/{ref}/analysis/{id}/edit":           because(pageOnly),
	"POST /problems/{ref}/analysis/{id}/edit":          by("PUT /problems/{number}/analyses/{id}"),
	"GET /problems/new":                                because(pageOnly),
	"POST /problems/new":                               by("POST /problems", "POST /candidates/{id}/open", "POST /incidents/{number}/problem"),
	"POST /incidents/bulk":                             by("POST /incidents/batches", "POST /incidents/bulk"),
	"POST /incidents/bulk/preview":                     by("POST /incidents/batches"),
	"POST /incidents/bulk/run":                         by("POST /incidents/batches", "POST /incidents/bulk"),
	"GET /incidents/new":                               because(pageOnly),
	"POST /incidents/new":                              by("POST /incidents", "POST /contacts"),
	"POST /incidents/new/fields":                       because(pageOnly),
	"GET /incidents/new/caller":                        by("GET /persons/{id}", "GET /incidents", "GET /items"),
	"GET /incidents/new/similar":                       by("GET /incidents/similar"),
	"GET /incidents/{ref}/clock/{clock}":               by("GET /incidents/{number}/clocks"),
	"GET /incidents/{ref}/edit/{field}":                because(pageOnly),
	"GET /incidents/{ref}/field/{field}":               because(pageOnly),
	"GET /incidents/{ref}/link":                        because(pageOnly),
	"GET /incidents/{ref}/print":                       because(pageOnly),
	"GET /incidents/{ref}/task":                        because(pageOnly),
	"POST /incidents/{ref}/claim":                      by("POST /incidents/{number}/man"),
	"POST /incidents/{ref}/edit/{field}":               by("PATCH /incidents/{number}"),
	"POST /incidents/{ref}/link":                       by("PUT /incidents/{number}/links/{relation}/{other}", "DELETE /incidents/{number}/links/{relation}/{other}", "PUT /incidents/{number}/children/{other}", "DELETE /incidents/{number}/children/{other}"),
	"POST /incidents/{ref}/mine":                       by("POST /incidents/{number}/assign", "POST /incidents/{number}/accept"),
	"POST /incidents/{ref}/publish":                    by("POST /incidents/{number}/post"),
	"POST /incidents/{ref}/reply":                      by("POST /incidents/{number}/reply", "GET /incidents/{number}/texts"),
	"POST /incidents/{ref}/task":                       by("POST /incidents/{number}/tasks"),
	"POST /incidents/{ref}/task/{id}":                  by("PATCH /incidents/{number}/tasks/{task}"),
	"POST /incidents/{ref}/unmerge":                    by("POST /incidents/{number}/unmerge"),
	"GET /notices":                                     by("GET /notices"),
	"POST /notices/seen":                               by("POST /notices/seen"),
	"GET /notices/choices":                             by("GET /me/notices"),
	"POST /notices/choices":                            by("PATCH /me/notices"),
	"GET /imports/history":                             by("GET /imports/history"),
	"GET /imports/history/{id}":                        by("GET /imports/history/{id}", "GET /imports/history/{id}/rejects"),
	"GET /imports/uploads/{id}":                        by("GET /imports/uploads/{id}", "POST /imports/uploads/{id}/preview"),
	"POST /imports/history":                            by("POST /imports/uploads"),
	"POST /imports/history/{id}/undo":                  by("POST /imports/history/{id}/undo"),
	"POST /imports/uploads/{id}":                       by("PUT /imports/uploads/{id}/map", "POST /imports/uploads/{id}/run"),
	"GET /knowledge":                                   by("GET /knowledge", "GET /views"),
	"GET /knowledge/rows":                              by("GET /knowledge"),
	"GET /knowledge/total":                             by("GET /knowledge"),
	"GET /knowledge/counts":                            by("GET /views"),
	"GET /knowledge/export":                            by("GET /knowledge.csv", "GET /knowledge.xlsx", "GET /knowledge.ndjson"),
	"POST /knowledge/columns":                          because(pageOnly),
	"GET /knowledge/{ref}":                             by("GET /knowledge/{number}", "GET /knowledge/{number}/timeline", "GET /knowledge/{number}/links", "GET /knowledge/{number}/watchers", "GET /knowledge/{number}/tasks"),
	"GET /knowledge/{ref}/fresh":                       by("GET /knowledge/{number}"),
	"GET /knowledge/{ref}/move/{move}":                 because(pageOnly),
	"POST /knowledge/{ref}/note":                       by("POST /knowledge/{number}/note"),
	"POST /knowledge/{ref}/watch":                      by("PUT /knowledge/{number}/watchers/{person}", "DELETE /knowledge/{number}/watchers/{person}"),
	"GET /knowledge/{ref}/file/{id}":                   by("GET /knowledge/{number}/files/{file}"),
	"GET /knowledge/{ref}/edit":                        because(pageOnly),
	"POST /knowledge/{ref}/edit":                       by("PATCH /knowledge/{number}", "POST /knowledge/{number}/attach"),
	"POST /knowledge/{ref}/move/{move}":                by("POST /knowledge/{number}/submit", "POST /knowledge/{number}/publish", "POST /knowledge/{number}/send_back", "POST /knowledge/{number}/revise", "POST /knowledge/{number}/discard", "POST /knowledge/{number}/confirm", "POST /knowledge/{number}/attach", "POST /knowledge/{number}/address", "POST /knowledge/{number}/assign", "POST /knowledge/{number}/retire"),
	"GET /knowledge/new":                               because(pageOnly),
	"POST /knowledge/new":                              by("POST /knowledge", "POST /knowledge/bulk"),
	"POST /knowledge/preview":                          because(pageOnly),
	"GET /knowledge/{ref}/versions":                    by("GET /knowledge/{number}/editions"),
	"GET /knowledge/{ref}/print":                       because(pageOnly),
	"POST /knowledge/{ref}/rate":                       by("POST /knowledge/{number}/rate"),
	"GET /knowledge/figures":                           by("GET /knowledge/figures"),
	"POST /incidents/{ref}/article":                    by("POST /incidents/{number}/article"),
	"POST /problems/{ref}/article":                     by("POST /problems/{number}/article"),
	"POST /incidents/{ref}/article/{other}":            by("POST /incidents/{number}/knowledge", "GET /incidents/{number}/knowledge"),
	"GET /portal/knowledge":                            by("GET /knowledge", "GET /search"),
	"GET /portal/knowledge/{ref}":                      by("GET /knowledge/{number}"),
	"POST /portal/knowledge/{ref}/rate":                by("POST /knowledge/{number}/rate"),
	"POST /portal/knowledge/{ref}/solved":              by("POST /knowledge/{number}/solved"),
	"GET /portal/knowledge/{ref}/files/{id}":           by("GET /knowledge/{number}/files", "GET /knowledge/{number}/files/{file}"),
	"GET /portal/suggest":                              by("GET /knowledge/suggest"),
	"GET /portal":                                      by("GET /services", "GET /board"),
	"GET /portal/board":                                by("GET /board"),
	"POST /portal/board/{ref}":                         by("PUT /board/{ref}/follow", "DELETE /board/{ref}/follow"),
	"GET /portal/department":                           by("GET /incidents"),
	"GET /portal/report":                               because(pageOnly),
	"POST /portal/report":                              by("POST /incidents"),
	"GET /portal/reports":                              by("GET /incidents"),
	"GET /portal/reports/{ref}":                        by("GET /incidents/{number}"),
	"GET /portal/reports/{ref}/files/{id}":             by("GET /incidents/{number}/files/{file}"),
	"POST /portal/reports/{ref}/rate":                  by("POST /incidents/{number}/rate"),
	"POST /portal/reports/{ref}/reopen":                by("POST /incidents/{number}/reopen"),
	"POST /portal/reports/{ref}/reply":                 by("POST /incidents/{number}/reply"),
	"POST /portal/reports/{ref}/solve":                 by("POST /incidents/{number}/confirm"),
	"GET /settings":                                    because(pageOnly),
	"GET /settings/KIND":                               by("GET /ROOM"),
	"GET /settings/KIND/{id}":                          by("GET /ROOM/{id}"),
	"POST /settings/KIND/{id}":                         by("POST /ROOM", "PATCH /ROOM/{id}"),
	"POST /settings/KIND/{id}/retire":                  by("POST /ROOM/{id}/retire", "POST /ROOM/{id}/restore"),
	"POST /settings/zone/starter":                      by("POST /ROOM/starter"),
	"POST /settings/calendar/starter":                  by("POST /ROOM/starter"),
	"POST /settings/agreement/starter":                 by("POST /ROOM/starter"),
	"POST /settings/category/starter":                  by("POST /ROOM/starter"),
	"POST /settings/cause/starter":                     by("POST /ROOM/starter"),
	"POST /settings/service/starter":                   by("POST /ROOM/starter"),
	"POST /settings/offering/starter":                  by("POST /ROOM/starter"),
	"POST /settings/template/starter":                  by("POST /ROOM/starter"),
	"POST /settings/KIND/starter":                      because("these kinds have no starter; the page adds nothing"),
	"POST /settings/calendar/{id}/holidays":            by("POST /calendars/{id}/holidays"),
	"GET /settings/matrix":                             by("GET /settings/matrix"),
	"GET /settings/matrix/{id}":                        by("GET /settings/matrix"),
	"POST /settings/matrix/{id}":                       by("PATCH /settings/matrix"),
	"POST /settings/matrix/{id}/retire":                because("the centre has one, which cannot be retired"),
	"GET /settings/centre":                             by("GET /settings/centre"),
	"GET /settings/centre/{id}":                        by("GET /settings/centre"),
	"POST /settings/centre/{id}":                       by("PATCH /settings/centre"),
	"POST /settings/centre/{id}/retire":                because("the centre has one, which cannot be retired"),
	"GET /settings/item-impact":                        by("GET /settings/item-impact"),
	"GET /settings/item-impact/{id}":                   by("GET /settings/item-impact"),
	"POST /settings/item-impact/{id}":                  by("PATCH /settings/item-impact"),
	"POST /settings/item-impact/{id}/retire":           because("the centre has one, which cannot be retired"),
	"POST /settings/item-impact/starter":               by("POST /settings/matrix/starter"),
	"POST /settings/matrix/starter":                    by("POST /settings/matrix/starter"),
	"POST /settings/centre/starter":                    by("POST /settings/matrix/starter"),
	"POST /settings/demo/purge":                        by("POST /demo/purge"),
	"GET /settings/import":                             by("GET /imports/tables"),
	"POST /settings/import":                            by("POST /imports/plans"),
	"GET /settings/import/{token}":                     by("GET /imports/plans/{token}"),
	"POST /settings/import/{token}":                    by("POST /imports/plans/{token}/preview", "POST /imports/plans/{token}/run"),
	"POST /settings/imports/{id}/undo":                 by("POST /imports/tables/{id}/undo"),
	"GET /settings/find/person":                        by("GET /persons"),
	"GET /setup":                                       by("GET /setup"),
	"GET /settings/mail":                               by("GET /mails"),
	"POST /settings/mail/test":                         by("POST /mails/test"),

	"GET /setup/{step}":            because(pageOnly),
	"POST /setup/{step}":           by("PUT /setup/{step}", "PATCH /settings/centre", "POST /calendars/starter", "POST /teams"),
	"GET /settings/mail/server":    by("GET /settings/mail"),
	"POST /settings/mail/server":   by("PUT /settings/mail", "POST /mails/test"),
	"GET /incidents/{ref}/impact":  by("GET /incidents/{number}/assessment"),
	"POST /incidents/{ref}/assess": by("POST /incidents/{number}/assess"),
	"GET /incidents/suspects":      by("POST /incidents/suspects"),
	"POST /incidents/gather":       by("POST /incidents/gather"),
	"GET /incidents/{ref}/alike":   by("GET /incidents/similar", "GET /search"),
	"GET /incidents/{ref}/time":    because(pageOnly),
	"POST /incidents/{ref}/time":   by("POST /incidents/{number}/time"),
}
