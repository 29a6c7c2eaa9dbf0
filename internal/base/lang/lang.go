// Package lang holds the words of Kilter: message catalogues in English and
// Simplified Chinese, and how each language writes plurals, numbers, dates and
// spans of time.
//
// A Printer speaks one language in one time zone. It is made once per request
// and costs nothing to copy; looking up a plain message is one map read.
package lang

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// Lang is a language Kilter speaks, by the short code its catalogue files carry.
type Lang string

// The languages. English is the one a message falls back to.
const (
	English Lang = "en"
	Chinese Lang = "zh"
)

// All lists the languages in the order they are offered.
func All() []Lang { return []Lang{English, Chinese} }

// Parse reads a language code as people, cookies and browsers write it
// ("zh-CN", "zh-Hans", "en_GB"); ok is false for a language Kilter lacks.
func Parse(code string) (l Lang, ok bool) {
	base, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(code), "_", "-"), "-")
	l = Lang(base)
	return l, slices.Contains(All(), l)
}

// HTML is the code for the lang attribute of a page.
func (l Lang) HTML() string {
	if l == Chinese {
		return "zh-Hans"
	}
	return "en"
}

// Name is what the language calls itself.
func (l Lang) Name() string {
	if l == Chinese {
		return "简体中文"
	}
	return "English"
}

var matcher = language.NewMatcher([]language.Tag{language.English, language.SimplifiedChinese})

// Negotiate chooses the language of a page: the first of the choices that is
// one of ours (what the person set, then what the cookie says), else the best
// match for the browser's Accept-Language header, else English.
func Negotiate(accept string, choices ...string) Lang {
	for _, c := range choices {
		if l, ok := Parse(c); ok {
			return l
		}
	}
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return English
	}
	_, index, confidence := matcher.Match(tags...)
	if confidence == language.No {
		return English
	}
	return All()[index]
}

// Printer writes for one reader: in a language, with times in a zone.
type Printer struct {
	lang  Lang
	zone  *time.Location
	words map[string]message
}

// For is the printer of a language, with times in UTC until In is called.
func For(l Lang) *Printer {
	words, ok := catalogues()[l]
	if !ok {
		l = English
		words = catalogues()[l]
	}
	return &Printer{lang: l, zone: time.UTC, words: words}
}

// In is the same printer with times shown in zone.
func (p *Printer) In(zone *time.Location) *Printer {
	q := *p
	if zone != nil {
		q.zone = zone
	}
	return &q
}

// Lang is the language spoken.
func (p *Printer) Lang() Lang { return p.lang }

// Zone is the time zone times are shown in.
func (p *Printer) Zone() *time.Location { return p.zone }
