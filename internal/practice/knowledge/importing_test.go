package knowledge_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

func files(all ...string) []knowledge.File {
	var out []knowledge.File
	for i := 0; i < len(all); i += 2 {
		out = append(out, knowledge.File{Name: all[i], Text: strings.NewReader(all[i+1])})
	}
	return out
}

// The same file comes in once; what it says anew becomes a draft of the next
// edition, what was written here since stays, and a preview changes nothing.
func TestArticlesComeFromFiles(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		ctx := t.Context()
		m := &knowledge.Import{
			Desk: c.Desk, Origins: c.db.ArticleOrigins(), Pen: c.db, Together: c.db.Together,
			Named: func(_ people.Actor, column, code string) (string, error) {
				if column == "zone" && code == "secret" {
					return "9", nil
				}
				return "", fault.At(column, "setting.no_such").With("kind", column).With("id", code)
			},
		}
		says := func(what string, by people.Actor, take bool, want string, in ...string) []knowledge.Line {
			t.Helper()
			c.now = c.now.Add(time.Minute)
			read := m.Preview
			if take {
				read = m.TakeIn
			}
			lines, err := read(ctx, by, files(in...))
			if err != nil {
				t.Fatal(what, err)
			}
			var got []string
			for _, l := range lines {
				got = append(got, string(l.Fate))
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s: %v, want %s (%+v)", what, got, want, lines)
			}
			return lines
		}
		_, err := m.TakeIn(ctx, c.bo, files("a.csv", "title_en,text_en\nA,b\n"))
		if !fault.Is(err, fault.Denied) {
			t.Errorf("by who may not: %v", err)
		}
		table := "key,title_zh,text_zh,title_en,text_en,zone,colour\nK1,卡纸,打开后盖,Jam,Open the back,,\nK1,again,so,,,,\n,,no title,,,,\n,,,Blue,Text,,blue\n,,,Far,Text,nowhere,\n"
		before := len(c.all())
		says("a preview", c.mei, false, "new wrong wrong wrong wrong", "a.csv", table)
		if len(c.all()) != before {
			t.Fatal("a preview writes")
		}
		lines := says("a table", c.mei, true, "new wrong wrong wrong wrong", "a.csv", table)
		says("the table again", c.mei, true, "same wrong wrong wrong wrong", "a.csv", table)
		if got := len(c.all()); got != before+1 {
			t.Errorf("%d articles", got-before)
		}
		_, n, err := record.ParseRef(lines[0].Ref)
		if err != nil {
			t.Fatal(err)
		}
		a, err := c.Find(ctx, c.mei, n)
		if err != nil || a.State != knowledge.Writing || a.Draft.Zh.Title != "卡纸" || a.Requester != c.mei.ID {
			t.Fatal(a, err)
		}
		if _, err := c.Edit(ctx, c.li, n, []record.Change{{Field: "text_en", Was: "Open the back", Now: "Open the lid"}}, record.Input{}); err != nil {
			t.Fatal(err)
		}
		one := "key,title_zh,text_zh,title_en,text_en\nK1,卡纸,打开后盖,Jam,Open the back\n"
		says("what was written here stays", c.mei, true, "same", "a.csv", one)
		newer := strings.Replace(one, "Open the back", "Open both", 1)
		says("what is said anew", c.mei, true, "changed", "a.csv", newer)
		c.moves(a, c.li, record.Input{}, "submit")
		says("not while it is reviewed", c.mei, true, "wrong", "a.csv", strings.Replace(one, "Open the back", "Open", 1))
		if a, err = c.Decide(ctx, c.bo2(), n, yes(), record.Input{}); err != nil || a.Shown.En.Text != "Open both" {
			t.Fatal(a, err)
		}
		says("of what is read", c.mei, true, "changed", "a.csv", strings.Replace(one, "Open the back", "Open", 1))
		if a, err = c.Find(ctx, c.mei, n); err != nil || a.State != knowledge.Writing || a.Shown.En.Text != "Open both" || a.Draft.En.Text != "Open" {
			t.Error("its next edition is a draft", a, err)
		}
		says("from another Kilter under the same titles", c.mei, false, "same", "b.ndjson", fmt.Sprintf(`{"number":"KB-2019-00001","title_zh":%q,"title_en":"Jam","text_en":"Open"}`, "卡纸"))
		says("under the same titles in a network it is another", c.mei, false, "new", "b.csv", "title_zh,title_en,text_en,zone\n卡纸,Jam,The hidden lever,secret\n")
		table = "key,title_zh,text_zh,title_en,text_en,audience\nP,给众人,文,For all,Text,officials\n"
		says("for officials", c.mei, true, "new", "p.csv", table)
		lines = says("nothing for staff alone goes into what officials read", c.mei, true, "wrong", "p.csv", strings.Replace(table, "Text,officials", "The hidden lever,staff", 1))
		if all := fault.All(lines[0].Why); len(all) != 1 || all[0].Field != "audience" || all[0].Key != "knowledge.import_wider" {
			t.Errorf("for fewer readers: %v", lines[0].Why)
		}
		secret := "key,title_en,text_en,zone\nS,Secret,Text,secret\n"
		says("in a network", c.mei, true, "new", "s.csv", secret)
		blind := c.mei
		blind.Scope = people.Scope{Own: c.li.ID, Teams: people.Circles(true)}
		if lines := says("who does not see it learns nothing", blind, false, "new", "s.csv", secret); lines[0].Ref != "" {
			t.Errorf("he learns %+v", lines)
		}
		says("pages", c.mei, true, "new new", "docs/paper.zh.md", "---\ntags: [卡纸, \"打印\"]\nauthor: x\n---\n# 打印机\n\n打开。", "docs/paper.en.md", "# Printer\n\nOpen.", "vpn.md", "Dial in.")
		lines = says("pages again", c.mei, true, "same same", "paper.zh.md", "---\ntags: [卡纸, \"打印\"]\nauthor: x\n---\n# 打印机\n\n打开。", "paper.en.md", "# Printer\n\nOpen.", "vpn.md", "Dial in.")
		_, n, _ = record.ParseRef(lines[0].Ref)
		if a, err = c.Find(ctx, c.mei, n); err != nil || a.Draft.Zh != (knowledge.Page{Title: "打印机", Text: "打开。"}) || a.Draft.En != (knowledge.Page{Title: "Printer", Text: "Open."}) || a.Keywords != "卡纸, 打印" {
			t.Errorf("a page: %+v, %v", a, err)
		}
	})
}
