package store_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/secret"
	"kilter/internal/practice/access"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/signin"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// town is a database with roles, a way in, and a clock the test moves.
type town struct {
	*store.DB
	now      time.Time
	settings *setting.Keeper
	door     *signin.Door
	office   *access.Office
	roster   *access.Roster
}

const good = "the bubble rests level"

var here = signin.From{Address: "10.1.2.3", Agent: "Firefox", Via: people.ViaPage}

// towns runs a test on both databases.
func towns(t *testing.T, test func(*testing.T, *town)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := &town{DB: db, now: nine, settings: &setting.Keeper{Store: db.Settings()}}
		if err := w.settings.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := access.Seed(t.Context(), w.settings, nine); err != nil {
			t.Fatal(err)
		}
		now := func() time.Time { return w.now }
		w.door = &signin.Door{
			Store: db.Accounts(), Sessions: db.Sessions(), Tokens: db.Tokens(), Pen: db, Settings: w.settings, Now: now,
			Duties: func(p people.Person) ([]string, error) { return access.DutiesOf(w.settings.All(), p) },
		}
		w.roster = &access.Roster{Persons: db, Settings: w.settings}
		w.office = &access.Office{Staff: db, Settings: w.settings, Pen: db, Now: now, Catalogue: access.NewCatalogue(access.Records("incident", []string{"resolve"}))}
		test(t, w)
	})
}

func (w *town) role(t *testing.T, code string) int64 {
	t.Helper()
	r := w.settings.All().Coded(setting.Role, code)
	if r == nil {
		t.Fatalf("no role %s", code)
	}
	return r.ID
}

// person adds somebody with an account and roles.
func (w *town) person(t *testing.T, code string, roles ...string) people.ID {
	t.Helper()
	p := people.Person{Code: code, Name: "Person " + code, Staff: true, Changed: nine}
	for _, r := range roles {
		p.Doc.Roles = append(p.Doc.Roles, w.role(t, r))
	}
	if err := w.SavePerson(t.Context(), &p); err != nil {
		t.Fatal(err)
	}
	if err := w.door.SetPassword(t.Context(), people.System(people.ViaShell), p.ID, good, false); err != nil {
		t.Fatal(err)
	}
	return p.ID
}

