package app

import (
	"context"
	"net/http"
	"slices"

	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/handbook"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/release"
	"kilter/internal/practice/review"
	"kilter/internal/practice/risk"
	"kilter/internal/practice/setting"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// settingsDesk is where settings and persons are changed.
func (h *house) settingsDesk() *setting.Desk {
	return &setting.Desk{Keeper: h.settings, Sheets: h.sheets(), Now: Now, Vet: h.vetSetting}
}

// vetSetting refuses a setting that names items which its writer does not see.
func (h *house) vetSetting(ctx context.Context, by people.Actor, t, was *setting.Thing) error {
	if err := h.operations().Vet(ctx, by, t, was); err != nil {
		return err
	}
	return change.Vetting{Seen: h.seenCodes}.Vet(ctx, by, t, was)
}

// seenCodes are those of some codes whose items somebody sees.
func (h *house) seenCodes(ctx context.Context, by people.Actor, codes ...string) ([]string, error) {
	found, err := h.itemsOf(ctx, by, codes...)
	out := make([]string, len(found))
	for i, one := range found {
		out[i] = one.Code
	}
	return out, err
}

// sheets describe every kind of setting, those of the practices too.
func (h *house) sheets() setting.Sheets {
	return slices.Concat(directory.SheetsWith(h.macroChecks()), setting.Sheets{incident.PolicySheet()}, cmdb.Sheets(), change.Sheets(), setting.Sheets{handbook.Sheet()}, release.Sheets(), setting.Sheets{review.Sheet(), risk.PolicySheet()}, h.actionSheets())
}

// settingPages mounts the pages on which a centre arranges itself.
func (h *house) settingPages(mux web.Mux, shell *web.Shell, bell *web.Bell) {
	s := &web.Settings{
		Shell: shell, Desk: h.settingsDesk(), Directory: h.directory, Persons: h.db, Uploads: h.db, Door: h.who.door, Bell: bell, Orders: h.orders(),
		Actor: func(r *http.Request) (people.Actor, error) { return people.From(r.Context()), nil },
	}
	s.More = func(f *web.Frame, by people.Actor) (out []part.Link) {
		if by.Can("setting.edit") {
			out = append(out, part.Link{Label: f.T("mail.server"), Href: "/settings/mail/server", Icon: "mail"})
		}
		if by.Can("system.read") {
			out = append(out, part.Link{Label: f.T("mail.title"), Href: "/settings/mail", Icon: "mail"})
		}
		return out
	}
	s.Ahead, s.Items = h.operations().Ahead, h.operations().Find
	s.InDemo, s.Rules, s.Macros = h.inDemo, h.rules, h.macros
	s.Purge = h.purgeByPage
	if bell != nil {
		bell.Column = s.Column
	}
	s.Mount(mux)
	h.demoBanner(shell)
}

// orders is what pages that order something need.
func (h *house) orders() web.Orders {
	return web.Orders{Desk: h.requests, Approvals: h.db.Approvals(), Colleagues: h.db.Persons, Mine: h.db.Items().Of}
}

// demoBanner says on every page of the demo city that it is one.
func (h *house) demoBanner(shell *web.Shell) {
	rail := shell.Rail
	shell.Rail = func(r *http.Request, f *web.Frame) {
		if rail != nil {
			rail(r, f)
		}
		if h.inDemo() {
			f.Banner = web.DemoBanner(f)
		}
	}
}

// purgeByPage takes the demo city out, and begins the centre anew: roles, and
// the token for its first administrators on the console.
func (h *house) purgeByPage(ctx context.Context) ([]web.Left, error) {
	sums, err := h.purge(ctx)
	if err != nil {
		return nil, err
	}
	left := make([]web.Left, 0, len(sums))
	for _, s := range sums {
		left = append(left, web.Left{Table: s.Table, Rows: s.Rows})
	}
	if err := h.directory.Refresh(ctx); err != nil {
		return nil, err
	}
	return left, h.begin(ctx)
}

// demoEntrance lists whom a visitor of the demo city may enter as; nobody in
// any other database.
func (h *house) demoEntrance(context.Context) ([]web.DemoAccount, error) {
	mark, ok := h.demoMark()
	if !ok {
		return nil, nil
	}
	var out []web.DemoAccount
	for _, a := range mark.Accounts {
		out = append(out, web.DemoAccount{Person: a.Person, Name: a.Name, Role: a.Role})
	}
	return out, nil
}
