package directory

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"kilter/internal/base/calendar"
	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// HolidayFile is a State Council year file or an .ics file for a calendar.
type HolidayFile struct {
	Calendar int64
	Version  int64  // of the calendar it was decided upon; 0 takes the newest
	Name     string // of the file; .ics says that it is one
	Content  []byte
	Year     int // about which days of an .ics file are taken: from the year before to the second after
}

// HolidaysEntered says what a file did to a calendar.
type HolidaysEntered struct {
	Entered, Kept int // days that are new, and those that were there
	Skipped       []calendar.Skipped
}

// EnterHolidays puts the days of a file into a calendar and saves it.
func EnterHolidays(ctx context.Context, desk *setting.Desk, by people.Actor, f HolidayFile) (out HolidaysEntered, err error) {
	var h calendar.Holidays
	if strings.EqualFold(path.Ext(f.Name), ".ics") || bytes.HasPrefix(bytes.TrimSpace(f.Content), []byte("BEGIN:VCALENDAR")) {
		h, out.Skipped, err = calendar.ReadICS(bytes.NewReader(f.Content), f.Year-1, f.Year+2)
	} else {
		h, err = calendar.ReadYear(bytes.NewReader(f.Content))
	}
	if err != nil {
		return out, err
	}
	_, held, err := desk.Open(ctx, setting.Calendar, f.Calendar, "")
	if err != nil {
		return out, err
	}
	if f.Version != 0 && f.Version != held.Version {
		return out, fault.New(fault.Conflict, "setting.changed_meanwhile")
	}
	spec, err := setting.Read[calendar.Spec](*held.Thing)
	if err != nil {
		return out, err
	}
	out.Entered, out.Kept = spec.Enter(h)
	text, err := json.Marshal(spec)
	if err != nil {
		return out, fmt.Errorf("directory: calendar: %w", err)
	}
	_, err = desk.Save(ctx, by, setting.Input{Kind: setting.Calendar, ID: f.Calendar, Version: held.Version, Fields: map[string]string{"spec": string(text)}})
	return out, err
}
