package api

import (
	"mime"
	"net/http"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/sla"
)

// parts are the operations about what stands beside a record.
func (p *practice[R]) parts() {
	kind := string(p.desk.Kind)
	for _, part := range []struct {
		name  string
		shape *schema
		read  func(*call, R) (any, error)
	}{
		{"timeline", of[[]entry](), p.timeline},
		{"clocks", of[[]clock](), p.clocks},
		{"links", listOf(linkShape()), p.links},
		{"watchers", of[[]thing](), p.watchers},
		{"files", of[[]file](), p.files},
	} {
		p.add(operation{
			Method: "GET", Path: p.at("/{number}/" + part.name), Policy: p.deed("read"), Name: part.name + "-of-" + kind, Key: part.name, Tag: p.room,
			Gives: []gives{{Status: http.StatusOK, Schema: part.shape}}, Run: func(c *call) error {
				r, err := p.find(c)
				if err != nil {
					return err
				}
				v, err := part.read(c, r)
				if err != nil {
					return err
				}
				return c.JSON(http.StatusOK, v)
			},
		})
	}
	p.follows()
	p.add(operation{
		Method: "GET", Path: p.at("/{number}/files/{file}"), Policy: p.deed("read"), Name: "file-of-" + kind, Key: "file", Tag: p.room,
		Gives: []gives{{Status: http.StatusOK, Type: anyType}}, Run: p.fetch,
	})
}

// follows makes people watch a record, or no longer. Everybody may decide for
// himself; for others it is a deed.
func (p *practice[R]) follows() {
	for _, way := range [][2]string{{"PUT", "watch"}, {"DELETE", "unwatch"}} {
		method, deed := way[0], way[1]
		p.add(operation{
			Method: method, Path: p.at("/{number}/watchers/{person}"), Policy: p.deed(deed), Name: deed + "-" + string(p.desk.Kind), Key: deed, Tag: p.room,
			Gives: []gives{{Status: http.StatusOK, Schema: of[[]thing]()}}, Run: func(c *call) error {
				n, err := c.number(p.desk.Kind)
				if err != nil {
					return err
				}
				who := c.by.ID
				if c.r.PathValue("person") != "me" {
					id, err := c.id("person")
					if err != nil {
						return err
					}
					who = people.ID(id)
				}
				r, err := p.desk.One(c.r.Context(), c.by, n, record.Input{}, func(s *record.Sitting[R], r R) error {
					if deed == "watch" {
						return s.Watch(r, who)
					}
					return s.Unwatch(r, who)
				})
				if err != nil {
					return err
				}
				if !c.by.Staff {
					return c.done(http.StatusOK, []thing{{ID: int64(who), Name: c.by.Name}})
				}
				v, err := p.watchers(c, r)
				if err != nil {
					return err
				}
				return c.done(http.StatusOK, v)
			},
		})
	}
}

// clock is a service level clock with how it came to its figures.
type clock struct {
	Name     string   `json:"name" enum:"respond,update,resolve"`
	State    string   `json:"state" enum:"running,paused,met,missed"`
	Target   float64  `json:"target_seconds" doc:"api.doc.clock_target_seconds"`
	Used     float64  `json:"used_seconds" doc:"api.doc.clock_used_seconds"`
	Left     float64  `json:"left_seconds" doc:"api.doc.clock_left_seconds"`
	Percent  int      `json:"percent"`
	Breached bool     `json:"breached"`
	Due      string   `json:"due,omitempty"`
	Started  string   `json:"started,omitempty"`
	Stopped  string   `json:"stopped,omitempty"`
	Calendar string   `json:"calendar,omitempty" doc:"api.doc.clock_calendar"`
	Zone     string   `json:"zone,omitempty"`
	Under    int64    `json:"agreement,omitempty" doc:"api.doc.clock_agreement"`
	Spans    []span   `json:"spans" doc:"api.doc.clock_spans"`
	Pending  []whatIf `json:"if_pending,omitempty" doc:"api.doc.clock_if_pending"`
}

type span struct {
	From    string  `json:"from"`
	To      string  `json:"to,omitempty" doc:"api.doc.span_to"`
	Running bool    `json:"running"`
	Reason  string  `json:"reason,omitempty"`
	Used    float64 `json:"used_seconds"`
	Restart bool    `json:"restart,omitempty"`
	Days    []day   `json:"days,omitempty" doc:"api.doc.span_days"`
	More    bool    `json:"more_days,omitempty"`
}

type day struct {
	Date string `json:"date"`
	Kind string `json:"kind" enum:"rest,holiday,makeup"`
	Name string `json:"name,omitempty"`
}

type whatIf struct {
	Reason string  `json:"reason"`
	State  string  `json:"state"`
	Due    string  `json:"due,omitempty"`
	Left   float64 `json:"left_seconds"`
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}

