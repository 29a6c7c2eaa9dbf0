package demo

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"time"

	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
)

// sound is a character of a name with its syllable.
type sound struct{ zh, py string }

var surnames = []sound{
	{"王", "wang"},
	{"李", "li"},
	{"张", "zhang"},
	{"刘", "liu"},
	{"陈", "chen"},
	{"杨", "yang"},
	{"赵", "zhao"},
	{"黄", "huang"},
	{"周", "zhou"},
	{"吴", "wu"},
	{"徐", "xu"},
	{"孙", "sun"},
	{"胡", "hu"},
	{"朱", "zhu"},
	{"高", "gao"},
	{"林", "lin"},
	{"何", "he"},
	{"郭", "guo"},
	{"马", "ma"},
	{"罗", "luo"},
	{"梁", "liang"},
	{"宋", "song"},
	{"郑", "zheng"},
	{"谢", "xie"},
	{"韩", "han"},
	{"唐", "tang"},
	{"冯", "feng"},
	{"于", "yu"},
	{"董", "dong"},
	{"萧", "xiao"},
}

var givens = []sound{
	{"伟", "wei"},
	{"芳", "fang"},
	{"娜", "na"},
	{"敏", "min"},
	{"静", "jing"},
	{"丽", "li"},
	{"强", "qiang"},
	{"磊", "lei"},
	{"军", "jun"},
	{"洋", "yang"},
	{"勇", "yong"},
	{"艳", "yan"},
	{"杰", "jie"},
	{"娟", "juan"},
	{"涛", "tao"},
	{"明", "ming"},
	{"超", "chao"},
	{"霞", "xia"},
	{"平", "ping"},
	{"刚", "gang"},
	{"晓", "xiao"},
	{"文", "wen"},
	{"建", "jian"},
	{"国", "guo"},
	{"海", "hai"},
	{"红", "hong"},
	{"云", "yun"},
	{"欣", "xin"},
	{"宇", "yu"},
	{"佳", "jia"},
}

// naming hands out names, none twice.
type naming struct {
	r    *rand.Rand
	used map[string]int
}

// person makes up somebody with a name nobody else has.
func (n *naming) person(code string) *people.Person {
	s := surnames[n.r.IntN(len(surnames))]
	one, two := givens[n.r.IntN(len(givens))], givens[n.r.IntN(len(givens))]
	name, py := s.zh+one.zh+two.zh, []string{s.py, one.py, two.py}
	if n.r.IntN(4) == 0 {
		name, py = s.zh+one.zh, py[:2]
	}
	n.used[name]++
	if again := n.used[name]; again > 1 { // as centres do it: a mark behind the name
		name += string(rune('A' + (again-2)%26))
	}
	initials := ""
	for _, syllable := range py {
		initials += syllable[:1]
	}
	if code == "" {
		code = strings.Join(py[1:], "") + "." + py[0]
		if n.used["."+code]++; n.used["."+code] > 1 {
			code = fmt.Sprintf("%s%d", code, n.used["."+code])
		}
	}
	return &people.Person{
		Code: code, Name: name, Pinyin: strings.Join(py, "") + " " + initials,
		Mail: code + "@city.example", Phone: fmt.Sprintf("8%03d%04d", n.r.IntN(1000), n.r.IntN(10000)),
	}
}

// How people of the city want to be told, in turn: most leave it as it is.
var (
	staffWants = []people.Prefs{
		{notice.QuietPref: "22:00-07:00", notice.Pref(notice.Warned, notice.Mail): "on", notice.Pref(notice.Queued, notice.Mail): "on"}, // who leads a team
		nil,
		{notice.Pref(notice.WorkTold, notice.Mail): "off", notice.Pref(notice.Assigned, notice.Mail): "off"},
		nil,
		{notice.Pref(notice.WorkTold, notice.Bell): "off"},
	}
	officialWants = []people.Prefs{
		nil,
		{notice.QuietPref: "20:00-08:00", notice.Pref(notice.Followed, notice.Mail): "on"},
		nil,
		{notice.Pref(notice.WorkTold, notice.Mail): "off"},
	}
)

// crew makes the people of a team.
func (c *city) crew(t team) []*people.Person {
	var out []*people.Person
	for n := range t.size {
		p := c.names.person("")
		p.Staff, p.External = true, t.tier == "supplier"
		p.Department = c.department("information-centre")
		p.Room = fmt.Sprintf("信息中心 %d", 200+c.r.IntN(30))
		p.Changed = c.from
		p.Doc = people.Profile{Reach: "all", Cleared: c.networks(), Prefs: maps.Clone(staffWants[n%len(staffWants)])}
		if p.External {
			p.Doc.Reach = "team"
			p.Doc.Ends = time.Date(c.now.Year()+1, 12, 31, 15, 59, 0, 0, time.UTC)
		}
		out = append(out, p)
	}
	return out
}

// official makes up somebody of a department.
func (c *city) official() *people.Person {
	p := c.names.person("")
	d := c.r.IntN(len(departments) - provincial)
	p.Department = c.department(departments[d].code)
	p.Room = fmt.Sprintf("%d楼 %d", 1+d%12, 100*(1+d%12)+1+c.r.IntN(30))
	p.VIP = c.r.IntN(100) == 0
	p.Changed = c.from
	p.Doc = people.Profile{Reach: "own", Cleared: c.networks(), Prefs: maps.Clone(officialWants[len(c.citizens)%len(officialWants)])}
	return p
}
