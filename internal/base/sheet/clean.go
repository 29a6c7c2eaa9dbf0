package sheet

import (
	"strings"
	"unicode/utf8"
)

// cleaner makes a cell fit to be stored: no NUL (PostgreSQL refuses it), no
// broken characters, no space at the ends, and the apostrophe of a guarded
// formula taken off.
type cleaner struct{}

func (cleaner) cell(s string) string {
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return Unguard(strings.TrimSpace(s))
}

// dangerous are the first characters that make a spreadsheet take a text for a
// formula; the full-width forms do so in an East Asian Excel.
const dangerous = "=+-@\t\r\n＝＋－＠"

// Guard puts an apostrophe before a text that a spreadsheet would take for a
// formula. A signed number in figures, such as -5 or +8675512345, is none.
func Guard(s string) string {
	if risky(s) {
		return "'" + s
	}
	return s
}

// Unguard takes off the apostrophe that Guard put.
func Unguard(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && risky(rest) {
		return rest
	}
	return s
}

func risky(s string) bool {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 || !strings.ContainsRune(dangerous, first) {
		return false
	}
	return (first != '+' && first != '-') || !figures(s[1:])
}

// figures reports whether s is digits with at most one point.
func figures(s string) bool {
	digits, points := 0, 0
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c == '.':
			points++
		default:
			return false
		}
	}
	return digits > 0 && points <= 1
}
