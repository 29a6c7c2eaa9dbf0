package web

import (
	"net/http"
	"slices"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/report/desk"
	"kilter/internal/report/director"
	"kilter/internal/web/part"
)

// Start is the page a person begins at: the work that waits for whoever does
// any, his own duty for an administrator, the figures for whoever only reads,
// and the portal for officials.
func Start(a people.Actor) string {
	if s := a.Choices.Start; s != "" && slices.ContainsFunc(startPages(a), func(p startPage) bool { return p.path == s }) {
		return s
	}
	return usualStart(a)
}

// directorPath is the page of a room, for whoever decides and does not work.
const directorPath = "/director"

// startPage is a page that a person may choose to begin at.
type startPage struct{ path, label string }

// startPages lists those he may see; for the others there is nothing to choose.
func startPages(a people.Actor) []startPage {
	if !a.Staff || !a.Can("incident.read") {
		return nil
	}
	out := []startPage{{"/", "desk.my_day"}, {"/incidents", "desk.incidents"}, {"/dashboard", "desk.dashboard"}, {"/board", "desk.news"}}
	if a.Can(director.Grant) {
		out = append(out, startPage{directorPath, "director.title"})
	}
	return out
}

func usualStart(a people.Actor) string {
	works := a.Staff && (a.Can("incident.note") || a.Can("incident.accept"))
	switch {
	case works:
		return "/"
	case a.Can("setting.edit"), a.Can("directory.edit"):
		return "/settings"
	case a.Can("account.read"):
		return securityPath + "/accounts"
	case a.Can("audit.read"):
		return auditPath
	case !a.Staff:
		return portalPath
	case a.Can(director.Grant):
		return directorPath
	case a.Can("incident.read"):
		return "/dashboard"
	}
	return "/"
}

// startOr leads whoever does not begin with the day to his own first page.
func (d *Desk) startOr(h staffHandler) http.Handler {
	day := d.staff(h)
	return d.Handle(func(w http.ResponseWriter, r *http.Request) error {
		by, err := d.Actor(r)
		if err != nil {
			return err
		}
		if to := Start(by); to != "/" {
			return Go(w, r, to)
		}
		day.ServeHTTP(w, r)
		return nil
	})
}

// Rail fills the frame of every page: the modules a person has use for, the
// way to a new incident, the palette, live updates. App gives it to the shell.
func (d *Desk) Rail(r *http.Request, f *Frame) {
	by, err := d.Actor(r)
	if err != nil {
		return
	}
	add := func(may bool, l part.Link) {
		if may {
			f.Modules = append(f.Modules, l)
		}
	}
	read := by.Staff && by.Can("incident.read")
	arranges := slices.ContainsFunc(arranging, by.Can)
	add(by.Staff && Start(by) == "/", part.Link{Label: f.T("desk.my_day"), Href: "/", Icon: "inbox", Key: "g h"})
	add(read, part.Link{Label: f.T("desk.incidents"), Href: "/incidents", Icon: "bolt", Key: "g i"})
	add(d.Contacts != nil && by.Staff && by.Can("contact.read"), part.Link{Label: f.T("desk.contacts"), Href: "/contacts", Icon: "headset", Key: "g t"})
	add(d.Requests != nil && by.Staff && by.Can("request.read"), part.Link{Label: f.T("desk.requests"), Href: "/requests", Icon: "apps", Key: "g q"})
	add(d.Problems != nil && by.Staff && by.Can("problem.read"), part.Link{Label: f.T("desk.problems"), Href: "/problems", Icon: "zoom-question", Key: "g p"})
	add(d.Changes != nil && by.Staff && by.Can("change.read"), part.Link{Label: f.T("desk.change.title"), Href: "/changes", Icon: "git-merge", Key: "g c"})
	add(d.Releases != nil && by.Staff && by.Can("release.read"), part.Link{Label: f.T("desk.releases"), Href: "/releases", Icon: "package"})
	add(d.Risks != nil && by.Staff && by.Can("risk.read"), part.Link{Label: f.T("desk.risks"), Href: "/risks", Icon: "alert-triangle"})
	add(d.Lessons != nil && by.Staff && by.Can("knowledge.read"), part.Link{Label: f.T("desk.knowledge"), Href: "/knowledge", Icon: "book", Key: "g k"})
	add(d.Items != nil && by.Staff && by.Can(cmdb.DeedRead), part.Link{Label: f.T("item.title"), Href: configPath, Icon: "sitemap", Key: "g b"})
	for _, room := range d.Rooms {
		if room.Rail != nil && by.Staff {
			f.Modules = append(f.Modules, room.Rail(f, by)...)
		}
	}
	add(read, part.Link{Label: f.T("desk.dashboard"), Href: "/dashboard", Icon: "chart-bar", Key: "g d"})
	add(by.Can(desk.Grant), part.Link{Label: f.T("report.desk.title"), Href: "/reports/desk", Icon: "report-analytics", Key: "g r"})
	add(read, part.Link{Label: f.T("desk.news"), Href: "/board", Icon: "volume"})
	add(by.Can(setting.DeedImport), part.Link{Label: f.T("history.page.title"), Href: historyPath, Icon: "database"})
	add(by.Can("account.read"), part.Link{Label: f.T("security.accounts"), Href: securityPath + "/accounts", Icon: "users"})
	add(by.Can("inspect.read"), part.Link{Label: f.T("inspect.title"), Href: inspectPath, Icon: "user-search"})
	add(by.Can("audit.read"), part.Link{Label: f.T("audit.title"), Href: auditPath, Icon: "shield-check"})
	add(arranges, part.Link{Label: f.T("desk.settings"), Href: "/settings", Icon: "settings", Key: "g s"})
	if !by.Staff {
		if by.ID != 0 {
			portalWays(f, by, r.URL.Path, d.Rooms)
		}
		return
	}
	if by.Can("incident.open") {
		f.Create = part.Link{Label: f.T("desk.register"), Href: "/incidents/new"}
	}
	f.Find, f.Live = "/find", "/live"
}
