package demo

import (
	"time"

	"kilter/internal/practice/cmdb"
)

// keepers are the teams that answer for what has no owner of its own, by class;
// the platform team for all others.
var keepers = map[cmdb.Class]string{"network_device": "network", "security_device": "network", "link": "network"}

// hardware has a warranty of the vendor.
var hardware = map[cmdb.Class]bool{"server": true, "storage": true, "network_device": true, "security_device": true, "power_device": true, "terminal": true, "printer": true}

// keep tells how well the record is kept: who answers for what, what was looked
// at in the audits of the last year and what was left out, whose warranty ends.
// A record without any flaw would show nothing of what the pages are for.
func (e *estate) keep() {
	for n, i := range e.lot.Items {
		desk := i.Class == "terminal" || i.Class == "printer"
		if i.Owner == 0 && !desk && i.Class != "external" && n%23 != 5 {
			code := keepers[i.Class]
			if code == "" {
				code = "platform"
			}
			crew := e.teams[code]
			i.Team, i.Owner = crew.id, crew.members[n%len(crew.members)].ID
		}
		if hardware[i.Class] {
			i.Warranty = e.now.AddDate(0, n%40-4, 0).Truncate(24 * time.Hour)
		}
		if i.InUse() && n%9 != 4 {
			i.Audited = e.now.AddDate(0, -(n % 11), -(n % 25)).Truncate(24 * time.Hour)
		}
		if desk && i.State == cmdb.Live && n%61 == 3 {
			i.State = cmdb.Maintenance
		}
	}
}
