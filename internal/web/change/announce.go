package change

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// workPath is where officials read what is planned.
const workPath = "/portal/work"

// announcePage is how the users of one change are told of it before.
type announcePage struct {
	*sight
	One      *change.Change
	All      []change.Announcement
	Standing change.Standing
	Form     *web.Form
	About    int64 // which draft the form was about
}

func (s *sight) announce(w http.ResponseWriter, r *http.Request) error {
	return s.showAnnounce(w, r, nil, 0)
}

func (s *sight) showAnnounce(w http.ResponseWriter, r *http.Request, f *web.Form, about int64) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	p := &announcePage{sight: s, Form: f, About: about}
	if p.One, p.All, p.Standing, err = s.Announcements.Of(s.ctx, s.By, n); err != nil {
		return err
	}
	p.Title = p.One.Ref() + " " + s.T("change.announce.title")
	p.Needs("choose")
	s.column(p.One, "announce")
	return web.Show(w, r, f.Status(), announceView(p))
}

// column fills the second column with the pages of a change.
func (s *sight) column(one *change.Change, open string) {
	at := record.Changes.Path() + "/" + one.Ref()
	s.Views = []web.Group{{Title: s.T("desk.change.title"), Views: []part.Link{
		{Label: one.Ref() + " " + web.Cut(one.Title, 40), Href: at, Icon: "git-merge"},
		{Label: s.T("change.plan"), Href: at + "/plan", Icon: "calendar", Active: open == "plan"},
		{Label: s.T("change.announce.title"), Href: at + "/announce", Icon: "volume", Active: open == "announce"},
	}}}
}

// tells reads how it stands with telling the users, while that counts.
func (p *planPage) tells() (err error) {
	if p.windowed() && !p.over() && !p.One.Authorised.IsZero() {
		_, _, p.Standing, err = p.Announcements.Of(p.ctx, p.By, p.One.Number)
	}
	return err
}

// announced sends on to the page, or shows it anew with what is wrong.
func (s *sight) announced(w http.ResponseWriter, r *http.Request, f *web.Form, about int64, err error) error {
	if err == nil {
		return web.Go(w, r, record.Changes.Path()+"/"+r.PathValue("ref")+"/announce")
	}
	if fault.Is(err, fault.Denied) || fault.Is(err, fault.Missing) {
		return err
	}
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	return s.showAnnounce(w, r, f, about)
}

func (s *sight) draftAnnounce(w http.ResponseWriter, r *http.Request) error {
	return s.onAnnouncement(w, r, func(ctx context.Context, n record.Number, _ int64, _ *web.Form) error {
		_, err := s.Announcements.Draft(ctx, s.By, n)
		return err
	})
}

func (s *sight) editAnnounce(w http.ResponseWriter, r *http.Request) error {
	return s.onAnnouncement(w, r, s.keepAnnounce)
}

// keepAnnounce keeps what was typed.
func (s *sight) keepAnnounce(ctx context.Context, n record.Number, id int64, f *web.Form) error {
	_, err := s.Announcements.Edit(ctx, s.By, n, id, typed(f))
	return err
}

// typed is what somebody wrote in the form of a draft.
func typed(f *web.Form) change.Edited {
	in := change.Edited{
		Title: people.Text{En: f.Get("title_en"), Zh: f.Get("title_zh")}, Text: people.Text{En: f.Get("text_en"), Zh: f.Get("text_zh")}, Version: f.ID("version"),
	}
	for _, d := range f.IDs("departments") {
		in.Departments = append(in.Departments, people.DepartmentID(d))
	}
	return in
}

// sendAnnounce keeps what was typed and sends it: nobody is sent what the page
// did not show.
func (s *sight) sendAnnounce(w http.ResponseWriter, r *http.Request) error {
	return s.onAnnouncement(w, r, func(ctx context.Context, n record.Number, id int64, f *web.Form) error {
		kept, err := s.Announcements.Edit(ctx, s.By, n, id, typed(f))
		if err != nil {
			return err
		}
		f.Values.Set("version", strconv.FormatInt(kept.Changed, 10)) // it is his own, should it not be sent
		_, err = s.Announcements.Send(ctx, s.By, n, id, kept.Changed)
		return err
	})
}

