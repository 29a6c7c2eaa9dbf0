package duty

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/duty"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/record"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// shiftPage is one shift: its log, what is open, and how it is handed over.
type shiftPage struct {
	*sight
	*duty.Book
	Named   map[string]duty.Known
	Lines   map[int64][]duty.Standing // of each hand-over
	Write   *web.Form                 // an entry that could not be kept
	Settle  *web.Form                 // a result that could not be kept
	Matter  int64                     // of that result
	Answer  *web.Form                 // to the hand-over
	Give    *web.Form
	Correct *web.Form
	Entry   *duty.Told // that is corrected
	Stands  []duty.Standing
}

func (s *sight) shiftPage(r *http.Request) (*shiftPage, error) {
	book, err := s.room.Read(s.ctx, s.By, web.PathID(r, "id"))
	if err != nil {
		return nil, err
	}
	p := &shiftPage{sight: s, Book: book, Lines: map[int64][]duty.Standing{}}
	p.Title = s.T("watch.shift_of", "team", s.Thing(int64(book.Team))) + " · " + s.span(&book.Shift)
	var refs []string
	for _, t := range book.Told {
		refs = append(refs, t.Refs...)
	}
	if p.Named, err = s.room.Named(s.ctx, s.By, refs); err != nil {
		return nil, err
	}
	for i := range book.Handovers {
		h := &book.Handovers[i]
		if p.Lines[h.ID], err = s.room.Shown(s.ctx, s.By, book, h.Lines); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p *shiftPage) show(w http.ResponseWriter, r *http.Request, status int) error {
	p.Lists()
	return web.Show(w, r, status, shiftView(p))
}

func (s *sight) shift(w http.ResponseWriter, r *http.Request) error {
	p, err := s.shiftPage(r)
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK)
}

func (s *sight) print(w http.ResponseWriter, r *http.Request) error {
	p, err := s.shiftPage(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, paper(s.Frame, []*shiftPage{p}))
}

// base is the address of the shift.
func (p *shiftPage) base() string { return shiftHref(p.ID) }

// keeps reports whether the reader may write in the log.
func (p *shiftPage) keeps() bool {
	return p.State != duty.Closed && p.room.Keeps(p.By, &p.Shift)
}

// answer says in words how the shift stands.
func (p *shiftPage) answer() string {
	switch h := p.Waiting(); {
	case p.State == duty.Closed:
		return p.T("watch.says_closed", "at", p.DateTime(p.Ended))
	case h != nil && p.keeps() && h.GivenBy != p.By.ID:
		return p.T("watch.says_for_you", "who", p.Name(h.GivenBy))
	case h != nil:
		return p.T("watch.says_given", "who", p.Name(h.GivenBy))
	case p.Over(p.sight.Now):
		return p.N("watch.says_over", len(p.Open), "at", p.DateTime(p.To))
	}
	return p.N("watch.says_open", len(p.Open))
}

// draft is where the browser keeps what is being typed.
func (p *shiftPage) draft(of string) string {
	return "duty." + strconv.FormatInt(p.ID, 10) + "." + of
}

// drafted is a field with what was typed before and not sent.
func (p *shiftPage) drafted(of string, f *web.Form) *web.Form {
	if f != nil {
		return f
	}
	return p.Begun(p.draft(of)) // nil: the form begins empty
}

func (p *shiftPage) entryFields() []part.Field {
	f := p.drafted("entry", p.Write)
	kind := part.Field{Name: "kind", Label: p.T("watch.kind"), Kind: part.Choice, Plain: true, Value: string(duty.Observation)}
	for _, k := range duty.Kinds {
		kind.Options = append(kind.Options, part.Option{Value: k, Label: p.T("watch.kind." + k)})
	}
	return f.Fields(
		part.Field{Name: "text", Label: p.T("watch.text"), Kind: part.Long, Required: true, Max: duty.MostText},
		kind,
		part.Field{Name: "at", Label: p.T("watch.at"), Help: p.T("watch.at_help"), Kind: part.DateTime, Plain: true, Narrow: true},
		part.Field{Name: "refs", Label: p.T("watch.refs"), Hint: "INC-2026-00042", Help: p.T("watch.refs_help"), Plain: true, Max: 500},
		part.Field{Name: "stay", Label: p.T("watch.stay"), Help: p.T("watch.stay_help"), Kind: part.Toggle},
	)
}

// typed reads an entry from its form.
func (p *shiftPage) typed(f *web.Form) duty.Typed {
	in := duty.Typed{Kind: duty.Kind(cmp.Or(f.Get("kind"), string(duty.Observation))), Text: f.Get("text"), Refs: f.Get("refs"), Stay: f.Get("stay") != ""}
	if v := f.Get("at"); v != "" {
		at, err := time.ParseInLocation(web.TypedMoment, v, p.Zone())
		if err != nil {
			f.Fault("at", p.T("watch.not_a_time"))
		}
		in.At = at
	}
	return in
}

// writing reads the shift and the form of a deed.
func (s *sight) writing(r *http.Request) (*shiftPage, *web.Form, error) {
	if err := s.By.May(duty.DeedWork); err != nil {
		return nil, nil, err
	}
	p, err := s.shiftPage(r)
	if err != nil {
		return nil, nil, err
	}
	f, err := web.ReadForm(r)
	return p, f, err
}

// wrote ends a deed: on to where the shift shows it, or back with what was typed.
func (p *shiftPage) wrote(w http.ResponseWriter, r *http.Request, f *web.Form, draft, to string, err error) error {
	if err == nil {
		if err := p.Forget(p.draft(draft)); err != nil {
			return err
		}
		return web.Go(w, r, to)
	}
	if err := f.Blame(p.Printer, err); err != nil {
		return err
	}
	return p.show(w, r, http.StatusUnprocessableEntity)
}

