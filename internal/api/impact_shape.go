package api

import (
	"net/http"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// impact is everything that suffers when items fail.
type impact struct {
	Version     int64           `json:"version" doc:"api.doc.impact_version"`
	Items       []sufferer      `json:"items"`
	Upkeep      []node          `json:"in_maintenance" doc:"api.doc.impact_upkeep"`
	Classes     []impactCount   `json:"by_class"`
	Zones       []impactCount   `json:"by_zone"`
	Services    []serviceHit    `json:"services"`
	Departments []departmentHit `json:"departments"`
	Users       int             `json:"users" doc:"api.doc.impact_users"`
	UsersMost   int             `json:"users_most" doc:"api.doc.impact_users_most"`
	Agreements  []atRisk        `json:"agreements"`
	Records     []aboutItem     `json:"records" doc:"api.doc.impact_records"`
	Saved       []saved         `json:"saved" doc:"api.doc.impact_saved"`
	Spared      []node          `json:"spared" doc:"api.doc.impact_spared"`
	Hidden      int             `json:"hidden,omitempty" doc:"api.doc.impact_hidden"`
	Proposal    proposal        `json:"proposal" doc:"api.doc.impact_proposal"`
}

type sufferer struct {
	node
	Condition string `json:"condition" doc:"api.doc.sufferer_condition"`
	Before    string `json:"before,omitempty" doc:"api.doc.sufferer_before"`
	Depth     int    `json:"depth"`
	From      int64  `json:"from,omitempty" doc:"api.doc.sufferer_from"`
	Relation  int64  `json:"relation,omitempty"`
	Type      string `json:"type,omitempty" doc:"api.doc.sufferer_type"`
	Group     int64  `json:"group,omitempty" doc:"api.doc.sufferer_group"`
	Loop      bool   `json:"loop,omitempty" doc:"api.doc.sufferer_loop"`
}

type impactCount struct {
	Class    string `json:"class,omitempty"`
	Zone     int64  `json:"zone,omitempty"`
	Down     int    `json:"down"`
	Degraded int    `json:"degraded"`
}

type serviceHit struct {
	Service     int64   `json:"service"`
	Condition   string  `json:"condition" doc:"api.doc.service_condition"`
	Criticality string  `json:"criticality,omitempty"`
	Speaks      []int64 `json:"speaks" doc:"api.doc.service_speaks"`
	Items       int     `json:"items"`
	Users       int     `json:"users"`
}

type departmentHit struct {
	Department int64   `json:"department"`
	Condition  string  `json:"condition"`
	Services   []int64 `json:"services"`
	Persons    int     `json:"persons"`
}

type atRisk struct {
	Agreement int64   `json:"agreement"`
	NameEn    string  `json:"name_en"`
	NameZh    string  `json:"name_zh"`
	Services  []int64 `json:"services"`
}

type aboutItem struct {
	Item     int64  `json:"item"`
	Number   string `json:"number"`
	Title    string `json:"title"`
	State    string `json:"state"`
	Priority int    `json:"priority,omitempty"`
}

type saved struct {
	Group     int64  `json:"group"`
	Of        node   `json:"of" doc:"api.doc.saved_of"`
	Condition string `json:"condition"`
	Lost      int    `json:"lost"`
	Left      int    `json:"left"`
	Need      int    `json:"need"`
	Load      int    `json:"load,omitempty" doc:"api.doc.saved_load"`
	Margin    int    `json:"margin" doc:"api.doc.saved_margin"`
}

type proposal struct {
	Impact  int      `json:"impact"`
	Urgency int      `json:"urgency"`
	Why     []string `json:"why"`
}

func (c *call) impactOut(in *cmdb.Impact) impact {
	out := impact{
		Version: in.Version, Items: make([]sufferer, len(in.Items)), Upkeep: nodesOf(in.Upkeep), Classes: []impactCount{}, Zones: []impactCount{}, Services: []serviceHit{},
		Departments: []departmentHit{}, Users: in.Users, UsersMost: in.UsersMost, Agreements: []atRisk{}, Records: []aboutItem{}, Saved: []saved{}, Spared: nodesOf(in.Spared), Hidden: in.Hidden,
		Proposal: c.proposalOf(in.Proposal),
	}
	for i := range in.Items {
		out.Items[i] = suffererOf(&in.Items[i])
	}
	for _, t := range in.Classes {
		out.Classes = append(out.Classes, impactCount{Class: string(t.Class), Down: t.Down, Degraded: t.Degraded})
	}
	for _, t := range in.Zones {
		out.Zones = append(out.Zones, impactCount{Zone: int64(t.Zone), Down: t.Down, Degraded: t.Degraded})
	}
	for _, s := range in.Services {
		out.Services = append(out.Services, serviceHit{int64(s.Service), s.Condition.String(), string(s.Criticality), plain(s.Speaks), s.Items, s.Users})
	}
	for _, d := range in.Departments {
		out.Departments = append(out.Departments, departmentHit{int64(d.Department), d.Condition.String(), plain(d.Services), d.Persons})
	}
	for _, r := range in.Agreements {
		out.Agreements = append(out.Agreements, atRisk{r.Agreement.ID, r.Agreement.NameEn, r.Agreement.NameZh, plain(r.Services)})
	}
	for _, r := range in.Records {
		out.Records = append(out.Records, aboutItem{int64(r.Item), r.Ref(), r.Title, string(r.State), r.Priority})
	}
	for _, s := range in.Saved {
		out.Saved = append(out.Saved, saved{int64(s.ID), nodeOf(s.Of), s.Condition.String(), s.Lost, s.Left, s.Need, s.Load, s.Margin})
	}
	return out
}

func (c *call) proposalOf(p cmdb.Proposal) proposal {
	out := proposal{Impact: p.Impact, Urgency: p.Urgency, Why: []string{}}
	for _, w := range p.Why {
		out.Why = append(out.Why, c.words.T(w.Key, w.Args))
	}
	return out
}

func suffererOf(s *cmdb.Sufferer) sufferer {
	out := sufferer{node: nodeOf(s.Node), Condition: s.Condition.String(), Depth: s.Depth, From: int64(s.From), Relation: int64(s.Relation), Type: s.Type, Group: int64(s.Group), Loop: s.Loop}
	if s.Before != 0 {
		out.Before = s.Before.String()
	}
	return out
}

// sandboxAsked is the body of a question to the sandbox.
type sandboxAsked struct {
	Edits []edit  `json:"edits" doc:"api.doc.whatif_edits"`
	Fail  []int64 `json:"fail,omitempty" doc:"api.doc.whatif_fail"`
	Watch []int64 `json:"watch,omitempty" doc:"api.doc.whatif_watch"`
}

type edit struct {
	Do       string `json:"do" doc:"api.doc.edit_do"`
	Item     int64  `json:"item,omitempty"`
	As       int64  `json:"as,omitempty" doc:"api.doc.edit_as"`
	Name     string `json:"name,omitempty"`
	Class    string `json:"class,omitempty"`
	Zone     int64  `json:"zone,omitempty"`
	Relation int64  `json:"relation,omitempty"`
	Source   int64  `json:"source,omitempty"`
	Target   int64  `json:"target,omitempty"`
	Type     string `json:"type,omitempty"`
}

// contrast is today beside the sandbox.
type contrast struct {
	Broken  []sufferer `json:"broken" doc:"api.doc.contrast_broken"`
	Better  []shift    `json:"better"`
	Worse   []shift    `json:"worse"`
	Same    int        `json:"same"`
	Watched []watched  `json:"watched"`
}

type shift struct {
	node
	Now  string `json:"now"`
	Then string `json:"then"`
}

type watched struct {
	node
	Gone []node `json:"gone" doc:"api.doc.watched_gone"`
	New  []node `json:"new" doc:"api.doc.watched_new"`
	Kept int    `json:"kept"`
}

func (c *call) whatIf(a *cmdb.Analyst) error {
	var asked sandboxAsked
	if err := c.into(&asked); err != nil {
		return err
	}
	q := cmdb.WhatIf{Fail: itemIDs(asked.Fail), Watch: itemIDs(asked.Watch)}
	for _, e := range asked.Edits {
		q.Edits = append(q.Edits, editOf(e))
	}
	got, err := a.WhatIf(c.r.Context(), c.by, q)
	if err != nil {
		return err
	}
	out := contrast{Broken: []sufferer{}, Better: shifts(got.Better), Worse: shifts(got.Worse), Same: got.Same, Watched: []watched{}}
	for i := range got.Broken {
		out.Broken = append(out.Broken, suffererOf(&got.Broken[i]))
	}
	for _, w := range got.Watched {
		out.Watched = append(out.Watched, watched{nodeOf(w.Node), nodesOf(w.Gone), nodesOf(w.New), w.Kept})
	}
	return c.JSON(http.StatusOK, out)
}

func shifts(list []cmdb.Shift) []shift {
	out := make([]shift, len(list))
	for i, s := range list {
		out[i] = shift{nodeOf(s.Node), s.Now.String(), s.Then.String()}
	}
	return out
}

func editOf(e edit) cmdb.Edit {
	return cmdb.Edit{
		Do: cmdb.Deed(e.Do), Item: record.ItemID(e.Item), As: record.ItemID(e.As), Name: e.Name, Class: cmdb.Class(e.Class), Zone: people.ZoneID(e.Zone),
		Relation: cmdb.RelationID(e.Relation), Source: record.ItemID(e.Source), Target: record.ItemID(e.Target), Type: e.Type,
	}
}
