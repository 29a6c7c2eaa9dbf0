package web

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
	"kilter/internal/web/part"
)

func (d *Desk) releaseTrade() *trade {
	return tradeOf(trade{
		Icon: "package", Fallback: "open", Plain: d.plainRelease(),
		Columns: []string{"number", "title", "state", "owner", "team", "requester", "service", "zone", "moved", "opened"},
		Usual:   []string{"number", "title", "state", "owner", "team", "service", "moved"},
		Sorts:   []record.Order{record.Newest, record.Oldest, record.Latest},
		Views: []namedView{
			{Code: "mine", Icon: "user", Query: "open:true owner:me", Sort: record.Latest, Own: true},
			{Code: "team", Icon: "users-group", Query: "open:true team:my-teams", Sort: record.Latest},
			{Code: "acceptance", Icon: "checks", Query: "state:acceptance", Sort: record.Oldest, Alert: true},
			{Code: "review", Icon: "users", Query: "state:readiness_review", Sort: record.Oldest, Alert: true},
			{Code: "rolling", Icon: "truck", Query: "state:approved,rolling_out,partly_deployed", Sort: record.Latest},
			{Code: "support", Icon: "headset", Query: "state:deployed,early_support", Sort: record.Latest},
			{Code: "open", Icon: "list", Query: "open:true", Sort: record.Latest},
			{Code: "all", Icon: "archive", Sort: record.Newest},
		},
		More: func(s *sight, open string) Group { return ReleaseShelves(s.Sight, open) },
		Bulk: bulkOf{Moves: []string{"assign", "edit", "note"}, Fields: []string{"service"}},
	}, d.Releases.Desk)
}

// plainRelease is how a release looks: what it brings, how it is prepared, and
// how far it is. Its lists have pages in a room of their own.
func (d *Desk) plainRelease() plainDesk {
	return &plainOf[*release.Release]{
		Desk: d.Releases.Desk, Blank: func() *release.Release { return new(release.Release) }, Next: d.Releases.Next,
		Raise: func(ctx context.Context, by people.Actor, in record.Input) (*release.Release, error) {
			in.Reason = ""
			return d.Releases.Plan(ctx, by, in)
		},
		Look: plainLook{
			Icons: map[string]string{
				"start": "settings", "hand_over": "send", "fail_test": "x", "pass_test": "checks", "accept": "check", "refuse": "x", "approve": "check", "no_go": "x", "roll_out": "truck",
				"finish": "check", "halt": "player-pause", "resume": "refresh", "back_out": "history", "close": "lock", "rework": "refresh", "give_up": "x", "cancel": "x", "assign": "users-group", "prepare": "edit",
			},
			Edits: []string{"title", "description", "service", "form", "version", "design", "rollout", "training", "support", "known", "risks"},
			Tag:   "weight", Works: true, Timed: true, Tells: releaseTells,
			Facts: []plainGroup{
				{"desk.people", []string{"team", "owner", "accepted_by"}},
				{"desk.about", []string{"service", "zone", "form", "weight", "version", "build", "starts", "ends", "back_out_time", "province", "confirmed", "accepted", "approved", "begun", "deployed", "support_days", "support_until", "closed", "updated"}},
			},
			Texts: []string{"design", "rollout", "back_out", "known", "risks", "training", "support", "why_dropped", "why_backed_out", "outcome"},
			Way:   releaseWay, Lead: releaseLead,
		},
	}
}

// releaseWay is the usual life of a release.
func releaseWay(p *plainPage) []flow.State {
	way := []flow.State{release.Planned, release.Building, release.Testing, release.Acceptance, release.Readiness, release.Approved, release.RollingOut, release.Deployed, release.EarlySupport, release.Closed}
	switch st := p.One.State; st {
	case release.Cancelled:
		return []flow.State{release.Planned, release.Cancelled}
	case release.PartlyDeployed, release.BackedOut:
		way[7] = st
	}
	return way
}

// releaseTells puts what was signed, said and deployed into words.
func releaseTells(p *plainPage) func(record.Change) (changedField, bool) {
	return func(c record.Change) (changedField, bool) {
		word := func(prefix, v string) string {
			if v == "" {
				return ""
			}
			return p.T(prefix + v)
		}
		about, _, _ := strings.Cut(c.Field, ".")
		switch about {
		case "target":
			return changedField{p.label(c.Field), word("release.fate.", c.Was), word("release.fate.", c.Now)}, true
		case "cluster", "point":
			return changedField{p.label(c.Field), word("release.say.", c.Was), word("release.say.", c.Now)}, true
		case "decision":
			return changedField{p.label(c.Field), "", word("release.decision.", c.Now)}, true
		case "test":
			test, result, _ := strings.Cut(c.Now, ":")
			return changedField{p.T("release.test." + test), "", word("release.test.", result)}, true
		}
		return changedField{}, false
	}
}

// releasePart is one of the lists of a release, with how far it is.
type releasePart struct {
	Name string // as the address and the words have it
	Icon string
	Says string
}

// releaseLead shows how far the lists of a release are, each with the way to
// its page.
func releaseLead(p *plainPage) templ.Component {
	r, ok := p.Body.(*release.Release)
	if !ok {
		return nil
	}
	done := 0
	for _, t := range r.Targets {
		if t.State == release.Done {
			done++
		}
	}
	review := p.T("release.says.no_review")
	if v := r.Review(); v != nil {
		clusters, points := v.Missing()
		review = p.T("release.says.review", "clusters", len(release.Clusters)-len(clusters), "of", len(release.Clusters), "points", len(v.Questions())-len(points), "all", len(v.Questions()))
		if v.Decision != release.Undecided {
			review = p.T("release.decision." + string(v.Decision))
		}
	}
	tests := p.T("release.says.not_tested")
	if r.Tested() {
		tests = p.T("release.says.tested")
	}
	against, err := p.desk.Releases.Refuses(p.By, r)
	if err != nil {
		against = nil // the step itself will tell
	}
	return releaseLists(p, against, []releasePart{
		{"parts", "package", p.N("release.says.parts", len(r.Parts))},
		{"targets", "truck", p.T("release.says.targets", "done", done, "of", len(r.Targets))},
		{"known", "alert-triangle", p.N("release.says.known", len(r.Carried))},
		{"tests", "checks", tests},
		{"review", "users", review},
		{"print", "printer", p.T("release.says.notes")},
	})
}

// Where the library and the hardware store are kept, whose pages are in a room.
const (
	LibraryPath  = "/library"
	HardwarePath = "/hardware"
)

// ReleaseShelves are the ways to the library and to the hardware store, beside
// the lists of releases and on the pages of the room.
func ReleaseShelves(s *Sight, open string) Group {
	g := Group{Title: s.T("release.pages")}
	if s.By.Can(release.LibraryRead) {
		g.Views = []part.Link{
			{Label: s.T("release.library_short"), Href: LibraryPath, Icon: "package", Active: open == "library"},
			{Label: s.T("release.stock_short"), Href: HardwarePath, Icon: "box", Active: open == "stock"},
		}
	}
	return g
}

// releaseRoutes mounts the list and the records of releases, where any are kept.
func (d *Desk) releaseRoutes(mux Mux) {
	if d.Releases == nil {
		return
	}
	d.trades[record.Release] = d.releaseTrade()
	d.plainRoutes(mux, record.Release)
}
