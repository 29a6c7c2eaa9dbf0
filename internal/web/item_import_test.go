package web_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/sheet"
	intake "kilter/internal/intake/cmdb"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
	"kilter/internal/web"
)

// tables reads tables as app does, and carries imports out before it answers.
type tables struct {
	r     *cmdb.Reconciler
	model func() *cmdb.Model
}

func (b tables) open(up setting.Upload) (*sheet.Reader, error) {
	return sheet.Open(bytes.NewReader(up.Content), up.Name, sheet.Limits{})
}

func (b tables) Head(up setting.Upload) ([]string, [][]string, error) {
	t, err := b.open(up)
	if err != nil {
		return nil, nil, err
	}
	head, _, err := t.Read()
	if errors.Is(err, io.EOF) {
		err = fault.At("file", "cmdb.map.empty_table")
	}
	return head, nil, errors.Join(err, t.Close())
}

func (b tables) Draft(ctx context.Context, by people.Actor, up setting.Upload, ties bool, m cmdb.Mapping) (cmdb.Import, error) {
	model := b.model()
	if ties {
		model = nil
	}
	mapped, err := intake.Mapped(m, model)
	if err != nil {
		return cmdb.Import{}, err
	}
	t, err := b.open(up)
	if err != nil {
		return cmdb.Import{}, err
	}
	read := mapped.Items
	if ties {
		read = mapped.Relations
	}
	rep, err := read(t, up.Name)
	if err != nil {
		return cmdb.Import{}, err
	}
	in, _, err := b.r.Draft(ctx, by, rep)
	return in, errors.Join(err, t.Close())
}

func (b tables) Bring(ctx context.Context, by people.Actor, up setting.Upload) (cmdb.Import, error) {
	rep, err := intake.Sources[string(up.Kind)](bytes.NewReader(up.Content), intake.Options{File: up.Name})
	if err != nil {
		return cmdb.Import{}, err
	}
	in, _, err := b.r.Draft(ctx, by, rep)
	return in, err
}

func (b tables) Start(ctx context.Context, by people.Actor, id int64) error {
	_, err := b.r.Approve(ctx, by, id, nil)
	return err
}

// imports are the parts of the bureau that bring items in.
func (o *bureau) imports() *web.ItemImports {
	r := &cmdb.Reconciler{
		Items: o.db.Items(), Relations: o.db.Relations(), Graph: o.db.Graph(), Imports: o.db.ItemImports(), Discrepancies: o.db.Discrepancies(),
		Settings: o.keeper.All, Model: o.stock.Model, Now: func() time.Time { return o.now },
		Person: func(context.Context, string) (people.ID, bool, error) { return 0, false, nil },
	}
	return &web.ItemImports{Reconciler: r, Tables: tables{r, o.stock.Model}, Mappings: o.db.ItemMappings(), Uploads: o.db}
}

// send sends a table in and gives back where it leads.
func (o *bureau) send(t *testing.T, as, kind, name, table string, status int) string {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	err := form.WriteField("kind", kind)
	f, bad := form.CreateFormFile("file", name)
	if err == nil && bad == nil {
		_, err = io.WriteString(f, table)
	}
	if err != nil || bad != nil || form.Close() != nil {
		t.Fatal(err, bad)
	}
	r := httptest.NewRequest(http.MethodPost, "/configuration/imports", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set(actorHeader, as)
	w := httptest.NewRecorder()
	o.mux.ServeHTTP(w, r)
	if w.Code != status {
		t.Fatalf("sending %s in answers %d, want %d: %.400s", name, w.Code, status, w.Body)
	}
	return w.Header().Get("Location")
}

// went posts a form and gives back where it leads.
func (o *bureau) went(t *testing.T, path string, pairs ...string) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(values(pairs...).Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	o.mux.ServeHTTP(w, r)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("POST %s answers %d: %.600s", path, w.Code, w.Body)
	}
	return w.Header().Get("Location")
}

