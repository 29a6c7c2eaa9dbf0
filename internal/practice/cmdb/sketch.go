package cmdb

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Sketch is a drawing of the topology as somebody arranged it: where things
// stand belongs to the drawing and its owner, never to the items.
type Sketch struct {
	ID     int64
	Place  string // what it is around: "item:12", "service:3", "incident:2026-42"
	Name   string // "" for the way its owner left that place
	Owner  people.ID
	Shared bool // whoever may ask for impact has it, too
	Doc    SketchDoc
	At     time.Time
}

// SketchDoc is how the drawing is arranged.
type SketchDoc struct {
	Way   End             `json:"way"`
	Hops  int             `json:"hops"`
	Open  []int64         `json:"open,omitempty"`  // items whose neighbours are drawn
	Apart []string        `json:"apart,omitempty"` // kin that stay by themselves, "class-zone"
	All   bool            `json:"all,omitempty"`   // nothing is gathered
	Loose bool            `json:"loose,omitempty"` // relations without meaning for failure are drawn
	Spots map[string]Spot `json:"spots,omitempty"` // by item "i12" or kin "bclass-zone"
}

// Spot is where something stands.
type Spot struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// SketchStore keeps sketches.
type SketchStore interface {
	// Sketches lists a person's own of a place, and those that are shared.
	Sketches(ctx context.Context, owner people.ID, place string) ([]Sketch, error)
	Sketch(ctx context.Context, id int64) (Sketch, error)
	// KeepSketch puts one in the place of the owner's one of that name.
	KeepSketch(ctx context.Context, s *Sketch, log ...audit.Row) error
	DropSketch(ctx context.Context, id int64, log audit.Row) error
}

// Sketches is where people arrange drawings.
type Sketches struct {
	Store   SketchStore
	Analyst *Analyst
}

// The bounds of a sketch.
const (
	mostSpots    = 1000
	mostSketches = 50 // of one person at one place
	farthest     = 1e6
)

// The grants of a sketch are those of the drawing; sharing and taking away is
// written down.
const (
	deedShare = "item.sketch"
	deedDrop  = "item.unsketch"
)

var (
	placeForm = regexp.MustCompile(`^(item|service|incident|sandbox):[0-9-]{1,20}$`)
	spotForm  = regexp.MustCompile(`^(i-?[0-9]{1,18}|b[a-z0-9_]{1,40}-[0-9]{1,18})$`)
	kinForm   = regexp.MustCompile(`^[a-z0-9_]{1,40}-[0-9]{1,18}$`)
)

// ParseKin reads kin as sketches and addresses write them: class-zone.
func ParseKin(text string) (Kin, bool) {
	if !kinForm.MatchString(text) {
		return Kin{}, false
	}
	at := strings.LastIndexByte(text, '-')
	zone, err := strconv.ParseInt(text[at+1:], 10, 64)
	return Kin{Class(text[:at]), people.ZoneID(zone)}, err == nil
}

func (s *Sketch) check() error {
	var many fault.Many
	if !placeForm.MatchString(s.Place) {
		many = append(many, fault.At("around", "cmdb.no_such_place"))
	}
	if n := utf8.RuneCountInString(s.Name); n > 60 {
		many = append(many, fault.At("name", "record.too_long").With("max", 60).With("length", n))
	}
	if s.Shared && s.Name == "" {
		many = append(many, fault.At("name", "record.required"))
	}
	if !slices.Contains([]End{Source, Target, Both}, s.Doc.Way) {
		many = append(many, fault.At("way", "record.not_a_choice").With("choices", "source, target, both"))
	}
	if s.Doc.Hops < 0 || s.Doc.Hops > mostHops {
		many = append(many, fault.At("hops", "record.out_of_range").With("low", 0).With("high", mostHops))
	}
	for _, n := range []struct {
		field       string
		count, most int
	}{{"open", len(s.Doc.Open), mostOpened}, {"apart", len(s.Doc.Apart), mostApart}, {"spots", len(s.Doc.Spots), mostSpots}} {
		if n.count > n.most {
			many = append(many, fault.At(n.field, "cmdb.too_many_items").With("max", n.most))
		}
	}
	if slices.ContainsFunc(s.Doc.Apart, func(k string) bool { return !kinForm.MatchString(k) }) {
		many = append(many, fault.At("apart", "cmdb.no_such_place"))
	}
	for name, at := range s.Doc.Spots {
		if !spotForm.MatchString(name) || !(max(at.X, -at.X, at.Y, -at.Y) <= farthest) {
			many = append(many, fault.At("spots", "cmdb.no_such_place"))
			break
		}
	}
	return many.Err()
}

