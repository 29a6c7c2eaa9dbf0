package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"kilter/internal/practice/setting"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>`

// letsThrough reports whether markup that somebody typed is markup on the page.
func letsThrough(page string) bool {
	return strings.Contains(page, "<script>alert") || strings.Contains(page, "<img src=x") || strings.Contains(page, `href="javascript:`)
}

// TestXSSInEverySetting: every free text of every kind of setting, typed as
// markup, is text on its form, in its list, where others name it, and on the
// form that comes back when something is wrong.
func TestXSSInEverySetting(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		o.starters()
		taken, tried, shown := 0, 0, 0
		for _, sh := range o.desk.Sheets {
			if sh.Kind == setting.ItemClass || sh.Kind == setting.RelationType {
				continue // TestXSSInTheModel
			}
			list := fmt.Sprintf("/settings/%s", sh.Kind)
			path := list + "/new"
			if sh.Code != "" {
				path = "/settings/" + sh.Code + "/one"
			} else if all := o.desk.Keeper.All().Of(sh.Kind); len(all) > 0 {
				path = fmt.Sprintf("%s/%d", list, all[0].ID)
			}
			form := o.filled(path)
			for name := range form {
				all := url.Values{}
				for k, v := range form {
					all[k] = v
				}
				all.Set(name, evil)
				code, page := o.post(path, all)
				if tried++; code == 303 {
					taken++
				}
				if letsThrough(page) {
					t.Errorf("%s: the form that came back with %d lets %s through", path, code, name)
				}
				if strings.Contains(page, "&lt;script&gt;alert(1)") {
					shown++
				}
				for _, at := range []string{path, list, "/settings", list + "?q=" + url.QueryEscape(evil)} {
					_, page := o.get(at)
					if strings.Contains(page, "&lt;script&gt;alert(1)") {
						shown++
					}
					if letsThrough(page) {
						t.Fatalf("%s lets through what was typed as %s of %s", at, name, sh.Kind)
					}
				}
				if code == 303 { // back, so that the next field is alone
					o.post(path, o.restored(path, name, form.Get(name)))
				}
			}
		}
		if tried < 60 || taken < 15 || shown < 10 {
			t.Errorf("only %d fields were tried, %d taken, %d shown again", tried, taken, shown)
		}
	})
}

// restored is the form as it is now with one field as it was.
func (o *office) restored(path, name, value string) url.Values {
	form := o.filled(path)
	form.Set(name, value)
	return form
}
