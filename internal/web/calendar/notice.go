package calendar

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// fileLimit is how large a file of notices may be.
const fileLimit = 2 << 20

// noticePage is a page about notices.
type noticePage struct {
	*sight
	All   []change.Notice
	One   *change.Notice
	Names map[record.ItemID]string
	Form  *web.Form
	Lines []change.NoticeLine
	Text  string // of the file that is previewed
	File  string // its name
	Done  bool   // it was taken in
}

func (s *sight) noticeSheet(title string) *noticePage {
	p := &noticePage{sight: s}
	p.Title = title
	s.places("notices")
	p.Needs("choose")
	return p
}

// notices lists those that are not over, and those of the month before.
func (s *sight) notices(w http.ResponseWriter, r *http.Request) error {
	p := s.noticeSheet(s.T("schedule.notices"))
	var err error
	p.All, err = s.Schedule.Notices.List(s.ctx, s.By, change.NoticesWanted{Within: change.Span{From: s.Now.AddDate(0, -1, 0)}})
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, noticesView(p))
}

func (s *sight) newNotice(w http.ResponseWriter, r *http.Request) error {
	return web.Show(w, r, http.StatusOK, noticeForm(s.noticeSheet(s.T("schedule.notice.new"))))
}

// fields are those of the form of a notice.
func (p *noticePage) fields() []part.Field {
	one, at := change.Notice{}, func(t time.Time) string { return "" }
	if p.One != nil {
		one, at = *p.One, func(t time.Time) string { return t.In(p.Zone()).Format(web.TypedMoment) }
	}
	items := part.Field{Name: "items", Label: p.T("schedule.notice.items"), Kind: part.Choose, Many: true, Load: "/items"}
	for _, id := range one.Items {
		items.Values = append(items.Values, decimal(int64(id)))
		items.Options = append(items.Options, part.Option{Value: decimal(int64(id)), Label: p.Names[id]})
	}
	services := part.Field{Name: "services", Label: p.T("schedule.notice.services"), Kind: part.Choose, Many: true, Options: p.Options(setting.Service, "")}
	for _, id := range one.Services {
		services.Values = append(services.Values, decimal(int64(id)))
	}
	whole := ""
	if one.Whole {
		whole = "yes"
	}
	return p.Form.Fields(
		p.source(one.Source),
		part.Field{Name: "who", Label: p.T("schedule.notice.who"), Required: true, Max: 200, Value: one.Who, Help: p.T("schedule.notice.who_help")},
		part.Field{Name: "ref", Label: p.T("schedule.notice.ref"), Max: 200, Value: one.Ref, Help: p.T("schedule.notice.ref_help")},
		part.Field{Name: "title", Label: p.T("schedule.notice.title"), Required: true, Max: 200, Value: one.Title},
		part.Field{Name: "starts", Label: p.T("schedule.starts"), Kind: part.DateTime, Required: true, Narrow: true, Value: at(one.Span.From)},
		part.Field{Name: "ends", Label: p.T("schedule.ends"), Kind: part.DateTime, Required: true, Narrow: true, Value: at(one.Span.Until)},
		services, items,
		part.Field{Name: "zone", Label: p.Label("zone"), Kind: part.Choice, Plain: true, Value: decimal(int64(one.Zone)), Help: p.T("schedule.notice.zone_help"), Options: append([]part.Option{{Label: p.T("schedule.notice.any_zone")}}, p.Options(setting.Zone, "")...)},
		part.Field{Name: "whole", Label: p.T("schedule.notice.whole"), Kind: part.Toggle, Value: whole},
		part.Field{Name: "impact", Label: p.T("schedule.notice.impact"), Kind: part.Long, Required: true, Max: 2000, Value: one.Impact, Help: p.T("schedule.notice.impact_help")},
	)
}

func (p *noticePage) source(is change.Source) part.Field {
	f := part.Field{Name: "source", Label: p.T("schedule.notice.source"), Kind: part.Choice, Required: true, Value: string(is)}
	for _, one := range change.Senders {
		f.Options = append(f.Options, part.Option{Value: string(one), Label: p.T("schedule.kind." + string(one))})
	}
	return f
}

