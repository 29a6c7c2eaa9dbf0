package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/job"
	"kilter/internal/outlet"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/rule"
	"kilter/internal/practice/setting"
	"kilter/internal/web"
)

// Out is where Kilter speaks to beyond its pages. Secrets come by environment
// or file and are never logged.
type Out struct {
	SMTP         string   `name:"smtp" help:"cli.smtp" placeholder:"URL"`
	SMTPPassword string   `name:"smtp-password" help:"cli.smtppassword" placeholder:"SECRET"`
	MailFrom     string   `name:"mail-from" help:"cli.mail_from" default:"kilter@localhost" placeholder:"ADDRESS"`
	Outbound     []string `name:"outbound" help:"cli.outbound" placeholder:"CIDR"`
	AuditFile    string   `name:"audit-head-file" help:"cli.audit_file" placeholder:"FILE"`
	AuditSyslog  string   `name:"audit-head-syslog" help:"cli.audit_syslog" placeholder:"URL"`
}

// check reports what of it cannot be meant, by flag.
func (o Out) check() (many fault.Many) {
	wrong := func(flag, key, text string) { many = append(many, fault.At(flag, key).With("text", text)) }
	if _, err := outlet.NewMail(o.SMTP, "", o.MailFrom, ""); o.SMTP != "" && err != nil {
		wrong("--smtp", "cli.not_smtp", o.SMTP)
	}
	if !mailAddress(o.MailFrom) {
		wrong("--mail-from", "cli.not_mail", o.MailFrom)
	}
	if _, err := outlet.NewSyslog(o.AuditSyslog, "kilter"); o.AuditSyslog != "" && err != nil {
		wrong("--audit-head-syslog", "cli.not_syslog", o.AuditSyslog)
	}
	if o.AuditFile != "" {
		if f := writable(o.AuditFile); f != nil {
			f.Field = "--audit-head-file"
			many = append(many, f)
		}
	}
	return many
}

// audience is what the rules of notices ask about people.
func (h *house) audience() notice.City {
	return notice.City{
		Loud:      h.db.LoudBatch,
		Followers: h.db.BoardFollowers().Followers,
		Members:   func(t people.TeamID) []people.ID { return h.directory.View().Team(t).Members },
		Reader: func(ctx context.Context, id people.ID) (notice.Reader, error) {
			a, err := h.reader(ctx, id)
			if fault.Is(err, fault.Missing) || fault.Is(err, fault.Unknown) {
				return notice.Reader{ID: id, Gone: true}, nil
			}
			if err != nil {
				return notice.Reader{}, err
			}
			p, err := h.db.Person(ctx, id)
			return notice.Reader{ID: id, Staff: a.Staff, Scope: a.Scope, Prefs: p.Doc.Prefs, Zone: h.placeOf(a)}, err
		},
		Ranked: h.ranked,
	}
}

// watch tells readers of saved views that alert.
func (h *house) watch() handoff.Watch {
	return handoff.Watch{
		Views: h.views, Alerts: h.db.Alerts(), People: h.db.Holders, Zone: h.placeOf, Mails: h.mailing,
		Actor: h.reader,
		Lang:  func() string { return h.directory.View().Centre().Lang },
	}
}

// ranked are whom an escalation reaches: the team's leader, the service's
// owner, and for the ranks above those who hold the role.
func (h *house) ranked(head record.Head, rank string) []people.ID {
	v := h.directory.View()
	switch rank {
	case "leader":
		return []people.ID{v.Team(head.Team).Lead}
	case "owner":
		return []people.ID{v.Service(int64(head.Service)).Owner}
	case "manager":
		if head.Kind == record.Problem {
			return h.holders("problem_manager")
		}
		return h.holders("incident_manager")
	case "director":
		return h.holders("director")
	case notice.RuleMakers:
		return h.granted(rule.DeedEdit)
	}
	return nil
}

// holders are the persons who hold a role.
func (h *house) holders(code string) []people.ID {
	role := h.settings.All().Coded(setting.Role, code)
	if role == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	all, err := h.db.Holders(ctx)
	if err != nil {
		h.env.Log.Error("who holds a role cannot be read", "role", code, "err", err)
	}
	var out []people.ID
	for _, p := range all {
		if slices.Contains(p.Doc.Roles, role.ID) && !p.Retired {
			out = append(out, p.ID)
		}
	}
	return out
}

// mailing reports whether a mail server is named, by the command line or in
// the settings.
func (h *house) mailing() bool {
	if h.env.SMTP != "" {
		return true
	}
	s, err := h.post.Server()
	return err == nil && s.Host != ""
}

