package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// assessedBy has a change assessed by three roles side by side before the board
// is asked: one of them with a reservation.
func (c *city) assessedBy(ctx context.Context, one *change.Change) error {
	for _, o := range []struct {
		role  change.Role
		who   people.ID
		stand change.Position
		text  people.Text
	}{
		{change.Technical, c.teams["platform"].members[1].ID, change.For, people.Text{En: "While both are written a fifth more of the disks is used; there is room.", Zh: "双写期间磁盘占用约增加两成，容量足够。"}},
		{change.Security, c.office("security_officer"), change.Reserved, people.Text{En: "On the night of the move the outer ports of the old queue are closed; its access logs are kept for six months.", Zh: "切换当晚须关闭旧队列的对外端口，并保留访问日志六个月。"}},
		{change.Configuration, c.office("configuration_manager"), change.For, people.Text{}},
	} {
		asked, err := c.Opinions.Ask(ctx, c.by, one.Number, o.role, []people.ID{o.who})
		if err != nil {
			return fmt.Errorf("%s: %w", o.role, err)
		}
		by := c.by
		by.ID = o.who
		if _, err := c.Opinions.Give(ctx, by, one.Number, asked.ID, o.stand, bilingual(o.text)); err != nil {
			return fmt.Errorf("%s: %w", o.role, err)
		}
	}
	return nil
}

// prepared tells the users of the next change of what comes, and plans its tasks.
func (c *city) prepared(ctx context.Context, told []*changing) error {
	if err := c.timed(ctx, told); err != nil {
		return err
	}
	felt, whom, err := c.nextFelt(ctx, told)
	if err != nil || len(felt) == 0 {
		return err
	}
	for i, t := range felt {
		if err := c.announced(ctx, t, whom[i], c.now.AddDate(0, 0, -2-4*i)); err != nil {
			return fmt.Errorf("telling the users of %s: %w", t.r.Ref(), err)
		}
	}
	if len(felt) > 1 {
		if err := c.moved(ctx, felt[1]); err != nil {
			return fmt.Errorf("moving %s: %w", felt[1].r.Ref(), err)
		}
	}
	return c.planned(ctx, felt[0], c.now)
}

// nextFelt are the next two changes that departments feel, and which: one of a
// redundant pair is felt by nobody, and nobody has to be told.
func (c *city) nextFelt(ctx context.Context, told []*changing) (next []*changing, whom [][]people.DepartmentID, _ error) {
	told = slices.Clone(told)
	slices.SortStableFunc(told, func(a, b *changing) int { return a.r.Starts.Compare(b.r.Starts) })
	for _, t := range told {
		if t.r.Type != change.Normal || t.r.State != change.Scheduled || !t.r.Starts.After(c.now.AddDate(0, 0, 5)) {
			continue
		}
		touched, err := c.Tells.Touches(ctx, people.Everything(), t.r)
		if err != nil {
			return nil, nil, err
		}
		if len(touched.Departments) > 0 && len(next) < 2 {
			next, whom = append(next, t), append(whom, touched.Departments)
		}
	}
	return next, whom, nil
}

// moved takes a change that was announced to the day after, a day ago, and tells
// those who were told.
func (c *city) moved(ctx context.Context, t *changing) error {
	err := c.sits(ctx, t, c.now.Add(-25*time.Hour), func(s *record.Sitting[*change.Change], r *change.Change) error {
		r.Starts, r.Ends = r.Starts.AddDate(0, 0, 1), r.Ends.AddDate(0, 0, 1)
		return s.Log(r, "reschedule", record.Entry{Text: bilingual(people.Text{En: "The council sits by video that evening.", Zh: "当晚召开市政府视频会议。"})})
	})
	if err != nil {
		return err
	}
	room := *c.Tells
	for _, ago := range []time.Duration{24 * time.Hour, 23 * time.Hour} { // what has become of it holds for a while before it is told
		room.Now = func() time.Time { return c.now.Add(-ago) }
		if err := room.Turn(ctx); err != nil {
			return err
		}
	}
	return nil
}

