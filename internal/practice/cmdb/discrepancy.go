package cmdb

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// DiscrepancyKind is in what way record and reality differ.
type DiscrepancyKind string

// The kinds.
const (
	Missing DiscrepancyKind = "missing" // recorded, and no longer there
	Differs DiscrepancyKind = "differs" // a field is not what it says
)

// Discrepancy is a difference between record and reality, from being found to
// being settled (domain/mof.md, CFG).
type Discrepancy struct {
	ID      int64
	Item    record.ItemID
	Kind    DiscrepancyKind
	Field   string // of Differs
	Held    string // what the record says
	Found   string // what was found
	Origin  string // the source that found it; Hand for an audit
	State   State
	Owner   people.ID // whom it is assigned to
	Reason  string    // how it was settled
	At      time.Time
	By      people.ID
	Moved   time.Time
	MovedBy people.ID
	Version int64
}

// Settling is the life of a discrepancy.
var Settling = flow.Flow[*Discrepancy]{
	Start: "found",
	Places: []flow.Place{
		{State: "found", Pace: flow.Wait},
		{State: "assigned", Pace: flow.Work},
		{State: "explained", Pace: flow.Stop, Final: true},
		{State: "corrected", Pace: flow.Stop, Final: true},
		{State: "accepted", Pace: flow.Stop, Final: true},
	},
	Moves: []flow.Move[*Discrepancy]{
		{Name: "assign", From: flow.At("found", "assigned"), To: "assigned", Asks: flow.Asks("owner"), Needs: flow.Needs(hasOwner)},
		{Name: "explain", From: flow.At("assigned"), To: "explained", Asks: flow.Asks("reason"), Needs: flow.Needs(hasReason)},
		{Name: "correct", From: flow.At("assigned"), To: "corrected", Asks: flow.Asks("reason")},
		{Name: "accept", From: flow.At("assigned"), To: "accepted", Asks: flow.Asks("reason"), Needs: flow.Needs(hasReason)},
	},
}

func hasOwner(d *Discrepancy) error {
	if d.Owner == 0 {
		return fault.At("owner", "record.required")
	}
	return nil
}

func hasReason(d *Discrepancy) error {
	if d.Reason == "" {
		return fault.At("reason", "record.required")
	}
	return nil
}

// DiscrepancyQuery asks for a page of them, the oldest first.
type DiscrepancyQuery struct {
	Item  record.ItemID // 0: of all items
	Open  bool          // only those that wait to be settled
	After int64
	Limit int
}

// Discrepancies keeps them.
type Discrepancies interface {
	// Report adds discrepancies; one that is open already on the same item,
	// kind and field is left as it is. Items are marked as audited or not seen
	// by the lot in the same transaction.
	Report(ctx context.Context, lot *Lot, list ...*Discrepancy) error
	// Settle replaces the version it carries, together with a lot.
	Settle(ctx context.Context, d *Discrepancy, lot *Lot) error
	Discrepancies(ctx context.Context, scope people.Scope, q DiscrepancyQuery) ([]Discrepancy, error)
	Discrepancy(ctx context.Context, scope people.Scope, id int64) (Discrepancy, error)
	// Due lists items in use that were last audited, or else created, before
	// the moment of the first rule that is about them.
	Due(ctx context.Context, scope people.Scope, rules []DueRule, order DueOrder, n int) ([]Item, error)
}

// DueOrder is the order of the work list of the audit. Within a room or with
// an owner the longest ago comes first; what has none comes last.
type DueOrder string

// The orders: of time, for whoever walks from room to room, and for whoever
// asks the owners one by one.
const (
	DueLongest DueOrder = ""
	DueByRoom  DueOrder = "room"
	DueByOwner DueOrder = "owner"
)

// DueOrders lists them.
var DueOrders = []DueOrder{DueLongest, DueByRoom, DueByOwner}

// DueRule says until when items must have been audited.
type DueRule struct {
	Classes []Class
	Vital   bool // only those whose loss is vital; the others otherwise
	Before  time.Time
}

// Checks are where the record is held against reality.
type Checks struct {
	*Desk
	Discrepancies Discrepancies
	Graph         Graph
}

// Audited says what an audit of an item found: what each field really is.
// Fields that are as recorded need not be named.
type Audited struct {
	Item   record.ItemID
	Absent bool // it is not there
	Fields map[string]string
}

