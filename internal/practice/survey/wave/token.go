package wave

import "kilter/internal/base/secret"

// A token is with the respondent and nowhere else: 256 random bits. Two digests
// are kept of it, in two tables. Neither follows from the other.

// newToken makes one.
func newToken() string { return secret.Token("ksv_") }

// Mark is the digest by which the side of the invitations knows a token.
func Mark(token string) string { return secret.Digest("invite:" + token) }

// Key is the digest under which the answers to a token stand while the wave is
// open. When it closes they get random ones: then nobody can show, or be made to
// show, which are his.
func Key(token string) string { return secret.Digest("answer:" + token) }

// newKey is such a random one.
func newKey() string { return secret.Digest(secret.Token("")) }

// doorGroups are the groups of four characters of a code on a printed sheet: 60
// random bits.
const doorGroups = 3

// doorDigest is what is kept of such a code.
func doorDigest(code string) string { return secret.Digest("door:" + secret.PlainCode(code)) }