// announced tells the users of a change of it at a time, and the centre's own
// people, whom users ask.
func (c *city) announced(ctx context.Context, t *changing, whom []people.DepartmentID, when time.Time) error {
	a, err := c.Tells.Draft(ctx, c.by, t.r.Number)
	if err != nil {
		return err
	}
	a.Departments = whom
	if own := c.department("information-centre"); !slices.Contains(whom, own) {
		a.Departments = append(a.Departments, own)
	}
	readers, err := c.Tells.Readers(ctx, a.Departments, a.Zone)
	if err != nil {
		return err
	}
	manager := c.teams["platform"].members[0].ID
	a.At = when
	a.Sent, a.By, a.SentBy, a.Told = a.At.Add(20*time.Minute), manager, manager, len(readers)
	for _, id := range readers {
		if err := c.Tells.Tell(ctx, a, id); err != nil {
			return err
		}
	}
	return c.Tells.Store.KeepAnnouncement(ctx, a, audit.By(c.by, a.Sent, change.DeedAnnounce, string(record.Changes)+":"+t.r.Ref()))
}

// tasks are the pieces of the work on a change and when they are planned, in
// hundredths of its window.
var tasks = []struct {
	name         people.Text
	starts, ends int
}{
	{people.Text{En: "Save data and configuration", Zh: "备份数据与配置"}, 0, 10},
	{people.Text{En: "Install the new version", Zh: "安装新版本"}, 10, 40},
	{people.Text{En: "Check with the cases of the list", Zh: "按用例清单核验"}, 40, 60},
}

// planned plans the tasks of a change.
func (c *city) planned(ctx context.Context, t *changing, at time.Time) error {
	return c.sits(ctx, t, at, func(s *record.Sitting[*change.Change], r *change.Change) error {
		for _, one := range tasks {
			if err := s.Plan(r, record.Task{Title: bilingual(one.name), Team: r.Team, Owner: r.Owner, Starts: t.part(one.starts), Due: t.part(one.ends)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// delays are by how many minutes the tasks of a change were begun and ended later
// than planned.
var delays = [][2]int{{4, 2}, {9, 16}, {16, 14}}

// timed says of the latest change that was carried out, and whose review is still
// to come, when its tasks were really begun and done.
func (c *city) timed(ctx context.Context, told []*changing) error {
	var last *changing
	for _, t := range told {
		if slices.Contains([]flow.State{change.Implemented, change.BackedOut, change.Documented}, t.r.State) && (last == nil || t.r.Ended.After(last.r.Ended)) {
			last = t
		}
	}
	if last == nil {
		return nil
	}
	if err := c.planned(ctx, last, last.r.Starts.AddDate(0, 0, -1)); err != nil {
		return fmt.Errorf("planning the tasks of %s: %w", last.r.Ref(), err)
	}
	for n, late := range delays {
		for end, at := range []time.Time{last.part(tasks[n].starts), last.part(tasks[n].ends)} {
			at = at.Add(time.Duration(late[end]) * time.Minute)
			err := c.sits(ctx, last, at, func(s *record.Sitting[*change.Change], r *change.Change) error {
				held, err := s.Tasks(r)
				if err != nil || n >= len(held) {
					return err
				}
				return s.Work(r, held[n].ID, func(t *record.Task) error {
					if end == 0 {
						t.Begin(true)
					} else {
						t.State = record.TaskDone
					}
					return nil
				})
			})
			if err != nil {
				return fmt.Errorf("the tasks of %s: %w", last.r.Ref(), err)
			}
		}
	}
	return nil
}

// part is a moment of the window of a change, in hundredths of it.
func (t *changing) part(hundredths int) time.Time {
	return t.r.Starts.Add(t.r.Ends.Sub(t.r.Starts) * time.Duration(hundredths) / 100)
}

// sits does something to a change at another time than now, as who carries it
// out.
func (c *city) sits(ctx context.Context, t *changing, at time.Time, do func(*record.Sitting[*change.Change], *change.Change) error) error {
	desk, by := *c.Changes.Desk, c.by
	desk.Now, by.ID = func() time.Time { return at }, t.r.Owner
	_, err := desk.One(ctx, by, t.r.Number, record.Input{}, do)
	return err
}
