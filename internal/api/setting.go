package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kilter/internal/base/fault"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// rooms are the addresses of the kinds of settings.
var rooms = map[setting.Kind]string{
	setting.Department: "departments", setting.Post: "posts", setting.Human: "persons", setting.Team: "teams", setting.Zone: "zones",
	setting.Service: "services", setting.Category: "categories", setting.Cause: "causes", setting.GradeReason: "grade-reasons", setting.Operation: "operation-plans", setting.Offering: "catalogue-items", setting.Calendar: "calendars", setting.Agreement: "agreements",
	setting.Rule: "automation-rules", setting.Macro: "macros", setting.Routing: "routes", setting.Template: "templates", setting.Field: "fields",
	setting.Freeze: "freezes", setting.Window: "maintenance-windows", setting.ChangeModel: "change-models",
	setting.ItemClass: "classes", setting.RelationType: "relation-types", setting.TrustedKey: "trusted-keys",
}

// Directory is what the API asks about settings and persons beside their desk.
type Directory struct {
	Desk *setting.Desk
	// Offered lists the services that somebody who is not staff may ask for.
	Offered func(people.Actor) []*setting.Thing
	LookUp  func(ctx context.Context, typed string, limit int) ([]people.Person, error)
	Persons func(context.Context, people.Query) ([]people.Person, error)
	// Seen finds of the codes of items those within somebody's zones; nil finds none.
	Seen func(ctx context.Context, by people.Actor, codes ...string) ([]string, error)
}

// Arrangements serves what a centre arranges for itself: every kind with a sheet
// by the same operations.
func (a *API) Arrangements(d Directory) {
	for _, sh := range d.Desk.Sheets {
		room := rooms[sh.Kind]
		if sh.Kind == setting.Centre {
			room = "settings"
		}
		if room == "" {
			continue
		}
		s := &shelf{API: a, Directory: d, sheet: sh, room: room}
		if sh.Code != "" {
			s.centre()
			continue
		}
		s.serve()
	}
	a.rolesRead()
}

// shelf serves one kind of settings.
type shelf struct {
	*API
	Directory
	sheet setting.Sheet
	room  string
}

func (s *shelf) at(rest string) string { return Prefix + "/" + s.room + rest }

func (s *shelf) name(verb string) string { return verb + "-" + s.room }

func (s *shelf) serve() {
	one, deed := []gives{{Status: http.StatusOK, Schema: s.shape()}}, setting.Deed(s.sheet.Kind)
	s.add(operation{
		Method: "GET", Path: s.at(""), Policy: Known, Name: s.name("list"), Key: "list", Tag: s.room,
		Query: []param{{Name: "q", Type: "string"}, {Name: "limit", Type: "integer"}, {Name: "cursor", Type: "string"}, {Name: "retired", Type: "boolean"}, {Name: "fields", Type: "string"}},
		Gives: []gives{{Status: http.StatusOK, Schema: pageOf(s.shape())}}, Run: s.list,
	})
	s.add(operation{Method: "GET", Path: s.at("/{id}"), Policy: Known, Name: s.name("get"), Key: "get", Tag: s.room, Query: []param{{Name: "fields", Type: "string"}}, Gives: one, Run: func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		f, err := s.visible(c, id)
		if err != nil {
			return err
		}
		c.w.Header().Set("ETag", etag(f.Version))
		out, err := s.told(c, f)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, c.only(out))
	}})
	s.add(operation{
		Method: "POST", Path: s.at(""), Policy: deed, Name: s.name("add"), Key: "add", Tag: s.room, Once: true,
		Body: &body{Schema: s.form()}, Gives: []gives{{Status: http.StatusCreated, Schema: s.shape()}}, Run: func(c *call) error {
			return s.save(c, setting.Input{Kind: s.sheet.Kind}, http.StatusCreated)
		},
	})
	s.add(operation{
		Method: "PATCH", Path: s.at("/{id}"), Policy: deed, Name: s.name("change"), Key: "change", Tag: s.room, Once: true, Match: true,
		Body: &body{Types: []string{mergeType, jsonType}, Schema: s.form()}, Gives: one, Run: func(c *call) error {
			id, err := c.id("id")
			if err != nil {
				return err
			}
			return s.save(c, setting.Input{Kind: s.sheet.Kind, ID: id}, http.StatusOK)
		},
	})
	for _, verb := range []string{"retire", "restore"} {
		do := s.Desk.Retire
		if verb == "restore" {
			do = s.Desk.Restore
		}
		s.add(operation{Method: "POST", Path: s.at("/{id}/" + verb), Policy: deed, Name: s.name(verb), Key: verb, Tag: s.room, Once: true, Match: true, Gives: one, Run: func(c *call) error {
			id, err := c.id("id")
			if err != nil {
				return err
			}
			version, err := matched(c.r)
			if err != nil {
				return err
			}
			t, err := do(c.r.Context(), c.by, s.sheet.Kind, id, version)
			return s.changed(c, http.StatusOK, t, stale(err, version))
		}})
	}
}

