package query

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"kilter/internal/base/fault"
)

// sign is what a token is.
type sign int

const (
	end    sign = iota
	word        // a bare or quoted word
	name        // a word that an operator follows: a field
	oper        // : < <= > >= = !=
	comma       // between values
	open        // (
	shut        // )
	dash        // - before a condition
	joiner      // and, or, not
)

type token struct {
	sign     sign
	text     string
	pos, end int
	quoted   bool
	tight    bool // nothing stands between it and the token before
}

// The limits of a condition: a text beyond them is no filter but an attack.
const (
	longestText = 4000
	mostTokens  = 400
	deepest     = 40
)

var quotes = map[rune]rune{'"': '"', '“': '”', '”': '”', '「': '」'}

// joiners in both languages. Kilter's own printing uses the English ones.
var joiners = map[string]Op{"or": Or, "and": And, "not": Not, "或": Or, "且": And, "非": Not}

// breaks are the characters that end a bare word.
func breaks(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(`,，()（）"“”「」`, r)
}

// scanner cuts a text into tokens. It is total: every text gives tokens, or a
// fault about a quote that is never closed.
type scanner struct {
	text string
	pos  int
	last int // end of the token before
}

func scan(text string) ([]token, error) {
	if len(text) > longestText {
		return nil, fault.At("q", "query.too_long").With("max", longestText)
	}
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return nil, fault.At("q", "query.not_text")
	}
	s := scanner{text: text}
	var out []token
	for {
		t, err := s.next(out)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
		if t.sign == end {
			return out, nil
		}
		if len(out) > mostTokens {
			return nil, fault.At("q", "query.too_long").With("max", longestText)
		}
	}
}

func (s *scanner) next(before []token) (token, error) {
	for s.pos < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[s.pos:])
		if !unicode.IsSpace(r) {
			break
		}
		s.pos += size
	}
	from := s.pos
	make := func(g sign, n int) (token, error) {
		s.pos = from + n
		t := token{sign: g, text: s.text[from:s.pos], pos: from, end: s.pos, tight: from == s.last && from > 0}
		s.last = s.pos
		return t, nil
	}
	if from == len(s.text) {
		return make(end, 0)
	}
	r, size := utf8.DecodeRuneInString(s.text[from:])
	after := len(before) > 0 && (before[len(before)-1].sign == oper || before[len(before)-1].sign == comma)
	switch {
	case strings.ContainsRune("(（", r):
		return make(open, size)
	case strings.ContainsRune(")）", r):
		return make(shut, size)
	case strings.ContainsRune(",，", r):
		return make(comma, size)
	case quotes[r] != 0:
		return s.quoted(from, size, quotes[r])
	case len(before) > 0 && before[len(before)-1].sign == name || after && before[len(before)-1].sign == oper && from == s.last && strings.ContainsRune("<>=!", r):
		return s.operator(from)
	case (r == '-' || r == '!') && !after && from+size < len(s.text) && !strings.ContainsRune("- ", rune(s.text[from+size])):
		return make(dash, size)
	}
	n := s.bare(from, after)
	t, err := make(word, n)
	if op := joiners[strings.ToLower(t.text)]; op != "" && !after {
		t.sign, t.text = joiner, string(op)
	} else if !after && s.named(t.text) {
		t.sign = name
	}
	return t, err
}

// bare is the length of the bare word at from. Where a value may stand it runs
// to the next break; elsewhere an operator after a name ends it.
func (s *scanner) bare(from int, value bool) int {
	text := s.text[from:]
	for i, r := range text {
		if i == 0 && !breaks(r) && !strings.ContainsRune(":：<>=!", r) {
			continue
		}
		if breaks(r) {
			return max(i, 1)
		}
		if !value && i > 0 && strings.ContainsRune(":：<>=!", r) && fieldName(text[:i]) && s.operates(from+i) {
			return i
		}
	}
	return len(text)
}

// named reports whether the word just read is a field: an operator follows at
// once.
func (s *scanner) named(text string) bool {
	return fieldName(text) && s.pos < len(s.text) && s.operates(s.pos)
}

// operates reports whether an operator stands at pos; a colon before a slash
// is part of an address.
func (s *scanner) operates(pos int) bool {
	rest := s.text[pos:]
	switch {
	case strings.HasPrefix(rest, "!"):
		return strings.HasPrefix(rest, "!=")
	case strings.HasPrefix(rest, ":"):
		return !strings.HasPrefix(rest, "://")
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return strings.ContainsRune("：<>=", r)
}

// fieldName reports whether a word can name a field: letters first, then
// letters, digits, points and underscores.
func fieldName(text string) bool {
	for i, r := range text {
		if unicode.IsLetter(r) || i > 0 && (unicode.IsDigit(r) || r == '.' || r == '_') {
			continue
		}
		return false
	}
	return text != ""
}

func (s *scanner) operator(from int) (token, error) {
	text := s.text[from:]
	for _, op := range []string{"<=", ">=", "!=", ":", "：", "<", ">", "="} {
		if strings.HasPrefix(text, op) {
			t := token{sign: oper, text: op, pos: from, end: from + len(op)}
			if op == "：" {
				t.text = ":"
			}
			s.pos, s.last = t.end, t.end
			return t, nil
		}
	}
	return token{}, fault.At("q", "query.not_understood").With("pos", from).With("end", from+1).With("word", text[:1])
}

// quoted reads up to the closing quote; a backslash keeps what follows it.
func (s *scanner) quoted(from, size int, close rune) (token, error) {
	var b strings.Builder
	kept := false
	for i, r := range s.text[from+size:] {
		at := from + size + i
		switch {
		case kept:
			b.WriteRune(r)
			kept = false
		case r == '\\':
			kept = true
		case r == close:
			t := token{sign: word, text: b.String(), pos: from, end: at + utf8.RuneLen(r), quoted: true, tight: from == s.last}
			s.pos, s.last = t.end, t.end
			return t, nil
		default:
			b.WriteRune(r)
		}
	}
	return token{}, fault.At("q", "query.quote_open").With("pos", from).With("end", len(s.text)).With("word", s.text[from:])
}
