package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// planted makes the starter model settings of the bureau.
func (o *bureau) planted() {
	o.t.Helper()
	if _, err := o.modeller.Plant(o.t.Context(), people.System(people.ViaJob)); err != nil {
		o.t.Fatal(err)
	}
}

// TestModelPages draws the model: what a change touches is told before it is
// kept, and the last change is taken back.
func TestModelPages(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	o.keep(map[string]string{"code": "SRV-9", "name_en": "Nine", "cpus": "16", "zone": fmt.Sprint(o.zone)})
	hidden := o.keep(map[string]string{"code": "SRV-10", "name_en": "Ten", "cpus": "8", "zone": fmt.Sprint(o.secret)})
	o.do(t, deskAsk{name: "nothing planted", path: "/configuration/model", status: 200, want: []string{"Plant the starter model", "Server"}})
	o.do(t, deskAsk{name: "plant", method: "POST", path: "/configuration/model/starter", form: url.Values{}, status: 303})
	at := func(k setting.Kind, code, room string) string {
		return fmt.Sprintf("/configuration/model/%s/%d", room, o.keeper.All().Coded(k, code).ID)
	}
	server, runs := at(setting.ItemClass, "server", "classes"), at(setting.RelationType, "runs_on", "types")
	form := func(pairs ...string) url.Values {
		return values(append([]string{"name_en", "Server", "name_zh", "服务器", "parent", fmt.Sprint(o.keeper.All().Coded(setting.ItemClass, "device").ID), "attr.rows", "2"}, pairs...)...)
	}
	memory := []string{"attr.0.name", "memory", "attr.0.en", "Memory", "attr.0.type", "number", "attr.0.unit", "GB"}
	tie := func(pairs ...string) url.Values {
		return values(append([]string{"name_en", "runs on", "name_zh", "运行于", "back_en", "runs", "back_zh", "承载", "effect", "hard", "through", "degraded"}, pairs...)...)
	}
	for _, a := range []deskAsk{
		{name: "the tree", path: "/configuration/model", status: 200, want: []string{"Device", "of its own", "runs on", server, runs}, wantNot: []string{"Plant the starter"}},
		{name: "a class", path: server, status: 200, want: []string{"Inherited attributes", "Serial", "cpus", "Show what it touches"}[2:]},
		{name: "inherited attributes say from where", path: server, status: 200, want: []string{"Inherited attributes", "Device", `value="cpus"`}},
		{name: "a reader reads", as: "reader", path: server, status: 200, want: []string{"disabled"}, wantNot: []string{"Show what it touches"}},
		{name: "and changes nothing", as: "reader", method: "POST", path: server, form: form("do", "save"), status: 403},
		{name: "nor begins a class", as: "reader", path: "/configuration/model/classes/new", status: 403},
		{name: "nor takes back", as: "reader", method: "POST", path: server + "/undo", form: url.Values{}, status: 403},
		{name: "an official finds nothing", as: "official", path: "/configuration/model", status: 404},
		{name: "what goes is told first, of what he may see", method: "POST", path: server, form: form(append(memory, "do", "preview")...), status: 200, want: []string{"“Processor cores” goes: 1 item", `name="do" value="save"`}, wantNot: []string{hidden.Code}},
		{name: "a compulsory attribute", method: "POST", path: server, form: form(append(memory, "attr.0.must", "true", "do", "preview")...), status: 200, want: []string{"“Memory” becomes compulsory: 1 item lacks it."}},
		{name: "a fault stands at its row", method: "POST", path: server, form: form("attr.1.en", "Rack unit", "attr.1.name", "Rack Unit", "attr.1.type", "number"), status: 422, want: []string{`id="f-attr.1.name-fault"`, "Rack Unit"}},
		{name: "a choice needs choices", method: "POST", path: server, form: form("attr.0.place", "2", "attr.0.en", "Zwo", "attr.0.name", "zwo", "attr.0.type", "choice", "attr.1.place", "1", "attr.1.en", "One", "attr.1.name", "one", "attr.1.type", "text"), status: 422, want: []string{`id="f-attr.0.choices-fault"`}},
		{name: "a number that is none", method: "POST", path: server, form: form("attr.0.en", "A", "attr.0.name", "a", "attr.0.type", "text", "attr.0.max", "long"), status: 422, want: []string{`id="f-attr.0.max-fault"`}},
		{name: "back to the form with what was typed", method: "POST", path: server, form: form("do", "edit", "attr.0.en", "Half typed", "attr.0.type", "text"), status: 200, want: []string{"Half typed"}},
		{name: "kept", method: "POST", path: server, form: form(append(memory, "do", "save")...), status: 303},
		{name: "and told", path: server, status: 200, want: []string{"Attributes", "陈静", "Take the last change back"}, wantNot: []string{`value="cpus"`}},
		{name: "a meaning that changes", method: "POST", path: runs, form: tie("suffers", "target"), status: 200, want: []string{"No relation of this type"}},
		{name: "a class that is not there", method: "POST", path: runs, form: tie("suffers", "source", "from", "nonsense"), status: 422, want: []string{`id="f-from-fault"`}},
		{name: "a class in use says by what", method: "POST", path: fmt.Sprintf("/configuration/model/classes/%d", o.keeper.All().Coded(setting.ItemClass, "rack").ID), form: values("do", "retire"), status: 200, want: []string{"“stands in” names this class as an end", "“Rack” of Device refers to this class"}},
		{name: "a class in use stays", method: "POST", path: fmt.Sprintf("/configuration/model/classes/%d", o.keeper.All().Coded(setting.ItemClass, "rack").ID), form: values("do", "retired"), status: 422, want: []string{"Still used in"}},
		{name: "taking out of use", method: "POST", path: runs, form: values("do", "retire"), status: 200, want: []string{"No new relation can be of this type"}},
		{name: "taken", method: "POST", path: runs, form: values("do", "retired"), status: 303},
		{name: "and back", method: "POST", path: runs + "/undo", form: url.Values{}, status: 303},
	} {
		t.Run(a.name, func(t *testing.T) { o.do(t, a) })
	}
	o.do(t, deskAsk{name: "undo", method: "POST", path: server + "/undo", form: url.Values{}, status: 303})
	m := o.stock.Model()
	if _, ok := m.Class("server").Find("cpus"); !ok {
		t.Error("the attribute did not come back")
	}
	if m.Type("runs_on").Retired {
		t.Error("the type is still out of use")
	}
	if i, err := o.stock.Find(t.Context(), people.System(people.ViaJob), hidden.ID); err != nil || i.Get("cpus") != "8" {
		t.Errorf("the value is %v, %v", i, err)
	}
}

