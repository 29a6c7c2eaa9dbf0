package app

import (
	"context"
	"maps"
	"time"

	"kilter/internal/base/lang"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/macro"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/rule"
	"kilter/internal/practice/setting"
)

// ruleDesks are the desks on whose records rules act.
func (h *house) ruleDesks() map[record.Kind]rule.Desk {
	return map[record.Kind]rule.Desk{
		record.Incident: h.incidents.Desk, record.Contact: h.contacts.Desk, record.Problem: h.problems.Desk, record.Request: h.requests.Desk, record.Changes: h.changes.Desk, record.Release: h.releases.Desk, record.Risk: h.risks.Desk, record.Knowledge: h.articles.Desk,
	}
}

// wireRules makes what considers rules and carries them out.
func (h *house) wireRules() {
	h.rules = &rule.Engine{
		Settings: h.settings.All, Desks: h.ruleDesks(), Ledger: h.db.Ledger(), Traces: h.db.Rules(), Together: h.db.Together,
		World:   func(by people.Actor, k record.Kind) rule.World { return h.ruleWorld(by, k, h.settings.All()) },
		Members: func(t people.TeamID) []people.ID { return h.directory.View().Team(t).Members },
		Ranked:  h.ranked, Lang: h.ownLang, Blanks: h.blanks, Place: h.place, Now: Now, Log: h.env.Log,
	}
	h.macros = &macro.Room{Settings: h.settings.All, Desks: h.macroDesks(), World: h.errand, Together: h.db.Together}
}

// ownLang is the language in which the centre writes.
func (h *house) ownLang() string { return h.directory.View().Centre().Lang }

// macroDesks are the desks on whose records macros are run.
func (h *house) macroDesks() map[record.Kind]macro.Desk {
	return map[record.Kind]macro.Desk{
		record.Incident: h.incidents.Desk, record.Contact: h.contacts.Desk, record.Problem: h.problems.Desk, record.Request: h.requests.Desk, record.Changes: h.changes.Desk, record.Release: h.releases.Desk, record.Risk: h.risks.Desk, record.Knowledge: h.articles.Desk,
	}
}

// errand is what is known about the world around the actions that somebody has
// carried out.
func (h *house) errand(by people.Actor) record.Errand {
	e := record.Errand{Lang: h.ownLang(), All: h.settings.All(), Ranked: h.ranked, Members: func(t people.TeamID) []people.ID { return h.directory.View().Team(t).Members }}
	e.Link = func(ctx context.Context, by people.Actor, ref string) (record.Row, error) {
		return record.Lookup(ctx, h.db.Ledger(), by.Scope, ref)
	}
	e.Blanks = h.blanks(by, e.Lang)
	return e
}

// blanks are what the placeholders of actions stand for on a record, in a
// language. One that stands for nothing is left out.
func (h *house) blanks(by people.Actor, in string) func(record.Head) map[string]string {
	words := lang.For(lang.Lang(in)).In(h.place())
	return func(r record.Head) map[string]string {
		all, from := h.settings.All(), h.whoIs(r.Requester)
		out := map[string]string{
			"state": words.T(string(r.Kind) + ".state." + string(r.State)), "service": all.Name(int64(r.Service), in), "team": all.Name(int64(r.Team), in),
			"requester.name": from.Name, "requester.room": from.Room, "owner.name": h.whoIs(r.Owner).Name, "me.name": by.Name, "centre.phone": h.directory.View().Centre().Phone,
		}
		if by.ID == 0 {
			out["me.name"] = "Kilter"
		}
		if !r.Due.IsZero() {
			out["due"] = words.DateTime(r.Due)
		}
		if centre := all.Coded(setting.Centre, directory.CentreCode); centre != nil {
			out["centre.name"] = centre.Label(in)
		}
		out["requester"], out["me"] = out["requester.name"], out["me.name"]
		maps.DeleteFunc(out, func(_, v string) bool { return v == "" })
		return out
	}
}

// whoIs is a person as texts name him; nobody, or who is not there any more, is
// the zero value.
func (h *house) whoIs(id people.ID) people.Person {
	if id == 0 {
		return people.Person{}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	p, err := h.db.Person(ctx, id)
	if err != nil {
		return people.Person{} // he is not there any more
	}
	return p
}

// macroChecks is what the actions of macros and templates are checked against.
func (h *house) macroChecks() record.ActionChecks {
	desks := h.macroDesks()
	return record.ActionChecks{Person: h.ruleChecks().Person, Ground: func(k record.Kind) (record.Ground, bool) {
		if desks[k] == nil {
			return record.Ground{}, false
		}
		return desks[k].Ground(), true
	}}
}

// actionSheets are the kinds of settings that hold actions.
func (h *house) actionSheets() []setting.Sheet {
	return []setting.Sheet{rule.Sheet(h.ruleChecks()), macro.Sheet(h.macroChecks())}
}

// ruleWorld is what the conditions of rules are read in.
func (h *house) ruleWorld(by people.Actor, k record.Kind, all *setting.All) rule.World {
	means := h.means(by)
	means.Me, means.MyTeams, means.Settings = 0, nil, all // a rule is nobody's
	ask := func() (context.Context, context.CancelFunc) {
		return context.WithTimeout(context.Background(), 2*time.Second)
	}
	return rule.World{
		Fields: h.fields(k, true), Means: means,
		Code: func(id people.ID) string {
			ctx, cancel := ask()
			defer cancel()
			p, err := h.db.Person(ctx, id)
			if err != nil {
				return "" // he is not there any more
			}
			return p.Code
		},
		Followers: func(id int64) []people.ID {
			ctx, cancel := ask()
			defer cancel()
			around, err := h.db.Ledger().Around(ctx, people.Everything(), id)
			if err != nil {
				h.env.Log.Error("who follows a record cannot be read", "record", id, "err", err)
			}
			out := make([]people.ID, len(around.Watchers))
			for i, w := range around.Watchers {
				out[i] = w.ID
			}
			return out
		},
		Words: func(id int64) []string {
			ctx, cancel := ask()
			defer cancel()
			past, err := h.db.Ledger().Timeline(ctx, id, false)
			if err != nil {
				h.env.Log.Error("what was said on a record cannot be read", "record", id, "err", err)
			}
			var out []string
			for _, e := range past {
				out = append(out, e.Text)
			}
			return out
		},
	}
}

// ruleChecks is what saving a rule is checked against.
func (h *house) ruleChecks() rule.Checks {
	desks := h.ruleDesks()
	return rule.Checks{
		Desk:   func(k record.Kind) rule.Desk { return desks[k] },
		Fields: func(k record.Kind) query.Fields { return h.fields(k, true) },
		World: func(all *setting.All, k record.Kind) rule.World {
			return h.ruleWorld(people.System(people.ViaJob), k, all)
		},
		Person: func(id people.ID) bool {
			ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
			defer cancel()
			p, err := h.db.Person(ctx, id)
			return err == nil && !p.Retired
		},
	}
}

// granted are the persons who may do something.
func (h *house) granted(deed string) []people.ID {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	all, err := h.db.Holders(ctx)
	if err != nil {
		h.env.Log.Error("who may do something cannot be read", "deed", deed, "err", err)
	}
	var out []people.ID
	for _, p := range all {
		if a, err := h.who.roster.Actor(ctx, p.ID, 0, Now()); err == nil && a.Can(deed) {
			out = append(out, p.ID)
		}
	}
	return out
}
