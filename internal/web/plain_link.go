package web

import (
	"context"
	"net/http"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

func (p *plainOf[R]) bind(ctx context.Context, by people.Actor, l record.Ledger, n record.Number, b record.Bond) (*record.Head, error) {
	return headOf(p.Desk.Bind(ctx, by, l, n, b))
}

func (d *Desk) plainLinkForm(w http.ResponseWriter, r *http.Request, s *sight) error {
	page, err := s.plainPage(r.PathValue("ref"))
	if err != nil {
		return err
	}
	p := &linkPage{sight: s, Ref: page.Ref}
	p.ask(nil)
	return Show(w, r, http.StatusOK, linkDialog(p))
}

func (d *Desk) plainLink(w http.ResponseWriter, r *http.Request, s *sight) error {
	n, err := refOf(s.of.Kind, r.PathValue("ref"))
	if err != nil {
		return err
	}
	form, err := ReadForm(r)
	if err != nil {
		return err
	}
	for name, v := range r.URL.Query() { // the undo of a notice has no fields
		form.Values[name] = v
	}
	to, off := strings.ToUpper(form.Get("to")), form.Get("off") != ""
	if _, _, _, err := s.of.Plain.read(r.Context(), s.By, n); err != nil {
		return err
	}
	h, err := s.of.Plain.bind(r.Context(), s.By, d.Ledger, n, record.Bond{Kind: "relates", To: to, Off: off})
	if fault.Is(err, fault.Missing) {
		err = fault.At("to", "record.no_such").With("ref", to)
	}
	if err != nil {
		if err := form.Blame(s.Printer, err); err != nil {
			return err
		}
		p := &linkPage{sight: s, Ref: r.PathValue("ref")}
		p.ask(form)
		return again(w, r, "link", linkDialog(p))
	}
	back := s.of.Path + "/" + h.Ref() + "/link?kind=relates&to=" + to
	t := part.Toast{Text: s.T("desk.linked_now", "ref", to), Icon: "link", Undo: back + "&off=true"}
	if off {
		t.Text, t.Undo = s.T("desk.unlinked", "ref", to), back
	}
	return d.plainDone(w, r, s, h, t)
}
