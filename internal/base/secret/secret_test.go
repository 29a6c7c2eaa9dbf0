package secret

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// cheap keeps tests quick.
var cheap = Cost{Memory: 64, Passes: 1, Lanes: 1}

func TestPasswords(t *testing.T) {
	t.Parallel()
	phc := HashPassword("level with the bubble", cheap)
	if !strings.HasPrefix(phc, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("PHC string %q", phc)
	}
	if ok, dated := CheckPassword("level with the bubble", phc); !ok || !dated {
		t.Errorf("right password: ok %v, dated %v", ok, dated)
	}
	if ok, _ := CheckPassword("level with the Bubble", phc); ok {
		t.Error("a wrong password passes")
	}
	if again := HashPassword("level with the bubble", cheap); again == phc {
		t.Error("two hashes of one password are alike: no salt")
	}
	for _, broken := range []string{"", "$argon2id$", "plain", strings.Replace(phc, "m=64", "m=999999999", 1), strings.Replace(phc, "argon2id", "argon2i", 1), phc[:len(phc)-40]} {
		if ok, _ := CheckPassword("level with the bubble", broken); ok {
			t.Errorf("the broken hash %q passes", broken)
		}
	}
}

func TestUsualCost(t *testing.T) {
	t.Parallel()
	if ok, dated := CheckPassword("x", HashPassword("x", Usual)); !ok || dated {
		t.Errorf("ok %v, dated %v", ok, dated)
	}
}

func TestWeak(t *testing.T) {
	t.Parallel()
	own := []string{"wangxiaoming", "王小明", "wangxm@city.example", "Wang Xiaoming"}
	cases := map[string]Weakness{
		"short":                   TooShort,
		strings.Repeat("ab", 200): TooLong,
		"aaaaaaaaaaaaaaaa":        TooPlain,
		"password1234":            TooCommon,
		"P@ssw0rd2026!":           TooCommon,
		"adminadminadmin":         TooCommon,
		"1qaz2wsx3edc":            TooCommon,
		"123456789012":            TooCommon,
		"Welcome@2026":            TooCommon,
		"wangxiaoming1":           Personal,
		"xiaoming#2026":           Personal,
		"the bubble rests level":  "",
		"水平仪的气泡停在正中间位置上": "",
		"x9#kv2-pfq81z":             "",
		"wangxiaoming likes rivers": "",
		"831907264558":              "",
	}
	for password, want := range cases {
		if got := Weak(password, 12, own...); got != want {
			t.Errorf("%q: %q, want %q", password, got, want)
		}
	}
}

func TestOTP(t *testing.T) {
	t.Parallel()
	key, err := NewOTP("Kilter", "wang")
	if err != nil || !strings.HasPrefix(key.URL, "otpauth://totp/Kilter:wang?") {
		t.Fatalf("%+v, %v", key, err)
	}
	now := time.Date(2026, 11, 23, 9, 0, 10, 0, time.UTC)
	code, err := OTPAt(key.Secret, now)
	if err != nil {
		t.Fatal(err)
	}
	step, ok := CheckOTP(key.Secret, code[:3]+" "+code[3:], now, 0)
	if !ok {
		t.Fatal("the code of now is refused")
	}
	if _, ok := CheckOTP(key.Secret, code, now.Add(5*time.Second), step); ok {
		t.Error("a code passes twice")
	}
	if _, ok := CheckOTP(key.Secret, code, now.Add(30*time.Second), 0); !ok {
		t.Error("a slow clock is refused")
	}
	if _, ok := CheckOTP(key.Secret, code, now.Add(2*time.Minute), 0); ok {
		t.Error("an old code passes")
	}
	if _, ok := CheckOTP(key.Secret, "", now, 0); ok {
		t.Error("no code passes")
	}
}

func TestQR(t *testing.T) {
	t.Parallel()
	rows, err := QR("otpauth://totp/Kilter:wang?secret=ABC")
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) < 21 || len(rows) != len(rows[0]) || !rows[0][0] || !rows[0][6] || rows[1][1] {
		t.Errorf("no finder pattern in the corner of %d rows", len(rows))
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 100 {
		tok := Token("kilter_")
		if !strings.HasPrefix(tok, "kilter_") || len(tok) != 7+43 || seen[tok] {
			t.Fatalf("token %q", tok)
		}
		seen[tok] = true
	}
	if Digest("a") == Digest("b") || len(Digest("a")) != 64 {
		t.Error("digests")
	}
}

func TestCodesAreTypedAnyhow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		code := Code(rapid.IntRange(1, 5).Draw(t, "groups"))
		typed := strings.ToUpper(strings.ReplaceAll(code, "-", rapid.SampledFrom([]string{" ", "-", "", " - "}).Draw(t, "between")))
		if PlainCode(typed) != PlainCode(code) {
			t.Fatalf("%q typed %q", code, typed)
		}
	})
}
