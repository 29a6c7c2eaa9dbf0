package app

import (
	"context"
	"slices"

	"kilter/internal/practice/access"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/handbook"
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/maturity/questions"
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
	return transfer.CargoOf(questionnaire, wave.DeedDesign,
		func() transfer.Room[wave.Parcel] { return h.surveys },
		func(p *wave.Parcel) (*string, **bool) { return &p.Code, &p.Retired })
}

// handbookTexts are carried beside the settings: what was written of chapters.
// They come in as drafts, for whoever approves does so here.
func (h *house) handbookTexts() transfer.Cargo {
	return transfer.CargoOf(handbookChapter, handbook.DeedEdit,
		func() transfer.Room[handbook.Parcel] { return h.handbookRoom() },
		func(p *handbook.Parcel) (*string, **bool) { return &p.Code, nil })
}

// questionSets are carried beside the settings: what was published last of each
// name, and whether it is in use.
func (h *house) questionSets() transfer.Cargo {
	return transfer.CargoOf(questionSet, assessment.DeedLead,
		func() transfer.Room[questions.Parcel] { return h.questions },
		func(p *questions.Parcel) (*string, **bool) { return &p.Code, nil })
}

// The kinds of what is carried beside settings, in a file of settings.
const (
	questionnaire   setting.Kind = "questionnaire"
	handbookChapter setting.Kind = "handbook_chapter"
	questionSet     setting.Kind = "question_set"
)

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
