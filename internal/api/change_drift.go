package api

import (
	"net/http"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/change"
	"kilter/internal/practice/record"
)

// drift is a difference of the configuration without a change.
type drift struct {
	Kind   string       `json:"kind" enum:"import,audit" doc:"api.doc.drift_kind"`
	Target int64        `json:"target" doc:"api.doc.drift_target"`
	Item   int64        `json:"item"`
	Code   string       `json:"code"`
	Name   string       `json:"name"`
	Found  time.Time    `json:"found"`
	Origin string       `json:"origin,omitempty"`
	Fields []driftField `json:"fields"`
	Reason string       `json:"reason,omitempty" doc:"api.doc.drift_reason"`
	Change string       `json:"change,omitempty"`
	By     int64        `json:"by,omitempty"`
	Told   *time.Time   `json:"explained,omitempty"`
}

type driftField struct {
	Name   string `json:"name"`
	Was    string `json:"was"`
	Became string `json:"became"`
}

// driftSaid is what somebody says of a difference.
type driftSaid struct {
	Kind   string `json:"kind" enum:"import,audit"`
	Target int64  `json:"target"`
	Item   int64  `json:"item"`
	Reason string `json:"reason"`
	Change string `json:"change,omitempty" doc:"api.doc.drift_change"`
	Title  string `json:"title,omitempty" doc:"api.doc.drift_title"`
}

func (d driftSaid) key() change.DriftKey {
	return change.DriftKey{Kind: change.DriftKind(d.Kind), Target: d.Target, Item: record.ItemID(d.Item)}
}

func (c *call) ofDrift(d *change.Drift) drift {
	out := drift{Kind: string(d.Kind), Target: d.Target, Item: int64(d.Item), Code: d.Code, Name: d.Name.In(c.words.Lang().HTML()), Found: d.At.UTC(), Origin: d.Origin, Fields: []driftField{}, Reason: d.Why, By: int64(d.By)}
	for _, f := range d.Fields {
		out.Fields = append(out.Fields, driftField{f.Name, f.Was, f.Became})
	}
	if d.Change != 0 {
		out.Change = record.Ref(record.Changes, d.Change)
	}
	if d.Explained() {
		told := d.Told.UTC()
		out.Told = &told
	}
	return out
}

// usualDriftDays is how far back differences are listed.
const usualDriftDays = 7

// Drifts serves the unauthorised changes.
func (a *API) Drifts(room *change.Drifts) {
	at := Prefix + "/changes/unauthorised"
	a.add(operation{
		Method: "GET", Path: at, Policy: "change.read", Name: "unauthorised-changes", Tag: "changes", Query: []param{{Name: "days", Type: "integer"}},
		Gives: []gives{{Status: http.StatusOK, Schema: of[page[drift]]()}}, Run: func(c *call) error {
			days := usualDriftDays
			if text := c.get("days"); text != "" {
				n, err := strconv.Atoi(text)
				if err != nil || n < 1 || n > int(change.LongestDrift.Hours()/24) {
					return fault.At("days", "record.out_of_range").With("low", 1).With("high", int(change.LongestDrift.Hours()/24))
				}
				days = n
			}
			now := c.Now()
			all, err := room.List(c.r.Context(), c.by, change.Span{From: now.Add(-time.Duration(days) * 24 * time.Hour), Until: now})
			if err != nil {
				return err
			}
			out := page[drift]{Items: make([]drift, len(all))}
			for i := range all {
				out.Items[i] = c.ofDrift(&all[i])
			}
			return c.JSON(http.StatusOK, out)
		},
	})
	said := func(c *call) (in driftSaid, err error) {
		if err := c.into(&in); err != nil && c.by.Can(c.op.Policy) {
			return in, err
		}
		return in, nil
	}
	a.add(operation{
		Method: "POST", Path: at + "/explain", Policy: change.ExplainsDrift, Name: "explain-unauthorised-change", Tag: "changes", Once: true, Body: &body{Schema: of[driftSaid]()},
		Gives: []gives{{Status: http.StatusOK, Schema: of[drift]()}}, Run: func(c *call) error {
			in, err := said(c)
			if err != nil {
				return err
			}
			d, err := room.Explain(c.r.Context(), c.by, in.key(), in.Reason, in.Change)
			if err != nil {
				return err
			}
			return c.done(http.StatusOK, c.ofDrift(d))
		},
	})
	a.add(operation{
		Method: "POST", Path: at + "/open", Policy: "change.open", Name: "open-change-about-unauthorised", Tag: "changes", Once: true, Body: &body{Schema: of[driftSaid]()},
		Gives: []gives{{Status: http.StatusOK, Schema: of[driftOpened]()}}, Run: func(c *call) error {
			in, err := said(c)
			if err != nil {
				return err
			}
			one, err := room.Open(c.r.Context(), c.by, in.key(), in.Title, in.Reason)
			if err != nil {
				return err
			}
			return c.done(http.StatusOK, driftOpened{one.Ref()})
		},
	})
}

// driftOpened is the change that was opened about a difference.
type driftOpened struct {
	Number string `json:"number"`
}
