package app

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
	"kilter/internal/intake/history"
	"kilter/internal/job"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/contact"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/handbook"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/macro"
	"kilter/internal/practice/maturity/questions"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/release"
	"kilter/internal/practice/request"
	"kilter/internal/practice/risk"
	"kilter/internal/practice/rule"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/practice/view"
	"kilter/internal/report/evidence"
	"kilter/internal/store"
	"kilter/internal/web"
	"kilter/internal/web/article"
	"kilter/internal/web/cab"
	forecast "kilter/internal/web/calendar"
	planning "kilter/internal/web/change"
	"kilter/internal/web/duty"
	pages "kilter/internal/web/release"
	ranking "kilter/internal/web/risk"
	"kilter/internal/web/transition"
)

// house is Kilter, wired: what the faces and jobs are given. One file a room
// wires what is more than a line (wire_*.go).
type house struct {
	env       *Env
	db        *store.DB
	settings  *setting.Keeper
	directory *directory.Directory
	incidents *incident.Desk
	contacts  *contact.Desk
	problems  *problem.Desk
	changes   *change.Desk
	planning  *handoff.Planning
	meetings  *change.Meetings
	releases  *release.Desk
	library   *release.Library
	risks     *risk.Desk
	schedule  *handoff.Schedule
	feeds     *change.Feeds
	articles  *knowledge.Desk
	requests  *request.Desk
	metrics   *metrics
	live      *job.Live
	who       identity
	post      *notice.Postmaster
	models    modelHolder
	works     *history.Works
	atlas     *cmdb.Atlas
	views     *view.Views
	rules     *rule.Engine
	macros    *macro.Room
	surveys   *wave.Room
	evidence  *evidence.Maker
	questions *questions.Room // editions of what maturity asks
	figures   *handbook.Figures
	carrying  sync.WaitGroup // imports of items that this node carries out
	ready     atomic.Bool

	announcements *change.Announcements
	opinions      *change.Opinions
}

// enter opens the database, brings its schema up to date and wires the rooms.
// open opens the database that the command line names.
func (env *Env) open() (*store.DB, error) {
	if path, lite := strings.CutPrefix(env.DB, "sqlite:"); lite && path != "" && !strings.HasPrefix(path, ":memory:") {
		if err := liteFile(path); err != nil {
			return nil, err
		}
	}
	db, err := store.Open(env.Context, env.DB)
	for _, f := range fault.All(err) {
		f.Field = "--db"
	}
	return db, err
}

func enter(env *Env) (*house, error) {
	db, err := env.open()
	if err != nil {
		return nil, err
	}
	h := &house{env: env, db: db, metrics: newMetrics(), live: &job.Live{Feed: db.Feed()}, settings: &setting.Keeper{Store: db.Settings()}}
	h.atlas = &cmdb.Atlas{Graph: db.Graph(), Model: h.model}
	if err := h.wire(env.Context); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return h, nil
}

func (h *house) wire(ctx context.Context) error {
	if _, err := h.db.Migrate(ctx); err != nil {
		return err
	}
	if err := h.wireDirectory(ctx); err != nil {
		return err
	}
	h.wireIncidents()
	h.wireIdentity()
	h.wireWorks()
	h.wireViews()
	h.wireRules()
	h.wireSurveys()
	h.wireEvidence()
	h.wireHandbook()
	return h.wirePost()
}

// routes is all that is served: pages, API, health.
func (h *house) routes() (http.Handler, error) {
	gate, pages, err := h.pages()
	if err != nil {
		return nil, err
	}
	return h.split(gate, web.Harden(limited(gate.Guard(pages.Mux)), gate.Secure), h.api(gate)), nil
}

// pages mounts all pages, each behind its policy.
func (h *house) pages() (*web.Gate, *web.Border, error) {
	shell := &web.Shell{Log: h.env.Log, Now: Now, SignIn: "/signin", Place: h.place}
	gate, err := h.gate(shell)
	if err != nil {
		return nil, nil, err
	}
	rooms := h.rooms()
	mux := &web.Border{Mux: http.NewServeMux(), Shell: shell, Pen: h.db, Rooms: rooms}
	h.health(mux)
	shell.Who, shell.Prefer, gate.Demo = gate.Viewer, gate.Keep, h.demoEntrance
	shell.Mount(mux)
	h.identityPages(mux, gate)
	h.deskPages(mux, shell, rooms)
	h.portalPages(mux, shell, gate, rooms)
	if err := h.linkPages(mux, shell, gate); err != nil {
		return nil, nil, err
	}
	h.settingPages(mux, shell, h.noticePages(mux, shell))
	h.historyPages(mux, shell)
	web.Styleguide(mux, shell)
	return gate, mux, nil
}

// rooms are the pages that live in packages of their own below web, in the
// order of their places in the rail.
func (h *house) rooms() []web.Room {
	return []web.Room{
		h.directorPages(),
		h.reviewPages(),
		(&duty.Pages{Log: h.duty()}).Room(),
		(&article.Pages{Import: h.articleImport()}).Room(),
		h.satisfactionRoom(),
		h.surveyPages(),
		h.maturityPages(),
		h.roadmapPages(),
		h.readinessPages(),
		h.handbookPages(),
		(&planning.Pages{Desk: h.changes, Planning: h.planning, Approvals: h.db.Approvals(), Drifts: h.drifts(), Attribute: func(name string) (cmdb.Attribute, bool) { return h.model().Attribute(name) }, Announcements: h.announcements, Assess: h.opinions, WorksIn: h.worksIn}).Room(),
		(&cab.Pages{Meetings: h.meetings, Approvals: h.db.Approvals()}).Room(),
		(&pages.Pages{Desk: h.releases, Library: h.library, Items: h.itemNames}).Room(),
		(&ranking.Pages{Desk: h.risks}).Room(),
		(&transition.Pages{Reports: h.transitions()}).Room(),
		(&forecast.Pages{Schedule: h.schedule, Feeds: h.feeds, Host: h.host(), URL: h.env.PublicURL, Changes: h.changes, Items: h.itemNames, Days: func() *calendar.Calendar { return h.directory.View().Calendar(0) }}).Room(),
	}
}

func (h *house) leave() error {
	h.carrying.Wait() // its context has ended, too
	return errors.Join(h.endSurveys(), h.db.Close())
}
