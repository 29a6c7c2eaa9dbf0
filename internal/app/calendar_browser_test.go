package app

import (
	"testing"

	"kilter/internal/testkit/browser"
)

// TestCalendarOfWork: in the demo city an engineer looks at the month, in both
// languages and themes and at both widths, as a calendar, a table and along the
// timelines; he enters a notice, which stands in both.
func TestCalendarOfWork(t *testing.T) {
	t.Parallel()
	url, enter := demoCity(t)
	p := browser.View(t, url+"/signin")
	s := &story{Page: p, t: t, url: url}
	enter(p, "Engineer")
	s.Go(url + "/calendar/notices/new")
	for name, text := range map[string]string{"who": "省中心", "ref": "T-1", "title": "机房电力检修", "starts": "2031-03-05T22:00", "ends": "2031-03-06T02:00", "impact": "短时中断"} {
		s.put(name, text)
	}
	browser.Eval[bool](p, `(document.querySelector('[name=source]').value = 'province', document.querySelector('[name=whole]').click(), document.querySelector('[name=zone]').selectedIndex = 1, document.querySelector('.form').requestSubmit(), true)`)
	s.Until(`/^\/calendar\/notices\/\d+$/.test(location.pathname)`)
	s.everyLook(browser.Eval[string](p, `location.pathname`))
	for _, path := range []string{"/calendar?month=2031-03", "/calendar/outages", "/calendar/notices", "/calendar/notices/import"} {
		s.everyLook(path)
	}
	s.Size(1440, 900)
	s.Go(url + "/calendar?month=2031-03")
	s.Until(`[...document.querySelectorAll('.ec-event')].some((e) => e.textContent.includes('机房电力检修')) && document.querySelector('.table, table').textContent.includes('机房电力检修')`)
}
