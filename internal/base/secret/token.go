package secret

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// Token makes 256 random bits as text safe for URLs and cookies, with a prefix
// by which a leaked one is recognised.
func Token(prefix string) string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return prefix + base64.RawURLEncoding.EncodeToString(b)
}

// Digest is what is stored of a token: its SHA-256 in hex. 256 random bits
// need no salt and no slow hash.
func Digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// readable is Crockford's alphabet: it has no i, l, o, u.
var readable = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// Code makes a code that people type, of groups of four characters, 20 random
// bits each.
func Code(groups int) string {
	out := make([]string, groups)
	b := make([]byte, 5)
	for i := range out {
		_, _ = rand.Read(b)
		out[i] = readable.EncodeToString(b)[:4]
	}
	return strings.Join(out, "-")
}

// PlainCode undoes what people do to a code while typing it: capitals, spaces,
// missing or additional hyphens, letters for the digits they resemble.
func PlainCode(typed string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '-', ' ', '\t':
			return -1
		case 'o':
			return '0'
		case 'i', 'l':
			return '1'
		}
		return r
	}, strings.ToLower(typed))
}
