package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/once"
)

// KeepAnswers is how long an answer is given again to a repeated request.
const KeepAnswers = 24 * time.Hour

// kept are the headers that belong to an answer.
var kept = []string{"Content-Type", "ETag", "Location", "Preference-Applied"}

// givenUp is how long after its beginning a request without any effect is
// taken for dead, as after a power cut, and a repetition is done in its place.
// Should it live after all, it finds its claim gone and changes nothing.
const givenUp = 5 * time.Second

// longestKey is the most characters of an Idempotency-Key.
const longestKey = 200

// runOnce does an operation under a key. The first success is kept for a day
// and given to every repetition; a refused request changed nothing, so its key
// is free again.
func (c *call) runOnce(name string) error {
	if err := goodKey(name); err != nil {
		return err
	}
	key := once.Key{Who: c.who(), Route: c.r.Method + " " + c.r.URL.Path, Key: name}
	sum := sha256.Sum256(append([]byte(c.r.URL.RawQuery+"\n"+c.r.Header.Get("If-Match")+"\n"), c.raw...))
	hash := hex.EncodeToString(sum[:])
	ctx := c.r.Context()
	now := c.Now()
	held, fresh, err := c.Answers.Claim(ctx, key, hash, now)
	if err == nil && !fresh && held.Hash == hash && held.Status == 0 && held.Did == "" && c.op.Recall != nil && now.Sub(held.At) > givenUp {
		fresh, err = c.Answers.Take(ctx, once.Claim{Key: key, At: held.At}, hash, now)
	}
	switch {
	case err != nil:
		return err
	case !fresh:
		return c.again(held, hash)
	}
	c.r = c.r.WithContext(once.With(ctx, once.Claim{Key: key, At: now}))
	sent := c.watchBody()
	w := &copied{ResponseWriter: c.w}
	c.w = w
	err = c.op.Run(c)
	c.w = w.ResponseWriter
	// The answer must be kept even if the caller has hung up meanwhile.
	late, end := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer end()
	if err != nil || w.status >= http.StatusBadRequest {
		return errors.Join(err, c.Answers.Release(late, key))
	}
	a := once.Answer{Status: w.status, Head: map[string]string{}, Body: w.body.Bytes(), At: c.Now()}
	if sent != nil {
		a.Head[ofBody] = sent()
	}
	for _, h := range kept {
		if v := w.Header().Get(h); v != "" {
			a.Head[h] = v
		}
	}
	if err := c.Answers.Keep(late, key, a); err != nil {
		return err
	}
	return w.send()
}

func goodKey(name string) error {
	if len(name) > longestKey || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r > '~' }) {
		return fault.New(fault.Invalid, "api.once_key").With("max", longestKey)
	}
	return nil
}

// lineOnce does one line of a bulk request under a key of its own and gives
// what came of it as JSON, a repeated line what came of it the first time.
func (c *call) lineOnce(name string, raw []byte, do func() (any, error)) ([]byte, error) {
	if err := goodKey(name); err != nil {
		return nil, err
	}
	key := once.Key{Who: c.who(), Route: "LINE " + c.r.URL.Path, Key: name}
	sum := sha256.Sum256(raw)
	hash := hex.EncodeToString(sum[:])
	held, fresh, err := c.Answers.Claim(c.r.Context(), key, hash, c.Now())
	switch {
	case err != nil:
		return nil, err
	case !fresh && held.Hash != hash:
		return nil, fault.New(fault.Invalid, "api.once_other_body")
	case !fresh && held.Status == 0:
		return nil, fault.New(fault.Conflict, "api.once_under_way")
	case !fresh:
		return held.Body, nil
	}
	late, end := context.WithTimeout(context.WithoutCancel(c.r.Context()), 10*time.Second)
	defer end()
	out, err := do()
	if err != nil {
		return nil, errors.Join(err, c.Answers.Release(late, key))
	}
	text, err := json.Marshal(out)
	if err != nil {
		return nil, err
	}
	return text, c.Answers.Keep(late, key, once.Answer{Status: http.StatusOK, Body: text, At: c.Now()})
}

// again answers a repeated request.
func (c *call) again(held once.Answer, hash string) error {
	switch {
	case held.Hash != hash:
		return fault.New(fault.Invalid, "api.once_other_body")
	case held.Status == 0 && held.Did != "" && c.op.Recall != nil:
		c.w.Header().Set("Idempotency-Replayed", "true")
		return c.op.Recall(c, held.Did)
	case held.Status == 0:
		c.w.Header().Set("Retry-After", strconv.Itoa(int(givenUp/time.Second)))
		return fault.New(fault.Conflict, "api.once_under_way")
	}
	if sum, streamed := held.Head[ofBody]; streamed {
		if err := c.sameBody(sum); err != nil {
			return err
		}
	}
	h := c.w.Header()
	for name, v := range held.Head {
		if name != ofBody {
			h.Set(name, v)
		}
	}
	h.Set("Idempotency-Replayed", "true")
	c.w.WriteHeader(held.Status)
	_, _ = c.w.Write(held.Body) // whoever asked may have hung up
	return nil
}

// ofBody is where an answer keeps the hash of a body that was streamed; it is
// no header, and so sent to nobody.
const ofBody = ":body"

// watchBody takes the hash of a streamed body while the operation reads it; nil
// when the body was read whole, before.
func (c *call) watchBody() func() string {
	if c.op.Body == nil || !c.op.Body.Stream {
		return nil
	}
	h := sha256.New()
	c.r.Body = struct {
		io.Reader
		io.Closer
	}{io.TeeReader(c.r.Body, h), c.r.Body}
	return func() string { return hex.EncodeToString(h.Sum(nil)) }
}

// sameBody reads a body that is sent again and reports whether it is another.
func (c *call) sameBody(sum string) error {
	h := sha256.New()
	if _, err := io.Copy(h, c.r.Body); err != nil {
		return received(err)
	}
	if hex.EncodeToString(h.Sum(nil)) != sum {
		return fault.New(fault.Invalid, "api.once_other_body")
	}
	return nil
}

// copied holds an answer back until it has been kept.
type copied struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (w *copied) WriteHeader(status int) { w.status = status }

func (w *copied) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.body.Write(b)
}

func (w *copied) send() error {
	w.ResponseWriter.WriteHeader(w.status)
	_, _ = w.ResponseWriter.Write(w.body.Bytes()) // whoever asked may have hung up
	return nil
}