func (s *sight) withdrawAnnounce(w http.ResponseWriter, r *http.Request) error {
	return s.onAnnouncement(w, r, func(ctx context.Context, n record.Number, id int64, _ *web.Form) error {
		_, err := s.Announcements.Withdraw(ctx, s.By, n, id)
		return err
	})
}

func (s *sight) onAnnouncement(w http.ResponseWriter, r *http.Request, do func(context.Context, record.Number, int64, *web.Form) error) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	id := web.PathID(r, "id")
	return s.announced(w, r, f, id, do(s.ctx, n, id, f))
}

// behind reports whether somebody else kept the draft while the reader wrote.
func (p *announcePage) behind(a change.Announcement) bool { return p.Form.ID("version") != a.Changed }

func (p *announcePage) base() string { return record.Changes.Path() + "/" + p.One.Ref() + "/announce" }

func (p *announcePage) at(a change.Announcement) string {
	return p.base() + "/" + strconv.FormatInt(a.ID, 10)
}

// fields are those of a draft.
func (p *announcePage) fields(a change.Announcement) []part.Field {
	var f *web.Form
	if p.About == a.ID {
		f = p.Form
	}
	departments := part.Field{Name: "departments", Label: p.T("change.announce.departments"), Kind: part.Choose, Many: true, Required: true, Options: p.Options(setting.Department, "")}
	for _, d := range a.Departments {
		departments.Values = append(departments.Values, strconv.FormatInt(int64(d), 10))
	}
	text := func(name, value string, most int, kind part.FieldKind) part.Field {
		return part.Field{Name: name, Label: p.T("change.announce." + name), Kind: kind, Required: true, Max: most, Value: value}
	}
	return f.Fields(
		departments, text("title_zh", a.Title.Zh, 120, part.Text), text("text_zh", a.Text.Zh, 4000, part.Long), text("title_en", a.Title.En, 120, part.Text), text("text_en", a.Text.En, 4000, part.Long),
	)
}

// workPage is what officials are told of planned changes.
type workPage struct {
	*web.Guest
	All []change.Coming
	One *change.Coming
}

// coming are the announcements for a reader of the portal.
func (p *Pages) coming(ctx context.Context, by people.Actor) ([]change.Coming, error) {
	mine, err := p.WorksIn(ctx, by.ID)
	if err != nil {
		return nil, err
	}
	return p.Announcements.Coming(ctx, by, mine)
}

// portal is the way in the portal's head, for whom something planned touches.
func (p *Pages) portal(f *web.Frame, by people.Actor) []part.Link {
	all, err := p.coming(context.Background(), by)
	if err != nil || len(all) == 0 {
		return nil
	}
	return []part.Link{{Label: f.T("change.announce.portal"), Href: workPath}}
}

func (p *Pages) work(w http.ResponseWriter, r *http.Request, g *web.Guest) (err error) {
	page := &workPage{Guest: g}
	if page.All, err = p.coming(r.Context(), g.By); err != nil {
		return err
	}
	g.Title = g.T("change.announce.portal")
	return web.Show(w, r, http.StatusOK, workView(page))
}

func (p *Pages) oneWork(w http.ResponseWriter, r *http.Request, g *web.Guest) error {
	all, err := p.coming(r.Context(), g.By)
	if err != nil {
		return err
	}
	id := web.PathID(r, "id")
	for i := range all {
		if all[i].ID == id {
			g.Title = all[i].Title.In(string(g.Lang()))
			return web.Show(w, r, http.StatusOK, workView(&workPage{Guest: g, One: &all[i]}))
		}
	}
	return fault.New(fault.Missing, "change.announce.gone")
}

// anew reports whether readers are told that the time may become another.
func (p *announcePage) anew() bool {
	return change.Anew(p.One.State) && slices.ContainsFunc(p.All, func(a change.Announcement) bool {
		return !a.Draft() && a.Withdrawn.IsZero() && a.Span.Until.After(p.Now)
	})
}

// bars says why nobody is told of the change, now or any more.
func (p *announcePage) bars() string {
	if all := fault.All(change.Announceable(p.One)); len(all) > 0 {
		return p.Fault(all[0])
	}
	return ""
}
