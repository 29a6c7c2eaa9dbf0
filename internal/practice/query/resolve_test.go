package query

import (
	"fmt"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

var beijing = time.FixedZone("CST", 8*3600)

func someone() Context {
	return Context{
		Me: 7, MyTeams: []people.TeamID{1, 2},
		Now: time.Date(2026, 11, 25, 10, 30, 0, 0, beijing), Place: beijing, // a Wednesday
		Settings: setting.NewAll(1, []setting.Thing{
			{ID: 1, Kind: setting.Team, Code: "network", Name: people.Text{En: "Network team", Zh: "网络组"}},
			{ID: 2, Kind: setting.Team, Code: "desk", Name: people.Text{En: "Service desk", Zh: "服务台"}},
			{ID: 10, Kind: setting.Zone, Code: "public", Name: people.Text{En: "Public service", Zh: "公共服务区"}},
			{ID: 11, Kind: setting.Zone, Code: "dmz", Parent: 10},
		}),
		Business: func(from time.Time, days int) (time.Time, bool) { return from.AddDate(0, 0, 2*days), days < 100 },
		Look: func(t Type, text string) ([]int64, error) {
			if t == Person && text == "王伟" {
				return []int64{21, 20}, nil
			}
			return nil, nil
		},
	}
}

var fields = append(Head(States("new", "assigned", "pending")...), Field{Name: "x.floor", Type: Number})

func at(y int, m time.Month, d, h, min int) string {
	return milli(time.Date(y, m, d, h, min, 0, 0, beijing))
}

func TestResolve(t *testing.T) {
	t.Parallel()
	ge := func(v string) string { return "opened:>=" + v }
	lt := func(v string) string { return "opened:<" + v }
	for text, want := range map[string]string{
		"优先级:1":                   "priority:1",
		"priority:>1":             "priority:>1",
		"priority:2..3":           "priority:>=2 priority:<=3",
		"priority:none":           `priority:""`,
		"state:NEW,挂起":            "state:new,pending",
		"team:网络组":                "team:1",
		`team:"service desk"`:     "team:2",
		"team:my-teams":           "team:1,2",
		"team:#2":                 "team:2",
		"zone:public":             "zone:10,11",
		"owner:me":                "owner:7",
		"处理人：我":                   "owner:7",
		"owner:none,me":           `owner:"",7`,
		"requester:王伟":            "requester:20,21",
		"open:yes":                "open:true",
		"open:否":                  "open:false",
		"overdue:yes":             "open:true due:<" + at(2026, 11, 25, 10, 30),
		"title:printer":           "title:printer",
		"title:a,b":               "title:a or title:b",
		"x.floor:>=12":            "x.floor:>=12",
		"opened:today":            ge(at(2026, 11, 25, 0, 0)) + " " + lt(at(2026, 11, 26, 0, 0)),
		"opened:今天":               ge(at(2026, 11, 25, 0, 0)) + " " + lt(at(2026, 11, 26, 0, 0)),
		"opened:>now-7d":          ge(fmt.Sprint(time.Date(2026, 11, 18, 10, 30, 0, 1e6, beijing).UnixMilli())),
		"opened:>=now-2h":         ge(at(2026, 11, 25, 8, 30)),
		"opened:<2026-11-01":      lt(at(2026, 11, 1, 0, 0)),
		"opened:<=2026-11-01":     lt(at(2026, 11, 2, 0, 0)),
		"opened:>2026-11-01":      ge(at(2026, 11, 2, 0, 0)),
		"opened:2026-01..2026-02": ge(at(2026, 1, 1, 0, 0)) + " " + lt(at(2026, 3, 1, 0, 0)),
		"opened:week":             ge(at(2026, 11, 23, 0, 0)) + " " + lt(at(2026, 11, 30, 0, 0)),
		"opened:month-1m":         ge(at(2026, 10, 1, 0, 0)) + " " + lt(at(2026, 11, 1, 0, 0)),
		"opened:2026年11月1日":       ge(at(2026, 11, 1, 0, 0)) + " " + lt(at(2026, 11, 2, 0, 0)),
		"opened:>=today-1d+8h":    ge(at(2026, 11, 24, 8, 0)),
		"opened:<today+2bd":       lt(at(2026, 11, 29, 0, 0)),
		"opened:<now+1bd":         lt(at(2026, 11, 27, 10, 30)),
		"due:none":                `due:""`,
		"printer 网络":              "printer 网络",
		"-team:desk":              "-team:2",
		"team:!=desk":             "team:!=2",
	} {
		got, err := fields.Read(text, someone())
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got.String() != want {
			t.Errorf("%s resolves to %s, want %s", text, got, want)
		}
	}
}

// A fault points at the word and proposes what was likely meant.
func TestResolveProposes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, key, word, near string }{
		{"priorty:1", "query.no_such_field", "priorty", "priority"},
		{"mail teem:network", "query.no_such_field", "teem", "team"},
		{"优先:1", "query.no_such_field", "优先", "优先级"},
		{"qqqqqq:1", "query.no_such_field", "qqqqqq", ""},
		{"state:new,pendign", "query.no_such_value", "pendign", "pending"},
		{"team:netork", "query.no_such_value", "netork", "network"},
		{"team:网络", "query.no_such_value", "网络", "网络组"},
		{"priority:high", "query.not_a_number", "high", ""},
		{"opened:>yesterdy", "query.not_a_moment", "yesterdy", "yesterday"},
		{"opened:2026-13-01", "query.not_a_moment", "2026-13-01", ""},
		{"state:>new", "query.no_order", "new", ""},
		{"open:maybe", "query.not_yes_no", "maybe", "yes"},
		{"owner:nobody-of-that-name", "query.no_such_value", "nobody-of-that-name", ""},
		{`owner:"me"`, "query.no_such_value", "me", ""},
		{"due:<now+100bd", "query.not_a_moment", "now+100bd", ""},
	} {
		_, err := fields.Read(c.text, someone())
		all := fault.All(err)
		if len(all) != 1 || all[0].Key != c.key || all[0].Args["word"] != c.word || all[0].Args["near"] != c.near {
			t.Errorf("%s: %v, want %s at %q near %q", c.text, err, c.key, c.word, c.near)
			continue
		}
		if got := c.text[all[0].Args["pos"].(int):all[0].Args["end"].(int)]; got != c.word && got != `"`+c.word+`"` {
			t.Errorf("%s: points at %q", c.text, got)
		}
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	record := map[string][]string{"priority": {"2"}, "team": {"1"}, "title": {"Mail is down"}, "watcher": {"7", "8"}, "": {"Mail is down", "网络故障"}}
	for text, want := range map[string]bool{
		"":                       true,
		"priority:2":             true,
		"priority:<2":            false,
		"priority:<=2 team:desk": false,
		"priority:1 or team:1":   true,
		"owner:none":             true,
		"-owner:none":            false,
		"owner:!=7":              true,
		"due:<5":                 false,
		"watcher:7":              true,
		"title:~MAIL":            true,
		"mail 网络":                true,
		"mail 打印机":               false,
		"-打印机":                   true,
	} {
		n, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if text == "title:~MAIL" {
			n = Node{Op: Has, Field: "title", Values: []string{"MAIL"}}
		}
		for _, k := range n.Find(func(k Node) bool { return len(k.Values) == 1 && k.Values[0] == "none" }) {
			k.Values[0] = ""
		}
		if got := Match(n, func(f string) []string { return record[f] }); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
