package web

import (
	"context"
	"net/http"
	"sync"
	"time"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
	changes "kilter/internal/practice/change" // change alone is one of a setting here
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/contact"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/macro"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
	"kilter/internal/practice/request"
	"kilter/internal/practice/risk"
	"kilter/internal/practice/rule"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/view"
	"kilter/internal/report/board"
	"kilter/internal/web/part"
)

// Desk is the workspace of staff: the list of incidents, the record page, the
// call form, my day, the dashboard. App wires one and mounts its routes.
type Desk struct {
	*Shell
	Incidents  *incident.Desk
	Contacts   *contact.Desk           // nil where no contacts are logged
	Problems   *problem.Desk           // nil where no problems are kept
	Changes    *changes.Desk           // nil where no changes are kept
	Planning   *handoff.Planning       // what changes are planned against; set with Changes
	RFC        *handoff.ChangeRequests // changes that other records ask for; set with Changes
	Entries    *handoff.RiskEntries    // risks of changes; set with Risks
	Releases   *release.Desk           // nil where no releases are kept
	Risks      *risk.Desk              // nil where no risk register is kept
	Requests   *request.Desk           // nil where nothing can be ordered; Approvals comes with it
	Approvals  record.Approvals
	Orders     Orders               // what forms of the catalogue offer; set with Requests
	Directory  *directory.Directory // set with Requests
	Grades     *record.GradeRoom    // nil where nothing is graded
	Operations *operation.Room      // nil where nothing recurs
	// Together makes one transaction of what is done to both; set with Contacts.
	Together func(context.Context, func(context.Context) error) error
	Ledger   record.Ledger
	Drafts   record.Drafts
	Finder   record.Finder // the full-text index
	Notices  notice.Store  // for the mentions of my day; nil where none are kept
	// OnDuty lists who of a team is on duty; nil where no rota is kept.
	OnDuty   func(people.TeamID, time.Time) []people.ID
	Settings func() *setting.All
	Actor    func(*http.Request) (people.Actor, error) // Unknown when nobody is signed in
	Persons  Persons
	Live     Live
	Feed     record.Feed          // what happened while a listener was away
	Stop     <-chan struct{}      // closed when the server ends: open streams end with it
	Boards   board.Source         // the counters behind the dashboard
	Views    *view.Views          // nil where nobody keeps views
	Known    *handoff.KnownErrors // what problems say about incidents; set with Problems
	Lessons  *handoff.Lessons     // the knowledge base, and what it says about incidents; nil where there is none
	Items    Items                // nil where there is no list of items yet
	Triage   *handoff.Triage      // what items say about incidents; nil where nothing does
	// Means says what the words of a condition stand for when somebody asks.
	Means func(people.Actor) query.Context

	names nameBook
	// Rules is what considers automation rules; nil where there are none.
	Rules *rule.Engine
	// Macros is where macros are offered and run; nil where there are none.
	Macros *macro.Room
	// Rooms are the pages that live in packages of their own.
	Rooms []Room

	trades map[record.Kind]*trade
}

// Persons looks people up for the desk.
type Persons interface {
	// LookUp finds persons in use by name, pinyin or its initials, phone, room
	// or code, those most like what was typed first.
	LookUp(ctx context.Context, typed string, limit int) ([]people.Person, error)
	Person(ctx context.Context, id people.ID) (people.Person, error)
}

// Items looks configuration items up for the desk.
type Items interface {
	Find(ctx context.Context, scope people.Scope, ids ...record.ItemID) ([]cmdb.Item, error)
	Search(ctx context.Context, scope people.Scope, text string, n int) ([]cmdb.Item, error)
	Of(ctx context.Context, scope people.Scope, who people.ID, department people.DepartmentID, n int) ([]cmdb.Item, error)
}

// sight is a Sight of a page that is about records, or stands among those.
type sight struct {
	*Sight

	of   *trade // the practice that the page is about
	from string // for a piece of a page, the page that asks for it

	closings map[*calendar.Calendar]time.Time
	rails    map[record.Kind][]string // see rail
}

// staffHandler answers a request of somebody who works here.
type staffHandler func(w http.ResponseWriter, r *http.Request, s *sight) error

// staff makes a handler for staff only: for everybody else the page is not
// there.
func (d *Desk) staff(h staffHandler) http.Handler { return d.about(record.Incident, h) }

// about makes one for a page about a practice.
func (d *Desk) about(k record.Kind, h staffHandler) http.Handler {
	return d.Handle(func(w http.ResponseWriter, r *http.Request) error {
		by, err := d.Actor(r)
		if err != nil {
			return err
		}
		if !by.Staff {
			return fault.New(fault.Missing, "trouble.missing")
		}
		return h(w, r, &sight{Sight: &Sight{Frame: d.Frame(r), By: by, All: d.Settings(), desk: d, ctx: r.Context()}, of: d.trades[k], from: r.Header.Get("HX-Current-URL")})
	})
}

