package calendar

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Status is how sure an event of a feed is (RFC 5545, 3.8.1.11).
type Status string

// The statuses.
const (
	Tentative Status = "TENTATIVE"
	Confirmed Status = "CONFIRMED"
	Cancelled Status = "CANCELLED"
)

// FeedEvent is one of a feed. What is empty is left out.
type FeedEvent struct {
	UID        string // the same for as long as it is the same event
	Sequence   int64  // grows with every change of it
	Stamp      time.Time
	From       time.Time
	Until      time.Time
	Summary    string
	Text       string
	Categories []string
	URL        string
	Status     Status
	Free       bool // it takes nobody's time
}

// Feed is a calendar that other programs subscribe to.
type Feed struct {
	Name   string
	Lang   string        // of its words: "en", "zh-Hans"
	Every  time.Duration // how often it is worth asking again
	Events []FeedEvent
}

// ICS writes the feed as iCalendar (RFC 5545): lines end with CRLF and are
// folded at 75 octets, never within a character; moments are in UTC, so that no
// zone has to be told.
func (f Feed) ICS() []byte {
	var w lines
	w.line("BEGIN", "VCALENDAR")
	w.line("VERSION", "2.0")
	w.line("PRODID", "-//Kilter//Change calendar//EN")
	w.line("CALSCALE", "GREGORIAN")
	w.line("METHOD", "PUBLISH")
	w.text("X-WR-CALNAME", f.Name)
	w.text("NAME", f.Name) // RFC 7986
	if f.Every > 0 {
		every := "PT" + strconv.Itoa(int(f.Every.Minutes())) + "M"
		w.line("REFRESH-INTERVAL;VALUE=DURATION", every)
		w.line("X-PUBLISHED-TTL", every)
	}
	for _, e := range f.Events {
		w.event(e, f.Lang)
	}
	w.line("END", "VCALENDAR")
	return w.out
}

// lines are the content lines of a file.
type lines struct{ out []byte }

func (w *lines) event(e FeedEvent, lang string) {
	w.line("BEGIN", "VEVENT")
	w.line("UID", plain(e.UID))
	w.line("SEQUENCE", strconv.FormatInt(max(e.Sequence, 0), 10))
	w.line("DTSTAMP", utc(e.Stamp))
	w.line("DTSTART", utc(e.From))
	w.line("DTEND", utc(e.Until))
	w.text(spoken("SUMMARY", lang), e.Summary)
	if e.Text != "" {
		w.text(spoken("DESCRIPTION", lang), e.Text)
	}
	if len(e.Categories) > 0 {
		all := make([]string, len(e.Categories))
		for i, c := range e.Categories {
			all[i] = escape(c)
		}
		w.line("CATEGORIES", strings.Join(all, ","))
	}
	if e.URL != "" {
		w.line("URL", plain(e.URL))
	}
	if e.Status != "" {
		w.line("STATUS", string(e.Status))
	}
	if e.Free {
		w.line("TRANSP", "TRANSPARENT")
	}
	w.line("END", "VEVENT")
}

func spoken(name, lang string) string {
	if lang == "" {
		return name
	}
	return name + ";LANGUAGE=" + lang
}

func utc(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

// plain is a value without what would end its line.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
}

// escape writes a TEXT (RFC 5545, 3.3.11).
func escape(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\r\n", "\n"), "\r", "\n")
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\\' || r == ';' || r == ',':
			b.WriteByte('\\')
			b.WriteRune(r)
		case unicode.IsControl(r) && r != '\t':
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func (w *lines) text(name, value string) { w.line(name, escape(value)) }

// octets is how long a line may be, its end left out.
const octets = 75

// line writes a content line, folded: what goes on begins with a blank, which
// counts.
func (w *lines) line(name, value string) {
	room := octets
	for _, r := range name + ":" + value {
		n := utf8.RuneLen(r)
		if n > room {
			w.out = append(w.out, "\r\n "...)
			room = octets - 1
		}
		w.out = utf8.AppendRune(w.out, r)
		room -= n
	}
	w.out = append(w.out, "\r\n"...)
}
