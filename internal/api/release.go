package api

import (
	"net/http"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
)

// releasePlan is what a release is made of, where it goes, and how it was
// tested and reviewed.
type releasePlan struct {
	Parts   []release.Part      `json:"parts"`
	Targets []release.Target    `json:"targets"`
	Tests   []release.Signature `json:"tests"`
	Reviews []release.Review    `json:"reviews"`
	Carried []releaseKnown      `json:"known_errors" doc:"api.doc.release_known_errors"`
	Trouble releaseTrouble      `json:"incidents" doc:"api.doc.release_trouble"`
	Against []releaseAgainst    `json:"refuses" doc:"api.doc.release_refuses"`
}

// releaseAgainst is a fault that a step would be answered with.
type releaseAgainst struct {
	Code   string         `json:"code" doc:"api.doc.mistake_code"`
	Detail string         `json:"detail" doc:"api.doc.mistake_detail"`
	Args   map[string]any `json:"args,omitempty" doc:"api.doc.mistake_args"`
}

type releaseKnown struct {
	Ref        string `json:"number"`
	Title      string `json:"title,omitempty"`
	State      string `json:"state,omitempty"`
	Workaround string `json:"workaround,omitempty"`
	Published  bool   `json:"published"`
}

type typedKnown struct {
	Known []string `json:"known_errors" doc:"api.doc.release_carries"`
}

type releaseTrouble struct {
	All   int `json:"all"`
	Early int `json:"first_ten_days"`
}

type typedPart struct {
	Unit   string `json:"unit"`
	Entry  int64  `json:"entry" doc:"api.doc.release_part_entry"`
	Change string `json:"change" doc:"api.doc.release_part_change"`
	Item   int64  `json:"item,omitempty" doc:"api.doc.release_part_item"`
}

type typedParts struct {
	Parts []typedPart `json:"parts" doc:"api.doc.release_parts"`
}

type typedTarget struct {
	ID     int       `json:"id,omitempty" doc:"api.doc.release_target_id"`
	Name   string    `json:"name"`
	Kind   string    `json:"kind" enum:"site,department,city"`
	Wave   int       `json:"wave" doc:"api.doc.release_target_wave"`
	Starts time.Time `json:"starts,omitzero"`
	Ends   time.Time `json:"ends,omitzero"`
}

type typedTargets struct {
	Targets []typedTarget `json:"targets" doc:"api.doc.release_parts"`
}

type typedTest struct {
	Test     string `json:"test" enum:"installing,function,integration,performance,security,taking_back"`
	Passed   bool   `json:"passed"`
	Evidence string `json:"evidence"`
}

type typedPoint struct {
	Point    string `json:"point" doc:"api.doc.release_point"`
	Say      string `json:"say" enum:"yes,no,none"`
	Evidence string `json:"evidence,omitempty"`
}

type typedPoints struct {
	Points []typedPoint `json:"points"`
}

type typedVoice struct {
	Cluster string `json:"cluster" enum:"service,infrastructure,support,operations,partner,security,release"`
	Say     string `json:"say" enum:"yes,no,none"`
	Remark  string `json:"remark,omitempty"`
}

type typedCondition struct {
	Text   string    `json:"text"`
	Owner  int64     `json:"owner,omitempty"`
	Due    time.Time `json:"due"`
	Before bool      `json:"before,omitempty" doc:"api.doc.release_condition_before"`
}

type typedDecision struct {
	Decision   string           `json:"decision" enum:"go,no_go,conditional"`
	Minutes    string           `json:"minutes"`
	Conditions []typedCondition `json:"conditions,omitempty"`
}

type typedFate struct {
	To   string `json:"to" enum:"done,failed,rolled_back" doc:"api.doc.release_fate"`
	Text string `json:"text,omitempty"`
}

type typedRemark struct {
	Text string `json:"text,omitempty"`
}

