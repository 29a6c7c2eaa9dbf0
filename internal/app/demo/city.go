// Package demo makes up a city to try Kilter with: one coherent information
// centre with its networks, departments, services, items, people and two
// years of incidents. The same size and the same day give the same city.
// Every name in it is invented.
package demo

import "kilter/internal/practice/people"

// line is a row of the city's tables: code and names.
type line struct{ code, en, zh string }

func (l line) text() people.Text { return people.Text{En: l.en, Zh: l.zh} }

// departments of the city; the last four belong to the province.
var departments = []line{
	{"gov-office", "General Office", "市政府办公室"},
	{"drc", "Development and Reform Commission", "发展和改革委员会"},
	{"education", "Education Bureau", "教育局"},
	{"science", "Science and Technology Bureau", "科学技术局"},
	{"industry", "Industry and Information Bureau", "工业和信息化局"},
	{"ethnic", "Ethnic and Religious Affairs Bureau", "民族宗教事务局"},
	{"public-security", "Public Security Bureau", "公安局"},
	{"civil-affairs", "Civil Affairs Bureau", "民政局"},
	{"justice", "Justice Bureau", "司法局"},
	{"finance", "Finance Bureau", "财政局"},
	{"human-resources", "Human Resources and Social Security Bureau", "人力资源和社会保障局"},
	{"natural-resources", "Natural Resources and Planning Bureau", "自然资源和规划局"},
	{"ecology", "Ecology and Environment Bureau", "生态环境局"},
	{"housing", "Housing and Construction Bureau", "住房和城乡建设局"},
	{"transport", "Transport Bureau", "交通运输局"},
	{"water", "Water Resources Bureau", "水利局"},
	{"agriculture", "Agriculture and Rural Affairs Bureau", "农业农村局"},
	{"commerce", "Commerce Bureau", "商务局"},
	{"culture", "Culture and Tourism Bureau", "文化和旅游局"},
	{"health", "Health Commission", "卫生健康委员会"},
	{"veterans", "Veterans Affairs Bureau", "退役军人事务局"},
	{"emergency", "Emergency Management Bureau", "应急管理局"},
	{"audit", "Audit Bureau", "审计局"},
	{"assets", "State-owned Assets Commission", "国有资产监督管理委员会"},
	{"market", "Market Regulation Bureau", "市场监督管理局"},
	{"sports", "Sports Bureau", "体育局"},
	{"statistics", "Statistics Bureau", "统计局"},
	{"medical-insurance", "Healthcare Security Bureau", "医疗保障局"},
	{"administration-law", "City Administration and Law Enforcement Bureau", "城市管理执法局"},
	{"petitions", "Petitions Bureau", "信访局"},
	{"forestry", "Forestry Bureau", "林业局"},
	{"grain", "Grain and Reserves Bureau", "粮食和物资储备局"},
	{"civil-defence", "Civil Air Defence Office", "人民防空办公室"},
	{"data", "Data Resources Bureau", "数据资源管理局"},
	{"investment", "Investment Promotion Bureau", "招商局"},
	{"foreign", "Foreign Affairs Office", "外事办公室"},
	{"radio", "Radio and Television Station", "广播电视台"},
	{"archives", "Archives", "档案馆"},
	{"library", "City Library", "市图书馆"},
	{"museum", "City Museum", "市博物馆"},
	{"hospital-1", "First People's Hospital", "第一人民医院"},
	{"hospital-2", "Second People's Hospital", "第二人民医院"},
	{"disease-control", "Centre for Disease Control", "疾病预防控制中心"},
	{"blood", "Blood Centre", "中心血站"},
	{"school-1", "City No. 1 Middle School", "第一中学"},
	{"school-vocational", "Vocational College", "职业技术学院"},
	{"housing-fund", "Housing Provident Fund Centre", "住房公积金管理中心"},
	{"real-estate", "Real Estate Registration Centre", "不动产登记中心"},
	{"service-hall", "Public Service Hall", "政务服务大厅"},
	{"resource-trading", "Public Resources Trading Centre", "公共资源交易中心"},
	{"hotline", "Citizens' Hotline Centre", "市民热线中心"},
	{"weather", "Meteorological Office", "气象局"},
	{"fire", "Fire and Rescue Brigade", "消防救援支队"},
	{"tax", "Tax Office", "税务局"},
	{"posts", "Postal Administration", "邮政管理局"},
	{"information-centre", "Information Centre", "信息中心"},
	{"province-data", "Provincial Data Bureau", "省数据局"},
	{"province-finance", "Provincial Finance Department", "省财政厅"},
	{"province-hr", "Provincial Human Resources Department", "省人力资源和社会保障厅"},
	{"province-centre", "Provincial Information Centre", "省信息中心"},
}

// provincial is how many of the departments, the last, belong to the province.
const provincial = 4

// service is a row of the catalogue beyond the starter services.
type service struct {
	line
	vital    int    // 0 vital, 1 important, 2 other
	zone     string // where it runs
	team     string // who supports it
	owner    string // business owner
	operator string
	category string // what its faults are filed under
}

