package people

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kilter/internal/base/fault"
)

const (
	wang ID = 1
	li   ID = 2
	zhao ID = 3
)

var night = Rota{
	Weekly: []Shift{
		{From: "18:00", To: "08:30", Who: []ID{wang}},
		{Day: "sat", From: "08:30", To: "18:00", Who: []ID{li}},
		{Day: "sun", From: "00:00", To: "24:00", Who: []ID{li, wang}},
	},
	Dated: []DayShift{
		{Date: "2026-10-01", Shift: Shift{From: "00:00", To: "24:00", Who: []ID{zhao}}, Note: "国庆"},
		{Date: "2026-10-02", Shift: Shift{From: "09:00", To: "10:00"}},
	},
}

func TestWhoIsOnDuty(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, at string
		want     []ID
	}{
		{"office hours on a Monday: nobody", "2026-11-23 10:00", nil},
		{"the night begins at six", "2026-11-23 18:00", []ID{wang}},
		{"the night lasts into the next morning", "2026-11-24 08:29", []ID{wang}},
		{"and ends on the minute", "2026-11-24 08:30", nil},
		{"Saturday by day", "2026-11-21 12:00", []ID{li}},
		{"Sunday evening: both, each once", "2026-11-22 20:00", []ID{wang, li}},
		{"a festival takes the place of the week", "2026-10-01 20:00", []ID{zhao}},
		{"but the night before lasts into it", "2026-10-01 03:00", []ID{wang, zhao}},
		{"a day without anybody", "2026-10-02 20:00", nil},
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", c.at, night.zone())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, night.OnDuty(at.UTC())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestRotaFaults(t *testing.T) {
	t.Parallel()
	team := Team{Lead: wang, Members: []ID{li}}
	for key, r := range map[string]Rota{
		"people.rota_zone":     {Zone: "Mars/Olympus"},
		"people.rota_hours":    {Weekly: []Shift{{From: "25:00", To: "08:00", Who: []ID{wang}}}},
		"people.rota_day":      {Weekly: []Shift{{Day: "freitag", From: "20:00", To: "08:00", Who: []ID{wang}}}},
		"people.rota_nobody":   {Weekly: []Shift{{From: "20:00", To: "08:00"}}},
		"people.rota_stranger": {Weekly: []Shift{{From: "20:00", To: "08:00", Who: []ID{zhao}}}},
		"people.rota_date":     {Dated: []DayShift{{Date: "1 Oct", Shift: Shift{From: "20:00", To: "08:00"}}}},
	} {
		all := fault.All(r.Check(team))
		if len(all) != 1 || all[0].Key != key || all[0].Field != "rota" {
			t.Errorf("%s: got %v", key, all)
		}
	}
	if err := night.Check(Team{Lead: wang, Members: []ID{li, zhao}}); err != nil {
		t.Errorf("a good rota: %v", err)
	}
}

func TestWordsFindAPerson(t *testing.T) {
	t.Parallel()
	p := Person{Code: "GA-0017", Name: "单小明", Phone: "0755-8812 3456", Room: "B座1203", Mail: "shanxm@city.gov.cn"}
	p.Spell()
	if p.Pinyin != "shanxiaoming sxm" {
		t.Errorf("pinyin %q", p.Pinyin)
	}
	words := p.Words()
	for _, typed := range []string{"单小", "小明", "shanxm", "sxm", "danxiaoming", "xiaom", "xm", "3456", "88123456", "0755-8812-3456", "B座1203", "ga-0017", "ＧＡ-0017", "shanx"} {
		for _, term := range Terms(typed) {
			found := false
			for _, w := range words {
				found = found || len(w) >= len(term) && w[:len(term)] == term
			}
			if !found {
				t.Errorf("%q does not find him in %q", typed, words)
			}
		}
	}
}
