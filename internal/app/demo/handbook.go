package demo

import (
	"context"
	"fmt"
	"time"

	"kilter/internal/practice/approval"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/handbook"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// written is an edition of a chapter of the city's handbook.
type written struct {
	chapter string
	daysAgo int // it was approved, or when its approval was asked for
	why     string
	texts   handbook.Texts
	waits   bool // nobody has answered yet
}

var editions = []written{
	{"IM", 330, "The chapter as the owners of incidents agreed on it. 事件流程负责人共同商定的首版。", handbook.Texts{
		handbook.Scope:                   {En: "Every unplanned interruption or loss of quality, until users can work again; requests and questions are not incidents", Zh: "一切计划外中断或服务质量下降，直至用户恢复工作；申请与咨询不属于事件"},
		handbook.Interfaces:              {En: "The duty log hands open incidents over at eight and at twenty o'clock.", Zh: "每日 8 时和 20 时通过值班日志交接未结事件。"},
		handbook.FigureField + "restore": {En: "Looked at by priority every month; a rise over two months is a matter of the operations review.", Zh: "每月按优先级查看；连续两个月上升的，提交运行评审。"},
	}, false},
	{"CHG", 150, "With the two committees and the notices that were agreed on in spring. 写入春季商定的两级委员会和停机通知。", handbook.Texts{
		handbook.Notes:                   {En: "The board meets on Wednesdays; the emergency committee is reached by telephone at any hour.", Zh: "变更委员会每周三开会；紧急变更委员会随时可电话召集。"},
		handbook.FigureField + "success": {En: "A change that an incident followed within a week is none that succeeded, whatever its own report says.", Zh: "变更后一周内由其引发事件的，不计为成功，无论变更报告如何记录。"},
	}, false},
	{"IM", 70, "After the failure of the core switch: who leads is named in the first ten minutes. 核心交换机故障之后：十分钟内明确重大事件负责人。", handbook.Texts{
		handbook.Interfaces:                {En: "The duty log hands open incidents over at eight and at twenty o'clock. Whoever leads a major incident is named within ten minutes and stays until he hands over in writing.", Zh: "每日 8 时和 20 时通过值班日志交接未结事件。重大事件十分钟内指定负责人，书面交接前不得离岗。"},
		handbook.FigureField + "in_target": {En: "Below 95 % the desk manager says in the operations review what is done about it.", Zh: "低于 95% 时，由服务台主管在运行评审上说明改进措施。"},
	}, false},
	{"SD", 2, "Halls are served by their own counter of the desk. 政务大厅由服务台专席负责。", handbook.Texts{
		handbook.Interfaces: {En: "Counters of the public halls call a number of their own, which is answered first.", Zh: "政务大厅窗口使用专线号码，优先接听。"},
	}, true},
}

// handbook has the chapters that the city has made its own written by the process
// manager and approved by the director; one waits for him.
func (c *city) handbook(ctx context.Context) error {
	room := *c.Handbook
	room.Tell = func(context.Context, *handbook.Edition, []people.ID) error { return nil } // what was told has been read
	lead := people.Actor{ID: c.office("process_manager"), Staff: true, Scope: people.Everything(), Grants: people.NewGrants(handbook.DeedRead, handbook.DeedEdit)}
	chief := people.Actor{ID: c.office("director"), Staff: true, Scope: people.Everything(), Grants: people.NewGrants(handbook.DeedRead, handbook.DeedApprove)}
	for _, w := range editions {
		at := c.now.AddDate(0, 0, -w.daysAgo)
		room.Now = func() time.Time { return at }
		if err := c.approved(ctx, &room, lead, chief, w, &at); err != nil {
			return fmt.Errorf("chapter %s: %w", w.chapter, err)
		}
	}
	return nil
}

func (c *city) approved(ctx context.Context, room *handbook.Room, lead, chief people.Actor, w written, at *time.Time) error {
	asked := *at
	if !w.waits {
		asked = asked.AddDate(0, 0, -3)
	}
	room.Now = func() time.Time { return asked }
	e, err := room.Write(ctx, lead, w.chapter, handbook.Writing{Texts: w.texts, Why: w.why})
	if err != nil {
		return err
	}
	if e, err = room.Ask(ctx, lead, w.chapter, e.Version); err != nil || w.waits {
		return err
	}
	room.Now = func() time.Time { return *at }
	_, err = room.Vote(ctx, chief, w.chapter, e.Version, approval.Yes, "")
	return err
}

// drifted changes a setting after its chapter was approved: the report of a major
// incident may take longer than the chapter says.
func (c *city) drifted(ctx context.Context) error {
	const ago = 24
	p, err := incident.PolicyOf(c.Settings.All())
	if err != nil {
		return err
	}
	was := p.ReportDays
	p.ReportDays = was + 2
	one := &setting.Thing{Kind: setting.Centre, Code: incident.PolicyCode, Name: people.Text{En: "Policy of incidents", Zh: "事件策略"}}
	if held := c.Settings.All().Coded(setting.Centre, incident.PolicyCode); held != nil {
		copied := *held
		one = &copied
	}
	one.Changed = c.now.AddDate(0, 0, -ago)
	if err := setting.Write(one, p); err != nil {
		return err
	}
	by := c.by
	by.ID = c.office("system_administrator")
	row := audit.By(by, one.Changed, setting.Deed(one.Kind), setting.Object(one))
	row.Detail = audit.Detail("changes", []map[string]string{{"field": "report_days", "was": fmt.Sprint(was), "became": fmt.Sprint(p.ReportDays)}})
	return c.Settings.Put(ctx, &setting.Lot{Things: []*setting.Thing{one}, Audit: []audit.Row{row}})
}
