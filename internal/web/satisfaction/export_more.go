package satisfaction

import "kilter/internal/base/sheet"

// writeBeliefs tells what the staff believes beside what users expect.
func (p *page) writeBeliefs(out sheet.Workbook) error {
	if p.beliefs() == nil {
		return nil
	}
	if err := out.Sheet(p.T("satisfaction.picture.beliefs")); err != nil {
		return err
	}
	heads := append([]string{p.T("satisfaction.col.item")}, p.heads("staff", "users", "difference")...)
	if err := out.Header(append(heads, p.T("satisfaction.low"), p.T("satisfaction.high"), p.T("satisfaction.belief_n.staff"), p.T("satisfaction.belief_n.users"))...); err != nil {
		return err
	}
	for _, b := range append(p.believed(), p.believedItems()...) {
		if err := out.Row(sheet.Text(b.Name), sheet.Number(b.Staff), sheet.Number(b.Users), sheet.Number(b.Gap), low(b.CI), high(b.CI), sheet.Int(int64(b.N[0])), sheet.Int(int64(b.N[1]))); err != nil {
			return err
		}
	}
	return nil
}

// writeTopics tells how many comments are about what.
func (p *page) writeTopics(out sheet.Workbook) error {
	if p.Topics == nil {
		return nil
	}
	if err := out.Sheet(p.T("satisfaction.part.comments")); err != nil {
		return err
	}
	if err := out.Header(p.T("satisfaction.topic"), p.T("satisfaction.topics_n"), p.T("satisfaction.gap")); err != nil {
		return err
	}
	for _, row := range p.topics() {
		if err := out.Row(sheet.Text(p.topic(row.Category)), sheet.Int(int64(row.N)), figure(p.topicGap(row.Category))); err != nil {
			return err
		}
	}
	return nil
}
