package change

import (
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/change"
	"kilter/internal/practice/record"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// outcomePage is what followed a change that was carried out, measured from
// records; whoever reviews it closes the review here with what was found.
type outcomePage struct {
	*sight
	One  *change.Change
	Form *web.Form
	*change.Outcome
	Kept *change.Outcome // what whoever is cleared for the change may know of it, for the review
}

func (s *sight) outcome(w http.ResponseWriter, r *http.Request) error {
	return s.showOutcome(w, r, nil)
}

func (s *sight) showOutcome(w http.ResponseWriter, r *http.Request, f *web.Form) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	one, err := s.Desk.Find(s.ctx, s.By, n)
	if err != nil {
		return err
	}
	p := &outcomePage{sight: s, One: one, Form: f}
	if p.Outcome, err = s.Planning.Outcome(s.ctx, s.By, one); err != nil {
		return err
	}
	reader := s.By
	reader.Scope = s.By.Scope.Written(one.Zone)
	if p.Kept, err = s.Planning.Outcome(s.ctx, reader, one); err != nil {
		return err
	}
	p.Title = one.Ref() + " " + s.T("change.outcome")
	at := record.Changes.Path() + "/" + one.Ref()
	p.Frame.Views = []web.Group{{Title: s.T("desk.change.title"), Views: []part.Link{
		{Label: one.Ref() + " " + web.Cut(one.Title, 40), Href: at, Icon: "git-merge"},
		{Label: s.T("change.plan"), Href: at + "/plan", Icon: "calendar"},
		{Label: s.T("change.outcome"), Href: at + "/outcome", Icon: "report-analytics", Active: true},
	}}}
	return web.Show(w, r, f.Status(), outcomeView(p))
}

// conclude closes the review with the result that somebody judged it to be.
func (s *sight) conclude(w http.ResponseWriter, r *http.Request) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	in := record.Input{Version: f.ID("version"), Fields: map[string]string{"result": f.Get("result"), "review": f.Get("review"), "updated": f.Get("updated")}}
	_, err = s.Desk.Move(s.ctx, s.By, n, "close", in)
	if err == nil {
		return web.Go(w, r, record.Changes.Path()+"/"+r.PathValue("ref"))
	}
	if fault.Is(err, fault.Denied) || fault.Is(err, fault.Missing) {
		return err
	}
	if err := f.Blame(s.Printer, err); err != nil {
		return err
	}
	return s.showOutcome(w, r, f)
}

// tasksHref is where the tasks of the change are kept as a table.
func (p *outcomePage) tasksHref(as string) string {
	return record.Changes.Path() + "/export?" + url.Values{"q": {"number:" + p.One.Ref()}, "of": {"tasks"}, "as": {as}}.Encode()
}

// reviews reports whether the reader may close the review now.
func (p *outcomePage) reviews() bool {
	return p.One.State == change.Reviewing && p.By.Can("change.close")
}

// fields are those of the review, with what was measured filled in.
func (p *outcomePage) fields() []part.Field {
	result := part.Field{Name: "result", Label: p.T("change.field.result"), Kind: part.Choice, Required: true, Help: p.T("change.outcome.proposed", "result", p.T("change.result."+string(p.Proposed)))}
	if p.Kept.Proposed == p.Proposed { // else it would tell of incidents that others may not know of: whoever reviews chooses
		result.Value = string(p.Proposed)
	}
	for _, r := range []change.Result{change.Success, change.Incidents, change.Overran, change.TakenBack, change.Failed} {
		result.Options = append(result.Options, part.Option{Value: string(r), Label: p.T("change.result." + string(r))})
	}
	text, whole := p.told()
	help := p.T("change.outcome.review_help")
	if !whole {
		help += " " + p.T("change.outcome.left_out")
	}
	return p.Form.Fields(
		result,
		part.Field{Name: "review", Label: p.T("change.field.review"), Kind: part.Long, Required: true, Max: 20_000, Value: text, Help: help},
		part.Field{Name: "updated", Label: p.T("change.field.updated"), Kind: part.Toggle},
	)
}

