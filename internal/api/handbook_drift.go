package api

import (
	"net/http"
	"strconv"

	"kilter/internal/practice/handbook"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// figureValue is what a figure comes to today.
type figureValue struct {
	Shape  string       `json:"shape" enum:"share,count,mean,hours,days"`
	Value  float64      `json:"value"`
	Counts int          `json:"counts"`
	N      int          `json:"n"`
	Parts  []figurePart `json:"parts"`
}

type figurePart struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Counts int     `json:"counts"`
	N      int     `json:"n"`
}

// valueOf is a figure's value, nil when too little stands behind it.
func valueOf(key string, all *handbook.Values) *figureValue {
	g := handbook.GaugeOf(key)
	if all == nil || g.Shape == handbook.Absent {
		return nil
	}
	v := all.Values[key]
	if !g.Known(v) {
		return nil
	}
	out := &figureValue{Shape: string(g.Shape), Value: v.Number, Counts: v.Counts, N: v.N, Parts: []figurePart{}}
	for _, p := range v.Parts {
		if g.Known(p.Value) {
			out.Parts = append(out.Parts, figurePart{p.Name, p.Number, p.Counts, p.N})
		}
	}
	return out
}

// driftShape is where a chapter and what runs differ.
type driftShape struct {
	Edition     int         `json:"edition" doc:"api.doc.handbook_edition"`
	Since       string      `json:"since,omitempty" format:"date-time"`
	Due         bool        `json:"due"`
	Differences []differs   `json:"differences"`
	Flows       []heldShape `json:"flows"`
}

type differs struct {
	What string `json:"what" enum:"state,way,must,demand,text,who,setting"`
	Of   string `json:"of"`
	Name string `json:"name,omitempty"`
	Was  string `json:"was,omitempty"`
	Now  string `json:"now,omitempty"`
	Gone bool   `json:"gone"`
	New  bool   `json:"new"`

	Hidden bool `json:"hidden,omitempty" doc:"api.doc.handbook_hidden"`
}

type heldShape struct {
	Flow     string        `json:"flow"`
	Since    string        `json:"since" format:"date-time"`
	At       string        `json:"at" format:"date-time"`
	Cases    int           `json:"cases"`
	Regular  int           `json:"regular"`
	Share    *float64      `json:"share,omitempty" doc:"api.doc.handbook_share"`
	Loose    bool          `json:"loose"`
	Breaches []breachShape `json:"breaches"`
}

type breachShape struct {
	Kind   string `json:"kind" enum:"marked,began,skipped,against"`
	Was    string `json:"was,omitempty"`
	Became string `json:"became"`
	Cases  int    `json:"cases"`
}

type breachCase struct {
	Ref   string `json:"ref"`
	Title string `json:"title"`
	Moved string `json:"moved" format:"date-time"`
}

func ofDrift(d *handbook.Drift) driftShape {
	out := driftShape{Due: d.Due, Differences: []differs{}, Flows: []heldShape{}}
	if d.Edition != nil {
		out.Edition = d.Edition.N
	}
	if d.Shot != nil {
		out.Since = stamp(d.Shot.At)
	}
	for _, one := range d.Differences {
		out.Differences = append(out.Differences, differs{one.What, one.Of, one.Name, one.Was, one.Value, one.Gone, one.New, one.Hidden})
	}
	for _, h := range d.Held {
		one := heldShape{Flow: h.Flow, Since: stamp(h.Since), At: stamp(h.At), Cases: h.Cases, Regular: h.Regular, Loose: d.Loose(h), Breaches: []breachShape{}}
		if share, ok := h.Share(); ok {
			one.Share = &share
		}
		for _, k := range h.Kinds {
			one.Breaches = append(one.Breaches, breachShape{string(k.Kind), k.Was, k.Became, k.Cases})
		}
		out.Flows = append(out.Flows, one)
	}
	return out
}

// refOfCase is how a case is called: a record by its number, an item by its code.
func refOfCase(k record.Kind, c handbook.Case) string {
	if k == handbook.Items {
		return c.Code
	}
	return record.Ref(k, c.Number)
}

