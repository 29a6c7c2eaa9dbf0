package notice_test

import (
	"strings"
	"testing"
	"time"

	"kilter/internal/practice/notice"
)

// A pass is for one record, one person and a time; whoever changes a sign of it,
// or signs with another secret, has none.
func TestAPassToGradeCannotBeForged(t *testing.T) {
	t.Parallel()
	w := notice.Writer{Secret: []byte("of this house")}
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	want := notice.Pass{Ref: "INC-2026-00042", Person: 17, Until: now.AddDate(0, 0, 30)}
	text := w.GradePass(want)
	if got, ok := w.ReadGradePass(text, now); !ok || got.Ref != want.Ref || got.Person != want.Person || !got.Until.Equal(want.Until) {
		t.Errorf("%+v, %v", got, ok)
	}
	if _, ok := w.ReadGradePass(text, want.Until); ok {
		t.Error("it outlives its time")
	}
	if _, ok := (notice.Writer{Secret: []byte("of another")}).ReadGradePass(text, now); ok {
		t.Error("another house's secret signs it")
	}
	for n := range text {
		if text[n] == '.' {
			continue
		}
		for _, sign := range "0A-" {
			forged := text[:n] + string(sign) + text[n+1:]
			if p, ok := w.ReadGradePass(forged, now); ok && (p != want || forged != text) && !sameBits(text, forged) {
				t.Errorf("%s opens: %+v", forged, p)
			}
		}
	}
	for _, none := range []string{"", ".", "x", strings.Repeat("A", 4000), w.GradePass(notice.Pass{Ref: "INC~1", Person: 1, Until: want.Until})} {
		if _, ok := w.ReadGradePass(none, now); ok {
			t.Errorf("%q opens", none)
		}
	}
}

// sameBits reports whether two texts differ in nothing but the unused bits of
// the last letter of base64.
func sameBits(a, b string) bool {
	said, sign, _ := strings.Cut(a, ".")
	other, with, _ := strings.Cut(b, ".")
	return sign == with && said[:len(said)-1] == other[:len(other)-1]
}
