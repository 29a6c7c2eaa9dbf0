package query

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kilter/internal/base/fault"
)

var noPlaces = cmpopts.IgnoreFields(Node{}, "Pos", "End", "Marks")

func TestParse(t *testing.T) {
	t.Parallel()
	is := func(op Op, field string, values ...string) Node { return Node{Op: op, Field: field, Values: values} }
	for _, c := range []struct {
		text  string
		want  Node
		print string // "" when it prints as it was written
	}{
		{"", Node{}, ""},
		{"priority:1", Is("priority", "1"), ""},
		{"state:new,assigned", Is("state", "new", "assigned"), ""},
		{"state:new, assigned", Is("state", "new", "assigned"), "state:new,assigned"},
		{"opened:>now-7d", is(Gt, "opened", "now-7d"), ""},
		{"priority<=2", is(Le, "priority", "2"), "priority:<=2"},
		{"team!=network", is(Ne, "team", "network"), "team:!=network"},
		{"opened:2026-01-01..2026-02-01", is(Range, "opened", "2026-01-01", "2026-02-01"), ""},
		{"opened:..2026-02-01", is(Range, "opened", "", "2026-02-01"), ""},
		{"priority:1,3..4", Any(Is("priority", "1"), is(Range, "priority", "3", "4")), "priority:1 or priority:3..4"},
		{"-team:x", Reverse(Is("team", "x")), ""},
		{"not team:x", Reverse(Is("team", "x")), "-team:x"},
		{"- -", All(Words("-", "-")), `"-" "-"`},
		{"printer jam", Words("printer", "jam"), ""},
		{`"paper jam" printer`, Words("paper jam", "printer"), ""},
		{"priority:1 or team:a state:new", Any(Is("priority", "1"), All(Is("team", "a"), Is("state", "new"))), ""},
		{"(priority:1 or team:a) state:new", All(Any(Is("priority", "1"), Is("team", "a")), Is("state", "new")), ""},
		{"not (a or b)", Reverse(Any(Words("a"), Words("b"))), ""},
		{"-(mail down)", Reverse(Words("mail", "down")), "not (mail down)"},
		{"mail 10:30 http://x.cn/a?b=c", Words("mail", "10:30", "http://x.cn/a?b=c"), `mail "10:30" "http://x.cn/a?b=c"`},
		{`team:"network, core"`, Is("team", "network, core"), ""},
		{`title:"say \"no\""`, Is("title", `say "no"`), `title:"say \"no\""`},
		{"优先级：1，2 团队:网络组", All(Is("优先级", "1", "2"), Is("团队", "网络组")), "优先级:1,2 团队:网络组"},
		{"（状态：挂起 或 打印机） 非 优先级：1", All(Any(Is("状态", "挂起"), Words("打印机")), Reverse(Is("优先级", "1"))), "(状态:挂起 or 打印机) -优先级:1"},
		{"x.building:>=12", is(Ge, "x.building", "12"), ""},
		{"e-mail a_b", Words("e-mail", "a_b"), ""},
		{`"or" "not" or "a:b"`, Any(Words("or", "not"), Words("a:b")), ""},
		{"due:none", Is("due", "none"), ""},
		{"a and b", Words("a", "b"), "a b"},
	} {
		got, err := Parse(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if diff := cmp.Diff(c.want, got, noPlaces); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.text, diff)
		}
		want := c.print
		if want == "" {
			want = c.text
		}
		if got.String() != want {
			t.Errorf("%s prints %s, want %s", c.text, got, want)
		}
	}
}

// A fault names the bytes it is about.
func TestParsePointsAtTheWord(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, key, word string }{
		{"team:", "query.ends_early", ""},
		{"team:,", "query.value_missing", ","},
		{"(a or b", "query.ends_early", ""},
		{"a) b", "query.not_expected", ")"},
		{"a or", "query.ends_early", ""},
		{"or a", "query.not_expected", "or"},
		{`team:"net`, "query.quote_open", `"net`},
		{"priority:>1,2", "query.one_value", ","},
		{"a,b", "query.not_expected", ","},
	} {
		_, err := Parse(c.text)
		all := fault.All(err)
		if len(all) != 1 || all[0].Key != c.key || all[0].Args["word"] != c.word {
			t.Errorf("%s: %v, want %s at %q", c.text, err, c.key, c.word)
			continue
		}
		pos, end := all[0].Args["pos"].(int), all[0].Args["end"].(int)
		if c.text[pos:end] != c.word {
			t.Errorf("%s: points at %q, want %q", c.text, c.text[pos:end], c.word)
		}
	}
}

func TestChips(t *testing.T) {
	t.Parallel()
	n, err := Parse("priority:1 (team:a or team:b) printer jam -owner:none")
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, c := range Chips(n) {
		texts = append(texts, c.Text)
	}
	if diff := cmp.Diff([]string{"priority:1", "team:a or team:b", "printer jam", "-owner:none"}, texts); diff != "" {
		t.Errorf("chips (-want +got):\n%s", diff)
	}
	if back := Join(Chips(n)...); back.String() != n.String() {
		t.Errorf("joined again: %s", back)
	}
}

// Whatever is typed gives a condition or a fault about it, and what a
// condition prints reads as itself.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"priority:1 or (team:a -b)", `title:"a \" b" ..`, "优先级：1，2", "a:..1 b:<=2", "not not -a", "((a)) or b or (c or d)", "-(-(a b))", `"" a:""`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := Parse(text)
		if err != nil {
			if fault.All(err) == nil {
				t.Fatalf("%q: %v is no fault", text, err)
			}
			return
		}
		again, err := Parse(n.String())
		if err != nil {
			t.Fatalf("%q prints %q: %v", text, n, err)
		}
		if diff := cmp.Diff(n, again, noPlaces); diff != "" {
			t.Fatalf("%q prints %q, which differs (-want +got):\n%s", text, n, diff)
		}
	})
}
