package access

import "slices"

// onRoadmaps are the grants of the starter roles in improvement: the process
// manager edits, the director approves, whoever owns a process works on its steps,
// whoever arranges settings approves what steps change of them.
var onRoadmaps = map[string][]string{
	"process_manager": {"director.read", "handbook.read", "handbook.edit", "roadmap.read", "roadmap.work", "roadmap.edit", "readiness.*"},
	"director":        {"director.read", "handbook.read", "handbook.approve", "roadmap.read", "roadmap.approve", "readiness.read"},
	DeskAgent:         {"handbook.read", "roadmap.read", "roadmap.work"}, Engineer: {"handbook.read", "roadmap.read", "roadmap.work"},
	"desk_manager": {"handbook.read", "roadmap.read", "roadmap.work"}, "incident_manager": {"handbook.read", "roadmap.read", "roadmap.work"}, "problem_manager": {"handbook.read", "roadmap.read", "roadmap.work"},
	"change_manager": {"handbook.read", "roadmap.read", "roadmap.work"}, "release_manager": {"handbook.read", "roadmap.read", "roadmap.work"}, "configuration_manager": {"handbook.read", "roadmap.read", "roadmap.work"},
	"knowledge_manager": {"handbook.read"}, SecurityOfficer: {"handbook.read"},
	SystemAdministrator: {"roadmap.read"}, // for process changes, which he approves
	"service_owner":     {"handbook.read", "roadmap.read", "roadmap.work"},
}

// withRoadmaps gives roles their grants in improvement.
func withRoadmaps(all []Starter) []Starter {
	for i := range all {
		all[i].Grants = slices.Concat(all[i].Grants, onRoadmaps[all[i].Code])
	}
	return all
}
