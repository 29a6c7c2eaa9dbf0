package web

import (
	"context"
	"net/http"
	"strconv"

	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/risk"
	"kilter/internal/web/part"
)

func (d *Desk) riskTrade() *trade {
	return tradeOf(trade{
		Icon: "alert-triangle", Fallback: "open", Plain: d.plainRisk(),
		Columns: []string{"number", "title", "state", "owner", "team", "requester", "service", "zone", "moved", "opened"},
		Usual:   []string{"number", "title", "state", "owner", "service", "moved"},
		Sorts:   []record.Order{record.Newest, record.Oldest, record.Latest},
		Views: []namedView{
			{Code: "mine", Icon: "user", Query: "open:true owner:me", Sort: record.Latest, Own: true},
			{Code: "team", Icon: "users-group", Query: "open:true team:my-teams", Sort: record.Latest},
			{Code: "new", Icon: "inbox", Query: "state:identified", Sort: record.Oldest, Alert: true},
			{Code: "high", Icon: "alert-triangle", Query: "open:true exposure:>=15", Sort: record.Latest},
			{Code: "review", Icon: "clock", Query: "open:true review_on:<now", Sort: record.Oldest, Alert: true},
			{Code: "occurred", Icon: "bolt", Query: "state:triggered", Sort: record.Latest, Alert: true},
			{Code: "open", Icon: "list", Query: "open:true", Sort: record.Latest},
			{Code: "all", Icon: "archive", Sort: record.Newest},
		},
		More: func(s *sight, open string) Group {
			return Group{Title: s.T("risk.pages"), Views: []part.Link{{Label: s.T("risk.top"), Href: "/risks/top", Icon: "chart-bar", Active: open == "top"}}}
		},
		Bulk: bulkOf{Moves: []string{"assign", "edit", "note"}, Fields: []string{"service"}},
	}, d.Risks.Desk)
}

// plainRisk is how a risk looks: the risk statement, how it was weighed, and
// what is done before and after.
func (d *Desk) plainRisk() plainDesk {
	return &plainOf[*risk.Risk]{
		Desk: d.Risks.Desk, Blank: func() *risk.Risk { return new(risk.Risk) }, Next: d.Risks.Next,
		Raise: func(ctx context.Context, by people.Actor, in record.Input) (*risk.Risk, error) {
			from := in.Reason
			in.Reason = ""
			if from == "" || d.Entries == nil {
				return d.Risks.Identify(ctx, by, in)
			}
			return d.Entries.Identify(ctx, by, from, in)
		},
		Look: plainLook{
			Icons: map[string]string{
				"analyse": "search", "plan": "edit", "track": "eye", "occur": "bolt", "control": "check", "close": "lock", "cancel": "x", "assess": "refresh", "assign": "users-group",
			},
			Edits: []string{"title", "condition", "consequence", "process", "service", "mitigation", "trigger", "contingency", "review_on"},
			Tag:   "process", Works: true,
			Facts: []plainGroup{
				{"desk.people", []string{"team", "owner"}},
				{"desk.about", []string{"service", "zone", "process", "probability", "chance", "impact", "loss", "exposure", "expected", "within", "response", "review_on", "occurred", "times", "closed"}},
			},
			Texts: []string{"condition", "consequence", "mitigation", "trigger", "contingency", "why_dropped", "lesson"},
			Way:   riskWay,
			Given: d.givenOfChange,
			Deeds: learnt,
		},
	}
}

// riskWay is the usual life of a risk.
func riskWay(p *plainPage) []flow.State {
	way := []flow.State{risk.Identified, risk.Analysed, risk.Planned, risk.Tracked, risk.Closed}
	switch p.One.State {
	case risk.Cancelled:
		return []flow.State{risk.Identified, risk.Cancelled}
	case risk.Triggered:
		return []flow.State{risk.Identified, risk.Analysed, risk.Planned, risk.Triggered, risk.Tracked, risk.Closed}
	}
	return way
}

// learnt are the deeds of a risk that taught something.
func learnt(p *plainPage) []part.Button {
	if one, ok := p.Body.(*risk.Risk); !ok || one.Lesson == "" || p.desk.Lessons == nil || !p.By.Can("knowledge.open") {
		return nil
	}
	return []part.Button{{Label: p.T("knowledge.draft_from"), Icon: "book", Type: "button", Deed: true, Attrs: templAttrs("hx-post", p.base()+"/article", "hx-swap", "none")}}
}

func (d *Desk) articleOfRisk(w http.ResponseWriter, r *http.Request, s *sight) error {
	return d.drafted(w, r, s, record.Risk, d.Lessons.FromRisk)
}

// riskRoutes mounts the list and the records of the risk register, where one is
// kept.
func (d *Desk) riskRoutes(mux Mux) {
	if d.Risks == nil {
		return
	}
	d.trades[record.Risk] = d.riskTrade()
	d.plainRoutes(mux, record.Risk)
}

// givenOfChange is what the form of a risk begins with when the address names the
// change that brings it.
func (d *Desk) givenOfChange(r *http.Request, s *sight) (map[string]string, error) {
	from := Cut(r.URL.Query().Get("from"), 30)
	if from == "" || d.Entries == nil || !s.By.Can("change.read") {
		return nil, nil // an address that names no change fills in nothing
	}
	row, err := record.Lookup(r.Context(), d.Ledger, s.By.Scope, from)
	if err != nil || row.Kind != record.Changes {
		return nil, nil // whoever sends the form is told
	}
	out := map[string]string{"title": row.Title}
	for name, id := range map[string]int64{"service": int64(row.Service), "zone": int64(row.Zone)} {
		if id != 0 {
			out[name] = strconv.FormatInt(id, 10)
		}
	}
	return out, nil
}