// Releases serves release management.
func (a *API) Releases(desk *release.Desk) {
	p := &practice[*release.Release]{API: a, desk: desk.Desk, room: "releases", work: desk}
	p.past, p.next = p.plain, desk.Next
	p.open = func(c *call, o object) (*release.Release, error) {
		in, err := p.inputOf(c, o, desk.Flow.Asks)
		if err != nil {
			return nil, err
		}
		return desk.Plan(c.r.Context(), c.by, in)
	}
	p.serve()
	p.ties()
	p.add(operation{
		Method: "GET", Path: p.at("/{number}/plan"), Policy: "release.read", Name: "plan-of-release", Tag: p.room,
		Gives: []gives{{Status: http.StatusOK, Schema: of[releasePlan]()}}, Run: func(c *call) error {
			r, err := p.find(c)
			if err != nil {
				return err
			}
			return c.plan(desk, r, http.StatusOK)
		},
	})
	a.releaseLists(p, desk)
	a.releaseReview(p, desk)
	a.releaseTargets(p, desk)
}

// plan answers with the lists of a release.
func (c *call) plan(desk *release.Desk, r *release.Release, status int) error {
	t, err := desk.Trouble(c.r.Context(), c.by, r)
	if err != nil {
		return err
	}
	parts, err := desk.Told(c.by, r)
	if err != nil {
		return err
	}
	out := releasePlan{Parts: listed0(parts), Targets: listed0(r.Targets), Tests: listed0(r.Tests), Reviews: listed0(r.Reviews), Trouble: releaseTrouble{t.All, t.Early}, Carried: []releaseKnown{}, Against: []releaseAgainst{}}
	known, err := desk.Known(c.by, r)
	if err != nil {
		return err
	}
	for _, k := range known {
		out.Carried = append(out.Carried, releaseKnown{k.Ref, k.Title, k.State, k.Workaround, k.Published})
	}
	against, err := desk.Refuses(c.by, r)
	if err != nil {
		return err
	}
	for _, f := range against {
		out.Against = append(out.Against, releaseAgainst{f.Key, c.words.Fault(f), f.Args})
	}
	c.w.Header().Set("ETag", etag(r.Head.Version))
	return c.done(status, out)
}

// listed0 is a list that is never null.
func listed0[T any](all []T) []T {
	if all == nil {
		return []T{}
	}
	return all
}

// releaseDeed makes an operation on the lists of a release; its answer are the
// lists as they are now.
func releaseDeed[T any](p *practice[*release.Release], desk *release.Desk, method, rest, deed, name string, do func(*call, record.Number, T) (*release.Release, error)) {
	p.add(operation{
		Method: method, Path: p.at("/{number}" + rest), Policy: p.deed(deed), Name: name, Tag: p.room, Once: method == "POST",
		Body: &body{Schema: of[T]()}, Gives: []gives{{Status: http.StatusOK, Schema: of[releasePlan]()}},
		Run: func(c *call) error {
			n, err := p.named(c)
			if err != nil {
				return err
			}
			var in T
			if err := c.into(&in); err != nil {
				return p.unseen(c, n, err)
			}
			r, err := do(c, n, in)
			if err != nil {
				return err
			}
			return c.plan(desk, r, http.StatusOK)
		},
	})
}

