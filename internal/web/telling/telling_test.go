package telling_test

import (
	"strings"
	"testing"

	"kilter/internal/base/lang"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/web/telling"
)

// What the log keeps as names and JSON is read as sentences, in either
// language; what has no words stays as it is kept.
func TestRowsAreToldAsSentences(t *testing.T) {
	t.Parallel()
	all := setting.NewAll(1, []setting.Thing{{ID: 7, Kind: setting.Team, Code: "network", Name: people.Text{En: "Network team", Zh: "网络组"}}})
	for _, tc := range []struct {
		row    audit.Row
		en, zh []string
	}{
		{
			audit.Row{Name: "Li Na", Deed: "incident.resolve", Object: "incident:INC-2026-00042", Result: audit.Done, Detail: `{"from":"in_progress","to":"resolved","fields":["solution","cause"]}`},
			[]string{"Li Na resolved it: incident INC-2026-00042.", "State|In progress → Resolved", "Changed|Solution and Cause code"},
			[]string{"Li Na解决了事件：事件 INC-2026-00042。", "状态|处理中 → 已解决", "修改项|解决方案和原因代码"},
		},
		{
			audit.Row{Name: "Li Na", Deed: "incident.note", Object: "incident", Result: audit.Refused, Detail: `{"why":"people.not_granted"}`},
			[]string{"Li Na was refused: Write internal notes (incidents).", "Why|the right is missing"},
			[]string{"Li Na的操作被拒绝：添加内部备注（事件）。", "原因|缺少该权限"},
		},
		{
			audit.Row{Deed: "sign_in", Object: "account", Result: audit.Failed, Via: people.ViaPage, Detail: `{"why":"no_such_name"}`},
			[]string{"Somebody did not succeed: sign in (an account).", "Why|nobody has this sign-in name"},
			[]string{"某人的操作未成功：登录（账号）。", "原因|登录名不存在"},
		},
		{
			audit.Row{Name: "Ops", Deed: "directory.edit", Object: "team:network", Result: audit.Done, Detail: `{"changes":[{"field":"lead","was":"","now":"3"},{"field":"line","was":"first","now":"second"}]}`},
			[]string{"Ops changed people or organisation: Teams “Network team”.", "Lead|nothing → Wang Wei", "Line|First line → Second line"},
			[]string{"Ops修改了组织与人员：团队“网络组”。", "组长|空 → Wang Wei", "层级|一线 → 二线"},
		},
		{
			audit.Row{Name: "Sec", Deed: "account.roles", Object: "person:3", Result: audit.Done, Detail: `{"was":{"roles":["agent"],"reach":"team"},"now":{"roles":["agent","duty"],"reach":"team"}}`},
			[]string{"Sec changed what somebody may do: Wang Wei.", "Roles|agent → agent and duty"},
			[]string{"Sec调整了权限：Wang Wei。", "角色|agent → agent和duty"},
		},
		{
			audit.Row{Via: people.ViaJob, Deed: "quantum.leap", Object: "cat:1", Result: audit.Done, Detail: `{"lives":9}`},
			[]string{"Kilter itself quantum.leap: cat “1”.", "lives|9"},
			[]string{"系统quantum.leap：cat“1”。", "lives|9"},
		},
		{
			audit.Row{Name: "Li Na", Deed: "duty.work", Object: "duty:4", Result: audit.Done, Detail: "accept"},
			[]string{"Li Na wrote in the duty log: duty shift no. 4.", "Detail|accepted the hand-over"},
			[]string{"Li Na填写了值班日志：值班班次（编号 4）。", "详情|确认接班"},
		},
	} {
		for language, want := range map[lang.Lang][]string{"en": tc.en, "zh": tc.zh} {
			teller := telling.Teller{Printer: lang.For(language), All: all, Person: func(id people.ID) string {
				if id == 3 {
					return "Wang Wei"
				}
				return ""
			}}
			got := []string{teller.Sentence(tc.row)}
			for _, l := range teller.Details(tc.row) {
				got = append(got, l.Label+"|"+l.Text)
			}
			if strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("%s %s:\n got %q\nwant %q", tc.row.Deed, language, got, want)
			}
		}
	}
}
