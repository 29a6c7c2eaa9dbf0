package app

import (
	"kilter/internal/practice/access"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/contact"
	"kilter/internal/practice/handbook"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/release"
	"kilter/internal/practice/request"
	"kilter/internal/practice/setting"
	"kilter/internal/web"
	pages "kilter/internal/web/handbook"
)

// handbook is the process handbook over the flows that the desks carry out.
func (h *house) handbook() *handbook.Book {
	return &handbook.Book{Holders: h.roleHolders, Flows: []handbook.Cycle{
		handbook.Of("contact", "contact", "contact", contact.Flow, func() *contact.Contact { return &contact.Contact{} }),
		handbook.Of("request", "request", "request", request.Flow, func() *request.Request { return &request.Request{} }),
		handbook.Of("incident", "incident", "incident", incident.Flow, func() *incident.Incident { return &incident.Incident{} }),
		handbook.Of("problem", "problem", "problem", problem.Flow, func() *problem.Problem { return &problem.Problem{} }),
		handbook.Of("change", "change", "change", change.Flow, func() *change.Change { return &change.Change{} }),
		handbook.Of("release", "release", "release", release.Flow, func() *release.Release { return &release.Release{} }),
		handbook.Of("item", "cmdb", "item", cmdb.Life, func() *cmdb.Step { return &cmdb.Step{} }),
		handbook.Of("discrepancy", "cmdb", cmdb.DeedAudit, cmdb.Settling, func() *cmdb.Discrepancy { return &cmdb.Discrepancy{} }),
	}}
}

// roleHolders are the roles in use with what they may do. One that cannot be
// read may nothing.
func (h *house) roleHolders() []handbook.Holder {
	var out []handbook.Holder
	for _, t := range h.settings.All().Of(setting.Role) {
		if t.Retired {
			continue
		}
		doc, err := setting.Read[access.Role](*t)
		if err != nil {
			continue
		}
		out = append(out, handbook.Holder{Name: t.Name, Grants: people.NewGrants(doc.Grants...)})
	}
	return out
}

// handbookPages are the pages of the handbook.
func (h *house) handbookPages() web.Room { return (&pages.Pages{Book: h.handbook()}).Room() }
