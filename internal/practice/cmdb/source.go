package cmdb

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Hand is the source of values that somebody typed in.
const Hand = "hand"

// Finding is what a source says of one item: fields and attributes by name.
// Things of the settings and persons are named by code or name, items by code.
type Finding struct {
	Line   int
	Ref    string // what the source itself calls it; ties of the same report may use it
	Labels bool   // the source's labels say it all: it is known again by nothing else
	Class  Class
	Fields map[string]string
}

// Plain is a text without what a database does not take: bytes that are no
// UTF-8, and NUL.
func Plain(s string) string {
	if utf8.ValidString(s) && !strings.ContainsRune(s, 0) {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}

// Tie is what a source says of a relation. Items are named by what the report
// calls them, by code, or by a name that only one has.
type Tie struct {
	Line           int
	Source, Target string
	Type           string
	Group          string // name of the redundancy of the suffering end, when it is part of one
	GroupZh        string // its Chinese name
	Bears          End    // the end that has the redundancy; the one that suffers when empty
	Need, Share    int
	Least          int // per cent below which the redundancy fails; 0 when only Need counts
	Gate           Gate
	Note           string
}

// Precedence is which source is believed more, field by field. It is a
// document of the centre.
type Precedence struct {
	Order  []string            `json:"order,omitempty"`  // the most trusted first
	Fields map[string][]string `json:"fields,omitempty"` // an order of its own for a field
	Absent int                 `json:"absent,omitempty"` // reports in a row without an item before it counts as missing; 0 is 3
}

// standardAbsent is how many reports in a row without an item make it missing,
// until a centre says otherwise (product policy).
const standardAbsent = 3

// PrecedenceCode is the code of the centre's document.
const PrecedenceCode = "item-sources"

var precedenceDocument = setting.Document[Precedence]{
	Code: PrecedenceCode, Usual: func() Precedence { return Precedence{Absent: standardAbsent} },
	Whole: func(p *Precedence) { p.Absent = cmp.Or(p.Absent, standardAbsent) },
}

// PrecedenceOf reads the document.
func PrecedenceOf(all *setting.All) (Precedence, error) { return precedenceDocument.Of(all) }

// rank is a source's place for a field, 0 the most trusted. What the order does
// not name comes last; what was typed in by hand comes first, unless the order
// names it or is the field's own.
func (p Precedence) rank(source, field string) int {
	order, own := p.Fields[field]
	if !own {
		order = p.Order
	}
	if i := slices.Index(order, source); i >= 0 {
		return i + 1
	}
	if source == Hand && !own {
		return 0
	}
	return len(order) + 1
}

// Yields reports whether a value from one source gives way to another's.
func (p Precedence) Yields(field, held, comes string) bool {
	return p.rank(comes, field) <= p.rank(held, field)
}

// OriginOf says where the value of a field came from.
func (i *Item) OriginOf(field string) string {
	if s, ok := i.Origin[field]; ok {
		return s
	}
	if s, ok := i.Origin[everyField]; ok {
		return s
	}
	return Hand
}

// everyField stands in Origin for all fields not named there.
const everyField = "*"

// from notes where the value of a field came from.
func (i *Item) from(field, source string) {
	if i.OriginOf(field) == source {
		return
	}
	origin := make(map[string]string, len(i.Origin)+1)
	for k, v := range i.Origin {
		origin[k] = v
	}
	delete(origin, field)
	i.Origin = origin
	if i.OriginOf(field) != source {
		origin[field] = source
	}
}

// byUndo is where the state of an item comes from that was taken out of use
// again with the import that had brought it.
const byUndo = "undo"

// withdrawn reports whether an item is out of use only because its import was
// undone: a source that reports it again brings it back.
func (i *Item) withdrawn() bool { return !i.InUse() && i.OriginOf("state") == byUndo }

// Rules are the ways to know an item again, by the names classes use:
// its label; vendor and serial number; UUID; one of its MAC addresses; host
// name; name and place.
var Rules = []string{"code", "serial", "uuid", "mac", "fqdn", "name"}

// keySign parts a rule, a name and a place; no text of an item has it.
const keySign = "\x1f"

// Marks are all that an item is known by, under all Rules, each cut to what an
// index takes: items that share none are not the same, those that share one may
// be. No word of a text begins with their sign.
func Marks(i *Item) []string {
	var out []string
	for _, rule := range Rules {
		for _, key := range keys(rule, i) {
			out = append(out, "="+cut(key, longestMark))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// longestMark is how many bytes of a mark are kept. PostgreSQL's index takes
// 2,700 (product policy: enough for a name of the longest and its place).
const longestMark = 400

// cut takes the first bytes of a text, no letter broken.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

// keys are what an item is known by under a rule, "" for nothing.
func keys(rule string, i *Item) []string {
	one := func(v string) []string {
		if v = strings.ToLower(strings.TrimSpace(v)); v == "" {
			return nil
		}
		return []string{rule + keySign + v}
	}
	switch rule {
	case "code":
		return one(i.Code)
	case "serial":
		return one(i.Serial)
	case "uuid":
		return one(i.Extra["uuid"])
	case "fqdn":
		return one(strings.TrimSuffix(i.Extra["fqdn"], "."))
	case "mac":
		var out []string
		for _, m := range strings.Fields(i.Extra["mac"]) {
			out = append(out, one(m)...)
		}
		return out
	case "name":
		var out []string
		for _, n := range []string{i.Name.En, i.Name.Zh} {
			if n != "" {
				out = append(out, one(n+keySign+i.Room)...)
			}
		}
		return out
	}
	return nil
}

// known is items with what they are known by.
type known struct {
	model *Model
	asked map[string]bool // marks whose items are here; nil when all items are
	items []*Item
	byKey map[string][]int32
	byID  map[record.ItemID]*Item
}

func newKnown(m *Model) *known {
	return &known{model: m, byKey: map[string][]int32{}, byID: map[record.ItemID]*Item{}}
}

// ask takes the marks of an item whose items are not here yet.
func (k *known) ask(i *Item) (fresh []string) {
	if k.asked == nil {
		return nil
	}
	for _, m := range Marks(i) {
		if !k.asked[m] {
			k.asked[m] = true
			fresh = append(fresh, m)
		}
	}
	return fresh
}

func (k *known) add(i *Item) {
	if k.byID[i.ID] != nil {
		return
	}
	n := int32(len(k.items))
	k.items = append(k.items, i)
	k.byID[i.ID] = i
	for _, rule := range Rules {
		for _, key := range keys(rule, i) {
			k.byKey[key] = append(k.byKey[key], n)
		}
	}
}

// find looks for an item by the rules of its class, the surest first. More
// than one under the same rule is none, with the rule named.
func (k *known) find(i *Item, rules []string) (held *Item, rule string, many bool) {
	for _, rule := range rules {
		var found []int32
		for _, key := range keys(rule, i) {
			for _, n := range k.byKey[key] {
				if k.alike(rule, i, k.items[n]) && !slices.Contains(found, n) {
					found = append(found, n)
				}
			}
		}
		if live := slices.DeleteFunc(slices.Clone(found), func(n int32) bool { return !k.items[n].InUse() }); len(live) > 0 {
			found = live
		}
		switch {
		case len(found) == 1:
			return k.items[found[0]], rule, false
		case len(found) > 1:
			return nil, rule, true
		}
	}
	return nil, "", false
}

// alike reports whether what a rule found may be the same: vendors that are
// both known agree, and so do the classes, unless the label says it all.
func (k *known) alike(rule string, a, b *Item) bool {
	if rule == "code" {
		return true
	}
	if rule == "serial" {
		if v, w := a.Extra["vendor"], b.Extra["vendor"]; v != "" && w != "" && !strings.EqualFold(v, w) {
			return false
		}
	}
	if rule == "name" && apart(a, b) {
		return false
	}
	return (b.InUse() || b.withdrawn()) && (k.model.Is(a.Class, b.Class) || k.model.Is(b.Class, a.Class))
}

// apart reports whether a surer mark says that two items of one name and place
// are two: both have a serial number, a UUID or addresses, and not the same.
func apart(a, b *Item) bool {
	return slices.ContainsFunc([]string{"serial", "uuid", "mac"}, func(rule string) bool {
		of, other := keys(rule, a), keys(rule, b)
		return len(of) > 0 && len(other) > 0 && !slices.ContainsFunc(of, func(k string) bool { return slices.Contains(other, k) })
	})
}

// ids finds what ties call items: by code, or by a name that only one has.
func (k *known) ids() func(string) (record.ItemID, bool) {
	code := make(map[string]record.ItemID, len(k.items))
	name := map[string]record.ItemID{}
	for _, i := range k.items {
		code[i.Code] = i.ID
		for _, n := range []string{i.Name.En, i.Name.Zh} {
			if held, twice := name[n]; twice && held != i.ID {
				name[n] = 0
			} else {
				name[n] = i.ID
			}
		}
	}
	return func(s string) (record.ItemID, bool) {
		if id, ok := code[s]; ok {
			return id, true
		}
		id := name[s]
		return id, id != 0
	}
}
