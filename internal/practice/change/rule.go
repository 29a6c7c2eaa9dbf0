package change

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
	"kilter/internal/base/recur"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Of is what a freeze, a window or a model is about as a centre writes it down:
// items by their codes, so that it goes from one Kilter into another.
type Of struct {
	Services []record.ServiceID `json:"services,omitempty"`
	Networks []people.ZoneID    `json:"networks,omitempty"`
	Items    string             `json:"items,omitempty"` // codes, commas or spaces between
}

// Codes are the codes of the items, each once.
func (o Of) Codes() []string {
	var out []string
	for _, code := range strings.FieldsFunc(o.Items, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;，；、", r) }) {
		if !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	return out
}

// everything reports whether it is about everything.
func (o Of) everything() bool {
	return len(o.Services)+len(o.Networks) == 0 && strings.TrimSpace(o.Items) == ""
}

// FreezePlan is a freeze as a centre writes it down.
type FreezePlan struct {
	From      string `json:"from"` // the first day
	FromTime  string `json:"from_time,omitempty"`
	Until     string `json:"until"` // the last day
	UntilTime string `json:"until_time,omitempty"`
	Zone      string `json:"zone,omitempty"` // IANA name; "" is Asia/Shanghai
	Of
	Note people.Text `json:"note,omitzero"`
}

// WindowPlan is a maintenance window that recurs, as a centre writes it down.
type WindowPlan struct {
	Rule     string      `json:"rule"` // RRULE of RFC 5545
	From     string      `json:"from"` // the first day
	Time     string      `json:"time"` // of the day at which it opens
	Minutes  int         `json:"minutes"`
	Zone     string      `json:"zone,omitempty"`
	Shift    recur.Shift `json:"shift,omitempty"`
	Calendar int64       `json:"calendar,omitempty"`
	Most     int         `json:"most,omitempty"` // changes that one window takes in; 0 is any number
	Of
	Note people.Text `json:"note,omitzero"`
}

const (
	usualZone     = "Asia/Shanghai"
	longestFreeze = 366 * 24 * time.Hour
	longestText   = 2000
)

// Span is when nothing is changed. A day without a time is frozen as a whole.
func (f FreezePlan) Span() (s Span, err error) {
	place, err := place(f.Zone)
	if err != nil {
		return s, err
	}
	var many fault.Many
	at := func(day, clock, field string) time.Time {
		t, err := time.ParseInLocation(time.DateOnly, day, place)
		if err != nil {
			many = append(many, fault.At(field, "record.not_a_date"))
			return t
		}
		if clock == "" {
			return t
		}
		t, err = time.ParseInLocation(time.DateOnly+" 15:04", day+" "+clock, place)
		if err != nil {
			many = append(many, fault.At(field+"_time", "change.not_a_time"))
		}
		return t
	}
	s = Span{at(f.From, f.FromTime, "from"), at(f.Until, f.UntilTime, "until")}
	if f.UntilTime == "" {
		s.Until = s.Until.AddDate(0, 0, 1)
	}
	switch {
	case len(many) > 0:
	case !s.Until.After(s.From):
		many = append(many, fault.At("until", "change.ends_before"))
	case s.Length() > longestFreeze:
		many = append(many, fault.At("until", "change.freeze_too_long").With("days", int(longestFreeze.Hours()/24)))
	}
	return s, many.Err()
}

func place(zone string) (*time.Location, error) {
	p, err := time.LoadLocation(cmp.Or(zone, usualZone))
	if err != nil {
		return nil, fault.At("time_zone", "calendar.bad_zone").With("zone", zone)
	}
	return p, nil
}

// spec is when the window opens, on a calendar.
func (w WindowPlan) spec(days *calendar.Calendar) (recur.Spec, error) {
	place, err := place(w.Zone)
	if err != nil {
		return recur.Spec{}, err
	}
	if _, err := time.Parse(time.DateOnly, w.From); err != nil {
		return recur.Spec{}, fault.At("from", "record.not_a_date")
	}
	start, err := time.ParseInLocation(time.DateOnly+" 15:04", w.From+" "+w.Time, place)
	if err != nil {
		return recur.Spec{}, fault.At("time", "change.not_a_time")
	}
	return recur.Spec{Rule: w.Rule, Start: start, Place: place, Shift: cmp.Or(w.Shift, recur.Keep), Days: days}, nil
}

// Spans are the times within a span at which the window is open.
func (w WindowPlan) Spans(within Span, days *calendar.Calendar) ([]Span, error) {
	spec, err := w.spec(days)
	if err != nil {
		return nil, err
	}
	length := time.Duration(w.Minutes) * time.Minute
	dates, err := spec.Dates(within.From.Add(-length), within.Until)
	if err != nil {
		return nil, err
	}
	var out []Span
	for _, d := range dates {
		if !d.At.IsZero() {
			out = append(out, Span{d.At, d.At.Add(length)})
		}
	}
	return out, nil
}

// About is what it is about by ids; item finds the ids of codes. gone is true
// when all that it was about is there no more.
func (o Of) About(item func(code string) record.ItemID) (a About, gone bool) {
	a = About{Services: o.Services, Zones: o.Networks}
	for _, code := range o.Codes() {
		if id := item(code); id != 0 {
			a.Items = append(a.Items, id)
		}
	}
	return a, !o.everything() && len(a.Items)+len(a.Services)+len(a.Zones) == 0
}

// Book is what a centre has written down about when something is changed.
type Book struct {
	Settings func() *setting.All
	// Items finds the ids of items by their codes, whoever may see them.
	Items func(ctx context.Context, codes ...string) (map[string]record.ItemID, error)
	// Calendar says which days are worked on; 0 is the centre's usual one.
	Calendar func(id int64) *calendar.Calendar
}

// Arranged lists the freezes that meet a span, and the windows with the times
// within it at which they are open.
func (b Book) Arranged(ctx context.Context, within Span) (out Arranged, err error) {
	all := b.Settings()
	freezes, err := readAll[FreezePlan](all, setting.Freeze)
	if err != nil {
		return out, err
	}
	windows, err := readAll[WindowPlan](all, setting.Window)
	if err != nil {
		return out, err
	}
	var codes []string
	for _, f := range freezes {
		codes = append(codes, f.Doc.Codes()...)
	}
	for _, w := range windows {
		codes = append(codes, w.Doc.Codes()...)
	}
	found := map[string]record.ItemID{}
	if len(codes) > 0 && b.Items != nil {
		if found, err = b.Items(ctx, codes...); err != nil {
			return out, err
		}
	}
	item := func(code string) record.ItemID { return found[code] }
	for _, f := range freezes {
		span, err := f.Doc.Span()
		if err != nil {
			return out, err
		}
		if about, gone := f.Doc.About(item); !gone && span.Meets(within) {
			out.Freezes = append(out.Freezes, FreezeRule{ID: f.ID, Name: f.Name, Note: f.Doc.Note, Span: span, About: about, Version: f.Version})
		}
	}
	for _, w := range windows {
		spans, err := w.Doc.Spans(within, b.Calendar(w.Doc.Calendar))
		if err != nil {
			return out, err
		}
		if about, gone := w.Doc.About(item); !gone {
			out.Upkeep = append(out.Upkeep, UpkeepRule{ID: w.ID, Name: w.Name, About: about, Most: w.Doc.Most, Spans: spans})
		}
	}
	return out, nil
}

// written is a thing in use with its document.
type written[D any] struct {
	*setting.Thing
	Doc D
}

func readAll[D any](all *setting.All, k setting.Kind) ([]written[D], error) {
	var out []written[D]
	for _, t := range all.Of(k) {
		if t.Retired {
			continue
		}
		d, err := setting.Read[D](*t)
		if err != nil {
			return nil, err
		}
		out = append(out, written[D]{t, d})
	}
	return out, nil
}

// ofThing is what a thing of these kinds is about.
func ofThing(t *setting.Thing) (Of, error) {
	switch t.Kind {
	case setting.Freeze, setting.Window, setting.ChangeModel:
		return setting.Read[Of](*t)
	}
	return Of{}, nil
}

// Cleared reports whether somebody may know of a freeze or a window: it is
// about no network, service or item that he is not cleared for. Items are codes,
// whose network is not known here, so they are for who is cleared for all.
func Cleared(all *setting.All, scope people.Scope, t *setting.Thing) bool {
	of, err := ofThing(t)
	if err != nil || scope.AllZones {
		return err == nil
	}
	return len(of.Codes()) == 0 && of.cleared(all, scope)
}

// cleared reports whether somebody may know of the services and networks.
func (o Of) cleared(all *setting.All, scope people.Scope) bool {
	if scope.AllZones {
		return true
	}
	for _, id := range o.Services {
		if s := all.Find(setting.Service, int64(id)); s == nil || !catalogue.Cleared(scope, s) {
			return false
		}
	}
	return !slices.ContainsFunc(o.Networks, func(z people.ZoneID) bool { return !scope.Clears(z) })
}
