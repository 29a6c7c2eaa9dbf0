package app

import (
	"context"
	"encoding/json"
	"slices"

	"kilter/internal/practice/access"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/signin"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/practice/transfer"
	"kilter/internal/practice/view"
)

// kindsCarried is the order in which an export of all settings writes their
// kinds: each after those it builds on, as far as they do not build on each
// other. The centre's documents come last.
var kindsCarried = []setting.Kind{
	setting.Zone, setting.Calendar, setting.Department, setting.Post, setting.Role, setting.Human, setting.Team,
	setting.Category, setting.Cause, setting.GradeReason, setting.Service, setting.Agreement, setting.Operation, setting.Routing, setting.Template, setting.Field, setting.Rule, setting.Macro, setting.Freeze, setting.Window, setting.ChangeModel,
	setting.ItemClass, setting.RelationType, setting.TrustedKey, setting.View, setting.Centre,
}

// removal takes the settings out whole, and in.
func (h *house) removal() *transfer.Removal {
	r := &transfer.Removal{
		Desk: h.settingsDesk(),
		Persons: func(ctx context.Context, after string, limit int) ([]people.Person, error) {
			return h.db.Persons(ctx, people.Query{Retired: true, After: after, Limit: limit})
		},
		Guard: h.guardRights, Cargoes: []transfer.Cargo{h.questionnaires(), h.handbookTexts(), h.questionSets()},
	}
	for _, sh := range h.sheets() {
		if sh.Kind == setting.Human {
			sh = access.WithRights(sh)
		}
		r.Shelves = append(r.Shelves, transfer.Shelf{Sheet: sh, Deed: setting.Deed(sh.Kind)})
	}
	r.Shelves = append(
		r.Shelves,
		transfer.Shelf{Sheet: access.RoleSheet(h.who.office.Catalogue), Deed: "role.edit", Guarded: true},
		transfer.Shelf{Sheet: view.Sheet(), Deed: transfer.AtShell},
		transfer.Shelf{Sheet: access.SeparationSheet(), Deed: "role.edit", Guarded: true},
		transfer.Shelf{Sheet: signin.RulesSheet(), Deed: "account.rules", Guarded: true},
		transfer.Shelf{Sheet: h.who.mask.Sheet(), Deed: "privacy.retain", Guarded: true},
		transfer.Shelf{Sheet: notice.ServerSheet(), Deed: setting.Deed(setting.Centre)},
		transfer.Shelf{Sheet: directory.SetupSheet(), Deed: setting.Deed(setting.Centre)},
	)
	slices.SortStableFunc(r.Shelves, func(a, b transfer.Shelf) int {
		return slices.Index(kindsCarried, a.Kind) - slices.Index(kindsCarried, b.Kind)
	})
	return r
}

// questionnaires are carried beside the settings: the newest version of each.
func (h *house) questionnaires() transfer.Cargo {
	return transfer.Cargo{
		Kind: questionnaire, Deed: wave.DeedDesign,
		List: func(ctx context.Context) (out []transfer.Crate, err error) {
			all, err := h.surveys.Parcels(ctx)
			for _, p := range all {
				text, err := json.Marshal(p)
				if err != nil {
					return nil, err
				}
				out = append(out, transfer.Crate{Code: p.Code, Retired: p.Retired, Fields: text})
			}
			return out, err
		},
		Weigh: func(ctx context.Context, c transfer.Crate) (bool, []setting.Change, error) {
			p, err := wave.ReadParcel(c.Code, c.Retired, c.Fields)
			if err != nil {
				return false, nil, err
			}
			there, fields, err := h.surveys.Weigh(ctx, p)
			var out []setting.Change
			for _, f := range fields {
				out = append(out, setting.Change{Field: f})
			}
			return there, out, err
		},
		Bring: func(ctx context.Context, by people.Actor, c transfer.Crate) error {
			p, err := wave.ReadParcel(c.Code, c.Retired, c.Fields)
			if err != nil {
				return err
			}
			return h.surveys.Unpack(ctx, by, p)
		},
	}
}

// questionnaire is the kind of questionnaires in a file of settings.
const questionnaire setting.Kind = "questionnaire"

// guardRights asks the office about rights that an import would hand out.
func (h *house) guardRights(ctx context.Context, by people.Actor, all *setting.All, r transfer.Rights) ([]transfer.Blame, error) {
	found, err := h.who.office.Breaches(ctx, by, all, r.Persons, r.Roles)
	if err != nil {
		return nil, err
	}
	out := make([]transfer.Blame, len(found))
	for i, b := range found {
		out[i] = transfer.Blame{Kind: b.Kind, Code: b.Code, Fault: b.Fault}
	}
	return out, nil
}
