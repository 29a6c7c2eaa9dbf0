package notice

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"

	"kilter/internal/base/lang"
	"kilter/internal/practice/record"
)

// Letter is a mail ready to be sent.
type Letter struct {
	To, Name string
	Subject  string
	Text     string
	ID       string // Message-ID without brackets
	Thread   string // the Message-ID that all mails about the record refer to
}

// Writer makes letters.
type Writer struct {
	URL    string // where people reach Kilter, "" leaves links out
	Host   string // right side of Message-IDs
	Secret []byte // with which they are signed, so that an answer can be told from a forgery
}

// Write makes the letter of a delivery in its reader's language.
func (w Writer) Write(m Delivery) Letter {
	switch {
	case strings.HasPrefix(m.View, "/"):
		return w.placeLetter(m)
	case m.View != "":
		return w.viewLetter(m)
	}
	p := printer(m)
	ref := record.Ref(m.About, m.Number)
	what := p.T("notice.mail." + string(m.What))
	subject := "[" + ref + "] " + what
	if m.Title != "" {
		subject += p.T("notice.mail.colon") + m.Title
	}
	var b strings.Builder
	line := func(text string) { b.WriteString(text + "\n") }
	line(p.T("notice.mail.greeting", "name", m.Name))
	line("")
	line(p.T("notice.mail.body."+string(m.What), "ref", ref))
	if m.Count > 1 {
		line(p.N("notice.mail.more", m.Count-1))
	}
	if m.Text != "" {
		line("")
		for part := range strings.SplitSeq(strings.TrimSpace(m.Text), "\n") {
			line("> " + strings.TrimRight(part, "\r"))
		}
	}
	if w.URL != "" {
		line("")
		line(p.T("notice.mail.link"))
		line(w.link(m, ref))
		if m.Pass != "" {
			line("")
			line(p.T("notice.mail.decide"))
			line(strings.TrimSuffix(w.URL, "/") + DecidePath + m.Pass)
			line(p.T("notice.mail.decide_note"))
		}
		if m.GradePass != "" {
			line("")
			line(p.T("notice.mail.grade"))
			line(strings.TrimSuffix(w.URL, "/") + GradePath + m.GradePass)
		}
	}
	line("")
	line("-- ")
	line(p.T("notice.mail.foot"))
	return Letter{To: m.Address, Name: oneLine(m.Name), Subject: cut(oneLine(subject), 180), Text: b.String(), ID: w.id(fmt.Sprintf("%s.%d.%d", strings.ToLower(ref), m.Entry, m.Person)), Thread: w.id(strings.ToLower(ref))}
}

// DecidePath is where the links of mails lead by which one decides; the secret
// follows.
const DecidePath = "/decide/"

// printer writes in the language of a delivery's reader.
func printer(m Delivery) *lang.Printer {
	l, ok := lang.Parse(m.Lang)
	if !ok {
		l = lang.English
	}
	return lang.For(l)
}

func (w Writer) link(m Delivery, ref string) string {
	base := strings.TrimSuffix(w.URL, "/")
	switch {
	case strings.HasPrefix(m.View, "/"):
		return base + m.View
	case m.View != "":
		return base + m.About.Path() + "?view=" + url.QueryEscape(m.View)
	case m.Board:
		return base + "/portal/board#" + ref
	case m.What == Asked && m.About == record.Changes:
		return base + m.About.Path() + "/" + ref + "/plan" // only staff are asked about changes
	case m.What == Asked && m.About == record.Knowledge:
		return base + m.About.Path() + "/" + ref // nor about articles
	case m.What == Asked || m.About == record.Request && !m.Staff:
		return base + "/portal/requests/" + ref
	case m.Staff:
		return base + m.About.Path() + "/" + ref
	}
	return base + "/portal/reports/" + ref
}

// id is a Message-ID that only we can make: its last part is an HMAC-SHA256 of
// the rest.
func (w Writer) id(name string) string {
	return name + "." + w.mac(name) + "@" + w.Host
}

func (w Writer) mac(name string) string {
	h := hmac.New(sha256.New, w.Secret)
	h.Write([]byte(name))
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// Ours reports whether a Message-ID was made by us, and what it names.
func (w Writer) Ours(id string) (name string, ok bool) {
	local, host, _ := strings.Cut(strings.Trim(strings.TrimSpace(id), "<>"), "@")
	dot := strings.LastIndex(local, ".")
	if dot < 0 || host != w.Host {
		return "", false
	}
	return local[:dot], hmac.Equal([]byte(w.mac(local[:dot])), []byte(local[dot+1:]))
}

// oneLine makes a text safe for a header: no line ends, no control signs.
func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, s)), " ")
}

func cut(s string, n int) string {
	if all := []rune(s); len(all) > n {
		return string(all[:n-1]) + "…"
	}
	return s
}

// After is when a delivery that has failed that often is tried again; false
// when it is given up.
func After(tries int) (time.Duration, bool) {
	waits := []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour}
	if tries < 1 || tries > len(waits) {
		return 0, false
	}
	return waits[tries-1], true
}
