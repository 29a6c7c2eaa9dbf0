package web

import (
	"kilter/internal/practice/signin"
	"kilter/internal/web/part"
)

// sign is a state as a tag: colour, shape and word.
type sign struct {
	Tone part.Tone
	Icon string
	Word string
}

// tokenState is what a token is good for now.
func tokenState(f *Frame, t signin.Token) sign {
	switch {
	case !t.Revoked.IsZero():
		return sign{Tone: part.Plain, Icon: "circle-x", Word: f.T("token.revoked")}
	case !f.Now.Before(t.Ends):
		return sign{Tone: part.Plain, Icon: "circle-minus", Word: f.T("token.expired")}
	}
	return sign{Tone: part.Jade, Icon: "circle-check", Word: f.T("token.valid")}
}

func tokenColumns(f *Frame, owner bool) []part.Column {
	cols := []part.Column{{Label: f.T("token.name"), Title: true}}
	if owner {
		cols = append(cols, part.Column{Label: f.T("token.owner")})
	}
	return append(cols, part.Column{Label: f.T("token.state")}, part.Column{Label: f.T("token.grants")}, part.Column{Label: f.T("token.ends")}, part.Column{Label: f.T("session.seen")}, part.Column{})
}
