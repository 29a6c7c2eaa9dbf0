package api

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	assessments "kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/report/evidence"
)

// measured is what the records say of a statement.
type measured struct {
	Question    string  `json:"question"`
	Metric      string  `json:"metric,omitempty"`
	Shape       string  `json:"shape,omitempty" enum:"share,count,age,hours,value"`
	Known       bool    `json:"known" doc:"api.doc.evidence_known"`
	Value       float64 `json:"value"`
	Numerator   int     `json:"numerator"`
	Denominator int     `json:"denominator"`
	From        string  `json:"from,omitempty" format:"date-time"`
	To          string  `json:"to,omitempty" format:"date-time"`
	Answer      string  `json:"answer,omitempty" enum:"yes,no,insufficient"`
	Why         string  `json:"why,omitempty" doc:"api.doc.evidence_why"`
	Simplified  string  `json:"simplified,omitempty" doc:"api.doc.evidence_simplified"`
}

type measuredAll struct {
	At      string     `json:"at" format:"date-time"`
	Set     string     `json:"set" doc:"api.doc.assessment_set"`
	Figures []measured `json:"figures"`
}

type behindRow struct {
	Of     string      `json:"of"`
	ID     int64       `json:"id"`
	Number string      `json:"number,omitempty"`
	Code   string      `json:"code,omitempty"`
	Name   people.Text `json:"name"`
	Place  int64       `json:"place" doc:"api.doc.evidence_after"`

	Priority int    `json:"priority,omitempty"` // of a promised target
	Clock    string `json:"clock,omitempty"`
}

const mostBehind = 200

// Evidence serves what the records say of the statements of maturity.
func (a *API) Evidence(m *evidence.Maker) {
	all := assessmentOp("GET", "", assessments.DeedRead, "read-evidence", of[measuredAll](), func(c *call) error {
		r, err := m.Read(c.r.Context(), c.by)
		if err != nil {
			return err
		}
		out := measuredAll{At: stamp(r.At), Set: r.Set, Figures: []measured{}}
		for _, f := range r.Figures {
			out.Figures = append(out.Figures, measured{f.Question, f.Metric, string(f.Shape), f.Known, f.Value, f.Numerator, f.Denominator, stamp(f.From), stamp(f.To), string(f.Answer), f.Why, c.simplified(f)})
		}
		return c.JSON(http.StatusOK, out)
	})
	all.Path = Prefix + "/maturity/evidence"
	a.add(all)
	behind := assessmentOp("GET", "", assessments.DeedRead, "records-of-evidence", of[[]behindRow](), func(c *call) error {
		after, _ := strconv.ParseInt(c.get("behind"), 10, 64) // none is from the beginning
		_, rows, err := m.Behind(c.r.Context(), c.by, c.r.PathValue("question"), evidence.Slice{Counts: c.get("counts") != "no", After: after, Limit: mostBehind})
		if err != nil {
			return err
		}
		out := []behindRow{}
		for _, r := range rows {
			row := behindRow{Of: string(r.Of), ID: r.ID, Code: r.Code, Name: r.Name, Place: r.Place, Priority: r.Priority, Clock: string(r.Clock)}
			switch {
			case r.Of == evidence.Meeting:
				row.Code = time.UnixMilli(r.Number).UTC().Format(time.DateOnly)
			case r.Number != 0 && !r.Of.Zoneless():
				row.Number, row.Code = record.Ref(record.Kind(r.Of), record.Number(r.Number)), ""
			}
			out = append(out, row)
		}
		return c.JSON(http.StatusOK, out)
	})
	behind.Path = Prefix + "/maturity/evidence/{question}"
	behind.Query = []param{{Name: "counts", Type: "string"}, {Name: "behind", Type: "integer"}}
	a.add(behind)
}

// simplified says in the reader's language what a figure leaves out; "" when it
// leaves nothing out.
func (c *call) simplified(f evidence.Figure) string {
	id, _, _ := strings.Cut(f.Metric, ":")
	if f.Why != "" || !evidence.Simplified(id) {
		return ""
	}
	return c.words.T("evidence.simple." + id)
}
