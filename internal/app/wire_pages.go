package app

import (
	"context"
	"net/http"

	"kilter/internal/practice/directory"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/web"
)

// settingsDesk is where settings and persons are changed.
func (h *house) settingsDesk() *setting.Desk {
	return &setting.Desk{Keeper: h.settings, Sheets: directory.Sheets(), Now: Now}
}

// settingPages mounts the pages on which a centre arranges itself.
func (h *house) settingPages(mux *http.ServeMux, shell *web.Shell) {
	s := &web.Settings{
		Shell: shell, Desk: h.settingsDesk(), Directory: h.directory, Persons: h.db, Uploads: h.db,
		Actor: func(r *http.Request) (people.Actor, error) { return people.From(r.Context()), nil },
	}
	s.Mount(mux)
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
