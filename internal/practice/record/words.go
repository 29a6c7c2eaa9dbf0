package record

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/practice/people"
)

// Warning is a doubt about a text that is about to be said.
type Warning string

// The doubts.
const (
	Greets   Warning = "greets"   // an internal note that is addressed to the requester
	NoFile   Warning = "no_file"  // it speaks of an attachment, and there is none
	Answered Warning = "answered" // somebody else wrote something meanwhile
)

var (
	// A note that opens with a greeting, or speaks to somebody politely.
	greeting = regexp.MustCompile(`(?i)^\s*(dear|hello|hi|good (morning|afternoon|day))\b|^\s*(您好|你好|尊敬的)|(请您|感谢您|谢谢您|祝您)|\b(kind regards|best regards|yours sincerely)\b`)
	// Words that promise a file.
	promise = regexp.MustCompile(`(?i)\b(attached|attachment|enclosed|see the (screenshot|file|picture))\b|附件|附上|随附|见附图|截图如下|见截图`)
	// Quoted lines are somebody else's words.
	quoted = regexp.MustCompile(`(?m)^>.*$`)
	// @code: a letter or digit, then what codes are made of; not inside a mail
	// address. Chinese has no space before it.
	mention = regexp.MustCompile(`(?:^|[^A-Za-z0-9@._-])@([\p{L}\p{N}][\p{L}\p{N}._-]{0,59})`)
)

// Warnings are the doubts that a text raises by itself.
func Warnings(in Input) []Warning {
	own := quoted.ReplaceAllString(in.Text, "")
	var out []Warning
	if !in.Public && greeting.MatchString(own) {
		out = append(out, Greets)
	}
	if len(in.Files) == 0 && promise.MatchString(own) {
		out = append(out, NoFile)
	}
	return out
}

// Mentions are the codes of the persons that a text names as @code, each once.
// A full stop that ends the sentence is not part of the code.
func Mentions(text string) []string {
	var out []string
	for _, m := range mention.FindAllStringSubmatch(quoted.ReplaceAllString(text, ""), -1) {
		if code := strings.TrimRight(m[1], "._-"); !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	return out
}

// mentionField is the field in which an entry keeps whom its text names.
const mentionField = "mention"

func mentioned(who []people.ID) []Change {
	var out []Change
	for _, id := range who {
		out = append(out, Change{Field: mentionField, Now: number(int64(id))})
	}
	return out
}

// Mentioned are the persons that the entry's text names.
func (e Entry) Mentioned() []people.ID {
	var out []people.ID
	for _, c := range e.Changes {
		if c.Field != mentionField {
			continue
		}
		if id, err := strconv.ParseInt(c.Now, 10, 64); err == nil {
			out = append(out, people.ID(id))
		}
	}
	return out
}
