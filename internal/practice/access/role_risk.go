package access

import "slices"

// noticing is what whoever works in the service does about risks: he enters
// what he sees, and follows it.
var noticing = []string{"risk.read", "risk.open", "risk.note", "risk.watch"}

// answering is what whoever answers for a process or a service does about risks.
var answering = slices.Concat(noticing, []string{
	"risk.edit", "risk.analyse", "risk.plan", "risk.track", "risk.occur", "risk.control", "risk.assess", "risk.assign", "risk.close", "risk.cancel",
	"risk.task_add", "risk.task_work", "risk.spend", "risk.relate", "risk.export",
})

// onRisks are the grants of the starter roles in the risk register.
var onRisks = map[string][]string{
	DeskAgent: noticing, Engineer: noticing, "director": append(slices.Clone(noticing), "risk.export"),
	SecurityOfficer: answering, "service_owner": answering, "incident_manager": answering, "desk_manager": answering, "problem_manager": answering,
	"configuration_manager": answering, "change_manager": answering, "release_manager": answering,
	"process_manager": {"risk.*"},
}

// withRisks gives roles their grants in the risk register.
func withRisks(all []Starter) []Starter {
	for i := range all {
		all[i].Grants = slices.Concat(all[i].Grants, onRisks[all[i].Code])
	}
	return all
}
