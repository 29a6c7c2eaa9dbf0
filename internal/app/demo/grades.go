package demo

import (
	"math/rand/v2"
	"time"

	"kilter/internal/practice/grade"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// complaint is what an official says with a bad grade, and what he is answered.
type complaint struct{ reason, en, zh, answerEn, answerZh string }

var complaints = []complaint{
	{"too-slow", "I had to wait two days for a trifle.", "一点小事等了两天。", "You are right, it lay with the wrong team. It now goes there at once.", "您反映的情况属实，工单转派有误，已调整派单规则，今后会直接派到对应班组。"},
	{"not-told", "Nobody told me how it stood; I had to call three times.", "一直没有人告诉我进展，打了三次电话才问到。", "We are sorry. Whoever works on it now writes once a day.", "非常抱歉，已要求处理人员每日主动反馈进展。"},
	{"again-and-again", "It is the third time this month.", "这个月已经是第三次了。", "The cause is being looked for as a problem; the work-around is on your record.", "已作为问题立项查找根本原因，临时措施见工单。"},
	{"not-solved", "It works, but only in one browser.", "只有换一个浏览器才能用。", "The service owner has taken it up; the correction comes with the next release.", "服务负责人已受理，将在下一次发布中修正。"},
	{"too-hard", "The form asks for things that I cannot know.", "表单里有些内容我根本不知道怎么填。", "Three questions are gone from the form since Monday.", "表单已简化，删除了三个问题。"},
}

// grade lets the requester grade what has just been confirmed: late in the year
// and in the heat of July he is harder to please. Bad grades are answered, now
// and then late; some of the last weeks are not yet.
func (t *teller) grade(v int) {
	r := rand.New(rand.NewPCG(seed, uint64(t.i.Opened.Unix())))
	if m := t.at.In(china).Month(); (m == time.December || m == time.July) && v >= 4 && r.IntN(8) == 0 {
		v = 2
	}
	lead := t.c.Directory.View().Team(t.i.Team).Lead
	g := &grade.Grade{Given: grade.Given{Value: grade.Value(v)}, By: t.i.Requester}
	if !t.say(time.Duration(1+r.IntN(3))*time.Minute, record.Entry{By: t.i.Requester, Deed: "incident." + record.Grades, Public: true, Changes: []record.Change{{Field: "rating", Now: string(rune('0' + v))}}}) {
		return
	}
	t.i.Rating, t.w.Grade = v, g
	g.At = t.at.UTC().Truncate(time.Second)
	if !g.Value.Bad() {
		return
	}
	c := complaints[r.IntN(len(complaints))]
	g.Reason, g.Words = t.c.id(setting.GradeReason, c.reason), t.words(c.en, c.zh)
	g.Duty = grade.Duty{Who: lead, CallBy: workdays(g.At, 1), AnswerBy: workdays(g.At, 5)}
	called, answered := time.Duration(2+r.IntN(20))*time.Hour, time.Duration(24+r.IntN(72))*time.Hour
	if r.IntN(8) == 0 {
		answered += 10 * 24 * time.Hour
	}
	if t.c.now.Sub(g.At) < 45*24*time.Hour && r.IntN(3) == 0 {
		return // nobody has got round to it
	}
	if !t.say(called, record.Entry{By: lead, Deed: "incident." + record.CallsBack}) {
		return
	}
	g.Called, g.CalledBy, g.Note = t.at.UTC().Truncate(time.Second), lead, t.words("Apologised, and promised an answer.", "已致歉，并告知答复时间。")
	if t.say(answered, record.Entry{By: lead, Deed: "incident." + record.AnswersGrade, Text: t.words(c.answerEn, c.answerZh), Public: true}) {
		g.Answered, g.AnsweredBy, g.Answer = t.at.UTC().Truncate(time.Second), lead, t.words(c.answerEn, c.answerZh)
	}
}

// workdays counts Monday to Friday.
func workdays(from time.Time, n int) time.Time {
	for n > 0 {
		from = from.AddDate(0, 0, 1)
		if d := from.In(china).Weekday(); d != time.Saturday && d != time.Sunday {
			n--
		}
	}
	return from
}