// told is what was measured, in words, with the numbers of the records. It stays
// on the change: of a time in which there was more than whoever reads the change
// may know it says nothing, and is not whole.
func (p *outcomePage) told() (text string, whole bool) {
	var out []string
	o, whole := p.Kept, true
	if o.Windowed {
		if o.Overrun > 0 {
			out = append(out, p.T("change.outcome.overran", "span", p.Duration(o.Overrun)))
		} else {
			out = append(out, p.T("change.outcome.in_window"))
		}
	}
	if len(p.Tasks) > 0 {
		out = append(out, p.punctual())
	}
	for _, part := range []struct {
		key      string
		all, saw []change.Happened
	}{{"before", o.Preceding, p.Preceding}, {"during", o.Meanwhile, p.Meanwhile}, {"first", o.First, p.First}, {"after", o.Following, p.Following}, {"caused", o.Caused, p.Caused}} {
		if len(part.all) != len(part.saw) {
			whole = false
			continue
		}
		line := p.T("change.outcome."+part.key) + ": " + p.Number(len(part.all))
		if len(part.all) > 0 {
			line += " (" + refs(part.all) + ")"
		}
		out = append(out, line)
	}
	switch line := p.availabilities(); {
	case len(o.Outages) != len(p.Outages) || len(o.Availability) != len(p.Availability):
		whole = false
	case line != "":
		out = append(out, line)
	}
	if !o.Complete() {
		out = append(out, p.T("change.outcome.running", "until", p.DateTime(o.After.Until)))
	}
	return strings.Join(out, "\n"), whole
}

// availability writes a share so that what was down for a minute is not said to
// have been there all the time.
func (p *outcomePage) availability(share float64) string {
	return p.Percent(math.Floor(share*10_000+1e-9)/10_000, 2)
}

// availabilities tells in words how available all services were together; "" where
// nothing was measured.
func (p *outcomePage) availabilities() string {
	if len(p.Availability) == 0 {
		return ""
	}
	all, words := p.Together(), map[string]string{}
	for name, u := range map[string]change.Uptime{"before": all.Before, "first": all.First, "after": all.After} {
		if words[name] = "–"; u.Agreed > 0 {
			share, _ := u.Share()
			words[name] = p.availability(share)
		}
	}
	return p.T("change.outcome.available_told", "before", words["before"], "first", words["first"], "after", words["after"])
}

// punctual counts in words how the tasks went.
func (p *outcomePage) punctual() string {
	n := p.Punctual()
	if n.Planned == 0 {
		return p.N("change.outcome.unplanned", len(p.Tasks))
	}
	return p.T("change.outcome.punctual", "planned", n.Planned, "well", n.AsPlanned, "begun", n.BegunLate, "ended", n.EndedLate, "longer", n.Longer)
}

// between is a time of which an end may not be known.
func (p *outcomePage) between(from, until time.Time) string {
	at := func(m time.Time) string {
		if m.IsZero() {
			return "–"
		}
		return p.DateTime(m)
	}
	if from.IsZero() && until.IsZero() {
		return "–"
	}
	if !from.IsZero() && p.Date(from) == p.Date(until) {
		return at(from) + " – " + p.Clock(until) // the day is said once
	}
	return at(from) + " – " + at(until)
}

// mostRefs is how many incidents a line names.
const mostRefs = 20

func refs(all []change.Happened) string {
	var out []string
	for _, h := range all[:min(len(all), mostRefs)] {
		out = append(out, h.Head.Ref())
	}
	if len(all) > mostRefs {
		out = append(out, "…")
	}
	return strings.Join(out, ", ")
}

// figures are what was measured, in one row.
func (p *outcomePage) figures() []part.Figure {
	out := []part.Figure{
		{Name: p.T("change.outcome.first"), Value: p.Number(len(p.First)), Note: p.T("change.outcome.first_note")},
		{Name: p.T("change.outcome.after"), Value: p.Number(len(p.Following)), Note: p.T("change.outcome.against", "n", len(p.Preceding))},
		{Name: p.T("change.outcome.during"), Value: p.Number(len(p.Meanwhile)), Note: p.Duration(p.During.Length())},
		{Name: p.T("change.outcome.caused"), Value: p.Number(len(p.Caused)), Note: p.T("change.outcome.caused_note")},
		{Name: p.T("change.outcome.overrun"), Value: "–", Note: p.T("change.outcome.no_window")},
	}
	if p.Windowed {
		out[4].Value, out[4].Note = p.Duration(p.Overrun), p.T("change.outcome.window", "ends", p.DateTime(p.One.Ends))
	}
	return out
}

// services are what went down with the change.
func (p *outcomePage) services() string {
	var out []string
	for _, id := range p.Outcome.Services {
		if name := p.Thing(int64(id)); name != "" {
			out = append(out, name)
		}
	}
	return strings.Join(out, p.T("list.comma"))
}

// parts are the lists of incidents, by when they were opened.
func (p *outcomePage) parts() []happenings {
	early := len(p.First)
	return []happenings{
		{"first", p.First},
		{"later", p.Following[early:]},
		{"during", p.Meanwhile},
		{"before", p.Preceding},
		{"caused", p.Caused},
	}
}

// happenings are the incidents of a time.
type happenings struct {
	key string
	all []change.Happened
}
