package words

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Term is one thing a search asks for: a token the text must have, or one that
// begins so.
type Term struct {
	Token  string
	Prefix bool
}

// mostTerms bounds what one search asks for; what comes after is left out.
const mostTerms = 32

// Ask turns what somebody typed into the terms a text must all have. A star
// after a word asks for its beginning; a single Han character always does. It
// is empty when there is nothing to look for.
func Ask(text string) []Term {
	var out []Term
	add := func(t Term) {
		if t.Token != "" && len(out) < mostTerms && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	folded := Fold(text)
	all := runs(folded)
	whole := names(folded, all)
	for i := 0; i < len(all); i++ {
		if at := slices.IndexFunc(whole, func(n name) bool { return n.from == i }); at >= 0 {
			add(Term{cut(whole[at].text), strings.HasPrefix(folded[whole[at].end:], "*")})
			i = whole[at].to
			continue
		}
		r := all[i]
		part := folded[r.pos:r.end]
		if !r.pairs {
			add(Term{cut(part), strings.HasPrefix(folded[r.end:], "*")})
			continue
		}
		var b bag
		b.pairs(part, false)
		for _, token := range b.list {
			add(Term{token, utf8.RuneCountInString(token) == 1})
		}
	}
	return out
}

func cut(token string) string {
	if len(token) > longest {
		return strings.ToValidUTF8(token[:longest], "")
	}
	return token
}

// Holds reports whether tokens, as Tokens lists them, have all that is asked.
func Holds(tokens []string, ask []Term) bool {
	for _, t := range ask {
		if !slices.ContainsFunc(tokens, func(s string) bool { return s == t.Token || t.Prefix && strings.HasPrefix(s, t.Token) }) {
			return false
		}
	}
	return true
}
