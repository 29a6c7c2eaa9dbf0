package setting

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"kilter/internal/practice/people"
)

// mostCode is how long a code made of a name may be, in bytes.
const mostCode = 180

// CodeOf makes of a name the code by which something without a code of its own is
// known again in another centre: what files and lists of codes can hold.
func CodeOf(name people.Text) string {
	text := name.En
	if text == "" {
		text = name.Zh
	}
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == ',' }), " ")
	for len(text) > mostCode {
		_, n := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-n]
	}
	return strings.TrimSpace(text)
}
