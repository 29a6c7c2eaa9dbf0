package access

import "slices"

// onRoadmaps are the grants of the starter roles in improvement: the process
// manager edits, the director approves, whoever owns a process works on its steps,
// whoever arranges settings approves what steps change of them.
var onRoadmaps = map[string][]string{
	"process_manager": {"director.read", "review.*", "handbook.read", "handbook.edit", "roadmap.read", "roadmap.work", "roadmap.edit", "readiness.*"},
	"director":        {"director.read", "review.*", "handbook.read", "handbook.approve", "roadmap.read", "roadmap.approve", "readiness.read"},
	DeskAgent:         {"review.read", "handbook.read", "roadmap.read", "roadmap.work"}, Engineer: {"review.read", "handbook.read", "roadmap.read", "roadmap.work"},
	"desk_manager": {"review.read", "handbook.read", "roadmap.read", "roadmap.work"}, "incident_manager": {"review.read", "handbook.read", "roadmap.read", "roadmap.work"}, "problem_manager": {"review.read", "handbook.read", "roadmap.read", "roadmap.work"},
	"change_manager": {"review.*", "handbook.read", "roadmap.read", "roadmap.work"}, "release_manager": {"review.read", "handbook.read", "roadmap.read", "roadmap.work"}, "configuration_manager": {"review.read", "handbook.read", "roadmap.read", "roadmap.work"},
	"knowledge_manager": {"review.read", "handbook.read"}, SecurityOfficer: {"review.read", "handbook.read"},
	SystemAdministrator: {"roadmap.read"}, // for process changes, which he approves
	"service_owner":     {"review.read", "handbook.read", "roadmap.read", "roadmap.work"},
}

// withRoadmaps gives roles their grants in improvement.
func withRoadmaps(all []Starter) []Starter {
	for i := range all {
		all[i].Grants = slices.Concat(all[i].Grants, onRoadmaps[all[i].Code])
	}
	return all
}
