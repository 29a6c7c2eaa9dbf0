package knowledge_test

import (
	"slices"
	"testing"

	"kilter/internal/practice/knowledge"
	"kilter/internal/practice/people"
)

// TestSuggestions are troubles as people write them, and what is to be offered.
func TestSuggestions(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		jam := c.published("service", "1", "category", "20", "item", "9").Ref()
		vpn := c.published("title_zh", "VPN 连不上", "title_en", "VPN does not connect", "text_zh", "检查网线，重新登录。", "text_en", "Check the cable and sign in again.", "keywords", "远程办公，拨号", "service", "2", "category", "21").Ref()
		mail := c.published("title_zh", "邮箱已满", "title_en", "The mailbox is full", "text_zh", "清理已发送邮件。", "text_en", "Delete what was sent.", "keywords", "收不到邮件; quota", "service", "3", "category", "22").Ref()
		secret := c.published("title_en", "Reset the vault of the core switch", "text_en", "Only for the team.", "title_zh", "", "text_zh", "", "audience", "team", "crew", "7").Ref()
		for _, s := range []struct {
			name string
			t    knowledge.Trouble
			want []string
		}{
			{"nothing said", knowledge.Trouble{}, nil},
			{"the keyword", knowledge.Trouble{Text: "三楼的打印机又卡纸了，急"}, []string{jam}},
			{"in English", knowledge.Trouble{Text: "There is a paper jam again, please come and clear it"}, []string{jam}},
			{"one word that is a keyword", knowledge.Trouble{Text: "quota"}, []string{mail}},
			{"small words only", knowledge.Trouble{Text: "the screen is black"}, nil},
			{"other things", knowledge.Trouble{Text: "会议室投影仪没有信号"}, nil},
			{"of the kind, without a word", knowledge.Trouble{Service: 2, Category: 21}, []string{vpn}},
			{"of the service alone", knowledge.Trouble{Service: 2, Text: "投影仪"}, nil},
			{"the item", knowledge.Trouble{Item: 9, Text: "打不开"}, []string{jam}},
			{"the best first", knowledge.Trouble{Service: 3, Category: 22, Text: "在家 VPN 连不上，拨号失败"}, []string{vpn, mail}},
			{"not his to read", knowledge.Trouble{Text: "reset the vault of the core switch"}, nil},
		} {
			found, err := c.Suggest(t.Context(), c.wangs, s.t)
			if err != nil {
				t.Fatal(s.name, err)
			}
			var got []string
			for _, f := range found {
				got = append(got, f.Ref())
			}
			if !slices.Equal(got, s.want) {
				t.Errorf("%s: %v, want %v", s.name, got, s.want)
			}
		}
		crew := c.li
		crew.Scope.Teams = append(slices.Clone(crew.Scope.Teams), 7)
		if found, err := c.Suggest(t.Context(), crew, knowledge.Trouble{Text: "reset the vault of the core switch"}); err != nil || len(found) != 1 || found[0].Ref() != secret || found[0].Because != knowledge.SameWord {
			t.Errorf("to the team: %v, %v", found, err)
		}
		if _, err := c.Suggest(t.Context(), people.Actor{}, knowledge.Trouble{}); err == nil {
			t.Error("without the grant")
		}
	})
}
