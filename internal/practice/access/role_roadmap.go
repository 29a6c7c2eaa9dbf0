package access

import "slices"

// onRoadmaps are the grants of the starter roles in improvement: the process
// manager edits, the director approves, whoever owns a process works on its steps.
var onRoadmaps = map[string][]string{
	"process_manager": {"roadmap.read", "roadmap.work", "roadmap.edit", "readiness.*"},
	"director":        {"roadmap.read", "roadmap.approve", "readiness.read"},
	DeskAgent:         {"roadmap.read", "roadmap.work"}, Engineer: {"roadmap.read", "roadmap.work"},
	"desk_manager": {"roadmap.read", "roadmap.work"}, "incident_manager": {"roadmap.read", "roadmap.work"}, "problem_manager": {"roadmap.read", "roadmap.work"},
	"change_manager": {"roadmap.read", "roadmap.work"}, "release_manager": {"roadmap.read", "roadmap.work"}, "configuration_manager": {"roadmap.read", "roadmap.work"},
	"service_owner": {"roadmap.read", "roadmap.work"},
}

// withRoadmaps gives roles their grants in improvement.
func withRoadmaps(all []Starter) []Starter {
	for i := range all {
		all[i].Grants = slices.Concat(all[i].Grants, onRoadmaps[all[i].Code])
	}
	return all
}
