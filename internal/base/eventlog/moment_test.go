package eventlog

import (
	"testing"
	"time"

	"kilter/internal/base/fault"
)

func TestMoments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, zone, format, value, want string }{
		{"Go layout with a fraction", "", "2006/01/02 15:04:05.000", "2012/10/09 14:50:17.000", "2012-10-09T14:50:17Z"},
		{"Go layout, no leading zeros written", "", "02/01/2006 15:04", "9/2/2016 6:05", "2016-02-09T06:05:00Z"},
		{"day first, as ServiceNow in Europe", "", "%d/%m/%Y %H:%M", "29/2/2016 01:16", "2016-02-29T01:16:00Z"},
		{"strftime with half days", "", "%m-%d-%y %I:%M:%S %p", "02-29-16 01:16:05 pm", "2016-02-29T13:16:05Z"},
		{"strftime with a fraction and an offset", "", "%Y-%m-%d %H:%M:%S.%f%z", "2016-02-29 01:16:05.25+01:00", "2016-02-29T00:16:05.25Z"},
		{"strftime, unpadded", "", "%-d.%-m.%Y %R", "1.12.2016 09:05", "2016-12-01T09:05:00Z"},
		{"letters of Java", "", "yyyy-MM-dd HH:mm:ss.SSS", "2016-02-29 01:16:05.123", "2016-02-29T01:16:05.123Z"},
		{"letters of Java with T and offset", "", "yyyy-MM-dd'T'HH:mm:ssXXX", "2016-02-29T01:16:05+08:00", "2016-02-28T17:16:05Z"},
		{"letters of a manual", "", "dd/mm/yyyy hh:mm", "29/02/2016 13:16", "2016-02-29T13:16:00Z"},
		{"letters with capitals", "", "DD-MMM-YYYY HH:MM:SS", "29-FEB-2016 01:16:05", "2016-02-29T01:16:05Z"},
		{"letters with month words and half days", "", "d MMM yyyy h:mm a", "3 Feb 2016 1:05 pm", "2016-02-03T13:05:00Z"},
		{"zone of the log", "Europe/Rome", "%Y-%m-%d %H:%M", "2012-07-01 12:00", "2012-07-01T10:00:00Z"},
		{"offset of the log", "+08:00", "", "2026-02-14 09:00", "2026-02-14T01:00:00Z"},
		{"the value's own offset wins", "Asia/Shanghai", "", "2006-01-11T15:49:42+01:00", "2006-01-11T14:49:42Z"},
		{"no format: date only", "Asia/Shanghai", "", "2026-02-14", "2026-02-13T16:00:00Z"},
		{"no format: Chinese", "Asia/Shanghai", "", "2026年2月14日 9:05", "2026-02-14T01:05:00Z"},
		{"no format: digits", "", "", "20160229011605", "2016-02-29T01:16:05Z"},
		{"no format: day and month cannot be told apart", "", "", "03/04/2016 10:00", ""},
		{"seconds since 1970", "", "unix", "1456708565.5", "2016-02-29T01:16:05.5Z"},
		{"milliseconds since 1970", "", "unix_ms", "1456708565000", "2016-02-29T01:16:05Z"},
		{"days of a workbook", "Asia/Shanghai", "excel", "42429.5", "2016-02-29T04:00:00Z"},
		{"a format without offset, a value with one", "Asia/Shanghai", "yyyy-MM-dd HH:mm:ss", "2016-02-29 01:16:05+01:00", "2016-02-29T00:16:05Z"},
		{"no format: seconds since 1970", "", "", "1456708565", "2016-02-29T01:16:05Z"},
		{"no format: milliseconds since 1970", "", "", "1456708565123", "2016-02-29T01:16:05.123Z"},
		{"no such day", "", "%d/%m/%Y", "31/02/2016", ""},
		{"year nought", "", "", "0000-00-00 00:00:00", ""},
		{"far future", "", "", "9999-12-31", ""},
		{"words", "", "", "yesterday", ""},
		{"nothing", "", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m, err := NewMoments(c.zone, c.format)
			if err != nil {
				if c.want == "" {
					return
				}
				t.Fatal(err)
			}
			got, err := m.Parse(c.value)
			if c.want == "" {
				if !fault.Is(err, fault.Invalid) {
					t.Fatalf("got %v, %v; want a fault", got, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if have := got.UTC().Format(time.RFC3339Nano); have != c.want {
				t.Errorf("got %s, want %s", have, c.want)
			}
		})
	}
}

func TestSeveralFormats(t *testing.T) {
	t.Parallel()
	m, err := NewMoments("", "%d/%m/%Y %H:%M", "%Y-%m-%d")
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range []string{"1/2/2016 10:00", "2016-02-01", "2/2/2016 10:00", "2016-02-02"} {
		if got, err := m.Parse(value); err != nil || got.Month() != time.February {
			t.Errorf("%s: %v, %v", value, got, err)
		}
	}
}

func TestBadFormat(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, format, key string }{
		{"Atlantis/Centre", "", "eventlog.zone"},
		{"Local", "", "eventlog.zone"},
		{"", "%Q", "eventlog.time_format"},
		{"", "%d/%m %H:%M", "eventlog.time_format"},
		{"", "hello", "eventlog.time_format"},
		{"", "%", "eventlog.time_format"},
		{"", "'open", "eventlog.time_format"},
	} {
		_, err := NewMoments(c.zone, c.format)
		if fs := fault.All(err); len(fs) != 1 || fs[0].Key != c.key {
			t.Errorf("zone %q, format %q: %v, want %s", c.zone, c.format, err, c.key)
		}
	}
}

func FuzzMoments(f *testing.F) {
	for _, s := range []string{"%d/%m/%Y %H:%M", "2006-01-02", "yyyy-MM-dd'T'HH:mm", "unix", "excel", "", "%3N%Y", ".%f", "SSS", "5.000"} {
		f.Add(s, "2016-02-29 10:00")
	}
	f.Fuzz(func(t *testing.T, format, value string) {
		m, err := NewMoments("", format)
		if err != nil {
			return
		}
		if got, err := m.Parse(value); err == nil && (got.Year() < 1900 || got.Year() > 2200) {
			t.Errorf("%q by %q is %v", value, format, got)
		}
	})
}