// typedNotice reads the form.
func (s *sight) typedNotice(f *web.Form, id int64) change.Notice {
	at := func(name string) time.Time {
		v := f.Get(name)
		t, err := time.ParseInLocation(web.TypedMoment, v, s.Zone())
		if v != "" && err != nil {
			f.Fault(name, s.T("record.not_a_moment"))
		}
		return t
	}
	n := change.Notice{
		ID: id, Source: change.Source(f.Get("source")), Who: f.Get("who"), Ref: f.Get("ref"), Title: f.Get("title"), Impact: f.Get("impact"),
		Span: change.Span{From: at("starts"), Until: at("ends")}, Zone: people.ZoneID(f.ID("zone")), Whole: f.Get("whole") != "", Changed: f.ID("version"),
	}
	for _, one := range f.IDs("services") {
		n.Services = append(n.Services, record.ServiceID(one))
	}
	for _, one := range f.IDs("items") {
		n.Items = append(n.Items, record.ItemID(one))
	}
	return n
}

func (s *sight) addNotice(w http.ResponseWriter, r *http.Request) error {
	return s.keepNotice(w, r, 0, func() (*noticePage, error) { return s.noticeSheet(s.T("schedule.notice.new")), nil })
}

func (s *sight) editNotice(w http.ResponseWriter, r *http.Request) error {
	return s.keepNotice(w, r, web.PathID(r, "id"), func() (*noticePage, error) { return s.oneNotice(r) })
}

func (s *sight) keepNotice(w http.ResponseWriter, r *http.Request, id int64, again func() (*noticePage, error)) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := s.typedNotice(f, id)
	if !f.Wrong() {
		kept, err := s.Schedule.Notices.Keep(s.ctx, s.By, n)
		if err == nil {
			return web.Go(w, r, NoticesPath+"/"+decimal(kept.ID))
		}
		if fault.Is(err, fault.Denied) || fault.Is(err, fault.Missing) {
			return err
		}
		if err := f.Blame(s.Printer, err); err != nil {
			return err
		}
	}
	p, err := again()
	if err != nil {
		return err
	}
	p.Form = f
	return web.Show(w, r, http.StatusUnprocessableEntity, noticeForm(p))
}

func (s *sight) oneNotice(r *http.Request) (*noticePage, error) {
	one, err := s.Schedule.Notices.Find(s.ctx, s.By, web.PathID(r, "id"))
	if err != nil {
		return nil, err
	}
	p := s.noticeSheet(one.Title)
	p.One = one
	p.Names, err = s.Items(s.ctx, s.By, one.Items)
	return p, err
}

func (s *sight) notice(w http.ResponseWriter, r *http.Request) error {
	p, err := s.oneNotice(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, noticeForm(p))
}

func (s *sight) withdraw(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.Schedule.Notices.Withdraw(s.ctx, s.By, web.PathID(r, "id")); err != nil {
		return err
	}
	return web.Go(w, r, NoticesPath+"/"+r.PathValue("id"))
}

// action is where the form of a notice goes.
func (p *noticePage) action() string {
	if p.One == nil {
		return NoticesPath + "/new"
	}
	return NoticesPath + "/" + decimal(p.One.ID)
}

func (s *sight) importForm(w http.ResponseWriter, r *http.Request) error {
	return web.Show(w, r, http.StatusOK, importView(s.noticeSheet(s.T("schedule.import"))))
}

func (p *noticePage) importFields() []part.Field {
	return p.Form.Fields(
		p.source(""),
		part.Field{Name: "who", Label: p.T("schedule.notice.who"), Required: true, Max: 200, Help: p.T("schedule.notice.who_help")},
		part.Field{Name: "service", Label: p.Label("service"), Kind: part.Choice, Plain: true, Options: append([]part.Option{{Label: p.T("schedule.as_file_says")}}, p.Options(setting.Service, "")...)},
		part.Field{Name: "zone", Label: p.Label("zone"), Kind: part.Choice, Plain: true, Options: append([]part.Option{{Label: p.T("schedule.as_file_says")}}, p.Options(setting.Zone, "")...)},
		part.Field{Name: "impact", Label: p.T("schedule.notice.impact"), Kind: part.Long, Max: 2000, Help: p.T("schedule.import_impact_help")},
	)
}

