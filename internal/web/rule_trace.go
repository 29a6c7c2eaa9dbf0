package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/record"
	"kilter/internal/practice/rule"
	"kilter/internal/practice/setting"
)

// traced is what rules made of one deed: which fired, which did not and why.
type traced struct {
	Deed  string
	At    time.Time
	Lines []traceLine
}

// traceLine is one rule in it.
type traceLine struct {
	Rule    string
	Href    string // its page, "" for who makes no rules
	Version int64
	Outcome rule.Outcome // "" when it did not fire
	Did     []changedField
	Why     string
	Part    string // of the condition that does not hold
}

// tracePage is the panel of a record about rules.
type tracePage struct {
	*tale
	All []traced
}

// mostTraced is how many causes the panel shows.
const mostTraced = 60

// traceRoutes mounts the panel for every practice.
func (d *Desk) traceRoutes(mux Mux) {
	if d.Rules == nil {
		return
	}
	for kind := range d.trades {
		mux.Handle("GET "+kind.Path()+"/{ref}/rules", d.about(kind, d.trace))
	}
}

// trace shows what rules did to a record.
func (d *Desk) trace(w http.ResponseWriter, r *http.Request, s *sight) error {
	if err := s.By.May(rule.DeedTrace); err != nil {
		return err
	}
	n, err := refOf(s.of.Kind, r.PathValue("ref"))
	if err != nil {
		return err
	}
	desk := d.Rules.Desks[s.of.Kind]
	if err := s.By.May(s.of.deed("read")); err != nil {
		return err
	}
	if desk == nil {
		return fault.New(fault.Missing, "trouble.missing")
	}
	pic, err := desk.See(r.Context(), s.By.Scope, n)
	if err != nil {
		return err
	}
	runs, missed, err := d.Rules.Traces.Trace(r.Context(), pic.ID, mostTraced)
	if err != nil {
		return err
	}
	p := &tracePage{tale: &tale{sight: s, Ref: pic.Ref()}}
	p.gather(runs, missed)
	return Show(w, r, http.StatusOK, tracePanel(p))
}

// gather puts runs and misses of one cause together, the newest first.
func (p *tracePage) gather(runs []rule.Run, missed []rule.Missed) {
	at := map[rule.Cause]int{}
	find := func(c rule.Cause, deed string, when time.Time) *traced {
		cause, _, _ := strings.Cut(string(c), ".")
		key := rule.Cause(cause)
		i, ok := at[key]
		if !ok {
			i = len(p.All)
			at[key] = i
			p.All = append(p.All, traced{Deed: p.cause(key, deed), At: when})
		}
		return &p.All[i]
	}
	for _, r := range runs {
		t := find(r.Cause, r.Deed, r.At)
		l := p.line(r.Rule, r.Version)
		l.Outcome = r.Outcome
		l.Did = p.changes(record.Entry{Changes: r.Did})
		if r.Why != nil {
			l.Why = p.Fault(r.Why)
		}
		t.Lines = append(t.Lines, l)
	}
	for _, m := range missed {
		t := find(m.Cause, m.Deed, m.At)
		for _, one := range m.Misses {
			l := p.line(one.Rule, one.Version)
			l.Why, l.Part = p.T("rule.why."+string(one.Why)), one.Part
			if one.Why == rule.Broken && p.Has(one.Part) {
				l.Part = p.T(one.Part)
			}
			t.Lines = append(t.Lines, l)
		}
	}
	slices.SortStableFunc(p.All, func(a, b traced) int { return b.At.Compare(a.At) })
}

func (p *tracePage) line(id, version int64) traceLine {
	l := traceLine{Rule: p.Thing(id), Version: version}
	if p.By.Can(rule.DeedEdit) && p.sight.All.Find(setting.Rule, id) != nil {
		l.Href = autoPath + "/" + idText(id)
	}
	return l
}

// cause is on what account rules were considered, in words.
func (p *tracePage) cause(c rule.Cause, deed string) string {
	switch c[0] {
	case 'd':
		return p.T("rule.daily")
	case 't':
		return p.T("rule.later", "deed", p.deedWord(deed))
	}
	return p.deedWord(deed)
}

// deedWord is a deed in words; what is no word of the practice's is one of
// every record's.
func (s *sight) deedWord(deed string) string {
	for _, key := range []string{s.of.deed("did." + deedOf(deed)), "record.did." + deedOf(deed)} {
		if s.Has(key) {
			return s.T(key)
		}
	}
	return deed
}
