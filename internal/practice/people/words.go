package people

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"kilter/internal/base/pinyin"
)

// Spell sets the pinyin of the person's name: syllables and initials.
func (p *Person) Spell() {
	s := pinyin.Syllables(p.Name, true)
	p.Pinyin = strings.TrimSpace(strings.Join(s, "") + " " + pinyin.Initials(s))
}

// Words are what the person is found by: a look-up finds everybody who has a
// word beginning with what was typed. They are parts of the name, its pinyin
// in full and in initials from every syllable on, the phone number and its
// last digits, the room, the code and the name of the mailbox.
func (p *Person) Words() []string {
	var out []string
	add := func(w string) {
		w = fold(w)
		if n := utf8.RuneCountInString(w); n > 0 && n <= 60 && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	add(p.Name)
	for part := range strings.FieldsSeq(p.Name) {
		add(part)
		for i, r := range part {
			if i > 0 && unicode.Is(unicode.Han, r) {
				add(part[i:])
			}
		}
	}
	for _, name := range []bool{true, false} {
		s := pinyin.Syllables(p.Name, name)
		for i := range s {
			add(strings.Join(s[i:], ""))
			if i+1 < len(s) {
				add(pinyin.Initials(s[i:]))
			}
		}
	}
	phone := digits(p.Phone)
	add(phone)
	for n := 4; n < min(len(phone), 9); n++ {
		add(phone[len(phone)-n:])
	}
	add(p.Room)
	for part := range strings.FieldsFuncSeq(p.Room, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		add(part)
	}
	add(p.Code)
	box, _, _ := strings.Cut(p.Mail, "@")
	add(box)
	return out
}

// Terms takes apart what somebody typed to find a person, as Words writes it:
// every term must be the beginning of a word.
func Terms(typed string) []string {
	var out []string
	if d := digits(typed); len(d) >= 4 && strings.Trim(typed, "0123456789 -+()") == "" {
		return []string{d} // a phone number, however it is set out
	}
	for part := range strings.FieldsSeq(typed) {
		if part = fold(part); part != "" && len(out) < 5 {
			out = append(out, part)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out
}

// fold makes words that look alike equal: lower case, full-width letters and
// digits as plain ones, no spaces or NULs.
func fold(w string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			r -= '！' - '!'
		case unicode.IsSpace(r) || r == 0 || r == utf8.RuneError:
			return -1
		}
		return unicode.ToLower(r)
	}, w)
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
