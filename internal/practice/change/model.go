package change

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// ModelApprove is the deed of whoever approves models of standard changes, and
// withdraws that.
const ModelApprove = "change_model.approve"

// ModelDeeds lists the deeds about models without their room.
func ModelDeeds() []string { return []string{"approve"} }

// ModelPlan is a model of standard changes as a centre writes it down: what it
// covers, who may use it, and what such a change is filled in with.
type ModelPlan struct {
	Of
	Category      record.CategoryID `json:"category,omitempty"`
	Teams         []people.TeamID   `json:"teams,omitempty"` // whose members may use it; none is whoever may submit a change
	Procedure     string            `json:"procedure"`
	Test          string            `json:"test,omitempty"`
	BackOut       string            `json:"back_out"`
	BackOutTime   int               `json:"back_out_time"`
	Communication string            `json:"communication,omitempty"`
	Tasks         string            `json:"tasks,omitempty"` // one a line
	Impact        int               `json:"impact"`
	Likelihood    int               `json:"likelihood"`
}

// ModelPolicy is what a centre arranges for its models.
type ModelPolicy struct {
	Demote int `json:"demote"` // after so many failures since it was approved a model cannot be chosen
}

// Checklist are the tasks of a change after the model, in their order.
func (m ModelPlan) Checklist() []string {
	var out []string
	for line := range strings.SplitSeq(m.Tasks, "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// Digest tells one form of a model from another: who approved one has not
// approved the other.
func (m ModelPlan) Digest() string {
	b, err := json.Marshal(m)
	if err != nil {
		return "" // text and numbers alone: there is none
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Consent is what somebody decided about a model.
type Consent struct {
	ID        int64
	Model     int64
	At        time.Time
	By        people.ID
	Withdrawn bool
	Digest    string
	Reason    string
}

// Uses is how often a model was used and how that went, as far as a scope sees
// it.
type Uses struct {
	Count  int
	Failed []Failure // the newest first
}

// Failure is a change after a model that was backed out, failed, or was followed
// by incidents.
type Failure struct {
	Number record.Number
	At     time.Time
	Result Result
}

// ModelStore keeps what was decided about models, and knows how they were used.
type ModelStore interface {
	// Consents are the last ones of every model.
	Consents(ctx context.Context) (map[int64]Consent, error)
	KeepConsent(ctx context.Context, c *Consent, log audit.Row) error
	// Uses tells of the changes after models.
	Uses(ctx context.Context, scope people.Scope) (map[int64]Uses, error)
}

// ModelState says whether a model may be used, and if not, why.
type ModelState string

// The states of models.
const (
	ModelUsable    ModelState = "usable"
	ModelNew       ModelState = "new"       // nobody has approved it
	ModelAltered   ModelState = "altered"   // it was changed since
	ModelDemoted   ModelState = "demoted"   // it failed too often since
	ModelWithdrawn ModelState = "withdrawn" // by hand
)

// Model is a model as its reader may see it.
type Model struct {
	*setting.Thing
	Plan    ModelPlan
	Last    *Consent // nil when nobody has decided about it
	State   ModelState
	Uses    Uses // as far as its reader sees them
	Since   int  // failures since it was approved, of those
	MayUse  bool // its reader
	Allowed int  // failures after which it is demoted
}

// Models are the models of standard changes.
type Models struct {
	Settings func() *setting.All
	Store    ModelStore
	Policy   func() Policy
	Now      func() time.Time
	// Items finds the ids of items by their codes, whoever may see them.
	Items func(ctx context.Context, codes ...string) (map[string]record.ItemID, error)
	// Seen finds of some codes those whose items somebody sees.
	Seen func(ctx context.Context, by people.Actor, codes ...string) ([]string, error)
}

// known reports whether somebody may know of a model: of all that it names.
func (m *Models) known(ctx context.Context, by people.Actor, plan ModelPlan) (bool, error) {
	if by.Scope.AllZones {
		return true, nil
	}
	codes := plan.Codes()
	if !plan.cleared(m.Settings(), by.Scope) || len(codes) == 0 || m.Seen == nil {
		return plan.cleared(m.Settings(), by.Scope) && len(codes) == 0, nil
	}
	seen, err := m.Seen(ctx, by, codes...)
	return len(seen) == len(codes), err
}

// since counts the failures after a moment.
func (u Uses) since(t time.Time) (n int) {
	for _, f := range u.Failed {
		if f.At.After(t) {
			n++
		}
	}
	return n
}

// List lists the models in use that somebody may know of.
func (m *Models) List(ctx context.Context, by people.Actor) ([]Model, error) {
	if err := by.May("change.read"); err != nil {
		return nil, err
	}
	consents, err := m.Store.Consents(ctx)
	if err != nil {
		return nil, err
	}
	whole, err := m.Store.Uses(ctx, people.Everything())
	if err != nil {
		return nil, err
	}
	seen := whole
	if !by.Scope.All || !by.Scope.AllZones {
		if seen, err = m.Store.Uses(ctx, by.Scope); err != nil {
			return nil, err
		}
	}
	all := m.Settings()
	var out []Model
	for _, t := range all.Of(setting.ChangeModel) {
		if t.Retired {
			continue
		}
		plan, err := setting.Read[ModelPlan](*t)
		if err != nil {
			return nil, err
		}
		if known, err := m.known(ctx, by, plan); err != nil || !known {
			if err != nil {
				return nil, err
			}
			continue
		}
		one := Model{Thing: t, Plan: plan, Uses: seen[t.ID], Allowed: m.Policy().Demote, MayUse: mayUse(plan, by)}
		one.State = ModelNew
		if c, ok := consents[t.ID]; ok {
			one.Last = &c
			one.State = standing(plan, c, whole[t.ID], one.Allowed)
			one.Since = one.Uses.since(c.At)
		}
		out = append(out, one)
	}
	return out, nil
}

func standing(plan ModelPlan, c Consent, u Uses, allowed int) ModelState {
	switch {
	case c.Withdrawn:
		return ModelWithdrawn
	case c.Digest != plan.Digest():
		return ModelAltered
	case u.since(c.At) >= allowed:
		return ModelDemoted
	}
	return ModelUsable
}

func mayUse(plan ModelPlan, by people.Actor) bool {
	return by.ID == 0 || len(plan.Teams) == 0 || slices.ContainsFunc(plan.Teams, func(t people.TeamID) bool { return slices.Contains(by.Teams, t) })
}

// Find reads one that somebody may know of.
func (m *Models) Find(ctx context.Context, by people.Actor, id int64) (*Model, error) {
	all, err := m.List(ctx, by)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].ID == id {
			return &all[i], nil
		}
	}
	return nil, fault.New(fault.Missing, "setting.no_such").With("kind", string(setting.ChangeModel)).With("id", id)
}

// longestConsent bounds a reason.
const longestConsent = 1000

// Decide approves a model in the form it has now, or withdraws that. Version is
// that of the form which was read.
func (m *Models) Decide(ctx context.Context, by people.Actor, id, version int64, withdraw bool, reason string) (*Model, error) {
	if err := by.May(ModelApprove); err != nil {
		return nil, err
	}
	one, err := m.Find(ctx, by, id)
	if err != nil {
		return nil, err
	}
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		return nil, fault.At("reason", "record.required")
	case len([]rune(reason)) > longestConsent:
		return nil, fault.At("reason", "record.too_long").With("max", longestConsent).With("length", len([]rune(reason)))
	case version == 0:
		return nil, fault.At("version", "record.required")
	case version != one.Version:
		return nil, fault.New(fault.Conflict, "change.model_changed_meanwhile")
	case withdraw && (one.Last == nil || one.Last.Withdrawn):
		return nil, fault.New(fault.Conflict, "change.model_not_approved")
	}
	c := &Consent{Model: id, At: m.Now().UTC().Truncate(time.Millisecond), By: by.ID, Withdrawn: withdraw, Digest: one.Plan.Digest(), Reason: reason}
	if err := m.Store.KeepConsent(ctx, c, audit.By(by, c.At, ModelApprove, setting.Object(one.Thing))); err != nil {
		return nil, err
	}
	return m.Find(ctx, by, id)
}

// after is the model that a change names, as its author may use it; a fault at
// "model" says why he may not.
func (m *Models) after(ctx context.Context, by people.Actor, id int64) (*Model, error) {
	reads := by
	reads.Grants = people.NewGrants("change.read") // whoever submits a change may know of what it is made after
	one, err := m.Find(ctx, reads, id)
	switch {
	case fault.Is(err, fault.Missing):
		return nil, fault.At("model", "change.model_none")
	case err != nil:
		return nil, err
	case !one.MayUse:
		return nil, fault.At("model", "change.model_not_yours").With("name", one.Name.Both())
	}
	return one, nil
}

// still reports what of a change that is authorised its model does not cover any
// more.
func (m *Models) still(by people.Actor, c *Change) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	by.Grants = people.NewGrants("change.read") // whoever edits a change may know of what it is made after
	one, err := m.Find(ctx, by, c.Model)
	if fault.Is(err, fault.Missing) {
		return fault.At("model", "change.model_none")
	}
	if err != nil {
		return err
	}
	return m.covers(ctx, one, c)
}

