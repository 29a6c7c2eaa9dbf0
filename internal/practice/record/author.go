package record

import (
	"slices"
	"strconv"
	"strings"
)

// Author is on whose account actions are carried out: it stands in every entry
// that they bring about.
type Author struct {
	By      string // RuleField, MacroField or TemplateField; "" is a rule
	Code    string
	Version int64
	Depth   int // how many rules, one upon the other, brought it about; 1 is the first, 0 is a person
}

// The fields in which an entry keeps the rule, macro or template that brought
// it about.
const (
	RuleField     = "rule"
	MacroField    = "macro"
	TemplateField = "template"
)

// AuthorFields lists them.
var AuthorFields = []string{RuleField, MacroField, TemplateField}

// change is the author as entries keep him: "code@version", and "+depth" from
// the second rule on.
func (a Author) change() Change {
	c := Change{Field: a.By, Now: a.Code + "@" + strconv.FormatInt(a.Version, 10)}
	if a.By == "" {
		c.Field = RuleField
	}
	if a.Depth > 1 {
		c.Now += "+" + strconv.Itoa(a.Depth)
	}
	return c
}

// ParseAuthor reads what entries keep.
func ParseAuthor(c Change) (Author, bool) {
	if !slices.Contains(AuthorFields, c.Field) {
		return Author{}, false
	}
	code, rest, ok := strings.Cut(c.Now, "@")
	if !ok {
		return Author{}, false
	}
	version, depth, deep := strings.Cut(rest, "+")
	a := Author{By: c.Field, Code: code, Depth: 1}
	var err error
	if a.Version, err = strconv.ParseInt(version, 10, 64); err != nil {
		return Author{}, false
	}
	if deep {
		if a.Depth, err = strconv.Atoi(depth); err != nil {
			return Author{}, false
		}
	}
	if c.Field != RuleField {
		a.Depth = 0
	}
	return a, true
}

// Author is the rule, macro or template that brought the entry about.
func (e Entry) Author() (Author, bool) {
	for _, c := range e.Changes {
		if a, ok := ParseAuthor(c); ok {
			return a, true
		}
	}
	return Author{}, false
}
