package handbook

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/handbook"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/record"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/practice/setting"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// value is a figure of today in words, and what stands behind it.
func (s *sight) value(key string, v handbook.Value) (word, note string) {
	g := handbook.GaugeOf(key)
	if !g.Known(v) {
		if v.N == 0 {
			return "", s.T("handbook.no_cases")
		}
		return "", s.T("handbook.too_few", "n", s.Number(v.N))
	}
	note = s.T("handbook.of_cases", "n", s.Number(v.N))
	switch g.Shape {
	case handbook.Share:
		return s.Percent(v.Number, 1), s.T("handbook.of_all", "n", s.Number(v.Counts), "all", s.Number(v.N))
	case handbook.Count:
		return s.Number(int(v.Number)), ""
	case handbook.Hours:
		return s.T("handbook.hours", "n", s.Decimal(v.Number, 1)), note
	case handbook.Days:
		return s.T("handbook.days", "n", s.Decimal(v.Number, 1)), note
	case handbook.Mean:
		return s.Decimal(v.Number, 2), note
	case handbook.Absent:
	}
	return "", ""
}

// partName is what a part of the cases of a figure is called.
func (s *sight) partName(p handbook.Part) string {
	if n, err := strconv.Atoi(p.Name); err == nil {
		return s.Priority(n)
	}
	return s.T("change.type." + p.Name)
}

// driftPage is where a chapter and what runs differ.
type driftPage struct {
	chapterPage
	*handbook.Drift
	Steps []programme.Step // of roadmaps, that carry a change
}

func (s *sight) drift(w http.ResponseWriter, r *http.Request) error {
	d, err := s.room.Drift(s.ctx, s.By, r.PathValue("code"))
	if err != nil {
		return err
	}
	s.Title = s.T("handbook.drift_of", "name", s.name(d.Code))
	p := &driftPage{chapterPage: chapterPage{sight: s, View: *d.View}, Drift: d}
	if p.Steps, err = s.pages.Carries(s.ctx, s.By, string(d.Code)); err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, driftView(p))
}

// answer is the page in one sentence.
func (p *driftPage) answer() string {
	switch {
	case p.Shot == nil && len(p.Held) == 0:
		return p.T("handbook.drift_nothing")
	case !p.Drifts():
		return p.T(p.agrees())
	}
	loose := 0
	for _, h := range p.Held {
		if p.Loose(h) {
			loose++
		}
	}
	out := []string{p.N("handbook.drift_differs", len(p.Differences))}
	if p.Shot == nil || len(p.Differences) == 0 && loose > 0 {
		out = nil
	}
	if loose > 0 {
		out = append(out, p.N("handbook.drift_loose", loose))
	}
	return p.List(out)
}

// agrees is how far it can be said that nothing differs.
func (p *driftPage) agrees() string {
	cases := 0
	for _, h := range p.Held {
		cases += h.Cases
	}
	switch {
	case p.Shot != nil && cases > 0:
		return "handbook.drift_agrees"
	case p.Shot != nil:
		return "handbook.drift_agrees_run"
	case cases > 0:
		return "handbook.drift_agrees_done"
	}
	return "handbook.drift_nothing"
}

// words are those of a life cycle of the chapter.
func (p *driftPage) words(name string) *cycle {
	for i := range p.chapterPage.Cycles {
		if c := &p.chapterPage.Cycles[i]; c.Name == name {
			return p.cycle(c)
		}
	}
	return nil
}

// differs is a difference in words: what it is about, when it was approved, now.
func (p *driftPage) differs(d handbook.Difference) (about, was, now string) {
	if d.What == handbook.FactSetting {
		about, was, now = p.settingAbout(d.Fact), d.Was, d.Value
		if d.Name == "" {
			was, now = "", ""
		}
	} else if c := p.words(d.Of); c != nil {
		about = p.T("handbook.fact."+d.What, "flow", c.Words.Title(), "name", c.factName(d.Fact))
		was, now = c.factValue(d.What, d.Was), c.factValue(d.What, d.Value)
	}
	switch {
	case d.New && now == "":
		now = p.T("handbook.there")
	case d.Gone && was == "":
		was = p.T("handbook.there")
	}
	none := p.T("handbook.none")
	if was == "" {
		was = none
	}
	if now == "" {
		now = none
	}
	return about, was, now
}

