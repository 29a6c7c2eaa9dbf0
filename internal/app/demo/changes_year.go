package demo

import (
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
)

// work is something that the city changes, time and again or once.
type work struct {
	name               people.Text
	service, item      string
	kind               change.Type
	impact, likelihood change.Degree
	every              int // days between, 0 for once
	last               int // how many days ago it was done last; below 0 it lies ahead
	hours              int
	result             change.Result
	why                people.Text // of a failure, and what the review found
	taken              bool        // its time is another's: it is authorised, and waits for a free one
	board              people.Text // what the board said of the review, where it found something
}

// works are the changes of a year. What recurs went wrong now and then: see
// mishaps.
var works = []work{
	{t("Monthly patches of the office automation servers", "协同办公服务器月度补丁"), "oa", "APP-oa", change.Standard, 1, 1, 30, 18, 2, change.Success, t("", ""), false, t("", "")},
	{t("Antivirus engine updated", "病毒防护引擎升级"), "antivirus", "APP-antivirus", change.Standard, 1, 1, 30, 6, 1, change.Success, t("", ""), false, t("", "")},
	{t("Certificate of the city portal renewed", "门户网站证书更换"), "portal-site", "APP-portal-site", change.Standard, 1, 1, 90, 25, 1, change.Success, t("", ""), false, t("", "")},
	{t("Standard configuration of access switches rolled out", "接入交换机标准配置下发"), "wireless", "SYS-wireless", change.Standard, 1, 1, 42, 11, 2, change.Success, t("", ""), false, t("", "")},
	{t("New release of the approval system", "行政审批系统版本升级"), "approval", "APP-approval", change.Normal, 3, 2, 60, 40, 4, change.Success, t("", ""), false, t("", "")},
	{t("Rules of the Internet firewall tidied up", "互联网出口防火墙策略清理"), "internet", "FW-P1", change.Normal, 2, 2, 45, 33, 2, change.Success, t("", ""), false, t("", "")},
	{t("Hosts of the public network patched", "公众服务网宿主机补丁"), "cloud-platform", "HOST-P1", change.Normal, 2, 2, 40, 29, 3, change.Success, t("", ""), false, t("", "")},
	{t("Indexes of the geographic base rebuilt", "地理空间信息库重建索引"), "base-geo", "APP-base-geo", change.Normal, 2, 1, 75, 47, 3, change.Success, t("", ""), false, t("", "")},
	{t("Storage of the backup extended", "备份存储扩容"), "backup-service", "APP-backup-service", change.Normal, 1, 1, 110, 52, 4, change.Success, t("", ""), false, t("", "")},
	{t("Province interface of healthcare settlement adapted", "医保结算省级接口适配"), "medical", "APP-medical", change.Normal, 3, 2, 95, 61, 3, change.Success, t("", ""), false, t("", "")},
	{t("Zones of the name servers cleaned", "域名解析区数据整理"), "dns", "APP-dns", change.Normal, 2, 2, 80, 70, 1, change.Success, t("", ""), false, t("", "")},
	{
		t("Database of the exchange platform moved to version 5.1", "数据交换平台数据库升级至 5.1"), "exchange", "APP-exchange", change.Normal, 4, 2, 0, 120, 6, change.Overran,
		t("Copying took two hours longer than rehearsed: the rehearsal had used half of the data.", "数据复制比演练多用两小时：演练只用了一半数据。"), false,
		t("Half of the data is no rehearsal. Times of copying are measured with all of it from now on, and stand in the plan.", "半量数据不算演练。今后复制时长须按全量实测并写入计划。"),
	},
	{
		t("Mail gateway replaced", "邮件网关更换"), "mail", "APP-mail", change.Normal, 3, 2, 0, 160, 4, change.TakenBack,
		t("Messages with large attachments were refused; the old gateway was put back within forty minutes.", "大附件邮件被拒收，四十分钟内回退到原网关。"), false,
		t("Putting it back within forty minutes was right. The supplier shows the limits of attachments before the second attempt.", "四十分钟内回退处置得当。再次实施前由厂商说明附件限制。"),
	},
	{
		t("Firmware of the storage controllers", "存储控制器固件升级"), "approval", "STO-B1", change.Normal, 5, 3, 0, 97, 4, change.Failed,
		t("One controller did not come back with the new firmware, and the path to the second had never been enabled: the volume went read-only on the next day and the approval system stood still for three and a half hours.", "一个控制器升级后未能恢复，而到另一控制器的路径一直没有启用：次日卷变为只读，审批系统停摆三个半小时。"), false,
		t("The board has consented to a plan whose way back nobody had tried: it asks for that itself from now on. See the action below.", "委员会批准了未经演练的回退方案，今后须亲自核实。见下方行动项。"),
	},
	{t("Multipath enabled on the hosts of the business network", "业务资源网宿主机启用多路径"), "approval", "STO-B2", change.Normal, 3, 2, 0, 76, 3, change.Success, t("", ""), false, t("", "")},
	{t("Supervisor board of a core switch replaced after its failure", "核心交换机主控板故障后更换"), "wan", "CORE-P1", change.Emergency, 4, 2, 0, 300, 3, change.Success, t("", ""), false, t("", "")},
	{t("Leak in the sign-in gateway closed", "统一认证网关漏洞修补"), "identity", "APP-identity", change.Emergency, 3, 2, 0, 64, 2, change.Success, t("", ""), false, t("", "")},
	{t("Certificate chain of electronic certificates repaired", "电子证照证书链修复"), "certificates", "APP-certificates", change.Emergency, 3, 1, 0, 141, 1, change.Success, t("", ""), false, t("", "")},
	{t("Air conditioner A2 changed for a new one", "A机房2号精密空调更换"), "machine-rooms", "AC-A2", change.Normal, 2, 1, 0, 210, 6, change.Success, t("", ""), false, t("", "")},
	{t("Firmware of core switch B1", "业务资源网核心交换机1固件升级"), "wan", "CORE-B1", change.Normal, 4, 2, 0, -6, 3, "", t("", ""), false, t("", "")},
	{t("Firmware of core switch B2", "业务资源网核心交换机2固件升级"), "wan", "CORE-B2", change.Normal, 4, 2, 0, -6, 3, "", t("", ""), true, t("", "")},
	{t("Operating system of the hotline servers renewed", "12345 热线服务器操作系统更新"), "hotline-system", "APP-hotline-system", change.Normal, 3, 2, 0, -11, 4, "", t("", ""), false, t("", "")},
	{t("Video platform moved to the new cluster", "视频会议平台迁移至新集群"), "video", "APP-video", change.Normal, 3, 2, 0, -17, 5, "", t("", ""), false, t("", "")},
}

