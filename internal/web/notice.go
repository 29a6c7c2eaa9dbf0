package web

import (
	"context"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/view"
	"kilter/internal/web/part"
)

// Bell is what people are told: their notices, what they want to hear, and
// for the administrator the ledger of mail. App wires one.
type Bell struct {
	*Shell
	Notices notice.Store
	Alerts  notice.AlertStore // of saved views; nil where none are kept
	Views   *view.Views       // by which they are named
	Nudges  notice.NudgeStore // of what is no record; nil where there are none
	Mails   notice.Ledger
	Pen     audit.Pen
	Persons Chooser
	Actor   func(*http.Request) (people.Actor, error)
	Mailing func() bool // a mail server is named
	// Post arranges the mail server, Writer makes the letter of a test.
	Post   *notice.Postmaster
	Writer func(context.Context) (notice.Writer, error)
	// Column is the second column of settings pages; nil where there are none.
	Column func(*Frame, people.Actor) []Group
}

// Chooser reads a person and keeps what he chose.
type Chooser interface {
	Person(ctx context.Context, id people.ID) (people.Person, error)
	SavePerson(ctx context.Context, p *people.Person, log ...audit.Row) error
}

// The addresses of the bell.
const (
	noticePath = "/notices"
	ledgerPath = "/settings/mail"
)

// Routes mounts them. Everybody reads and chooses his own; the ledger is for
// the system administrator.
func (b *Bell) Routes(mux Mux) {
	for pattern, h := range map[string]func(http.ResponseWriter, *http.Request, people.Actor) error{
		"GET " + noticePath:               b.list,
		"POST " + noticePath + "/seen":    b.see,
		"GET " + noticePath + "/choices":  b.choices,
		"POST " + noticePath + "/choices": b.choose,
		"GET " + ledgerPath:               b.ledger,
		"POST " + ledgerPath + "/test":    b.test,
		"GET " + serverPath:               b.server,
		"POST " + serverPath:              b.keepServer,
	} {
		mux.Handle(pattern, b.Handle(func(w http.ResponseWriter, r *http.Request) error {
			a, err := b.Actor(r)
			if err != nil {
				return err
			}
			if a.ID == 0 {
				return fault.New(fault.Unknown, "trouble.401")
			}
			return h(w, r, a)
		}))
	}
}

// Ring puts the bell with its count on a page's frame.
func (b *Bell) Ring(r *http.Request, f *Frame) {
	a, err := b.Actor(r)
	if err != nil || a.ID == 0 {
		return
	}
	f.Bell = part.Link{Href: noticePath, ID: "bell-count"}
	n, rung, err := b.Notices.Unread(r.Context(), a.Scope, a.ID)
	if err != nil {
		if r.Context().Err() == nil { // who has left needs no bell
			b.Log.ErrorContext(r.Context(), "the bell cannot be counted", "err", err)
		}
		return // the page stands without the count
	}
	if rung > 0 { // of views that he still has
		alerts, err := b.alerts(r, a)
		if err != nil {
			b.Log.ErrorContext(r.Context(), "alerts cannot be counted", "err", err)
		}
		for _, one := range alerts {
			if one.Read.IsZero() {
				n++
			}
		}
	}
	for _, one := range b.nudges(r, a) {
		if one.Read.IsZero() {
			n++
		}
	}
	if n >= 100 {
		f.Bell.Count = "99+"
	} else if n > 0 {
		f.Bell.Count = strconv.Itoa(n)
	}
}

type noticeView struct {
	*Frame
	By    people.Actor
	Rows  []notice.Group
	Full  []alertRow // saved views that show more than they should
	Other []notice.Nudge
	Form  *Form
	Sets  []choiceRow
	Quiet part.Field
	Kept  bool
	Mail  bool
}

type choiceRow struct {
	Kind   notice.What
	Wanted map[notice.Channel]bool
}

const noticePage = 50

func (b *Bell) view(r *http.Request, a people.Actor, title string) *noticeView {
	v := &noticeView{Frame: b.Frame(r), By: a, Mail: b.Mailing != nil && b.Mailing()}
	v.Title = v.T(title)
	return v
}

func (b *Bell) list(w http.ResponseWriter, r *http.Request, a people.Actor) (err error) {
	v := b.view(r, a, "notice.title")
	if v.Rows, err = b.Notices.List(r.Context(), a.Scope, a.ID, noticePage); err != nil {
		return err
	}
	if v.Full, err = b.alerts(r, a); err != nil {
		return err
	}
	v.Other = b.nudges(r, a)
	return Show(w, r, http.StatusOK, noticeListPage(v))
}

// see marks the notices about one record as read, or all of them.
func (b *Bell) see(w http.ResponseWriter, r *http.Request, a people.Actor) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	if err := b.seen(r.Context(), a, form); err != nil {
		return err
	}
	to := noticePath
	if next := form.Get("next"); next != "" {
		to = Local(next)
	}
	return Go(w, r, to)
}