// factName is the state or move that a fact is about.
func (c *cycle) factName(f handbook.Fact) string {
	if f.What == handbook.FactState {
		return c.Words.State(f.Name)
	}
	return c.Words.Move(&handbook.Move{Name: f.Name})
}

// factValue is what held of a life cycle, in words.
func (c *cycle) factValue(what, value string) string {
	if value == "" {
		return ""
	}
	each := func(list string, word func(string) string) string {
		var out []string
		for one := range strings.SplitSeq(list, ",") {
			if one != "" {
				out = append(out, word(one))
			}
		}
		return c.List(out)
	}
	switch what {
	case handbook.FactState:
		if value == "final" {
			return c.T("handbook.final")
		}
		return c.clocks(handbook.State{Pace: flow.Pace(value)})
	case handbook.FactWay:
		from, to, _ := strings.Cut(value, ">")
		return each(from, c.Words.State) + " → " + c.to(&handbook.Move{To: to})
	case handbook.FactMust:
		return each(value, c.Words.Field)
	case handbook.FactDemand:
		return each(value, c.demand)
	case handbook.FactText:
		return c.T("handbook.a_text")
	case handbook.FactWho:
		return each(value, c.roleName)
	}
	return value
}

// demand is a condition of a move by its key.
func (c *cycle) demand(key string) string {
	for i := range c.Own.Moves {
		for _, f := range c.Own.Moves[i].Demands {
			if f.Key == key {
				return c.Words.Fault(f)
			}
		}
	}
	return key
}

func (c *cycle) roleName(code string) string {
	if t := c.All.Coded(setting.Role, code); t != nil {
		return t.Label(string(c.Lang()))
	}
	return code
}

// settingAbout is the setting, and the field, that a fact is about.
func (p *driftPage) settingAbout(f handbook.Fact) string {
	kind, code, _ := strings.Cut(f.Of, "/")
	k := setting.Kind(kind)
	out := p.T("setting.kind." + directory.KindWord(k, code))
	if t := p.All.Coded(k, code); k != setting.Centre && t != nil {
		out += ": " + t.Label(string(p.Lang()))
	} else if k != setting.Centre {
		out += ": " + code
	}
	if f.Name == "" {
		return out
	}
	field, rest, _ := strings.Cut(f.Name, ".")
	label := field
	if key := directory.LabelKey(k, code, field); p.Has(key) {
		label = p.T(key)
	}
	out += " · " + label
	if rest != "" {
		out += " · " + strings.ReplaceAll(rest, ".", " · ")
	}
	return out
}

// breach is a step that is not by the book, in words.
func (p *driftPage) breach(flowName string, b handbook.Breach) (kind, way string) {
	kind = p.T("handbook.breach." + string(b.Kind))
	c := p.words(flowName)
	if c == nil {
		return kind, ""
	}
	way = c.Words.State(b.Became)
	if b.Was != "" {
		way = c.Words.State(b.Was) + " → " + way
	}
	return kind, way
}

func (p *driftPage) casesHref(flowName string, b handbook.Breach, after int64) string {
	q := url.Values{"flow": {flowName}, "kind": {string(b.Kind)}, "was": {b.Was}, "became": {b.Became}}
	if after > 0 {
		q.Set("after", strconv.FormatInt(after, 10))
	}
	return p.at("/cases?" + q.Encode())
}

// mostCases is how many a page lists.
const mostCases = 100

// casesPage is the cases behind a breach.
type casesPage struct {
	driftPage
	Flow   string
	Breach handbook.Breach
	Cases  []handbook.Case
	Next   int64
	Kind   record.Kind
}

