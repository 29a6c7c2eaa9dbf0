package cmdb

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"

	"kilter/internal/base/day"
	"kilter/internal/base/fault"
	"kilter/internal/base/sealed"
	"kilter/internal/practice/cmdb"
)

// BundleVersion is the only form of bundles so far.
const BundleVersion = 1

// BundleHead is the first line of a bundle: signed NDJSON that one Kilter writes
// and another one reads, for networks that only media join. Lines of items,
// groups and relations follow, then the signature (base/sealed).
type BundleHead struct {
	Version  int       `json:"kilter_bundle"`
	Source   string    `json:"source"`
	Key      string    `json:"key"` // public, base64
	Sequence int64     `json:"sequence"`
	Exported time.Time `json:"exported"`
}

// BundleLine is a line: one of its members is there.
type BundleLine struct {
	Item     *BundleItem     `json:"item,omitempty"`
	Group    *BundleGroup    `json:"group,omitempty"`
	Relation *BundleRelation `json:"relation,omitempty"`
}

// BundleItem is an item: things of the settings by code, persons by code, other
// items by label.
type BundleItem struct {
	Class  cmdb.Class        `json:"class"`
	Fields map[string]string `json:"fields"`
}

// BundleGroup is a redundancy. It stands before its members.
type BundleGroup struct {
	ID     string `json:"id"`   // within the bundle
	Item   string `json:"item"` // label of the item that has it
	NameEn string `json:"name_en,omitempty"`
	NameZh string `json:"name_zh,omitempty"`
	Need   int    `json:"need"`
	Least  int    `json:"least,omitempty"`
}

// BundleRelation is a relation between two labels.
type BundleRelation struct {
	Source string    `json:"source"`
	Target string    `json:"target"`
	Type   string    `json:"type"`
	Group  string    `json:"group,omitempty"` // id of a group
	Share  int       `json:"share,omitempty"`
	Gate   cmdb.Gate `json:"gate,omitempty"`
	Note   string    `json:"note,omitempty"`
}

// bundle is a bundle while it is read. A line that cannot be used is kept as
// the reason why, so that the draft counts it.
type bundle struct {
	Options
	head     BundleHead
	groups   map[string]BundleGroup
	findings []one[cmdb.Finding]
	ties     []one[cmdb.Tie]
	classes  map[cmdb.Class]bool
}

type one[T any] struct {
	it  T
	err error
}

// Bundle reads a bundle whose signature one of the trusted keys made. Nothing of
// it is given on unless all of it is as it was signed.
func Bundle(r io.Reader, o Options) (cmdb.Report, error) {
	plain, err := unpack(r, MaxReport)
	if err != nil {
		return cmdb.Report{}, err
	}
	b := &bundle{Options: o, groups: map[string]BundleGroup{}, classes: map[cmdb.Class]bool{}}
	switch err := sealed.Read(plain, b.begin, b.line); {
	case errors.Is(err, sealed.ErrCut):
		return cmdb.Report{}, fault.At("file", "cmdb.bundle.cut")
	case errors.Is(err, sealed.ErrSignature):
		return cmdb.Report{}, fault.At("file", "cmdb.bundle.changed")
	case errors.Is(err, sealed.ErrLong):
		return cmdb.Report{}, fault.New(fault.TooMuch, "cmdb.bundle.long_line").With("limit", sealed.MaxLine)
	case err != nil:
		return cmdb.Report{}, unreadable("Kilter", err)
	}
	rep := cmdb.Report{
		Source: b.head.Source, File: o.File, Next: given(b.findings), NextTie: given(b.ties),
		Details: len(b.groups),
		Seal:    cmdb.Seal{Key: b.head.Key, Sequence: b.head.Sequence, Exported: b.head.Exported},
	}
	if o.Complete {
		for c := range b.classes {
			rep.Complete = append(rep.Complete, c)
		}
	}
	return rep, nil
}

func given[T any](list []one[T]) func() (T, error) {
	return func() (T, error) {
		if len(list) == 0 {
			var none T
			return none, io.EOF
		}
		next := list[0]
		list = list[1:]
		return next.it, next.err
	}
}

