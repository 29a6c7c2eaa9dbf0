package api

import (
	"net/http"

	"kilter/internal/practice/people"
	"kilter/internal/report/director"
)

// directorShape is the director's page.
type directorShape struct {
	At           string             `json:"at" format:"date-time"`
	Service      directorService    `json:"service"`
	Satisfaction directorUsers      `json:"satisfaction"`
	Maturity     directorMaturity   `json:"maturity"`
	Readiness    directorReadiness  `json:"readiness"`
	Roadmap      directorRoadmap    `json:"roadmap"`
	Risks        directorRisks      `json:"risks"`
	Decisions    []directorDecision `json:"decisions"`
	More         int                `json:"more_decisions"`
}

type directorService struct {
	Lack       string          `json:"lack,omitempty" enum:"right,none" doc:"api.doc.director_lack"`
	Open       int             `json:"open"`
	Overdue    int             `json:"overdue"`
	Soon       int             `json:"soon"`
	Majors     int             `json:"major"`
	Days       int             `json:"days"`
	In         int             `json:"opened"`
	Out        int             `json:"ended"`
	Published  int             `json:"services_published"`
	Covered    int             `json:"services_agreed"`
	Agreements int             `json:"agreements"`
	Busiest    []directorBusy  `json:"busiest"`
	Months     []directorMonth `json:"months" doc:"api.doc.director_months"`
}

type directorBusy struct {
	Service int64 `json:"service"`
	Open    int   `json:"open"`
	Met     int   `json:"met"`
	Missed  int   `json:"missed"`
}

type directorMonth struct {
	Month  string `json:"month" format:"date"`
	Met    int    `json:"met"`
	Missed int    `json:"missed"`
}

type directorUsers struct {
	Lack    string           `json:"lack,omitempty" enum:"right,none" doc:"api.doc.director_lack"`
	Wave    int64            `json:"wave,omitempty"`
	Gaps    bool             `json:"gaps" doc:"api.doc.director_gaps"`
	Change  string           `json:"change,omitempty" enum:"better,worse,same,uncertain"`
	Waves   []directorWave   `json:"waves"`
	Drivers []directorDriver `json:"drivers"`
}

type directorWave struct {
	ID       int64       `json:"id"`
	Name     people.Text `json:"name"`
	Day      string      `json:"day" format:"date"`
	Score    float64     `json:"score"`
	Interval *[2]float64 `json:"interval,omitempty"`
}

type directorDriver struct {
	Dimension string   `json:"dimension"`
	Gap       *float64 `json:"gap,omitempty"`
	Share     *float64 `json:"share,omitempty" doc:"api.doc.director_share"`
}

type directorMaturity struct {
	Lack       string             `json:"lack,omitempty" enum:"right,none" doc:"api.doc.director_lack"`
	Assessment int64              `json:"assessment,omitempty"`
	Day        string             `json:"day,omitempty" format:"date"`
	Processes  []directorStanding `json:"processes"`
}

type directorStanding struct {
	Process string   `json:"process"`
	Level   float64  `json:"level"`
	Target  float64  `json:"target,omitempty"`
	Before  *float64 `json:"before,omitempty"`
}

type directorReadiness struct {
	Lack      string             `json:"lack,omitempty" enum:"right,none" doc:"api.doc.director_lack"`
	Mean      float64            `json:"mean"`
	Processes map[string]float64 `json:"processes"`
}

type directorRoadmap struct {
	Lack           string  `json:"lack,omitempty" enum:"right,none" doc:"api.doc.director_lack"`
	Programme      int64   `json:"programme,omitempty"`
	Phase          int     `json:"phase"`
	Phases         int     `json:"phases"`
	Steps          int     `json:"steps"`
	Verified       int     `json:"verified"`
	Claimed        int     `json:"claimed"`
	InWork         int     `json:"in_work"`
	Regressed      int     `json:"regressed"`
	Late           int     `json:"late"`
	Points         int     `json:"points"`
	PointsVerified int     `json:"points_verified"`
	Money          float64 `json:"money" doc:"api.doc.director_money"`
	MoneyVerified  float64 `json:"money_verified" doc:"api.doc.director_money"`
}

type directorRisks struct {
	Lack string         `json:"lack,omitempty" enum:"right,none" doc:"api.doc.director_lack"`
	High int            `json:"high"`
	All  int            `json:"all"`
	Top  []directorRisk `json:"top"`
}

type directorRisk struct {
	Ref      string `json:"ref"`
	Title    string `json:"title"`
	Exposure int    `json:"exposure"`
	Review   string `json:"review_on,omitempty" format:"date-time"`
}

