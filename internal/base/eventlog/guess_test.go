package eventlog

import (
	"strings"
	"testing"
)

func TestGuess(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ values, want string }{
		{"2026-03-02 09:00|2026/03/02 09:00:01", "auto"},
		{"07-12-2023 08:05:27|23-09-2023 00:19:58", "dd-MM-yyyy HH:mm:ss"},
		{"03/04/2026 09:00|05/06/2026 10:00", "dd/MM/yyyy HH:mm|MM/dd/yyyy HH:mm"},
		{"03/24/2026 09:00|05/06/2026 10:00", "MM/dd/yyyy HH:mm"},
		{"3/24/2026 9:00:01 PM", "MM/dd/yyyy hh:mm:ss a"},
		{"24-Mar-26 09:00", "dd-MMM-yy HH:mm"},
		{"46000.5|46001", "excel"},
		{"1709283600.5|1709283601", "unix"},
		{"23-09-2023 00:19:58|24-09-2023 00:19:58|25-09-2023 00:19:58|26-09-2023 00:19:58|32-13-2014 99:00:00", "dd-MM-yyyy HH:mm:ss"}, // a broken row
		{"soon|later", ""},
		{"", ""},
	} {
		t.Run(c.values, func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(Guess(strings.Split(c.values, "|")), "|"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
