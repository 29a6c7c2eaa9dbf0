// Package secret makes and checks what proves who somebody is: password
// hashes, random tokens, one-time codes. It keeps nothing.
package secret

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Cost is what one password check costs: memory in KiB, passes, lanes.
type Cost struct {
	Memory uint32
	Passes uint32
	Lanes  uint8
}

// Usual is the first of OWASP's equal choices for argon2id (password storage
// cheat sheet): 19 MiB and two passes. It takes about 25 ms of one core; more
// memory would let a few people signing in at once crowd a small machine.
var Usual = Cost{Memory: 19 * 1024, Passes: 2, Lanes: 1}

const saltLen, keyLen = 16, 32

// atOnce bounds how many hashes are computed side by side, and with it the
// memory that a flood of sign-ins can take.
var atOnce = make(chan struct{}, 4)

// HashPassword makes a PHC string ("$argon2id$v=19$m=...") with a fresh salt.
func HashPassword(password string, c Cost) string {
	salt := make([]byte, saltLen)
	_, _ = rand.Read(salt) // never fails: crypto/rand ends the program instead
	key := derive(password, salt, c, keyLen)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Passes, c.Lanes, b64(salt), b64(key))
}

// CheckPassword reports whether the password is the one hashed; dated is true
// when the hash was made at another cost and should be made anew.
func CheckPassword(password, phc string) (ok, dated bool) {
	c, salt, key, err := parsePHC(phc)
	if err != nil {
		return false, false
	}
	got := derive(password, salt, c, uint32(len(key)))
	return subtle.ConstantTimeCompare(got, key) == 1, c != Usual
}

// WastePassword spends the time of a check on nobody, so that an unknown name
// takes as long to refuse as a wrong password.
func WastePassword(password string) {
	derive(password, make([]byte, saltLen), Usual, keyLen)
}

func derive(password string, salt []byte, c Cost, n uint32) []byte {
	atOnce <- struct{}{}
	defer func() { <-atOnce }()
	return argon2.IDKey([]byte(password), salt, c.Passes, c.Memory, c.Lanes, n)
}

// most is what a stored hash may ask for, so that one tampered row cannot
// exhaust the machine.
var most = Cost{Memory: 256 * 1024, Passes: 10, Lanes: 8}

func parsePHC(phc string) (c Cost, salt, key []byte, err error) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, fmt.Errorf("secret: no argon2id hash")
	}
	if _, err = fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Passes, &c.Lanes); err != nil {
		return c, nil, nil, fmt.Errorf("secret: cost of hash: %w", err)
	}
	if c.Memory == 0 || c.Memory > most.Memory || c.Passes == 0 || c.Passes > most.Passes || c.Lanes == 0 || c.Lanes > most.Lanes {
		return c, nil, nil, fmt.Errorf("secret: cost of hash out of bounds")
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return c, nil, nil, fmt.Errorf("secret: salt: %w", err)
	}
	if key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil {
		return c, nil, nil, fmt.Errorf("secret: hash: %w", err)
	}
	if len(salt) < 8 || len(key) < 16 || len(key) > 64 {
		return c, nil, nil, fmt.Errorf("secret: length of hash")
	}
	return c, salt, key, nil
}

func b64(b []byte) string { return base64.RawStdEncoding.EncodeToString(b) }
