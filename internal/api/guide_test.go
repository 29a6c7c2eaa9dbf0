package api_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kilter/internal/testkit"
	"kilter/internal/testkit/storetest"
)

// TestTheGuide runs the examples of docs/api.md in their order.
func TestTheGuide(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.Open(t, "sqlite"))
	text, err := os.ReadFile(filepath.Join(testkit.Root(t), "docs", "api.md"))
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "curl ") {
			continue
		}
		ran++
		who, method, path, body, headers := "agent", "GET", "", "", []string{}
		words := shellWords(line)
		for i := 1; i < len(words); i++ {
			switch w := words[i]; w {
			case "-X", "-H", "-d", "--data-binary":
				i++
				switch {
				case w == "-X":
					method = words[i]
				case w != "-H":
					body = words[i]
				case strings.HasPrefix(words[i], "Authorization: Bearer $"):
					who = holders[strings.TrimPrefix(words[i], "Authorization: Bearer ")]
				default:
					headers = append(headers, words[i])
				}
			default:
				path = strings.TrimPrefix(w, "$KILTER")
			}
		}
		if file, ok := strings.CutPrefix(body, "@"); ok {
			body = brought[file]
		}
		if a := s.ask(who, method, path, body, headers...); a.status >= 300 {
			t.Errorf("%s\n%d %s", line, a.status, a.body)
		}
	}
	if ran < 10 {
		t.Errorf("only %d examples were found", ran)
	}
}

// holders are whose tokens the guide speaks of.
var holders = map[string]string{"$TOKEN": "agent", "$SYSTEM": "administrator", "$SECURITY": "security", "$AUDIT": "auditor"}

// brought are the files that the guide sends.
var brought = map[string]string{
	"departments.csv": "code,name_en\nparks,Parks\n",
	"old.csv":         "case;activity;time\nA1;opened;2024-03-01 08:00\n",
}

// shellWords cuts a command into its words, quotes taken off.
func shellWords(line string) (out []string) {
	var word strings.Builder
	quote, within := rune(0), false
	for _, r := range strings.TrimSpace(line) {
		switch {
		case quote == 0 && (r == '"' || r == '\''):
			quote, within = r, true
		case r == quote:
			quote = 0
		case quote == 0 && r == ' ':
			if within {
				out = append(out, word.String())
			}
			word.Reset()
			within = false
		default:
			word.WriteRune(r)
			within = true
		}
	}
	return append(out, word.String())
}
