package app

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"kilter/internal/api"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/web"
	forecast "kilter/internal/web/calendar"
)

// split sends programs to the API and people to the pages: the API has its own
// limits, and tells in its own way what is wrong.
func (h *house) split(gate *web.Gate, pages, programs http.Handler) http.Handler {
	doors := h.doors(gate)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api" || strings.HasPrefix(r.URL.Path, "/api/") {
			programs.ServeHTTP(w, r)
			return
		}
		if door := doors[r.URL.Path]; door != nil {
			door.ServeHTTP(w, r)
			return
		}
		pages.ServeHTTP(w, r)
	})
}

// api serves the REST face.
func (h *house) api(gate *web.Gate) http.Handler {
	mux := http.NewServeMux()
	h.programs(gate).Mount(mux)
	return mux
}

// programs wires the REST face.
func (h *house) programs(gate *web.Gate) *api.API {
	a := &api.API{
		Who: gate.Caller, Now: Now, Log: h.env.Log, Settings: h.settings, Ledger: h.db.Ledger(), Answers: h.db.Answers(), Feed: h.db.Feed(), Live: h.live,
		Where: h.conditions, PersonID: h.personID, Rate: h.env.APIRate, Version: Version,
	}
	h.apiOfRecords(a)
	h.apiOfCentre(a)
	a.Security(api.Security{Door: h.who.door, Office: h.who.office, Inspector: h.inspector(), Privacy: h.who.mask, Log: h.who.log, Session: gate.Session})
	return a
}

// apiOfRecords serves records and what stands around them.
func (h *house) apiOfRecords(a *api.API) {
	a.Incidents(h.incidents)
	a.Contacts(h.contacts)
	a.Problems(h.problems)
	a.Candidates(h.knownErrors())
	a.Changes(h.changes, h.planning, h.db.Approvals())
	a.Drifts(h.drifts())
	a.ChangeRequests(h.changeRequests())
	a.Releases(h.releases)
	a.Risks(h.riskEntries())
	a.Library(h.library)
	a.Meetings(h.meetings)
	a.ChangeModels(h.changes.Models)
	a.Schedule(h.schedule)
	a.Announcements(h.announcements)
	a.Opinions(h.opinions)
	a.Feeds(h.feeds, func(r *http.Request, secret string) string { return forecast.FeedAddress(h.env.PublicURL, r, secret) })
	a.Requests(api.Requests{Desk: h.requests, Catalogue: func() []*setting.Thing { return h.settings.All().Of(setting.Offering) }, Kept: h.directory.Kept, Approvals: h.db.Approvals(), Colleague: h.directory.Colleague})
	a.Grades(h.gradeRoom())
	a.Operations(h.operations())
	a.Assessments(h.assessments(), h.db.Files())
	a.QuestionSets(h.questions)
	a.Evidence(h.evidence)
	a.Director(h.director())
	a.Reviews(h.reviews(), h.db.Files())
	a.Roadmaps(h.programmes())
	a.Readiness(h.readiness())
	a.Handbook(h.handbookRoom(), h.figures)
	a.Duty(h.duty())
	a.Surveys(h.surveys)
	a.SurveyReports(h.surveys, h.satisfaction())
	a.Analyses(h.problems)
	a.Rankings(h.problems)
	a.KnownErrors(h.knownErrors())
	a.Knowledge(h.articles, h.db.Approvals())
	a.ArticleImport(h.articleImport())
	a.Lessons(h.lessons())
	a.Board(h.incidents, h.db.BoardFollowers())
	a.CannedTexts(h.incidents, api.Texts{Person: h.db.Person, Place: h.placeOf, Centre: func(l string) (name, phone string) {
		if t := h.settings.All().Coded(setting.Centre, directory.CentreCode); t != nil {
			name = t.Label(l)
		}
		return name, h.directory.View().Centre().Phone
	}})
	if h.incidents.Files != nil {
		a.Files(h.incidents.Files, h.incidents.Limits)
	}
	a.Drafts(h.db.Drafts())
	a.Configuration(api.Configuration{
		Desk: h.items(), Records: h.itemRecords(), Checks: h.itemChecks(), Batches: h.itemBatches(), Modeller: h.modeller(), Reconciler: h.reconciler(),
		Files: h.db.Files(), Where: h.itemConditions, Person: h.db.Person, Site: h.env.PublicURL, Bring: (&itemTables{h: h}).file,
	})
	a.Search(h.db.Finder())
	a.Impact(h.analyst())
	a.ItemMap(h.analyst())
	a.Sketches(h.sketches())
	a.Sandboxes(h.sandboxes())
	a.WeakPoints(h.weakPoints())
	a.Triage(handoff.Triage{Incidents: h.incidents, Analyst: h.analyst()})
	a.Dashboard(h.db.Boards(), h.incidents.Flow.LiveStates(), h.placeOf)
	a.Reports(h.deskReport())
	a.Transitions(h.transitions())
	a.Views(h.views)
	a.Notices(api.Bell{Notices: h.db.Notices(), Nudges: h.db.Nudges(), Mails: h.db.Mails(), Pen: h.db, Persons: h.db, Post: h.post})
}

