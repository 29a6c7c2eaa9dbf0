//go:build !testclock

package app

import "time"

// Now is the time that everything wired here is told.
func Now() time.Time { return time.Now() }
