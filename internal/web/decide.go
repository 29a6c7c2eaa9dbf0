package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/audit"
	changes "kilter/internal/practice/change" // change alone is one of a setting here
	"kilter/internal/practice/directory"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
	"kilter/internal/web/part"
)

// LinkDeed is what the audit log calls a decision by the link of a mail.
const LinkDeed = "approval.link"

// Links are the pages behind the links of mails, by which somebody decides
// without signing in. Looking at one changes nothing, whoever looks, be it the
// scanner of a mail server; only the button decides.
type Links struct {
	*Shell
	Desk     *request.Desk
	Articles *knowledge.Desk // nil where there is no knowledge base
	Changes  *changes.Desk   // nil where no changes are kept
	// Items are what configuration items are called that an actor may see.
	Items     func(context.Context, people.Actor, []record.ItemID) (map[record.ItemID]string, error)
	Approvals record.Approvals
	Directory *directory.Directory
	Pen       audit.Pen
	Here      func(*http.Request) people.Actor                       // who is signed in, nobody perhaps
	As        func(context.Context, people.ID) (people.Actor, error) // the person of a link
	Person    func(ctx context.Context, id people.ID) (people.Person, error)
	Off       func() bool // the centre wants none of these links
	Address   func(*http.Request) string
}

// linkBody bounds the form: a reason and a button.
const linkBody = 16 << 10

// Shown is a path as logs may hold it: without the secret of a link.
func Shown(path string) string {
	for _, at := range []string{notice.DecidePath, notice.GradePath} {
		if strings.HasPrefix(path, at) {
			return at + "*"
		}
	}
	if rest, ok := strings.CutPrefix(path, LinkPath); ok {
		room, _, _ := strings.Cut(rest, "/")
		return LinkPath + room + "/*"
	}
	return path
}

// Routes mounts them.
func (l *Links) Routes(mux Mux) {
	mux.Handle("GET "+notice.DecidePath+"{secret}", l.Handle(l.show))
	mux.Handle("POST "+notice.DecidePath+"{secret}", Limit(l.Handle(l.decide), linkBody, BodyTime))
}

// decidePage is what the one who is asked reads before he answers.
type decidePage struct {
	*Frame
	By      people.Actor
	Link    approval.Link
	About   subject
	Stage   string
	Asks    string // who ordered it, or wrote it
	For     string
	Service string
	Form    *Form
	Over    string // why nothing can be answered here; "" when it can
	Done    bool   // it was answered by this link
	Path    string
}

// subject is what a link is about: an order, an article, or a change.
type subject struct {
	Head    *record.Head
	Mark    string // what is consented to, as a hash
	Order   *request.Request
	Answers []answered
	Article *knowledge.Article
	Change  *changes.Change
	Items   []string // that the change is about, as far as he may see them
	decide  func(context.Context, people.Actor, record.Number, approval.Vote, record.Input) error
}

// home is where somebody decides who has signed in.
func (s subject) home() string {
	switch {
	case s.Article != nil:
		return knowledgePath + "/" + s.Head.Ref()
	case s.Change != nil:
		return record.Changes.Path() + "/" + s.Head.Ref() + "/plan"
	}
	return portalPath + "/requests/" + s.Head.Ref()
}

// deed is the right by which it is done.
func (s subject) deed(name string) string { return string(s.Head.Kind) + "." + name }

// find reads what a link is about, as somebody sees it.
func (l *Links) find(ctx context.Context, by people.Actor, kind record.Kind, n record.Number) (subject, error) {
	switch kind {
	case record.Knowledge:
		a, err := l.Articles.Find(ctx, by, n)
		if err != nil {
			return subject{}, err
		}
		return subject{Head: a.Common(), Mark: a.Subject(), Article: a, decide: decider(l.Articles.Decide)}, nil
	case record.Changes:
		c, err := l.Changes.Find(ctx, by, n)
		if err != nil {
			return subject{}, err
		}
		return subject{Head: c.Common(), Mark: c.Subject(), Change: c, decide: decider(l.Changes.Decide)}, nil
	}
	one, err := l.Desk.Find(ctx, by, n)
	if err != nil {
		return subject{}, err
	}
	return subject{Head: one.Common(), Mark: one.Subject(), Order: one, decide: decider(l.Desk.Decide)}, nil
}

