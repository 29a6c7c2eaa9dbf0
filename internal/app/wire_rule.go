package app

import (
	"context"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/rule"
	"kilter/internal/practice/setting"
)

// ruleDesks are the desks on whose records rules act.
func (h *house) ruleDesks() map[record.Kind]rule.Desk {
	return map[record.Kind]rule.Desk{
		record.Incident: h.incidents.Desk, record.Contact: h.contacts.Desk, record.Problem: h.problems.Desk, record.Request: h.requests.Desk, record.Knowledge: h.articles.Desk,
	}
}

// wireRules makes what considers rules and carries them out.
func (h *house) wireRules() {
	h.rules = &rule.Engine{
		Settings: h.settings.All, Desks: h.ruleDesks(), Ledger: h.db.Ledger(), Traces: h.db.Rules(), Together: h.db.Together,
		World:   func(by people.Actor, k record.Kind) rule.World { return h.ruleWorld(by, k, h.settings.All()) },
		Members: func(t people.TeamID) []people.ID { return h.directory.View().Team(t).Members },
		Ranked:  h.ranked, Lang: func() string { return h.directory.View().Centre().Lang }, Place: h.place, Now: Now, Log: h.env.Log,
	}
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