// covers reports, at the fields, what of a change its model does not cover.
func (m *Models) covers(ctx context.Context, one *Model, c *Change) error {
	var many fault.Many
	if one.Plan.Category != 0 && one.Plan.Category != c.Category {
		many = append(many, fault.At("category", "change.model_not_for").With("name", one.Name.Both()))
	}
	if n := one.Plan.Services; len(n) > 0 && !slices.Contains(n, c.Service) {
		many = append(many, fault.At("service", "change.model_not_for").With("name", one.Name.Both()))
	}
	if n := one.Plan.Networks; len(n) > 0 && !slices.Contains(n, c.Zone) {
		many = append(many, fault.At("zone", "change.model_not_for").With("name", one.Name.Both()))
	}
	if len(one.Plan.Codes()) > 0 {
		ids, err := m.items(ctx, one.Plan)
		if err != nil {
			return err
		}
		if len(c.Items) == 0 || slices.ContainsFunc(c.Items, func(id record.ItemID) bool { return !slices.Contains(ids, id) }) {
			many = append(many, fault.At("items", "change.model_not_for").With("name", one.Name.Both()))
		}
	}
	return many.Err()
}

// items are those a model names, as far as they are still there.
func (m *Models) items(ctx context.Context, plan ModelPlan) ([]record.ItemID, error) {
	codes := plan.Codes()
	if len(codes) == 0 || m.Items == nil {
		return nil, nil
	}
	found, err := m.Items(ctx, codes...)
	if err != nil {
		return nil, err
	}
	var out []record.ItemID
	for _, code := range codes {
		if id := found[code]; id != 0 {
			out = append(out, id)
		}
	}
	return out, nil
}

// Prefill are the fields that a change after a model begins with. Where the model
// is for several services, networks or items, that is left to its author.
func (m *Models) Prefill(ctx context.Context, by people.Actor, id int64) (map[string]string, error) {
	one, err := m.after(ctx, by, id)
	if err != nil {
		return nil, err
	}
	out := map[string]string{
		"type": string(Standard), "procedure": one.Plan.Procedure, "test": one.Plan.Test, "back_out": one.Plan.BackOut, "back_out_time": strconv.Itoa(one.Plan.BackOutTime),
		"communication": one.Plan.Communication, "category": decimal(one.Plan.Category),
	}
	if len(one.Plan.Services) == 1 {
		out["service"] = decimal(one.Plan.Services[0])
	}
	if len(one.Plan.Networks) == 1 {
		out["zone"] = decimal(one.Plan.Networks[0])
	}
	ids, err := m.items(ctx, one.Plan)
	if err == nil && len(ids) == 1 {
		out["items"] = decimal(ids[0])
	}
	return out, err
}

func decimal[N ~int64](n N) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(int64(n), 10)
}