// mishap is one time of a recurring work at which it did not go well: by the
// place of the work and how often it was done since.
type mishap struct {
	work, times int
	result      change.Result
	why         people.Text
	board       people.Text // what the board said of it
}

var mishaps = []mishap{
	{0, 4, change.Incidents, t("Two offices could not sign documents the next morning: the signing service had not been started.", "次日上午两家单位无法签批：签章服务未启动。"), t("The start of the signing service belongs to the checks after each patch; the model is kept.", "将签章服务启动检查列入补丁后核验；模型保留。")},
	{3, 0, change.TakenBack, t("One floor lost its wireless network: its switch does not know the new command.", "一个楼层无线中断：该型号交换机不识别新命令。"), t("The pilot floor is to have every type of switch. Rolled out again when it has.", "试点楼层须涵盖全部交换机型号，补齐后再次下发。")},
	{3, 2, change.Incidents, t("Telephones of two offices were without power until the ports were set right.", "两间办公室电话断电，改正端口配置后恢复。"), t("Twice within half a year: the model waits until its checks name the telephones.", "半年内两次出错：核验步骤写明电话端口之前，暂停使用该模型。")},
	{4, 2, change.Incidents, t("The counter of the hall showed old forms until its cache was emptied.", "大厅窗口仍显示旧表单，清空缓存后恢复。"), t("The desk calls one counter before eight on the next morning of a release.", "发布次日八点前由服务台致电一个窗口核实。")},
	{5, 3, change.TakenBack, t("A rule that looked unused carried the traffic of the housing fund.", "一条看似无用的策略承载着公积金业务流量。"), t("No rule goes before its counter has stood still for thirty days.", "策略计数连续三十天无变化方可删除。")},
	{6, 5, change.Overran, t("One host had to be started twice.", "一台宿主机重启两次才恢复。"), t("Nobody noticed it; an hour more is planned for hosts of that age.", "用户无感知；同龄宿主机今后多预留一小时。")},
	{7, 1, change.Incidents, t("Maps were slow on the morning after; two offices called.", "次日上午地图缓慢，两家单位报障。"), t("Both offices were right to call. The index is warmed up before seven.", "两家单位报障合理。七点前完成索引预热。")},
}