// clocks explains the clocks of a record from its timeline.
func (p *practice[R]) clocks(c *call, r R) (any, error) {
	if !c.by.Staff {
		return nil, staffOnly()
	}
	if p.desk.Rules.Terms == nil {
		return []clock{}, nil
	}
	entries, err := c.Ledger.Timeline(c.r.Context(), r.Common().ID, false)
	if err != nil {
		return nil, err
	}
	told, err := sla.Explain(record.Facts(p.desk.Flow, r.Common().Requester, entries), p.desk.Rules.Terms(r), c.Now())
	if err != nil {
		return nil, err
	}
	out := make([]clock, len(told))
	for i, e := range told {
		k := clock{
			Name: string(e.Clock.Name), State: string(e.Clock.State), Target: e.Clock.Target.Seconds(), Used: e.Used.Seconds(), Left: e.Left.Seconds(),
			Percent: e.Percent, Breached: e.Breached, Due: stamp(e.Clock.Due), Started: stamp(e.Clock.Started), Stopped: stamp(e.Clock.Stopped),
			Calendar: e.Calendar, Zone: e.Zone, Under: e.Clock.Agreement, Spans: []span{},
		}
		for _, s := range e.Spans {
			one := span{From: stamp(s.From), To: stamp(s.To), Running: s.Running, Reason: s.Reason, Used: s.Used.Seconds(), Restart: s.Restart, More: s.More}
			for _, d := range s.Days {
				one.Days = append(one.Days, day{d.Date, string(d.Kind), d.Name})
			}
			k.Spans = append(k.Spans, one)
		}
		for _, w := range e.Pending {
			k.Pending = append(k.Pending, whatIf{w.Reason, string(w.State), stamp(w.Due), w.Left.Seconds()})
		}
		out[i] = k
	}
	return out, nil
}

func (p *practice[R]) fileOf(r R, a record.Attachment) file {
	return file{
		ID: a.ID, Name: a.Name, Size: a.Content.Size, Type: a.Content.Type, SHA256: a.Content.SHA256, Public: a.Public, By: int64(a.By), At: stamp(a.At), Entry: a.Entry,
		Get: p.at("/" + r.Common().Ref() + "/files/" + strconv.FormatInt(a.ID, 10)),
	}
}

// fetch sends a file: bytes for saving, never a page of Kilter.
func (p *practice[R]) fetch(c *call) error {
	n, err := c.number(p.desk.Kind)
	if err != nil {
		return err
	}
	id, err := c.id("file")
	if err != nil {
		return err
	}
	if p.desk.Files == nil {
		return fault.New(fault.Missing, "record.no_such_file")
	}
	a, err := p.desk.File(c.r.Context(), c.by, n, id)
	if err != nil {
		return err
	}
	return c.sendFile(p.desk.Files, a)
}

// sendFile sends the content of a file that the caller may have.
func (c *call) sendFile(files record.Files, a record.Attachment) error {
	h, how := c.w.Header(), a.Serve()
	tag := `"` + a.Content.SHA256 + `"`
	h.Set("ETag", tag)
	h.Set("Cache-Control", "private, max-age=31536000, immutable")
	if fresh(c.r, tag) {
		c.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", how.Type)
	h.Set("Content-Length", strconv.FormatInt(a.Content.Size, 10))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": a.Name}))
	c.w.WriteHeader(http.StatusOK)
	if err := files.Read(c.r.Context(), a.File, c.w); err != nil {
		// Too late to say it another way: the length promised is not reached.
		if c.Log != nil {
			c.Log.WarnContext(c.r.Context(), "a file was not sent whole", "error", err, "file", a.File, "trace", c.trace)
		}
		panic(http.ErrAbortHandler)
	}
	return nil
}

// ties links a record to others by hand, or takes such links away.
func (p *practice[R]) ties() {
	for _, way := range [][2]string{{"PUT", "relate"}, {"DELETE", "unrelate"}} {
		method, name := way[0], way[1]
		p.add(operation{
			Method: method, Path: p.at("/{number}/links/{relation}/{other}"), Policy: p.deed("relate"), Name: name + "-" + string(p.desk.Kind), Key: name, Tag: p.room,
			Gives: []gives{{Status: http.StatusOK, Schema: listOf(linkShape())}}, Run: func(c *call) error {
				r, err := p.find(c)
				if err != nil {
					return err
				}
				if r, err = p.desk.Bind(c.r.Context(), c.by, p.Ledger, r.Common().Number, record.Bond{Kind: c.r.PathValue("relation"), To: c.r.PathValue("other"), Off: method == "DELETE"}); err != nil {
					return err
				}
				v, err := p.links(c, r)
				if err != nil {
					return err
				}
				return c.done(http.StatusOK, v)
			},
		})
	}
}
