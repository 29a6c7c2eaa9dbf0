package sealed_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"strings"
	"testing"

	"kilter/internal/base/sealed"
)

// pair is a pair of keys that is the same in every run.
func pair(seed byte) (ed25519.PublicKey, ed25519.PrivateKey) {
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
	return private.Public().(ed25519.PublicKey), private
}

func write(t testing.TB, lines ...string) []byte {
	t.Helper()
	_, private := pair(1)
	var out bytes.Buffer
	w := sealed.NewWriter(&out, private)
	for _, l := range lines {
		if err := w.Line(l); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// read gives back the lines in between, as they stand.
func read(text []byte, seed byte) (lines []string, err error) {
	public, _ := pair(seed)
	err = sealed.Read(bytes.NewReader(text), func([]byte) (ed25519.PublicKey, error) { return public, nil }, func(_ int, line []byte) error {
		lines = append(lines, string(line))
		return nil
	})
	return lines, err
}

func TestSealedLinesComeBackAsTheyWereSigned(t *testing.T) {
	t.Parallel()
	text := write(t, "head", "one", "two")
	lines, err := read(text, 1)
	if err != nil || strings.Join(lines, " ") != `"one" "two"` {
		t.Fatalf("%v, %v", lines, err)
	}
	if _, err := read(text, 2); !errors.Is(err, sealed.ErrSignature) {
		t.Errorf("with another key: %v", err)
	}
	if _, err := read(bytes.TrimSuffix(text, []byte("\n")), 1); err != nil {
		t.Errorf("a last line without its end: %v", err)
	}
	if _, err := read(write(t, "head"), 1); err != nil {
		t.Errorf("nothing between head and signature: %v", err)
	}
}

func TestEveryChangeOfSealedLinesIsFound(t *testing.T) {
	t.Parallel()
	text := write(t, "head", "one", "two")
	for at := range text[:len(text)-1] {
		bad := bytes.Clone(text)
		bad[at] ^= 1
		if _, err := read(bad, 1); err == nil {
			t.Errorf("byte %d changed to %q: taken", at, bad[at])
		}
	}
	for n := range len(text) - 1 {
		if _, err := read(text[:n], 1); err == nil {
			t.Errorf("cut after %d bytes: taken", n)
		}
	}
	rows := bytes.SplitAfter(text, []byte("\n"))
	for name, bad := range map[string][]byte{
		"a line left out":  bytes.Join([][]byte{rows[0], rows[1], rows[3]}, nil),
		"lines swapped":    bytes.Join([][]byte{rows[0], rows[2], rows[1], rows[3]}, nil),
		"a line put in":    bytes.Join([][]byte{rows[0], rows[1], rows[1], rows[2], rows[3]}, nil),
		"a line after all": append(bytes.Clone(text), "\"three\"\n"...),
		"signed twice":     append(bytes.Clone(text), rows[3]...),
		"nothing":          nil,
		"no signature":     bytes.Join(rows[:3], nil),
	} {
		if _, err := read(bad, 1); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	long := append([]byte("\"head\"\n"), bytes.Repeat([]byte("x"), sealed.MaxLine+1)...)
	if _, err := read(long, 1); !errors.Is(err, sealed.ErrLong) {
		t.Errorf("a line without end: %v", err)
	}
}

// FuzzRead holds that nothing is taken that was not signed, whatever comes.
func FuzzRead(f *testing.F) {
	text := write(f, "head", "one", "two")
	f.Add(text)
	f.Add(text[:len(text)/2])
	f.Add([]byte("{}\n{\"signature\":\"AAAA\"}\n"))
	f.Add([]byte("\n\n\n"))
	signed := bytes.TrimSuffix(text, []byte("\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		lines, err := read(in, 1)
		if err == nil && !bytes.Equal(bytes.TrimSuffix(in, []byte("\n")), signed) && string(in[:bytes.LastIndex(in, []byte("{"))]) != string(text[:bytes.LastIndex(text, []byte("{"))]) {
			t.Errorf("taken although nobody signed it: %q", in)
		}
		if n := bytes.Count(in, []byte("\n")); len(lines) > n {
			t.Errorf("%d lines of %d", len(lines), n)
		}
	})
}
