package problem

import (
	"fmt"
	"testing"

	"kilter/internal/practice/record"
)

// Who tells of the same trouble uses words of his own; words that everybody
// uses do not make two troubles one.
func TestSimilarWords(t *testing.T) {
	t.Parallel()
	var cases []Case
	for n := range 200 {
		cases = append(cases, Case{Title: fmt.Sprintf("The %d-th thing is out of order", n)}, Case{Title: fmt.Sprintf("系统%d号无法使用", n)})
	}
	for _, title := range []string{"The printer is jammed", "Printer jammed on floor 3", "The mail is slow", "打印机卡纸", "三楼打印机卡纸了", "打印机打印空白", "审批系统无法使用", "门户系统无法使用"} {
		cases = append(cases, Case{Title: title})
	}
	w := weigh(cases)
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"The printer is jammed", "Printer jammed on floor 3", true},
		{"The printer is jammed", "The mail is slow", false},
		{"The mail is slow", "The 7-th thing is out of order", false},
		{"打印机卡纸", "三楼打印机卡纸了", true},
		{"打印机卡纸", "打印机打印空白", false},
		{"审批系统无法使用", "门户系统无法使用", false},
		{"Printer", "Printer jammed on floor 3", false},
		{"", "", false},
	} {
		if got := w.alike(w.phrase(c.a), w.phrase(c.b)); got != c.want {
			t.Errorf("%q, %q: %v", c.a, c.b, got)
		}
	}
}

// Each case is in one cluster, and the greatest gathering comes first.
func TestClusters(t *testing.T) {
	t.Parallel()
	var cases []Case
	for n, title := range []string{"scanner crooked pages", "crooked pages scanner", "pages crooked", "scanner crooked", "mail loses drafts", "drafts in mail", "mail drafts lost", "nothing like it"} {
		cases = append(cases, Case{Number: record.NewNumber(2026, n+1), Title: title})
	}
	got := weigh(cases).clusters(cases)
	if len(got) != 2 || len(got[0]) != 4 || len(got[1]) != 3 {
		t.Errorf("%+v", got)
	}
}
