package notice

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// How the way to the mail server is kept from listeners.
const (
	StartTLS = "starttls" // after the greeting (RFC 3207); refused when the server has none
	TLS      = "tls"      // from the first byte (RFC 8314)
	Plain    = "plain"    // not at all, for a relay in the same room
)

// Protections lists them.
func Protections() []string { return []string{StartTLS, TLS, Plain} }

// mailPorts are the ports a mail server may be asked on, so that the page that
// names one is no way to knock at other services.
var mailPorts = []int{25, 465, 587, 2525}

// Server is the mail server the settings name, under the code "mail".
type Server struct {
	Host    string `json:"host,omitempty"` // "" for no mail
	Port    int    `json:"port,omitempty"`
	Protect string `json:"protect,omitempty"` // one of Protections
	User    string `json:"user,omitempty"`    // "" for a server that asks for none
	From    string `json:"from,omitempty"`    // address that mail comes from
	Name    string `json:"name,omitempty"`    // shown beside it
}

// longestPassword is how many bytes the password of a mail server may have.
const longestPassword = 256

// ServerCode is the code of the centre's setting.
const ServerCode = "mail"

// Check reports what is wrong with it.
func (s Server) Check() error {
	if s.Host == "" {
		return nil
	}
	var many fault.Many
	blame := func(f *fault.Fault) { _ = many.Add(f) } // a fault adds without error
	if len(s.Host) > 253 || strings.ContainsAny(s.Host, " /@\\?#\t\r\n[]") {
		blame(fault.At("host", "mail.bad_host"))
	}
	if !slices.Contains(mailPorts, s.Port) {
		blame(fault.At("port", "mail.bad_port"))
	}
	if !slices.Contains(Protections(), s.Protect) {
		blame(fault.At("protect", "people.no_such_choice"))
	}
	local, domain, at := strings.Cut(s.From, "@")
	if !at || local == "" || domain == "" || len(s.From) > 200 || strings.ContainsAny(s.From, " <>,;\t\r\n\"") {
		blame(fault.At("from", "mail.bad_from"))
	}
	for field, text := range map[string]string{"user": s.User, "name": s.Name} {
		if len(text) > 200 || oneLine(text) != text {
			blame(fault.At(field, "mail.bad_line"))
		}
	}
	return many.Err()
}

// Secrets keeps the server's password, apart from the settings.
type Secrets interface {
	MailPassword(ctx context.Context) (string, error)
	KeepMailPassword(ctx context.Context, password string) error
}

// Postmaster arranges how mail leaves the house.
type Postmaster struct {
	Settings *setting.Keeper
	Secrets  Secrets
	Pen      audit.Pen
	Now      func() time.Time
	// Dial makes the way to a server.
	Dial func(Server, string) (Sender, error)
	// Fixed says that the command line names the server: then nothing is
	// arranged here.
	Fixed bool
}

// Server is the one in force by the settings.
func (p *Postmaster) Server() (Server, error) {
	return setting.Arranged(p.Settings.All(), ServerCode, Server{})
}

// Sender is the way to it; nil when there is none.
func (p *Postmaster) Sender(ctx context.Context) (Sender, error) {
	s, err := p.Server()
	if err != nil || s.Host == "" {
		return nil, err
	}
	password, err := p.Secrets.MailPassword(ctx)
	if err != nil {
		return nil, err
	}
	return p.Dial(s, password)
}

// Keep sets the server; password "" leaves the one there is, unless no user is
// named. The audit row never holds it.
func (p *Postmaster) Keep(ctx context.Context, by people.Actor, s Server, password string) error {
	row, err := p.may(ctx, by, s)
	if err != nil {
		return err
	}
	if s.User == "" && password != "" {
		return fault.At("user", "record.required")
	}
	if len(password) > longestPassword || strings.ContainsFunc(password, unicode.IsControl) {
		return fault.At("password", "mail.bad_line")
	}
	was, err := p.Server()
	if err != nil {
		return err
	}
	t := setting.Thing{Kind: setting.Centre, Code: ServerCode, Name: people.Text{En: "Mail server", Zh: "邮件服务器"}}
	if held := p.Settings.All().Coded(setting.Centre, ServerCode); held != nil {
		t = *held
	}
	if err := setting.Write(&t, s); err != nil {
		return err
	}
	// Another server or user never gets the password of the one before.
	moved := s.Host != was.Host || s.User != was.User
	if password != "" || moved {
		if err := p.Secrets.KeepMailPassword(ctx, password); err != nil {
			return err
		}
	}
	t.Changed = row.At
	row.Detail = audit.Detail("was", was, "now", s, "password", password != "")
	return p.Settings.Save(ctx, &t, row)
}

// Tried is how a test went.
type Tried struct {
	To  string
	Why string // what the server or the way to it said; "" when it was taken
}

// Try sends a test to the actor himself through a server that need not be kept
// yet, and says what came of it. It is audited: it opens a connection.
func (p *Postmaster) Try(ctx context.Context, by people.Actor, me people.Person, s Server, password string, w Writer) (Tried, error) {
	row, err := p.may(ctx, by, s)
	if err != nil {
		return Tried{}, err
	}
	if s.Host == "" {
		return Tried{}, fault.At("host", "record.required")
	}
	letter, err := Trial(me, cmp.Or(me.Doc.Lang, by.Lang), row.At)
	if err != nil {
		return Tried{}, err
	}
	letter.Entry = row.At.UnixNano() // each test has a Message-ID of its own
	held, err := p.Server()
	if err != nil {
		return Tried{}, err
	}
	if password == "" && s.Host == held.Host && s.User == held.User {
		if password, err = p.Secrets.MailPassword(ctx); err != nil {
			return Tried{}, err
		}
	}
	out := Tried{To: me.Mail}
	sender, err := p.Dial(s, password)
	if err == nil {
		err = sender.Send(ctx, w.Write(letter))
	}
	row.Deed = "setting.try"
	row.Detail = audit.Detail("host", s.Host, "port", s.Port, "protect", s.Protect)
	if err == nil {
		return out, p.Pen.Note(ctx, row)
	}
	row.Result = audit.Failed
	if all := fault.All(err); len(all) > 0 {
		return out, errors.Join(all[0], p.Pen.Note(ctx, row))
	}
	out.Why = cut(oneLine(err.Error()), 300)
	return out, p.Pen.Note(ctx, row)
}

// may lets in whoever may arrange the server.
func (p *Postmaster) may(ctx context.Context, by people.Actor, s Server) (audit.Row, error) {
	now, object := p.Now(), "centre:"+ServerCode
	if err := audit.Ask(ctx, p.Pen, by, now, "setting.edit", object); err != nil {
		return audit.Row{}, err
	}
	if p.Fixed {
		return audit.Row{}, fault.New(fault.Conflict, "mail.fixed")
	}
	return audit.By(by, now, "setting.edit", object), s.Check()
}

// ServerSheet describes the mail server as it is carried from one Kilter to
// another; its password stays where it is.
func ServerSheet() setting.Sheet {
	return setting.DocumentSheet(setting.Centre, ServerCode, func(_ *setting.All, s Server) error { return s.Check() })
}
