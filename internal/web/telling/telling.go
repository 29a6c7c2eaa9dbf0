// Package telling reads the audit log aloud: each of its rows as a sentence in the
// reader's language, with what was changed, from what to what, and why it was
// refused. The log itself keeps names of deeds and JSON, which no language
// changes; what has no words yet is shown as it is kept, never left out.
package telling

import (
	"strconv"
	"strings"

	"kilter/internal/base/lang"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Teller tells in one language what it looks up in one centre.
type Teller struct {
	*lang.Printer
	All    *setting.All
	Person func(people.ID) string // "" for nobody known
}

// Line is one thing that a row says beside its sentence.
type Line struct{ Label, Text string }

// Sentence is what a row says in one sentence: who did, or was not let do, what
// to what.
func (t Teller) Sentence(r audit.Row) string {
	who, what := t.who(r), t.Object(r.Object)
	if r.Object == "audit" || r.Actor != 0 && r.Object == "person:"+r.Actor.String() {
		what = "" // the deed has said so, or it was his own account
	}
	switch {
	case r.Result == audit.Done:
		return t.joined("audit.tale.done", "who", who, "did", t.did(r.Deed), what)
	case r.Result == audit.Refused:
		return t.joined("audit.tale.refused", "who", who, "deed", t.Deed(r.Deed), what)
	default:
		return t.joined("audit.tale.failed", "who", who, "deed", t.Deed(r.Deed), what)
	}
}

// joined fills a sentence, with what it was done to where that says anything.
func (t Teller) joined(key, one, first, two, second, what string) string {
	if what == "" {
		return t.T(key, one, first, two, second)
	}
	return t.T(key+"_to", one, first, two, second, "object", what)
}

// who is whose deed it was.
func (t Teller) who(r audit.Row) string {
	if r.Name != "" {
		return r.Name
	}
	if r.Actor != 0 {
		return t.person(int64(r.Actor))
	}
	if key := "audit.by." + string(r.Via); t.Has(key) {
		return t.T(key)
	}
	return t.T("audit.somebody")
}

func (t Teller) person(id int64) string {
	if t.Person != nil {
		if name := t.Person(people.ID(id)); name != "" {
			return name
		}
	}
	return t.T("audit.of.person", "ref", strconv.FormatInt(id, 10))
}

// did is what somebody has done: in the words of the log, or in those that the
// timelines of the practice have.
func (t Teller) did(deed string) string {
	room, verb, _ := strings.Cut(deed, ".")
	for _, key := range []string{"audit.did." + deed, room + ".did." + verb, "audit.verb." + verb} {
		if t.Has(key) {
			return t.T(key)
		}
	}
	if name := t.Deed(deed); name != deed {
		return t.T("audit.did_deed", "deed", name)
	}
	return deed
}

// Deed is what a deed is called as something that one may do.
func (t Teller) Deed(deed string) string {
	_, verb, _ := strings.Cut(deed, ".")
	for _, key := range []string{"audit.want." + deed, "deed.own." + deed, "deed.verb." + verb} {
		if t.Has(key) {
			return t.T(key)
		}
	}
	return deed
}

// Object is what something was done to: "incident:INC-2026-00042" is the
// incident of this number.
func (t Teller) Object(object string) string {
	kind, ref, named := strings.Cut(object, ":")
	id, fail := strconv.ParseInt(ref, 10, 64)
	switch {
	case object == "":
		return ""
	case kind == "person" && fail == nil:
		return t.person(id)
	case !named:
		return t.kind(object)
	}
	if t.All != nil {
		if thing := t.All.Coded(setting.Kind(kind), ref); thing != nil {
			return t.T("audit.of_kind", "kind", t.kind(kind), "ref", thing.Label(string(t.Lang())))
		}
	}
	if key := "audit.of." + kind; t.Has(key) {
		return t.T(key, "ref", ref)
	}
	return t.T("audit.of_kind", "kind", t.kind(kind), "ref", ref)
}

// kind is what a kind of things is called.
func (t Teller) kind(kind string) string {
	keys := []string{"audit.kind." + kind, kind + ".one", "setting.kind." + kind, "deed.room." + strings.TrimSuffix(kind, "s")}
	for _, key := range keys {
		if t.Has(key) {
			return t.T(key)
		}
	}
	return kind
}

// practice is the kind of records that a deed belongs to, "" for none.
func practice(deed string) string {
	room, _, _ := strings.Cut(deed, ".")
	for _, k := range record.Kinds {
		if string(k) == room {
			return room
		}
	}
	return ""
}