// apiOfCentre serves what a centre arranges for itself, and what it brings in.
func (h *house) apiOfCentre(a *api.API) {
	desk := h.settingsDesk()
	arranged := api.Directory{Desk: desk, Offered: h.directory.Catalogue, LookUp: h.db.LookUp, Persons: h.db.Persons, Seen: h.seenCodes}
	a.Arrangements(arranged)
	a.Rules(h.rules, arranged)
	a.Macros(h.macros)
	a.History(api.Logs{Works: h.works, Tray: h.db.Tray(), Shelf: h.db.Shelf()})
	a.TableImports(api.Tables{Desk: desk, Uploads: h.db, Whole: h.removal(), Pen: h.db, Refresh: h.directory.Refresh})
	a.Centre(api.Centre{
		Directory: h.directory, Desk: desk, InDemo: func() bool { _, ok := h.demoMark(); return ok },
		Purge: func(ctx context.Context) (map[string]int64, error) {
			left, err := h.purgeByPage(ctx)
			out := map[string]int64{}
			for _, one := range left {
				out[one.Table] = one.Rows
			}
			return out, err
		},
	})
}

// conditions reads the query language for somebody. Who is not staff cannot
// ask for what he cannot see.
func (h *house) conditions(by people.Actor, k record.Kind, text string) (query.Node, error) {
	return h.fields(k, by.Staff).Read(text, h.means(by))
}

// mostMeant is how many persons or items a name may stand for.
const mostMeant = 50

// look finds persons and items by what people call them, and records by their number.
func (h *house) look(by people.Actor, t query.Type, text string) ([]int64, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if id, err := strconv.ParseInt(text, 10, 64); err == nil {
		return []int64{id}, nil
	}
	if t == query.Record {
		if _, n, err := record.ParseRef(text); err == nil {
			return []int64{int64(n)}, nil
		}
		return nil, nil
	}
	if t == query.Item {
		found, err := h.db.Items().Search(ctx, by.Scope, text, mostMeant)
		ids := make([]int64, len(found))
		for i, one := range found {
			ids[i] = int64(one.ID)
		}
		return ids, err
	}
	if t != query.Person {
		return nil, nil
	}
	found, err := h.db.LookUp(ctx, text, mostMeant)
	ids := make([]int64, len(found))
	for i, p := range found {
		ids[i] = int64(p.ID)
	}
	return ids, err
}

// personID finds a person by code.
func (h *house) personID(r *http.Request, code string) (people.ID, error) {
	found, err := h.db.Coded(r.Context(), []string{code})
	if err != nil || len(found) == 0 {
		return 0, err
	}
	return found[0].ID, nil
}
