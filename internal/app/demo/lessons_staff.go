package demo

import "kilter/internal/practice/people"

// staffLessons are the articles that the centre's people read.
var staffLessons = []lesson{
	{
		"identity", "staff", 44, t("Give a new colleague access to a business system", "为新同事开通业务系统权限"), "新同事权限, 开通账号, new colleague access",
		t("The personnel office has confirmed the post, the head of the division the systems.", "人事部门已确认岗位，处室负责人已确认所需系统。"),
		[]people.Text{
			t("Look the person up by personnel number; do not make a second account for somebody who has moved.", "按人事编号查找，调动人员不得新建第二个账号。"),
			t("Give the role of the post, never the rights of “somebody like him”.", "按岗位授予角色，不得“参照某人”授权。"),
			t("Write the end of a secondment into the account: it closes by itself.", "借调人员须填写截止日期，到期自动关闭。"),
		},
	},
	{
		"approval", "staff", 31, t("Approval system: error 500 on submit", "审批系统提交时报 500 错误"), "审批系统报错, 提交失败, 500, error on submit",
		t("After the last step of an application; most often after the dictionary was changed.", "多在字典调整后、申请最后一步出现。"),
		[]people.Text{
			t("Note the number of the application and the minute; find it in the log of the application server.", "记录申请编号和时间，在应用服务器日志中查找。"),
			t("“Code not found” names the dictionary and the missing code: the data team adds it, no restart is needed.", "“代码不存在”会给出字典名和缺失代码，由数据组补录，无需重启。"),
			t("“Pool exhausted” on both nodes: restart the second, wait for green, then the first. Tell the hall before.", "两个节点均提示连接池耗尽时，先重启第二节点，恢复正常后再重启第一节点，操作前通知大厅。"),
		},
	},
	{
		"exchange", "staff", 22, t("An exchange job has not run", "数据交换任务未执行"), "交换任务, 任务失败, 数据没有更新, exchange job",
		t("Yesterday's figures are missing at a department.", "部门反映昨日数据缺失。"),
		[]people.Text{
			t("Open the job's last run: “waiting for file” is the sender's, “rejected rows” is the mapping's, anything else ours.", "查看任务最近一次运行：“等待文件”属发送方，“记录被拒”属映射规则，其他属本中心。"),
			t("A run may be repeated at any time before noon: the target replaces, it does not add.", "中午前可随时重跑，目标端为覆盖写入，不会重复。"),
			t("Province data that are more than six hours late: call the province's centre, number on the duty card.", "省级数据延迟超过六小时的，按值班卡号码联系省中心。"),
		},
	},
	{
		"database-service", "staff", 57, t("Database space is running out", "数据库表空间不足"), "表空间, 磁盘空间不足, database space, tablespace",
		t("The monitoring warns at 85 per cent.", "监控在 85% 时告警。"),
		[]people.Text{
			t("See what grows: audit tables and temporary exports come first.", "查看增长来源，优先检查审计表和临时导出表。"),
			t("Add one data file of 32 GB; more than two in a month is a question for capacity management.", "增加一个 32 GB 数据文件；一个月内超过两个的，转容量管理处理。"),
			t("Never delete archive logs by hand: the backup needs them.", "严禁手工删除归档日志，备份需要使用。"),
		},
	},
	{
		"cloud-platform", "staff", 38, t("A virtual machine does not answer", "云主机无响应"), "云主机, 虚拟机死机, 远程连不上, virtual machine hangs",
		t("Neither remote access nor its application answers.", "远程和应用均无响应。"),
		[]people.Text{
			t("Look at the console of the platform: a kernel message goes into the incident as a picture.", "查看云平台控制台，内核信息截图附到事件。"),
			t("Look whether others on the same host are affected; then it is the host's incident.", "检查同一宿主机上的其他云主机，若同样异常，按宿主机故障处理。"),
			t("Take a snapshot of memory before the restart when the system is of grade three.", "三级等保系统重启前须先做内存快照。"),
		},
	},
	{
		"backup-service", "staff", 26, t("Last night's backup has failed", "昨夜备份失败"), "备份失败, 备份任务报错, failed backup",
		t("The morning's report shows a job in red.", "早间报告中有任务标红。"),
		[]people.Text{
			t("Read the job's first error, not its last.", "查看任务的第一条错误，而不是最后一条。"),
			t("“Media full”: release what has outlived its retention, then repeat the job by daylight, throttled.", "“介质已满”：清理过期备份后，日间限速重跑。"),
			t("Two nights in a row without a good copy: raise a problem, and tell the owner of the system.", "连续两晚没有有效备份的，提出问题并通知系统负责人。"),
		},
	},
	{
		"antivirus", "staff", 12, t("A computer reports a virus", "终端报告病毒后的处理"), "病毒, 中毒, 勒索, virus, ransomware",
		t("The desk or the console of the protection reports it.", "服务台或防护控制台上报。"),
		[]people.Text{
			t("Have the network cable pulled; leave the computer on.", "让用户拔掉网线，电脑保持开机。"),
			t("Ask what was opened, from whom, and who else got it; block the sender.", "询问打开了什么、来自谁、还有谁收到，并封禁发件人。"),
			t("Encrypted files or several computers: declare a major incident at once.", "出现文件被加密或多台终端感染的，立即宣布重大事件。"),
		},
	},
	{
		"machine-rooms", "staff", 80, t("Temperature alarm in a machine room", "机房温度告警"), "机房温度, 空调故障, temperature alarm, cooling",
		t("Above 27 degrees at the cold aisle.", "冷通道温度高于 27 度。"),
		[]people.Text{
			t("Go there. Doors shut, floor panels in place, no cabinet open to the cold aisle.", "到现场确认：门已关闭、地板盖好、机柜没有向冷通道敞开。"),
			t("One unit down: start the standby by hand on its panel, call the maintenance firm.", "单台空调停机的，在面板上手动启动备用机，并联系维保单位。"),
			t("At 32 degrees switch off in the order on the wall; tell the director before.", "达到 32 度时按墙上顺序关机，操作前报告中心主任。"),
		},
	},
	{
		"telephone", "staff", 66, t("An office telephone is dead", "办公电话不通"), "电话没声音, 电话不通, no dial tone, dead phone",
		t("No dial tone in one room, or on a whole floor.", "单个房间或整层没有拨号音。"),
		[]people.Text{
			t("Try the phone at a socket that works; exchange it when it stays dead.", "将话机接到正常的接口测试，仍不通则更换话机。"),
			t("A whole floor: the power of the floor's switch comes first, then the line card.", "整层不通的，先查楼层交换机供电，再查语音板卡。"),
		},
	},
}
