package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/web/part"
)

// itemChange is a row of an item's history in words.
type itemChange struct {
	changedField
	Field  string
	Shown  part.Entry
	Source string     // where the value came from, "" by hand
	Batch  cmdb.Batch // the bulk change it was part of; its ID is 0 for none
	Why    string
	Came   bool // the item came into being
}

// told puts changes into words.
func (s *stock) told(c *cmdb.ClassDef, changes []cmdb.Change) []itemChange {
	out := make([]itemChange, len(changes))
	for n, h := range changes {
		one := itemChange{Field: h.Field, Why: h.Because, Batch: cmdb.Batch{ID: h.Batch, By: h.By}, Came: h.Field == ""}
		if h.Origin != cmdb.Hand {
			one.Source = h.Origin
		}
		one.changedField = changedField{Label: s.historyLabel(c, h.Field), Was: s.shown(c, h.Field, h.Was), Now: s.shown(c, h.Field, h.Became)}
		one.Shown = part.Entry{ID: "h" + strconv.FormatInt(h.ID, 10), Who: person(h.By, h.Name), At: h.At, Now: s.Now, Icon: historyIcon(h)}
		out[n] = one
	}
	return out
}

func (s *stock) historyLabel(c *cmdb.ClassDef, field string) string {
	switch {
	case strings.HasPrefix(field, "group."):
		return s.T("item.redundancy")
	case field == "":
		return ""
	}
	return s.fieldLabel(c, field)
}

func historyIcon(h cmdb.Change) string {
	switch {
	case h.Field == "":
		return "plus"
	case h.Field == "state":
		return "arrow-right"
	case h.Field == "attached":
		return "paperclip"
	case h.Import != 0:
		return "database"
	}
	return "edit"
}

// itemPast is what became of an item: all of it, or of one field, and the item
// as it was at a moment.
type itemPast struct {
	*stock
	One     *cmdb.Item
	Class   *cmdb.ClassDef
	Field   string
	When    part.Field
	Fields  part.Field
	Changes []itemChange
	Cut     bool
	Then    *cmdb.Item // at the moment asked for, nil when none was or it was not there yet
	Absent  bool       // it was not there yet
}

// mostHistory is how many changes the page of the past shows.
const mostHistory = 500

func (c *Configuration) past(w http.ResponseWriter, r *http.Request, s *stock) error {
	i, err := s.one(r)
	if err != nil {
		return err
	}
	if s.files, err = c.CMDB.Attached(r.Context(), s.By, i.ID); err != nil {
		return err
	}
	q := r.URL.Query()
	p := &itemPast{stock: s, One: i, Class: s.classOf(i.Class), Field: q.Get("field")}
	changes, err := c.CMDB.History(r.Context(), s.By, i.ID)
	if err != nil {
		return err
	}
	p.Fields = part.Field{Name: "field", Label: s.T("item.past_field"), Kind: part.Choice, Value: p.Field, Hint: s.T("item.past_all")}
	p.When = part.Field{Name: "when", Label: s.T("item.past_when"), Kind: part.DateTime, Narrow: true, Value: q.Get("when")}
	p.choose(changes)
	status := http.StatusOK
	if p.When.Value != "" {
		if err := p.then(); err != nil {
			return err
		}
		if len(p.When.Faults) > 0 {
			status = http.StatusUnprocessableEntity
		}
	}
	p.Title = s.T("item.past_of", "code", i.Code)
	s.frameItems("none")
	return Show(w, r, status, itemPastView(p))
}

// choose offers the fields that ever changed and keeps what was asked for.
func (p *itemPast) choose(changes []cmdb.Change) {
	var kept []cmdb.Change
	for _, h := range changes {
		known := func(o part.Option) bool { return o.Value == h.Field }
		if h.Field != "" && !strings.HasPrefix(h.Field, "group.") && !slices.ContainsFunc(p.Fields.Options, known) {
			p.Fields.Options = append(p.Fields.Options, part.Option{Value: h.Field, Label: p.historyLabel(p.Class, h.Field)})
		}
		if p.Field == "" || h.Field == p.Field {
			kept = append(kept, h)
		}
	}
	slices.SortFunc(p.Fields.Options, func(a, b part.Option) int { return cmp.Compare(a.Label, b.Label) })
	if p.Cut = len(kept) > mostHistory; p.Cut {
		kept = kept[:mostHistory]
	}
	p.Changes = p.told(p.Class, kept)
}

// then reads the item as it was at the moment asked for.
func (p *itemPast) then() error {
	at, err := time.ParseInLocation("2006-01-02T15:04", p.When.Value, p.Zone())
	if err != nil {
		p.When.Faults = []string{p.T("catalogue.not_a_date")}
		return nil
	}
	p.Then, err = p.c.CMDB.At(p.ctx, p.By, p.One.ID, at)
	if fault.Is(err, fault.Missing) {
		p.Absent = true
		return nil
	}
	return err
}

// pastFact is a field as it was, beside what it is now.
type pastFact struct {
	Label, Then, Now string
	Differs          bool
}

// pastFacts are the fields that had a value then or have one now.
func (p *itemPast) pastFacts() []pastFact {
	then := p.classOf(p.Then.Class)
	names := p.Model.Names(p.One.Class)
	for _, a := range then.All {
		if !slices.Contains(names, a.Name) {
			names = append(names, a.Name)
		}
	}
	var out []pastFact
	for _, n := range names {
		was, now := p.Then.Get(n), p.One.Get(n)
		if was == "" && now == "" {
			continue
		}
		out = append(out, pastFact{p.fieldLabel(then, n), p.shown(then, n, was), p.shown(p.Class, n, now), was != now})
	}
	return out
}