func (w *town) actor(t *testing.T, id people.ID) people.Actor {
	t.Helper()
	a, err := w.roster.Actor(t.Context(), id, 0, w.now)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (w *town) enter(t *testing.T, name string) signin.Entrance {
	t.Helper()
	in, err := w.door.Enter(t.Context(), here, name, good, "")
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func key(err error) string {
	if all := fault.All(err); len(all) > 0 {
		return all[0].Key
	}
	return fmt.Sprint(err)
}

// deeds lists what the audit log says, newest first.
func (w *town) deeds(t *testing.T, f audit.Filter) []string {
	t.Helper()
	f.Limit = 500
	rows, err := w.Audit().Rows(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		out = append(out, r.Deed+" "+string(r.Result))
	}
	return out
}

func TestSessionFixation(t *testing.T) {
	t.Parallel()
	towns(t, func(t *testing.T, w *town) {
		w.person(t, "wang")
		planted := w.enter(t, "wang").Token
		in, err := w.door.Enter(t.Context(), here, "WANG ", good, planted)
		if err != nil {
			t.Fatal(err)
		}
		if in.Token == planted {
			t.Error("the token that came along became the session")
		}
		if _, err := w.door.Who(t.Context(), planted); !fault.Is(err, fault.Unknown) {
			t.Errorf("the planted session lives on: %v", err)
		}
		if s, err := w.door.Who(t.Context(), in.Token); err != nil || s.Stage != signin.Full || s.ID == in.Token {
			t.Errorf("the new one: %+v, %v", s, err)
		}
	})
}

func TestLockoutAndEnumeration(t *testing.T) {
	t.Parallel()
	towns(t, func(t *testing.T, w *town) {
		w.person(t, "wang")
		answers := map[string][]string{}
		for _, name := range []string{"wang", "nobody"} {
			for range 7 {
				_, err := w.door.Enter(t.Context(), here, name, "wrong horse wrong battery", "")
				answers[name] = append(answers[name], key(err))
			}
			_, err := w.door.Enter(t.Context(), here, name, good, "")
			answers[name] = append(answers[name], key(err))
		}
		want := "signin.wrong signin.wrong signin.wrong signin.wrong signin.wrong signin.locked signin.locked signin.locked"
		for name, got := range answers {
			if strings.Join(got, " ") != want {
				t.Errorf("%s: %v", name, got)
			}
		}
		w.now = w.now.Add(61 * time.Second)
		if _, err := w.door.Enter(t.Context(), here, "wang", "wrong horse wrong battery", ""); key(err) != "signin.wrong" {
			t.Errorf("after the first wait: %v", err)
		}
		w.now = w.now.Add(61 * time.Second)
		if _, err := w.door.Enter(t.Context(), here, "wang", good, ""); key(err) != "signin.locked" {
			t.Errorf("the wait did not grow: %v", err)
		}
		w.now = w.now.Add(60 * time.Second)
		if _, err := w.door.Enter(t.Context(), here, "wang", good, ""); err != nil {
			t.Errorf("the right password after the wait: %v", err)
		}
		for _, d := range w.deeds(t, audit.Filter{Deed: "sign_in"}) {
			if !strings.HasPrefix(d, "sign_in ") {
				t.Errorf("audit %q", d)
			}
		}
		rows, err := w.Audit().Rows(t.Context(), audit.Filter{Object: "account", Limit: 100})
		if err != nil || len(rows) == 0 {
			t.Fatalf("unknown names in the log: %v", err)
		}
		for _, r := range rows {
			if strings.Contains(r.Name+r.Detail, "nobody") {
				t.Errorf("what was typed as a name is kept: %+v", r)
			}
		}
	})
}

func TestTriesSideBySideAreAllCounted(t *testing.T) {
	t.Parallel()
	towns(t, func(t *testing.T, w *town) {
		var group sync.WaitGroup
		var mu sync.Mutex
		let := 0
		for range 20 {
			group.Go(func() {
				locked, err := w.Accounts().Try(t.Context(), "name:x", nine, func(n int) time.Duration {
					if n < 5 {
						return 0
					}
					return time.Hour
				})
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				if locked.IsZero() {
					let++
				}
			})
		}
		group.Wait()
		if let != 5 {
			t.Errorf("%d of 20 tries side by side were let through, want 5", let)
		}
	})
}

func TestTokenReuse(t *testing.T) {
	t.Parallel()
	towns(t, func(t *testing.T, w *town) {
		id := w.person(t, "wang", access.DeskAgent)
		by := w.actor(t, id)
		token, made, err := w.door.NewToken(t.Context(), by, "export", []string{"incident.read", "contact.read"}, w.now.Add(30*24*time.Hour))
		if err != nil || !strings.HasPrefix(token, signin.TokenPrefix) || strings.Contains(made.Digest, token) {
			t.Fatalf("token %q, %+v, %v", token, made, err)
		}
		for name, c := range map[string]struct {
			grants []string
			ends   time.Time
			want   string
		}{
			"a right he has not": {[]string{"audit.read"}, w.now.Add(time.Hour), "signin.token_beyond"},
			"no rights":          {nil, w.now.Add(time.Hour), "signin.token_grants"},
			"no end":             {[]string{"incident.read"}, time.Time{}, "signin.token_ends"},
			"ten years":          {[]string{"incident.read"}, w.now.AddDate(10, 0, 0), "signin.token_ends"},
		} {
			if _, _, err := w.door.NewToken(t.Context(), by, "x", c.grants, c.ends); key(err) != c.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got, err := w.door.ByToken(t.Context(), token); err != nil || got.Person != id {
			t.Errorf("the token: %+v, %v", got, err)
		}
		if _, err := w.door.ByToken(t.Context(), token[:len(token)-1]+"x"); !fault.Is(err, fault.Unknown) {
			t.Errorf("a forged token: %v", err)
		}
		if _, _, err := w.door.NewToken(t.Context(), people.Actor{ID: id, Token: made.ID, Grants: by.Grants}, "x", []string{"incident.read"}, w.now.Add(time.Hour)); !fault.Is(err, fault.Denied) {
			t.Errorf("a token made by a token: %v", err)
		}
		w.now = w.now.Add(31 * 24 * time.Hour)
		if _, err := w.door.ByToken(t.Context(), token); !fault.Is(err, fault.Unknown) {
			t.Errorf("an expired token: %v", err)
		}
		again, second, err := w.door.NewToken(t.Context(), by, "export", []string{"incident.read"}, w.now.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		stranger := w.actor(t, w.person(t, "li", access.Engineer))
		if err := w.door.RevokeToken(t.Context(), stranger, second.ID); !fault.Is(err, fault.Denied) {
			t.Errorf("somebody else's token revoked: %v", err)
		}
		if err := w.door.RevokeToken(t.Context(), by, second.ID); err != nil {
			t.Error(err)
		}
		if _, err := w.door.ByToken(t.Context(), again); !fault.Is(err, fault.Unknown) {
			t.Errorf("a revoked token: %v", err)
		}
	})
}

func TestATokenNeverExceedsItsOwner(t *testing.T) {
	t.Parallel()
	owner := people.NewGrants("incident.read", "incident.resolve", "contact.*")
	got := signin.Within(owner, []string{"incident.*", "contact.read", "audit.read"})
	for deed, want := range map[string]bool{"incident.read": true, "incident.resolve": true, "incident.cancel": false, "contact.read": true, "contact.open": false, "audit.read": false} {
		if got.Has(deed) != want {
			t.Errorf("%s: %v", deed, !want)
		}
	}
}

func TestSecondFactor(t *testing.T) {
	t.Parallel()
	towns(t, func(t *testing.T, w *town) {
		id := w.person(t, "sec", access.SecurityAdministrator)
		in := w.enter(t, "sec")
		if in.Stage != signin.Enrol {
			t.Fatalf("an administrator without second factor is at stage %s", in.Stage)
		}
		by, s := w.actor(t, id), w.session(t, in.Token)
		otp, err := w.door.BeginFactor(t.Context(), by, s, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.door.ConfirmFactor(t.Context(), by, s, "000000"); !fault.Is(err, fault.Invalid) {
			t.Errorf("a wrong code confirms: %v", err)
		}
		codes, err := w.door.ConfirmFactor(t.Context(), by, s, w.code(t, otp.Secret))
		if err != nil || len(codes) != 10 {
			t.Fatalf("%v, %v", codes, err)
		}
		w.now = w.now.Add(time.Minute)
		in = w.enter(t, "sec")
		s = w.session(t, in.Token)
		if in.Stage != signin.Factor {
			t.Fatalf("stage %s", in.Stage)
		}
		// whoever has only the password must not set up a factor of his own
		if _, err := w.door.BeginFactor(t.Context(), by, s, ""); !fault.Is(err, fault.Conflict) {
			t.Errorf("a second factor is set up half-way in: %v", err)
		}
		if err := w.door.ChangePassword(t.Context(), by, s, "", "another level bubble here"); !fault.Is(err, fault.Conflict) {
			t.Errorf("the password is changed half-way in: %v", err)
		}
		code := w.code(t, otp.Secret)
		full, err := w.door.Verify(t.Context(), here, in.Token, code)
		if err != nil || full.Stage != signin.Full || full.Token == in.Token {
			t.Fatalf("%+v, %v", full, err)
		}
		second := w.enter(t, "sec")
		if _, err := w.door.Verify(t.Context(), here, second.Token, code); key(err) != "signin.wrong_code" {
			t.Errorf("a code passes twice: %v", err)
		}
		if _, err := w.door.Verify(t.Context(), here, second.Token, strings.ToUpper(codes[3])); err != nil {
			t.Errorf("a recovery code: %v", err)
		}
		third := w.enter(t, "sec")
		if _, err := w.door.Verify(t.Context(), here, third.Token, codes[3]); key(err) != "signin.wrong_code" {
			t.Errorf("a recovery code passes twice: %v", err)
		}
		if err := w.door.DropFactor(t.Context(), by, w.session(t, full.Token), good); key(err) != "signin.factor_needed" {
			t.Errorf("an administrator gives the factor up: %v", err)
		}
	})
}

func (w *town) session(t *testing.T, token string) signin.Session {
	t.Helper()
	s, err := w.door.Who(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (w *town) code(t *testing.T, shared string) string {
	t.Helper()
	c, err := secret.OTPAt(shared, w.now)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	towns(t, func(t *testing.T, w *town) {
		id := w.person(t, "wang", access.Engineer)
		in := w.enter(t, "wang")
		for range 10 { // in use it stays, up to its end
			w.now = w.now.Add(50 * time.Minute)
			w.session(t, in.Token)
		}
		w.now = w.now.Add(61 * time.Minute)
		if _, err := w.door.Who(t.Context(), in.Token); !fault.Is(err, fault.Unknown) {
			t.Errorf("unused for an hour: %v", err)
		}
		in = w.enter(t, "wang")
		for range 14 {
			w.now = w.now.Add(50 * time.Minute)
			_, _ = w.door.Who(t.Context(), in.Token) // the last ones are over
		}
		w.now = w.now.Add(30 * time.Minute)
		if _, err := w.door.Who(t.Context(), in.Token); !fault.Is(err, fault.Unknown) {
			t.Errorf("after twelve hours: %v", err)
		}
		a, b := w.enter(t, "wang"), w.enter(t, "wang")
		by := w.actor(t, id)
		if err := w.door.ChangePassword(t.Context(), by, w.session(t, a.Token), good, "a new level bubble today"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.door.Who(t.Context(), b.Token); !fault.Is(err, fault.Unknown) {
			t.Errorf("the other session outlives the password: %v", err)
		}
		w.session(t, a.Token)
		if err := w.door.ChangePassword(t.Context(), by, w.session(t, a.Token), "a new level bubble today", good); key(err) != "signin.password_reused" {
			t.Errorf("an old password comes back: %v", err)
		}
		sec := w.actor(t, w.person(t, "sec", access.SecurityAdministrator))
		if err := w.door.Block(t.Context(), sec, id, "left the centre"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.door.Who(t.Context(), a.Token); !fault.Is(err, fault.Unknown) {
			t.Errorf("blocked and still in: %v", err)
		}
		if _, err := w.door.Enter(t.Context(), here, "wang", "a new level bubble today", ""); key(err) != "signin.blocked" {
			t.Errorf("blocked and let in: %v", err)
		}
	})
}

func TestDefaultSecrets(t *testing.T) {
	t.Parallel()
	towns(t, func(t *testing.T, w *town) {
		for _, name := range []string{"admin", "root", "kilter", "administrator"} {
			for _, password := range []string{"admin", "admin123", "kilter", "password", ""} {
				if _, err := w.door.Enter(t.Context(), signin.From{}, name, password, ""); err == nil {
					t.Errorf("%s comes in with %q", name, password)
				}
			}
		}
		old, err := w.door.SetupToken(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		token, err := w.door.SetupToken(t.Context())
		if err != nil || token == old {
			t.Fatalf("%q, %v", token, err)
		}
		who := []signin.NewFounder{
			{Code: "sys", Name: "Sun", Password: good, Roles: []int64{w.role(t, access.SystemAdministrator)}},
			{Code: "sec", Name: "Qian", Password: good, Roles: []int64{w.role(t, access.SecurityAdministrator)}},
			{Code: "aud", Name: "Zhou", Password: good, Roles: []int64{w.role(t, access.AuditAdministrator)}},
		}
		if err := w.door.Found(t.Context(), here, old, who, "zh"); key(err) != "signin.bad_setup" {
			t.Errorf("an old token: %v", err)
		}
		weak := []signin.NewFounder{{Field: "a.", Code: "sys", Name: "Sun", Password: "admin123"}}
		if err := w.door.Found(t.Context(), here, token, weak, "zh"); key(err) != "signin.password_short" {
			t.Errorf("a weak password: %v", err)
		}
		if err := w.door.Found(t.Context(), here, strings.ToUpper(token), who, "zh"); err != nil {
			t.Fatal(err)
		}
		if err := w.door.Found(t.Context(), here, token, who[:1], "zh"); key(err) != "signin.bad_setup" {
			t.Errorf("the token is good twice: %v", err)
		}
		if again, err := w.door.SetupToken(t.Context()); err != nil || again != "" {
			t.Errorf("another token when there are accounts: %q, %v", again, err)
		}
		if in := w.enter(t, "aud"); in.Stage != signin.Enrol {
			t.Errorf("a founder is at stage %s", in.Stage)
		}
	})
}

func TestPrivilegeEscalation(t *testing.T) {
	t.Parallel()
	towns(t, func(t *testing.T, w *town) {
		sysID, secID := w.person(t, "sys", access.SystemAdministrator), w.person(t, "sec", access.SecurityAdministrator)
		audID, engID := w.person(t, "aud", access.AuditAdministrator), w.person(t, "eng", access.Engineer)
		sys, sec, eng := w.actor(t, sysID), w.actor(t, secID), w.actor(t, engID)
		give := func(by people.Actor, id people.ID, roles ...string) string {
			var r access.Rights
			for _, code := range roles {
				r.Roles = append(r.Roles, w.role(t, code))
			}
			return key(w.office.SetRights(t.Context(), by, id, 0, r))
		}
		cases := []struct{ name, got, want string }{
			{"the system administrator gives himself security", give(sys, sysID, access.SystemAdministrator, access.SecurityAdministrator), "people.not_granted"},
			{"the system administrator gives a friend audit", give(sys, engID, access.AuditAdministrator), "people.not_granted"},
			{"an engineer gives himself a role", give(eng, engID, "desk_manager"), "people.not_granted"},
			{"the security administrator gives himself audit", give(sec, secID, access.SecurityAdministrator, access.AuditAdministrator), "access.own_rights"},
			{"two duties in one hand", give(sec, sysID, access.SystemAdministrator, access.AuditAdministrator), "access.two_duties"},
			{"the last security administrator", give(people.System(people.ViaShell), secID, access.Engineer), "access.last_security"},
			{"the auditor's password reset by the security administrator", func() string { _, err := w.door.OpenAccount(t.Context(), sec, audID); return key(err) }(), "signin.reset_at_shell"},
			{"the auditor's second factor taken away", key(w.door.ResetFactor(t.Context(), sec, audID)), "signin.reset_at_shell"},
			{"the system administrator resets a password", func() string { _, err := w.door.OpenAccount(t.Context(), sys, engID); return key(err) }(), "people.not_granted"},
			{"the own account unblocked", key(w.door.Unblock(t.Context(), sec, secID)), "signin.own_account"},
			{"a role widened by its holder", func() string {
				own := *w.settings.All().Coded(setting.Role, access.SecurityAdministrator)
				return key(w.office.SaveRole(t.Context(), sec, &own, []string{"account.*", "role.*", "audit.read"}))
			}(), "access.own_role"},
			{"a role that makes its holder hold two duties", func() string {
				own := *w.settings.All().Coded(setting.Role, access.SystemAdministrator)
				return key(w.office.SaveRole(t.Context(), sec, &own, []string{"setting.*", "audit.read"}))
			}(), "access.holder_duties"},
			{"a super role", key(w.office.SaveRole(t.Context(), sec, &setting.Thing{Code: "god", Name: people.Text{En: "God"}}, []string{"*"})), "access.no_such_deed"},
			{"all three duties although two are allowed", func() string {
				if err := w.office.Separate(t.Context(), sec, true); err != nil {
					return err.Error()
				}
				return give(sec, sysID, access.SystemAdministrator, access.SecurityAdministrator, access.AuditAdministrator)
			}(), "access.all_duties"},
			{"two duties once the centre allows them", give(sec, sysID, access.SystemAdministrator, access.AuditAdministrator), "<nil>"},
			{"the rule taken back while somebody holds two", key(w.office.Separate(t.Context(), sec, false)), "access.still_two"},
		}
		for _, c := range cases {
			if c.got != c.want {
				t.Errorf("%s: %s, want %s", c.name, c.got, c.want)
			}
		}
		if got := w.deeds(t, audit.Filter{Result: audit.Refused}); len(got) < 8 {
			t.Errorf("refusals in the audit log: %v", got)
		}
		changed := w.deeds(t, audit.Filter{Object: "centre:separation"})
		if len(changed) != 1 {
			t.Errorf("the centre's setting is not in the audit log: %v", changed)
		}
		if a := w.actor(t, sysID); !a.Can("audit.read") || !a.Can("setting.edit") || a.Can("account.roles") {
			t.Errorf("grants after the change: %v", a.Grants)
		}
	})
}

func TestReach(t *testing.T) {
	t.Parallel()
	towns(t, func(t *testing.T, w *town) {
		add := func(k setting.Kind, code string, parent int64, doc any) int64 {
			th := setting.Thing{Kind: k, Code: code, Parent: parent, Changed: nine}
			if err := setting.Write(&th, doc); err != nil {
				t.Fatal(err)
			}
			if err := w.settings.Save(t.Context(), &th); err != nil {
				t.Fatal(err)
			}
			return th.ID
		}
		none := struct{}{}
		bureau := add(setting.Department, "bureau", 0, none)
		office := add(setting.Department, "office", bureau, none)
		net := add(setting.Zone, "business", 0, none)
		sub := add(setting.Zone, "business-dmz", net, none)
		p := people.Person{Code: "reach", Name: "Reach", Department: people.DepartmentID(bureau), Changed: nine}
		if err := w.SavePerson(t.Context(), &p); err != nil {
			t.Fatal(err)
		}
		team := add(setting.Team, "net", 0, people.Team{Members: []people.ID{p.ID}})
		in := people.Seen{Department: people.DepartmentID(office), Zone: people.ZoneID(sub)}
		cases := []struct {
			reach   string
			cleared []people.ZoneID
			seen    people.Seen
			want    people.Through
		}{
			{"own", nil, people.Seen{Requester: p.ID, Zone: people.ZoneID(net)}, people.ThroughOwn},
			{"own", []people.ZoneID{people.ZoneID(net)}, in, people.Unseen},
			{"department", nil, in, people.Unseen},
			{"department", []people.ZoneID{people.ZoneID(net)}, in, people.ThroughDepartment},
			{"team", nil, people.Seen{Team: people.TeamID(team)}, people.ThroughTeam},
			{"zone", []people.ZoneID{people.ZoneID(net)}, people.Seen{Zone: people.ZoneID(sub)}, people.ThroughZone},
			{"all", []people.ZoneID{people.ZoneID(sub)}, people.Seen{Zone: people.ZoneID(net)}, people.Unseen},
			{"all", []people.ZoneID{people.ZoneID(sub)}, in, people.ThroughAll},
		}
		for _, c := range cases {
			p.Doc.Reach, p.Doc.Cleared = c.reach, c.cleared
			if err := w.SavePerson(t.Context(), &p); err != nil {
				t.Fatal(err)
			}
			a, err := w.roster.Actor(t.Context(), p.ID, p.Version, nine)
			if err != nil {
				t.Fatal(err)
			}
			if got := a.Scope.Sees(c.seen); got != c.want {
				t.Errorf("%s, cleared for %v: sees %+v through %q, want %q", c.reach, c.cleared, c.seen, got, c.want)
			}
		}
		p.Doc.Ends = nine.Add(time.Hour)
		if err := w.SavePerson(t.Context(), &p); err != nil {
			t.Fatal(err)
		}
		if _, err := w.roster.Actor(t.Context(), p.ID, p.Version, nine.Add(2*time.Hour)); !fault.Is(err, fault.Unknown) {
			t.Errorf("after the account's end: %v", err)
		}
	})
}