func (s *sight) cases(w http.ResponseWriter, r *http.Request) error {
	b := handbook.Breach{Kind: handbook.Kind(r.FormValue("kind")), Was: r.FormValue("was"), Became: r.FormValue("became")}
	after, err := strconv.ParseInt(r.FormValue("after"), 10, 64)
	if err != nil {
		after = 0
	}
	name := r.FormValue("flow")
	v, all, err := s.room.Cases(s.ctx, s.By, r.PathValue("code"), name, b, after, mostCases+1)
	if err != nil {
		return err
	}
	p := &casesPage{driftPage: driftPage{chapterPage: chapterPage{sight: s, View: *v}}, Flow: name, Breach: b, Cases: all, Kind: s.room.Kinds[name]}
	if len(all) > mostCases {
		p.Cases = all[:mostCases]
		p.Next = p.Cases[mostCases-1].ID
	}
	kind, way := "", ""
	if c := p.words(name); c != nil && slices.ContainsFunc(c.Own.States, func(st handbook.State) bool { return st.Code == b.Became }) {
		kind, way = p.breach(name, b)
	}
	if kind == "" || p.breachUnknown() {
		return fault.New(fault.Missing, "trouble.missing")
	}
	s.Title = kind + " · " + way
	return web.Show(w, r, http.StatusOK, casesView(p))
}

// breachUnknown reports whether the address names no breach there is.
func (p *casesPage) breachUnknown() bool {
	c := p.words(p.Flow)
	known := []handbook.Kind{handbook.Marked, handbook.Began, handbook.Skipped, handbook.Against}
	return !slices.Contains(known, p.Breach.Kind) ||
		p.Breach.Was != "" && !slices.ContainsFunc(c.Own.States, func(st handbook.State) bool { return st.Code == p.Breach.Was })
}

// label is the number of a case, or the code of an item.
func (p *casesPage) label(c handbook.Case) string {
	if p.Kind == handbook.Items {
		return c.Code
	}
	return record.Ref(p.Kind, c.Number)
}

func caseHref(k record.Kind, c handbook.Case) string {
	if k == handbook.Items {
		return web.ItemHref(record.ItemID(c.ID))
	}
	return k.Path() + "/" + record.Ref(k, c.Number)
}

// heldSays is which cases were held to a flow.
func (p *driftPage) heldSays(h handbook.Held) string {
	key := "handbook.by_the_book"
	if p.room.Kinds[h.Flow] == handbook.Items {
		key = "handbook.items_by_the_book"
	}
	return p.T(key, "n", p.Number(h.Regular), "all", p.Number(h.Cases), "from", p.Date(h.Since), "at", p.DateTime(h.At))
}

// unlogged are the flows of the chapter that run here and keep no log of their moves.
func (p *driftPage) unlogged() string {
	var out []string
	for i := range p.chapterPage.Cycles {
		c := p.cycle(&p.chapterPage.Cycles[i])
		if _, logged := p.room.Kinds[c.Own.Name]; c.runs() && !logged {
			out = append(out, c.Words.Title())
		}
	}
	return p.List(out)
}

// shareWord is the share of cases by the book.
func (p *driftPage) shareWord(h handbook.Held) string {
	share, ok := h.Share()
	if !ok {
		return p.T("handbook.no_cases")
	}
	return p.Percent(share, 1)
}

func (p *driftPage) heldTag(h handbook.Held) (tone part.Tone, icon, word string) {
	if p.Loose(h) {
		return part.Amber, "alert-triangle", p.T("handbook.loose", "share", p.Percent(p.Share, 0))
	}
	return part.Jade, "check", p.T("handbook.kept")
}

// keyOf is the name of a figure of the chapter.
func keyOf(p maturity.Process, code string) string { return handbook.FigureKey(p, code) }

// stepHref is the page of a step of a roadmap.
func stepHref(s *programme.Step) string {
	return "/roadmap/" + strconv.FormatInt(s.Programme, 10) + "/steps/" + strconv.FormatInt(s.ID, 10)
}