var services = []service{
	{line{"oa", "Office automation", "协同办公平台"}, 0, "business-city", "applications", "gov-office", "own", "application-oa"},
	{line{"mail", "Government e-mail", "政务邮箱"}, 1, "public-common", "applications", "gov-office", "own", "application-mail"},
	{line{"portal-site", "City portal website", "市政府门户网站"}, 0, "public-internet", "applications", "gov-office", "own", "application-portal"},
	{line{"service-hall-system", "Public service platform", "政务服务一体化平台"}, 0, "public-internet", "applications", "service-hall", "province", "application-business"},
	{line{"approval", "Approval system", "行政审批系统"}, 0, "business-city", "applications", "service-hall", "own", "application-business"},
	{line{"exchange", "Data exchange platform", "数据共享交换平台"}, 0, "sharing-exchange", "data", "data", "own", "data-exchange"},
	{line{"base-person", "Population base", "人口基础信息库"}, 1, "sharing-base", "data", "data", "province", "data-error"},
	{line{"base-company", "Legal entity base", "法人基础信息库"}, 1, "sharing-base", "data", "market", "province", "data-error"},
	{line{"base-geo", "Geographic information base", "地理空间信息库"}, 1, "sharing-base", "data", "natural-resources", "own", "data-error"},
	{line{"certificates", "Electronic certificates", "电子证照系统"}, 0, "sharing-exchange", "data", "data", "province", "application-business"},
	{line{"payments", "Treasury payments", "国库集中支付系统"}, 0, "business-province", "applications", "finance", "province", "application-business"},
	{line{"budget", "Budget management", "预算管理一体化系统"}, 1, "business-province", "applications", "finance", "province", "application-business"},
	{line{"social-security", "Social security", "社会保险业务系统"}, 0, "business-province", "applications", "human-resources", "province", "application-business"},
	{line{"medical", "Healthcare settlement", "医保结算系统"}, 0, "business-province", "applications", "medical-insurance", "province", "application-business"},
	{line{"housing-fund-system", "Provident fund system", "公积金业务系统"}, 1, "business-city", "applications", "housing-fund", "vendor", "application-business"},
	{line{"real-estate-system", "Real estate registration", "不动产登记系统"}, 0, "business-city", "applications", "real-estate", "vendor", "application-business"},
	{line{"trading", "Public resources trading", "公共资源交易系统"}, 1, "public-internet", "applications", "resource-trading", "vendor", "application-business"},
	{line{"hotline-system", "Hotline 12345", "12345热线系统"}, 0, "public-special", "applications", "hotline", "own", "application-business"},
	{line{"city-management", "City management", "数字城管系统"}, 1, "public-special", "applications", "administration-law", "vendor", "application-business"},
	{line{"emergency-command", "Emergency command", "应急指挥系统"}, 0, "business-city", "applications", "emergency", "own", "application-business"},
	{line{"video", "Video conferences", "视频会议系统"}, 0, "business-city", "network", "gov-office", "own", "facility-video"},
	{line{"school-net", "School network", "教育城域网"}, 1, "public-special", "network", "education", "own", "network-access"},
	{line{"health-net", "Health network", "卫生专网"}, 1, "public-special", "network", "health", "own", "network-access"},
	{line{"wan", "Government wide area network", "电子政务外网"}, 0, "public-common", "network", "information-centre", "own", "network-line"},
	{line{"internet", "Unified Internet exit", "统一互联网出口"}, 0, "public-internet", "network", "information-centre", "own", "network-access"},
	{line{"wireless", "Office wireless network", "办公区无线网络"}, 2, "public-common", "network", "information-centre", "own", "network-wireless"},
	{line{"dns", "Domain names", "域名服务"}, 1, "public-common", "network", "information-centre", "own", "network-dns"},
	{line{"identity", "Unified sign-in", "统一身份认证"}, 0, "public-common", "platform", "information-centre", "own", "account-login"},
	{line{"ukey", "Certificates and UKeys", "数字证书与UKey"}, 1, "public-common", "platform", "information-centre", "vendor", "account-certificate"},
	{line{"cloud-platform", "Government cloud", "政务云平台"}, 0, "public-common", "platform", "information-centre", "cloud", "platform-server"},
	{line{"database-service", "Database service", "数据库服务"}, 0, "business-city", "platform", "information-centre", "own", "platform-database"},
	{line{"backup-service", "Backup service", "备份服务"}, 1, "business-city", "platform", "information-centre", "own", "platform-storage"},
	{line{"machine-rooms", "Machine rooms", "机房环境"}, 0, "business-city", "platform", "information-centre", "own", "facility-power"},
	{line{"desktop", "Desktop support", "桌面终端支持"}, 2, "public-common", "onsite", "information-centre", "own", "terminal-hardware"},
	{line{"printing", "Printing", "打印服务"}, 2, "public-common", "onsite", "information-centre", "vendor", "terminal-printer"},
	{line{"office-software", "Office software", "办公软件"}, 2, "public-common", "onsite", "information-centre", "own", "terminal-office"},
	{line{"antivirus", "Virus protection", "病毒防护"}, 1, "public-common", "security", "information-centre", "own", "security-virus"},
	{line{"security-service", "Security monitoring", "安全监测"}, 0, "public-common", "security", "information-centre", "own", "security-event"},
	{line{"telephone", "Office telephones", "办公电话"}, 2, "public-common", "onsite", "information-centre", "vendor", "facility-phone"},
	{line{"archives-system", "Electronic archives", "电子档案系统"}, 2, "business-city", "applications", "archives", "vendor", "application-business"},
}

// team is a row of the teams; size is how many people it has.
type team struct {
	line
	tier string // first, second, supplier
	size int
}

var teams = []team{
	{line{"desk", "Service desk", "服务台"}, "first", 5},
	{line{"onsite", "On-site support", "现场支持组"}, "first", 4},
	{line{"network", "Network team", "网络组"}, "second", 4},
	{line{"platform", "Platform team", "平台组"}, "second", 3},
	{line{"applications", "Applications team", "应用组"}, "second", 4},
	{line{"data", "Data team", "数据组"}, "second", 2},
	{line{"security", "Security team", "安全组"}, "second", 2},
	{line{"vendor-systems", "Huaxin Systems (supplier)", "华信系统（供应商）"}, "supplier", 2},
	{line{"vendor-office", "Ruida Office (supplier)", "瑞达办公（供应商）"}, "supplier", 2},
}
