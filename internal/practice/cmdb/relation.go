package cmdb

import (
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// RelationID and GroupID name relations and redundancy groups.
type (
	RelationID int64
	GroupID    int64
)

// Relation says how one item stands to another: source runs on target, is part
// of target. It holds from Since until Until.
type Relation struct {
	ID     RelationID
	Source record.ItemID
	Target record.ItemID
	Type   string  // code of its RelationType
	Group  GroupID // the redundancy it belongs to, of the end that suffers
	Share  int     // per cent of the full load that this one carries in its group; 0 not stated
	Gate   Gate    // how it crosses from zone to zone
	Note   string
	Origin string // the source it came from, "" by hand
	// Origins are the sources of its share, gate and group where they are others.
	Origins map[string]string
	Import  int64 // the import that brought it, 0 none
	Since   time.Time
	Until   time.Time // zero while it holds
	By      people.ID
	Ended   people.ID // who ended it
	EndedBy int64     // the import that ended it, told when it is written; 0 none
}

// Gate is what stands between two zones that a relation joins.
type Gate string

// The gates; NoGate also for relations within a zone.
const (
	NoGate   Gate = ""
	Firewall Gate = "firewall"
	OneWay   Gate = "one_way" // one-way import
	ByHand   Gate = "hand"    // carried over on a medium
)

// Gates lists them.
var Gates = []string{string(NoGate), string(Firewall), string(OneWay), string(ByHand)}

// Group is a redundancy: of its members, the relations that name it, Need must
// work or Item fails. When the members state shares, those that work must make
// up 100 per cent or Item is degraded, and Least per cent or it fails.
type Group struct {
	ID      GroupID
	Item    record.ItemID // the end that suffers
	Name    people.Text
	Need    int
	Least   int               // per cent; 0 when only Need counts
	Origin  string            // the source it came from
	Origins map[string]string // those of Need and Least where they are others
	Since   time.Time
	Until   time.Time
	Version int64
}

// Check says what is wrong with a group.
func (g *Group) Check() error {
	var many fault.Many
	if g.Item == 0 {
		many = append(many, fault.At("item", "record.required"))
	}
	if g.Need < 1 || g.Need > 1000 {
		many = append(many, fault.At("need", "record.out_of_range").With("low", 1).With("high", 1000))
	}
	if g.Least < 0 || g.Least > 100 {
		many = append(many, fault.At("least", "record.out_of_range").With("low", 0).With("high", 100))
	}
	if strings.TrimSpace(g.Name.En) == "" && strings.TrimSpace(g.Name.Zh) == "" {
		many = append(many, fault.At("name_en", "record.required"))
	}
	return many.Err()
}

// End is an end of a relation.
type End string

// The ends, as the answer to "which end suffers when the other fails?".
const (
	Neither End = "none"
	Source  End = "source"
	Target  End = "target"
	Both    End = "both"
)

// Ends lists them.
var Ends = []string{string(Source), string(Target), string(Both), string(Neither)}

// Effect is how much the end suffers.
type Effect string

// The effects: hard, the suffering end fails when the other is down; soft, it
// is degraded.
const (
	Hard Effect = "hard"
	Soft Effect = "soft"
)

// Through is the state of the other end from which on the end suffers.
type Through string

// The states. Through Degraded the suffering end is degraded when the other
// is; when the other is down, the effect says how much.
const (
	ThroughDown     Through = "down"
	ThroughDegraded Through = "degraded"
)

// RelationType is what a relation means. Its setting's name is the label read
// from source to target.
type RelationType struct {
	Code    string      `json:"-"`
	Forth   people.Text `json:"-"`
	Retired bool        `json:"-"`
	Back    people.Text `json:"back"`           // read from target to source
	From    []Class     `json:"from,omitempty"` // classes of the source, those below included; none is any
	To      []Class     `json:"to,omitempty"`
	Sources int         `json:"sources,omitempty"` // most sources a target may have; 0 any number
	Targets int         `json:"targets,omitempty"` // most targets a source may have
	Suffers End         `json:"suffers"`
	Effect  Effect      `json:"effect,omitempty"`
	Through Through     `json:"through,omitempty"`
}

// Dependence is the meaning of a relation for failure: Item suffers when Needs
// fails.
type Dependence struct {
	Item, Needs record.ItemID
}

// Dependences lists who suffers from whom in a relation of this type.
func (t *RelationType) Dependences(source, target record.ItemID) []Dependence {
	switch t.Suffers {
	case Source:
		return []Dependence{{source, target}}
	case Target:
		return []Dependence{{target, source}}
	case Both:
		return []Dependence{{source, target}, {target, source}}
	}
	return nil
}

// Fits says why items of two classes may not stand in a relation of this type.
func (t *RelationType) Fits(m *Model, source, target Class) error {
	var many fault.Many
	for _, end := range []struct {
		field string
		class Class
		in    []Class
	}{{"source", source, t.From}, {"target", target, t.To}} {
		if len(end.in) > 0 && !slices.ContainsFunc(end.in, func(c Class) bool { return m.Is(end.class, c) }) {
			many = append(many, fault.At(end.field, "cmdb.wrong_class").With("type", t.Code).With("class", string(end.class)))
		}
	}
	return many.Err()
}
