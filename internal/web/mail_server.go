package web

import (
	"context"
	"net/http"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/web/part"
)

const serverPath = ledgerPath + "/server"

// mailFields are the mail server as a form. The password is never shown.
func mailFields(p *lang.Printer, s notice.Server) []part.Field {
	port := ""
	if s.Port != 0 {
		port = strconv.Itoa(s.Port)
	}
	if s.Host == "" && s.Protect == "" {
		port, s.Protect = "587", notice.StartTLS
	}
	var ways []part.Option
	for _, w := range notice.Protections() {
		ways = append(ways, part.Option{Value: w, Label: p.T("mail.protect." + w)})
	}
	return []part.Field{
		{Name: "host", Label: p.T("mail.field.host"), Value: s.Host, Max: 253, Hint: "mail.city.gov.cn", Help: p.T("mail.help.host"), Fill: "off", Plain: true},
		{Name: "port", Label: p.T("mail.field.port"), Kind: part.Number, Value: port, Max: 5, Narrow: true, Help: p.T("mail.help.port"), Plain: true},
		{Name: "protect", Label: p.T("mail.field.protect"), Kind: part.Radio, Options: ways, Value: s.Protect},
		{Name: "user", Label: p.T("mail.field.user"), Value: s.User, Max: 200, Fill: "off", Help: p.T("mail.help.user")},
		{Name: "password", Label: p.T("mail.field.password"), Kind: part.Password, Max: 256, Fill: "new-password", Help: p.T("mail.help.password")},
		{Name: "from", Label: p.T("mail.field.from"), Kind: part.Email, Value: s.From, Max: 200, Hint: "desk@city.gov.cn", Plain: true},
		{Name: "name", Label: p.T("mail.field.name"), Value: s.Name, Max: 200},
	}
}

// post keeps the mail server a form describes, and tries it when the form asks
// for that; tried is nil when it was not.
func (b *Bell) post(ctx context.Context, by people.Actor, form *Form) (tried *notice.Tried, err error) {
	s := notice.Server{Host: form.Get("host"), Protect: form.Get("protect"), User: form.Get("user"), From: form.Get("from"), Name: form.Get("name")}
	if port := form.Get("port"); port != "" {
		if s.Port, err = strconv.Atoi(port); err != nil {
			return nil, fault.At("port", "mail.bad_port")
		}
	}
	password := form.Values.Get("password")
	form.Values.Del("password")
	if err := b.Post.Keep(ctx, by, s, password); err != nil || form.Get("try") == "" {
		return nil, err
	}
	me, err := b.Persons.Person(ctx, by.ID)
	if err != nil {
		return nil, err
	}
	w, err := b.Writer(ctx)
	if err != nil {
		return nil, err
	}
	done, err := b.Post.Try(ctx, by, me, s, "", w)
	return &done, err
}

// serverView is the page of the mail server.
type serverView struct {
	*Frame
	Form   *Form
	Fields []part.Field
	Fixed  bool
	Kept   string
	Tried  *notice.Tried
}

func (b *Bell) serverView(r *http.Request, a people.Actor, form *Form) (*serverView, error) {
	held, err := b.Post.Server()
	if err != nil {
		return nil, err
	}
	v := &serverView{Frame: b.Frame(r), Form: form, Fixed: b.Post.Fixed}
	v.Title, v.Kept = v.T("mail.server"), v.kept(r, "mail.server.kept")
	v.Fields = form.Fields(mailFields(v.Printer, held)...)
	if b.Column != nil {
		v.Views = b.Column(v.Frame, a)
		for _, g := range v.Views {
			mark(g.Views, r.URL.Path)
		}
	}
	return v, nil
}

func (b *Bell) server(w http.ResponseWriter, r *http.Request, a people.Actor) error {
	if err := a.May("setting.edit"); err != nil {
		return err
	}
	v, err := b.serverView(r, a, nil)
	if err != nil {
		return err
	}
	return Show(w, r, http.StatusOK, mailServerPage(v))
}

func (b *Bell) keepServer(w http.ResponseWriter, r *http.Request, a people.Actor) error {
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	tried, err := b.post(r.Context(), a, form)
	if err == nil && tried == nil {
		return Go(w, r, serverPath+"?kept=1")
	}
	v, fail := b.serverView(r, a, form)
	if fail != nil {
		return fail
	}
	if err := form.Blame(v.Printer, err); err != nil {
		return err
	}
	v.Fields = form.Fields(v.Fields...)
	if form.Wrong() {
		return Show(w, r, http.StatusUnprocessableEntity, mailServerPage(v))
	}
	v.Kept, v.Tried = v.T("mail.server.kept"), tried
	return Show(w, r, http.StatusOK, mailServerPage(v))
}
