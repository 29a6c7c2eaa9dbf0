package change_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// heldNotices keeps notices in memory.
type heldNotices struct{ all []change.Notice }

func (h *heldNotices) Planned(context.Context, change.Span) ([]change.Planned, error) {
	return nil, nil
}

func (h *heldNotices) Notices(_ context.Context, _ people.Scope, w change.NoticesWanted) ([]change.Notice, error) {
	return h.all, nil
}

func (h *heldNotices) KeepNotice(_ context.Context, n *change.Notice, _ audit.Row) error {
	n.Changed++
	if n.ID == 0 {
		n.ID = int64(len(h.all) + 1)
		h.all = append(h.all, *n)
		return nil
	}
	h.all[n.ID-1] = *n
	return nil
}

const eventsFile = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:a@x\r\nDTSTART;TZID=Asia/Shanghai:20261204T220000\r\nDURATION:PT4H\r\nSUMMARY:Core work\r\nDESCRIPTION:Dark\r\nCATEGORIES:Mail\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:b@x\r\nDTSTART:20261205T140000Z\r\nDTEND:20261205T160000Z\r\nRRULE:FREQ=WEEKLY\r\nSUMMARY:Weekly\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

// TestNoticeFilesAreTakenInOnce: the same file twice changes nothing, a changed
// event changes its notice, what is wrong is left out with the reason.
func TestNoticeFilesAreTakenInOnce(t *testing.T) {
	t.Parallel()
	kept := &heldNotices{}
	l := &change.Notices{Store: kept, Now: func() time.Time { return time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC) }, Names: change.NoticeNames{
		Service: func(_ people.Actor, name string) record.ServiceID {
			if name == "Mail" {
				return 7
			}
			return 0
		},
		Zone: func(people.Actor, string) people.ZoneID { return 0 },
		Item: func(context.Context, people.Actor, string) record.ItemID { return 0 },
	}}
	by := people.Actor{ID: 1, Grants: people.Grants{"schedule.*": {}}}
	take := func(name, text string) string {
		t.Helper()
		lines, err := l.TakeIn(t.Context(), by, change.NoticeFile{Name: name, Text: strings.NewReader(text), Zone: time.UTC, Source: change.FromProvince, Who: "Province"})
		if err != nil {
			t.Fatal(err)
		}
		var fates []string
		for _, one := range lines {
			fates = append(fates, string(one.Fate))
		}
		return strings.Join(fates, " ")
	}
	for _, c := range []struct{ name, text, want string }{
		{"work.ics", eventsFile, "new wrong"},
		{"work.ics", eventsFile, "same wrong"},
		{"work.ics", strings.Replace(eventsFile, "PT4H", "PT5H", 1), "changed wrong"},
		{"work.csv", "ref,title,starts,ends,services,impact,withdrawn\na@x,Core work,2026-12-04 14:00,2026-12-04 19:00,Mail,Dark,yes\nc,Other,2026-12-09 14:00,2026-12-09 13:00,Mail,Dark,\nd,Third,2026-12-09 14:00,2026-12-09 15:00,Nowhere,Dark,\n", "withdrawn wrong wrong"},
	} {
		if got := take(c.name, c.text); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	if len(kept.all) != 1 || !kept.all[0].Span.From.Equal(time.Date(2026, 12, 4, 14, 0, 0, 0, time.UTC)) || kept.all[0].Span.Length() != 5*time.Hour {
		t.Errorf("kept: %+v", kept.all)
	}
	if _, err := l.TakeIn(t.Context(), people.Actor{ID: 2}, change.NoticeFile{}); err == nil {
		t.Error("somebody without the right takes a file in")
	}
}
