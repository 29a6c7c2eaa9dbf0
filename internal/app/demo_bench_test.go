package app

import (
	"context"
	"io"
	"log/slog"
	"testing"

	"kilter/internal/base/lang"
	"kilter/internal/testkit/storetest"
)

func BenchmarkDemo(b *testing.B) {
	for b.Loop() {
		env := &Env{Config: Config{DB: storetest.URL(b, "sqlite")}, Context: b.Context(), Out: io.Discard, Err: io.Discard, Log: slog.New(slog.DiscardHandler), Words: lang.For("en")}
		h, err := enter(env)
		if err != nil {
			b.Fatal(err)
		}
		if err := h.fill(context.Background(), "S"); err != nil {
			b.Fatal(err)
		}
		if err := h.leave(); err != nil {
			b.Fatal(err)
		}
	}
}
