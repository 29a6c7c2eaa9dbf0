package demo

import "kilter/internal/practice/people"

// lesson is an article of the city's knowledge base.
type lesson struct {
	service  string
	audience string
	days     int // since it was published
	title    people.Text
	keywords string
	when     people.Text // in which case it helps
	steps    []people.Text
}

func t(en, zh string) people.Text { return people.Text{En: en, Zh: zh} }

var lessons = []lesson{
	{
		"printing", "officials", 41, t("Clear a paper jam in the office printer", "打印机卡纸怎么处理"), "卡纸, 打印机卡纸, 纸张卡住, paper jam, printer jams",
		t("The printer stops and its display asks you to remove paper.", "打印机停止工作，面板提示取出纸张。"),
		[]people.Text{
			t("Open the rear cover and pull the sheet out with both hands, in the direction in which it runs.", "打开后盖，双手顺着走纸方向将纸张缓慢抽出。"),
			t("Take out the paper tray, remove creased sheets, fan the stack and put it back below the mark.", "抽出纸盒，取走褶皱的纸张，将纸抖松后放回，不超过上限标记。"),
			t("Close all covers. The job goes on by itself; if it does not, send it again.", "关好所有盖板，作业会自动继续；如未继续，请重新打印。"),
			t("When it jams again within the hour, report it with the number on the printer's label: the rollers are worn.", "一小时内再次卡纸的，请报告故障并提供机身标签上的编号，通常是搓纸轮磨损。"),
		},
	},
	{
		"printing", "officials", 35, t("Prints come out blank", "打印出来是白纸"), "打印空白, 白纸, blank page, empty prints",
		t("The document looks right on the screen and the sheets stay white.", "文档在屏幕上显示正常，打印出来是空白页。"),
		[]people.Text{
			t("In the print window choose “Print as image” and print one page.", "在打印窗口中勾选“以图像方式打印”，先打印一页。"),
			t("If that works, keep the setting: the driver is being replaced in all departments.", "如果正常，请保留该设置，驱动正在各部门统一更换。"),
			t("If it stays white, print the printer's own test page from its menu; when that is white too, the toner is empty.", "如果仍为空白，从打印机菜单打印测试页；测试页也是空白的，说明碳粉已用完。"),
		},
	},
	{
		"desktop", "officials", 88, t("The computer does not start", "电脑无法开机"), "开不了机, 黑屏, 按电源没反应, black screen, does not turn on",
		t("Nothing happens after pressing the power button, or the screen stays black.", "按下电源键没有反应，或屏幕一直黑屏。"),
		[]people.Text{
			t("See whether the lamp on the computer is lit. If not, try another socket that you know to work.", "查看主机指示灯是否亮。不亮时，换一个确认有电的插座。"),
			t("If the lamp is lit, check the cable between the screen and the computer and choose the right input on the screen.", "指示灯亮时，检查显示器与主机之间的连线，并在显示器上选择正确的信号源。"),
			t("Hold the power button for ten seconds, wait half a minute, press it once.", "长按电源键十秒，等待半分钟后再按一次。"),
			t("Still dark? Report it with your room: we bring a spare computer.", "仍然黑屏的，请报告故障并注明房间号，我们会携带备用机上门。"),
		},
	},
	{
		"desktop", "officials", 60, t("The computer has become slow", "电脑运行缓慢"), "电脑很慢, 卡顿, 打开文件慢, slow computer",
		t("Programs take a minute to open although the network is fine.", "网络正常，但打开程序需要很久。"),
		[]people.Text{
			t("Restart the computer; sleeping does not count. Updates may need ten minutes.", "重新启动电脑（睡眠不算），更新可能需要十分钟。"),
			t("Empty the recycle bin and move large files from the desktop to the department's share.", "清空回收站，将桌面上的大文件移到部门共享目录。"),
			t("Close browser tabs that you do not need; more than thirty slow any of our office computers down.", "关闭不用的浏览器标签页，超过三十个会明显拖慢办公电脑。"),
		},
	},
	{
		"office-software", "officials", 120, t("Fonts are missing in the red-head template", "红头文件模板缺少字体"), "缺字体, 公文字体, 仿宋, 小标宋, missing fonts",
		t("The official document template shows other letters than it should.", "公文模板显示的字体不正确。"),
		[]people.Text{
			t("Open “Software centre” on the desktop and install “Official document fonts”. No rights are needed.", "打开桌面上的“软件中心”，安装“公文字体包”，无需管理员权限。"),
			t("Close all documents and open the template again.", "关闭所有文档后重新打开模板。"),
			t("Before sending the document out, print to PDF with “embed fonts”.", "对外发文前，另存为 PDF 并勾选“嵌入字体”。"),
		},
	},
	{
		"office-software", "officials", 52, t("A document cannot be opened", "文档打不开"), "文件损坏, 格式错误, 打不开文档, corrupt file",
		t("A message about the format appears, or nothing at all.", "提示格式错误，或没有任何反应。"),
		[]people.Text{
			t("Save the attachment to the desktop first; do not open it from within the mail.", "先将附件保存到桌面，不要直接在邮件中打开。"),
			t("Open the office program, then choose File, Open, Repair.", "打开办公软件，选择“文件”“打开”“修复”。"),
			t("Ask the sender for a PDF when it still fails.", "仍打不开的，请发件人提供 PDF。"),
		},
	},
	{
		"identity", "officials", 15, t("Your account is locked", "账号被锁定"), "无法登录, 密码错误次数过多, 忘记密码, account locked, forgot password",
		t("Five wrong passwords lock an account for half an hour.", "连续五次输错密码，账号会锁定半小时。"),
		[]people.Text{
			t("Wait thirty minutes and type the password slowly; look whether Caps Lock is on.", "等待三十分钟，注意大写锁定键，缓慢输入密码。"),
			t("On the sign-in page choose “Forgot password”: a code goes to the mobile number that the personnel office has.", "在登录页选择“忘记密码”，验证码会发送到人事部门登记的手机号。"),
			t("If your number has changed, ask your department's personnel officer to correct it first.", "手机号已变更的，请先联系本部门人事人员更正。"),
			t("Locked again without your doing? Report it at once: somebody may be trying your password, or an old phone still has the former one.", "并非本人操作却再次被锁的，请立即报告，可能有人尝试您的密码，或旧手机仍保存着原密码。"),
		},
	},
	{
		"ukey", "officials", 28, t("The UKey is not recognised", "UKey 无法识别"), "UKey, 插入 UKey 没反应, 签名控件, certificate key",
		t("The lamp on the key is lit, and the page asks for it again and again.", "UKey 指示灯亮，但页面反复提示插入。"),
		[]people.Text{
			t("Plug it into a socket of the computer itself, not of the screen or keyboard.", "插到主机自身的接口，不要插在显示器或键盘上。"),
			t("Open the page in compatible mode of the official browser.", "使用政务浏览器的兼容模式打开页面。"),
			t("Start “UKey assistant” from the desktop and press “Check”: it says which part is missing and installs it.", "运行桌面上的“UKey 助手”，点击“检测”，按提示安装缺少的组件。"),
		},
	},
	{
		"ukey", "officials", 75, t("Renew a certificate before it expires", "数字证书到期前如何续期"), "证书过期, 证书续期, expired certificate, renew",
		t("A certificate holds for a year. From a month before its end the assistant reminds you.", "数字证书有效期一年，到期前一个月起助手会提醒。"),
		[]people.Text{
			t("Plug the key in, open “UKey assistant” and choose “Renew”. It takes three minutes.", "插入 UKey，打开“UKey 助手”，选择“续期”，约需三分钟。"),
			t("Do it before the last day: an expired one can only be issued anew, at the counter, with the department's seal.", "请务必在到期日前办理；过期后只能持单位盖章的申请到窗口重新办理。"),
		},
	},
	{
		"wan", "officials", 64, t("No network in your room", "办公室无法上网"), "上不了网, 网络不通, 断网, no network, no internet",
		t("One computer or all of a room have no connection.", "一台或整间办公室的电脑无法上网。"),
		[]people.Text{
			t("Ask next door. If the whole corridor is affected, one report is enough: look at the notice board first.", "先问问隔壁。整层都不通的，报告一次即可，请先查看公告板。"),
			t("Is the plug in the wall firm, and does its lamp blink? Try another cable.", "检查墙上网口是否插紧、指示灯是否闪烁，换一根网线试试。"),
			t("Switch the small switch in the room off for ten seconds, and on again.", "将房间内的小交换机断电十秒后重新通电。"),
			t("Never connect a private router: it is found and blocked, with the whole socket.", "严禁私接路由器，一经发现，整个网口会被封禁。"),
		},
	},
	{
		"wireless", "officials", 33, t("Use the wireless network in meeting rooms", "会议室无线网络怎么用"), "无线, WiFi, 连不上无线, 会议室网络慢, wireless, guests",
		t("For officials and for guests of the city.", "适用于机关人员和来访人员。"),
		[]people.Text{
			t("Choose “GOV-Office” and sign in as on your computer; “GOV-Guest” is for guests, by a code on their phone.", "选择“GOV-Office”，用电脑账号登录；来访人员选择“GOV-Guest”，凭手机验证码登录。"),
			t("For more than twenty people book the room's additional access point two days ahead.", "二十人以上的会议，请提前两天预约增设接入点。"),
			t("Video at meetings goes by cable: every table has a socket under its lid.", "视频会议请使用网线，会议桌盖板下有网口。"),
		},
	},
	{
		"internet", "officials", 95, t("A website that you need is blocked", "工作所需网站被拦截"), "网站打不开, 网站被拦截, 访问受限, blocked website",
		t("The page says that the address is not allowed.", "页面提示该网址不允许访问。"),
		[]people.Text{
			t("Read the reason on the page: “category” can be opened, “danger” cannot.", "查看页面上的原因：“类别限制”可以申请放行，“存在风险”不予放行。"),
			t("Report it with the whole address and what it is needed for; your head of division confirms it.", "提交完整网址和用途，由处室负责人确认。"),
			t("It is opened for your department within a working day.", "一个工作日内对本部门放行。"),
		},
	},
	{
		"mail", "officials", 47, t("Send a mail with a large attachment", "邮件附件太大发不出去"), "附件太大, 邮件发不出, 超大附件, large attachment, refused",
		t("Anything above 10 MB is refused.", "超过 10 MB 的附件会被拒收。"),
		[]people.Text{
			t("In the mail choose “Large attachment”: up to 2 GB, kept for 15 days.", "写信时选择“超大附件”，最大 2 GB，保存 15 天。"),
			t("For colleagues put it into the department's share and send its place.", "发给同事的，放入部门共享目录后发送路径即可。"),
			t("Never send classified files, in whatever size.", "涉密文件无论大小一律不得通过邮件发送。"),
		},
	},
	{
		"mail", "officials", 9, t("A mail asks for money or your password", "收到索要密码或转账的邮件"), "钓鱼邮件, 诈骗邮件, 冒充财务, phishing, spam",
		t("It pretends to be the finance office, the personnel office or us.", "冒充财务、人事或信息中心的邮件。"),
		[]people.Text{
			t("Do not answer, open nothing, scan no code.", "不回复、不点击链接、不扫描二维码。"),
			t("Press “Report as fraud” in the mail program; it goes to the security team.", "在邮件系统中点击“举报诈骗”，会直接送达安全组。"),
			t("Have you typed your password already? Change it now and report it at once: nobody is blamed for saying so.", "已经输入过密码的，请立即修改并马上报告，主动报告不会被追责。"),
		},
	},
	{
		"oa", "officials", 54, t("A document stays in circulation", "公文流转卡住怎么办"), "公文卡住, 流转不动, 待办没有, document stuck, circulation",
		t("It was sent and does not reach the next person.", "公文已发送，但下一环节没有收到。"),
		[]people.Text{
			t("Open the document, choose “Flow”: the step in red says who has it.", "打开公文，选择“流程”，红色环节显示当前处理人。"),
			t("If that person is on leave, his head of division can hand it on under “Deputies”.", "处理人休假的，其处室负责人可在“代理”中转办。"),
			t("If no step is red, report it with the document's number: we start the step again, nothing is lost.", "没有红色环节的，请报告并提供文号，我们重新启动该环节，内容不会丢失。"),
		},
	},
	{
		"video", "officials", 70, t("No sound in a video meeting", "视频会议没有声音"), "没有声音, 听不到, 麦克风, no sound, microphone",
		t("You see the others and do not hear them, or they do not hear you.", "能看到画面，但听不到对方，或对方听不到您。"),
		[]people.Text{
			t("Press the loudspeaker on the table unit; its lamp must be green.", "按下桌面终端上的扬声器键，指示灯应为绿色。"),
			t("In the meeting choose the table unit as microphone and loudspeaker, not the screen.", "在会议设置中将麦克风和扬声器选为桌面终端，而不是显示器。"),
			t("Let one computer only in the room have its sound on: two of them whistle.", "同一房间只保留一台电脑开启声音，否则会啸叫。"),
			t("Meetings with the province are tried half an hour before; call 8800-1100 to have somebody there.", "与省里的会议提前半小时调试，可拨打 8800-1100 请人到场。"),
		},
	},
}
