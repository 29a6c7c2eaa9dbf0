package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kilter/internal/practice/access"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/privacy"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/signin"
	"kilter/internal/practice/transfer"
	"kilter/internal/practice/view"
)

// keep writes a thing as the pages would leave it.
func keep[D any](t *testing.T, h *house, k setting.Kind, code string, doc D) *setting.Thing {
	t.Helper()
	thing := &setting.Thing{Kind: k, Code: code, Name: people.Text{En: code + " in English", Zh: code + "名"}, Changed: Now()}
	if held := h.settings.All().Coded(k, code); held != nil {
		copied := *held
		thing = &copied
	}
	if err := setting.Write(thing, doc); err != nil {
		t.Fatal(err)
	}
	if err := h.settings.Save(t.Context(), thing); err != nil {
		t.Fatal(k, code, err)
	}
	return thing
}

// arrangeAll adds to a demo city what it lacks, so that there is something of
// every kind, things that name each other in a ring, and things that are
// retired and still named.
func arrangeAll(t *testing.T, h *house) {
	t.Helper()
	all := h.settings.All()
	team, err := setting.Read[people.Team](*all.Coded(setting.Team, "network"))
	if err != nil {
		t.Fatal(err)
	}
	id := func(k setting.Kind, code string) int64 { return all.Coded(k, code).ID }
	lead := team.Members[0]
	team.Rota = people.Rota{
		Weekly: []people.Shift{{Day: "mon", From: "18:00", To: "08:30", Who: team.Members[:1]}},
		Dated:  []people.DayShift{{Date: "2026-10-01", Shift: people.Shift{From: "00:00", To: "24:00", Who: team.Members[1:2]}}},
	}
	keep(t, h, setting.Team, "network", team)
	department := all.Of(setting.Department)[0]
	d, err := setting.Read[people.Department](*department)
	if err != nil {
		t.Fatal(err)
	}
	d.Head = lead
	keep(t, h, setting.Department, department.Code, d)
	post := keep(t, h, setting.Post, "head-of-it", people.Post{Department: people.DepartmentID(department.ID), VIP: true})
	keep(t, h, setting.Routing, "by-zone", catalogue.Rule{Order: 10, Zone: people.ZoneID(id(setting.Zone, "public")), Category: id(setting.Category, "network"), Team: people.TeamID(id(setting.Team, "network"))})
	keep(t, h, setting.Field, "asset", catalogue.Field{Practice: "incident", Type: "choice", Choices: []catalogue.Choice{{Code: "a", En: "A", Zh: "甲"}}, Order: 3})
	keep(t, h, setting.Template, "outage", catalogue.Template{Use: catalogue.AsRecord, Practice: "incident", Team: people.TeamID(id(setting.Team, "network")), Fields: map[string]string{
		"service": fmt.Sprint(id(setting.Service, "mail")), "category": fmt.Sprint(id(setting.Category, "network")), "title": "17", "owner": lead.String(), "zone": "somewhere",
	}})
	keep(t, h, setting.Operation, "ups-round", operation.Plan{
		Kind: operation.Inspection, Rule: "FREQ=DAILY", From: "2026-12-01", Time: "09:00", Target: 60, Team: people.TeamID(id(setting.Team, "network")),
		Network: people.ZoneID(id(setting.Zone, "public")), Calendar: id(setting.Calendar, "office"), Services: []int64{id(setting.Service, "mail")}, Items: "UPS-1, UPS-2", Lines: []operation.Line{{Text: people.Text{En: "Alarm", Zh: "告警"}, Expect: people.Text{En: "none", Zh: "无"}}},
	})
	keep(t, h, setting.Freeze, "congress", change.FreezePlan{From: "2026-12-24", Until: "2026-12-25", UntilTime: "18:00", Of: change.Of{Networks: []people.ZoneID{people.ZoneID(id(setting.Zone, "public"))}, Services: []record.ServiceID{record.ServiceID(id(setting.Service, "mail"))}}, Note: people.Text{En: "Congress", Zh: "会议"}})
	keep(t, h, setting.Window, "saturday", change.WindowPlan{Rule: "FREQ=WEEKLY;BYDAY=SA", From: "2026-12-01", Time: "22:00", Minutes: 240, Most: 2, Calendar: id(setting.Calendar, "office"), Of: change.Of{Items: "UPS-1"}})
	keep(t, h, setting.View, "v1", view.Doc{Reach: view.Team, Owner: lead, Team: people.TeamID(id(setting.Team, "network")), Kind: record.Incident, Query: "team:network"})
	keep(t, h, setting.TrustedKey, "other", cmdb.TrustedKey{Key: "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", Source: "netbox"})
	keep(t, h, setting.Centre, incident.PolicyCode, incident.Policy{Matrix: incident.StandardMatrix, CloseAfter: 4, Update: 30, ReportDays: 5, Unmerge: 30, Similar: 8, Desk: people.TeamID(id(setting.Team, "network"))})
	keep(t, h, setting.Centre, directory.CentreCode, directory.Centre{Lang: "zh", Zone: "Asia/Shanghai", Calendar: id(setting.Calendar, "office")})
	keep(t, h, setting.Centre, access.SeparationCode, access.Separation{Two: true})
	keep(t, h, setting.Centre, signin.RulesCode, signin.UsualRules())
	keep(t, h, setting.Centre, privacy.RetentionCode, privacy.Retention{Records: map[string]int{"incident": 120}, Persons: 24})
	keep(t, h, setting.Centre, notice.ServerCode, notice.Server{Host: "mail.example", Port: 587, Protect: notice.StartTLS, User: "kilter", From: "desk@city.example"})
	keep(t, h, setting.Centre, cmdb.PrecedenceCode, cmdb.Precedence{Order: []string{"netbox"}, Absent: 2})
	policy := cmdb.StandardImpactPolicy()
	policy.Zones = []people.ZoneID{people.ZoneID(id(setting.Zone, "business"))}
	keep(t, h, setting.Centre, cmdb.ImpactPolicyCode, policy)
	keep(t, h, setting.Centre, directory.SetupCode, directory.Setup{Steps: map[directory.Step]directory.Standing{directory.StepMail: directory.Skipped}})

	if err := h.db.KeepMailPassword(t.Context(), "not for export"); err != nil {
		t.Fatal(err)
	}
	who, err := h.db.Person(t.Context(), lead)
	if err != nil {
		t.Fatal(err)
	}
	who.Post, who.Retired, who.Doc.Ends, who.Doc.Theme = post.ID, true, Now().AddDate(1, 0, 0), "dark"
	if err := h.db.SavePerson(t.Context(), &who); err != nil {
		t.Fatal(err)
	}
	service := *h.settings.All().Coded(setting.Service, "mail")
	service.Retired = true
	if err := h.settings.Save(t.Context(), &service); err != nil {
		t.Fatal(err)
	}
}