// begin reads the first line: who made the bundle, and whether he is trusted.
func (b *bundle) begin(first []byte) (ed25519.PublicKey, error) {
	if err := json.Unmarshal(first, &b.head); err != nil || b.head.Version == 0 {
		return nil, unreadable("kilter bundle export", errors.New("the first line is no head of a bundle"))
	}
	h := &b.head
	if h.Version != BundleVersion {
		return nil, fault.At("file", "cmdb.bundle.version").With("version", h.Version).With("known", BundleVersion)
	}
	if h.Source = strings.TrimSpace(h.Source); h.Source == "" || len(h.Source) > 60 || h.Source == cmdb.Hand || h.Sequence < 1 {
		return nil, unreadable("kilter bundle export", errors.New("the source or the sequence is missing"))
	}
	public, err := cmdb.PublicKey(h.Key)
	if err != nil {
		return nil, err
	}
	return public, cmdb.Vouched(b.Trust, h.Key, h.Source, day.Of(h.Exported, b.Place))
}

func (b *bundle) line(n int, text []byte) error {
	if len(b.findings)+len(b.ties) >= maxThings {
		return fault.New(fault.TooMuch, "cmdb.intake.too_many").With("limit", maxThings)
	}
	var l BundleLine
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err := d.Decode(&l)
	switch {
	case err != nil || l.members() != 1:
		b.refuse(n)
	case l.Item != nil:
		b.item(n, l.Item)
	case l.Relation != nil:
		b.tie(n, l.Relation)
	case b.groups[l.Group.ID].ID != "" || l.Group.ID == "" || len(b.groups) == maxThings:
		b.refuse(n)
	default:
		b.groups[l.Group.ID] = *l.Group
	}
	return nil
}

func (l *BundleLine) members() (n int) {
	for _, there := range []bool{l.Item != nil, l.Group != nil, l.Relation != nil} {
		if there {
			n++
		}
	}
	return n
}

func (b *bundle) refuse(n int) {
	b.findings = append(b.findings, one[cmdb.Finding]{cmdb.Finding{Line: n}, fault.At("file", "cmdb.bundle.bad_line")})
}

func (b *bundle) item(n int, i *BundleItem) {
	if i.Fields == nil {
		i.Fields = map[string]string{}
	}
	if b.Zone != "" {
		i.Fields["zone"] = b.Zone
	}
	for name, v := range i.Fields {
		i.Fields[name] = cmdb.Plain(v)
	}
	b.classes[i.Class] = true
	b.findings = append(b.findings, one[cmdb.Finding]{it: cmdb.Finding{Line: n, Ref: i.Fields["code"], Class: i.Class, Fields: i.Fields}})
}

func (b *bundle) tie(n int, r *BundleRelation) {
	t := one[cmdb.Tie]{it: cmdb.Tie{Line: n, Source: r.Source, Target: r.Target, Type: r.Type, Share: r.Share, Gate: r.Gate, Note: brief(r.Note)}}
	if r.Group != "" {
		g, ok := b.groups[r.Group]
		t.it.Group, t.it.GroupZh, t.it.Need, t.it.Least = cmdb.Plain(g.NameEn), cmdb.Plain(g.NameZh), g.Need, g.Least
		switch g.Item {
		case r.Source:
			t.it.Bears = cmdb.Source
		case r.Target:
			t.it.Bears = cmdb.Target
		default:
			ok = false
		}
		if !ok {
			t.err = fault.At("group", "cmdb.bundle.no_group").With("group", brief(r.Group))
		}
	}
	b.ties = append(b.ties, t)
}

// BundleWriter writes a bundle.
type BundleWriter struct{ lines *sealed.Writer }

// NewBundle begins a bundle; the key signs it.
func NewBundle(to io.Writer, key ed25519.PrivateKey, head BundleHead) (*BundleWriter, error) {
	w := &BundleWriter{sealed.NewWriter(to, key)}
	return w, w.lines.Line(head)
}

// Write writes a line.
func (w *BundleWriter) Write(l BundleLine) error { return w.lines.Line(l) }

// Close writes the signature.
func (w *BundleWriter) Close() error { return w.lines.Close() }
