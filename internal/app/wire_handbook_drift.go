package app

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/handbook"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/release"
	"kilter/internal/practice/setting"
)

// flowKinds are the records that the flows of the handbook are of, as far as
// they have a log of their moves. What becomes of a discrepancy is kept in it alone.
var flowKinds = map[string]record.Kind{
	"contact": record.Contact, "request": record.Request, "incident": record.Incident, "problem": record.Problem, "change": record.Changes, "release": record.Release,
	"item": handbook.Items,
}

// arranges is a kind of setting that a process rests on; Code is that of a
// document of the centre.
type arranges struct {
	Kind setting.Kind
	Code string
}

// restsOn are the settings that each process rests on. Fields of a centre's own
// belong to the process of their practice, see ownFields.
var restsOn = map[maturity.Process][]arranges{
	maturity.ServiceDesk:   {{setting.Centre, incident.PolicyCode}, {setting.Agreement, ""}, {setting.Routing, ""}},
	maturity.Incident:      {{setting.Centre, directory.MatrixCode}, {setting.Centre, incident.PolicyCode}, {setting.Agreement, ""}, {setting.Routing, ""}},
	maturity.Problem:       {{setting.Centre, directory.MatrixCode}, {setting.Routing, ""}},
	maturity.Configuration: {{setting.Centre, cmdb.ImpactPolicyCode}, {setting.Centre, cmdb.PrecedenceCode}, {setting.ItemClass, ""}, {setting.RelationType, ""}},
	maturity.Change:        {{setting.Centre, change.PolicyCode}, {setting.ChangeModel, ""}, {setting.Freeze, ""}, {setting.Window, ""}},
	maturity.Release:       {{setting.Centre, release.ChecklistCode}, {setting.Freeze, ""}, {setting.Window, ""}},
	maturity.ServiceLevel:  {{setting.Agreement, ""}, {setting.Calendar, ""}},
}

// ownFields are the practices whose fields belong to a process.
var ownFields = map[maturity.Process][]string{
	maturity.ServiceDesk: {"contact", "request"}, maturity.Incident: {"incident"}, maturity.Problem: {"problem"}, maturity.Change: {"change"}, maturity.Release: {"release"},
}

// handbookSettings takes down what is arranged for a process.
func (h *house) handbookSettings(code maturity.Process) []handbook.Fact {
	all, sheets := h.settings.All(), h.sheets()
	var out []handbook.Fact
	for _, a := range restsOn[code] {
		sh, err := sheets.For(a.Kind, a.Code)
		if err != nil {
			continue
		}
		for _, t := range all.Of(a.Kind) {
			if !t.Retired && (a.Code == "" || t.Code == a.Code) {
				out = append(out, h.factsOf(all, sh, t)...)
			}
		}
		if a.Code != "" && all.Coded(a.Kind, a.Code) == nil { // what holds until the centre decides
			out = append(out, h.factsOf(all, sh, &setting.Thing{Kind: a.Kind, Code: a.Code})...)
		}
	}
	sh, err := sheets.For(setting.Field, "")
	if err != nil {
		return out
	}
	for _, t := range all.Of(setting.Field) {
		doc, err := setting.Read[catalogue.Field](*t)
		if err == nil && !t.Retired && slices.Contains(ownFields[code], doc.Practice) {
			out = append(out, h.factsOf(all, sh, t)...)
		}
	}
	return out
}

// factsOf takes one setting down, field by field; what it names by its code.
func (h *house) factsOf(all *setting.All, sh setting.Sheet, t *setting.Thing) []handbook.Fact {
	copied := *t
	f, err := sh.Open(&copied)
	if err != nil {
		return nil
	}
	of := string(t.Kind) + "/" + t.Code
	out := []handbook.Fact{{What: handbook.FactSetting, Of: of, Value: "true"}}
	for _, field := range sh.Fields {
		value := field.Get(f)
		if value == "" || field.Name == "code" || field.Name == "name_en" || field.Name == "name_zh" {
			continue
		}
		switch field.Type {
		case setting.Ref, setting.Refs:
			value = codesOf(all, value)
		case setting.Person, setting.Persons:
			value = h.named(value)
		case setting.Table:
			var tree any
			if json.Unmarshal([]byte(value), &tree) == nil {
				out = flattened(out, of, field, field.Name, tree, all)
				continue
			}
		case setting.Word, setting.Line, setting.Long, setting.Int, setting.Bool, setting.Choice, setting.Several, setting.Date:
		}
		out = append(out, handbook.Fact{What: handbook.FactSetting, Of: of, Name: field.Name, Value: value})
	}
	return out
}

