package wave

import "kilter/internal/practice/people"

func say(en, zh string) people.Text { return people.Text{En: en, Zh: zh} }

// Standard is the questionnaire that a centre begins with: the 22 topics of
// SERVQUAL (Parasuraman, Zeithaml and Berry 1988) worded for a city's information
// centre, all positively, in the classic form on seven points.
func Standard() Paper {
	return Paper{
		Form: Classic, Points: 7, Shuffle: true, Weights: true, Check: true,
		Intro: say("We would like to know what you expect of the information centre and how you find its service. It takes about ten minutes. There are no right answers.",
			"我们希望了解您对信息中心服务的期望和实际感受。填写约需十分钟，答案没有对错之分。"),
		Excellent:  say("An excellent government IT service centre …", "一个优秀的政务信息服务中心……"),
		Ours:       say("Our information centre …", "我们的信息中心……"),
		Belief:     say("Our users expect that an excellent centre …", "我们的用户期望一个优秀的中心……"),
		Dimensions: standardDimensions(),
		Overall: []Rating{
			{Code: "SAT1", Text: say("All in all I am satisfied with the information centre.", "总体而言，我对信息中心感到满意。"), Outcome: true},
			{Code: "SAT2", Text: say("The service of the information centre is what I wish for.", "信息中心的服务符合我的期望。"), Outcome: true},
			{Code: "QUAL", Text: say("The quality of its service is excellent.", "信息中心的服务质量非常好。")},
			{Code: "EFFORT", Text: say("It is easy to get done what I need there.", "在信息中心办事很省力。")},
		},
		Profile: standardProfile(),
		Comments: []Remark{
			{Code: "better", Text: say("What should the information centre do better first?", "您认为信息中心最应先改进什么？")},
			{Code: "good", Text: say("What does it do well?", "您认为信息中心哪些方面做得好？")},
		},
	}
}

func standardDimensions() []Dimension {
	return []Dimension{
		{
			Code: "tangibles", Name: say("Tangibles", "有形性"), About: say("equipment, portal, the look of people and papers", "设备、门户、人员形象和书面材料"), Apart: true,
			Items: []Item{
				{Code: "T1", Text: say("works with up-to-date equipment, platforms and tools", "使用先进的设备、平台和工具")},
				{Code: "T2", Text: say("offers a portal and help pages that are clear and pleasant to use", "提供清晰、易用的服务门户和帮助页面")},
				{Code: "T3", Text: say("sends people who look and act like professionals", "服务人员着装得体、举止专业")},
				{Code: "T4", Text: say("gives guides, notices and forms that are tidy and easy to follow", "提供的指南、通知和表单规范易懂")},
			},
		},
		{
			Code: "reliability", Name: say("Reliability", "可靠性"), About: say("does what was promised, and does it right", "兑现承诺，一次做对"),
			Items: []Item{
				{Code: "R1", Text: say("does what it promised by the time it promised", "在承诺的时间内完成承诺的事项")},
				{Code: "R2", Text: say("takes a real interest in solving a fault for good", "真心实意地帮助用户彻底解决问题")},
				{Code: "R3", Text: say("repairs or delivers correctly the first time", "一次就把故障修好、把服务办对")},
				{Code: "R4", Text: say("keeps networks and systems available in the agreed hours", "在约定时间内保证网络和系统可用")},
				{Code: "R5", Text: say("keeps accounts, assets, permissions and data free from errors", "账号、资产、权限和数据记录准确无误")},
			},
		},
		{
			Code: "responsiveness", Name: say("Responsiveness", "响应性"), About: say("helps willingly and fast", "乐于助人，响应迅速"),
			Items: []Item{
				{Code: "S1", Text: say("tells users exactly when the work will be done", "明确告知用户服务完成的时间")},
				{Code: "S2", Text: say("reacts and restores quickly", "响应和恢复迅速及时")},
				{Code: "S3", Text: say("is always willing to help", "总是乐于帮助用户")},
				{Code: "S4", Text: say("can be reached even at busy times", "即使繁忙时也能及时联系上")},
			},
		},
		{
			Code: "assurance", Name: say("Assurance", "保证性"), About: say("knowledge, courtesy and safety that give confidence", "以专业、礼貌和安全让人放心"),
			Items: []Item{
				{Code: "A1", Text: say("has staff whose conduct gives confidence", "服务人员的行为让用户放心")},
				{Code: "A2", Text: say("makes users feel that data and systems are safe during its work", "服务过程中让用户感到数据和系统安全")},
				{Code: "A3", Text: say("has staff who are always polite", "服务人员始终礼貌待人")},
				{Code: "A4", Text: say("has staff with the knowledge to answer", "服务人员具备解答问题的专业知识")},
			},
		},
		{
			Code: "empathy", Name: say("Empathy", "移情性"), About: say("sees the needs of each department", "理解并关照各部门的需要"),
			Items: []Item{
				{Code: "M1", Text: say("looks at the case of each department individually", "针对各部门的情况给予个别关注")},
				{Code: "M2", Text: say("has support hours that fit the work and the peak dates", "服务时间符合部门工作和业务高峰的需要")},
				{Code: "M3", Text: say("gives a contact person who knows the systems of the department", "为部门安排熟悉其系统的联系人")},
				{Code: "M4", Text: say("has the interest of the department at heart, also when priorities compete", "优先级冲突时仍为部门利益着想")},
				{Code: "M5", Text: say("understands the special needs of the business systems", "了解部门业务系统的特殊需求")},
			},
		},
	}
}

func standardProfile() []Choice {
	return []Choice{
		{Code: "role", Text: say("What is your work?", "您的岗位是？"), Options: []Option{
			{"lead", say("I lead others", "领导岗位")},
			{"counter", say("I serve the public at a counter", "窗口服务")},
			{"office", say("I work in an office", "机关办公")},
			{"it", say("I look after systems of my department", "本部门信息化工作")},
		}},
		{Code: "network", Text: say("Which network do you mostly use?", "您主要使用哪个网络？"), Options: []Option{
			{"sharing", say("Resource sharing network", "资源共享网")},
			{"business", say("Business resource network", "业务资源网")},
			{"public", say("Public service network", "公众服务网")},
		}},
		{Code: "contact", Text: say("How often do you turn to the information centre?", "您多久联系一次信息中心？"), Options: []Option{
			{"weekly", say("every week", "每周")},
			{"monthly", say("every month", "每月")},
			{"yearly", say("some times a year", "每年数次")},
			{"hardly", say("hardly ever", "几乎不联系")},
		}},
	}
}
