package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// boardPost is a line on the public notice board.
type boardPost struct {
	Number  string `json:"number"`
	Service int64  `json:"service,omitempty"`
	Zone    int64  `json:"zone,omitempty"`
	State   string `json:"state"`
	Major   bool   `json:"major" doc:"api.doc.post_major"`
	Opened  string `json:"opened"`
	At      string `json:"at"`
	Text    string `json:"text"`
}

// Followers keeps who wants to hear of a major incident that is on the notice
// board without seeing its record.
type Followers interface {
	Follow(ctx context.Context, person people.ID, n record.Number, now time.Time) error
	Unfollow(ctx context.Context, person people.ID, n record.Number) error
}

// boardReach is how many days back somebody can begin to follow.
const boardReach = 30

// Board serves the public notice board.
func (a *API) Board(desk *incident.Desk, followers Followers) {
	a.add(operation{
		Method: "GET", Path: Prefix + "/board", Policy: Known, Name: "board", Tag: "incidents", Query: []param{{Name: "days", Type: "integer"}},
		Gives: []gives{{Status: http.StatusOK, Schema: of[page[boardPost]]()}}, Run: func(c *call) error {
			days := 7
			if n, err := strconv.Atoi(c.get("days")); err == nil {
				days = min(n, 366)
			}
			posts, err := c.posts(desk, days)
			if err != nil {
				return err
			}
			out := page[boardPost]{}
			for _, b := range posts {
				out.Items = append(out.Items, boardPost{record.Ref(record.Incident, b.Number), int64(b.Service), int64(b.Zone), string(b.State), b.Major, stamp(b.Opened), stamp(b.At), b.Text})
			}
			return give(c, out)
		},
	})
	for _, way := range [][2]string{{"PUT", "follow"}, {"DELETE", "unfollow"}} {
		method, name := way[0], way[1]
		a.add(operation{
			Method: method, Path: Prefix + "/board/{ref}/follow", Policy: Known, Name: name + "-board", Tag: "incidents",
			Gives: []gives{{Status: http.StatusNoContent}}, Run: func(c *call) error {
				ref := c.r.PathValue("ref")
				posts, err := c.posts(desk, boardReach)
				if err != nil {
					return err
				}
				i := slices.IndexFunc(posts, func(p incident.Post) bool { return record.Ref(record.Incident, p.Number) == ref })
				if i < 0 { // he follows what is on the board, not the record: that may be hidden from him
					return fault.New(fault.Missing, "record.no_such").With("ref", ref)
				}
				if method == "PUT" {
					err = followers.Follow(c.r.Context(), c.by.ID, posts[i].Number, c.Now())
				} else {
					err = followers.Unfollow(c.r.Context(), c.by.ID, posts[i].Number)
				}
				if err != nil {
					return err
				}
				c.w.WriteHeader(http.StatusNoContent)
				return nil
			},
		})
	}
}

func (c *call) posts(desk *incident.Desk, days int) ([]incident.Post, error) {
	return desk.Board(c.r.Context(), c.by, c.Now().Add(-time.Duration(days)*24*time.Hour))
}

// canned is a text that is said often, filled in for one record.
type canned struct {
	Code string `json:"code"`
	Name string `json:"name"`
	Text string `json:"text"`
}

// Texts is what filling canned texts in asks about people and the centre.
type Texts struct {
	Person func(context.Context, people.ID) (people.Person, error)
	Centre func(lang string) (name, phone string)
	Place  func(people.Actor) *time.Location // in which his times are written
}

// CannedTexts serves the texts that are said often, filled in for a record.
func (a *API) CannedTexts(desk *incident.Desk, t Texts) {
	a.add(operation{
		Method: "GET", Path: Prefix + "/incidents/{number}/texts", Policy: "incident.read", Name: "texts-for-incident", Key: "texts", Tag: "incidents",
		Query: []param{{Name: "use", Type: "string", Enum: []string{string(record.UseReply), string(record.UseNote)}}},
		Gives: []gives{{Status: http.StatusOK, Schema: of[page[canned]]()}}, Run: func(c *call) error {
			n, err := c.number(record.Incident)
			if err != nil {
				return err
			}
			i, err := desk.Find(c.r.Context(), c.by, n)
			if err != nil {
				return err
			}
			if !c.by.Staff {
				return staffOnly()
			}
			return c.canned(i, t)
		},
	})
}

func (c *call) canned(i *incident.Incident, t Texts) error {
	use := record.UseReply
	if text := c.get("use"); text != "" {
		use = record.Use(text)
	}
	held, err := record.Templates(c.Settings.All(), record.Incident, use, c.by.Teams)
	if err != nil {
		return err
	}
	l := c.words.Lang().HTML()
	blanks := incident.Blanks{
		Me: people.Person{Name: c.by.Name}, Today: c.words.In(t.Place(c.by)).Date(c.Now()),
		State: c.words.T("incident.state." + string(i.State)), Priority: c.words.T("incident.priority." + strconv.Itoa(i.Priority)),
		Named: func(id int64) string {
			if id == 0 {
				return ""
			}
			return c.Settings.All().Name(id, l)
		},
	}
	if err := blanks.Meet(c.r.Context(), i, c.by.ID, held, t.Person); err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	blanks.Centre, blanks.Phone = t.Centre(l)
	if !i.Due.IsZero() {
		blanks.Due = c.words.In(t.Place(c.by)).DateTime(i.Due)
	}
	if i.Requester != 0 {
		if blanks.Requester, err = t.Person(c.r.Context(), i.Requester); err != nil && !fault.Is(err, fault.Missing) {
			return err
		}
	}
	out := page[canned]{}
	for _, one := range held {
		out.Items = append(out.Items, canned{one.Code, one.Name.In(l), record.Fill(one.Text.In(l), blanks.Values(i))})
	}
	return give(c, out)
}
