package stats_test

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"kilter/internal/testkit"
)

// table reads a CSV of reference data by its column names; what is no number is
// missing.
func table(t testing.TB, name string) map[string][]float64 {
	t.Helper()
	file, err := os.Open(testkit.Shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(bufio.NewReader(file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]float64{}
	for j, name := range rows[0] {
		for _, row := range rows[1:] {
			x, err := strconv.ParseFloat(row[j], 64)
			if err != nil {
				x = math.NaN()
			}
			out[name] = append(out[name], x)
		}
	}
	return out
}

// pick are some columns of a table in order.
func pick(t testing.TB, from map[string][]float64, names ...string) [][]float64 {
	t.Helper()
	var out [][]float64
	for _, n := range names {
		c, ok := from[n]
		if !ok {
			t.Fatalf("no column %s", n)
		}
		out = append(out, c)
	}
	return out
}

// reference reads a file of reference figures.
func reference(t testing.TB, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(testkit.Shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

// same fails when a figure is further from another than the tolerance.
func same(t testing.TB, what string, got, want, tolerance float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > tolerance {
		t.Errorf("%s: got %.9g, want %.9g", what, got, want)
	}
}

// digits fails when a figure agrees in fewer than so many digits.
func digits(t testing.TB, what string, got, want, least float64) {
	t.Helper()
	if got == want {
		return
	}
	if lre := -math.Log10(math.Abs(got-want) / math.Abs(want)); math.IsNaN(lre) || lre < least {
		t.Errorf("%s: got %.15g, want %.15g: %.1f digits, %.1f wanted", what, got, want, lre, least)
	}
}

func items(prefix string, numbers ...int) []string {
	out := make([]string, len(numbers))
	for i, n := range numbers {
		out[i] = prefix + strconv.Itoa(n)
	}
	return out
}

func upTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i + 1
	}
	return out
}

func fields(text string) []float64 {
	var out []float64
	for _, f := range strings.Fields(text) {
		x, err := strconv.ParseFloat(f, 64)
		if err != nil {
			panic(err)
		}
		out = append(out, x)
	}
	return out
}

// frequency splits values of the kiosk's respondents by how often they come.
func frequency(t testing.TB, values []float64) (weekly, monthly []float64) {
	t.Helper()
	text, err := os.ReadFile(testkit.Shared(t, "servqual/kiosk.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows[1:] {
		switch {
		case strings.HasPrefix(row[2], "weekly"):
			weekly = append(weekly, values[i])
		case strings.HasPrefix(row[2], "monthly"):
			monthly = append(monthly, values[i])
		}
	}
	return weekly, monthly
}
