package store_test

import (
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/access"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/signin"
)

// The rules of signing in are the security administrator's; what is beyond
// their bounds is refused, what he sets is audited and holds at once.
func TestRulesOfSigningIn(t *testing.T) {
	t.Parallel()
	towns(t, func(t *testing.T, w *town) {
		wang := w.person(t, "wang")
		li := w.actor(t, w.person(t, "li", access.SecurityAdministrator))
		rules := signin.UsualRules()
		if err := w.door.SetRules(t.Context(), w.actor(t, w.person(t, "sys", access.SystemAdministrator)), rules); !fault.Is(err, fault.Denied) {
			t.Errorf("the system administrator sets them: %v", err)
		}
		for field, change := range map[string]func(*signin.Rules){
			"shortest": func(r *signin.Rules) { r.Shortest = 4 }, "tries": func(r *signin.Rules) { r.Tries = 0 },
			"max_secs": func(r *signin.Rules) { r.WaitSecs, r.MaxSecs = 600, 60 }, "factor": func(r *signin.Rules) { r.Factor = "some" },
			"idle_mins": func(r *signin.Rules) { r.IdleMins = 0 },
		} {
			bad := rules
			change(&bad)
			if all := fault.All(w.door.SetRules(t.Context(), li, bad)); len(all) == 0 || all[0].Field != field {
				t.Errorf("%s: %v", field, all)
			}
		}
		rules.Factor, rules.IdleMins = signin.Everybody, 5
		if err := w.door.SetRules(t.Context(), li, rules); err != nil {
			t.Fatal(err)
		}
		in := w.enter(t, "wang")
		if in.Stage != signin.Enrol {
			t.Errorf("everybody needs a second factor, and wang stands at %s", in.Stage)
		}
		w.now = w.now.Add(6 * time.Minute)
		if _, err := w.door.Who(t.Context(), in.Token); !fault.Is(err, fault.Unknown) {
			t.Errorf("the session of %d is still open after six idle minutes: %v", wang, err)
		}
		if got := w.deeds(t, audit.Filter{Deed: "account.rules"}); len(got) != 2 || got[0] != "account.rules done" || got[1] != "account.rules refused" {
			t.Errorf("audited: %v", got)
		}
	})
}
