// Package words cuts text into what a full-text index holds and what a search
// asks of it, for Chinese as for languages that put spaces between words.
//
// A run of Han, Kana or Hangul becomes its overlapping pairs of characters
// (网络故障: 网络 络故 故障) and its last character alone, so that a search for
// any two characters is one look-up and a search for a single one is a prefix.
// Everything else becomes lower-case words; names such as 10.1.2.3, SW-3 or
// a.b@city.gov are also kept whole.
package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// longest is the length in bytes beyond which a word is cut off: nobody
// searches for such, and an index page would not hold it.
const longest = 96

// joint stands in a kept name for the signs between its parts; to the index it
// is a letter like any other.
const joint = '·'

// run is a stretch of text of one nature.
type run struct {
	pos, end int // bytes in the folded text
	pairs    bool
}

// Fold brings text to the form that is compared: compatibility forms (full
// width letters and digits) made plain, lower case.
func Fold(text string) string {
	return strings.ToLower(norm.NFKC.String(strings.ToValidUTF8(text, " ")))
}

// paired reports whether a character belongs to a script written without
// spaces.
func paired(r rune) bool {
	return r >= 0x2e80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

func letter(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)
}

// runs cuts folded text.
func runs(text string) []run {
	var out []run
	open := -1
	var pairs bool
	shut := func(at int) {
		if open >= 0 {
			out = append(out, run{open, at, pairs})
			open = -1
		}
	}
	for i, r := range text {
		if !letter(r) {
			shut(i)
			continue
		}
		if p := paired(r); open < 0 || p != pairs {
			shut(i)
			open, pairs = i, p
		}
	}
	shut(len(text))
	return out
}

// Tokens lists what an index keeps of a text, each once, in order of first
// appearance.
func Tokens(text string) []string {
	var b bag
	folded := Fold(text)
	all := runs(folded)
	for _, r := range all {
		if r.pairs {
			b.pairs(folded[r.pos:r.end], true)
		} else {
			b.add(folded[r.pos:r.end])
		}
	}
	for _, n := range names(folded, all) {
		b.add(n.text)
	}
	return b.list
}

// bag gathers tokens without doubles.
type bag struct {
	list []string
	seen map[string]struct{}
}

func (b *bag) add(token string) {
	if len(token) > longest {
		token = strings.ToValidUTF8(token[:longest], "")
	}
	if b.seen == nil {
		b.seen = map[string]struct{}{}
	}
	if _, ok := b.seen[token]; !ok && token != "" {
		b.seen[token] = struct{}{}
		b.list = append(b.list, token)
	}
}

// pairs adds the overlapping pairs of a run, and its last character alone when
// the index is to find it.
func (b *bag) pairs(text string, last bool) {
	before := -1
	at := 0
	for i := range text {
		if before >= 0 {
			_, size := utf8.DecodeRuneInString(text[i:])
			b.add(text[before : i+size])
		}
		before, at = i, i
	}
	if last || at == 0 {
		b.add(text[at:])
	}
}

// name is a compound such as 10.1.2.3: several runs joined by single signs.
type name struct {
	text     string
	pos, end int
	from, to int // the runs it is made of
}

// names finds compounds that hold a digit or an @.
func names(text string, all []run) []name {
	var out []name
	for i := 0; i < len(all); i++ {
		j, worth := i, digits(text, all[i])
		for j+1 < len(all) && !all[j].pairs && !all[j+1].pairs && all[j+1].pos == all[j].end+1 && strings.IndexByte(".-_:@/", text[all[j].end]) >= 0 {
			worth = worth || text[all[j].end] == '@' || digits(text, all[j+1])
			j++
		}
		if j > i && worth {
			parts := make([]string, 0, j-i+1)
			for _, r := range all[i : j+1] {
				parts = append(parts, text[r.pos:r.end])
			}
			out = append(out, name{strings.Join(parts, string(joint)), all[i].pos, all[j].end, i, j})
		}
		i = j
	}
	return out
}

func digits(text string, r run) bool { return strings.ContainsAny(text[r.pos:r.end], "0123456789") }
