package api

import (
	"net/http"

	"kilter/internal/practice/change"
	"kilter/internal/practice/record"
)

// modelStanding is how a model of standard changes stands.
type modelStanding struct {
	Model    int64          `json:"model" doc:"api.doc.model_id"`
	Code     string         `json:"code"`
	Name     textOf         `json:"name"`
	State    string         `json:"state" enum:"usable,new,altered,demoted,withdrawn"`
	MayUse   bool           `json:"may_use" doc:"api.doc.model_may_use"`
	Uses     int            `json:"uses" doc:"api.doc.model_uses"`
	Failures int            `json:"failures" doc:"api.doc.model_failures"`
	Allowed  int            `json:"allowed" doc:"api.doc.model_allowed"`
	Failed   []modelFailure `json:"failed"`
	Decided  string         `json:"decided,omitempty" format:"date-time"`
	By       int64          `json:"decided_by,omitempty"`
	Reason   string         `json:"reason,omitempty"`
	Version  int64          `json:"row_version"`
}

// textOf is a name in both languages.
type textOf struct {
	En string `json:"en"`
	Zh string `json:"zh"`
}

type modelFailure struct {
	Change string `json:"change"`
	Ended  string `json:"ended" format:"date-time"`
	Result string `json:"result,omitempty"`
}

// modelDecision is what somebody decides about a model.
type modelDecision struct {
	Reason  string `json:"reason"`
	Version int64  `json:"row_version,omitempty"`
}

func standingOf(m *change.Model) modelStanding {
	out := modelStanding{
		Model: m.ID, Code: m.Code, Name: textOf{m.Name.En, m.Name.Zh}, State: string(m.State), MayUse: m.MayUse, Uses: m.Uses.Count, Failures: m.Since, Allowed: m.Allowed,
		Failed: []modelFailure{}, Version: m.Version,
	}
	for _, f := range m.Uses.Failed {
		out.Failed = append(out.Failed, modelFailure{record.Ref(record.Changes, f.Number), stamp(f.At), string(f.Result)})
	}
	if m.Last != nil {
		out.Decided, out.By, out.Reason = stamp(m.Last.At), int64(m.Last.By), m.Last.Reason
	}
	return out
}

// ChangeModels serves how the models of standard changes stand. The models
// themselves are settings.
func (a *API) ChangeModels(m *change.Models) {
	const at = "/change-model-standings"
	one := of[modelStanding]()
	add := func(o operation) {
		o.Tag = "changes"
		a.add(o)
	}
	add(libraryOp("GET", at, "change.read", "list-change-model-standings", of[page[modelStanding]](), func(c *call) error {
		all, err := m.List(c.r.Context(), c.by)
		if err != nil {
			return err
		}
		out := page[modelStanding]{Items: []modelStanding{}}
		for i := range all {
			out.Items = append(out.Items, standingOf(&all[i]))
		}
		return c.JSON(http.StatusOK, out)
	}))
	for _, deed := range []string{"approve", "withdraw"} { // in this order on the page that lists operations
		add(libraryDeed("POST", at+"/{id}/"+deed, change.ModelApprove, deed+"-change-model", one, func(c *call, id int64, in modelDecision) error {
			got, err := m.Decide(c.r.Context(), c.by, id, in.Version, deed == "withdraw", in.Reason)
			if err != nil {
				return err
			}
			return c.done(http.StatusOK, standingOf(got))
		}))
	}
}
