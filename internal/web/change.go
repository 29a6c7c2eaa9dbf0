package web

import (
	"context"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"kilter/internal/base/fault"
	changes "kilter/internal/practice/change" // change alone is one of a setting here
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/web/part"
)

func (d *Desk) changeTrade() *trade {
	return tradeOf(trade{
		Icon: "git-merge", Fallback: "open", Plain: d.plainChange(), More: changePages, Models: d.usableModels,
		Columns: []string{"number", "title", "state", "owner", "team", "requester", "service", "zone", "moved", "opened"},
		Usual:   []string{"number", "title", "state", "owner", "team", "service"},
		Sorts:   []record.Order{record.Newest, record.Oldest, record.Latest},
		Views: []namedView{
			{Code: "mine", Icon: "user", Query: "open:true owner:me", Sort: record.Oldest, Own: true},
			{Code: "team", Icon: "users-group", Query: "open:true team:my-teams", Sort: record.Oldest},
			{Code: "undecided", Icon: "inbox", Query: "state:submitted", Sort: record.Oldest, Alert: true},
			{Code: "awaiting", Icon: "users", Query: "state:awaiting_authorisation", Sort: record.Oldest},
			{Code: "planned", Icon: "calendar", Query: "state:scheduled,building,ready,implementing", Sort: record.Oldest},
			{Code: "review", Icon: "report-analytics", Query: "state:implemented,backed_out,failed,documented,reviewing", Sort: record.Oldest},
			{Code: "open", Icon: "list", Query: "open:true", Sort: record.Latest},
			{Code: "all", Icon: "archive", Sort: record.Newest},
		},
		Bulk: bulkOf{Moves: []string{"assign", "review", "edit", "note"}, Fields: []string{"service", "category", "zone"}},
	}, d.Changes.Desk)
}

// changePages are what change management has beside its lists.
func changePages(s *sight, open string) (g Group) {
	g.Title = s.T("change.pages")
	g.Views = []part.Link{{Label: s.T("change.models"), Href: "/change-models", Icon: "template", Active: open == "models"}}
	if s.By.Can(s.of.deed(record.Consents)) {
		g.Views = append(g.Views, part.Link{Label: s.T("portal.approvals"), Href: portalPath + "/approvals", Icon: "users"})
	}
	return g
}

// plainChange is how a change looks: why it is wanted, what it touches, how it
// is carried out and taken back, and when.
func (d *Desk) plainChange() plainDesk {
	return &plainOf[*changes.Change]{
		Desk: d.Changes.Desk, Blank: func() *changes.Change { return new(changes.Change) }, Next: d.Changes.Next, Raise: d.raiseChange, Move: d.Changes.Move,
		Look: plainLook{
			Icons: map[string]string{
				"submit": "send", "return": "refresh", "filter": "check", "reject": "x", "record_emergency": "phone", "assess": "zoom-question", "propose": "users",
				"ask_more": "message-2", "reconsider": "arrow-back-up", "schedule": "calendar", "reschedule": "calendar", "build": "settings", "test": "checks", "prepare": "check", "implement": "player-play",
				"complete": "check", "back_out": "arrow-back-up", "fail": "x", "document": "edit", "review": "report-analytics", "close": "lock", "cancel": "x", "drop": "x", "assign": "users-group",
			},
			Edits: []string{"title", "reason", "description", "service", "category", "zone", "procedure", "test", "communication", "cost", "benefit", "gain"},
			Tag:   "type", Works: true, Timed: true, Parts: changeParts, Given: d.givenOfModel, Times: d.freeTimes(),
			Facts: []plainGroup{
				{"desk.people", []string{"team", "owner", "second", "first_voice", "other_voice"}},
				{"desk.about", []string{"model", "service", "category", "items", "zone", "impact", "likelihood", "score", "class", "cost", "gain", "starts", "ends", "back_out_time", "authorised", "begun", "ended", "documented", "result", "closed"}},
			},
			Texts: []string{"reason", "benefit", "description", "procedure", "test", "back_out", "communication", "evidence", "why_rejected", "why_dropped", "why_backed_out", "why_failed", "review"},
			Way:   changeWay, Lead: changeLead,
		},
	}
}

// changeWay is the usual life of a change of its type.
func changeWay(p *plainPage) []flow.State {
	st := p.One.State
	way := []flow.State{changes.Draft, changes.Submitted, changes.Assessing, changes.Awaiting, changes.Authorised, changes.Scheduled, changes.Ready, changes.Implementing, changes.Implemented, changes.Reviewing, changes.Closed}
	switch changes.Type(p.Get("type")) {
	case changes.Standard:
		way = []flow.State{changes.Draft, changes.Scheduled, changes.Ready, changes.Implementing, changes.Implemented, changes.Reviewing, changes.Closed}
	case changes.Emergency:
		way = []flow.State{changes.Draft, changes.Submitted, changes.EmergencyAuthorised, changes.Implementing, changes.Implemented, changes.Documented, changes.Reviewing, changes.Closed}
	}
	switch st {
	case changes.Rejected, changes.Cancelled:
		return []flow.State{changes.Draft, changes.Submitted, st}
	}
	for i, usual := range way {
		if beside[st] == usual {
			way[i] = st
		}
	}
	return way
}

// beside are the states that take the place of a usual one.
var beside = map[flow.State]flow.State{
	changes.Filtered: changes.Assessing, changes.Built: changes.Ready, changes.BackedOut: changes.Implemented, changes.Broken: changes.Implemented,
}

// raiseChange opens a change; for another record when its reason names one.
func (d *Desk) raiseChange(ctx context.Context, by people.Actor, in record.Input) (*changes.Change, error) {
	from := in.Reason
	in.Reason = ""
	if from == "" || d.RFC == nil {
		return d.Changes.Raise(ctx, by, in)
	}
	return d.RFC.Raise(ctx, by, from, in)
}

// riskToEnter leads from the refusal of a change that lacks its risk in the register
// to the form of one, beside what was typed; nil for every other refusal.
func (s *sight) riskToEnter(ref string, err error) *part.Button {
	lacks := slices.ContainsFunc(fault.All(err), func(f *fault.Fault) bool { return f.Key == changes.NoEntry })
	if !lacks || !s.By.Can("risk.open") {
		return nil
	}
	return &part.Button{Label: s.T("change.risk_enter"), Icon: "alert-triangle", Href: RiskOfChange(ref), Attrs: templ.Attributes{"target": "_blank"}}
}

// RiskOfChange is where a risk of a change is entered in the register.
func RiskOfChange(ref string) string {
	return record.Risk.Path() + "/new?" + url.Values{"from": {ref}, "process": {"chg"}}.Encode()
}

// changeRoutes mounts the pages of changes, where any are kept.
func (d *Desk) changeRoutes(mux Mux) {
	if d.Changes == nil {
		return
	}
	d.trades[record.Changes] = d.changeTrade()
	d.plainRoutes(mux, record.Changes)
}