func (a *API) releaseLists(p *practice[*release.Release], d *release.Desk) {
	releaseDeed(p, d, "PUT", "/parts", release.DeedCompose, "compose-release", func(c *call, n record.Number, in typedParts) (*release.Release, error) {
		parts := make([]release.Part, len(in.Parts))
		for i, t := range in.Parts {
			parts[i] = release.Part{Unit: t.Unit, Entry: t.Entry, Change: t.Change, Item: record.ItemID(t.Item)}
		}
		return d.Compose(c.r.Context(), c.by, n, parts, record.Input{})
	})
	releaseDeed(p, d, "PUT", "/targets", release.DeedTarget, "target-release", func(c *call, n record.Number, in typedTargets) (*release.Release, error) {
		targets := make([]release.Target, len(in.Targets))
		for i, t := range in.Targets {
			targets[i] = release.Target{ID: t.ID, Name: t.Name, Kind: release.Place(t.Kind), Wave: t.Wave, Starts: t.Starts.UTC(), Ends: t.Ends.UTC()}
		}
		return d.Aim(c.r.Context(), c.by, n, targets, record.Input{})
	})
	releaseDeed(p, d, "PUT", "/known-errors", release.DeedCarry, "carry-known-errors", func(c *call, n record.Number, in typedKnown) (*release.Release, error) {
		return d.Carry(c.r.Context(), c.by, n, in.Known, record.Input{})
	})
	releaseDeed(p, d, "POST", "/tests", release.DeedSign, "sign-test-of-release", func(c *call, n record.Number, in typedTest) (*release.Release, error) {
		return d.Sign(c.r.Context(), c.by, n, release.Signature{Test: release.Test(in.Test), Passed: in.Passed, Evidence: in.Evidence}, record.Input{})
	})
}

func (a *API) releaseReview(p *practice[*release.Release], d *release.Desk) {
	releaseDeed(p, d, "POST", "/review/points", release.DeedVoice, "answer-points-of-release", func(c *call, n record.Number, in typedPoints) (*release.Release, error) {
		all := make([]release.Answer, len(in.Points))
		for i, t := range in.Points {
			all[i] = release.Answer{Point: release.Point(t.Point), Say: release.Say(t.Say), Evidence: t.Evidence}
		}
		return d.Look(c.r.Context(), c.by, n, all, record.Input{})
	})
	releaseDeed(p, d, "POST", "/review/voices", release.DeedVoice, "speak-on-release", func(c *call, n record.Number, in typedVoice) (*release.Release, error) {
		return d.Speak(c.r.Context(), c.by, n, release.Voice{Cluster: release.Cluster(in.Cluster), Say: release.Say(in.Say), Remark: in.Remark}, record.Input{})
	})
	releaseDeed(p, d, "POST", "/review/decision", release.DeedDecide, "decide-on-release", func(c *call, n record.Number, in typedDecision) (*release.Release, error) {
		o := release.Outcome{Decision: release.Decision(in.Decision), Minutes: in.Minutes}
		for _, t := range in.Conditions {
			o.Conditions = append(o.Conditions, release.Condition{Text: t.Text, Owner: people.ID(t.Owner), Due: t.Due.UTC(), Before: t.Before})
		}
		return d.Decide(c.r.Context(), c.by, n, o, record.Input{})
	})
	releaseDeed(p, d, "POST", "/review/conditions/{id}/met", release.DeedDecide, "meet-condition-of-release", func(c *call, n record.Number, in typedRemark) (*release.Release, error) {
		id, err := c.id("id")
		if err != nil {
			return nil, err
		}
		return d.Meet(c.r.Context(), c.by, n, int(id), record.Input{Text: in.Text})
	})
}

func (a *API) releaseTargets(p *practice[*release.Release], d *release.Desk) {
	releaseDeed(p, d, "POST", "/targets/{id}/deploy", release.DeedDeploy, "deploy-release", func(c *call, n record.Number, in typedFate) (*release.Release, error) {
		id, err := c.id("id")
		if err != nil {
			return nil, err
		}
		return d.Deploy(c.r.Context(), c.by, n, int(id), release.Fate(in.To), record.Input{Text: in.Text})
	})
	releaseDeed(p, d, "POST", "/targets/{id}/verify", release.DeedVerify, "verify-release", func(c *call, n record.Number, in typedRemark) (*release.Release, error) {
		id, err := c.id("id")
		if err != nil {
			return nil, err
		}
		return d.Verify(c.r.Context(), c.by, n, int(id), record.Input{Text: in.Text})
	})
}
