package secret

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// common are words and keyboard walks that people take for passwords; gathered
// from what password lists have in common, without digits and signs around
// them.
//
//go:embed common.txt
var commonText string

var common = strings.Fields(commonText)

// Weakness says what is wrong with a password; "" when nothing is.
type Weakness string

// The weaknesses.
const (
	TooShort  Weakness = "short"
	TooLong   Weakness = "long"
	TooCommon Weakness = "common"   // a well-known word, walk or row, with or without digits around it
	TooPlain  Weakness = "plain"    // few different characters
	Personal  Weakness = "personal" // built from the person's own names
)

// longest keeps the work of hashing bounded.
const longest = 256

// Weak looks for the first weakness of a password. Length is counted in
// characters; own are the person's names, sign-in name, mail, phone.
func Weak(password string, shortest int, own ...string) Weakness {
	n := utf8.RuneCountInString(password)
	switch {
	case n < shortest:
		return TooShort
	case n > longest:
		return TooLong
	}
	low := strings.ToLower(password)
	kinds := map[rune]bool{}
	for _, r := range low {
		kinds[r] = true
	}
	if len(kinds) < 5 {
		return TooPlain
	}
	if core := bare(low); core == "" && !varied(low) || slices.Contains(common, core) || slices.Contains(common, low) {
		return TooCommon
	}
	for _, name := range own {
		if personal(low, name) {
			return Personal
		}
	}
	return ""
}

// bare is the word within a password: look-alike signs read as letters, then
// everything but letters taken off both ends and repetition undone.
func bare(low string) string {
	trimmed := strings.TrimFunc(low, func(r rune) bool { return !unicode.IsLetter(r) })
	word := strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i").Replace(trimmed)
	word = strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) })
	for n := 1; n <= len(word)/2; n++ {
		if len(word)%n == 0 && strings.Repeat(word[:n], len(word)/n) == word {
			return word[:n]
		}
	}
	return word
}

// varied reports whether digits and signs alone are more than a row or a walk:
// at least half of the steps between neighbours must not be by one or by none.
func varied(low string) bool {
	rs := []rune(low)
	steps := 0
	for i := 1; i < len(rs); i++ {
		if d := rs[i] - rs[i-1]; d < -1 || d > 1 {
			steps++
		}
	}
	return steps*2 >= len(rs)
}

// personal reports whether a name of at least three characters, or any
// part of it of at least five, is most of the password.
func personal(low, name string) bool {
	name = strings.ToLower(strings.TrimSpace(name))
	parts := append([]string{name}, strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })...)
	for i, p := range parts {
		n := utf8.RuneCountInString(p)
		least := 3
		if i > 0 {
			least = 5
		}
		if n >= least && strings.Contains(low, p) && utf8.RuneCountInString(low)-n < 8 {
			return true
		}
	}
	return false
}
