package calendar

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/practice/change"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/people"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// Where feeds are made, and where programs read them.
const (
	FeedsPath = Path + "/feeds"
	feedPath  = web.LinkPath + "calendar"
)

// A feed tells of so much past and future, is worth asking again after so long,
// and is asked at most so often a minute.
const (
	feedPast    = 60 * 24 * time.Hour
	feedAhead   = 366 * 24 * time.Hour
	feedEvery   = time.Hour
	feedAMinute = 20
)

// feedsPage is the reader's feeds.
type feedsPage struct {
	*sight
	All   []change.Feed
	Form  *web.Form
	Fresh string // the address that was just made, told this once
}

func (s *sight) feeds(w http.ResponseWriter, r *http.Request) error {
	return s.showFeeds(w, r, http.StatusOK, &feedsPage{})
}

func (s *sight) showFeeds(w http.ResponseWriter, r *http.Request, status int, p *feedsPage) (err error) {
	p.sight = s
	p.Title = s.T("schedule.feeds")
	s.places("feeds")
	if p.All, err = s.Feeds.Mine(s.ctx, s.By); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store") // it may hold a secret
	return web.Show(w, r, status, feedsView(p))
}

// makeFeed makes one, and shows its address this once.
func (s *sight) makeFeed(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	_, secret, err := s.Feeds.Make(s.ctx, s.By, f.Get("name"))
	if err != nil {
		if fault.Is(err, fault.Denied) {
			return err
		}
		if err := f.Blame(s.Printer, err); err != nil {
			return err
		}
		return s.showFeeds(w, r, http.StatusUnprocessableEntity, &feedsPage{Form: f})
	}
	return s.showFeeds(w, r, http.StatusOK, &feedsPage{Fresh: FeedAddress(s.Pages.URL, r, secret)})
}

// FeedAddress is the whole address of a feed: as the centre names itself, else
// as the reader reached it.
func FeedAddress(url string, r *http.Request, secret string) string {
	base := strings.TrimSuffix(url, "/")
	if base == "" {
		base = "http://" + r.Host
		if r.TLS != nil {
			base = "https://" + r.Host
		}
	}
	return base + feedPath + "/" + secret + ".ics"
}

func (s *sight) revokeFeed(w http.ResponseWriter, r *http.Request) error {
	if err := s.Feeds.Revoke(s.ctx, s.By, web.PathID(r, "id")); err != nil {
		return err
	}
	return web.Go(w, r, FeedsPath)
}

func (p *feedsPage) fields() []part.Field {
	return p.Form.Fields(part.Field{Name: "name", Label: p.T("schedule.feed.name"), Help: p.T("schedule.feed.name_help"), Required: true, Max: 60})
}

// read answers a program that has the address of a feed, with what its owner may
// see now.
func (p *Pages) read(w http.ResponseWriter, r *http.Request, f *web.Frame) error {
	ctx := r.Context()
	feed, by, err := p.Feeds.Open(ctx, strings.TrimSuffix(r.PathValue("secret"), ".ics"))
	if err != nil {
		return err
	}
	if p.limit.OnLimit(w, r, strconv.FormatInt(feed.ID, 10)) {
		w.Header().Set("Retry-After", "60")
		return fault.New(fault.TooMuch, "api.too_often").With("wait", 60)
	}
	today := f.Now.UTC().Truncate(24 * time.Hour)
	sheet, err := p.Schedule.Subscribed(ctx, by, change.Span{From: today.Add(-feedPast), Until: today.Add(feedAhead)})
	if err != nil {
		return err
	}
	body := p.feedOf(by, feed, sheet).ICS()
	sum := sha256.Sum256(body)
	h := w.Header()
	h.Set("Cache-Control", "private, no-cache") // it may be kept, and is asked for again each time
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `inline; filename="changes.ics"`)
	h.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	return nil
}

// feedOf writes the sheet as events, in the words of the feed's owner.
func (p *Pages) feedOf(by people.Actor, feed change.Feed, sheet *handoff.Sheet) calendar.Feed {
	l, ok := lang.Parse(by.Lang)
	if !ok {
		l = lang.English
	}
	t := feedWords{Pages: p, Printer: lang.For(l), by: by, tag: l.HTML()}
	out := calendar.Feed{Name: t.T("schedule.feed.calendar"), Lang: t.tag, Every: feedEvery}
	for _, w := range sheet.Work {
		out.Events = append(out.Events, t.work(w, feed.Made))
	}
	for _, f := range sheet.Rules.Freezes {
		out.Events = append(out.Events, calendar.FeedEvent{
			UID: fmt.Sprintf("freeze-%d@%s", f.ID, p.Host), Sequence: f.Version, Stamp: feed.Made, From: f.Span.From, Until: f.Span.Until,
			Summary: t.T("schedule.kind.freeze") + t.T("notice.mail.colon") + f.Name.In(t.tag), Text: f.Note.In(t.tag), Categories: []string{t.T("schedule.kind.freeze")}, Status: calendar.Confirmed, Free: true,
		})
	}
	return out
}

// feedWords writes events for the owner of a feed.
type feedWords struct {
	*Pages
	*lang.Printer
	by  people.Actor
	tag string
}

// work is some work as an event.
func (t feedWords) work(w change.Planned, made time.Time) calendar.FeedEvent {
	kind := t.T("schedule.kind." + kindOf(w))
	e := calendar.FeedEvent{Sequence: w.Version, Stamp: w.Moved, From: w.Span.From, Until: w.Span.Until, Summary: called(w), Categories: []string{kind}, Status: calendar.Confirmed}
	if e.Stamp.IsZero() {
		e.Stamp = made
	}
	if t.URL != "" {
		e.URL = strings.TrimSuffix(t.URL, "/") + href(w)
	}
	text := []string{kind}
	if w.Notice != 0 {
		e.UID = fmt.Sprintf("notice-%d@%s", w.Notice, t.Host)
	} else {
		e.UID = strings.ToLower(w.Head.Ref()) + "@" + t.Host
		text[0] += " · " + t.T(string(w.Head.Kind)+".state."+string(w.Head.State))
	}
	switch on, sure := w.Sure(); {
	case !on:
		e.Status, e.Free = calendar.Cancelled, true
		e.Summary = t.T("schedule.feed.off") + t.T("notice.mail.colon") + e.Summary // not every program reads the status
	case !sure:
		e.Status = calendar.Tentative
	}
	if w.Anew {
		e.Summary = t.T("schedule.anew") + t.T("notice.mail.colon") + e.Summary
		text = append(text, t.T("change.announce.anew_text"))
	}
	if e.URL != "" {
		text = append(text, e.URL)
	}
	e.Text = strings.Join(text, "\n")
	return e
}
