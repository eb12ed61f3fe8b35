package stage

import (
	"reflect"
	"strings"
	"testing"
)

func TestMessages(t *testing.T) {
	for _, key := range []string{"a", "tab"} { // without and with an attack, side by side and as a mosaic
		s := newStage()
		s.Press(key)
		s.Press("tab")
		s.Offer(0, plain(3, 2, 7), 3, 2)
		q, ok := s.Next(0)
		if !ok {
			t.Fatal("no request")
		}
		text, pixels := q.Encode()
		if got, err := DecodeRequest(text, pixels); err != nil || !reflect.DeepEqual(got, q) {
			t.Fatalf("%v: the request came as %+v, want %+v", err, got, q)
		}
		a := reply(q, 5)
		a.Noise = &Noise{Collected: 3, Wanted: 16, Later: Tally{4, 2}}
		text, pixels, err := a.Encode(nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeAnswer(text, pixels)
		if err != nil || !reflect.DeepEqual(got, a) {
			t.Fatalf("%v: the answer came as %+v, want %+v", err, got, a)
		}
		s.Answer(0, got)
		if s.Counts().Answered != 1 {
			t.Error("it is not taken")
		}
		for _, bad := range []struct {
			text   string
			pixels []byte
		}{{text, pixels[1:]}, {text, append(pixels, 1)}, {text[1:], pixels}, {strings.Replace(text, `"W":3`, `"W":-3`, 1), pixels},
			{strings.Replace(text, `"W":3`, `"W":4611686018427387904`, 1), pixels}} {
			if _, err := DecodeAnswer(bad.text, bad.pixels); err == nil {
				t.Errorf("%.60s with %d bytes is taken", bad.text, len(bad.pixels))
			}
		}
	}
	failed := Answer{Number: 3, Err: "This frame has no answer."}
	text, pixels, _ := failed.Encode(nil)
	if got, err := DecodeAnswer(text, pixels); err != nil || got.Err != failed.Err || len(pixels) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestBadRequests(t *testing.T) {
	const good = `{"Number":1,"Frame":1,"W":1,"H":1,"Setting":{"Corruption":"fog","Severity":3,"Eps":8}}`
	if _, err := DecodeRequest(good, make([]byte, 4)); err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{{`"Number":1`, `"Number":0`}, {`"Frame":1`, `"Frame":0`}, {`"W":1`, `"W":2`}, {`"H":1`, `"H":0`},
		{`"Severity":3`, `"Severity":6`}, {`"Eps":8`, `"Eps":256`}, {`"Eps":8`, `"Eps":8,"Attack":4`}, {`"Eps":8`, `"Eps":8,"Attack":-1`},
		{`"Eps":8`, `"Eps":8,"Mosaic":["","","","","","","","","",""]`}, {`{`, `[`}} {
		if _, err := DecodeRequest(strings.Replace(good, change[0], change[1], 1), make([]byte, 4)); err == nil {
			t.Errorf("with %s it is taken", change[1])
		}
	}
}