func exported(t *testing.T, h *house, by people.Actor) string {
	t.Helper()
	var b bytes.Buffer
	if _, err := h.removal().Write(t.Context(), by, &b, nil); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// brought reads a file of settings in, and counts what became of its lines.
func brought(t *testing.T, h *house, file string) (map[directory.Deed]int, *setting.Batch) {
	t.Helper()
	plan, err := h.removal().Read(t.Context(), people.System(people.ViaShell), "city.ndjson", strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range plan.Lines {
		if l.Deed == directory.Faulty {
			t.Fatalf("line %d, %s %s: %v", l.Line, l.Kind, l.Code, l.Faults)
		}
	}
	b, err := plan.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return plan.Counts, b
}

// All settings of a city go into an empty database of the other engine, from
// there back into one of the first, and come out of each as they went in;
// bringing them in again changes nothing.
func TestSettingsGoWhole(t *testing.T) {
	if testing.Short() {
		t.Skip("fills 12,000 incidents")
	}
	t.Parallel()
	city := demoCopy(t, "S")
	arrangeAll(t, city)
	file := exported(t, city, people.System(people.ViaShell))
	everyKind(t, city, file)
	from := city
	for _, engine := range []string{"postgres", "sqlite"} {
		t.Run("into "+engine, func(t *testing.T) {
			to := testHouse(t, engine)
			goesWhole(t, from, to)
			if diff := cmp.Diff(strings.Split(file, "\n"), strings.Split(exported(t, to, people.System(people.ViaShell)), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func goesWhole(t *testing.T, from, to *house) {
	t.Helper()
	file := exported(t, from, people.System(people.ViaShell))
	stock := &cmdb.Lot{} // items are no settings: what a plan names must be there
	for _, code := range []string{"UPS-1", "UPS-2"} {
		stock.Items = append(stock.Items, &cmdb.Item{Code: code, Name: people.Text{En: code, Zh: code}, Class: "power_device", State: cmdb.Live, Changed: Now(), Created: Now()})
	}
	if err := to.db.Items().Write(t.Context(), stock); err != nil {
		t.Fatal(err)
	}
	lines := strings.Count(file, "\n") - 1
	counts, b := brought(t, to, file)
	asked, written := strings.Count(file, `{"kind":"questionnaire"`), strings.Count(file, `{"kind":"handbook_chapter"`) // not part of what can be undone
	if counts[directory.Add] != lines || b.Added != lines-asked-written || asked == 0 || written == 0 {
		t.Errorf("%v and %d added, want %d, %d of them questionnaires and %d chapters", counts, b.Added, lines, asked, written)
	}
	if a, b := from.settings.All().Coded(setting.Team, "network"), to.settings.All().Coded(setting.Team, "network"); a.ID == b.ID {
		t.Error("the ids happen to be the same: this test shows nothing")
	}
	for _, h := range []*house{from, to} {
		if counts, b := brought(t, h, file); counts[directory.Same] != lines || b.ID != 0 {
			t.Errorf("again: %v, import %d", counts, b.ID)
		}
	}
}

// An import of settings is taken back as every other: what it changed is what
// it was, what it added is retired.
func TestSettingsUndone(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			h := testHouse(t, engine)
			keep(t, h, setting.Zone, "office", people.Zone{Note: "before"})
			_, b := brought(t, h, strings.Join([]string{
				`{"kilter":"settings","form":1}`,
				`{"kind":"department","code":"fin","fields":{"name_en":"Finance","head":"li"}}`,
				`{"kind":"person","code":"li","fields":{"name":"李","department":"fin","cleared":["office"]}}`,
				`{"kind":"zone","code":"office","fields":{"note":"after"}}`,
			}, "\n"))
			all := h.settings.All()
			d, err := setting.Read[people.Department](*all.Coded(setting.Department, "fin"))
			if err != nil {
				t.Fatal(err)
			}
			li, err := h.db.PersonCoded(t.Context(), "li")
			if err != nil || d.Head != li.ID || int64(li.Department) != all.Coded(setting.Department, "fin").ID || len(li.Doc.Cleared) != 1 || int64(li.Doc.Cleared[0]) != all.Coded(setting.Zone, "office").ID {
				t.Errorf("%+v heads %+v: %v", li, d, err)
			}
			if kept, err := h.settingsDesk().Undo(t.Context(), people.System(people.ViaShell), b.ID); err != nil || len(kept) != 0 {
				t.Error(kept, err)
			}
			if li, err = h.db.PersonCoded(t.Context(), "li"); err != nil || !li.Retired {
				t.Errorf("%+v, %v", li, err)
			}
			office := h.settings.All().Coded(setting.Zone, "office")
			if zone, err := setting.Read[people.Zone](*office); err != nil || zone.Note != "before" || office.Retired {
				t.Errorf("%+v %+v %v", office, zone, err)
			}
		})
	}
}

// everyKind holds that the file has something of every kind there is, and
// everything but the mark of the demo city.
func everyKind(t *testing.T, h *house, file string) {
	t.Helper()
	text, err := fs.ReadFile(os.DirFS("../practice/setting"), "setting.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range regexp.MustCompile(`\sKind += "(\w+)"`).FindAllStringSubmatch(string(text), -1) {
		if k := found[1]; k != string(setting.Whole) && !strings.Contains(file, `{"kind":"`+k+`"`) {
			t.Errorf("the file has no %s", k)
		}
	}
	left := 0
	for _, k := range kindsCarried {
		for _, thing := range h.settings.All().Of(k) {
			if !strings.Contains(file, fmt.Sprintf(`{"kind":%q,"code":%q`, k, thing.Code)) {
				left++
			}
		}
	}
	if left != 1 {
		t.Errorf("%d things are left out; only the mark of the demo should be", left)
	}
	for _, what := range []string{"not for export", `"theme"`} {
		if strings.Contains(file, what) {
			t.Errorf("the file holds %s", what)
		}
	}
	if !slices.Contains(transfer.LeftOut(), "mail_password") {
		t.Error("what is left out is not told")
	}
}

// A line that cannot be brought in says which, where and why, and stops all.
func TestSettingsFaults(t *testing.T) {
	t.Parallel()
	h := testHouse(t, "sqlite")
	if err := access.Seed(t.Context(), h.settings, Now()); err != nil {
		t.Fatal(err)
	}
	const head = `{"kilter":"settings","form":1}` + "\n"
	for name, c := range map[string]struct{ lines, want string }{
		"no JSON":        {`{"kind":`, "2    transfer.not_json"},
		"another member": {`{"kind":"zone","code":"a","colour":1}`, "2 zone a  transfer.not_json"},
		"no code":        {`{"kind":"zone"}`, "2 zone  code transfer.no_code"},
		"no such kind":   {`{"kind":"horse","code":"a"}`, "2 horse a kind transfer.no_such_kind"},
		"the demo":       {`{"kind":"centre","code":"demo"}`, "2 centre demo kind transfer.no_such_kind"},
		"twice":          {`{"kind":"zone","code":"a","fields":{"name_en":"A"}}` + "\n" + `{"kind":"zone","code":"a"}`, "3 zone a code directory.import_twice"},
		"no such field":  {`{"kind":"zone","code":"a","fields":{"name_en":"A","colour":1}}`, "2 zone a colour setting.no_such_field"},
		"no such thing":  {`{"kind":"post","code":"a","fields":{"name_en":"A","department":"x"}}`, "2 post a department transfer.unknown"},
		"inside a table": {`{"kind":"agreement","code":"a","fields":{"name_en":"A","targets":[{"priority":1,"clock":"resolution","minutes":9,"calendar":"x"}]}}`, "2 agreement a targets transfer.unknown"},
		"no such deed":   {`{"kind":"role","code":"a","fields":{"name_en":"A","grants":["horse.ride"]}}`, "2 role a grants access.no_such_deed"},
		"no such item":   {`{"kind":"zone","code":"a","fields":{"name_en":"A"}}` + "\n" + `{"kind":"team","code":"t","fields":{"name_en":"T"}}` + "\n" + `{"kind":"operation","code":"a","fields":{"name_en":"A","kind":"inspection","rule":"FREQ=DAILY","from":"2026-12-01","time":"09:00","target":60,"team":"t","items":"UPS-9"}}`, "3 team t members directory.team_empty, 4 operation a items operation.no_such_item"},
		"too much":       {`{"kind":"person","code":"a","fields":{"name":"A","roles":["system_administrator","audit_administrator"]}}`, "2 person a roles access.two_duties"},
		"what is asked":  {`{"kind":"questionnaire","code":"Q","fields":{"name_en":"Q"}}`, "2 questionnaire Q paper record.required"},
		"asked of horse": {`{"kind":"questionnaire","code":"Q","fields":{"name_en":"Q","horse":1}}`, "2 questionnaire Q  transfer.not_json"},
		"asked badly":    {`{"kind":"questionnaire","code":"Q","fields":{"name_en":"Q","paper":{"form":"horse","points":9}}}`, "2 questionnaire Q form record.not_a_choice, 2 questionnaire Q points record.not_a_choice, 2 questionnaire Q intro record.required, 2 questionnaire Q excellent record.required, 2 questionnaire Q ours record.required, 2 questionnaire Q belief record.required, 2 questionnaire Q dimensions wave.nothing_asked"},
		"a ring":         {`{"kind":"zone","code":"a","fields":{"name_en":"A","parent":"b"}}` + "\n" + `{"kind":"zone","code":"b","fields":{"name_en":"B","parent":"a"}}`, "2 zone a parent setting.loop, 3 zone b parent setting.loop"},
	} {
		t.Run(name, func(t *testing.T) {
			plan, err := h.removal().Read(t.Context(), people.System(people.ViaShell), "x", strings.NewReader(head+c.lines+"\n"))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, l := range plan.Lines {
				for _, f := range l.Faults {
					got = append(got, fmt.Sprintf("%d %s %s %s %s", l.Line, l.Kind, l.Code, f.Field, f.Key))
				}
			}
			if text := strings.Join(got, ", "); text != c.want {
				t.Errorf("got %s, want %s", text, c.want)
			}
			if _, err := plan.Run(t.Context()); err == nil {
				t.Error("it was brought in")
			}
		})
	}
	for _, file := range []string{"", "code,name\na,A\n", `{"kilter":"settings","form":99}` + "\n", head} {
		if _, err := h.removal().Read(t.Context(), people.System(people.ViaShell), "x", strings.NewReader(file)); err == nil {
			t.Errorf("%q was read", file)
		}
	}
}

// What somebody may not change he neither takes out nor brings in: roles, the
// rights of persons and other people's views are no matter of the system
// administrator.
func TestSettingsWithinRights(t *testing.T) {
	t.Parallel()
	h := testHouse(t, "sqlite")
	if err := access.Seed(t.Context(), h.settings, Now()); err != nil {
		t.Fatal(err)
	}
	p := people.Person{Code: "li", Name: "李", Doc: people.Profile{Roles: []int64{h.settings.All().Coded(setting.Role, access.SecurityAdministrator).ID}}, Changed: Now()}
	if err := h.db.SavePerson(t.Context(), &p); err != nil {
		t.Fatal(err)
	}
	keep(t, h, setting.View, "v1", view.Doc{Reach: view.Private, Owner: p.ID, Kind: record.Incident, Query: "owner:me"})
	system := people.Actor{ID: 99, Staff: true, Grants: people.NewGrants("setting.*", "directory.*", "import.*", "system.*", "template.edit", "routing.edit"), Scope: people.Everything()}
	file := exported(t, h, system)
	for _, not := range []string{`"kind":"role"`, `"kind":"view"`, `"roles"`, `"reach"`, `"cleared"`} {
		if strings.Contains(file, not) {
			t.Errorf("the system administrator reads %s", not)
		}
	}
	if !strings.Contains(file, `"code":"li"`) {
		t.Error("he does not read persons")
	}
	lines := []string{
		`{"kind":"person","code":"li","fields":{"roles":[]}}`,
		`{"kind":"role","code":"engineer","fields":{"grants":["audit.read"]}}`,
		`{"kind":"view","code":"v1","retired":true}`,
		`{"kind":"centre","code":"separation","fields":{"doc":{"two":true}}}`,
		`{"kind":"person","code":"li","fields":{"phone":"1"}}`,
	}
	for i, line := range lines {
		plan, err := h.removal().Read(t.Context(), system, "x", strings.NewReader(`{"kilter":"settings","form":1}`+"\n"+line))
		if err != nil {
			t.Fatal(err)
		}
		if want := i == len(lines)-1; (plan.Counts[directory.Faulty] == 0) != want {
			t.Errorf("%s: %v, may: %v", line, plan.Counts, want)
		}
	}
	if _, err := h.removal().Read(t.Context(), people.Actor{ID: 5}, "x", strings.NewReader("")); err == nil {
		t.Error("anybody may")
	}
	var last map[string]any
	if err := json.Unmarshal([]byte(file[:strings.IndexByte(file, '\n')]), &last); err != nil || last["form"] != float64(transfer.Form) {
		t.Error(last, err)
	}
}
