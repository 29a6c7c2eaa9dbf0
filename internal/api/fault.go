package api

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
)

// problem is an RFC 9457 problem document.
type problem struct {
	Type     string         `json:"type" doc:"api.doc.problem_type"`
	Title    string         `json:"title" doc:"api.doc.problem_title"`
	Status   int            `json:"status" doc:"api.doc.problem_status"`
	Detail   string         `json:"detail" doc:"api.doc.problem_detail"`
	Instance string         `json:"instance" doc:"api.doc.problem_instance"`
	Code     string         `json:"code" doc:"api.doc.problem_code"`
	TraceID  string         `json:"trace_id" doc:"api.doc.problem_trace_id"`
	Args     map[string]any `json:"args,omitempty" doc:"api.doc.mistake_args"`
	Errors   []mistake      `json:"errors,omitempty" doc:"api.doc.problem_errors"`
}

// mistake is one field or parameter that is wrong.
type mistake struct {
	Pointer   string         `json:"pointer,omitempty" doc:"api.doc.mistake_pointer"`
	Parameter string         `json:"parameter,omitempty" doc:"api.doc.mistake_parameter"`
	Detail    string         `json:"detail" doc:"api.doc.mistake_detail"`
	Code      string         `json:"code" doc:"api.doc.mistake_code"`
	Args      map[string]any `json:"args,omitempty" doc:"api.doc.mistake_args"`
}

const problemType = "application/problem+json"

// kinds are the kinds of fault with their status, in the order of the
// reference.
var kinds = []struct {
	kind   fault.Kind
	status int
}{
	{fault.Unknown, http.StatusUnauthorized},
	{fault.Denied, http.StatusForbidden},
	{fault.Missing, http.StatusNotFound},
	{fault.Conflict, http.StatusConflict},
	{fault.Stale, http.StatusPreconditionFailed},
	{fault.TooMuch, http.StatusRequestEntityTooLarge},
	{fault.Invalid, http.StatusUnprocessableEntity},
}

// statuses are those that a fault's key decides and not its kind.
var statuses = map[string]int{
	"api.content_type": http.StatusUnsupportedMediaType,
	"api.body_broken":  http.StatusBadRequest,
	"api.not_json":     http.StatusBadRequest,
	"api.match_needed": http.StatusPreconditionRequired,
	"api.method":       http.StatusMethodNotAllowed,
	"api.too_often":    http.StatusTooManyRequests,
	"signin.locked":    http.StatusTooManyRequests,
}

func statusOf(f *fault.Fault) int {
	if s := statuses[f.Key]; s != 0 {
		return s
	}
	for _, k := range kinds {
		if k.kind == f.Kind {
			return k.status
		}
	}
	return http.StatusInternalServerError
}

// worst orders faults by what the caller must mend first.
var worst = []fault.Kind{fault.Unknown, fault.Missing, fault.Denied, fault.TooMuch, fault.Stale, fault.Conflict, fault.Invalid}

// problemOf is what the caller is told about an error. An error that is no
// fault is an outage, whose text is for the log alone.
func (c *call) problemOf(err error) problem {
	p := problem{Status: http.StatusInternalServerError, Code: "api.outage", Instance: c.r.URL.Path, TraceID: c.trace}
	faults := slices.Clone(fault.All(err))
	kind := "outage"
	if len(faults) > 0 {
		slices.SortStableFunc(faults, func(a, b *fault.Fault) int {
			return slices.Index(worst, a.Kind) - slices.Index(worst, b.Kind)
		})
		p.Status, p.Code, kind = statusOf(faults[0]), faults[0].Key, string(faults[0].Kind)
		details := make([]string, 0, len(faults))
		for _, f := range faults {
			text := c.words.Fault(f)
			if f.Field == "" && p.Args == nil {
				p.Args = c.said(f.Args)
			}
			if f.Field != "" {
				p.Errors = append(p.Errors, c.mistake(f, text))
				text = f.Field + ": " + text
			}
			details = append(details, text)
		}
		p.Detail = strings.Join(details, " ")
	} else {
		p.Detail = c.words.T("api.outage", "trace", c.trace)
	}
	p.Type, p.Title = "/api#problem-"+strings.ReplaceAll(kind, "_", "-"), c.words.T("api.problem."+kind)
	return p
}

// mistake says where a fault is: in the body if there is one, else in the
// address.
func (c *call) mistake(f *fault.Fault, text string) mistake {
	m := mistake{Detail: text, Code: f.Key, Args: c.said(f.Args)}
	if slices.ContainsFunc(c.op.Query, func(p param) bool { return p.Name == f.Field }) || c.op.Body == nil {
		m.Parameter = f.Field
	} else {
		m.Pointer = pointer(f.Field)
	}
	return m
}

// said are the arguments of a fault as a client reads them: one that is a text
// itself in the words of the reader. None is nil.
func (c *call) said(args map[string]any) map[string]any {
	if len(args) == 0 {
		return nil
	}
	out := maps.Clone(args)
	for name, v := range out {
		if f, ok := v.(*fault.Fault); ok {
			out[name] = c.words.Fault(f)
		}
	}
	return out
}

// pointer turns a field's name into a JSON pointer (RFC 6901) as a fragment;
// dots lead into objects and lists.
func pointer(field string) string {
	parts := strings.Split(strings.NewReplacer("~", "~0", "/", "~1").Replace(field), ".")
	return "#/" + strings.Join(parts, "/")
}

// tell answers with a problem.
func (c *call) tell(err error) {
	p := c.problemOf(err)
	if p.Status >= http.StatusInternalServerError && c.Log != nil {
		c.Log.ErrorContext(c.r.Context(), "a request failed", "error", err, "operation", c.op.Name, "path", c.r.URL.Path, "trace", c.trace)
	}
	h := c.w.Header()
	for _, name := range []string{"ETag", "Location", "Content-Disposition", "Link", "Last-Modified"} {
		h.Del(name)
	}
	h.Set("Content-Type", problemType)
	h.Set("Content-Language", c.words.Lang().HTML())
	h.Set("Cache-Control", "no-store")
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="Kilter"`)
	}
	if faults := fault.All(err); len(faults) > 0 {
		if wait, ok := faults[0].Args["wait"].(int); ok {
			h.Set("Retry-After", strconv.Itoa(wait))
		}
	}
	c.w.WriteHeader(p.Status)
	out, err := json.Marshal(p)
	if err != nil {
		return // arguments of faults are words and numbers
	}
	_, _ = c.w.Write(append(out, '\n')) // whoever asked may have hung up
}

// noSuchAddress is the fault of an address that is nothing here.
func noSuchAddress(r *http.Request) error {
	return fault.New(fault.Missing, "api.no_such_address").With("path", r.URL.Path)
}
