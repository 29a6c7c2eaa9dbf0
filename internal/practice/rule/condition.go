package rule

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// MostCondition is how long a condition may be, in characters.
const MostCondition = 2000

// World is what conditions are read and evaluated in.
type World struct {
	Fields query.Fields  // what a condition on the practice's records can name
	Means  query.Context // what its words stand for; Now is that of each evaluation
	// Code is what a person is called in conditions; "" for nobody.
	Code func(people.ID) string
	// Followers are those who follow a record, Words what was said on it: asked
	// only when a condition names them.
	Followers func(record int64) []people.ID
	Words     func(record int64) []string
}

// Condition is the condition of a rule, read once and evaluated often.
type Condition struct {
	text  string
	world World

	node  query.Node // as resolved, or as parsed when what it means depends on the time
	timed bool
	prog  *program
}

// Compile reads a condition. Faults are about "q" and point at the word.
func Compile(lang Language, text string, w World) (*Condition, error) {
	c := &Condition{text: text, world: w}
	if strings.TrimSpace(text) == "" {
		return c, nil
	}
	if lang == Expr {
		var err error
		c.prog, err = compileExpr(text, w.Fields, w.within)
		return c, err
	}
	parsed, err := query.Parse(text)
	if err != nil {
		return nil, err
	}
	c.world.Means.Look = remembered(w.Means.Look)
	if c.node, err = w.Fields.Resolve(parsed, c.world.Means); err != nil {
		return nil, err
	}
	if c.timed = len(parsed.Find(c.depends)) > 0; c.timed {
		c.node = parsed
	}
	return c, nil
}

// depends reports whether what a comparison means depends on the time.
func (c *Condition) depends(n query.Node) bool {
	f, ok := c.world.Fields.Find(n.Field)
	return ok && (f.Type == query.Moment || f.Type == query.Day || f.Name == "overdue")
}

// remembered asks once for each word.
func remembered(look func(query.Type, string) ([]int64, error)) func(query.Type, string) ([]int64, error) {
	if look == nil {
		return nil
	}
	type key struct {
		t    query.Type
		text string
	}
	held := map[key][]int64{}
	return func(t query.Type, text string) ([]int64, error) {
		if ids, ok := held[key{t, text}]; ok {
			return ids, nil
		}
		ids, err := look(t, text)
		if err == nil {
			held[key{t, text}] = ids
		}
		return ids, err
	}
}

// Case is what a condition is evaluated on: a record, the deed, and the time.
type Case struct {
	record.Picture
	Deed record.Entry
	Now  time.Time
}

// Holds reports whether the condition holds, and if not, which part of it does
// not, as it is written.
func (c *Condition) Holds(on Case) (holds bool, part string, err error) {
	switch {
	case c.prog != nil:
		return c.prog.run(c.env(on))
	case c.node.Empty():
		return true, "", nil
	}
	n := c.node
	if c.timed {
		k := c.world.Means
		k.Now = on.Now
		if n, err = c.world.Fields.Resolve(n, k); err != nil {
			return false, "", err
		}
	}
	get := func(field string) []string { return c.get(on, field) }
	if query.Match(n, get) {
		return true, "", nil
	}
	var parts []string
	for _, w := range query.Why(n, get) {
		text := w.String()
		if w.Pos < w.End && w.End <= len(c.text) {
			text = c.text[w.Pos:w.End]
		}
		if !slices.Contains(parts, text) {
			parts = append(parts, text)
		}
	}
	return false, strings.Join(parts, " · "), nil
}

// get is what a field holds in a case.
func (c *Condition) get(on Case, field string) []string {
	switch field {
	case "watcher":
		if c.world.Followers == nil {
			return nil
		}
		var out []string
		for _, id := range c.world.Followers(on.ID) {
			out = append(out, id.String())
		}
		return out
	case "":
		if c.world.Words != nil {
			return slices.Concat(on.Get(""), c.world.Words(on.ID))
		}
	}
	return on.Get(field)
}

// env is what an expression finds under the names it uses.
func (c *Condition) env(on Case) map[string]any {
	deed := on.Deed
	_, verb, _ := strings.Cut(deed.Deed, ".")
	env := map[string]any{"now": on.Now, "deed": verb, "from": string(deed.From), "to": string(deed.To), "public": deed.Public}
	for _, name := range c.prog.names {
		switch name {
		case "by":
			env[name] = c.code(query.Field{Type: query.Person}, deed.By.String())
		case "changed":
			env[name] = func(field string) bool {
				return slices.ContainsFunc(deed.Changes, func(ch record.Change) bool { return ch.Field == field })
			}
		case "was":
			env[name] = func(field string) string {
				for _, ch := range deed.Changes {
					if ch.Field == field {
						return ch.Was
					}
				}
				return ""
			}
		case "overdue":
			env[name] = on.Live && !on.Due.IsZero() && on.Due.Before(on.Now)
		case "x":
			own := map[string]any{}
			for _, f := range c.world.Fields {
				if code, ok := strings.CutPrefix(f.Name, "x."); ok {
					own[code] = value(f, on.Get(f.Name), c.code)
				}
			}
			env[name] = own
		default:
			f, ok := c.world.Fields.Find(name)
			switch {
			case !ok:
			case name == "number":
				env[name] = on.Ref()
			case f.Type == query.Record:
				env[name] = on.Values[name]
			default:
				env[f.Name] = value(f, c.get(on, f.Name), c.code)
			}
		}
	}
	return env
}

// code is what something is called in an expression.
func (c *Condition) code(f query.Field, v string) string {
	id, err := strconv.ParseInt(v, 10, 64)
	if err != nil || id == 0 {
		return ""
	}
	switch f.Type {
	case query.Thing:
		if c.world.Means.Settings != nil {
			if t := c.world.Means.Settings.Find(f.Of, id); t != nil {
				return t.Code
			}
		}
	case query.Person:
		if c.world.Code != nil {
			return c.world.Code(people.ID(id))
		}
	}
	return v
}

// trees are the kinds of settings that stand one under the other.
var trees = []setting.Kind{setting.Category, setting.Department, setting.Zone, setting.Cause}

// within reports whether a thing stands under another or is it, by their codes.
func (w World) within(value, code string) bool {
	if w.Means.Settings == nil || value == "" {
		return false
	}
	for _, k := range trees {
		above, below := w.Means.Settings.Coded(k, code), w.Means.Settings.Coded(k, value)
		if above != nil && below != nil && slices.Contains(w.Means.Settings.Below(above.ID), below.ID) {
			return true
		}
	}
	return false
}
