package app

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"kilter/internal/practice/directory"
	"kilter/internal/practice/setting"
	"kilter/internal/testkit/storetest"
)

func TestACentreIsInChinaUnlessItSaysOtherwise(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, "sqlite")
	h := &house{env: &Env{Log: slog.New(slog.NewTextHandler(io.Discard, nil))}, db: db, settings: &setting.Keeper{Store: db.Settings()}}
	h.directory = &directory.Directory{Keeper: h.settings, Roll: db.Roll()}
	if err := h.refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := h.place().String(); got != "Asia/Shanghai" {
		t.Errorf("the centre is at %s", got)
	}
	noon := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	for days, want := range map[int]time.Time{0: noon, 3: noon.AddDate(0, 0, 3), -2: noon.AddDate(0, 0, -2)} { // round the clock: every day is worked
		if got, ok := h.business(noon, days); !ok || !got.Equal(want) {
			t.Errorf("%d working days from noon: %v, %v, want %v", days, got, ok, want)
		}
	}
	if _, ok := h.business(noon, 100_000); ok {
		t.Error("counted further than calendars reach")
	}
}
