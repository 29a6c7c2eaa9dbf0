package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/setting"
)

// Centre is what the API asks about setting a centre up.
type Centre struct {
	Directory *directory.Directory
	Desk      *setting.Desk
	// Purge takes the demo city out and counts what each table still holds;
	// InDemo tells whether it is there.
	Purge  func(context.Context) (map[string]int64, error)
	InDemo func() bool
}

// planted says how many things a starter has added.
type planted struct {
	Added int `json:"added"`
}

// standing is what became of a step of setting up.
type standing struct {
	Step     string `json:"step"`
	Standing string `json:"standing,omitempty" enum:"done,skipped" doc:"api.doc.standing"`
}

// standingForm says what became of a step.
type standingForm struct {
	Standing string `json:"standing" enum:"done,skipped"`
}

// entered says what a file of holidays has done to a calendar.
type entered struct {
	Entered int       `json:"entered" doc:"api.doc.entered"`
	Kept    int       `json:"kept" doc:"api.doc.entered_kept"`
	Skipped []skipped `json:"skipped"`
}

type skipped struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// purged is what each table holds after the demo city was taken out.
type purged struct {
	Rows   int64            `json:"rows"`
	Tables map[string]int64 `json:"tables"`
}

// Centre serves setting a centre up: starters, the steps, holidays, and taking
// the demo city out.
func (a *API) Centre(e Centre) {
	for _, kind := range directory.StarterKinds() {
		room := rooms[kind]
		if kind == setting.Centre {
			room = "settings/" + directory.MatrixCode
		}
		tag := room
		if kind == setting.Centre {
			tag = "settings"
		}
		a.add(operation{
			Method: "POST", Path: Prefix + "/" + room + "/starter", Policy: setting.Deed(kind), Name: "plant-" + tag, Key: "plant", Tag: tag, Once: true,
			Gives: []gives{{Status: http.StatusOK, Schema: of[planted]()}}, Run: func(c *call) error {
				n, err := directory.Starter(c.r.Context(), e.Desk.Keeper, c.by, c.Now().UTC().Truncate(time.Millisecond), kind)
				if err != nil {
					return err
				}
				return c.done(http.StatusOK, planted{n})
			},
		})
	}
	a.steps(e)
	const most = 4 << 20
	a.add(operation{
		Method: "POST", Path: Prefix + "/calendars/{id}/holidays", Policy: setting.Deed(setting.Calendar), Name: "enter-holidays", Tag: "calendars", Query: []param{{Name: "name", Type: "string"}}, Match: true, Once: true,
		Body: &body{Types: []string{jsonType, "text/calendar", anyType}, Limit: most}, Gives: []gives{{Status: http.StatusOK, Schema: of[entered]()}}, Run: func(c *call) error { return c.holidays(e) },
	})
	if e.Purge != nil {
		a.add(operation{Method: "POST", Path: Prefix + "/demo/purge", Policy: "demo.purge", Name: "purge-demo", Tag: "settings", Once: true, Gives: []gives{{Status: http.StatusOK, Schema: of[purged]()}}, Run: func(c *call) error {
			if err := c.by.May("demo.purge"); err != nil {
				return err
			}
			if !e.InDemo() {
				return fault.New(fault.Conflict, "demo.not_demo")
			}
			left, err := e.Purge(c.r.Context())
			if err != nil {
				return err
			}
			out := purged{Tables: left}
			for _, n := range left {
				out.Rows += n
			}
			return c.JSON(http.StatusOK, out)
		}})
	}
}

// steps serves how far a centre has been set up. What a step does has its own
// operations: the centre's document, calendars, starters, teams.
func (a *API) steps(e Centre) {
	all := func(c *call) error {
		held := e.Directory.View().Setup()
		out := page[standing]{}
		for _, step := range directory.Steps() {
			out.Items = append(out.Items, standing{string(step), string(held.Steps[step])})
		}
		return give(c, out)
	}
	shape := []gives{{Status: http.StatusOK, Schema: of[page[standing]]()}}
	a.add(operation{Method: "GET", Path: Prefix + "/setup", Policy: "setting.edit", Name: "get-setup", Tag: "settings", Gives: shape, Run: func(c *call) error {
		if err := c.by.May("setting.edit"); err != nil {
			return err
		}
		return all(c)
	}})
	a.add(operation{
		Method: "PUT", Path: Prefix + "/setup/{step}", Policy: "setting.edit", Name: "settle-setup", Tag: "settings", Once: true,
		Body: &body{Schema: of[standingForm]()}, Gives: shape, Run: func(c *call) error {
			if err := c.by.May("setting.edit"); err != nil {
				return err
			}
			var f standingForm
			if err := c.into(&f); err != nil {
				return err
			}
			if !slices.Contains([]string{string(directory.Taken), string(directory.Skipped)}, f.Standing) {
				return fault.At("standing", "record.not_a_choice").With("choices", "done, skipped")
			}
			if err := e.Directory.Settle(c.r.Context(), c.by, c.Now().UTC().Truncate(time.Millisecond), directory.Step(c.r.PathValue("step")), directory.Standing(f.Standing)); err != nil {
				return err
			}
			return all(c)
		},
	})
}

func (c *call) holidays(e Centre) error {
	if err := c.by.May(c.op.Policy); err != nil {
		return err
	}
	id, err := c.id("id")
	if err != nil {
		return err
	}
	version, err := matched(c.r)
	if err != nil {
		return err
	}
	done, err := directory.EnterHolidays(c.r.Context(), e.Desk, c.by, directory.HolidayFile{Calendar: id, Version: version, Name: c.get("name"), Content: c.raw, Year: c.Now().Year()})
	if err != nil {
		return stale(err, version)
	}
	out := entered{Entered: done.Entered, Kept: done.Kept, Skipped: []skipped{}}
	for _, s := range done.Skipped {
		out.Skipped = append(out.Skipped, skipped{s.Summary, c.words.T(s.Key)})
	}
	return c.done(http.StatusOK, out)
}
