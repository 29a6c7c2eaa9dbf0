package api

import (
	"net/http"

	"kilter/internal/practice/approval"
	"kilter/internal/practice/handbook"
	"kilter/internal/practice/people"
)

// editionShape is the texts of a chapter at a time.
type editionShape struct {
	Edition    int                    `json:"edition" doc:"api.doc.handbook_edition"`
	State      string                 `json:"state" enum:"draft,asked,approved,dropped"`
	Version    int64                  `json:"version" doc:"api.doc.handbook_version"`
	Texts      map[string]people.Text `json:"texts" doc:"api.doc.handbook_texts"`
	Why        string                 `json:"why,omitempty"`
	Wrote      []int64                `json:"wrote"`
	Changed    string                 `json:"changed,omitempty" format:"date-time"`
	Asked      string                 `json:"asked,omitempty" format:"date-time"`
	Approved   string                 `json:"approved,omitempty" format:"date-time"`
	ApprovedBy []int64                `json:"approved_by"`
	Waiting    []int64                `json:"waiting" doc:"api.doc.handbook_waiting"`
	Back       []backShape            `json:"back" doc:"api.doc.handbook_back"`
}

type backShape struct {
	At      string `json:"at" format:"date-time"`
	By      int64  `json:"by,omitempty"`
	Verdict string `json:"verdict" enum:"refused,lapsed,withdrawn"`
	Why     string `json:"why,omitempty"`
}

// editionIn is what somebody writes on a draft.
type editionIn struct {
	Version int64                  `json:"version" doc:"api.doc.handbook_begin"`
	Texts   map[string]people.Text `json:"texts" doc:"api.doc.handbook_texts"`
	Why     string                 `json:"why,omitempty"`
}

type editionSeen struct {
	Version int64 `json:"version"`
}

type editionVote struct {
	Version int64  `json:"version"`
	Answer  string `json:"answer" enum:"yes,no"`
	Reason  string `json:"reason,omitempty" doc:"api.doc.handbook_reason"`
}

func personIDs(all []people.ID) []int64 {
	out := []int64{}
	for _, id := range all {
		out = append(out, int64(id))
	}
	return out
}

func ofEdition(e *handbook.Edition) editionShape {
	out := editionShape{
		Edition: e.N, State: string(e.State), Version: e.Version, Texts: e.Texts, Why: e.Why, Wrote: personIDs(e.Wrote), Changed: stamp(e.Changed),
		Asked: stamp(e.Asked), ApprovedBy: personIDs(e.ApprovedBy()), Waiting: []int64{}, Back: []backShape{},
	}
	if e.State == handbook.Approved {
		out.Approved = stamp(e.Decided)
	}
	if e.State == handbook.Asked {
		out.Waiting = personIDs(e.Round.Waiting())
	}
	for _, b := range e.Back {
		out.Back = append(out.Back, backShape{stamp(b.At), int64(b.By), string(b.Verdict), b.Why})
	}
	return out
}

// handbookTexts serves the texts of chapters: their editions, and the draft.
func (a *API) handbookTexts(room *handbook.Room) {
	at := Prefix + "/handbook/{code}"
	a.add(operation{
		Method: "GET", Path: at + "/editions", Policy: handbook.DeedRead, Name: "list-editions", Key: "list_editions", Tag: "handbook",
		Gives: []gives{{Status: http.StatusOK, Schema: pageOf(of[editionShape]())}},
		Run: func(c *call) error {
			_, all, err := room.History(c.r.Context(), c.by, c.r.PathValue("code"))
			if err != nil {
				return err
			}
			out := page[editionShape]{Items: []editionShape{}}
			for i := range all {
				out.Items = append(out.Items, ofEdition(&all[i]))
			}
			return c.JSON(http.StatusOK, out)
		},
	})
	add := func(method, path, policy, name, key string, in *schema, do func(*call, string) (*handbook.Edition, error)) {
		a.add(operation{
			Method: method, Path: at + "/draft" + path, Policy: policy, Name: name, Key: key, Tag: "handbook", Once: method == "POST",
			Body: &body{Schema: in}, Gives: []gives{{Status: http.StatusOK, Schema: of[editionShape]()}},
			Run: func(c *call) error {
				e, err := do(c, c.r.PathValue("code"))
				if err != nil {
					return err
				}
				return c.done(http.StatusOK, ofEdition(e))
			},
		})
	}
	add("PUT", "", handbook.DeedEdit, "write-chapter", "write_chapter", of[editionIn](), func(c *call, code string) (*handbook.Edition, error) {
		var in editionIn
		if err := c.given(&in); err != nil {
			return nil, err
		}
		return room.Write(c.r.Context(), c.by, code, handbook.Writing{Version: in.Version, Texts: in.Texts, Why: in.Why})
	})
	for _, one := range []struct {
		path, name, key string
		do              func(*call, string, int64) (*handbook.Edition, error)
	}{
		{"/ask", "ask-chapter", "ask_chapter", func(c *call, code string, v int64) (*handbook.Edition, error) {
			return room.Ask(c.r.Context(), c.by, code, v)
		}},
		{"/withdraw", "withdraw-chapter", "withdraw_chapter", func(c *call, code string, v int64) (*handbook.Edition, error) {
			return room.Withdraw(c.r.Context(), c.by, code, v)
		}},
		{"/drop", "drop-chapter", "drop_chapter", func(c *call, code string, v int64) (*handbook.Edition, error) {
			return room.Drop(c.r.Context(), c.by, code, v)
		}},
	} {
		add("POST", one.path, handbook.DeedEdit, one.name, one.key, of[editionSeen](), func(c *call, code string) (*handbook.Edition, error) {
			var in editionSeen
			if err := c.given(&in); err != nil {
				return nil, err
			}
			return one.do(c, code, in.Version)
		})
	}
	add("POST", "/vote", handbook.DeedApprove, "decide-chapter", "decide_chapter", of[editionVote](), func(c *call, code string) (*handbook.Edition, error) {
		var in editionVote
		if err := c.given(&in); err != nil {
			return nil, err
		}
		return room.Vote(c.r.Context(), c.by, code, in.Version, approval.Answer(in.Answer), in.Reason)
	})
}