// TestImportWizard brings items and relations in by the pages alone, and takes
// them back.
func TestImportWizard(t *testing.T) {
	t.Parallel()
	o := newBureau(t)
	_, one, secret := o.rack()
	o.send(t, "reader", "items", "servers.csv", "Label,Name\nX,Y\n", 403)
	o.send(t, "", "items", "empty.csv", "", 422)
	o.send(t, "", "gold", "servers.csv", "Label,Name\nX,Y\n", 422)
	const table = "Label,Name (English),Rack space,Network zone,Serial number\n" +
		"SRV-001,Database server one,2,Government extranet,CN-78\n" +
		"SRV-009,Report server,1,Government extranet,CN-90\n" +
		"SRV-010,Server elsewhere,1,Closed network,CN-91\n"
	at := o.send(t, "", "items", "servers.csv", table, 303)
	o.do(t, deskAsk{name: "headings that name fields are known", path: at, status: 200, want: []string{"Rack space", `<option value="serial" selected`, `<option value="zone" selected`}})
	o.do(t, deskAsk{name: "somebody else's table is not there", as: "other", path: at, status: 404})
	o.do(t, deskAsk{name: "a mapping without a source comes back", method: "POST", path: at, form: values("class", "server", "col.0", "code", "col.1", "name_en"), status: 422, want: []string{"f-source-fault"}})
	o.do(t, deskAsk{name: "one field from two columns", method: "POST", path: at, form: values("source", "rack list", "class", "server", "col.0", "code", "col.1", "code"), status: 422, want: []string{"Another column means this already"}})
	plan := o.went(t, at, "source", "hand", "class", "server", "col.0", "code", "col.1", "name_en", "col.2", "height", "col.3", "zone", "col.4", "serial")
	o.do(t, deskAsk{name: "the difference", path: plan, status: 200, want: []string{"Draft", "Carry out 2 changes"}})
	o.do(t, deskAsk{name: "what is new", path: plan + "?only=add", status: 200, want: []string{"SRV-009", "Report server"}, wantNot: []string{"SRV-010"}})
	o.do(t, deskAsk{name: "what changes", path: plan + "?only=change", status: 200, want: []string{"SRV-001", "CN-77", "CN-78"}})
	o.do(t, deskAsk{name: "a reader does not see it", as: "reader", path: plan, status: 403})
	o.do(t, deskAsk{name: "nor approves", as: "reader", method: "POST", path: plan + "/approve", form: values(), status: 403})
	if now, err := o.stock.Find(t.Context(), o.agent(), one.ID); err != nil || now.Serial != "CN-77" {
		t.Fatalf("before it is approved the serial number is %q, %v", now.Serial, err)
	}
	o.went(t, plan+"/approve")
	o.do(t, deskAsk{name: "carried out", path: plan, status: 200, want: []string{"Carried out", "Undo this import"}, wantNot: []string{"/approve"}})
	o.do(t, deskAsk{name: "not twice", method: "POST", path: plan + "/approve", form: values(), status: 409})
	o.do(t, deskAsk{name: "the item has it", path: fmt.Sprintf("/configuration/items/%d", one.ID), status: 200, want: []string{"CN-78"}})
	again := o.send(t, "", "items", "servers.csv", table, 303)
	o.do(t, deskAsk{name: "the mapping is offered again", path: again + "?map=hand", status: 200, want: []string{`value="hand"`, `<option value="height" selected`}})
	ties := o.went(t, o.send(t, "", "relations", "ties.csv", "From,To,How\nSRV-009,SRV-001,depends_on\nSRV-009,"+secret.Code+",depends_on\n", 303), "source", "hand", "col.0", "source", "col.1", "target", "col.2", "type")
	o.do(t, deskAsk{name: "relations that would be made", path: ties + "?only=add", status: 200, want: []string{"depends on", "Report server"}, wantNot: []string{"nobody here may know"}})
	o.went(t, ties+"/approve")
	o.do(t, deskAsk{name: "are made", path: fmt.Sprintf("/configuration/items/%d", one.ID), status: 200, want: []string{"SRV-009"}})
	o.do(t, deskAsk{name: "and taken back", path: o.went(t, ties+"/undo"), status: 200, want: []string{"Taken back: 1"}})
	o.do(t, deskAsk{name: "the list of imports", path: "/configuration/imports", status: 200, want: []string{"servers.csv", "ties.csv", "Undone"}})
	graph := `<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph id="Ring"><node id="a"/><node id="b"/><edge source="a" target="b"/></graph></graphml>`
	if plan := o.send(t, "", "graphml", "ring.graphml", graph, 303); !strings.HasPrefix(plan, "/configuration/imports/") {
		t.Errorf("a network leads to %s", plan)
	}
	o.send(t, "", "bundle", "b.ndjson", "{\"kilter_bundle\":1}\n", 422)
	o.send(t, "", "spoon", "b.ndjson", "x", 422)
	o.do(t, deskAsk{name: "no such import", path: "/configuration/imports/99", status: 404})
}