// centre serves a document of the centre: the priority matrix, the centre's
// own data.
func (s *shelf) centre() {
	one := []gives{{Status: http.StatusOK, Schema: s.shape()}}
	path := s.at("/" + s.sheet.Code)
	s.add(operation{Method: "GET", Path: path, Policy: setting.Deed(setting.Centre), Name: s.name("get") + "-" + s.sheet.Code, Key: "get", Tag: s.room, Gives: one, Run: func(c *call) error {
		if err := c.by.May(setting.Deed(setting.Centre)); err != nil {
			return err
		}
		_, f, err := s.Desk.Open(c.r.Context(), setting.Centre, 0, s.sheet.Code)
		if err != nil {
			return err
		}
		if f.Version > 0 {
			c.w.Header().Set("ETag", etag(f.Version))
		}
		return c.JSON(http.StatusOK, s.show(f))
	}})
	s.add(operation{
		Method: "PATCH", Path: path, Policy: setting.Deed(setting.Centre), Name: s.name("change") + "-" + s.sheet.Code, Key: "change", Tag: s.room, Once: true, Match: true,
		Body: &body{Types: []string{mergeType, jsonType}, Schema: s.form()}, Gives: one, Run: func(c *call) error {
			return s.save(c, setting.Input{Kind: setting.Centre, Code: s.sheet.Code}, http.StatusOK)
		},
	})
}

// visible opens a thing the caller may read: staff read everything, others the
// services they are offered and their own person.
func (s *shelf) visible(c *call, id int64) (*setting.Form, error) {
	if !c.by.Staff || s.sheet.Kind == setting.Human && !c.by.Can(lookUp) {
		mine := s.sheet.Kind == setting.Human && id == int64(c.by.ID)
		offered := s.sheet.Kind == setting.Service && s.Offered != nil && slices.ContainsFunc(s.Offered(c.by), func(t *setting.Thing) bool { return t.ID == id })
		if !mine && !offered {
			return nil, fault.New(fault.Missing, "setting.no_such").With("kind", string(s.sheet.Kind)).With("id", id)
		}
	}
	if t := c.Settings.All().Find(s.sheet.Kind, id); t != nil && !c.by.Can(setting.Deed(s.sheet.Kind)) && !s.cleared(c, t) {
		return nil, fault.New(fault.Missing, "setting.no_such").With("kind", string(s.sheet.Kind)).With("id", id)
	}
	_, f, err := s.Desk.Open(c.r.Context(), s.sheet.Kind, id, "")
	return f, err
}

// save adds or changes a thing by what the body brings.
func (s *shelf) save(c *call, in setting.Input, status int) error {
	if !c.by.Can(c.op.Policy) { // the desk refuses it, and writes that down
		_, err := s.Desk.Save(c.r.Context(), c.by, in)
		return err
	}
	o, err := c.object()
	if err != nil {
		return err
	}
	if in.Fields, err = s.typed(c, o); err != nil {
		return err
	}
	if in.Version, err = matched(c.r); err != nil {
		return err
	}
	t, err := s.Desk.Save(c.r.Context(), c.by, in)
	return s.changed(c, status, t, stale(err, in.Version))
}

// typed is what a body brings, in the written form of the sheet.
func (s *shelf) typed(c *call, o object) (map[string]string, error) {
	out := map[string]string{}
	var many fault.Many
	for _, name := range o.names() {
		f, ok := s.sheet.Find(name)
		if !ok {
			many = append(many, fault.At(name, "api.unknown_member"))
			continue
		}
		v, err := s.written(c, f, o[name])
		if err := many.Add(err); err != nil {
			return nil, err
		}
		out[name] = v
	}
	return out, many.Err()
}

// stale is what a Conflict is called when the caller named the version.
func stale(err error, version int64) error {
	f := fault.All(err)
	if version != 0 && len(f) == 1 && f[0].Key == "setting.changed_meanwhile" {
		f[0].Kind = fault.Stale
	}
	return err
}

func (s *shelf) changed(c *call, status int, t setting.Thing, err error) error {
	if err != nil {
		return err
	}
	f, err := s.sheet.Open(&t)
	if err != nil {
		return err
	}
	c.w.Header().Set("ETag", etag(t.Version))
	if status == http.StatusCreated {
		c.w.Header().Set("Location", s.at("/"+strconv.FormatInt(t.ID, 10)))
	}
	return c.done(status, s.show(f))
}

