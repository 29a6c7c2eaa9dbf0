package app

import (
	"testing"

	"kilter/internal/practice/directory"
	"kilter/internal/practice/grade"
	"kilter/internal/practice/handbook"
	"kilter/internal/practice/people"
	"kilter/internal/practice/review"
	"kilter/internal/practice/risk"
	"kilter/internal/practice/setting"
)

// restOnNone are the settings that no chapter of the handbook rests on, and why.
var restOnNone = map[arranges]string{
	{setting.Department, ""}:               "who the centre works for: people and places, no rule of a process",
	{setting.Post, ""}:                     "likewise",
	{setting.Human, ""}:                    "likewise; persons come and go every day",
	{setting.Team, ""}:                     "likewise; who is on duty changes every week",
	{setting.Zone, ""}:                     "the networks there are, no rule of a process",
	{setting.Service, ""}:                  "what is offered, which has a life and states of its own",
	{setting.Offering, ""}:                 "likewise; what is ordered is pinned to the definition it was ordered under",
	{setting.Category, ""}:                 "words to sort by",
	{setting.Cause, ""}:                    "likewise",
	{setting.GradeReason, ""}:              "likewise",
	{setting.Template, ""}:                 "texts that somebody begins with and changes",
	{setting.Macro, ""}:                    "what one person does at once, under his own grants",
	{setting.Rule, ""}:                     "automation of any practice, which tells itself what it did and why",
	{setting.Operation, ""}:                "plans of recurring work, of which no chapter is",
	{setting.TrustedKey, ""}:               "keys of sources, each with a life of its own",
	{setting.Field, ""}:                    "taken down with the process of its practice: see ownFields",
	{setting.Centre, directory.CentreCode}: "name and address of the centre",
	{setting.Centre, grade.PolicyCode}:     "grades are asked of several practices, and no chapter is of them",
	{setting.Centre, handbook.PolicyCode}:  "how the handbook itself is approved",
	{setting.Centre, review.PolicyCode}:    "templates of reviews, each of which keeps what it began with",
	{setting.Centre, risk.PolicyCode}:      "the scale of the risk register, which is of all processes",
}

// Every setting stands with a process that rests on it, or here with the reason
// why none does, so that a new one is not forgotten when drift is looked for.
func TestEverySettingHasItsChapter(t *testing.T) {
	t.Parallel()
	used := map[arranges]bool{}
	for code, all := range restsOn {
		for _, a := range all {
			if restOnNone[a] != "" {
				t.Errorf("%s rests on %v, which is said to have no chapter", code, a)
			}
			used[a] = false
		}
	}
	for a := range restOnNone {
		used[a] = false
	}
	for _, sh := range settle(t, "sqlite").house.sheets() {
		a := arranges{sh.Kind, sh.Code}
		if _, ok := used[a]; !ok {
			t.Errorf("%v: no process rests on it, and no reason is given", a)
		}
		used[a] = true
	}
	for a, is := range used {
		if !is {
			t.Errorf("%v: there is no such setting", a)
		}
	}
}

// Of a setting that is not any more as it was approved a reader learns what he may
// read: values of the centre's documents are for those who arrange them and those
// who write or approve chapters, and nothing is for who is not cleared.
func TestWhatOfADriftIsShown(t *testing.T) {
	t.Parallel()
	h := settle(t, "sqlite").house
	fact := func(of, name string) handbook.Fact {
		return handbook.Fact{What: handbook.FactSetting, Of: of, Name: name, Value: "7"}
	}
	policy, route := fact("centre/incident", "report_days"), fact("routing/to-desk", "order")
	who := func(deeds ...string) people.Actor {
		return people.Actor{ID: 1, Staff: true, Scope: people.Everything(), Grants: people.NewGrants(append(deeds, handbook.DeedRead)...)}
	}
	shut, official := who(setting.Deed(setting.Centre)), who()
	shut.Scope, official.Staff = people.Scope{All: true}, false
	for _, c := range []struct {
		what        string
		by          people.Actor
		f           handbook.Fact
		known, read bool
	}{
		{"a reader of a document", who(), policy, true, false},
		{"who writes chapters", who(handbook.DeedEdit), policy, true, true},
		{"who approves them", who(handbook.DeedApprove), policy, true, true},
		{"who arranges it", who(setting.Deed(setting.Centre)), policy, true, true},
		{"a reader of a route", who(), route, true, true},
		{"who is not cleared", shut, policy, false, false},
		{"an official", official, route, false, false},
		{"a reader of a flow", official, handbook.Fact{What: handbook.FactWay, Of: "incident"}, true, true},
	} {
		if known, read := h.showsFact(c.by, c.f); known != c.known || read != c.read {
			t.Errorf("%s: knows %v, reads %v", c.what, known, read)
		}
	}
}
