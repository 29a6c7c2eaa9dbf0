//go:build testclock

package app

import (
	"fmt"
	"os"
	"time"
)

// Now is the machine's time, ahead by what the file named in KILTER_TEST_CLOCK
// says ("72h30m"): the scenarios of testdata/script let days pass with it. Such
// a build never ships.
func Now() time.Time {
	text, err := os.ReadFile(os.Getenv("KILTER_TEST_CLOCK"))
	if err != nil {
		return time.Now() // no story has moved the clock yet
	}
	ahead, err := time.ParseDuration(string(text))
	if err != nil {
		panic(fmt.Sprintf("KILTER_TEST_CLOCK: %v", err))
	}
	return time.Now().Add(ahead)
}
