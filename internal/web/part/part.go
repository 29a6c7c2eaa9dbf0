// Package part is the library of parts every page is made of: buttons, fields,
// lists, signs, dialogs, the timeline, charts. A part shows what it is given
// and knows no practice; /styleguide shows each of them.
//
// Parts that say words of their own take the page's Printer first. All text
// handed to a part is already in the reader's language.
package part

import (
	"slices"
	"strings"
	"time"

	"kilter/internal/base/lang"
	"kilter/internal/web/static"
)

// W is the printer of the page a part stands on.
type W = *lang.Printer

// Tone is what a colour means. It never stands alone: a word and a shape say
// the same.
type Tone string

// The tones: what each means is the same on every page.
const (
	Plain     Tone = "plain"     // no state, or over
	Jade      Tone = "jade"      // under way, well, done right
	Amber     Tone = "amber"     // at risk, waiting
	Vermilion Tone = "vermilion" // breached, failed
	Slate     Tone = "slate"     // information
	Violet    Tone = "violet"    // planned, change
)

// Link is a place to go, with the icon and key it is known by.
type Link struct {
	Label  string // what it says, or its name where only the icon shows
	Href   string
	Icon   string
	Key    string // shortcut, "g i"
	Count  string // live count, already written; "" is none
	Alert  bool   // the count needs somebody
	ID     string // element id of the count, for live updates
	Active bool
}

// Person is somebody as shown beside a deed: the zero value is nobody.
type Person struct {
	Name     string
	Initials string
	Hue      int // 0 to 4, steady per person; Hue(id) gives it
}

// Hue spreads persons over the avatar tints.
func Hue(id int64) int { return int(uint64(id) % 5) }

// Initials are the letters of an avatar: the first of the first and the last
// word, or the last sign of a Chinese name, for many share the first.
func Initials(name string) string {
	runes := []rune{}
	start := true
	for _, r := range name {
		if r > 0x2e80 {
			all := []rune(name)
			return string(all[len(all)-1:])
		}
		if r == ' ' || r == '-' {
			start = true
			continue
		}
		if start {
			runes = append(runes, r)
		}
		start = false
	}
	if len(runes) > 2 {
		runes = []rune{runes[0], runes[len(runes)-1]}
	}
	return string(runes)
}

func icon(name string) string { return static.Path("icons.svg") + "#" + name }

// ms writes a moment for the scripts: milliseconds since 1970, "" for none.
func ms(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return itoa(t.UnixMilli())
}

// classes joins the class names that apply; on gives one under a condition.
func classes(names ...string) string {
	return strings.Join(slices.DeleteFunc(names, func(n string) bool { return n == "" }), " ")
}

func on(name string, yes bool) string {
	if yes {
		return name
	}
	return ""
}
