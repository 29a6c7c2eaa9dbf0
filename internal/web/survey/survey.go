// Package survey is the pages of satisfaction surveys: questionnaires and their
// versions, waves from the plan to the frozen result, sheets on paper, and the
// pages on which people answer, who need not sign in and are not known there.
package survey

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

// The addresses of the pages: of the staff, of officials, and of whoever answers.
const (
	Path       = "/surveys"
	sheetPath  = "/questionnaires"
	portalPath = "/portal/surveys"
	linkPath   = web.LinkPath + "survey"
)

// What a form may be sent: a questionnaire is long, and so is a table.
const (
	sheetLimit = 1 << 20
	paperLimit = 10 << 20
	paperTime  = 2 * time.Minute
)

// Pages are the pages of surveys. App gives them the room.
type Pages struct {
	Waves  *wave.Room
	Pass   func(text string) (wave int64, who people.ID, ok bool) // reads the link of a mail
	Secure func() bool                                            // pages are reached by https alone
	Report func(*wave.Wave) string                                // where its result is read; "" nowhere
	Site   string                                                 // the address of Kilter as people type it; "" unknown
}

// Room is these pages as the house mounts them.
func (d *Pages) Room() web.Room {
	const read, design, run = wave.DeedRead, wave.DeedDesign, wave.DeedRun
	staff := func(at, policy string, h func(*sight, http.ResponseWriter, *http.Request) error) web.Page {
		return web.ForStaff(at, policy, d.page(h))
	}
	return web.Room{
		Name: "survey", Beside: d.beside, Portal: d.portal,
		Pages: []web.Page{
			staff("GET "+Path, read, (*sight).list),
			staff("GET "+Path+"/new", run, (*sight).new),
			staff("POST "+Path+"/new", run, (*sight).plan),
			staff("GET "+Path+"/{id}", read, (*sight).wave),
			staff("GET "+Path+"/{id}/plan", run, (*sight).new),
			staff("POST "+Path+"/{id}/plan", run, (*sight).plan),
			staff("POST "+Path+"/{id}/move/{move}", run, (*sight).move),
			staff("POST "+Path+"/{id}/publish", wave.DeedPublish, (*sight).publish),
			staff("GET "+Path+"/{id}/comments", wave.DeedComments, (*sight).comments),
			staff("POST "+Path+"/{id}/comments", wave.DeedComments, (*sight).sort).Takes(sheetLimit, web.BodyTime),
			staff("GET "+Path+"/{id}/tryout", run, (*sight).tryout),
			staff("POST "+Path+"/{id}/codes", run, (*sight).codes),
			staff("GET "+Path+"/{id}/paper", run, (*sight).paper),
			staff("GET "+Path+"/{id}/paper/template", run, (*sight).template),
			staff("POST "+Path+"/{id}/paper", run, (*sight).takePaper).Takes(paperLimit, paperTime),

			staff("GET "+sheetPath, read, (*sight).sheets),
			staff("POST "+sheetPath, design, (*sight).newSheet),
			staff("GET "+sheetPath+"/{id}", read, (*sight).sheet),
			staff("POST "+sheetPath+"/{id}", design, (*sight).editSheet).Takes(sheetLimit, web.BodyTime),
			staff("GET "+sheetPath+"/{id}/preview", read, (*sight).preview),

			web.ForPortal("GET "+portalPath, web.Known, d.mine),
			web.ForPortal("GET "+portalPath+"/{id}", web.Known, d.invited),
			web.ForPortal("POST "+portalPath+"/{id}", web.Known, d.beginHere),

			web.ForLink("GET "+linkPath, d.enter),
			web.ForLink("POST "+linkPath, d.code),
			web.ForLink("GET "+linkPath+"/{secret}", d.opened),
			web.ForLink("POST "+linkPath+"/{secret}", d.begin),
			web.ForLink("GET "+linkPath+"/fill/{step}", d.step),
			web.ForLink("POST "+linkPath+"/fill/{step}", d.save),
			web.ForLink("POST "+linkPath+"/done", d.handIn),
			web.ForLink("POST "+linkPath+"/drop", d.drop),
			web.ForLink("GET "+linkPath+"/thanks", d.thanks),
		},
	}
}

// sight is one request of the staff.
type sight struct {
	*web.Sight
	pages *Pages
	room  *wave.Room
	ctx   context.Context // a sight lives as long as its request
}

func (d *Pages) page(h func(*sight, http.ResponseWriter, *http.Request) error) web.StaffPage {
	return func(w http.ResponseWriter, r *http.Request, s *web.Sight) error {
		return h(&sight{Sight: s, pages: d, room: d.Waves, ctx: r.Context()}, w, r)
	}
}

func (d *Pages) beside(f *web.Frame, by people.Actor) []part.Link {
	if !by.Can(wave.DeedRead) {
		return nil
	}
	return []part.Link{{Label: f.T("wave.title"), Href: Path, Icon: "mood-happy"}}
}

func href(id int64) string { return Path + "/" + strconv.FormatInt(id, 10) }

func sheetHref(id int64) string { return sheetPath + "/" + strconv.FormatInt(id, 10) }

// stateTag is how a wave stands, as colour, shape and word.
func stateTag(s wave.State) (part.Tone, string) {
	switch s {
	case wave.Open:
		return part.Jade, "circle"
	case wave.Closed:
		return part.Amber, "lock"
	case wave.Analysed:
		return part.Slate, "chart-bar"
	case wave.Published:
		return part.Jade, "check"
	case wave.Cancelled:
		return part.Plain, "x"
	}
	return part.Slate, "edit"
}

// says is a text in the reader's language.
func (s *sight) says(t people.Text) string { return t.In(string(s.Lang())) }