// wirePost makes what the settings of mail are arranged with.
func (h *house) wirePost() error {
	var open outlet.Border
	for _, text := range h.env.Outbound {
		p, err := network(text)
		if err != nil {
			return fault.At("outbound", "cli.not_a_network").With("text", text)
		}
		open = append(open, p)
	}
	h.post = &notice.Postmaster{
		Settings: h.settings, Secrets: h.db, Pen: h.db, Now: Now, Fixed: h.env.SMTP != "",
		Dial: func(s notice.Server, password string) (notice.Sender, error) {
			return outlet.NewServer(s, password, open), nil
		},
	}
	return nil
}

// noticePages mounts the bell and the ledger of mail, and puts the bell on
// every page.
func (h *house) noticePages(mux web.Mux, shell *web.Shell) *web.Bell {
	b := &web.Bell{
		Post: h.post, Writer: h.writer,
		Shell: shell, Notices: h.db.Notices(), Alerts: h.db.Alerts(), Nudges: h.db.Nudges(), Views: h.views, Mails: h.db.Mails(), Pen: h.db, Persons: h.db, Mailing: h.mailing,
		Actor: func(r *http.Request) (people.Actor, error) { return people.From(r.Context()), nil },
	}
	rail := shell.Rail
	shell.Rail = func(r *http.Request, f *web.Frame) {
		if rail != nil {
			rail(r, f)
		}
		b.Ring(r, f)
	}
	b.Routes(mux)
	return b
}

// outDuties close what nobody objects to, send mail, and carry the head of the
// audit chain out of the house.
func (h *house) outDuties(ctx context.Context) ([]job.Duty, error) {
	out := []job.Duty{job.Silence(h.incidents)}
	m, err := h.mailer(ctx)
	if err != nil {
		return nil, err
	}
	out = append(out, job.Mail(m))
	if name := h.env.AuditFile; name != "" {
		out = append(out, job.Head(h.who.log, "file:"+name, func(_ context.Context, head audit.Head) error { return addLine(name, head.Line()) }))
	}
	if to := h.env.AuditSyslog; to != "" {
		host, err := os.Hostname()
		if err != nil {
			host = "-" // RFC 5424: a sender that does not know its name
		}
		s, err := outlet.NewSyslog(to, host)
		if err != nil {
			return nil, err
		}
		out = append(out, job.Head(h.who.log, "syslog:"+to, s.Carry))
	}
	return out, nil
}

// mailer sends what is due through the server named by the command line, else
// by the settings as they are at each turn.
func (h *house) mailer(ctx context.Context) (*notice.Mailer, error) {
	way := func(ctx context.Context) (notice.Sender, error) { return h.post.Sender(ctx) }
	if h.env.SMTP != "" {
		fixed, err := outlet.NewMail(h.env.SMTP, h.env.SMTPPassword, h.env.MailFrom, "Kilter")
		if err != nil {
			return nil, err
		}
		way = func(context.Context) (notice.Sender, error) { return fixed, nil }
	}
	writer, err := h.writer(ctx)
	if err != nil {
		return nil, err
	}
	g := notice.Gatherer{Store: h.db.Notices(), Ledger: h.db.Mails(), City: h.audience(), Person: h.db.Person, Lang: func() string { return h.directory.View().Centre().Lang }}
	return &notice.Mailer{Ledger: h.db.Mails(), Gather: g.Gather, Way: way, Writer: writer, Pass: h.decidePass, Grades: h.gradeUntil, Surveys: h.surveyOfMail, Holds: h.mailHolds}, nil
}

// decidePass makes the link by which somebody who is asked can decide from his mail;
// "" where there is none: the centre wants none, pages have no address, or he is
// not asked any more.
func (h *house) decidePass(ctx context.Context, d notice.Delivery, now time.Time) (string, error) {
	if h.env.PublicURL == "" || !slices.Contains(record.Decided, d.About) || h.directory.View().Centre().NoLinks {
		return "", nil
	}
	by, err := h.reader(ctx, d.Person)
	if err != nil || !by.Can(string(d.About)+"."+record.Consents) {
		return "", nil // who cannot decide gets no link
	}
	id, subject, err := h.subject(ctx, by, d.About, d.Number)
	if err != nil {
		return "", nil // it is not his to see
	}
	a := h.db.Approvals()
	rounds, err := a.Rounds(ctx, id)
	if err != nil || len(rounds) == 0 {
		return "", err
	}
	deputies, err := a.Deputies(ctx, 0, now)
	round := rounds[len(rounds)-1]
	if err != nil || !round.Seated(d.Person, approval.Stands(deputies, now)) {
		return "", err
	}
	link, secret := approval.NewLink(round, d.Person, subject, now)
	return secret, a.KeepLink(ctx, link, now)
}

