package web

import (
	"net/http"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/access"
	"kilter/internal/practice/people"
	"kilter/internal/practice/signin"
	"kilter/internal/web/part"
)

const inspectPath = securityPath + "/inspect"

// inspectPage answers who sees a record, and why somebody can do something
// with it or cannot.
type inspectPage struct {
	*Frame
	Form    *Form
	Fields  []part.Field
	Case    access.Case
	Groups  []access.Group
	Reasons *access.Reasons
	Zone    string
	Where   string // its state, as the practice calls it
}

func (s *Security) inspect(w http.ResponseWriter, r *http.Request) error {
	if err := actor(r).May("inspect.read"); err != nil {
		return err
	}
	p := &inspectPage{Frame: s.frame(r, "inspect.title"), Form: &Form{}}
	if q := r.URL.Query(); q.Get("ref") != "" {
		p.Form.Values = q
		if err := p.Form.Blame(p.Printer, s.inspected(r, p)); err != nil {
			if !fault.Is(err, fault.Missing) {
				return err
			}
			for _, f := range fault.All(err) {
				p.Form.Fault("", p.Fault(f))
			}
		}
	}
	p.Fields = p.Form.Fields(
		part.Field{Name: "ref", Label: p.T("inspect.ref"), Required: true, Hint: "INC-2026-00042", Max: 40, Narrow: true},
		part.Field{Name: "who", Label: p.T("signin.name"), Max: 60, Narrow: true, Help: p.T("inspect.who_help")},
		part.Field{Name: "deed", Label: p.T("audit.deed"), Max: 60, Narrow: true, Hint: "resolve", Help: p.T("inspect.deed_help")})
	return Show(w, r, p.Form.Status(), inspectShown(p))
}

func (s *Security) inspected(r *http.Request, p *inspectPage) (err error) {
	ctx, by, ref := r.Context(), actor(r), strings.TrimSpace(p.Form.Get("ref"))
	name, deed := p.Form.Get("who"), p.Form.Get("deed")
	if name == "" {
		p.Case, p.Groups, err = s.Inspector.Who(ctx, by, ref)
	} else {
		var found people.ID
		if found, err = s.named(r, name); err != nil {
			return err
		}
		if deed == "" {
			deed = "read"
		}
		p.Reasons = &access.Reasons{}
		p.Case, *p.Reasons, err = s.Inspector.Why(ctx, by, ref, found, deed, string(p.Lang()))
	}
	if err != nil {
		p.Reasons = nil
		return err
	}
	p.Zone = s.Office.Settings.All().Name(int64(p.Case.Seen.Zone), string(p.Lang()))
	p.Where = p.Case.State
	if key := p.Case.Kind + ".state." + p.Case.State; p.Has(key) {
		p.Where = p.T(key)
	}
	return nil
}

// named finds the person of a sign-in name.
func (s *Security) named(r *http.Request, name string) (people.ID, error) {
	list, err := s.Gate.Door.List(r.Context(), actor(r), signin.Query{Text: name, Without: true, Limit: 100})
	if err != nil {
		return 0, err
	}
	for _, l := range list {
		if strings.EqualFold(l.Person.Code, name) {
			return l.Person.ID, nil
		}
	}
	return 0, fault.At("who", "people.no_such")
}

// yes is a reason as a sign: it holds or it does not.
func yes(holds bool, word string) sign {
	if holds {
		return sign{part.Jade, "check", word}
	}
	return sign{part.Vermilion, "circle-x", word}
}
