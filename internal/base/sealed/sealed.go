// Package sealed writes and reads lines that are signed as a whole with Ed25519
// (RFC 8032, its variant ph over SHA-512, so that no more than a line is held in
// memory). The first line says who signed, the last one is the signature over
// every byte before it; a changed byte or a missing line is found.
package sealed

import (
	"bufio"
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
)

// MaxLine is the most bytes of a line.
const MaxLine = 1 << 20

// What can be wrong with sealed lines.
var (
	ErrCut       = errors.New("sealed: the last line is no signature")
	ErrSignature = errors.New("sealed: the signature does not fit what stands before it")
	ErrLong      = fmt.Errorf("sealed: a line is longer than %d bytes", MaxLine)
)

// trailer is the last line.
type trailer struct {
	Signature string `json:"signature"`
}

// options keep a signature from being taken for one of something else.
var options = &ed25519.Options{Hash: crypto.SHA512, Context: "sealed lines 1"}

// Writer signs lines as they are written.
type Writer struct {
	to  *bufio.Writer
	sum hash.Hash
	key ed25519.PrivateKey
}

// NewWriter begins to write.
func NewWriter(to io.Writer, key ed25519.PrivateKey) *Writer {
	return &Writer{bufio.NewWriterSize(to, 64<<10), sha512.New(), key}
}

// Line writes a value as one line of JSON.
func (w *Writer) Line(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("sealed: %w", err)
	}
	return w.Raw(text)
}

// Raw writes a line as it stands. It has no line break in it.
func (w *Writer) Raw(line []byte) error {
	if len(line) >= MaxLine {
		return ErrLong
	}
	text := append(bytes.Clone(line), '\n')
	w.sum.Write(text)
	_, err := w.to.Write(text)
	return err
}

// Close writes the signature. It does not close what is written to.
func (w *Writer) Close() error {
	sign, err := w.key.Sign(nil, w.sum.Sum(nil), options)
	if err != nil {
		return fmt.Errorf("sealed: %w", err)
	}
	text, err := json.Marshal(trailer{base64.StdEncoding.EncodeToString(sign)})
	if err != nil {
		return fmt.Errorf("sealed: %w", err)
	}
	if _, err := w.to.Write(append(text, '\n')); err != nil {
		return err
	}
	return w.to.Flush()
}

// Read gives each line in between, counted from 1 for the first of all, which
// key takes to say whose signature must stand at the end. What each has seen is
// worth nothing until Read returns without an error. Lines are valid until the
// next call.
func Read(from io.Reader, key func(first []byte) (ed25519.PublicKey, error), each func(n int, line []byte) error) error {
	in, sum := bufio.NewReaderSize(from, MaxLine), sha512.New()
	var public ed25519.PublicKey
	var held []byte // a line that may be the last
	for n := 0; ; n++ {
		line, err := in.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			return ErrLong
		case err != nil && !errors.Is(err, io.EOF):
			return err
		case len(line) == 0: // the end
			if n < 2 {
				return ErrCut
			}
			return verify(public, sum.Sum(nil), held)
		}
		if n > 0 {
			sum.Write(held)
			if n > 1 {
				if err := each(n, bytes.TrimSuffix(held, []byte("\n"))); err != nil {
					return err
				}
			} else if public, err = key(bytes.TrimSuffix(held, []byte("\n"))); err != nil {
				return err
			}
		}
		held = append(held[:0], line...)
	}
}

func verify(public ed25519.PublicKey, sum, last []byte) error {
	var t trailer
	d := json.NewDecoder(bytes.NewReader(last))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil || t.Signature == "" {
		return ErrCut
	}
	sign, err := base64.StdEncoding.DecodeString(t.Signature)
	if err != nil {
		return ErrCut
	}
	if len(public) != ed25519.PublicKeySize || ed25519.VerifyWithOptions(public, sum, sign, options) != nil {
		return ErrSignature
	}
	return nil
}