// Audit notes that an item was held against reality, and everything that
// differs as a discrepancy. Nothing of the item itself changes.
func (c *Checks) Audit(ctx context.Context, by people.Actor, a Audited) (*Item, []*Discrepancy, error) {
	at := c.now()
	if err := audit.Ask(ctx, c.Pen, by, at, DeedAudit, object(a.Item)); err != nil {
		return nil, nil, err
	}
	i, err := c.find(ctx, by, a.Item)
	if err != nil {
		return nil, nil, err
	}
	real := *i
	var many fault.Many
	for _, name := range slices.Sorted(maps.Keys(a.Fields)) {
		if err := many.Add(real.Set(c.Model(), name, a.Fields[name])); err != nil {
			return nil, nil, err
		}
	}
	if err := many.Err(); err != nil {
		return nil, nil, err
	}
	var list []*Discrepancy
	add := func(kind DiscrepancyKind, field, held, found string) {
		list = append(list, &Discrepancy{Item: i.ID, Kind: kind, Field: field, Held: held, Found: found, Origin: Hand, State: Settling.Start, At: at, By: by.ID, Moved: at, MovedBy: by.ID})
	}
	if a.Absent {
		add(Missing, "", "", "")
	}
	for _, d := range Diff(i, &real) {
		add(Differs, d.Field, d.Was, d.Became)
	}
	all := 0
	for _, name := range c.Model().Names(i.Class) {
		if i.Get(name) != "" {
			all++
		}
	}
	i.Audited, i.Changed = at, at
	row := audit.By(by, at, DeedAudit, object(i.ID))
	row.Detail = audit.Detail("fields", all, "wrong", len(list))
	lot := &Lot{Items: []*Item{i}, Audit: []audit.Row{row}, History: []Change{{Item: i.ID, At: at, By: by.ID, Name: by.Name, Field: "audited", Became: fmt.Sprintf("%d/%d", max(0, all-len(list)), all)}}}
	return i, list, c.Discrepancies.Report(ctx, lot, list...)
}

// Settle takes a discrepancy along its life. Correcting one writes what was
// found into the item.
func (c *Checks) Settle(ctx context.Context, by people.Actor, id int64, move string, form map[string]string) (*Discrepancy, error) {
	at := c.now()
	if err := audit.Ask(ctx, c.Pen, by, at, DeedAudit, fmt.Sprintf("discrepancy:%d", id)); err != nil {
		return nil, err
	}
	d, err := c.Discrepancies.Discrepancy(ctx, by.Scope, id)
	if err != nil {
		return nil, err
	}
	m, err := Settling.Find(d.State, move)
	if err != nil {
		return nil, err
	}
	if err := c.fillIn(ctx, &d, m, form); err != nil {
		return nil, err
	}
	if err := m.Fit(&d); err != nil {
		return nil, err
	}
	d.State, d.Moved, d.MovedBy = m.To, at, by.ID
	lot := &Lot{Audit: []audit.Row{audit.By(by, at, DeedAudit, fmt.Sprintf("discrepancy:%d", id))}}
	if move == "correct" {
		if err := c.correct(ctx, by, &d, lot); err != nil {
			return nil, err
		}
	}
	return &d, c.Discrepancies.Settle(ctx, &d, lot)
}

func (c *Checks) fillIn(ctx context.Context, d *Discrepancy, m flow.Move[*Discrepancy], form map[string]string) error {
	if text, ok := form["reason"]; ok {
		d.Reason = strings.TrimSpace(text)
		if n := utf8.RuneCountInString(d.Reason); n > 2000 {
			return fault.At("reason", "record.too_long").With("max", 2000).With("length", n)
		}
	}
	if v, ok := form["owner"]; ok && m.Name == "assign" {
		d.Owner = people.ID(idOf(v))
		if err := c.person(ctx, int64(d.Owner)); err != nil {
			return fault.At("owner", "setting.no_such").With("kind", "person").With("id", v)
		}
	}
	return nil
}

// correct puts what was found into the record; what is missing is retired.
func (c *Checks) correct(ctx context.Context, by people.Actor, d *Discrepancy, lot *Lot) error {
	if err := by.May(DeedEdit); err != nil {
		return err
	}
	was, err := c.find(ctx, by, d.Item)
	if err != nil {
		return err
	}
	now := *was
	if d.Kind == Missing {
		now.State = Retired
	} else {
		if err := now.Set(c.Model(), d.Field, d.Found); err != nil {
			return err
		}
		if err := c.refers(ctx, by, &now, was); err != nil {
			return err
		}
	}
	at := c.now()
	now.Changed = at
	for _, h := range Diff(was, &now) {
		h.Item, h.At, h.By, h.Name, h.Because = d.Item, at, by.ID, by.Name, fmt.Sprintf("discrepancy %d", d.ID)
		now.from(h.Field, Hand)
		lot.History = append(lot.History, h)
	}
	if len(lot.History) > 0 {
		lot.Items = append(lot.Items, &now)
	}
	return nil
}

// halfYear and year are the rhythms of the audit in months: critical items
// half-yearly, the others as their class says, usually yearly.
const (
	halfYear = 6
	year     = 12
)

// Due is the work list of the audit: the items whose audit is due, at most n.
func (c *Checks) Due(ctx context.Context, by people.Actor, order DueOrder, n int) ([]Item, error) {
	if err := by.May(DeedRead); err != nil {
		return nil, err
	}
	if !slices.Contains(DueOrders, order) {
		return nil, fault.At("order", "record.not_a_choice").With("choices", "room, owner")
	}
	now := c.now()
	byMonths := map[int][]Class{}
	for _, d := range c.Model().Classes() {
		months := d.Audit
		if months == 0 {
			months = year
		}
		byMonths[months] = append(byMonths[months], d.Code)
	}
	var rules []DueRule
	for months, classes := range byMonths {
		rules = append(rules, DueRule{classes, false, now.AddDate(0, -months, 0)}, DueRule{classes, true, now.AddDate(0, -min(months, halfYear), 0)})
	}
	return c.Discrepancies.Due(ctx, by.Scope, rules, order, n)
}
