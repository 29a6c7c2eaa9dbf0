package words

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTokens(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                       "",
		"Mail is down":           "mail is down",
		"网络故障":                   "网络 络故 故障 障",
		"OA系统无法登录，请处理":           "oa 系统 统无 无法 法登 登录 录 请处 处理 理",
		"ＯＡ　１２３":                 "oa 123",
		"ping 10.1.2.3 fails":    "ping 10 1 2 3 fails 10·1·2·3",
		"SW-3, a.b@city.gov":     "sw 3 a b city gov sw·3 a·b·city·gov",
		"mail mail MAIL":         "mail",
		"e-mail":                 "e mail",
		"网":                      "网",
		"see INC-2026-00042":     "see inc 2026 00042 inc·2026·00042",
		"bad \xff\xfe bytes":     "bad bytes",
		"'; DROP TABLE record--": "drop table record",
	} {
		if diff := cmp.Diff(want, strings.Join(Tokens(text), " ")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

// What somebody types finds the text he means.
func TestAsk(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text, ask string
		want            bool
	}{
		{"two characters", "市政务服务网络故障", "网络", true},
		{"two characters over a border", "互联 网络", "联网", false},
		{"a whole phrase", "政务外网无法访问", "外网无法访问", true},
		{"one character at the end", "三楼机房断电", "电", true},
		{"one character within", "三楼机房断电", "机", true},
		{"every word is needed", "mail is down", "mail printer", false},
		{"a word is not its beginning", "printers", "printer", false},
		{"unless a star says so", "printers", "print*", true},
		{"an address whole", "host 10.1.2.3", "10.1.2.3", true},
		{"an address of another order", "host 10.2.1.3", "10.1.2.3", false},
		{"part of a name", "switch SW-3", "sw", true},
		{"full width", "OA 系统", "ｏａ", true},
		{"both scripts", "OA系统无法登录", "oa 登录", true},
	} {
		if got := Holds(Tokens(c.text), Ask(c.ask)); got != c.want {
			t.Errorf("%s: %q in %q: %v", c.name, c.ask, c.text, got)
		}
	}
	if Ask(" ,. ") != nil {
		t.Error("signs alone ask for something")
	}
}

func TestExcerpt(t *testing.T) {
	t.Parallel()
	show := func(parts []Part) string {
		var b strings.Builder
		for _, p := range parts {
			if p.Hit {
				b.WriteString("[" + p.Text + "]")
			} else {
				b.WriteString(p.Text)
			}
		}
		return b.String()
	}
	for _, c := range []struct{ text, ask, want string }{
		{"Mail is down", "mail", "[Mail] is down"},
		{"政务外网无法访问", "外网无法", "政务[外网无法]访问"},
		{"nothing of it", "mail", "nothing of it"},
		{"ＭＡＩＬ full width", "mail", "[ＭＡＩＬ] full width"},
		{"host 10.1.2.3 fails", "10.1.2.3", "host [10.1.2.3] fails"},
		{"", "mail", ""},
		{strings.Repeat("a ", 60) + "mail" + strings.Repeat(" b", 60), "mail", "…a a a a a a a [mail] b b b b b b b b b b b b…"},
	} {
		if diff := cmp.Diff(c.want, show(Excerpt(c.text, Ask(c.ask), 42))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.ask, diff)
		}
	}
}

// An excerpt never invents text, whatever the text and the search.
func FuzzExcerpt(f *testing.F) {
	f.Add("政务外网 İstanbul ﬁre", "外网 fi", 20)
	f.Add("ẛ̣ 10.1.2.3 \xff", "10.1.2.3", 5)
	f.Fuzz(func(t *testing.T, text, ask string, width int) {
		plain := strings.Join(strings.Fields(strings.ToValidUTF8(text, " ")), " ")
		got := ""
		for _, p := range Excerpt(text, Ask(ask), width%200) {
			got += p.Text
		}
		if bare := strings.TrimSuffix(strings.TrimPrefix(got, "…"), "…"); !strings.Contains(plain, bare) {
			t.Errorf("%q is not in %q", bare, plain)
		}
	})
}
