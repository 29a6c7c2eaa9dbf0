package secret

import (
	"crypto/subtle"
	"fmt"
	"net/url"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
	qrcode "github.com/skip2/go-qrcode"
)

// period is how long a one-time code is good for (RFC 6238's usual choice).
const period = 30 * time.Second

// slack is how many periods the clock of a phone may be off either way.
const slack = 1

// OTP is the shared secret of a second factor, in base32, with the address
// that authenticator programs read from a QR code.
type OTP struct {
	Secret string
	URL    string
}

// NewOTP makes a secret for an account of an issuer.
func NewOTP(issuer, account string) (OTP, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: account, SecretSize: 20, Period: uint(period / time.Second)})
	if err != nil {
		return OTP{}, fmt.Errorf("secret: one-time secret: %w", err)
	}
	return OTP{Secret: key.Secret(), URL: key.URL()}, nil
}

// OTPOf is a secret made before, with its address again.
func OTPOf(issuer, account, shared string) OTP {
	q := url.Values{"secret": {shared}, "issuer": {issuer}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}
	return OTP{Secret: shared, URL: "otpauth://totp/" + url.PathEscape(issuer+":"+account) + "?" + q.Encode()}
}

// CheckOTP compares a typed code with those of now and one period around it.
// step is the period it belongs to; one that is not after last has been used
// before and does not count.
func CheckOTP(secret, typed string, now time.Time, last int64) (step int64, ok bool) {
	typed = PlainCode(typed)
	at := now.Unix() / int64(period/time.Second)
	for s := at - slack; s <= at+slack; s++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(s), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, false
		}
		if s > last && subtle.ConstantTimeCompare([]byte(want), []byte(typed)) == 1 {
			step, ok = s, true
		}
	}
	return step, ok
}

// OTPAt is the code of a moment, for tests and for whoever plays the phone.
func OTPAt(secret string, at time.Time) (string, error) {
	return hotp.GenerateCodeCustom(secret, uint64(at.Unix()/int64(period/time.Second)), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
}

// QR draws a text as a QR code: rows of dark (true) and light squares, without
// the quiet border of four squares that belongs around it.
func QR(text string) ([][]bool, error) {
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return nil, fmt.Errorf("secret: QR code: %w", err)
	}
	code.DisableBorder = true
	return code.Bitmap(), nil
}