// figureCase is a case behind a figure.
type figureCase struct {
	Of    string      `json:"of"`
	ID    int64       `json:"id"`
	Ref   string      `json:"ref"`
	Name  people.Text `json:"name"`
	Value *float64    `json:"value,omitempty" doc:"api.doc.handbook_case_value"`
}

// figureCases serves what stands behind a figure of a process.
func (a *API) figureCases(figures *handbook.Figures) {
	a.add(operation{
		Method: "GET", Path: Prefix + "/handbook/{code}/figures/{figure}", Policy: handbook.DeedRead, Name: "list-figure-cases", Key: "list_figure_cases", Tag: "handbook",
		Query: []param{{Name: "counts", Type: "string"}, {Name: "cursor", Type: "string"}},
		Gives: []gives{{Status: http.StatusOK, Schema: pageOf(of[figureCase]())}},
		Run: func(c *call) error {
			key := c.r.PathValue("code") + "." + c.r.PathValue("figure")
			after, err := strconv.ParseInt(c.get("cursor"), 10, 64)
			if err != nil {
				after = 0 // a cursor of ours is a number; any other begins anew
			}
			_, all, err := figures.Behind(c.r.Context(), c.by, key, handbook.Slice{Counts: c.get("counts") != "no", After: after, Limit: mostBreachCases})
			if err != nil {
				return err
			}
			out := page[figureCase]{Items: []figureCase{}}
			for _, one := range all {
				row := figureCase{string(one.Kind), one.ID, one.Code, one.Name, nil}
				if one.Number != 0 {
					row.Ref, row.Name.Zh = record.Ref(one.Kind, one.Number), one.Name.En // a title is what somebody wrote, in whichever language
				}
				if handbook.GaugeOf(key).Valued() {
					row.Value = &one.Value
				}
				out.Items = append(out.Items, row)
			}
			if len(all) == mostBreachCases {
				out.Next = strconv.FormatInt(all[len(all)-1].Place, 10)
			}
			return c.JSON(http.StatusOK, out)
		},
	})
}

// mostBreachCases is how many a page of cases holds.
const mostBreachCases = 100

// handbookDrift serves where chapters and what runs differ.
func (a *API) handbookDrift(room *handbook.Room) {
	at := Prefix + "/handbook/{code}"
	a.add(operation{
		Method: "GET", Path: at + "/drift", Policy: handbook.DeedRead, Name: "read-drift", Key: "read_drift", Tag: "handbook",
		Gives: []gives{{Status: http.StatusOK, Schema: of[driftShape]()}},
		Run: func(c *call) error {
			d, err := room.Drift(c.r.Context(), c.by, c.r.PathValue("code"))
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, ofDrift(d))
		},
	})
	kinds := []string{string(handbook.Marked), string(handbook.Began), string(handbook.Skipped), string(handbook.Against)}
	a.add(operation{
		Method: "GET", Path: at + "/cases", Policy: handbook.DeedRead, Name: "list-breach-cases", Key: "list_breach_cases", Tag: "handbook",
		Query: []param{{Name: "flow", Type: "string"}, {Name: "kind", Type: "string", Enum: kinds}, {Name: "was", Type: "string"}, {Name: "became", Type: "string"}, {Name: "cursor", Type: "string"}},
		Gives: []gives{{Status: http.StatusOK, Schema: pageOf(of[breachCase]())}},
		Run: func(c *call) error {
			q := c.r.URL.Query()
			b := handbook.Breach{Kind: handbook.Kind(q.Get("kind")), Was: q.Get("was"), Became: q.Get("became")}
			after, err := strconv.ParseInt(q.Get("cursor"), 10, 64)
			if err != nil {
				after = 0 // a cursor of ours is a number; any other begins anew
			}
			_, all, err := room.Cases(c.r.Context(), c.by, c.r.PathValue("code"), q.Get("flow"), b, after, mostBreachCases+1)
			if err != nil {
				return err
			}
			out := page[breachCase]{Items: []breachCase{}}
			for i, one := range all {
				if i == mostBreachCases {
					out.Next = strconv.FormatInt(all[i-1].ID, 10)
					break
				}
				out.Items = append(out.Items, breachCase{refOfCase(room.Kinds[q.Get("flow")], one), one.Title.In(c.words.Lang().HTML()), stamp(one.At)})
			}
			return c.JSON(http.StatusOK, out)
		},
	})
}
