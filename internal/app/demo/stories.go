package demo

// tale is a kind of trouble the city has: what people report, what was done
// about it, and how often it comes.
type tale struct {
	service  string
	category string // when it is not the service's own
	weight   int
	en, zh   string // the report's title
	moreEn   string
	moreZh   string
	doneEn   string // how it was solved
	doneZh   string
	cause    string
	impact   int // usual impact
	urgency  int
	minutes  int    // usual working time
	wait     string // what it typically waits for, "" for nothing
	first    bool   // the desk solves it on the phone
}

var tales = []tale{
	{"printing", "", 130, "Printer on floor %d jams", "%d楼打印机卡纸", "It jams on every second page.", "每打两页就卡一次。", "Cleaned the rollers, replaced the pickup unit.", "清洁搓纸轮并更换取纸部件。", "hardware-aged", 4, 3, 45, "parts", false},
	{"printing", "", 90, "Prints come out blank", "打印出来是白纸", "The document is fine on the screen.", "屏幕上显示正常。", "Toner was empty; replaced.", "更换硒鼓。", "hardware", 4, 3, 25, "", false},
	{"printing", "", 60, "Cannot print from the approval system", "审批系统无法打印", "The print window stays grey.", "打印窗口一直是灰色。", "Installed the print control again.", "重新安装打印控件。", "software-bought", 4, 2, 20, "", true},
	{"desktop", "", 130, "Computer does not start", "电脑无法开机", "The screen stays black after pressing the button.", "按下电源后黑屏。", "Replaced the power supply.", "更换电源。", "hardware-part", 4, 2, 70, "parts", false},
	{"desktop", "terminal-os", 110, "Computer has become very slow", "电脑运行很慢", "Opening a document takes minutes.", "打开一个文件要好几分钟。", "Removed start-up programs, added memory.", "清理启动项并增加内存。", "capacity-load", 4, 3, 50, "", false},
	{"desktop", "terminal-os", 70, "Blue screen after the update", "更新后蓝屏", "It happens about twice a day.", "每天大约出现两次。", "Rolled the driver back.", "回退显卡驱动。", "change-untested", 4, 2, 60, "", false},
	{"office-software", "", 100, "Document cannot be opened", "文档打不开", "An error about the format is shown.", "提示格式错误。", "Opened with the compatible mode and saved anew.", "用兼容模式打开并另存。", "user", 4, 3, 12, "", true},
	{"office-software", "", 70, "Fonts are missing in the red-head template", "红头文件模板缺少字体", "Headings are shown in another font.", "标题显示成别的字体。", "Installed the official fonts.", "安装公文字体。", "configuration", 4, 4, 15, "", true},
	{"identity", "", 140, "Cannot sign in: account locked", "无法登录，账号被锁定", "I entered the password several times.", "密码输错了几次。", "Unlocked after checking the identity.", "核实身份后解锁。", "account", 4, 2, 6, "", true},
	{"identity", "account-permission", 80, "New colleague lacks access to %s", "新同事没有%s的权限", "She moved here from another department.", "刚从其他部门调入。", "Permission granted as approved by the department.", "按部门审批开通权限。", "account", 4, 3, 20, "user", false},
	{"ukey", "", 70, "UKey is not recognised", "UKey 无法识别", "The light is on but the page asks for it again.", "指示灯亮，但页面一直提示插入。", "Installed the driver, changed the port.", "重装驱动并更换接口。", "software", 4, 2, 18, "", true},
	{"ukey", "", 40, "Certificate has expired", "数字证书已过期", "It says that the certificate is no longer valid.", "提示证书已失效。", "Renewed with the certificate authority.", "向证书机构续期。", "supplier", 4, 2, 25, "supplier", false},
	{"wan", "network-access", 70, "No network in room %d", "%d室无法上网", "All computers of the room are affected.", "整个办公室都不行。", "Replaced the patch cord and reset the port.", "更换跳线并重置端口。", "hardware", 3, 2, 40, "", false},
	{"wan", "", 26, "Line to the branch office is down", "到分支单位的专线中断", "The whole site has no connection since the morning.", "从早上起整个院区断网。", "The carrier repaired a damaged fibre.", "运营商修复受损光缆。", "line", 2, 1, 150, "supplier", false},
	{"wireless", "", 60, "Wireless is slow in the meeting room", "会议室无线网络很慢", "Video stutters for all visitors.", "开会时视频卡顿。", "Moved the access point to a free channel.", "调整接入点信道。", "configuration", 3, 3, 45, "", false},
	{"dns", "", 22, "Internal address cannot be resolved", "内部域名无法解析", "The name works from other networks.", "其他网络可以访问。", "Corrected the zone record.", "更正解析记录。", "configuration-drift", 3, 2, 30, "", false},
	{"internet", "", 30, "Website is blocked", "网站被拦截无法访问", "It is needed for the procurement.", "采购工作需要访问。", "Added to the allowed list as approved.", "经审批加入白名单。", "configuration", 4, 3, 20, "user", false},
	{"mail", "", 60, "Mail with attachment is refused", "带附件的邮件发不出去", "Anything above 10 MB comes back.", "超过 10 MB 就被退回。", "Explained the limit, sent by the transfer station.", "说明限制并改用中转站发送。", "user", 4, 3, 8, "", true},
	{"mail", "", 45, "Spam pretends to be the finance office", "收到冒充财务的垃圾邮件", "Several colleagues got it.", "多位同事都收到了。", "Sender blocked, mails withdrawn, notice sent.", "封禁发件人、撤回邮件并发布提醒。", "security", 3, 2, 35, "", false},
	{"oa", "", 90, "Document stays in circulation", "公文流转卡住", "It does not reach the next person.", "一直到不了下一个处理人。", "Corrected the flow's role and sent it on.", "修正流程角色后继续流转。", "configuration-missed", 4, 2, 30, "", false},
	{"oa", "", 50, "Office automation is slow", "协同办公系统很慢", "Every click takes half a minute since nine.", "九点以后每点一下要半分钟。", "Restarted the busy node, added connections.", "重启繁忙节点并扩大连接池。", "capacity-load", 2, 2, 80, "", false},
	{"service-hall-system", "", 40, "Counter cannot accept applications", "窗口无法受理业务", "The queue in the hall is growing.", "大厅排队越来越长。", "The province restarted its interface.", "省级平台重启接口。", "province", 2, 1, 90, "province", false},
	{"service-hall-system", "", 35, "Applicant's photo is not shown", "申请人照片不显示", "Only for applications from the phone.", "只有手机端提交的有问题。", "Corrected the path of the pictures.", "修正图片路径。", "software-own", 3, 3, 60, "", false},
	{"approval", "", 40, "Approval system shows an error on submit", "审批系统提交报错", "Error 500 after the last step.", "最后一步提示 500 错误。", "Corrected a missing code in the dictionary.", "补充缺失的字典代码。", "data", 3, 2, 55, "", false},
	{"exchange", "", 34, "Exchange job has not run", "数据交换任务未执行", "Yesterday's figures are missing.", "缺少昨天的数据。", "Started the job again, cleared the backlog.", "重启任务并清理积压。", "software", 3, 2, 50, "", false},
	{"exchange", "", 18, "Province data arrive late", "省级下发数据延迟", "Nothing new for six hours.", "已经六个小时没有更新。", "The province cleared its queue.", "省级清理队列后恢复。", "province", 2, 2, 110, "province", false},
	{"base-person", "", 24, "Wrong birth date of a resident", "人口信息出生日期有误", "The certificate shows another date.", "与证件不一致。", "Corrected by the source department.", "由数据来源部门更正。", "data", 4, 3, 60, "user", false},
	{"payments", "", 20, "Payment cannot be confirmed", "支付指令无法确认", "The button does nothing.", "点击确认没有反应。", "The supplier corrected the signing control.", "供应商修复签名控件。", "software", 3, 2, 70, "supplier", false},
	{"social-security", "", 24, "Social security query times out", "社保查询超时", "At the counters of the hall.", "大厅窗口均出现。", "The province raised the limit.", "省级调整并发上限。", "province", 2, 2, 65, "province", false},
	{"real-estate-system", "", 22, "Certificate printing fails", "不动产证打印失败", "The seal is missing.", "缺少印章。", "The supplier renewed the seal service.", "供应商更新电子印章服务。", "supplier", 3, 2, 75, "supplier", false},
	{"hotline-system", "", 20, "Calls are cut off", "热线通话中断", "After about two minutes.", "大约两分钟后断线。", "Replaced the voice gateway card.", "更换语音网关板卡。", "hardware-part", 2, 1, 95, "", false},
	{"video", "", 44, "No sound in the video meeting", "视频会议没有声音", "The meeting with the province starts in ten minutes.", "十分钟后要和省里开会。", "Switched the echo canceller to the second input.", "切换音频输入。", "operation", 3, 1, 15, "", false},
	{"database-service", "", 16, "Database space is running out", "数据库空间不足", "The monitoring warns at 92 %.", "监控告警已达 92%。", "Extended the volume, archived old rows.", "扩容并归档历史数据。", "capacity-storage", 3, 3, 60, "", false},
	{"cloud-platform", "", 26, "Virtual machine does not answer", "云主机无响应", "Neither remote access nor the service works.", "远程和服务都不可用。", "Moved to another host and started.", "迁移到其他宿主机后启动。", "hardware", 3, 2, 55, "", false},
	{"backup-service", "", 18, "Backup of last night failed", "昨夜备份失败", "Job report with errors.", "任务报告有错误。", "Freed space and repeated the job.", "释放空间后重跑。", "capacity-storage", 3, 3, 40, "", false},
	{"machine-rooms", "", 10, "Temperature alarm in machine room B", "机房B温度告警", "29 degrees and rising.", "29度且仍在上升。", "Second air conditioner started, first repaired.", "启用备用空调并维修主机。", "power", 3, 1, 120, "supplier", false},
	{"antivirus", "", 40, "Virus warning on a computer", "电脑报病毒", "After opening an attachment.", "打开附件之后出现。", "Isolated, cleaned, password changed.", "隔离、查杀并修改密码。", "security", 4, 2, 60, "", false},
	{"security-service", "", 12, "Suspicious sign-in attempts from abroad", "发现境外可疑登录尝试", "More than a thousand in an hour.", "一小时内超过一千次。", "Addresses blocked, no account was entered.", "封禁地址，未发现账号失陷。", "security", 3, 2, 90, "", false},
	{"telephone", "", 34, "Office phone is dead", "办公电话不通", "No dial tone.", "没有拨号音。", "Replaced the line card.", "更换线路板卡。", "hardware", 4, 3, 40, "supplier", false},
	{"archives-system", "", 14, "Scan cannot be uploaded", "扫描件无法上传", "The file is 40 MB.", "文件有 40 MB。", "Raised the limit of the upload.", "调整上传上限。", "configuration", 4, 3, 35, "", false},
	{"portal-site", "", 16, "Old news on the start page", "首页显示旧闻", "The new article is published but not shown.", "新文章已发布但不显示。", "Cleared the cache of the front servers.", "清理前端缓存。", "software", 3, 3, 25, "", false},
	{"city-management", "", 16, "Camera pictures are missing", "摄像头画面缺失", "Twelve cameras in the north.", "城北十二路没有画面。", "The carrier reset its switch.", "运营商重启交换机。", "line", 3, 3, 80, "supplier", false},
}
