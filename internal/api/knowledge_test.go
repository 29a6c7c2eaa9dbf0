package api_test

import (
	"fmt"
	"regexp"
	"testing"
)

func TestKnowledge(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		at := "/api/v1/knowledge"
		s.ask("official", "POST", at, `{"title_en":"Mine"}`).want(403)
		s.ask("agent", "POST", at, `{"text_en":"so"}`).want(422, `"pointer":"#/title_en"`)
		s.ask("agent", "POST", at, `{"title_en":"x","audience":"world"}`).want(422, `"pointer":"#/audience"`)
		made := s.ask("agent", "POST", at, fmt.Sprintf(`{"title_en":"Blank prints","title_zh":"打印空白","text_en":"Print as an image.","text_zh":"以图像方式打印。","audience":"officials","service":%d,"category":%d}`, s.mail, s.slow)).want(201, `"state":"draft"`, "打印空白 / Blank prints")
		ref := regexp.MustCompile(`KB-2026-\d+`).FindString(made.body)
		one := at + "/" + ref
		s.ask("stranger", "GET", one, "").want(404)
		s.ask("official", "GET", one, "").want(404)
		s.ask("reader", "GET", one, "").want(403)
		s.ask("agent", "PATCH", one, `{"changes":[{"field":"audience","was":"officials","now":"staff"}]}`).want(422, "record.not_editable")
		s.ask("agent", "POST", one+"/submit", `{}`).want(422, "knowledge.no_reviewer")
		s.ask("agent", "POST", one+"/submit", fmt.Sprintf(`{"reviewer":%d}`, int64(s.people["editor"].ID))).want(200, `"state":"review"`)
		s.ask("agent", "GET", one+"/approvals", "").want(200, `"verdict":"open"`, `"as":"reviewer"`)
		s.ask("agent", "POST", one+"/approve", `{}`).want(403, "approval.barred")
		s.ask("official", "POST", one+"/approve", `{}`).want(404)
		s.ask("editor", "POST", one+"/refuse", `{}`).want(422, "approval.say_why")
		s.ask("editor", "POST", one+"/approve", `{"reason":"good"}`).want(200, `"state":"published"`, `"edition":1`)
		s.ask("agent", "PATCH", one, `{"changes":[{"field":"text_en","was":"Print as an image.","now":"x"}]}`).want(409, "knowledge.not_a_draft")
		s.ask("agent", "POST", one+"/revise", `{}`).want(200, `"state":"draft"`)
		s.ask("agent", "PATCH", one, `{"changes":[{"field":"text_en","was":"Print as an image.","now":"Ask for the hidden lever."}]}`).want(200, "hidden lever")
		s.ask("official", "GET", one, "").want(200, "Print as an image.", "!hidden lever", "!review_on")
		s.ask("official", "GET", one+"/editions", "").want(200, "Print as an image.", "!hidden lever")
		s.ask("agent", "GET", one+"/editions", "").want(200, "Print as an image.", "hidden lever")
		s.ask("official", "GET", "/api/v1/search?text=image", "").want(200, ref)
		s.ask("official", "GET", "/api/v1/search?text=lever", "").want(200, "!"+ref)
		s.ask("official", "GET", at+"?q=image", "").want(200, ref)
		s.ask("official", "GET", at+"/suggest?text=blank+prints+again", "").want(200, ref, `"because":"words"`, "Print as an image.")
		s.ask("official", "GET", at+"/suggest?text=coffee", "").want(200, `"items":[]`)
		s.ask("reader", "GET", at+"/suggest?text=blank+prints", "").want(403)
		s.ask("official", "POST", one+"/rate", `{"helpful":false}`).want(422, `"pointer":"#/reason"`)
		s.ask("official", "POST", one+"/rate", `{"helpful":true}`).want(200)
		s.ask("official", "POST", one+"/solved", ``).want(200)

		number := s.register("Blank prints once more")
		of := "/api/v1/incidents/" + number
		s.ask("agent", "GET", of+"/knowledge", "").want(200, ref, `"because":"kind"`)
		s.ask("stranger", "GET", of+"/knowledge", "").want(404)
		s.ask("reader", "POST", of+"/knowledge", `{"article":"`+ref+`"}`).want(403)
		s.ask("agent", "POST", of+"/knowledge", `{"article":"`+number+`"}`).want(422, `"pointer":"#/article"`)
		for range 2 {
			s.ask("agent", "POST", of+"/knowledge", `{"article":"`+ref+`"}`).want(200, number)
		}
		s.ask("agent", "GET", of+"/links", "").want(200, ref, "answered_by")
		s.ask("agent", "GET", at+"/figures", "").want(200, `"helpful":1`, `"helpful_share":1`, `"applied":1`, `"deflected":1`, `"solved":2`)
		s.ask("official", "GET", at+"/figures", "").want(403)
		s.ask("agent", "GET", at+"/figures?months=99", "").want(422)

		s.ask("agent", "POST", of+"/article", "").want(409, "knowledge.not_resolved")
		s.ask("agent", "POST", of+"/assign", fmt.Sprintf(`{"team":"network","owner":%d}`, int64(s.people["agent"].ID))).want(200)
		s.ask("agent", "POST", of+"/accept", `{}`).want(200)
		s.ask("agent", "POST", of+"/resolve", `{"solution":"Chose the other tray.","cause":"software","no_item":"none had failed"}`).want(200)
		draft := s.ask("agent", "POST", of+"/article", "").want(201, `"state":"draft"`, "Chose the other tray.", `"source":"`+number, "Blank prints once more").get("number").(string)
		s.ask("agent", "GET", at+"/"+draft+"/links", "").want(200, number, "drafted_from")
		s.ask("agent", "GET", at+".ndjson?full=true", "").want(200, "Print as an image.", "Chose the other tray.")
		s.ask("agent", "POST", at+"/bulk", `{"deed":"open","title_en":"Brought in","text_en":"so"}`, "Content-Type: application/x-ndjson").want(200, `"status":201`)
	})
}
