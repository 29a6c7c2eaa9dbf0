package access

import (
	"slices"

	"kilter/internal/practice/people"
)

// releasing is what whoever builds, tests and deploys does about releases.
var releasing = []string{
	"release.read", "release.note", "release.watch", "release.compose", "release.carry", "release.sign", "release.deploy", "release.verify", "release.voice", "release.hand_over", "release.fail_test",
	"release.task_add", "release.task_work", "release.spend", "release.relate", "release.export", "release.macro", "library.read", "library.enter", "library.stock", "schedule.read", "schedule.keep",
}

// accepting is what whoever answers for a service does about releases: he signs
// for the business, and speaks in the readiness review.
var accepting = []string{"release.read", "release.note", "release.watch", "release.accept", "release.refuse", "release.voice", "library.read", "schedule.read"}

// reviewing is what other managers do: they speak in the readiness review.
var reviewing = []string{"release.read", "release.note", "release.watch", "release.voice", "library.read", "schedule.read"}

// forecasting is what whoever talks to users needs of the forward schedule.
var forecasting = []string{"schedule.read"}

// onReleases are the grants of the starter roles in release management.
var onReleases = map[string][]string{
	Engineer: releasing, "service_owner": accepting, SecurityOfficer: reviewing,
	DeskAgent: forecasting, "incident_manager": forecasting, "desk_manager": reviewing, "problem_manager": reviewing, "configuration_manager": reviewing, "process_manager": reviewing, "director": reviewing, "change_manager": {"schedule.*"},
}

// withReleases gives roles their grants in release management, and adds the role
// of whoever leads it.
func withReleases(all []Starter) []Starter {
	for i := range all {
		all[i].Grants = slices.Concat(all[i].Grants, onReleases[all[i].Code])
	}
	manager := Starter{"release_manager", people.Text{En: "Release manager", Zh: "发布经理"}, slices.Concat(looking, ordering, []string{
		"release.*", "library.*", "schedule.*", "incident.read", "contact.read", "people.read", "knowledge.read", "report.*", "view.*", "item.read", "item.impact", "duty.read", "operation.read",
	})}
	at := slices.IndexFunc(all, func(s Starter) bool { return s.Code == "knowledge_manager" })
	return slices.Insert(all, max(at, 0), manager)
}
