// Package pinyin spells Chinese names in Latin letters, the way they are typed
// at a keyboard to find somebody: wangxiaoming, or wxm for short.
package pinyin

import (
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// surnames are read otherwise as a family name than elsewhere.
var surnames = map[rune]string{
	'单': "shan", '曾': "zeng", '解': "xie", '仇': "qiu", '区': "ou", '查': "zha", '尉': "yu", '任': "ren",
	'盖': "ge", '乐': "yue", '种': "chong", '繁': "po", '朴': "piao", '翟': "zhai", '员': "yun", '燕': "yan",
	'缪': "miao", '召': "shao", '折': "she", '黑': "he", '秘': "bi", '冼': "xian", '覃': "qin", '万': "wan",
	'洗': "xian", '逄': "pang", '那': "na", '祭': "zhai", '句': "gou", '车': "che", '和': "he", '宁': "ning",
}

var plain = pinyin.NewArgs()

// Syllables spells a text: one piece for each Chinese character, one for each
// run of other letters or digits, lower case. The first character is read as a
// family name when name is true and it has such a reading.
func Syllables(text string, name bool) []string {
	var out []string
	var run strings.Builder
	flush := func() {
		if run.Len() > 0 {
			out = append(out, run.String())
			run.Reset()
		}
	}
	first := true
	for _, r := range strings.ToLower(text) {
		switch {
		case unicode.Is(unicode.Han, r):
			flush()
			if read, ok := surnames[r]; ok && name && first {
				out = append(out, read)
			} else if read := pinyin.SinglePinyin(r, plain); len(read) > 0 {
				out = append(out, strings.ReplaceAll(read[0], "ü", "v"))
			}
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			run.WriteRune(r)
		default:
			flush()
		}
		first = false
	}
	flush()
	return out
}

// Initials is the first letter of each syllable.
func Initials(syllables []string) string {
	var b strings.Builder
	for _, s := range syllables {
		for _, r := range s {
			b.WriteRune(r)
			break
		}
	}
	return b.String()
}
