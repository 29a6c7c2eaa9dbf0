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

func (p *plainOf[R]) relate(ctx context.Context, by people.Actor, n record.Number, other *record.Head, off bool) (*record.Head, error) {
	return headOf(p.Desk.One(ctx, by, n, record.Input{}, func(k *record.Sitting[R], r R) error {
		c := record.Change{Field: "relates", Now: other.Ref()}
		switch {
		case r.Common().ID == other.ID:
			return fault.At("to", "incident.itself")
		case off:
			c.Was, c.Now = c.Now, ""
			k.Part(r.Common(), other, "relates")
		default:
			k.Relate(r.Common(), other, "relates")
		}
		return k.Log(r, "relate", record.Entry{Changes: []record.Change{c}})
	}))
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
	var h *record.Head
	other, err := record.Lookup(r.Context(), d.Ledger, s.scope(), to)
	if err == nil {
		h, err = s.of.Plain.relate(r.Context(), s.By, n, &other.Head, off)
	} else if fault.Is(err, fault.Missing) || fault.Is(err, fault.Invalid) {
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