// Of lists the sketches of a place that a person has: the way he left it, his
// own under a name, and those that others share.
func (d *Sketches) Of(ctx context.Context, by people.Actor, place string) ([]Sketch, error) {
	v, err := d.Analyst.look(ctx, by)
	if err != nil {
		return nil, err
	}
	list, err := d.Store.Sketches(ctx, by.ID, place)
	if err != nil {
		return nil, err
	}
	for i := range list {
		v.clean(&list[i].Doc)
	}
	return list, nil
}

// clean takes out of a sketch what its reader may not know of.
func (v *view) clean(doc *SketchDoc) {
	hidden := func(id int64) bool { n, ok := v.at(record.ItemID(id)); return !ok || !v.sees(n) }
	foreign := func(kin string) bool { k, ok := ParseKin(kin); return !ok || !v.clears(k.Zone) }
	doc.Open = slices.DeleteFunc(doc.Open, hidden)
	doc.Apart = slices.DeleteFunc(doc.Apart, foreign)
	maps.DeleteFunc(doc.Spots, func(name string, _ Spot) bool {
		if kin, ok := strings.CutPrefix(name, "b"); ok {
			return foreign(kin)
		}
		id, err := strconv.ParseInt(strings.TrimPrefix(name, "i"), 10, 64)
		return err != nil || hidden(id)
	})
}

// Keep keeps how somebody arranged a drawing. Without a name it is how he left
// it, and nobody else's; one that is shared is written down.
func (d *Sketches) Keep(ctx context.Context, by people.Actor, s Sketch) (Sketch, error) {
	v, err := d.Analyst.look(ctx, by)
	if err != nil {
		return s, err
	}
	s.Name, s.Owner, s.At = strings.TrimSpace(s.Name), by.ID, d.Analyst.Now()
	if err := s.check(); err != nil {
		return s, err
	}
	v.clean(&s.Doc)
	had, err := d.Store.Sketches(ctx, by.ID, s.Place)
	if err != nil {
		return s, err
	}
	had = slices.DeleteFunc(had, func(o Sketch) bool { return o.Owner != by.ID })
	at := slices.IndexFunc(had, func(o Sketch) bool { return o.Name == s.Name })
	if at < 0 && len(had) >= mostSketches {
		return s, fault.At("name", "cmdb.too_many_sketches").With("max", mostSketches)
	}
	var log []audit.Row
	if s.Shared || at >= 0 && had[at].Shared {
		log = append(log, audit.By(by, s.At, deedShare, s.Place+" "+s.Name))
	}
	return s, d.Store.KeepSketch(ctx, &s, log...)
}

// Drop takes a sketch away; only who made it may.
func (d *Sketches) Drop(ctx context.Context, by people.Actor, id int64) error {
	if err := by.May(DeedImpact); err != nil {
		return err
	}
	s, err := d.Store.Sketch(ctx, id)
	if err != nil {
		return err
	}
	if s.Owner != by.ID {
		return fault.New(fault.Missing, "cmdb.no_such_sketch")
	}
	return d.Store.DropSketch(ctx, id, audit.By(by, d.Analyst.Now(), deedDrop, s.Place+" "+s.Name))
}