// codesOf puts codes into the place of ids.
func codesOf(all *setting.All, ids string) string {
	var out []string
	for _, id := range setting.Split(ids) {
		n, err := strconv.ParseInt(id, 10, 64)
		if t := all.Any(n); err == nil && t != nil {
			id = t.Code
		}
		out = append(out, id)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// named puts names into the place of the ids of persons.
func (h *house) named(ids string) string {
	var numbers []int64
	for _, id := range setting.Split(ids) {
		if n, err := strconv.ParseInt(id, 10, 64); err == nil {
			numbers = append(numbers, n)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	found, err := h.settings.Store.Humans(ctx, numbers, nil)
	if err != nil {
		return ids
	}
	var out []string
	for _, who := range found {
		out = append(out, who.Name.En)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// flattened takes a table down, each of its values by its place.
func flattened(out []handbook.Fact, of string, field setting.Attribute, at string, tree any, all *setting.All) []handbook.Fact {
	switch node := tree.(type) {
	case nil:
		return out
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(node)) {
			out = flattened(out, of, field, at+"."+name, node[name], all)
		}
		return out
	case []any:
		for i, one := range node {
			out = flattened(out, of, field, at+"."+strconv.Itoa(i+1), one, all)
		}
		return out
	case float64:
		value := strconv.FormatFloat(node, 'f', -1, 64)
		if named := insideOf(field, at); named != "" {
			value = codesOf(all, value)
		}
		return append(out, handbook.Fact{What: handbook.FactSetting, Of: of, Name: at, Value: value})
	case bool:
		return append(out, handbook.Fact{What: handbook.FactSetting, Of: of, Name: at, Value: strconv.FormatBool(node)})
	case string:
		return append(out, handbook.Fact{What: handbook.FactSetting, Of: of, Name: at, Value: node})
	}
	return out
}

// showsFact reports what somebody may learn of a setting that is not any more as
// it was when its chapter was approved. What settings name may lie in a zone:
// whoever is not cleared for each is told nothing of them. Values of the centre's
// documents are for whoever arranges them and for those who write and approve
// chapters, those of the other settings for all who work here.
func (h *house) showsFact(by people.Actor, f handbook.Fact) (known, read bool) {
	if f.What != handbook.FactSetting {
		return true, true
	}
	if !by.Staff || !by.Scope.AllZones {
		return false, false
	}
	kind, code, _ := strings.Cut(f.Of, "/")
	k := setting.Kind(kind)
	read = k != setting.Centre || by.Can(setting.Deed(k)) || handbook.Writes(by)
	if k != setting.Centre {
		code = ""
	}
	name, _, _ := strings.Cut(f.Name, ".")
	if sh, err := h.sheets().For(k, code); err == nil {
		if field, ok := sh.Find(name); ok && field.Grant != "" {
			read = read && by.Can(field.Grant)
		}
	}
	return true, read
}

// insideOf is the kind of what a place of a table names, "" when it names
// nothing of the settings.
func insideOf(field setting.Attribute, at string) setting.Kind {
	parts := strings.Split(at, ".")[1:]
	for _, in := range field.Inside {
		path := strings.Split(in.Path, ".")
		if in.Kind == setting.Human || len(path) != len(parts) {
			continue
		}
		same := true
		for i := range path {
			same = same && (path[i] == "*" || path[i] == parts[i])
		}
		if same {
			return in.Kind
		}
	}
	return ""
}