// bring shows what taking a file in would change, and takes it in once that was
// looked at. Between the two the file is in the page, nowhere else.
func (s *sight) bring(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseMultipartForm(fileLimit); err != nil {
		if _, big := errors.AsType[*http.MaxBytesError](err); big {
			return err
		}
		return fault.New(fault.Invalid, "trouble.bad_form")
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	p := s.noticeSheet(s.T("schedule.import"))
	p.Form = &web.Form{Values: r.PostForm}
	p.Text, p.File = p.Form.Was("text"), p.Form.Get("name")
	if file, head, err := r.FormFile("file"); err == nil {
		text, err := plain(file)
		if err = errors.Join(err, file.Close()); err != nil {
			return fault.New(fault.Invalid, "trouble.bad_form")
		}
		p.Text, p.File = string(text), head.Filename
	}
	if p.Text == "" {
		p.Form.Fault("file", s.T("schedule.no_file"))
		return web.Show(w, r, http.StatusUnprocessableEntity, importView(p))
	}
	in := change.NoticeFile{Name: p.File, Text: strings.NewReader(p.Text), Zone: s.Zone(), Source: change.Source(p.Form.Get("source")), Who: p.Form.Get("who")}
	in.About = change.Notice{Impact: p.Form.Get("impact"), Zone: people.ZoneID(p.Form.ID("zone"))}
	if id := p.Form.ID("service"); id != 0 {
		in.About.Services = []record.ServiceID{record.ServiceID(id)}
	}
	in.About.Whole = in.About.Zone != 0 && len(in.About.Services) == 0
	read := s.Schedule.Notices.Preview
	if p.Done = p.Form.Get("take_in") != ""; p.Done {
		read = s.Schedule.Notices.TakeIn
	}
	var err error
	if p.Lines, err = read(s.ctx, s.By, in); err != nil {
		if fault.Is(err, fault.Denied) {
			return err
		}
		if err := p.Form.Blame(s.Printer, err); err != nil {
			return err
		}
		return web.Show(w, r, http.StatusUnprocessableEntity, importView(p))
	}
	return web.Show(w, r, http.StatusOK, importView(p))
}

// plain reads a file, of whatever encoding, as text.
func plain(r io.Reader) ([]byte, error) {
	decoded, err := sheet.Decode(r, "")
	if err != nil {
		return nil, err
	}
	return io.ReadAll(decoded)
}

// count says how many lines come to something.
func (p *noticePage) count(f change.Fate) int {
	n := 0
	for _, one := range p.Lines {
		if one.Fate == f {
			n++
		}
	}
	return n
}

// why tells what is wrong with a line.
func (p *noticePage) why(one change.NoticeLine) string {
	var out []string
	for _, f := range fault.All(one.Why) {
		out = append(out, p.Fault(f))
	}
	return strings.Join(out, " ")
}

// fate shows what a line comes to.
func fate(f change.Fate) (part.Tone, string) {
	switch f {
	case change.NoticeNew:
		return part.Jade, "plus"
	case change.NoticeChanged:
		return part.Amber, "edit"
	case change.NoticeWithdrawn:
		return part.Violet, "x"
	case change.NoticeWrong:
		return part.Vermilion, "alert-triangle"
	}
	return part.Slate, "check"
}

// touches are the names of what a notice is about.
func (p *noticePage) touches(n change.Notice) string {
	out := p.served(n.Planned())
	if n.Whole {
		if out != "" {
			out += p.T("list.comma")
		}
		out += p.T("schedule.whole_of", "zone", p.Thing(int64(n.Zone)))
	}
	if k := len(n.Items); k > 0 {
		if out != "" {
			out += p.T("list.comma")
		}
		out += p.N("schedule.items", k)
	}
	return out
}

func decimal(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
