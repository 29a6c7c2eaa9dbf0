package app

import (
	"net/http"
	"strings"
	"testing"

	"kilter/internal/practice/access"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// An article is reviewed by whoever may and did not write it: on its page, or by
// the link of his mail, which looking at does not trigger.
func TestAnArticleIsReviewed(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w := settle(t, engine)
			w.house.env.PublicURL = "https://desk.example"
			o := &orderStory{t: t, n: serve(t, w.db), w: w}
			write := func(title string) (at string, a *knowledge.Article) {
				t.Helper()
				at = o.post(http.StatusSeeOther, access.DeskAgent, "/knowledge/new", "title_en", title, "text_en", "Open the back.\n\n<script>alert(1)</script>", "audience", "officials")
				o.post(http.StatusSeeOther, access.DeskAgent, at+"/move/submit")
				_, n, err := record.ParseRef(strings.TrimPrefix(at, "/knowledge/"))
				if err != nil {
					t.Fatal(err)
				}
				if a, err = w.house.articles.Find(t.Context(), people.System(people.ViaJob), n); err != nil || a.State != knowledge.InReview {
					t.Fatal(a, err)
				}
				return at, a
			}
			at, _ := write("Clear a jam")
			o.sees("knowledge_manager", "/portal/approvals", `href="`+at+`"`)
			page := o.sees("knowledge_manager", at, at+"/decide", "Your review", "Person desk_manager")
			if strings.Contains(o.sees(access.DeskAgent, at, "/move/recall"), at+"/decide") {
				t.Error("its author is offered to review it")
			}
			o.post(http.StatusForbidden, access.DeskAgent, at+"/decide", "answer", "yes")
			o.post(http.StatusForbidden, access.Engineer, at+"/decide", "answer", "yes")
			asked := askedField.FindStringSubmatch(page)[1]
			o.post(http.StatusUnprocessableEntity, "knowledge_manager", at+"/decide", "answer", "no", "asked", asked)
			o.post(http.StatusSeeOther, "knowledge_manager", at+"/decide", "answer", "no", "reason", "say which back", "asked", asked)
			o.sees(access.DeskAgent, at, "say which back", at+"/edit")
			o.post(http.StatusSeeOther, access.DeskAgent, at+"/move/submit")
			o.post(http.StatusConflict, "knowledge_manager", at+"/decide", "answer", "yes", "asked", asked) // what was asked before
			link := func(who string, a *knowledge.Article) string {
				t.Helper()
				secret, err := w.house.decidePass(t.Context(), notice.Delivery{Person: w.id[who], What: notice.Asked, About: record.Knowledge, Number: a.Number}, Now())
				if err != nil {
					t.Fatal(err)
				}
				return secret
			}
			o.n.want(http.StatusForbidden, w.token[access.DeskAgent], "GET", "/knowledge/import", "")
			o.sees("knowledge_manager", "/knowledge", `href="/knowledge/import"`)
			const boundary, page2 = "Content-Type: multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"vpn.en.md\"\r\n\r\n# Dial in\n\nPress <b>go</b>.\r\n--x--\r\n"
			told := o.n.want(http.StatusOK, w.token["knowledge_manager"], "POST", "/knowledge/import", page2, boundary, "Accept-Language: en").body
			if !strings.Contains(told, "1 new") || !strings.Contains(told, `name="take_in"`) {
				t.Error("the preview says", told)
			}
			o.n.want(http.StatusOK, w.token["knowledge_manager"], "POST", "/knowledge/import", strings.Replace(page2, "--x--", "--x\r\nContent-Disposition: form-data; name=\"take_in\"\r\n\r\nyes\r\n--x--", 1), boundary)
			if again := o.n.want(http.StatusOK, w.token["knowledge_manager"], "POST", "/api/v1/knowledge/imports", `{"files":[{"name":"vpn.en.md","text":"# Dial in\n\nPress <b>go</b>."}],"take_in":true}`, "Content-Type: application/json").body; !strings.Contains(again, `"fate":"same"`) {
				t.Error("the same again", again)
			}
			at, a := write("Fill the paper")
			if got := link(access.DeskAgent, a) + link(access.Engineer, a); got != "" {
				t.Errorf("who is not asked got %s", got)
			}
			visit := func(status int, method, body string, words ...string) string {
				t.Helper()
				page := o.n.want(status, "", method, notice.DecidePath+body, words[0], "Content-Type: application/x-www-form-urlencoded", "Accept-Language: en").body
				for _, word := range words[1:] {
					if !strings.Contains(page, word) {
						t.Errorf("the page lacks %q", word)
					}
				}
				return page
			}
			secret := link("problem_manager", a)
			if page := visit(http.StatusOK, "GET", secret, "", "Fill the paper", "Open the back.", "asked to review"); strings.Contains(page, "<script>alert") {
				t.Error("what was written is not cleaned")
			}
			o.post(http.StatusSeeOther, "knowledge_manager", at+"/move/address", "audience", "staff")
			visit(http.StatusConflict, "POST", secret, "answer=yes") // it is for others now
			secret = link("problem_manager", a)
			visit(http.StatusSeeOther, "POST", secret, "answer=yes")
			visit(http.StatusOK, "GET", secret, "", "is recorded")
			if a, err := w.house.articles.Find(t.Context(), people.System(people.ViaJob), a.Number); err != nil || a.Edition != 1 || a.ReviewedBy != w.id["problem_manager"] {
				t.Errorf("published %+v, %v", a, err)
			}
		})
	}
}