type directorDecision struct {
	What    string      `json:"what" enum:"answer,fallen,verify,late,approve,agree,publish,sign,renew,review,meeting,action,condition"`
	Name    people.Text `json:"name,omitzero"`
	Title   string      `json:"title,omitempty"`
	Kind    string      `json:"kind,omitempty"`
	Ref     string      `json:"ref,omitempty"`
	ID      int64       `json:"id,omitempty"`
	Step    int64       `json:"step,omitempty"`
	N       int         `json:"n,omitempty"`
	Process string      `json:"process,omitempty"`
	Level   float64     `json:"level,omitempty"`
	Due     string      `json:"due,omitempty" format:"date-time"`
}

// Director serves the director's page.
func (a *API) Director(m *director.Maker) {
	a.add(operation{
		Method: "GET", Path: Prefix + "/director", Policy: director.Grant, Name: "director", Tag: "reports",
		Gives: []gives{{Status: http.StatusOK, Schema: of[directorShape]()}}, Run: func(c *call) error {
			p, err := m.Read(c.r.Context(), c.by)
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, ofDirector(p))
		},
	})
}

func ofDirector(p *director.Page) directorShape {
	out := directorShape{At: stamp(p.At), Service: ofService(&p.Service), Satisfaction: ofUsers(&p.Satisfaction), Maturity: ofMaturity(&p.Maturity), More: p.More, Decisions: []directorDecision{}}
	out.Readiness = directorReadiness{string(p.Readiness.Lack), p.Readiness.Mean, map[string]float64{}}
	for code, x := range p.Readiness.Processes {
		out.Readiness.Processes[string(code)] = x
	}
	g := p.Roadmap.Progress
	out.Roadmap = directorRoadmap{
		Lack: string(p.Roadmap.Lack), Phase: p.Roadmap.Phase, Phases: p.Roadmap.Phases, Steps: g.Steps, Verified: g.Verified, Claimed: g.Claimed, InWork: g.InWork, Regressed: g.Regressed, Late: g.Late,
		Points: g.Points, PointsVerified: g.PointsVerified, Money: g.Money, MoneyVerified: g.MoneyVerified,
	}
	if p.Roadmap.One != nil {
		out.Roadmap.Programme = p.Roadmap.One.ID
	}
	out.Risks = directorRisks{string(p.Risks.Lack), p.Risks.High, p.Risks.All, []directorRisk{}}
	for _, r := range p.Risks.Top {
		out.Risks.Top = append(out.Risks.Top, directorRisk{r.Ref, r.Title, r.Exposure, stamp(r.Review)})
	}
	for _, d := range p.Decisions {
		out.Decisions = append(out.Decisions, directorDecision{string(d.What), d.Name, d.Title, string(d.Kind), d.Ref, d.ID, d.Step, d.N, string(d.Process), d.Level.Number(), stamp(d.Due)})
	}
	return out
}

func ofService(s *director.Service) directorService {
	out := directorService{
		Lack: string(s.Lack), Open: s.Board.Open, Overdue: s.Board.Overdue, Soon: s.Board.Soon, Majors: s.Majors, Days: s.Days, Published: s.Published, Covered: s.Covered, Agreements: s.Agreements,
		Busiest: []directorBusy{}, Months: []directorMonth{},
	}
	for _, d := range s.Board.Days {
		out.In, out.Out = out.In+d.Opened, out.Out+d.Out()
	}
	for _, b := range s.Busiest {
		out.Busiest = append(out.Busiest, directorBusy(b))
	}
	if s.Kept == director.Given {
		for _, m := range s.Months {
			out.Months = append(out.Months, directorMonth{dateOf(m.Month), m.Met, m.Missed})
		}
	}
	return out
}

func ofUsers(s *director.Satisfaction) directorUsers {
	out := directorUsers{Lack: string(s.Lack), Waves: []directorWave{}, Drivers: []directorDriver{}}
	if s.Report == nil {
		return out
	}
	out.Wave, out.Gaps = s.Report.ID, s.Report.Gaps()
	if c := s.Report.Overall; c != nil {
		out.Change = string(c.Verdict)
	}
	for _, w := range s.Waves {
		out.Waves = append(out.Waves, directorWave{w.ID, w.Name, dateOf(w.Day), w.Score, w.CI})
	}
	for _, d := range s.Report.Drivers {
		one := directorDriver{Dimension: d.Name, Gap: d.Gap}
		if d.Driver != nil {
			one.Share = &d.Derived
		}
		out.Drivers = append(out.Drivers, one)
	}
	return out
}

func ofMaturity(s *director.Maturity) directorMaturity {
	out := directorMaturity{Lack: string(s.Lack), Assessment: s.Assessment, Day: dateOf(s.Day), Processes: []directorStanding{}}
	for _, o := range s.Processes {
		one := directorStanding{Process: string(o.Process), Level: o.Level.Number(), Target: o.Target.Number()}
		if o.Was {
			x := o.Before.Number()
			one.Before = &x
		}
		out.Processes = append(out.Processes, one)
	}
	return out
}