func (s *sight) write(w http.ResponseWriter, r *http.Request) error {
	p, f, err := s.writing(r)
	if err != nil {
		return err
	}
	p.Write = f
	in := p.typed(f)
	if f.Wrong() {
		return p.show(w, r, http.StatusUnprocessableEntity)
	}
	e, err := s.room.Write(r.Context(), s.By, p.ID, in)
	to := p.base()
	if err == nil {
		to += "#entry-" + strconv.FormatInt(e.ID, 10)
	}
	return p.wrote(w, r, f, "entry", to, err)
}

// fixing reads the entry that is corrected.
func (p *shiftPage) fixing(r *http.Request) error {
	id := web.PathID(r, "entry")
	for i := range p.Told {
		if p.Told[i].ID == id {
			p.Entry = &p.Told[i]
			return nil
		}
	}
	return fault.New(fault.Missing, "watch.no_such_entry")
}

func (s *sight) fix(w http.ResponseWriter, r *http.Request) error {
	if err := s.By.May(duty.DeedWork); err != nil {
		return err
	}
	p, err := s.shiftPage(r)
	if err != nil {
		return err
	}
	if err := p.fixing(r); err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK)
}

func (s *sight) correct(w http.ResponseWriter, r *http.Request) error {
	p, f, err := s.writing(r)
	if err != nil {
		return err
	}
	if err := p.fixing(r); err != nil {
		return err
	}
	p.Correct = f
	_, err = s.room.Correct(r.Context(), s.By, p.ID, p.Entry.ID, f.Get("text"))
	return p.wrote(w, r, f, "fix", p.base(), err)
}

func (p *shiftPage) fixFields() []part.Field {
	return p.Correct.Fields(part.Field{Name: "text", Label: p.T("watch.text"), Kind: part.Long, Required: true, Max: duty.MostText, Value: p.Entry.Text})
}

func (s *sight) settle(w http.ResponseWriter, r *http.Request) error {
	p, f, err := s.writing(r)
	if err != nil {
		return err
	}
	p.Settle, p.Matter = f, web.PathID(r, "matter")
	_, err = s.room.Settle(r.Context(), s.By, p.ID, p.Matter, f.Get("result"))
	return p.wrote(w, r, f, "result", p.base(), err)
}

func (p *shiftPage) settleFields(m *duty.Matter) []part.Field {
	var f *web.Form
	if p.Matter == m.ID {
		f = p.Settle
	}
	return f.Fields(part.Field{Name: "result", Label: p.T("watch.result"), Kind: part.Long, Required: true, Max: duty.MostText})
}

// href is where a thing that is named leads.
func (p *shiftPage) href(ref string) string {
	k, ok := p.Named[ref]
	switch {
	case !ok:
		return ""
	case k.Record != nil:
		return web.RecordHref(*k.Record)
	}
	return web.ItemHref(record.ItemID(k.Item))
}

// kindIcon draws what an entry tells of.
func kindIcon(k duty.Kind) string {
	return map[duty.Kind]string{
		duty.Observation: "eye", duty.Action: "tools", duty.Call: "phone", duty.Operation: "checklist", duty.Result: "check",
		duty.Offer: "send", duty.Accept: "user-check", duty.Refuse: "x", duty.Withdraw: "x",
	}[k]
}

// byHand reports whether an entry is one that can be corrected.
func byHand(k duty.Kind) bool {
	for _, one := range duty.Kinds {
		if one == string(k) {
			return true
		}
	}
	return false
}

// lineHref is where a line of a hand-over leads, "" when nowhere.
func lineHref(l duty.Standing) string {
	switch {
	case l.Record != nil:
		return web.RecordHref(*l.Record)
	case l.Run != nil:
		return web.OperationHref(l.Run.ID)
	}
	return ""
}

// lineMore says what of a line its title does not: how far it is.
func (s *sight) lineMore(l duty.Standing) string {
	switch {
	case l.Record != nil && l.Record.Priority > 0:
		return s.Priority(l.Record.Priority)
	case l.Run != nil && l.Run.State == operation.Done:
		return s.N("operation.deviations", l.Run.Deviations())
	case l.Run != nil:
		return s.DateTime(l.Run.At)
	}
	return ""
}

// summary is what stands open as text, to begin the hand-over with. A title is
// told only where everybody of the team sees it: of the team's own records
// that stand in no zone.
func (p *shiftPage) summary() string {
	var b strings.Builder
	var last duty.What
	for _, l := range p.Stands {
		if l.What != last {
			if last != "" {
				b.WriteString("\n")
			}
			b.WriteString(p.T("watch.what."+string(l.What)) + "\n")
			last = l.What
		}
		b.WriteString("- ")
		switch {
		case l.Record != nil:
			b.WriteString(l.Ref)
			if l.Record.Zone == 0 && l.Record.Team == p.Team {
				b.WriteString(" " + l.Title)
			}
		case l.Run != nil && l.Run.Network != 0:
			b.WriteString(p.T("watch.an_operation") + " " + p.DateTime(l.Run.At))
		default:
			b.WriteString(l.Title)
			if more := p.lineMore(l); more != "" {
				b.WriteString(" (" + more + ")")
			}
		}
		b.WriteString("\n")
	}
	if last == "" {
		return p.T("watch.nothing_open")
	}
	return b.String()
}

// dayHref is where the day of the shift is printed.
func (p *shiftPage) dayHref() string {
	return Path + "/day?team=" + strconv.FormatInt(int64(p.Team), 10) + "&date=" + p.From.In(p.Zone()).Format(time.DateOnly)
}