// href is where a notice leads: staff to the record, officials to their
// portal, whoever follows the notice board there.
func (v *noticeView) href(n notice.Group) string {
	ref := n.Row.Ref()
	switch {
	case n.Board:
		return portalPath + "/board#" + ref
	case n.What == notice.Asked && n.Row.Kind == record.Changes:
		return RecordHref(n.Row) + "/plan" // only staff are asked about changes
	case n.What == notice.Asked && n.Row.Kind == record.Knowledge:
		return RecordHref(n.Row) // nor about articles
	case n.What == notice.Asked || n.Row.Kind == record.Request && !v.By.Staff:
		return portalPath + "/requests/" + ref
	case v.By.Staff:
		return RecordHref(n.Row)
	}
	return portalPath + "/reports/" + ref
}

func (v *noticeView) kinds() []notice.What { return notice.For(v.By.Staff) }

func (b *Bell) choices(w http.ResponseWriter, r *http.Request, a people.Actor) error {
	p, err := b.Persons.Person(r.Context(), a.ID)
	if err != nil {
		return err
	}
	v := b.view(r, a, "notice.choices")
	v.Kept = r.URL.Query().Get("kept") != ""
	v.fill(p.Doc.Prefs)
	return Show(w, r, http.StatusOK, noticeChoicesPage(v))
}

func (v *noticeView) fill(p people.Prefs) {
	for _, k := range v.kinds() {
		v.Sets = append(v.Sets, choiceRow{k, map[notice.Channel]bool{notice.Bell: notice.Wants(p, k, notice.Bell), notice.Mail: notice.Wants(p, k, notice.Mail)}})
	}
	v.Quiet = v.Form.Field(part.Field{Name: notice.QuietPref, Label: v.T("notice.quiet"), Help: v.T("notice.quiet_note"), Value: p[notice.QuietPref], Hint: "22:00-07:30", Max: 11, Narrow: true})
}

func (b *Bell) choose(w http.ResponseWriter, r *http.Request, a people.Actor) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	p, err := b.Persons.Person(r.Context(), a.ID)
	if err != nil {
		return err
	}
	v := b.view(r, a, "notice.choices")
	prefs := maps.Clone(p.Doc.Prefs)
	if prefs == nil {
		prefs = people.Prefs{}
	}
	for _, k := range v.kinds() {
		for _, ch := range notice.Channels {
			name := notice.Pref(k, ch)
			prefs[name] = "off"
			if form.Get(name) != "" {
				prefs[name] = "on"
			}
		}
	}
	prefs[notice.QuietPref] = form.Get(notice.QuietPref)
	if err := form.Blame(v.Printer, notice.Check(prefs)); err != nil {
		return err
	}
	if form.Wrong() {
		v.Form = form
		v.fill(prefs)
		return Show(w, r, http.StatusUnprocessableEntity, noticeChoicesPage(v))
	}
	p.Doc.Prefs, p.Changed = prefs, b.Now()
	if err := b.Persons.SavePerson(r.Context(), &p); err != nil {
		return err
	}
	return Go(w, r, noticePath+"/choices?kept=1")
}

type ledgerView struct {
	*Frame
	Rows  []notice.Delivery
	State notice.State
	Tabs  []part.Link
	Next  string
	On    bool
	To    string // the reader's own address, for a test
}

func (b *Bell) ledger(w http.ResponseWriter, r *http.Request, a people.Actor) error {
	if err := audit.Ask(r.Context(), b.Pen, a, b.Now(), "system.read", "mail"); err != nil {
		return err
	}
	v := &ledgerView{Frame: b.Frame(r), On: b.Mailing != nil && b.Mailing()}
	v.Title = v.T("mail.title")
	q := r.URL.Query()
	before, _ := strconv.ParseInt(q.Get("before"), 10, 64) // no number is the first page
	v.State = notice.State(q.Get("state"))
	rows, err := b.Mails.Ledger(r.Context(), v.State, before, noticePage+1)
	if err != nil {
		return err
	}
	at := ledgerPath + "?state=" + queryText(string(v.State))
	if len(rows) > noticePage {
		rows = rows[:noticePage]
		v.Next = at + "&before=" + strconv.FormatInt(rows[noticePage-1].ID, 10)
	}
	v.Rows = rows
	for _, s := range []notice.State{"", notice.Waiting, notice.Gone, notice.Failed, notice.Dead} {
		key := "mail.state.all"
		if s != "" {
			key = "mail.state." + string(s)
		}
		v.Tabs = append(v.Tabs, part.Link{Label: v.T(key), Href: ledgerPath + "?state=" + string(s), Active: v.State == s})
	}
	me, err := b.Persons.Person(r.Context(), a.ID)
	if err != nil {
		return err
	}
	v.To = me.Mail
	return Show(w, r, http.StatusOK, mailLedgerPage(v))
}

// test puts a letter to the reader himself in line.
func (b *Bell) test(w http.ResponseWriter, r *http.Request, a people.Actor) error {
	if err := audit.Ask(r.Context(), b.Pen, a, b.Now(), "setting.edit", "mail"); err != nil {
		return err
	}
	me, err := b.Persons.Person(r.Context(), a.ID)
	if err != nil {
		return err
	}
	m, err := notice.Trial(me, a.Lang, b.Now())
	if err != nil {
		return err
	}
	if err := b.Mails.Add(r.Context(), &m); err != nil {
		return err
	}
	return Go(w, r, ledgerPath)
}

func queryText(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, s)
}
