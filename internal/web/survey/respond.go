package survey

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// What people answer is known by a token in a cookie of these pages alone: not in
// an address, where the log of a proxy would lay it beside a time and a machine.
const cookie = "survey"

// door is the page before the questionnaire.
type door struct {
	*web.Frame
	Door *wave.Doorway
	Path string // where the button leads
	Form *web.Form
	Said string // instead of the door: why there is none
	Here bool   // a questionnaire is under way in this browser
}

func (p *door) says(t people.Text) string { return t.In(string(p.Lang())) }

// asks is one step of a questionnaire.
type asks struct {
	*web.Frame
	*wave.Asking
	At      int // the step, from 0; after the last one it is handed in
	Form    *web.Form
	Lacks   bool   // statements without an answer: it can be gone on without
	Preview string // the address of the preview; "" when it is meant
}

func (p *asks) says(t people.Text) string { return t.In(string(p.Lang())) }

// token is what the browser holds.
func token(r *http.Request) string {
	c, err := r.Cookie(cookie)
	if err != nil {
		return ""
	}
	return c.Value
}

// hold lets the browser hold a token until the wave ends.
func (d *Pages) hold(w http.ResponseWriter, token string, until time.Time) {
	c := &http.Cookie{Name: cookie, Value: token, Path: linkPath, HttpOnly: true, SameSite: http.SameSiteLaxMode, Expires: until, Secure: d.Secure != nil && d.Secure()}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

func stepPath(n int) string { return linkPath + "/fill/" + strconv.Itoa(n) }

// enter asks for the code of a sheet.
func (d *Pages) enter(w http.ResponseWriter, r *http.Request, f *web.Frame) error {
	return d.showEnter(w, r, &door{Frame: f}, http.StatusOK)
}

func (d *Pages) showEnter(w http.ResponseWriter, r *http.Request, p *door, status int) error {
	p.Title = p.T("wave.enter")
	if a, err := d.Waves.Asking(r.Context(), token(r)); err == nil && a != nil {
		p.Here = true
	}
	return web.Show(w, r, status, enterView(p))
}

func (p *door) fields() []part.Field {
	return p.Form.Fields(part.Field{Name: "code", Label: p.T("wave.sheet_code"), Hint: "ABCD-EFGH-JKLM", Required: true, Max: 40, Attrs: map[string]any{"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}})
}

// code opens the questionnaire of a sheet.
func (d *Pages) code(w http.ResponseWriter, r *http.Request, f *web.Frame) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	at, err := d.Waves.Code(r.Context(), form.Get("code"))
	if err == nil {
		return d.pass(w, r, at)
	}
	if err := form.Blame(f.Printer, err); err != nil {
		return err
	}
	return d.showEnter(w, r, &door{Frame: f, Form: form}, http.StatusUnprocessableEntity)
}

// pass gives the browser a token, and goes to the first step.
func (d *Pages) pass(w http.ResponseWriter, r *http.Request, at *wave.Doorway) error {
	t, err := d.Waves.Pass(r.Context(), at, token(r))
	if err != nil {
		return err
	}
	d.hold(w, t, at.Wave.To)
	return web.Go(w, r, stepPath(0))
}

// mailed finds the invitation of a mail's link.
func (d *Pages) mailed(r *http.Request) (*wave.Doorway, error) {
	id, who, ok := d.Pass(r.PathValue("secret"))
	if !ok {
		return nil, fault.New(fault.Missing, "wave.no_link")
	}
	at, err := d.Waves.Find(r.Context(), id, who)
	if fault.Is(err, fault.Missing) {
		return nil, fault.New(fault.Missing, "wave.no_link")
	}
	return at, err
}

// opened is the page behind the link of a mail; looking at it begins nothing.
func (d *Pages) opened(w http.ResponseWriter, r *http.Request, f *web.Frame) error {
	at, err := d.mailed(r)
	p := &door{Frame: f, Door: at, Path: linkPath + "/" + r.PathValue("secret")}
	return p.show(w, r, err, func() error { return web.Show(w, r, p.status(), openedView(p)) })
}

// show shows a door, or why there is none any more.
func (p *door) show(_ http.ResponseWriter, _ *http.Request, err error, view func() error) error {
	p.Title = p.T("wave.title")
	if fault.Is(err, fault.Conflict) {
		p.Said = p.Fault(fault.All(err)[0])
		err = nil
	}
	if err != nil {
		return err
	}
	if p.Door != nil {
		p.Title = p.says(p.Door.Wave.Name)
	}
	return view()
}

func (p *door) status() int {
	if p.Said != "" {
		return http.StatusConflict
	}
	return http.StatusOK
}

func (d *Pages) begin(w http.ResponseWriter, r *http.Request, f *web.Frame) error {
	at, err := d.mailed(r)
	if err != nil {
		p := &door{Frame: f}
		return p.show(w, r, err, func() error { return web.Show(w, r, p.status(), openedView(p)) })
	}
	return d.pass(w, r, at)
}

// asking reads the questionnaire of the browser's token.
func (d *Pages) asking(r *http.Request, f *web.Frame) (*asks, error) {
	a, err := d.Waves.Asking(r.Context(), token(r))
	if err != nil {
		return nil, err
	}
	p := &asks{Frame: f, Asking: a}
	n, err := strconv.Atoi(cmp.Or(r.PathValue("step"), "0"))
	if err != nil || n < 0 || n > len(a.Steps) {
		return nil, fault.New(fault.Missing, "wave.no_step")
	}
	p.At = n
	p.Title = p.says(a.Wave.Name)
	return p, nil
}

// gone tells who has no questionnaire, or has answered.
func gone(w http.ResponseWriter, r *http.Request, f *web.Frame, err error) error {
	if !fault.Is(err, fault.Missing) && !fault.Is(err, fault.Conflict) {
		return err
	}
	p := &door{Frame: f, Said: f.Fault(fault.All(err)[0])}
	p.Title = p.T("wave.title")
	return web.Show(w, r, web.Status(err), openedView(p))
}

func (d *Pages) step(w http.ResponseWriter, r *http.Request, f *web.Frame) error {
	p, err := d.asking(r, f)
	if err != nil {
		return gone(w, r, f, err)
	}
	return web.Show(w, r, http.StatusOK, stepView(p))
}

// save keeps a step and goes on, back, or away.
func (d *Pages) save(w http.ResponseWriter, r *http.Request, f *web.Frame) error {
	p, err := d.asking(r, f)
	if err != nil {
		return gone(w, r, f, err)
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	to := p.At + 1
	switch form.Get("go") {
	case "back":
		to = max(p.At-1, 0)
	case "leave":
		to = -1
	}
	if p.At < len(p.Steps) {
		if _, err = d.Waves.Save(r.Context(), token(r), p.At, entered(form, f.Now, to <= p.At)); err != nil {
			return p.again(w, r, form, err)
		}
	}
	if to < 0 {
		return web.Go(w, r, linkPath+"/thanks?saved=1")
	}
	return web.Go(w, r, stepPath(to))
}

// entered is what a form brought. Whoever goes back may leave statements open.
func entered(form *web.Form, now time.Time, back bool) wave.Entered {
	in := wave.Entered{Values: map[string]string{}, Skip: back || form.Get("skip") != ""}
	for name := range form.Values {
		in.Values[name] = form.Get(name)
	}
	if began, err := strconv.ParseInt(form.Get("began"), 10, 64); err == nil {
		in.Seconds = int(now.Unix() - began)
	}
	return in
}

// again shows the step with what is wrong.
func (p *asks) again(w http.ResponseWriter, r *http.Request, form *web.Form, err error) error {
	for _, f := range fault.All(err) {
		p.Lacks = p.Lacks || f.Key == "wave.no_answer"
	}
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Missing) {
		return gone(w, r, p.Frame, err)
	}
	if err := form.Blame(p.Printer, err); err != nil {
		return err
	}
	p.Form = form
	return web.Show(w, r, http.StatusUnprocessableEntity, stepView(p))
}

func (d *Pages) handIn(w http.ResponseWriter, r *http.Request, f *web.Frame) error {
	if err := d.Waves.HandIn(r.Context(), token(r)); err != nil {
		if fault.Is(err, fault.Conflict) && fault.All(err)[0].Key == "wave.nothing_answered" {
			if p, bad := d.asking(r, f); bad == nil {
				p.At, p.Form = len(p.Steps), &web.Form{}
				if err := p.Form.Blame(p.Printer, err); err != nil {
					return err
				}
				return web.Show(w, r, http.StatusConflict, stepView(p))
			}
		}
		return gone(w, r, f, err)
	}
	d.hold(w, "", time.Time{})
	return web.Go(w, r, linkPath+"/thanks")
}

// drop deletes what was entered.
func (d *Pages) drop(w http.ResponseWriter, r *http.Request, f *web.Frame) error {
	if err := d.Waves.Withdraw(r.Context(), token(r)); err != nil {
		return gone(w, r, f, err)
	}
	d.hold(w, "", time.Time{})
	return web.Go(w, r, linkPath+"/thanks?dropped=1")
}

func (d *Pages) thanks(w http.ResponseWriter, r *http.Request, f *web.Frame) error {
	p := &door{Frame: f, Said: f.T("wave.thanks")}
	switch q := r.URL.Query(); {
	case q.Has("saved"):
		p.Said, p.Here = f.T("wave.saved"), true
	case q.Has("dropped"):
		p.Said = f.T("wave.dropped")
	}
	p.Title = f.T("wave.title")
	return web.Show(w, r, http.StatusOK, openedView(p))
}
