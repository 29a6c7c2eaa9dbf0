package cmdb

import (
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kilter/internal/base/fault"
	"kilter/internal/practice/catalogue"
)

// Type says what an attribute holds.
type Type string

// The types, and how their values are written.
const (
	Text      Type = "text"      // one line
	Number    Type = "number"    // decimal: 12.5
	Date      Type = "date"      // 2026-12-01
	Choice    Type = "choice"    // the code of the choice
	Reference Type = "reference" // the id of an item
	Person    Type = "person"    // the id of a person
	IP        Type = "ip"        // addresses, several apart by blanks: 10.1.2.3 fd00::1
	MAC       Type = "mac"       // likewise: 00:11:22:aa:bb:cc
	Money     Type = "money"     // decimal with two digits, in the currency of Unit
	File      Type = "file"      // the id of a file kept with the item
)

// Types lists them.
var Types = []Type{Text, Number, Date, Choice, Reference, Person, IP, MAC, Money, File}

// number is a decimal as people write it, without exponent.
var number = regexp.MustCompile(`^-?[0-9]{1,18}(\.[0-9]{1,9})?$`)

// Accept brings a value into the one way of writing of the attribute's type,
// or says why it cannot be one. Whether references lead anywhere is for the
// desk to see.
func (a Attribute) Accept(v string) (string, error) {
	v = strings.Join(strings.Fields(v), " ")
	if v == "" {
		return "", nil
	}
	if strings.ContainsRune(v, 0) || !utf8.ValidString(v) {
		return "", fault.At(a.Name, "record.not_text")
	}
	switch a.Type {
	case Number:
		return a.number(v)
	case Money:
		if v, err := a.number(v); err != nil {
			return "", err
		} else if _, cents, _ := strings.Cut(v, "."); len(cents) > 2 {
			return "", fault.At(a.Name, "cmdb.not_money")
		}
		whole, cents, _ := strings.Cut(strings.ReplaceAll(v, ",", ""), ".")
		return whole + "." + (cents + "00")[:2], nil
	case Date:
		for _, layout := range []string{time.DateOnly, "2006/1/2", "2006.1.2", "2006年1月2日", time.RFC3339} {
			if t, err := time.Parse(layout, v); err == nil {
				return t.Format(time.DateOnly), nil
			}
		}
		return "", fault.At(a.Name, "catalogue.not_a_date")
	case Choice:
		for _, c := range a.Choices {
			if strings.EqualFold(v, c.Code) || strings.EqualFold(v, c.En) || v == c.Zh {
				return c.Code, nil
			}
		}
		return "", fault.At(a.Name, "record.not_a_choice").With("choices", a.codes())
	case Reference, Person, File:
		if n, err := strconv.ParseInt(v, 10, 64); err != nil || n <= 0 {
			return "", fault.At(a.Name, "record.not_a_number")
		}
		return v, nil
	case IP:
		return each(v, a.Name, "cmdb.not_an_ip", address)
	case MAC:
		return each(v, a.Name, "cmdb.not_a_mac", hardware)
	}
	most := a.Max
	if most == 0 {
		most = 500
	}
	if n := utf8.RuneCountInString(v); n > most {
		return "", fault.At(a.Name, "record.too_long").With("max", most).With("length", n)
	}
	return v, nil
}

func (a Attribute) number(v string) (string, error) {
	v = strings.ReplaceAll(v, ",", "")
	if !number.MatchString(v) {
		return "", fault.At(a.Name, "record.not_a_number")
	}
	return v, nil
}

func (a Attribute) codes() string {
	out := make([]string, len(a.Choices))
	for i, c := range a.Choices {
		out[i] = c.Code
	}
	return strings.Join(out, ", ")
}

// each accepts a list of words apart by blanks, commas or semicolons, and
// writes it sorted, each once.
func each(v, field, key string, one func(string) (string, bool)) (string, error) {
	var out []string
	for _, word := range strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune(" ,;，；、", r) }) {
		w, ok := one(word)
		if !ok {
			return "", fault.At(field, key).With("value", word)
		}
		out = append(out, w)
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), " "), nil
}

// address accepts an IP address, with or without the length of its prefix.
func address(v string) (string, bool) {
	if p, err := netip.ParsePrefix(v); err == nil {
		return p.String(), true
	}
	a, err := netip.ParseAddr(v)
	return a.Unmap().String(), err == nil && a.Zone() == ""
}

func hardware(v string) (string, bool) {
	if len(v) == 12 && !strings.ContainsAny(v, ":-.") {
		v = v[:4] + "." + v[4:8] + "." + v[8:]
	}
	m, err := net.ParseMAC(v)
	return m.String(), err == nil && len(m) == 6
}

// attributeName is what an attribute may be called: it is a key of documents
// and a word of conditions.
var attributeName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// check says what is wrong with the definition of an attribute; row is where
// it stands, "attributes[2].".
func (a Attribute) check(row string, m *Model) error {
	bad := func(member, key string) *fault.Fault { return fault.At(row+member, key).With("name", a.Name) }
	switch {
	case !attributeName.MatchString(a.Name):
		return bad("name", "cmdb.bad_attribute_name")
	case slices.Contains(FieldNames, a.Name):
		return bad("name", "cmdb.attribute_is_field")
	case a.En == "" && a.Zh == "":
		return bad("en", "cmdb.attribute_unnamed")
	case max(len(a.En), len(a.Zh), len(a.Unit)) > 4*longest:
		return bad("en", "record.too_long").With("max", longest).With("length", max(utf8.RuneCountInString(a.En), utf8.RuneCountInString(a.Zh)))
	case !slices.Contains(Types, a.Type):
		return bad("type", "cmdb.bad_attribute_type").With("types", fmt.Sprint(Types))
	case a.Type == Choice && len(a.Choices) == 0:
		return bad("choices", "cmdb.no_choices")
	case len(a.Choices) > mostChoices:
		return bad("choices", "cmdb.too_many_choices").With("max", mostChoices)
	case a.Of != "" && m.Class(a.Of) == nil:
		return bad("of", "cmdb.attribute_no_class").With("class", string(a.Of))
	case a.Max < 0 || a.Max > 5000:
		return bad("max", "cmdb.attribute_too_long")
	}
	codes := map[string]bool{}
	for _, c := range a.Choices {
		if c.Code == "" || codes[c.Code] {
			return bad("choices", "cmdb.choice_twice").With("code", c.Code)
		}
		codes[c.Code] = true
	}
	return nil
}

// mostChoices is how many answers a choice may offer.
const mostChoices = 200

// choices makes the choices of a starter attribute: code, en, zh in turn.
func choices(words ...string) []catalogue.Choice {
	var out []catalogue.Choice
	for i := 0; i+2 < len(words); i += 3 {
		out = append(out, catalogue.Choice{Code: words[i], En: words[i+1], Zh: words[i+2]})
	}
	return out
}
