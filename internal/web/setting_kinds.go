package web

import (
	changes "kilter/internal/practice/change" // change alone is one of a setting here
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/grade"
	"kilter/internal/practice/handbook"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/release"
	"kilter/internal/practice/review"
	"kilter/internal/practice/risk"
	"kilter/internal/practice/setting"
	"kilter/internal/web/part"
)

// groupOfItems is where the settings lead to the model of items.
const groupOfItems = "settings.group.items"

// settingKind is a kind of settings as its address calls it, and its icon.
type settingKind struct{ word, icon string }

// groups are the kinds of settings as their home and column show them.
var groups = []struct {
	key   string
	kinds []settingKind
}{
	{"settings.group.people", []settingKind{{"department", "building"}, {"post", "id-badge-2"}, {"person", "user"}, {"team", "users-group"}, {"zone", "network"}}},
	{"settings.group.catalogue", []settingKind{{"service", "world"}, {"offering", "apps"}, {"category", "tag"}, {"cause", "help"}, {"grade_reason", "message-2"}}},
	{"settings.group.levels", []settingKind{{"calendar", "calendar"}, {"agreement", "stopwatch"}, {"operation", "checklist"}}},
	{"settings.group.rules", []settingKind{
		{"rule", "bolt"},
		{"macro", "wand"},
		{"matrix", "layout-columns"},
		{"routing", "route"},
		{"template", "template"},
		{"field", "edit"},
		{incident.PolicyCode, "headset"},
		{grade.PolicyCode, "star"},
		{changes.PolicyCode, "git-merge"},
		{handbook.PolicyCode, "book"},
		{review.PolicyCode, "clipboard-list"},
		{risk.PolicyCode, "alert-triangle"},
		{release.ChecklistCode, "checks"},
		{string(setting.Freeze), "calendar-off"},
		{string(setting.Window), "calendar-event"},
		{string(setting.ChangeModel), "template"},
	}},
	{groupOfItems, []settingKind{{cmdb.ImpactPolicyCode, "bolt"}, {cmdb.PrecedenceCode, "sort-ascending"}}},
	{"settings.group.centre", []settingKind{{"centre", "building-community"}, {"trusted_key", "key"}}},
}

// iconFor is the icon of a kind by its word.
func iconFor(word string) string {
	for _, g := range groups {
		for _, k := range g.kinds {
			if k.word == word {
				return k.icon
			}
		}
	}
	return ""
}

func (k settingKind) link(p *Frame) part.Link {
	return part.Link{Label: p.T("setting.kind." + k.word), Href: "/settings/" + k.word, Icon: k.icon}
}

// kindOf reads a kind from an address: a centre document goes by its code.
func (s *Settings) kindOf(word string) (setting.Kind, string) {
	if s.Desk.Sheets.Single(word) {
		return setting.Centre, word
	}
	return setting.Kind(word), ""
}
