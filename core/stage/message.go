package stage

import (
	"encoding/json"
	"fmt"
	"slices"
)

// A worker that computes answers is sent requests and sends answers as messages: JSON, and beside it the pixels of all images in one
// run of bytes, in their order.

// mostSide bounds the images of messages.
const mostSide = 4096

// Encode returns a request as a message; the bytes are those of its pixels.
func (q *Request) Encode() (text string, pixels []byte) {
	b, err := json.Marshal(q)
	if err != nil {
		panic(err) // numbers and texts
	}
	return string(b), q.Pixels
}

// DecodeRequest reads a message. The request has its bytes.
func DecodeRequest(text string, pixels []byte) (Request, error) {
	var q Request
	if err := json.Unmarshal([]byte(text), &q); err != nil {
		return Request{}, fmt.Errorf("stage: a request: %w", err)
	}
	rest, err := cut(&q.Pixels, q.W, q.H, pixels)
	switch s := q.Setting; {
	case err != nil:
		return Request{}, fmt.Errorf("stage: a request: %w", err)
	case len(rest) > 0:
		return Request{}, fmt.Errorf("stage: a request: %d bytes more than %d×%d pixels", len(rest), q.W, q.H)
	case q.Number == 0 || q.Frame == 0:
		return Request{}, fmt.Errorf("stage: request %d of frame %d: both count from 1", q.Number, q.Frame)
	case s.Severity < 1 || s.Severity > 5 || s.Eps < 1 || s.Eps > 255 || s.Attack < 0 || s.Attack >= attacks || len(s.Mosaic) > Tiles:
		return Request{}, fmt.Errorf("stage: request %d: severity %d, eps %d, attack %d, %d tiles: want at most 5, 255, %d and %d", q.Number,
			s.Severity, s.Eps, s.Attack, len(s.Mosaic), attacks-1, Tiles)
	}
	return q, nil
}

// Encode returns an answer as a message; the bytes are appended to buf.
func (a *Answer) Encode(buf []byte) (text string, pixels []byte, err error) {
	b, err := json.Marshal(a)
	if err != nil {
		return "", buf, fmt.Errorf("stage: an answer: %w", err)
	}
	for _, seen := range a.images() {
		buf = append(buf, seen.Pixels...)
	}
	return string(b), buf, nil
}

// DecodeAnswer reads a message. The images of the answer have its bytes.
func DecodeAnswer(text string, pixels []byte) (Answer, error) {
	var a Answer
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		return Answer{}, fmt.Errorf("stage: an answer: %w", err)
	}
	if a.Err != "" {
		return a, nil
	}
	for _, seen := range a.images() {
		var err error
		if pixels, err = cut(&seen.Pixels, seen.W, seen.H, pixels); err != nil {
			return Answer{}, fmt.Errorf("stage: an answer: %w", err)
		}
	}
	if len(pixels) > 0 || len(a.Tiles) > Tiles {
		return Answer{}, fmt.Errorf("stage: an answer: %d bytes too many, %d tiles: want at most %d", len(pixels), len(a.Tiles), Tiles)
	}
	return a, nil
}

// images returns what was seen, in the order of messages.
func (a *Answer) images() []*Seen {
	list := []*Seen{&a.Original, a.Corrupted, a.Adversary}
	for i := range a.Tiles {
		list = append(list, &a.Tiles[i])
	}
	return slices.DeleteFunc(list, func(s *Seen) bool { return s == nil })
}

// cut takes an image off the front of a run of bytes, and returns the rest.
func cut(image *[]byte, w, h int, pixels []byte) ([]byte, error) {
	if w < 1 || h < 1 || w > mostSide || h > mostSide {
		return nil, fmt.Errorf("an image of %d×%d pixels: want 1 to %d each way", w, h, mostSide)
	}
	n := 4 * w * h
	if len(pixels) < n {
		return nil, fmt.Errorf("%d bytes for an image of %d×%d pixels: want %d", len(pixels), w, h, n)
	}
	*image = pixels[:n:n]
	return pixels[n:], nil
}
