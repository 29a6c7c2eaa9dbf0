package review

import (
	"context"
	"net/url"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// Target is what a link of the evidence leads to.
type Target struct {
	Link string      // as it is kept: CHG-2026-000012, /surveys/3/report, https://...
	Href string      // where it leads
	Name people.Text // what is there; empty for what is outside
}

// mostLink bounds a link.
const mostLink = 300

// Outside is where a link leads that is none of Kilter's own; ok is false when it
// is no address that a browser may open.
func Outside(link string) (Target, bool) {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
		return Target{}, false
	}
	return Target{Link: u.String(), Href: u.String()}, true
}

// Follow tells what a link leads to; Missing when there is nothing, or nothing that
// somebody may see.
func (m *Room) Follow(ctx context.Context, by people.Actor, link string) (Target, error) {
	if t, ok := Outside(link); ok {
		return t, nil
	}
	if m.Shown == nil {
		return Target{}, fault.New(fault.Missing, "review.no_link")
	}
	return m.Shown(ctx, by, link)
}

// lost reports whether somebody may not follow a link.
func lost(err error) bool { return fault.Is(err, fault.Missing) || fault.Is(err, fault.Denied) }

// hiddenLink says that there is a link which its reader may not follow.
const hiddenLink = "review.link_stands"

// tie is the link that stays of one that was kept and one that somebody gives.
// Whoever may not follow what is kept neither takes it away nor puts another
// in its place, for he never saw it.
func (m *Room) tie(ctx context.Context, by people.Actor, was, now string) (string, error) {
	if was != "" {
		switch _, err := m.Follow(ctx, by, was); {
		case lost(err) && now != "": // even the same: it is not to be found out by guessing
			return was, fault.At("link", hiddenLink)
		case lost(err):
			return was, nil
		case err != nil:
			return "", err
		}
	}
	if now == "" || now == was {
		return now, nil
	}
	if err := long("link", now, mostLink); err != nil {
		return was, err
	}
	t, err := m.Follow(ctx, by, now)
	if err != nil {
		return was, err
	}
	return t.Link, nil
}

// untied says at its field why a link does not stay: whatever was wrong with it, no
// more than that there is nothing, or that another one stands there.
func untied(field string, err error) error {
	all := fault.All(err)
	if len(all) == 0 {
		return err
	}
	if all[0].Key == hiddenLink {
		return fault.At(field, hiddenLink)
	}
	return fault.At(field, "review.no_link")
}

// each calls do with every link of a review, and with what says that it is hidden.
func (r *Review) each(do func(link *string, hidden *bool)) {
	for i := range r.Checks {
		do(&r.Checks[i].Link, &r.Checks[i].Hidden)
	}
	for _, l := range []List{Conditions, Actions} {
		all := *r.of(l)
		for i := range all {
			do(&all[i].Link, &all[i].Hidden)
			do(&all[i].Proof, &all[i].ProofHidden)
		}
	}
}

// bare is a review without its links: where many are listed none is followed.
func (r *Review) bare() { r.each(func(link *string, _ *bool) { *link = "" }) }

// shut takes the links out that a reader may not follow.
func (m *Room) shut(ctx context.Context, by people.Actor, r *Review) (err error) {
	r.each(func(link *string, hidden *bool) {
		if *link == "" || err != nil {
			return
		}
		if _, wrong := m.Follow(ctx, by, *link); lost(wrong) {
			*link, *hidden = "", true
		} else {
			err = wrong
		}
	})
	return err
}
