// Package outlet carries what Kilter says out of the house: mail through
// SMTP, the head of the audit chain to a file and to syslog.
package outlet

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"kilter/internal/practice/notice"
)

// Mail sends letters through one SMTP server.
type Mail struct {
	host     string
	port     int
	user     string
	password string
	secure   bool // TLS from the first byte
	plain    bool // no TLS at all, for a relay in the same room
	From     string
	Name     string // shown beside From
	Timeout  time.Duration
	TLS      *tls.Config // nil is the system's

	border *Border // nil for a server that the command line names
}

// NewServer is the way to a server that the settings name.
func NewServer(s notice.Server, password string, b Border) *Mail {
	return &Mail{
		host: s.Host, port: s.Port, user: s.User, password: password, secure: s.Protect == notice.TLS, plain: s.Protect == notice.Plain,
		From: s.From, Name: s.Name, Timeout: 20 * time.Second, border: &b,
	}
}

// NewMail reads the address of a server: smtp://USER@HOST:PORT (STARTTLS),
// smtps://... (TLS from the first byte), smtp+plain://... (none). The password
// is given apart, so that addresses can be logged.
func NewMail(address, password, from, name string) (*Mail, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("outlet: the SMTP address must read smtp://USER@HOST:PORT")
	}
	if _, ok := u.User.Password(); ok {
		return nil, errors.New("outlet: the SMTP password does not belong into the address; give it by KILTER_SMTP_PASSWORD")
	}
	m := &Mail{host: u.Hostname(), user: u.User.Username(), password: password, From: from, Name: name, Timeout: 20 * time.Second}
	ports := map[string]int{"smtp": 587, "smtps": 465, "smtp+plain": 25}
	port, ok := ports[u.Scheme]
	if !ok {
		return nil, fmt.Errorf("outlet: unknown kind of SMTP address %q", u.Scheme)
	}
	m.port, m.secure, m.plain = port, u.Scheme == "smtps", u.Scheme == "smtp+plain"
	if p := u.Port(); p != "" {
		if m.port, err = strconv.Atoi(p); err != nil {
			return nil, fmt.Errorf("outlet: SMTP port %q", p)
		}
	}
	if err := gomail.NewMsg().From(from); err != nil {
		return nil, fmt.Errorf("outlet: the sender's address: %w", err)
	}
	return m, nil
}

// Send sends one letter. What the server refuses for good is ErrRefused; all
// else is worth another try.
func (m *Mail) Send(ctx context.Context, l notice.Letter) error {
	msg, err := m.message(l)
	if err != nil {
		return errors.Join(notice.ErrRefused, err)
	}
	c, err := m.client()
	if err != nil {
		return fmt.Errorf("outlet: mail: %w", err)
	}
	err = c.DialAndSendWithContext(ctx, msg)
	if failed, ok := errors.AsType[*gomail.SendError](err); ok && !failed.IsTemp() && failed.ErrorCode() >= 500 {
		return errors.Join(notice.ErrRefused, err)
	}
	if err != nil {
		return fmt.Errorf("outlet: mail: %w", err)
	}
	return nil
}

func (m *Mail) message(l notice.Letter) (*gomail.Msg, error) {
	msg := gomail.NewMsg()
	if err := msg.FromFormat(m.Name, m.From); err != nil {
		return nil, err
	}
	if err := msg.AddToFormat(l.Name, l.To); err != nil {
		return nil, err
	}
	if words := encoded(l.Subject); words != "" {
		msg.SetGenHeaderPreformatted(gomail.HeaderSubject, words)
	} else {
		msg.Subject(l.Subject)
	}
	msg.SetMessageIDWithValue(l.ID)
	msg.SetDate()
	// Other machines must not answer (RFC 3834).
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetGenHeader(gomail.HeaderReferences, "<"+l.Thread+">")
	msg.SetBodyString(gomail.TypeTextPlain, l.Text)
	return msg, nil
}

// encoded is a text for a header in words of RFC 2047, each on a line of its own, the
// first beside the header's name: the library would leave that line empty, which
// some programs show as a space before the subject. "" where nothing needs it.
func encoded(text string) string {
	plain := true
	for _, r := range text {
		plain = plain && r < utf8.RuneSelf
	}
	if plain {
		return ""
	}
	const most = 39 // bytes of a word, so that a line is under 78
	var words []string
	from := 0
	for i, r := range text {
		if i+utf8.RuneLen(r)-from > most {
			words, from = append(words, mime.BEncoding.Encode("UTF-8", text[from:i])), i
		}
	}
	return strings.Join(append(words, mime.BEncoding.Encode("UTF-8", text[from:])), "\r\n ")
}

func (m *Mail) client() (*gomail.Client, error) {
	opts := []gomail.Option{gomail.WithPort(m.port), gomail.WithTimeout(m.Timeout)}
	switch {
	case m.secure:
		opts = append(opts, gomail.WithSSL())
	case m.plain:
		opts = append(opts, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if m.TLS != nil {
		opts = append(opts, gomail.WithTLSConfig(m.TLS))
	}
	if m.border != nil {
		var secure *tls.Config
		if m.secure {
			secure = &tls.Config{ServerName: m.host, MinVersion: tls.VersionTLS12}
			if m.TLS != nil {
				secure = m.TLS
			}
		}
		opts = append(opts, gomail.WithDialContextFunc(m.border.dial(secure, m.Timeout)))
	}
	if m.user != "" {
		opts = append(opts, m.auth(), gomail.WithUsername(m.user), gomail.WithPassword(m.password))
	}
	return gomail.NewClient(m.host, opts...)
}

// auth is how the server is shown who we are. The library does not see that a
// connection made by our own dialler is TLS from its first byte, and would
// offer it no password; so it is told what may be used.
func (m *Mail) auth() gomail.Option {
	if m.secure && m.border != nil {
		return gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthCramMD5, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin)
	}
	return gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover)
}
