package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"kilter/internal/testkit/storetest"
)

// keyless are the POST operations without an Idempotency-Key, and why.
var keyless = map[string]string{
	"bulk-incidents": "every line has a key of its own",
	"bulk-contacts":  "every line has a key of its own",
	"bulk-problems":  "every line has a key of its own",
	"bulk-knowledge": "every line has a key of its own",
	"bulk-items":     "every line has a key of its own",
	"bulk-relations": "every line has a key of its own",

	"preview-macro-on-incident":  "changes nothing",
	"preview-macro-on-contact":   "changes nothing",
	"preview-macro-on-problem":   "changes nothing",
	"preview-macro-on-knowledge": "changes nothing",
	"try-rule":                   "changes nothing: a question too long for an address",
	"preview-table":              "changes nothing",
	"preview-log":                "changes nothing",
	"preview-resolve-incident":   "changes nothing",
	"preview-merge-incident":     "changes nothing",
	"impact-of-items":            "changes nothing: a question too long for an address",
	"clashes-of-outages":         "changes nothing: a question too long for an address",
	"suspects":                   "changes nothing: a question too long for an address",
	"suspects-of-incidents":      "changes nothing: a question too long for an address",
	"what-if":                    "changes nothing: a question too long for an address",
	"answer-pulse":               "answered twice is refused; a kept answer would tell when somebody answered",
	"try-roadmap":                "changes nothing: a question too long for an address",

	"token-of-survey":           "its answer is a secret; asked again, it is a new one and the first ends",
	"read-survey-questionnaire": "changes nothing: a secret does not belong in an address",
	"answer-survey":             "handed in twice is refused; a kept answer would tell when somebody answered",
	"codes-of-survey":           "its answer is secrets; asked again, they are new ones and the first end",
	"paper-of-survey":           "a sheet with a code is taken once; a trial shows the rest",

	"make-token":       "its answer is a secret, and Kilter keeps no secrets",
	"password-account": "its answer is a secret",
	"begin-factor":     "its answer is a secret",
	"confirm-factor":   "its answer is a secret",
	"change-password":  "what is sent is a secret; the old password is wrong the second time",
}

// Whatever creates or does a thing can be sent again after an answer that was
// lost. The document of the API is walked, so that an operation that comes later
// is asked too.
func TestEveryPostTakesAKey(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.Open(t, "sqlite"))
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string
			Parameters  []struct{ Name, In string }
		}
	}
	if err := json.Unmarshal([]byte(s.ask("", "GET", "/api/openapi.json", "").want(200).body), &doc); err != nil {
		t.Fatal(err)
	}
	posts := map[string]bool{}
	for path, methods := range doc.Paths {
		op, ok := methods["post"]
		if !ok {
			continue
		}
		posts[op.OperationID] = true
		takes := false
		for _, p := range op.Parameters {
			takes = takes || p.Name == "Idempotency-Key" && p.In == "header"
		}
		switch reason := keyless[op.OperationID]; {
		case !takes && reason == "":
			t.Errorf("POST %s (%s) takes no Idempotency-Key: give it one, or a reason here", path, op.OperationID)
		case takes && reason != "":
			t.Errorf("POST %s (%s) takes one, although %s", path, op.OperationID, reason)
		}
	}
	for name := range keyless {
		if !posts[name] {
			t.Errorf("there is no POST operation %s any more", name)
		}
	}
	if len(posts) < 60 {
		t.Errorf("only %d operations were looked at", len(posts))
	}
}

// A file that is sent again under its key is the same file; another file under
// that key is refused, however alike the two requests look.
func TestAnUploadIsDoneOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		send := func(key, text string) answer {
			return s.ask("agent", "POST", "/api/v1/files", text, "Content-Type: application/octet-stream", "Idempotency-Key: "+key)
		}
		first := send("f-1", "the manual").want(201)
		again := send("f-1", "the manual").want(201)
		if again.body != first.body || again.head.Get("Idempotency-Replayed") != "true" {
			t.Errorf("first %s, again %s", first.body, again.body)
		}
		for name := range again.head {
			if strings.Contains(strings.ToLower(name), "body") {
				t.Errorf("a header %s", name)
			}
		}
		send("f-1", "no manual!").want(422, "api.once_other_body")
		if other := send("f-2", "another manual").want(201); other.get("file") == first.get("file") {
			t.Error("another key, another text, and the same file")
		}

		const report = `{"class":"server","fields":{"code":"VM-9","name_en":"nine"}}`
		draft := func() answer {
			return s.ask("agent", "POST", "/api/v1/item-imports?source=scan", report, "Content-Type: application/x-ndjson", "Idempotency-Key: d-1").want(201)
		}
		if one, two := draft(), draft(); one.get("id") != two.get("id") || two.head.Get("Location") == "" {
			t.Errorf("drafted twice: %s, %s", one.body, two.body)
		}
	})
}

// A line of items or relations with a key is done once.
func TestALineOfItemsIsDoneOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *city) {
		send := func(lines string) answer {
			return s.ask("agent", "POST", "/api/v1/items/bulk", lines, "Content-Type: application/x-ndjson").want(200)
		}
		const line = `{"class":"server","code":"VM-1","name_en":"one","key":"k-1"}`
		first, again := send(line).want(200, `"code":"VM-1"`, `"version":1`), send(line)
		if first.body != again.body {
			t.Errorf("first %s, again %s", first.body, again.body)
		}
		send(`{"class":"server","code":"VM-2","name_en":"one","key":"k-1"}`).want(200, "api.once_other_body")
		s.ask("agent", "GET", "/api/v1/items?count=true", "").want(200, "VM-1", "!VM-2")
		send(`{"class":"server","code":"","name_en":"one","key":"k-3"}`).want(200, "/code")
		send(`{"class":"server","code":"VM-3","name_en":"three","key":"k-3"}`).want(200, `"code":"VM-3"`) // what was refused did nothing: its key is free
	})
}