// Routes mounts the pages of the workspace.
func (d *Desk) Routes(mux Mux) {
	d.trades = map[record.Kind]*trade{record.Incident: d.incidentTrade()}
	if d.Contacts != nil {
		d.trades[record.Contact] = d.contactTrade()
		d.plainRoutes(mux, record.Contact)
	}
	d.bulkRoutes(mux, record.Incident)
	for _, mount := range []func(Mux){
		d.problemRoutes, d.changeRoutes, d.releaseRoutes, d.riskRoutes, d.knowledgeRoutes, d.requestRoutes, d.gradeRoutes, d.operationRoutes, d.traceRoutes, d.macroRoutes,
	} {
		mount(mux)
	}
	for pattern, h := range map[string]staffHandler{
		"GET /incidents":                      d.list,
		"GET /incidents/rows":                 d.rows,
		"GET /incidents/total":                d.total,
		"GET /incidents/counts":               d.counts,
		"POST /incidents/columns":             d.columns,
		"GET /incidents/export":               d.export,
		"GET /incidents/new":                  d.call,
		"POST /incidents/new":                 d.register,
		"GET /incidents/new/caller":           d.caller,
		"POST /incidents/new/fields":          d.callFields,
		"GET /incidents/new/similar":          d.similarToCall,
		"GET /incidents/{ref}":                d.show,
		"GET /incidents/{ref}/fresh":          d.fresh,
		"GET /incidents/{ref}/print":          d.print,
		"GET /incidents/{ref}/clock/{clock}":  d.clock,
		"GET /incidents/{ref}/move/{move}":    d.moveForm,
		"POST /incidents/{ref}/move/{move}":   d.move,
		"GET /incidents/{ref}/edit/{field}":   d.editForm,
		"GET /incidents/{ref}/field/{field}":  d.field,
		"POST /incidents/{ref}/edit/{field}":  d.edit,
		"POST /incidents/{ref}/reply":         d.reply,
		"POST /incidents/{ref}/note":          d.note,
		"POST /incidents/{ref}/watch":         d.watch,
		"POST /incidents/{ref}/mine":          d.mine,
		"GET /incidents/{ref}/link":           d.linkForm,
		"POST /incidents/{ref}/link":          d.link,
		"GET /incidents/{ref}/task":           d.taskForm,
		"POST /incidents/{ref}/task":          d.taskAdd,
		"POST /incidents/{ref}/task/{id}":     d.taskWork,
		"GET /incidents/{ref}/time":           d.timeForm,
		"POST /incidents/{ref}/time":          d.timeBook,
		"GET /incidents/{ref}/alike":          d.alike,
		"GET /incidents/{ref}/impact":         d.incidentImpact,
		"POST /incidents/{ref}/assess":        d.assess,
		"GET /incidents/suspects":             d.suspects,
		"POST /incidents/gather":              d.gather,
		"GET /incidents/{ref}/file/{id}":      d.file,
		"POST /incidents/{ref}/known/{other}": d.applyKnown,
		"GET /items":                          d.items,
		"GET /people":                         d.people,
		"GET /find":                           d.find,
		"PUT /drafts/{place}":                 d.saveDraft,
		"DELETE /drafts/{place}":              d.dropDraft,
		"GET /dashboard":                      d.dashboard,
		"GET /board":                          d.news,
		"POST /incidents/{ref}/publish":       d.publish,
		"POST /incidents/{ref}/claim":         d.claim,
		"POST /incidents/{ref}/unmerge":       d.unmerge,
		"POST /views":                         d.saveView,
		"POST /views/{id}/retire":             d.retireView,
		"GET /views":                          d.allViews,
		"POST /views/arrange":                 d.arrangeView,
		"GET /views/{id}":                     d.viewForm,
		"POST /views/{id}":                    d.changeView,
		"GET /live":                           d.live,
	} {
		mux.Handle(pattern, d.limited(pattern, d.staff(h)))
	}
	for i := range d.Rooms {
		d.enter(mux, &d.Rooms[i])
	}
	mux.Handle("GET /{$}", d.startOr(d.myDay))
	mux.Handle("POST /files", Limit(d.staff(d.upload), record.StandardLimits.Size+1<<20, 2*time.Minute))
}

// limited bounds the bodies of those requests that have one.
func (d *Desk) limited(pattern string, h http.Handler) http.Handler {
	if pattern[:4] == "GET " {
		return h
	}
	return Limit(h, BodyLimit, BodyTime)
}

// person is somebody as parts show him.
func person(id people.ID, name string) part.Person {
	if name == "" {
		return part.Person{}
	}
	return part.Person{Name: name, Initials: part.Initials(name), Hue: part.Hue(int64(id))}
}

// nameBook remembers the names of persons for a minute: timelines name them by
// id.
type nameBook struct {
	mu    sync.Mutex
	names map[people.ID]string
	until time.Time
}

func (b *nameBook) of(ctx context.Context, from Persons, id people.ID, now time.Time) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.names == nil || now.After(b.until) {
		b.names, b.until = map[people.ID]string{}, now.Add(time.Minute)
	}
	name, ok := b.names[id]
	if !ok {
		p, err := from.Person(ctx, id)
		if err != nil {
			return "" // a name is an ornament here: the page stands without
		}
		name = p.Name
		b.names[id] = name
	}
	return name
}
