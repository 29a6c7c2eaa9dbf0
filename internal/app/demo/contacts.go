package demo

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/contact"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

const (
	contactDays  = 21 // how far back the city's contacts go
	contactCount = 90 // how many there are, but for weekends
	unanswered   = 3  // the latest questions, which somebody still has to look up
)

// enquiry is something people ask the desk that is no incident.
type enquiry struct {
	kind    contact.Type
	service string
	title   people.Text
	answer  people.Text
}

var enquiries = []enquiry{
	{contact.Question, "mail", people.Text{En: "How large may an attachment be?", Zh: "邮件附件最大可以多大？"}, people.Text{En: "10 MB inside the city; larger files go by the transfer station.", Zh: "市内邮件 10 MB，更大的文件请用中转站发送。"}},
	{contact.Question, "video", people.Text{En: "How is a meeting room with video booked?", Zh: "视频会议室怎么预约？"}, people.Text{En: "In office automation under Meetings, one working day ahead.", Zh: "在协同办公“会议”栏目预约，至少提前一个工作日。"}},
	{contact.Question, "identity", people.Text{En: "When does my password expire?", Zh: "密码多久过期？"}, people.Text{En: "After 90 days; a reminder comes a week before.", Zh: "90 天，到期前一周会收到提醒。"}},
	{contact.Question, "ukey", people.Text{En: "Where is a UKey returned when somebody retires?", Zh: "同事退休，UKey 交到哪里？"}, people.Text{En: "At window 3 of the service hall, with the form of the department.", Zh: "携单位证明到政务大厅 3 号窗口办理交回。"}},
	{contact.Question, "printing", people.Text{En: "Who brings toner for the printer on our floor?", Zh: "楼层打印机的硒鼓找谁领？"}, people.Text{En: "The field team; ordered for tomorrow morning.", Zh: "由现场支持组配送，已安排明天上午送到。"}},
	{contact.Question, "oa", people.Text{En: "How is a deputy named for the holidays?", Zh: "休假期间怎样设置代理人？"}, people.Text{En: "In office automation: personal settings, deputies, with the dates.", Zh: "在协同办公“个人设置—代理人”中选择人员和起止日期。"}},
	{contact.Complaint, "wireless", people.Text{En: "Guests waited twenty minutes for wireless access", Zh: "来访人员等了二十分钟才连上无线网"}, people.Text{En: "Apologised; access for announced guests is now prepared the day before.", Zh: "已致歉；今后已报备的来访人员提前一天开通。"}},
	{contact.Other, "telephone", people.Text{En: "Asked for the number of the finance office", Zh: "询问财务科电话"}, people.Text{En: "Put through.", Zh: "已转接。"}},
}

// contacts lets people ask the desk what is no incident, and call again about
// what is one.
func (c *city) contacts(ctx context.Context) error {
	r := rand.New(rand.NewPCG(seed, 2)) // of its own: the city's history stays as it is
	agents := c.teams["desk"].members
	var whole []*record.Whole[*contact.Contact]
	open := 0
	for n := range contactCount {
		day := c.now.In(china).AddDate(0, 0, -n*contactDays/contactCount)
		at := time.Date(day.Year(), day.Month(), day.Day(), 8+r.IntN(9), r.IntN(60), r.IntN(60), 0, china).UTC()
		if wd := day.Weekday(); wd == time.Saturday || wd == time.Sunday || at.Add(time.Hour).After(c.now) {
			continue
		}
		t := call{city: c, at: at, agent: agents[r.IntN(len(agents))], zh: r.IntN(2) == 0}
		t.channel = contact.Channel([]string{"phone", "phone", "phone", "walk_in", "chat"}[r.IntN(5)])
		if about := r.IntN(3); about == 0 && len(c.late) > 0 {
			if i := c.late[r.IntN(len(c.late))]; i.Opened.Before(at) {
				whole = append(whole, t.again(i.Head))
				continue
			}
		}
		who := c.citizens[r.IntN(len(c.citizens))]
		whole = append(whole, t.asks(who, enquiries[r.IntN(len(enquiries))], open < unanswered))
		open++
	}
	slices.SortFunc(whole, func(a, b *record.Whole[*contact.Contact]) int { return a.Rec.Opened.Compare(b.Rec.Opened) })
	for _, w := range whole {
		if err := c.Contacts.Settle(w, c.now); err != nil {
			return err
		}
	}
	return c.Calls.Load(ctx, whole, audit.By(c.by, c.now, "demo.fill", "contact"))
}

// call is one contact while it is being told.
type call struct {
	*city
	at      time.Time
	agent   *people.Person
	channel contact.Channel
	zh      bool
}

func (t *call) say(text people.Text) string {
	if t.zh {
		return text.Zh
	}
	return text.En
}

// asks is a question that the agent answers while he has the caller, or has
// to look up first.
func (t *call) asks(who *people.Person, e enquiry, open bool) *record.Whole[*contact.Contact] {
	k := &contact.Contact{Channel: t.channel, Type: e.kind, Answer: t.say(e.answer)}
	k.Title, k.Requester, k.Department, k.Phone = t.say(e.title), who.ID, who.Department, who.Phone
	s := services[slices.IndexFunc(services, func(s service) bool { return s.code == e.service })]
	k.Service, k.Zone = record.ServiceID(t.id(setting.Service, e.service)), people.ZoneID(t.id(setting.Zone, s.zone))
	steps := []step{{"open", contact.New}, {"identify", contact.Identified}, {"type", contact.Typed}, {"answer", contact.Answered}, {"close", contact.Closed}}
	if open {
		k.Answer, steps = "", steps[:3]
	}
	return t.tell(k, steps)
}

// again is somebody who asks how his incident stands.
func (t *call) again(i record.Head) *record.Whole[*contact.Contact] {
	k := &contact.Contact{Channel: t.channel, Type: contact.FollowUp, About: record.Ref(record.Incident, i.Number)}
	k.Title, k.Requester, k.Department, k.Service, k.Zone = t.say(people.Text{En: "Asks how it stands", Zh: "询问处理进展"}), i.Requester, i.Department, i.Service, i.Zone
	return t.tell(k, []step{{"open", contact.New}, {"identify", contact.Identified}, {"type", contact.Typed}, {"merge", contact.Merged}})
}

// step is a deed and the state after it.
type step struct {
	deed string
	to   flow.State
}

func (t *call) tell(k *contact.Contact, steps []step) *record.Whole[*contact.Contact] {
	k.Opened, k.Owner, k.Team = t.at, t.agent.ID, t.teams["desk"].id
	w := &record.Whole[*contact.Contact]{Rec: k}
	for n, s := range steps {
		w.Entries = append(w.Entries, record.Entry{At: t.at.Add(time.Duration(n*40) * time.Second), By: t.agent.ID, Deed: "contact." + s.deed, From: k.State, To: s.to, Public: s.deed == "open"})
		k.State = s.to
	}
	return w
}
