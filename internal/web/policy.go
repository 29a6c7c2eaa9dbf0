package web

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
)

// Mux is where pages are mounted: a ServeMux, or a Border around one.
type Mux interface {
	Handle(pattern string, h http.Handler)
}

// The policies of a page that name no deed.
const (
	Anyone = "anyone" // who has not signed in, too
	Known  = "known"  // who has signed in, whoever he is; the page shows what is his
	Staff  = "staff"  // who works here
)

// policies names for every page who may ask for it: one of the words above, or
// the deeds of which one has to be granted. It is the first door of two: what
// a page does asks again, for the very deed and the very record.
//
// A page that is not here is shown to nobody, and a test fails
// (TestEveryPageHasAPolicy).
var policies = map[string]string{
	"GET /static/": Anyone, "GET /favicon.ico": Anyone, "POST " + PreferPath: Anyone, "/": Known,
	"GET /healthz": Anyone, "GET /readyz": Anyone, "GET /metrics": Anyone,

	"GET " + signinPath: Anyone, "POST " + signinPath: Anyone, "POST " + signinPath + "/demo": Anyone,
	"GET " + signinPath + "/code": Anyone, "POST " + signinPath + "/code": Anyone,
	"GET " + signinPath + "/password": Anyone, "POST " + signinPath + "/password": Anyone,
	"GET " + signinPath + "/factor": Anyone, "POST " + signinPath + "/factor": Anyone, "POST " + signinPath + "/factor/confirm": Anyone,
	"GET " + notice.DecidePath + "{secret}": Anyone, "POST " + notice.DecidePath + "{secret}": Anyone,
	"GET " + notice.GradePath + "{pass}": Anyone, "POST " + notice.GradePath + "{pass}": Anyone,
	"GET " + firstPath: Anyone, "POST " + firstPath: Anyone, "POST " + signoutPath: Known,

	"GET " + auditPath: "audit.read", "GET " + auditPath + "/export": "audit.export", "POST " + auditPath + "/verify": "audit.verify",
	"GET " + securityPath: "account.read", "GET " + inspectPath: "inspect.read",
	"GET " + privacyPath: "privacy.retain", "POST " + privacyPath: "privacy.retain",
	"GET " + ledgerPath: "system.read", "POST " + ledgerPath + "/test": "setting.edit",
	"GET " + serverPath: "setting.edit", "POST " + serverPath: "setting.edit",

	"GET /{$}": Known, "GET /live": Staff, "GET /items": Staff, "GET /items/{ref}": "item.read", "GET /people": Staff, "GET /find": Staff, "POST /files": Staff,
	"GET " + itemPath + "/{ref}/impact": cmdb.DeedImpact, "GET " + itemPath + "/{ref}/map": cmdb.DeedImpact,
	"GET " + itemPath + "/{ref}/impact/export": cmdb.DeedExport, "GET " + spofPath + "/export": cmdb.DeedExport,

	"GET " + spofPath + "/{ref}/{move}": cmdb.DeedSingle, "POST " + spofPath + "/{ref}/{move}": cmdb.DeedSingle,
	"POST " + baselinePath: cmdb.DeedBaseline, "POST " + baselinePath + "/{id}/discrepancies": cmdb.DeedAudit,
	"POST " + modelClasses + "/{id}": cmdb.DeedModel, "POST " + modelClasses + "/{id}/undo": cmdb.DeedModel,
	"POST " + modelTypes + "/{id}": cmdb.DeedModel, "POST " + modelTypes + "/{id}/undo": cmdb.DeedModel,
	"GET /incidents/{ref}/impact": cmdb.DeedImpact, "GET /incidents/suspects": cmdb.DeedImpact, "POST /incidents/gather": "incident.relate", "POST /incidents/{ref}/assess": "incident.edit",

	"POST /inventory": cmdb.DeedImport, // no page: a door of its own (app/doors.go)

	"GET /incidents/{ref}/rules": "rule.trace", "GET /contacts/{ref}/rules": "rule.trace", "GET /problems/{ref}/rules": "rule.trace", "GET /requests/{ref}/rules": "rule.trace", "GET /knowledge/{ref}/rules": "rule.trace", "GET /changes/{ref}/rules": "rule.trace",
	"GET /releases/{ref}/rules": "rule.trace", "GET /risks/{ref}/rules": "rule.trace",

	"GET /reports/desk": "report.read", "GET /reports/desk/export": "report.export",
}

