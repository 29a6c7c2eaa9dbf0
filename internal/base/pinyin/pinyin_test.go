package pinyin

import (
	"strings"
	"testing"
)

func TestNamesAreSpelled(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"王小明":       "wang xiao ming|wxm",
		"单雄信":       "shan xiong xin|sxx",
		"吕布":        "lv bu|lb",
		"欧阳娜娜":      "ou yang na na|oynn",
		"Li Ming":   "li ming|lm",
		"王 Peter":   "wang peter|wp",
		"":          "|",
		"政务服务":      "zheng wu fu wu|zwfw",
		"O'Neill 3": "o neill 3|on3",
	} {
		s := Syllables(name, true)
		if got := strings.Join(s, " ") + "|" + Initials(s); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
