package app

import (
	"strconv"

	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	report "kilter/internal/report/satisfaction"
	"kilter/internal/web"
	"kilter/internal/web/satisfaction"
)

// satisfaction makes the reports of surveys.
func (h *house) satisfaction() *report.Maker {
	return &report.Maker{
		Waves: h.surveys, Cases: h.db.DeskCases, Now: Now,
		Departments: func() map[string]people.Text {
			out := map[string]people.Text{}
			for _, t := range h.settings.All().Of(setting.Department) {
				out[t.Code] = t.Name
			}
			return out
		},
		Code: func(id string) string {
			n, err := strconv.ParseInt(id, 10, 64)
			if err != nil {
				return ""
			}
			if t := h.settings.All().Find(setting.Department, n); t != nil {
				return t.Code
			}
			return ""
		},
	}
}

// satisfactionRoom is the pages of reports.
func (h *house) satisfactionRoom() web.Room {
	m := h.satisfaction()
	return (&satisfaction.Pages{Read: m.Read, Beside: m.Beside, Others: m.Others, Topics: h.surveys.Topics, Words: h.surveys.Comments, Data: h.surveys.Data, Import: h.surveys.ImportFile}).Room()
}