// TestXSSInTheModel: every text of a class, of an attribute and of a type of
// relations, typed as markup, is text on the page that shows what it touches,
// on the form that comes back, in the tree, and in the list of items.
func TestXSSInTheModel(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	o.planted()
	device := fmt.Sprint(o.keeper.All().Coded(setting.ItemClass, "device").ID)
	server := fmt.Sprintf("/configuration/model/classes/%d", o.keeper.All().Coded(setting.ItemClass, "server").ID)
	runs := fmt.Sprintf("/configuration/model/types/%d", o.keeper.All().Coded(setting.RelationType, "runs_on").ID)
	shown := 0
	for path, form := range map[string]url.Values{
		server: values("name_en", "Server", "name_zh", "服务器", "parent", device, "icon", "", "about_en", "", "about_zh", "", "attr.rows", "1",
			"attr.0.name", "memory", "attr.0.en", "Memory", "attr.0.zh", "内存", "attr.0.type", "text", "attr.0.unit", "GB", "attr.0.max", "", "attr.0.choices", ""),
		runs: values("name_en", "runs on", "name_zh", "运行于", "back_en", "runs", "back_zh", "承载", "effect", "hard", "through", "degraded", "suffers", "source", "from", "", "to", ""),
	} {
		for name := range form {
			all := url.Values{}
			for k, v := range form {
				all[k] = v
			}
			all.Set(name, evil)
			for _, do := range []string{"preview", "edit", "save"} {
				all.Set("do", do)
				for _, page := range []string{o.do(t, deskAsk{method: "POST", path: path, form: all, status: anyStatus}), o.do(t, deskAsk{path: path, status: anyStatus}), o.do(t, deskAsk{path: "/configuration/model", status: anyStatus}), o.do(t, deskAsk{path: "/configuration", status: anyStatus})} {
					if letsThrough(page) {
						t.Fatalf("%s lets through what was typed as %s (%s)", path, name, do)
					}
					if strings.Contains(page, "&lt;script&gt;alert(1)") {
						shown++
					}
				}
			}
		}
	}
	if shown < 20 {
		t.Errorf("markup was shown as text only %d times", shown)
	}
}

// TestTouchOfRelations counts what a type of relations would no longer allow.
func TestTouchOfRelations(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	o.planted()
	o.rack()
	id := o.keeper.All().Coded(setting.RelationType, "depends_on").ID
	for _, c := range []struct {
		name                       string
		fields                     map[string]string
		relations, misfit, crowded int
		meaning                    bool
	}{
		{"the label", map[string]string{"name_en": "needs"}, 2, 0, 0, false},
		{"one target only", map[string]string{"targets": "1"}, 2, 0, 1, false},
		{"between other classes", map[string]string{"to": "database"}, 2, 2, 0, false},
		{"the other end suffers", map[string]string{"suffers": "target"}, 2, 0, 0, true},
	} {
		got, err := o.modeller.Preview(t.Context(), o.agent(), setting.Input{Kind: setting.RelationType, ID: id, Fields: c.fields})
		if err != nil {
			t.Fatal(err)
		}
		if got.Relations != c.relations || got.Misfit != c.misfit || got.Crowded != c.crowded || got.Meaning != c.meaning {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}
