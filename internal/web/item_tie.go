package web

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/web/part"
)

// The meanings of a relation for the item whose page it stands on.
const (
	tieNeeds  = "needs"  // the item suffers when the other fails
	tieNeeded = "needed" // the other suffers when the item fails
	tieOther  = "other"  // neither
)

// tieBlock is the relations of an item that mean the same for it.
type tieBlock struct {
	Meaning string
	Groups  []tieRun // the redundancies of the item, for what it needs
	Types   []tieRun // what stands alone, by the type of relation
}

// N is how many relations there are.
func (b tieBlock) N() int {
	n := 0
	for _, r := range slices.Concat(b.Groups, b.Types) {
		n += len(r.Ties)
	}
	return n
}

// tieRun is relations of one type, or the members of one redundancy.
type tieRun struct {
	Label string
	Says  string      // what it means when the other end fails
	Group *cmdb.Group // of a redundancy
	Ties  []tie
}

// tie is one relation as its row shows it.
type tie struct {
	cmdb.Related
	Label string // the type read from this item
}

// meaningOf says what a relation means for the item that it is seen from.
func meaningOf(t *cmdb.RelationType, back bool) []string {
	if t == nil {
		return []string{tieOther}
	}
	switch {
	case t.Suffers == cmdb.Both:
		return []string{tieNeeds, tieNeeded}
	case t.Suffers == cmdb.Source && !back, t.Suffers == cmdb.Target && back:
		return []string{tieNeeds}
	case t.Suffers == cmdb.Source, t.Suffers == cmdb.Target:
		return []string{tieNeeded}
	}
	return []string{tieOther}
}

// tieBlocks orders the relations of an item by what they mean, then by
// redundancy and type.
func (s *stock) tieBlocks(all []cmdb.Related, groups []cmdb.Group) []tieBlock {
	blocks := []tieBlock{{Meaning: tieNeeds}, {Meaning: tieNeeded}, {Meaning: tieOther}}
	for n := range groups {
		g := &groups[n]
		blocks[0].Groups = append(blocks[0].Groups, tieRun{Label: g.Name.In(s.lang()), Group: g})
	}
	for _, r := range all {
		kind := s.Model.Type(r.Type)
		for _, m := range meaningOf(kind, r.Back) {
			b := &blocks[slices.IndexFunc(blocks, func(b tieBlock) bool { return b.Meaning == m })]
			t := tie{r, s.tieLabel(kind, r)}
			if n := slices.IndexFunc(b.Groups, func(run tieRun) bool { return run.Group.ID == r.Group }); n >= 0 {
				b.Groups[n].Ties = append(b.Groups[n].Ties, t)
				continue
			}
			n := slices.IndexFunc(b.Types, func(run tieRun) bool { return run.Label == t.Label })
			if n < 0 {
				n = len(b.Types)
				b.Types = append(b.Types, tieRun{Label: t.Label, Says: s.tieSays(kind, m)})
			}
			b.Types[n].Ties = append(b.Types[n].Ties, t)
		}
	}
	for n := range blocks {
		blocks[n].sort()
		for i := range blocks[n].Groups {
			blocks[n].Groups[i].Says = s.groupSays(blocks[n].Groups[i])
		}
	}
	return slices.DeleteFunc(blocks, func(b tieBlock) bool { return len(b.Groups)+len(b.Types) == 0 })
}

func (b *tieBlock) sort() {
	slices.SortFunc(b.Types, func(x, y tieRun) int { return cmp.Compare(x.Label, y.Label) })
	for _, run := range slices.Concat(b.Groups, b.Types) {
		slices.SortFunc(run.Ties, func(x, y tie) int { return cmp.Compare(x.Other.Code, y.Other.Code) })
	}
}

// tieLabel is the type of a relation as it reads from this end.
func (s *stock) tieLabel(t *cmdb.RelationType, r cmdb.Related) string {
	if t == nil {
		return r.Type
	}
	if r.Back {
		return cmp.Or(t.Back.In(s.lang()), t.Forth.In(s.lang()))
	}
	return t.Forth.In(s.lang())
}

// tieSays tells what it means when the other end, or this one, fails.
func (s *stock) tieSays(t *cmdb.RelationType, meaning string) string {
	if t == nil || meaning == tieOther {
		return ""
	}
	effect := cmp.Or(t.Effect, cmdb.Hard)
	return s.T("item.says." + meaning + "." + string(effect))
}

// groupSays tells what a redundancy holds. It counts the members that the one
// who looks may see, and no others.
func (s *stock) groupSays(run tieRun) string {
	if run.Group.Least > 0 {
		return s.T("item.group_share", "need", run.Group.Need, "all", len(run.Ties), "least", run.Group.Least)
	}
	return s.T("item.group_need", "need", run.Group.Need, "all", len(run.Ties))
}

// tieTags are what there is to say of one relation beside its other end.
func (p *itemPage) tieTags(t tie) []part.Chip {
	var out []part.Chip
	add := func(icon, text string) { out = append(out, part.Chip{Field: icon, Value: text}) }
	if t.Other.Zone != p.One.Zone && t.Other.Zone != 0 {
		add("map-pin", p.zoneName(t.Other.Zone))
	}
	if t.Gate != cmdb.NoGate {
		add("shield", p.T("cmdb.gate."+string(t.Gate)))
	}
	if t.Share > 0 {
		add("scale", p.T("item.carries", "share", strconv.Itoa(t.Share)))
	}
	for _, text := range p.cameFrom(t.Origin, t.Origins) {
		add("database", text)
	}
	return out
}

// cameFrom tells which source a relation or a redundancy came from, and which
// said single things of it; nothing of what was typed in.
func (s *stock) cameFrom(origin string, origins map[string]string) []string {
	var out []string
	if origin != "" && origin != cmdb.Hand {
		out = append(out, s.T("item.from", "source", origin))
	}
	for _, field := range slices.Sorted(maps.Keys(origins)) {
		out = append(out, s.T("item.tie.from", "field", s.T("item.tie."+field), "source", s.sourceName(origins[field])))
	}
	return out
}

// sourceName is a source in the reader's words.
func (s *stock) sourceName(source string) string {
	if source == cmdb.Hand || source == "" {
		return s.T("item.tie.hand")
	}
	return source
}

// tieChoices are the ways an item of a class can be related, each written as
// the end it stands at and the type.
func (s *stock) tieChoices(c cmdb.Class) []part.Option {
	var out []part.Option
	for _, t := range s.Model.Types() {
		if t.Retired {
			continue
		}
		fits := func(in []cmdb.Class) bool {
			return len(in) == 0 || slices.ContainsFunc(in, func(above cmdb.Class) bool { return s.Model.Is(c, above) })
		}
		for _, end := range []struct {
			way  string
			in   []cmdb.Class
			name people.Text
			back bool
		}{{"forth", t.From, t.Forth, false}, {"back", t.To, cmp.Or(t.Back, t.Forth), true}} {
			if !fits(end.in) {
				continue
			}
			m := meaningOf(t, end.back)[0]
			out = append(out, part.Option{Value: end.way + ":" + t.Code, Label: end.name.In(s.lang()), Group: s.T("item.meaning." + m)})
		}
	}
	slices.SortStableFunc(out, func(a, b part.Option) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Label, b.Label))
	})
	return out
}
