// Package people knows who is who in the city and who may do and see what:
// persons, departments, teams and network zones, the grants of a role and the
// scope of a person's sight.
package people

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
)

// The ids of the directory. Zero means none.
type (
	ID           int64 // a person
	TeamID       int64 // a support group
	DepartmentID int64 // a department of the city or the province
	ZoneID       int64 // a network zone
)

// Text is a name in both languages of the product.
type Text struct {
	En string `json:"en"`
	Zh string `json:"zh"`
}

// In returns the text in the language asked for, or in the other one when it
// was never written down.
func (t Text) In(lang string) string {
	if strings.HasPrefix(lang, "zh") {
		return cmp.Or(t.Zh, t.En)
	}
	return cmp.Or(t.En, t.Zh)
}

// Trim is the text without the blanks around it, in both languages.
func (t Text) Trim() Text { return Text{En: strings.TrimSpace(t.En), Zh: strings.TrimSpace(t.Zh)} }

// Both is the text where readers of either language must find it: 中文 · English.
func (t Text) Both() string {
	if t.En == "" || t.Zh == "" || t.En == t.Zh {
		return cmp.Or(t.Zh, t.En)
	}
	return t.Zh + " · " + t.En
}

// Via tells through which door an actor came; the audit log keeps it.
type Via string

// The doors.
const (
	ViaPage   Via = "page"
	ViaAPI    Via = "api"
	ViaShell  Via = "shell"
	ViaJob    Via = "job"
	ViaImport Via = "import"
	ViaMail   Via = "mail" // the link of a mail
)

// Actor is whoever is acting: a person at a page, a token at the API, a
// command, a job of Kilter itself.
type Actor struct {
	ID      ID // 0 when Kilter itself acts
	Name    string
	Lang    string // "en" or "zh-Hans"
	Choices Choices
	Place   *time.Location // the time zone he chose; nil is the centre's
	Via     Via
	Address string // source address, for the audit log
	Token   int64  // the API token used, 0 when none
	Staff   bool   // belongs to the centre or a supplier: sees the workspace and internal notes
	Teams   []TeamID
	Grants  Grants
	Scope   Scope
}

// System acts for Kilter itself: jobs and the rules between practices. It is
// no person and cannot be signed in as.
func System(via Via) Actor {
	return Actor{Name: "Kilter", Lang: "en", Via: via, Staff: true, Grants: NewGrants("*"), Scope: Everything()}
}

// Grants is a set of deeds: exact ("incident.resolve"), of a whole practice
// ("incident.*"), or all ("*", Kilter itself only).
type Grants map[string]struct{}

// NewGrants makes a set from a list.
func NewGrants(deeds ...string) Grants {
	g := make(Grants, len(deeds))
	for _, d := range deeds {
		g[d] = struct{}{}
	}
	return g
}

// Has reports whether the set allows the deed.
func (g Grants) Has(deed string) bool {
	if _, ok := g[deed]; ok {
		return true
	}
	if room, _, ok := strings.Cut(deed, "."); ok {
		if _, ok := g[room+".*"]; ok {
			return true
		}
	}
	_, ok := g["*"]
	return ok
}

// Can reports whether the actor holds a grant for the deed.
func (a Actor) Can(deed string) bool { return a.Grants.Has(deed) }

// May reports a Denied fault unless the actor holds a grant for the deed.
func (a Actor) May(deed string) error {
	if a.Can(deed) {
		return nil
	}
	return fault.New(fault.Denied, "people.not_granted").With("deed", deed)
}

// String is the id in decimal, "" for none: its written form at the border.
func (id ID) String() string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(int64(id), 10)
}
