package web

import (
	"net/http"
	"strings"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/macro"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// decides is the policy of what waits for somebody's yes or no, in whichever
// practice he may say it.
const decides = "request." + record.Consents + " knowledge." + record.Consents + " change." + record.Consents

// deeds name, for every page that does one deed or shows its form, the grant of
// that very deed, so that whoever lacks it is told so before anything he sent
// is read, found wrong or found to have come too late. A word in braces is
// taken from the address: moves have the grants of their names.
var deeds = map[string]string{
	"GET /incidents/export": "incident.export", "GET /contacts/export": "contact.export", "GET " + configPath + "/export": cmdb.DeedExport,
	"POST /incidents/bulk": "incident.bulk", "POST /incidents/bulk/preview": "incident.bulk", "POST /incidents/bulk/run": "incident.bulk", "POST /undo/incidents/{batch}": "incident.undo",
	"POST /contacts/bulk": "contact.bulk", "POST /contacts/bulk/preview": "contact.bulk", "POST /contacts/bulk/run": "contact.bulk", "POST /undo/contacts/{batch}": "contact.undo",
	"POST /problems/bulk": "problem.bulk", "POST /problems/bulk/preview": "problem.bulk", "POST /problems/bulk/run": "problem.bulk", "POST /undo/problems/{batch}": "problem.undo",
	"POST /requests/bulk": "request.bulk", "POST /requests/bulk/preview": "request.bulk", "POST /requests/bulk/run": "request.bulk", "POST /undo/requests/{batch}": "request.undo",
	"POST /knowledge/bulk": "knowledge.bulk", "POST /knowledge/bulk/preview": "knowledge.bulk", "POST /knowledge/bulk/run": "knowledge.bulk", "POST /undo/knowledge/{batch}": "knowledge.undo",

	"GET /incidents/{ref}/move/{move}": "incident.{move}", "POST /incidents/{ref}/move/{move}": "incident.{move}",
	"GET /incidents/{ref}/edit/{field}": "incident.edit", "POST /incidents/{ref}/edit/{field}": "incident.edit",
	"GET /incidents/{ref}/link": "incident.relate", "POST /incidents/{ref}/link": "incident.relate",
	"GET /incidents/{ref}/task": "incident.task_add", "POST /incidents/{ref}/task": "incident.task_add", "POST /incidents/{ref}/task/{id}": "incident.task_work",
	"GET /incidents/{ref}/time": "incident.spend", "POST /incidents/{ref}/time": "incident.spend",
	"POST /incidents/{ref}/reply": "incident.reply", "POST /incidents/{ref}/note": "incident.note",
	"POST /incidents/{ref}/mine": "incident.accept incident.assign", "POST /incidents/{ref}/claim": "incident.man",
	"POST /incidents/{ref}/publish": "incident.post", "POST /incidents/{ref}/unmerge": "incident.unmerge",
	"POST /incidents/{ref}/known/{other}": "incident.relate",
	"POST /files":                         "incident.reply incident.note incident.open knowledge.attach",

	"GET /contacts/{ref}/move/{move}": "contact.{move}", "POST /contacts/{ref}/move/{move}": "contact.{move}",
	"GET /contacts/{ref}/edit": "contact.edit", "POST /contacts/{ref}/edit": "contact.edit", "POST /contacts/{ref}/note": "contact.note",

	"GET /problems/export": "problem.export", "GET /problems/{ref}/move/{move}": "problem.{move}", "POST /problems/{ref}/move/{move}": "problem.{move}",
	"GET " + candidatesPath + "/open/{id}": "problem.open", "GET " + candidatesPath + "/aside/{id}": problem.DeedSetAside,
	"POST " + candidatesPath + "/aside/{id}": problem.DeedSetAside, "POST " + candidatesPath + "/back/{id}": problem.DeedSetAside,
	"GET /problems/{ref}/analysis/new": "problem.analyse", "POST /problems/{ref}/analysis/new": "problem.analyse",
	"GET /problems/{ref}/analysis/{id}/edit": "problem.analyse", "POST /problems/{ref}/analysis/{id}/edit": "problem.analyse",
	"GET " + paretoPath + "/export": "problem.export",
	"GET /problems/{ref}/task":      "problem.task_add", "POST /problems/{ref}/task": "problem.task_add", "POST /problems/{ref}/task/{id}": "problem.task_work",
	"GET /problems/{ref}/link": "problem.relate", "POST /problems/{ref}/link": "problem.relate",
	"GET /problems/{ref}/edit": "problem.edit", "POST /problems/{ref}/edit": "problem.edit", "POST /problems/{ref}/note": "problem.note",

	"GET /changes/export": "change.export", "GET /changes/{ref}/move/{move}": "change.{move}", "POST /changes/{ref}/move/{move}": "change.{move}",
	"POST /changes/bulk": "change.bulk", "POST /changes/bulk/preview": "change.bulk", "POST /changes/bulk/run": "change.bulk", "POST /undo/changes/{batch}": "change.undo",
	"GET /changes/{ref}/task": "change.task_add", "POST /changes/{ref}/task": "change.task_add", "POST /changes/{ref}/task/{id}": "change.task_work",
	"GET /changes/{ref}/link": "change.relate", "POST /changes/{ref}/link": "change.relate",
	"GET /changes/{ref}/edit": "change.edit", "POST /changes/{ref}/edit": "change.edit", "POST /changes/{ref}/note": "change.note",
	"GET /releases/export": "release.export", "GET /releases/{ref}/move/{move}": "release.{move}", "POST /releases/{ref}/move/{move}": "release.{move}",
	"POST /releases/bulk": "release.bulk", "POST /releases/bulk/preview": "release.bulk", "POST /releases/bulk/run": "release.bulk", "POST /undo/releases/{batch}": "release.undo",
	"GET /releases/{ref}/task": "release.task_add", "POST /releases/{ref}/task": "release.task_add", "POST /releases/{ref}/task/{id}": "release.task_work",
	"GET /releases/{ref}/link": "release.relate", "POST /releases/{ref}/link": "release.relate",
	"GET /releases/{ref}/edit": "release.edit", "POST /releases/{ref}/edit": "release.edit", "POST /releases/{ref}/note": "release.note",
	"GET /risks/export": "risk.export", "GET /risks/{ref}/move/{move}": "risk.{move}", "POST /risks/{ref}/move/{move}": "risk.{move}",
	"POST /risks/bulk": "risk.bulk", "POST /risks/bulk/preview": "risk.bulk", "POST /risks/bulk/run": "risk.bulk", "POST /undo/risks/{batch}": "risk.undo",
	"GET /risks/{ref}/task": "risk.task_add", "POST /risks/{ref}/task": "risk.task_add", "POST /risks/{ref}/task/{id}": "risk.task_work",
	"GET /risks/{ref}/link": "risk.relate", "POST /risks/{ref}/link": "risk.relate",
	"GET /risks/{ref}/edit": "risk.edit", "POST /risks/{ref}/edit": "risk.edit", "POST /risks/{ref}/note": "risk.note",

	"GET /knowledge/export": "knowledge.export", "GET /knowledge/{ref}/move/{move}": "knowledge.{move}", "POST /knowledge/{ref}/move/{move}": "knowledge.{move}",
	"GET /knowledge/{ref}/edit": "knowledge.edit", "POST /knowledge/{ref}/edit": "knowledge.edit", "POST /knowledge/{ref}/note": "knowledge.note",
	"POST /knowledge/{ref}/decide": "knowledge.approve knowledge.refuse",
	"POST /knowledge/preview":      "knowledge.edit knowledge.open", "POST /knowledge/{ref}/rate": "knowledge.rate",
	"POST /incidents/{ref}/article": "knowledge.open", "POST /problems/{ref}/article": "knowledge.open", "POST /risks/{ref}/article": "knowledge.open", "POST /incidents/{ref}/article/{other}": "incident.relate",
	"POST " + portalPath + "/knowledge/{ref}/rate": "knowledge.rate", "POST " + portalPath + "/knowledge/{ref}/solved": "knowledge.rate",

	"GET /requests/export": "request.export", "GET /requests/{ref}/move/{move}": "request.{move}", "POST /requests/{ref}/move/{move}": "request.{move}",
	"GET /requests/{ref}/edit": "request.edit", "POST /requests/{ref}/edit": "request.edit", "POST /requests/{ref}/note": "request.note",
	"GET /requests/{ref}/link": "request.relate", "POST /requests/{ref}/link": "request.relate",
	"GET /requests/{ref}/task": "request.task_add", "POST /requests/{ref}/task": "request.task_add", "POST /requests/{ref}/task/{id}": "request.task_work",
	"GET /requests/{ref}/answers": "request.amend", "POST /requests/{ref}/answers": "request.amend",
	"GET " + portalPath + "/requests/{ref}/answers": "request.amend", "POST " + portalPath + "/requests/{ref}/answers": "request.amend",
	"POST /requests/{ref}/decide": "request.approve request.refuse", "GET /requests/new": "request.open", "POST /requests/new": "request.open",

	"GET " + portalPath + "/catalogue": "request.open", "GET " + portalPath + "/catalogue/{id}": "request.open", "POST " + portalPath + "/catalogue/{id}": "request.open",
	"POST " + portalPath + "/requests/{ref}/decide": "request.approve request.refuse", "POST " + portalPath + "/requests/{ref}/{deed}": "request.reply request.confirm request.dispute request.cancel request.stop request.submit", "POST " + portalPath + "/requests/{ref}/rate": "request.rate",
	"GET " + portalPath + "/approvals": decides, "GET " + portalPath + "/deputy": decides, "POST " + portalPath + "/deputy": decides,
	"POST " + portalPath + "/report":               "incident.open",
	"POST " + portalPath + "/reports/{ref}/reply":  "incident.reply",
	"POST " + portalPath + "/reports/{ref}/solve":  "incident.confirm",
	"POST " + portalPath + "/reports/{ref}/reopen": "incident.reopen",
	"POST " + portalPath + "/reports/{ref}/rate":   "incident.rate",
	"POST " + operationsPath + "/{id}":             operation.DeedWork, "POST " + operationsPath + "/{id}/{deed}": operation.DeedWork,
	"GET " + gradeSum: record.SeesGrades, "GET " + gradeSum + "/export": record.SeesGrades,
	"POST " + gradesPath + "/{ref}/rate":             "incident.rate request.rate",
	"POST " + gradesPath + "/{ref}/call":             "incident.grade_answer request.grade_answer",
	"POST " + gradesPath + "/{ref}/answer":           "incident.grade_answer request.grade_answer",
	"POST /imports/history/{id}/undo":                setting.DeedUndo,
	"POST " + securityPath + "/accounts/{id}/rights": "account.roles",
	"POST " + securityPath + "/accounts/{id}/{deed}": "account.lock account.open account.reset session.revoke privacy.mask",
	"POST " + securityPath + "/tokens/revoke":        "token.revoke",

	"GET " + itemPath + "/{ref}/edit/{field}": cmdb.DeedEdit, "POST " + itemPath + "/{ref}/edit/{field}": cmdb.DeedEdit,
	"GET " + itemPath + "/{ref}/move/{move}": "item.{move}", "POST " + itemPath + "/{ref}/move/{move}": "item.{move}",
	"GET " + itemPath + "/{ref}/relate": cmdb.DeedRelate, "POST " + itemPath + "/{ref}/relate": cmdb.DeedRelate,
	"GET " + itemPath + "/{ref}/part/{id}": cmdb.DeedRelate, "POST " + itemPath + "/{ref}/part/{id}": cmdb.DeedRelate,
	"GET " + itemPath + "/{ref}/group/{id}": cmdb.DeedRelate, "POST " + itemPath + "/{ref}/group/{id}": cmdb.DeedRelate,
	"GET " + itemPath + "/{ref}/audit": cmdb.DeedAudit, "POST " + itemPath + "/{ref}/audit": cmdb.DeedAudit,
	"GET " + bulkPath: cmdb.DeedBulk, "POST " + bulkPath: cmdb.DeedBulk, "POST " + bulkPath + "/run": cmdb.DeedBulk,
	"POST " + batchPath + "/{id}/undo":                  cmdb.DeedUnbulk,
	"POST " + itemPath + "/{ref}/files":                 cmdb.DeedEdit,
	"GET " + configPath + "/discrepancies/{id}/{move}":  cmdb.DeedAudit,
	"POST " + configPath + "/discrepancies/{id}/{move}": cmdb.DeedAudit,
	"POST " + itemImportPath + "/{id}/approve":          cmdb.DeedApprove,
	"POST " + itemImportPath + "/{id}/undo":             cmdb.DeedUndo,

	"GET " + settingsPath + "/import": setting.DeedImport, "POST " + settingsPath + "/import": setting.DeedImport,
	"GET " + settingsPath + "/import/{token}": setting.DeedImport, "POST " + settingsPath + "/import/{token}": setting.DeedImport,
	"POST " + settingsPath + "/imports/{id}/undo": setting.DeedUndo,
}

const settingsPath = "/settings"

// ofMacros is the policy of pages about the macros of a record.
func ofMacros(pattern string) string {
	_, path, _ := strings.Cut(pattern, " ")
	for _, k := range record.Kinds {
		if rest, ok := strings.CutPrefix(path, k.Path()+"/{ref}/macros"); ok && (rest == "" || rest[0] == '/') {
			return macro.Deed(k)
		}
	}
	return ""
}

// ofKind is the policy of a page that changes settings of one kind.
func ofKind(pattern string) string {
	rest, ok := strings.CutPrefix(pattern, "POST "+settingsPath+"/")
	if !ok {
		return ""
	}
	word, _, _ := strings.Cut(rest, "/")
	for _, g := range groups {
		for _, k := range g.kinds {
			if k.word == word {
				return setting.Deed(setting.Kind(word))
			}
		}
	}
	return ""
}

// filled is a policy about the address that was asked for.
func filled(policy string, r *http.Request) string {
	before, rest, ok := strings.Cut(policy, "{")
	if !ok {
		return policy
	}
	name, after, _ := strings.Cut(rest, "}")
	return before + r.PathValue(name) + after
}
