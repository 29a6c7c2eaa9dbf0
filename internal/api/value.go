package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// things are the kinds of settings that a field of a type names.
var things = map[record.Type]setting.Kind{
	record.Team: setting.Team, record.Service: setting.Service, record.Department: setting.Department,
	record.Zone: setting.Zone, record.Category: setting.Category, record.Cause: setting.Cause, record.Offering: setting.Offering, record.Model: setting.ChangeModel,
}

// jsonOf is a sheet's written value as JSON: ids and whole numbers as numbers,
// yes or no as booleans, none as null.
func jsonOf(t record.Type, v string) any {
	if t == record.Bool {
		return v == "true"
	}
	if t == record.Text || t == record.Long {
		return v
	}
	if t == record.Items {
		ids := []int64{}
		for _, one := range setting.Split(v) {
			if id, err := strconv.ParseInt(one, 10, 64); err == nil {
				ids = append(ids, id)
			}
		}
		return ids
	}
	if v == "" {
		return nil
	}
	if t == record.Decimal {
		return json.Number(v)
	}
	if t == record.Int || t.Refers() {
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			return n
		}
	}
	return v
}

// written is the written value of what a caller sent for a field. A thing of
// the settings and a person may be named by id or by code.
func (c *call) written(field string, t record.Type, raw json.RawMessage) (string, error) {
	switch text := string(raw); {
	case text == "null":
		return "", nil
	case t == record.Items:
		return severalIDs(field, raw)
	case text == "true", text == "false":
		if t != record.Bool {
			return "", fault.At(field, "api.not_a_"+wanted(t))
		}
		return strings.TrimPrefix(text, "false"), nil
	case strings.HasPrefix(text, `"`):
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return "", fault.At(field, "api.not_a_string")
		}
		return c.named(field, t, s)
	case strings.HasPrefix(text, "{"), strings.HasPrefix(text, "["):
		return "", fault.At(field, "api.not_a_"+wanted(t))
	case t == record.Decimal:
		return text, nil
	case t == record.Int || t.Refers():
		if _, err := strconv.ParseInt(text, 10, 64); err != nil {
			return "", fault.At(field, "record.not_a_number")
		}
		if text == "0" {
			return "", nil
		}
		return text, nil
	}
	return "", fault.At(field, "api.not_a_"+wanted(t))
}

// severalIDs is the written value of several ids.
func severalIDs(field string, raw json.RawMessage) (string, error) {
	var ids []int64
	if err := json.Unmarshal(raw, &ids); err != nil {
		return "", fault.At(field, "api.not_ids")
	}
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(out, ","), nil
}

func wanted(t record.Type) string {
	switch {
	case t == record.Bool:
		return "boolean"
	case t == record.Int || t.Refers():
		return "number"
	}
	return "string"
}

// named turns a code into the id it stands for.
func (c *call) named(field string, t record.Type, s string) (string, error) {
	s = strings.TrimSpace(s)
	if !t.Refers() || s == "" {
		return s, nil
	}
	if _, err := strconv.ParseInt(s, 10, 64); err == nil {
		return s, nil
	}
	if k, ok := things[t]; ok {
		if th := c.coded(k, s); th != nil {
			return strconv.FormatInt(th.ID, 10), nil
		}
	}
	if t == record.Person && c.PersonID != nil {
		id, err := c.PersonID(c.r, s)
		if err != nil {
			return "", err
		}
		if id != 0 {
			return strconv.FormatInt(int64(id), 10), nil
		}
	}
	return "", fault.At(field, "api.no_such_code").With("code", s)
}

// coded is the thing with a code, nil when there is none that the caller may
// know of.
func (c *call) coded(k setting.Kind, code string) *setting.Thing {
	if t := c.Settings.All().Coded(k, code); t != nil && catalogue.Cleared(c.by.Scope, t) {
		return t
	}
	return nil
}

// thing is what expand= puts in the place of an id.
type thing struct {
	ID   int64  `json:"id"`
	Code string `json:"code,omitempty"`
	Name string `json:"name"`
}

// expanded is the thing behind an id, or the id itself when it is not known.
func (c *call) expanded(t record.Type, v string) any {
	id, err := strconv.ParseInt(v, 10, 64)
	k, ok := things[t]
	if err != nil || !ok {
		return jsonOf(t, v)
	}
	th := c.Settings.All().Find(k, id)
	if th == nil {
		return id
	}
	return thing{th.ID, th.Code, th.Label(c.words.Lang().HTML())}
}

func (c *call) expands(name string) bool { return slices.Contains(c.list("expand"), name) }

// moment is a time as the API writes it: RFC 3339 in UTC to the millisecond,
// null when there is none.
func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}

// number reads the record's number in the address.
func (c *call) number(k record.Kind) (record.Number, error) {
	ref := c.r.PathValue("number")
	kind, n, err := record.ParseRef(ref)
	if err != nil {
		return 0, err
	}
	if kind != k {
		return 0, fault.New(fault.Missing, "record.no_such").With("ref", ref)
	}
	return n, nil
}

// id reads a decimal id in the address; what is none names nothing.
func (c *call) id(name string) (int64, error) {
	n, err := strconv.ParseInt(c.r.PathValue(name), 10, 64)
	if err != nil || n <= 0 {
		return 0, noSuchAddress(c.r)
	}
	return n, nil
}

// etag is the version of a record as an entity tag.
func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// matched is the version the caller's change was decided upon: If-Match, 0
// when he does not say.
func matched(r *http.Request) (int64, error) {
	tag := strings.TrimSpace(r.Header.Get("If-Match"))
	if tag == "" || tag == "*" {
		return 0, nil
	}
	n, err := strconv.ParseInt(strings.Trim(tag, `"`), 10, 64)
	if err != nil || n <= 0 || tag != etag(n) {
		return 0, fault.New(fault.Stale, "api.match_form")
	}
	return n, nil
}

// fresh reports whether the caller has this version already.
func fresh(r *http.Request, tag string) bool {
	for t := range strings.SplitSeq(r.Header.Get("If-None-Match"), ",") {
		if t = strings.TrimPrefix(strings.TrimSpace(t), "W/"); t == tag || t == "*" {
			return true
		}
	}
	return false
}
