package change

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/record"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// driftPath is where the unauthorised changes are: what is otherwise in the
// configuration and was no change.
const (
	driftPath = "/unauthorised-changes"
	driftAt   = driftPath + "/{kind}/{target}/{item}"
)

// driftPage lists them, or is about one.
type driftPage struct {
	*sight
	Days int
	All  []change.Drift
	One  *change.Drift
	Form *web.Form
}

// driftDays are the times that can be looked at.
var driftDays = []int{7, 30, 90, 365}

func (s *sight) driftSpan(days int) change.Span {
	return change.Span{From: s.Now.AddDate(0, 0, -days), Until: s.Now.Add(time.Minute)}
}

func (s *sight) drifts(w http.ResponseWriter, r *http.Request) error {
	p := &driftPage{sight: s, Days: 30}
	for _, n := range driftDays {
		if r.URL.Query().Get("days") == strconv.Itoa(n) {
			p.Days = n
		}
	}
	var err error
	if p.All, err = s.Drifts.List(s.ctx, s.By, s.driftSpan(p.Days)); err != nil {
		return err
	}
	p.Title = s.T("change.drift")
	p.views()
	return web.Show(w, r, http.StatusOK, driftView(p))
}

func (p *driftPage) views() {
	p.Views = []web.Group{{Title: p.T("desk.change.title"), Views: []part.Link{
		{Label: p.T("change.unkept"), Href: unkeptPath, Icon: "alert-triangle"},
		{Label: p.T("change.drift"), Href: driftPath, Icon: "zoom-question", Active: true},
	}}}
}

func (p *driftPage) spans() []part.Link {
	var out []part.Link
	for _, n := range driftDays {
		out = append(out, part.Link{Label: p.N("change.drift.days", n), Href: driftPath + "?days=" + strconv.Itoa(n), Active: n == p.Days})
	}
	return out
}

// open is how many nobody has explained.
func (p *driftPage) open() (n int) {
	for i := range p.All {
		if !p.All[i].Explained() {
			n++
		}
	}
	return n
}

// driftHref is the page of one.
func driftHref(d *change.Drift) string {
	return fmt.Sprintf("%s/%s/%d/%d", driftPath, d.Kind, d.Target, d.Item)
}

func driftKey(r *http.Request) change.DriftKey {
	return change.DriftKey{Kind: change.DriftKind(r.PathValue("kind")), Target: web.PathID(r, "target"), Item: record.ItemID(web.PathID(r, "item"))}
}

func (s *sight) drift(w http.ResponseWriter, r *http.Request) error {
	return s.showDrift(w, r, nil)
}

func (s *sight) showDrift(w http.ResponseWriter, r *http.Request, f *web.Form) error {
	p := &driftPage{sight: s, Form: f}
	var err error
	if p.One, err = s.Drifts.Find(s.ctx, s.By, driftKey(r)); err != nil {
		return err
	}
	p.Title = p.One.Code + " · " + s.T("change.drift.one")
	p.views()
	return web.Show(w, r, f.Status(), oneDriftView(p))
}

func (s *sight) explainDrift(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	_, err = s.Drifts.Explain(s.ctx, s.By, driftKey(r), f.Get("reason"), f.Get("change"))
	return s.driftDone(w, r, f, driftPath, err)
}

func (s *sight) openDrift(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	one, err := s.Drifts.Find(s.ctx, s.By, driftKey(r))
	if err != nil {
		return err
	}
	c, err := s.Drifts.Open(s.ctx, s.By, one.DriftKey, s.T("change.drift.title", "code", one.Code), s.driftReason(one))
	to := driftPath
	if err == nil {
		to = record.Changes.Path() + "/" + c.Ref()
	}
	return s.driftDone(w, r, f, to, err)
}

func (s *sight) driftDone(w http.ResponseWriter, r *http.Request, f *web.Form, to string, err error) error {
	if err == nil {
		return web.Go(w, r, to)
	}
	if fault.Is(err, fault.Denied) || fault.Is(err, fault.Missing) {
		return err
	}
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	return s.showDrift(w, r, f)
}

// driftReason tells in words what was found, for the change about it: no more
// than whoever is cleared for the item may know.
func (s *sight) driftReason(d *change.Drift) string {
	out := []string{s.T("change.drift.found", "code", d.Code, "at", s.DateTime(d.At), "origin", s.driftOrigin(d))}
	reader := s.By.Scope.Written(d.Zone)
	for _, f := range d.Fields {
		if reader.Clears(f.Zone) {
			out = append(out, s.driftField(f))
		}
	}
	text := []rune(strings.Join(out, "\n"))
	return string(text[:min(len(text), 5_000)])
}

// driftField tells what is otherwise, in the reader's words.
func (s *sight) driftField(f change.DriftField) string {
	name := f.Name
	for _, room := range []string{"cmdb.kind.", "cmdb.field."} {
		if key := room + f.Name; s.Has(key) {
			name = s.T(key)
		}
	}
	if s.Attribute != nil {
		if a, ok := s.Attribute(f.Name); ok {
			name = a.Label(s.Lang().HTML())
		}
	}
	if f.Was == "" && f.Became == "" {
		return name
	}
	return name + ": " + cmp.Or(f.Was, "–") + " → " + cmp.Or(f.Became, "–")
}

func (s *sight) driftOrigin(d *change.Drift) string {
	if d.Origin == "" || d.Origin == cmdb.Hand {
		return s.T("change.drift.by_hand")
	}
	return d.Origin
}

// driftFields are those of the form that explains one.
func (p *driftPage) driftFields() []part.Field {
	return p.Form.Fields(
		part.Field{Name: "reason", Label: p.T("change.drift.reason"), Kind: part.Long, Required: true, Max: 500, Value: p.One.Why, Help: p.T("change.drift.reason_help")},
		part.Field{Name: "change", Label: p.T("change.drift.change"), Narrow: true, Hint: "CHG-2026-00042", Help: p.T("change.drift.change_help")},
	)
}
