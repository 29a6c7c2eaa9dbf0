package web

import (
	"strings"

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
	return append(cols, part.Column{Label: f.T("token.state")}, part.Column{Label: f.T("token.grants")}, part.Column{Label: f.T("token.ends")}, part.Column{Label: f.T("session.seen")}, part.Column{Label: f.T("token.revoke")})
}

// browserName is what people call the browser and machine behind a User-Agent.
func browserName(agent string) string {
	first := func(signs [][2]string) string {
		for _, s := range signs {
			if strings.Contains(agent, s[0]) {
				return s[1]
			}
		}
		return ""
	}
	browser := first([][2]string{{"Edg", "Edge"}, {"Firefox", "Firefox"}, {"MicroMessenger", "WeChat"}, {"Chrome", "Chrome"}, {"Safari", "Safari"}})
	system := first([][2]string{{"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Mac OS", "macOS"}, {"Linux", "Linux"}})
	switch {
	case browser == "" && system == "":
		return agent
	case browser == "" || system == "":
		return browser + system
	}
	return browser + " · " + system
}