// show is a thing with its fields as JSON.
func (s *shelf) show(f *setting.Form) row {
	out := row{}
	if s.sheet.Code == "" {
		out.put("id", f.ID)
	}
	for _, field := range s.sheet.Fields {
		out.put(field.Name, shown(field, field.Get(f)))
	}
	if s.sheet.Code == "" {
		out.put("retired", f.Retired)
	}
	out.put("version", f.Version)
	out.put("changed", moment(f.Changed))
	return out
}

// shown is a written value of a setting as JSON.
func shown(f setting.Attribute, v string) any {
	switch f.Type {
	case setting.Bool:
		return v == "true"
	case setting.Int, setting.Ref, setting.Person:
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			return n
		}
		return nil
	case setting.Refs, setting.Persons:
		out := []int64{}
		for _, part := range setting.Split(v) {
			if n, err := strconv.ParseInt(part, 10, 64); err == nil {
				out = append(out, n)
			}
		}
		return out
	case setting.Several:
		return append([]string{}, setting.Split(v)...)
	case setting.Table:
		if json.Valid([]byte(v)) {
			return json.RawMessage(v)
		}
		return nil
	}
	return v
}

// written is the written form of what was sent for a field of a setting.
func (s *shelf) written(c *call, f setting.Attribute, raw json.RawMessage) (string, error) {
	text := string(raw)
	if text == "null" {
		return "", nil
	}
	switch f.Type {
	case setting.Table:
		return text, nil
	case setting.Bool:
		if text != "true" && text != "false" {
			return "", fault.At(f.Name, "api.not_a_boolean")
		}
		return strings.TrimPrefix(text, "false"), nil
	case setting.Refs, setting.Persons, setting.Several:
		var list []json.RawMessage
		if err := json.Unmarshal(raw, &list); err != nil {
			return "", fault.At(f.Name, "api.not_a_list")
		}
		parts := make([]string, len(list))
		for i, one := range list {
			var err error
			if parts[i], err = s.word(c, f, one); err != nil {
				return "", err
			}
		}
		return strings.Join(parts, ","), nil
	}
	return s.word(c, f, raw)
}

// word is one value: a text, a whole number, or a thing by id or code.
func (s *shelf) word(c *call, f setting.Attribute, raw json.RawMessage) (string, error) {
	numeric := slices.Contains([]setting.Type{setting.Int, setting.Ref, setting.Refs, setting.Person, setting.Persons}, f.Type)
	if !strings.HasPrefix(string(raw), `"`) {
		if _, err := strconv.ParseInt(string(raw), 10, 64); err != nil || !numeric {
			if numeric {
				return "", fault.At(f.Name, "api.not_a_number")
			}
			return "", fault.At(f.Name, "api.not_a_string")
		}
		return string(raw), nil
	}
	var v string
	if err := json.Unmarshal(raw, &v); err != nil {
		return "", fault.At(f.Name, "api.not_a_string")
	}
	if v == "" || !numeric || f.Type == setting.Int {
		return v, nil
	}
	if _, err := strconv.ParseInt(v, 10, 64); err == nil {
		return v, nil
	}
	if f.Type == setting.Ref || f.Type == setting.Refs {
		if t := c.Settings.All().Coded(f.Kind, v); t != nil {
			return strconv.FormatInt(t.ID, 10), nil
		}
	} else if c.PersonID != nil {
		if id, err := c.PersonID(c.r, v); err != nil || id != 0 {
			return strconv.FormatInt(int64(id), 10), err
		}
	}
	return "", fault.At(f.Name, "api.no_such_code").With("code", v)
}

func (s *shelf) shape() *schema {
	members := map[string]*huma.Schema{"retired": as("boolean"), "version": said(as("integer"), "api.doc.version"), "changed": momentOf(""), "id": as("integer")}
	for _, f := range s.sheet.Fields {
		members[f.Name] = s.member(f)
	}
	return component(title(strings.TrimSuffix(s.room, "s"))+s.sheet.Code, &huma.Schema{Type: "object", Properties: members})
}

func (s *shelf) form() *schema {
	members := map[string]*huma.Schema{}
	for _, f := range s.sheet.Fields {
		members[f.Name] = s.member(f)
	}
	return &schema{Hand: closed(members)}
}

func (s *shelf) member(f setting.Attribute) *huma.Schema {
	label := directory.LabelKey(s.sheet.Kind, s.sheet.Code, f.Name)
	one := as("string")
	switch f.Type {
	case setting.Bool:
		one = as("boolean")
	case setting.Int:
		one = orNone(as("integer"))
	case setting.Ref, setting.Person:
		one = orNone(as("integer"))
	case setting.Refs, setting.Persons:
		one = many(as("integer"))
	case setting.Several:
		one = many(as("string"))
	case setting.Table:
		one = &huma.Schema{}
	case setting.Choice:
		for _, choice := range f.Choices {
			one.Enum = append(one.Enum, choice)
		}
	}
	return said(one, label)
}