// reader is who is written to, and who acts by a link in what was written: an
// account that is locked is told nothing, and no link opens anything to it.
func (h *house) reader(ctx context.Context, id people.ID) (people.Actor, error) {
	_, account, err := h.db.Accounts().Account(ctx, id)
	if err != nil {
		return people.Actor{}, err
	}
	if account.Blocked {
		return people.Actor{}, fault.New(fault.Unknown, "signin.ended")
	}
	return h.who.roster.Actor(ctx, id, 0, Now())
}

// subject is what a link of a mail asks about: the record's id, and what is
// consented to, as a hash.
func (h *house) subject(ctx context.Context, by people.Actor, k record.Kind, n record.Number) (int64, string, error) {
	switch k {
	case record.Knowledge:
		a, err := h.articles.Find(ctx, by, n)
		if err != nil {
			return 0, "", err
		}
		return a.ID, a.Subject(), nil
	case record.Changes:
		c, err := h.changes.Find(ctx, by, n)
		if err != nil {
			return 0, "", err
		}
		return c.ID, c.Subject(), nil
	}
	one, err := h.requests.Find(ctx, by, n)
	if err != nil {
		return 0, "", err
	}
	return one.ID, one.Subject(), nil
}

// linkPages mounts the pages behind the links of mails.
func (h *house) linkPages(mux web.Mux, shell *web.Shell, gate *web.Gate) error {
	writer, err := h.writer(context.Background())
	if err != nil {
		return err
	}
	l := &web.Links{
		Shell: shell, Desk: h.requests, Articles: h.articles, Changes: h.changes, Items: h.itemNames, Approvals: h.db.Approvals(), Directory: h.directory, Pen: h.db, Person: h.db.Person, Address: gate.Address,
		Here: func(r *http.Request) people.Actor { return people.From(r.Context()) },
		As:   h.reader,
		Off:  func() bool { return h.directory.View().Centre().NoLinks },
	}
	l.Routes(mux)
	g := &web.GradeLinks{
		Shell: shell, Room: h.gradeRoom(), Settings: h.settings.All, Address: gate.Address, Here: l.Here, As: l.As, Off: l.Off,
		Read: func(pass string) (notice.Pass, bool) { return writer.ReadGradePass(pass, Now()) },
	}
	g.Routes(mux)
	return nil
}

// gradeUntil is until when the reader of a mail can grade its record from it:
// his own that has ended and has no grade yet, within the days of the policy.
func (h *house) gradeUntil(ctx context.Context, d notice.Delivery) (time.Time, error) {
	if h.env.PublicURL == "" || h.directory.View().Centre().NoLinks {
		return time.Time{}, nil
	}
	by, err := h.reader(ctx, d.Person)
	if len(fault.All(err)) > 0 {
		return time.Time{}, nil // who is gone or locked out gets no link
	}
	if err != nil {
		return time.Time{}, err
	}
	c, err := h.gradeRoom().Read(ctx, by, record.Ref(d.About, d.Number))
	if len(fault.All(err)) > 0 || err == nil && (!c.Rateable || c.Head.Requester != d.Person) {
		return time.Time{}, nil // it is not his to grade
	}
	return Now().AddDate(0, 0, h.gradePolicy().Window), err
}

// writer makes letters; its secret signs their Message-IDs.
func (h *house) writer(ctx context.Context) (notice.Writer, error) {
	var fresh [32]byte
	_, _ = rand.Read(fresh[:]) // never fails (crypto/rand)
	secret, err := h.db.MailSecret(ctx, hex.EncodeToString(fresh[:]))
	if err != nil {
		return notice.Writer{}, err
	}
	return notice.Writer{URL: h.env.PublicURL, Host: h.host(), Secret: []byte(secret)}, nil
}

// host is the right side of what is unique in the world: of mails, of events.
func (h *house) host() string {
	if u, err := url.Parse(h.env.PublicURL); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "kilter.invalid"
}

// addLine adds one line to a file and waits until it is on the disk.
func addLine(name, line string) (err error) {
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("audit head: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.WriteString(line + "\n"); err != nil {
		return fmt.Errorf("audit head: %w", err)
	}
	return f.Sync()
}
