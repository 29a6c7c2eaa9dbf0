package satisfaction

import "kilter/internal/web"

// Handlers are the pages by their patterns, for tests that serve them without a
// house around.
func (s *Pages) Handlers() map[string]web.StaffPage {
	return map[string]web.StaffPage{
		"GET " + Path + "/{id}/report": s.show, "GET " + Path + "/{id}/report/{part}": s.show, "GET " + Path + "/{id}/report/export": s.export,
		"GET " + ImportPath: s.importForm, "POST " + ImportPath: s.bring,
	}
}