// families are the policies of all pages below an address. The longest that
// fits holds; a page that policies names goes by that.
var families = map[string]string{
	accountPath:      Known,
	noticePath:       Known,
	portalPath:       Known,
	"/drafts":        Staff,
	"/views":         Staff,
	"/styleguide":    Staff,
	"/incidents":     "incident.read",
	"/contacts":      "contact.read",
	"/problems":      "problem.read",
	"/releases":      "release.read",
	"/releases/new":  "release.open",
	"/risks":         "risk.read",
	"/risks/new":     "risk.open",
	"/knowledge":     "knowledge.read",
	"/knowledge/new": "knowledge.open",
	"/incidents/new": "incident.open",
	"/problems/new":  "problem.open",
	"/requests":      "request.read",
	"/changes":       "change.read",
	"/changes/new":   "change.open",
	"/dashboard":     "incident.read",
	"/board":         "incident.read",
	"/imports":       "import.run",
	"/settings":      "setting.edit directory.edit template.edit routing.edit rule.edit",
	"/setup":         "setting.edit",

	configPath:                   "item.read",
	modelStarters:                cmdb.DeedModel,
	cityPath:                     cmdb.DeedImpact,
	spofPath:                     cmdb.DeedImpact,
	servicePath:                  cmdb.DeedImpact,
	sandboxPath:                  cmdb.DeedImpact,
	incidentMapPath:              cmdb.DeedImpact,
	configPath + "/new":          "item.open",
	itemImportPath:               "item.import",
	itemTablePath:                "item.import",
	"/settings/demo":             "demo.purge",
	securityPath + "/accounts":   "account.read",
	securityPath + "/roles":      "role.edit",
	securityPath + "/separation": "role.edit",
	securityPath + "/tokens":     "account.read",
	rulesPath:                    "account.rules",
	gradesPath:                   Staff,
	operationsPath:               operation.DeedRead,
}

// Policy is the policy of a pattern of this package, "" when there is none. A
// Border knows those of rooms, too.
func Policy(pattern string) string {
	for _, of := range []map[string]string{policies, deeds} {
		if p, ok := of[pattern]; ok {
			return p
		}
	}
	for _, of := range []func(string) string{ofKind, ofMacros} {
		if p := of(pattern); p != "" {
			return p
		}
	}
	_, path, _ := strings.Cut(pattern, " ")
	best := ""
	for family := range families {
		if len(family) > len(best) && (path == family || strings.HasPrefix(path, family+"/")) {
			best = family
		}
	}
	return families[best]
}

// Meets reports whether an actor meets a policy.
func Meets(policy string, a people.Actor) bool {
	switch policy {
	case Anyone:
		return true
	case "":
		return false
	case Known:
		return a.ID != 0
	case Staff:
		return a.ID != 0 && a.Staff
	}
	return a.ID != 0 && slices.ContainsFunc(strings.Fields(policy), a.Can)
}

// Border mounts pages so that nobody comes to one whose policy he does not
// meet. Who is turned away at a deed is written down.
type Border struct {
	Mux   *http.ServeMux
	Shell *Shell
	Pen   audit.Pen
	Rooms []Room // whose pages bring their policies

	patterns map[string]bool
}

// Handle mounts a page behind its policy.
func (b *Border) Handle(pattern string, h http.Handler) {
	if b.patterns == nil {
		b.patterns = map[string]bool{}
	}
	b.patterns[pattern] = true
	policy := b.Policy(pattern)
	if policy == Anyone {
		b.Mux.Handle(pattern, h)
		return
	}
	b.Mux.Handle(pattern, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := b.pass(r, filled(policy, r)); err != nil {
			b.Shell.Tell(w, r, err)
			return
		}
		h.ServeHTTP(w, r)
	}))
}

func (b *Border) pass(r *http.Request, policy string) error {
	a := actor(r)
	switch {
	case Meets(policy, a):
		return nil
	case a.ID == 0:
		return fault.New(fault.Unknown, "trouble.401")
	case hides(policy, a.Staff, r.URL.Path):
		return fault.New(fault.Missing, "trouble.missing")
	}
	deed := Staff
	if policy != "" {
		deed = strings.Fields(policy)[0]
	}
	why := fault.New(fault.Denied, "people.not_granted").With("deed", deed)
	return audit.Refuse(context.WithoutCancel(r.Context()), b.Pen, audit.By(a, b.Shell.Now(), deed, "page:"+Shown(r.URL.Path)), why)
}

// hides reports whether a page is told to be missing instead of denied: for
// officials the pages of staff are not there.
func hides(policy string, staff bool, path string) bool {
	return policy == Staff || !staff && strings.HasPrefix(policy, "incident.") && !strings.HasPrefix(path, portalPath+"/")
}

// Policy is the policy of a pattern, "" when there is none: a page of a room has
// the one it was made with, any other that of this package.
func (b *Border) Policy(pattern string) string {
	for i := range b.Rooms {
		for _, p := range b.Rooms[i].Pages {
			if p.At == pattern {
				return p.For
			}
		}
	}
	return Policy(pattern)
}

// Patterns lists what was mounted, sorted.
func (b *Border) Patterns() []string { return slices.Sorted(maps.Keys(b.patterns)) }