func decider[R any](decide func(context.Context, people.Actor, record.Number, approval.Vote, record.Input) (R, error)) func(context.Context, people.Actor, record.Number, approval.Vote, record.Input) error {
	return func(ctx context.Context, by people.Actor, n record.Number, v approval.Vote, in record.Input) error {
		_, err := decide(ctx, by, n, v, in)
		return err
	}
}

// decides reports whether there are links about a kind of record.
func (l *Links) decides(k record.Kind) bool {
	return k == record.Request || k == record.Knowledge && l.Articles != nil || k == record.Changes && l.Changes != nil
}

func (p *decidePage) reason() part.Field {
	return p.Form.Field(part.Field{Name: "reason", Label: p.T("portal.decide_reason"), Help: p.T("portal.decide_reason_help"), Kind: part.Long, Max: 2000})
}

// open reads what a link is about, as the person it is for.
func (l *Links) open(w http.ResponseWriter, r *http.Request) (*decidePage, error) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("X-Robots-Tag", "noindex, nofollow")
	ctx, secret := r.Context(), r.PathValue("secret")
	link, about, err := l.Approvals.Link(ctx, approval.HashOf(secret))
	if err != nil {
		return nil, err
	}
	if !l.decides(about.Kind) || l.Off != nil && l.Off() {
		return nil, fault.New(fault.Missing, "approval.no_link")
	}
	if here := l.Here(r); here.ID != 0 && here.ID != link.Person {
		return nil, fault.New(fault.Denied, "approval.link_other")
	}
	by, err := l.As(ctx, link.Person)
	if fault.Is(err, fault.Unknown) || fault.Is(err, fault.Missing) {
		return nil, fault.New(fault.Missing, "approval.no_link") // he has gone
	}
	if err != nil {
		return nil, err
	}
	by.Via, by.Address = people.ViaMail, l.Address(r)
	p := &decidePage{Frame: l.Frame(r), By: by, Link: link, Path: notice.DecidePath + secret}
	if p.About, err = l.find(ctx, by, about.Kind, about.Number); err != nil {
		return nil, fault.New(fault.Missing, "approval.no_link") // it is not his to see any more
	}
	p.Title = p.About.Head.Ref() + " " + p.About.Head.Title
	rounds, err := l.Approvals.Rounds(ctx, p.About.Head.ID)
	if err != nil {
		return nil, err
	}
	p.Done = !link.Used.IsZero()
	err = link.Check(rounds, p.About.Mark, p.Now)
	if err == nil {
		err = l.seated(ctx, rounds[len(rounds)-1], by, p)
	}
	if all := fault.All(err); len(all) > 0 {
		p.Over = p.Fault(all[0])
		return p, nil
	}
	if err != nil {
		return nil, err
	}
	return p, l.facts(ctx, p)
}

// seated reports that the person is not asked any more, and names the stage.
func (l *Links) seated(ctx context.Context, round *approval.Round, by people.Actor, p *decidePage) error {
	if err := by.May(p.About.deed(record.Consents)); err != nil {
		return err
	}
	deputies, err := l.Approvals.Deputies(ctx, 0, p.Now)
	if err != nil {
		return err
	}
	if !round.Seated(by.ID, approval.Stands(deputies, p.Now)) {
		return fault.New(fault.Conflict, "approval.link_over")
	}
	p.Stage = stageName(p.Printer, string(p.Lang()), round.At, *round.Now())
	return nil
}

