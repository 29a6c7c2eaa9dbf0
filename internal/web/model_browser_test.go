package web_test

import (
	"fmt"
	"os"
	"testing"

	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
	"kilter/internal/testkit/browser"
)

// TestConfigurationInTheBrowser looks at the pages beside the list of items:
// the model, what keeps the record true, labels.
func TestConfigurationInTheBrowser(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	o.planted()
	system, one, _ := o.rack()
	checks := &cmdb.Checks{Desk: o.stock, Discrepancies: o.db.Discrepancies(), Graph: o.db.Graph()}
	if _, _, err := checks.Audit(t.Context(), o.agent(), cmdb.Audited{Item: one.ID, Fields: map[string]string{"serial": "CN-78", "room": "B-2"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.records.Take(t.Context(), o.agent(), cmdb.Baseline{Name: "As approved for the audit", Reach: cmdb.Reach{Roots: []record.ItemID{system.ID}, Depth: 1}}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.stock.Save(t.Context(), o.agent(), cmdb.Input{ID: one.ID, Fields: map[string]string{"room": "B-9", "name_zh": "数据库服务器甲"}}); err != nil {
		t.Fatal(err)
	}
	tax := o.keep(map[string]string{"code": "SYS-TAX", "class": "business_system", "name_en": "Tax", "name_zh": "税务系统", "service": fmt.Sprint(o.service)})
	host := o.keep(map[string]string{"code": "SRV-ONE", "name_en": "The only host of the tax system", "name_zh": "税务系统唯一主机"})
	if _, err := o.stock.Relate(t.Context(), people.System(people.ViaJob), cmdb.Relation{Source: tax.ID, Target: host.ID, Type: "runs_on"}); err != nil {
		t.Fatal(err)
	}
	class := o.keeper.All().Coded(setting.ItemClass, "server").ID
	kind := o.keeper.All().Coded(setting.RelationType, "runs_on").ID
	for name, path := range map[string]string{
		"model": "/configuration/model", "class": fmt.Sprintf("/configuration/model/classes/%d", class), "type": fmt.Sprintf("/configuration/model/types/%d", kind),
		"audit": "/configuration/audit", "discrepancies": "/configuration/discrepancies", "quality": "/configuration/quality",
		"baselines": "/configuration/baselines", "singles": "/configuration/singles", "comparison": "/configuration/baselines/1",
		"labels": fmt.Sprintf("/configuration/labels?id=%d&id=%d", system.ID, one.ID), "past": fmt.Sprintf("/configuration/items/%d/past?when=2026-11-27T09:00", one.ID),
	} {
		t.Run(name, func(t *testing.T) { o.looked(t, "configuration-"+name, path) })
	}
}

// looked views a page in every width, language and theme that is asked for:
// axe finds nothing, nothing is wider than the window.
func (o *bureau) looked(t *testing.T, name, path string) {
	t.Helper()
	p := browser.View(t, o.url+path)
	for i, look := range looks {
		if i > 1 && os.Getenv("KILTER_PICTURES") == "" {
			break
		}
		p.Size(look.width, 900)
		p.Prefer(look.lang, look.theme)
		full := name + "-" + look.lang + "-" + look.theme + map[bool]string{true: "-phone"}[look.width == 390]
		p.Screen(full)
		p.Axe(full)
		p.Fits(full)
	}
	for _, c := range p.Complaints() {
		t.Errorf("%s: %s", name, c)
	}
}

// TestModelByKeyboard adds an attribute without a mouse: from the tree to the
// class, the row opened, the preview, kept.
func TestModelByKeyboard(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	o.planted()
	p := browser.View(t, o.url+"/configuration/model")
	browser.Eval[bool](p, `([...document.querySelectorAll('.model-class a')].find((a) => a.textContent === 'Printer' || a.textContent === '打印机').focus(), true)`)
	p.Keys(browser.Enter)
	p.See(`.model-attr`)
	browser.Eval[bool](p, `(document.querySelector('.model-attr > summary').focus(), true)`)
	if !browser.Eval[bool](p, `document.querySelector('.model-attr').open`) {
		p.Keys(browser.Enter)
	}
	p.Until(`document.querySelector('.model-attr').open`)
	for name, text := range map[string]string{"en": "Pages a minute", "zh": "每分钟页数", "name": "ppm"} {
		browser.Eval[bool](p, `(document.querySelector('[name="attr.0.`+name+`"]').value = '`+text+`', true)`)
	}
	browser.Eval[bool](p, `(document.querySelector('[name="attr.0.en"]').focus(), true)`)
	p.Keys(browser.Enter)
	p.See(`button[value="save"]`)
	browser.Eval[bool](p, `(document.querySelector('button[value="save"]').focus(), true)`)
	p.Keys(browser.Enter)
	p.See(`.model-tree`)
	if err := o.keeper.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, ok := o.stock.Model().Class("printer").Find("ppm"); !ok {
		t.Error("the attribute was not kept")
	}
	for _, c := range p.Complaints() {
		t.Error(c)
	}
}

// TestRetiringAClassInTheBrowser looks at what retiring a class touches before
// it is done, without a mouse, in every width, language and theme: a class that
// is named elsewhere says by what and offers no way on, one that is not goes
// and comes back.
func TestRetiringAClassInTheBrowser(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	o.planted()
	at := func(code string) string {
		return fmt.Sprintf("/configuration/model/classes/%d", o.keeper.All().Coded(setting.ItemClass, code).ID)
	}
	retired := func(code string) bool {
		t.Helper()
		if err := o.keeper.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		return o.stock.Model().Class(cmdb.Class(code)).Retired
	}
	ask := func(p *browser.Page) {
		p.See(`button[value="retire"]`)
		browser.Eval[bool](p, `(document.querySelector('button[value="retire"]').focus(), true)`)
		p.Keys(browser.Enter)
		p.See(`#model-touch`)
	}
	p := browser.View(t, o.url+at("rack"))
	ask(p)
	if !browser.Eval[bool](p, `document.body.innerText.includes('stands in')`) {
		t.Error("the preview does not say which relations name the class")
	}
	if browser.Eval[bool](p, `!!document.querySelector('button[value="retired"]')`) {
		t.Error("a class that is named elsewhere can be taken out of use")
	}
	p = browser.View(t, o.url+at("printer"))
	ask(p)
	for i, look := range looks {
		if i > 1 && os.Getenv("KILTER_PICTURES") == "" {
			break
		}
		p.Size(look.width, 900)
		p.Prefer(look.lang, look.theme)
		full := "model-retire-" + look.lang + "-" + look.theme + map[bool]string{true: "-phone"}[look.width == 390]
		p.Screen(full)
		p.Axe(full)
		p.Fits(full)
	}
	if retired("printer") {
		t.Fatal("the preview took it out of use")
	}
	browser.Eval[bool](p, `(document.querySelector('button[value="retired"]').focus(), true)`)
	p.Keys(browser.Enter)
	p.See(`.model-tree`)
	if !retired("printer") {
		t.Error("it was not taken out of use")
	}
	for _, c := range p.Complaints() {
		t.Error(c)
	}
}
