package cmdb

import (
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Root is the class above all others.
const Root Class = "item"

// class is a row of the starter model.
type class struct {
	code, under, en, zh string
	doc                 ClassDoc
}

func text(name, en, zh string) Attribute { return Attribute{Name: name, En: en, Zh: zh, Type: Text} }

func attr(t Type, name, en, zh, unit string) Attribute {
	return Attribute{Name: name, En: en, Zh: zh, Type: t, Unit: unit}
}

func ref(name, en, zh string, of Class) Attribute {
	return Attribute{Name: name, En: en, Zh: zh, Type: Reference, Of: of}
}

// network are the attributes of whatever has an address.
var network = []Attribute{
	text("fqdn", "Host name", "主机名"), attr(IP, "ip", "IP addresses", "IP 地址", ""), attr(MAC, "mac", "MAC addresses", "MAC 地址", ""),
	text("uuid", "UUID", "UUID"), text("os", "Operating system", "操作系统"),
}

// machine are the figures of a server, real or virtual.
var machine = []Attribute{
	attr(Number, "cpus", "Processor cores", "处理器核数", ""), attr(Number, "memory", "Memory", "内存", "GB"), attr(Number, "disk", "Disk space", "磁盘容量", "GB"),
}

// starterClasses are the classes of a city's centre, parents first. The
// attributes that every item has (zone, grade, operator, criticality, recovery
// objectives, warranty) are columns and stand in FieldNames.
var starterClasses = []class{
	{"item", "", "Configuration item", "配置项", ClassDoc{Abstract: true, Icon: "box", Identity: []string{"code", "serial", "uuid", "mac", "fqdn", "name"}, Must: []string{"zone"}, Audit: 12, Attributes: []Attribute{{Name: "about", En: "Description", Zh: "说明", Type: Text, Max: 2000}}}},
	{"service", "item", "Service", "服务", ClassDoc{Icon: "layers", Must: []string{"owner", "service"}, Attributes: []Attribute{attr(Number, "users", "Number of users", "用户数", "")}}},
	{"system", "item", "System", "系统", ClassDoc{Abstract: true, Icon: "app", Must: []string{"team"}, Attributes: []Attribute{text("version", "Version", "版本"), text("vendor", "Vendor", "厂商"), text("url", "Address", "访问地址"), attr(Number, "users", "Number of users", "用户数", ""), attr(File, "filing", "Certificate of grading", "定级备案证明", "")}}},
	{"business_system", "system", "Business system", "业务系统", ClassDoc{Must: []string{"owner", "department", "grade", "criticality"}}},
	{"application", "system", "Application", "应用", ClassDoc{}},
	{"platform", "item", "Platform", "平台软件", ClassDoc{Abstract: true, Icon: "database", Must: []string{"team"}, Attributes: append([]Attribute{text("version", "Version", "版本"), text("vendor", "Vendor", "厂商"), attr(Number, "port", "Port", "端口", "")}, network[:2]...)}},
	{"database", "platform", "Database", "数据库", ClassDoc{Attributes: []Attribute{attr(Number, "size", "Size", "容量", "GB")}}},
	{"middleware", "platform", "Middleware", "中间件", ClassDoc{}},
	{"data_set", "item", "Data set", "数据集", ClassDoc{Icon: "table", Attributes: []Attribute{{Name: "sharing", En: "Sharing", Zh: "共享属性", Type: Choice, Choices: choices("open", "Unconditional", "无条件共享", "conditional", "Conditional", "有条件共享", "closed", "Not shared", "不予共享")}, attr(Number, "records", "Records", "数据量", "")}}},
	{"device", "item", "Device", "设备", ClassDoc{Abstract: true, Icon: "server", Must: []string{"serial", "room"}, Attributes: append([]Attribute{text("vendor", "Vendor", "厂商"), text("model", "Model", "型号"), ref("rack", "Rack", "机柜", "rack"), attr(Number, "height", "Height", "高度", "U"), attr(Number, "power", "Power drawn", "功率", "W"), attr(Date, "bought", "Bought on", "购置日期", ""), attr(Money, "price", "Price", "购置价格", "CNY")}, network...)}},
	{"server", "device", "Server", "服务器", ClassDoc{Attributes: machine}},
	{"storage", "device", "Storage", "存储", ClassDoc{Attributes: []Attribute{attr(Number, "capacity", "Capacity", "容量", "TB")}}},
	{"network_device", "device", "Network device", "网络设备", ClassDoc{Icon: "network", Attributes: []Attribute{attr(Number, "ports", "Ports", "端口数", "")}}},
	{"security_device", "device", "Security device", "安全设备", ClassDoc{Icon: "shield"}},
	{"power_device", "device", "Power and cooling", "供电与制冷设备", ClassDoc{Icon: "power"}},
	{"terminal", "device", "Terminal", "终端", ClassDoc{Icon: "monitor", Must: []string{"owner"}, Attributes: machine}},
	{"printer", "device", "Printer", "打印机", ClassDoc{Icon: "printer"}},
	{"vm", "item", "Virtual machine", "虚拟机", ClassDoc{Icon: "server", Must: []string{"team"}, Attributes: append(append([]Attribute{}, machine...), network...)}},
	{"link", "item", "Link", "线路", ClassDoc{Icon: "link", Attributes: []Attribute{text("carrier", "Carrier", "运营商"), text("circuit", "Circuit number", "电路编号"), attr(Number, "bandwidth", "Bandwidth", "带宽", "Mbit/s")}}},
	{"network", "item", "Network", "网络", ClassDoc{Icon: "network", Attributes: []Attribute{attr(IP, "ip", "Address range", "地址段", ""), attr(Number, "vlan", "VLAN", "VLAN", "")}}},
	{"software", "item", "Software", "软件", ClassDoc{Icon: "disc", Identity: []string{"code", "name"}, Attributes: []Attribute{text("version", "Version", "版本"), text("vendor", "Vendor", "厂商"), text("section", "Section", "分类"), text("priority", "Priority", "级别"), attr(Number, "size", "Installed size", "安装大小", "kB")}}},
	{"licence", "item", "Licence", "许可", ClassDoc{Icon: "key", Attributes: []Attribute{attr(Number, "seats", "Seats", "授权数", ""), attr(Date, "ends", "Ends on", "到期日期", ""), attr(Money, "price", "Price", "价格", "CNY"), ref("software", "Software", "软件", "software")}}},
	{"document", "item", "Document", "文档", ClassDoc{Icon: "file", Attributes: []Attribute{text("version", "Version", "版本"), attr(File, "file", "File", "文件", ""), attr(Date, "issued", "Issued on", "发布日期", "")}}},
	{"contract", "item", "Contract", "合同", ClassDoc{Icon: "file", Must: []string{"owner"}, Attributes: []Attribute{text("number", "Contract number", "合同编号"), text("party", "Party", "对方单位"), attr(Date, "starts", "Starts on", "起始日期", ""), attr(Date, "ends", "Ends on", "终止日期", ""), attr(Money, "price", "Amount", "金额", "CNY"), attr(File, "file", "File", "文件", "")}}},
	{"room", "item", "Room", "机房", ClassDoc{Icon: "building", Attributes: []Attribute{text("place", "Address", "地址"), attr(Number, "area", "Floor area", "面积", "m²")}}},
	{"rack", "item", "Rack", "机柜", ClassDoc{Icon: "rack", Must: []string{"room"}, Attributes: []Attribute{attr(Number, "height", "Height", "高度", "U"), attr(Number, "power", "Power available", "可用功率", "W")}}},
	{"person_role", "item", "Person or role", "人员或角色", ClassDoc{Icon: "user", Attributes: []Attribute{{Name: "person", En: "Person", Zh: "人员", Type: Person}, text("phone", "Telephone", "电话"), text("duty", "Duty", "职责")}}},
	{"external", "item", "External dependency", "外部依赖", ClassDoc{Icon: "cloud", Must: []string{"operator"}, Attributes: []Attribute{text("contact", "Contact", "联系人"), text("hotline", "Hotline", "服务热线"), text("window", "Maintenance window", "维护窗口"), text("url", "Address", "访问地址")}}},
	{"contact", "item", "Contact", "联系人", ClassDoc{Icon: "user", Attributes: []Attribute{text("phone", "Telephone", "电话"), text("mail", "E-mail", "电子邮件"), text("organisation", "Organisation", "单位")}}},
	{"hotline", "item", "Hotline", "服务热线", ClassDoc{Icon: "phone", Attributes: []Attribute{text("phone", "Telephone", "电话"), text("hours", "Hours", "服务时间")}}},
	{"maintenance_window", "item", "Maintenance window", "维护窗口", ClassDoc{Icon: "clock", Attributes: []Attribute{text("hours", "Hours", "时间"), text("rule", "Rule", "规则")}}},
}

// kinship is a row of the starter model's relations.
type kinship struct {
	code, forthEn, forthZh, backEn, backZh string
	suffers                                End
	effect                                 Effect
	from, to                               []Class
}

var runners = []Class{"system", "platform", "vm", "software", "data_set"}

var starterRelations = []kinship{
	{"depends_on", "depends on", "依赖", "is needed by", "被依赖", Source, Hard, nil, nil},
	{"runs_on", "runs on", "运行于", "runs", "承载", Source, Hard, runners, nil},
	{"uses", "uses", "使用", "is used by", "被使用", Source, Soft, nil, nil},
	{"connects_to", "connects to", "连接到", "connects", "被连接", Source, Hard, nil, nil},
	{"installed_on", "is installed on", "安装于", "has installed", "已安装", Source, Hard, []Class{"software", "platform", "system"}, nil},
	{"part_of", "is part of", "属于", "has part", "包含", Target, Soft, nil, nil},
	{"stands_in", "stands in", "位于", "holds", "容纳", Source, Hard, nil, []Class{"room", "rack"}},
	{"powered_by", "is powered by", "供电来自", "powers", "供电给", Source, Hard, nil, []Class{"power_device", "room", "external"}},
	{"feeds", "feeds data to", "提供数据给", "gets data from", "数据来自", Target, Soft, nil, nil},
	{"member_of_network", "is in network", "接入网络", "has member", "网络成员", Source, Hard, nil, []Class{"network"}},
	{"backs_up", "backs up", "备份", "is backed up by", "备份由", Neither, "", nil, nil},
	{"owned_by", "is owned by", "归属", "owns", "拥有", Neither, "", nil, []Class{"person_role", "contact"}},
	{"supported_by", "is supported by", "支持来自", "supports", "支持", Neither, "", nil, []Class{"person_role", "contact", "hotline", "external"}},
	{"covered_by", "is covered by", "受保于", "covers", "覆盖", Neither, "", nil, []Class{"contract"}},
	{"licensed_by", "is licensed by", "授权来自", "licenses", "授权给", Neither, "", nil, []Class{"licence"}},
	{"described_by", "is described by", "文档见", "describes", "描述", Neither, "", nil, []Class{"document"}},
	{"maintained_in", "is maintained in", "维护窗口为", "is the window of", "适用于", Neither, "", nil, []Class{"maintenance_window"}},
}

// Starter is the model that Kilter comes with, as settings. What a centre
// defines under the same code takes the place of a class or type here.
func Starter() []setting.Thing {
	var out []setting.Thing
	place := map[string]int64{}
	for i, c := range starterClasses {
		t := thing(setting.ItemClass, c.code, c.en, c.zh, c.doc)
		t.ID, t.Parent = int64(-1-i), place[c.under]
		place[c.code] = t.ID
		out = append(out, t)
	}
	for i, k := range starterRelations {
		t := thing(setting.RelationType, k.code, k.forthEn, k.forthZh, RelationType{
			Back: people.Text{En: k.backEn, Zh: k.backZh}, From: k.from, To: k.to, Suffers: k.suffers, Effect: k.effect, Through: ThroughDegraded,
		})
		t.ID = int64(-1001 - i)
		out = append(out, t)
	}
	return out
}

// starterParent is the class above one of the starter's.
func starterParent(t setting.Thing) Class {
	if t.Parent == 0 {
		return ""
	}
	return Class(starterClasses[-1-t.Parent].code)
}