// facts reads what is decided upon.
func (l *Links) facts(ctx context.Context, p *decidePage) error {
	name := func(id people.ID) string {
		if id == 0 {
			return ""
		}
		who, err := l.Person(ctx, id)
		if err != nil {
			return "#" + id.String()
		}
		return who.Name
	}
	all, lang, h := l.Directory.View().All, string(p.Lang()), p.About.Head
	p.Asks, p.Service = name(h.Requester), all.Name(int64(h.Service), lang)
	if c := p.About.Change; c != nil && l.Items != nil {
		called, err := l.Items(ctx, p.By, c.Items)
		for _, id := range c.Items {
			if name := called[id]; name != "" {
				p.About.Items = append(p.About.Items, name)
			}
		}
		return err
	}
	if p.About.Order == nil {
		return nil
	}
	o, err := l.Desk.Definition(p.About.Order)
	if err != nil {
		return err
	}
	words := wordsOf{
		lang: lang, T: p.T, name: name, thing: func(id int64) string { return all.Name(id, lang) },
		item: func(id int64) string { return "#" + strconv.FormatInt(id, 10) },
	}
	p.For, p.About.Answers = name(p.About.Order.For), words.answersOf(o.Questions, p.About.Order.Answers)
	return nil
}

func (l *Links) show(w http.ResponseWriter, r *http.Request) error {
	p, err := l.open(w, r)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if p.Over != "" && !p.Done {
		status = http.StatusConflict
	}
	return Show(w, r, status, decideView(p))
}

// decide takes the answer, once. The stage named with it is what a second one
// cannot get past, however close behind it comes.
func (l *Links) decide(w http.ResponseWriter, r *http.Request) error {
	p, err := l.open(w, r)
	if err != nil {
		return err
	}
	log := audit.By(p.By, p.Now, LinkDeed, string(p.About.Head.Kind)+":"+p.About.Head.Ref())
	if p.Over != "" {
		log.Result, log.Detail = audit.Refused, audit.Detail("stage", p.Link.Stage+1)
		if err := l.Pen.Note(r.Context(), log); err != nil {
			return err
		}
		return Show(w, r, http.StatusConflict, decideView(p))
	}
	f, err := ReadForm(r)
	if err != nil {
		return err
	}
	answer := approval.Answer(f.Get("answer"))
	if answer == approval.No {
		if err := p.By.May(p.About.deed(record.Declines)); err != nil {
			return err
		}
	}
	vote := approval.Vote{Answer: answer, Reason: f.Get("reason"), Asked: &approval.Asked{Round: p.Link.Round, Stage: p.Link.Stage}}
	if err := p.About.decide(r.Context(), p.By, p.About.Head.Number, vote, record.Input{Version: p.About.Head.Version}); err != nil {
		if fault.Is(err, fault.Denied) {
			return errors.Join(err, audit.Refuse(r.Context(), l.Pen, log, err))
		}
		if err := f.Blame(p.Printer, err); err != nil {
			return err
		}
		p.Form = f
		return Show(w, r, http.StatusUnprocessableEntity, decideView(p))
	}
	log.Detail = audit.Detail("answer", string(answer), "stage", p.Link.Stage+1)
	if err := l.Approvals.UseLink(r.Context(), p.Link.Hash, p.Now, log); err != nil {
		return err
	}
	return Go(w, r, p.Path)
}

// StageAsked names, in a form, the stage that its answer is meant for: who sits
// in two stages and presses twice answers the first only.
func StageAsked(rounds []*approval.Round) string {
	if len(rounds) == 0 {
		return ""
	}
	last := rounds[len(rounds)-1]
	return fmt.Sprintf("%d.%d", last.ID, last.At)
}

// VoteOf is the answer that a form gives, for the stage that it names.
func VoteOf(f *Form, a approval.Answer) approval.Vote {
	v := approval.Vote{Answer: a, Reason: f.Get("reason")}
	var asked approval.Asked
	if n, err := fmt.Sscanf(f.Get("asked"), "%d.%d", &asked.Round, &asked.Stage); err == nil && n == 2 {
		v.Asked = &asked
	}
	return v
}
