package elastic

import (
	"encoding/json"
	"strings"
	"testing"

	"steady/core/bench"
	"steady/core/exchange"
)

var sum = strings.Repeat("0a", 32)

// decode reads a message of a kind by its number, and returns what it is.
func decode(kind byte, b []byte) (any, error) {
	switch kind {
	case 0:
		return Decode[Hello](b)
	case 1:
		return Decode[Welcome](b)
	case 2:
		return Decode[Plan](b)
	case 3:
		return Decode[Chunk](b)
	case 4:
		return Decode[Task](b)
	case 5:
		return Decode[Alive](b)
	}
	return Decode[Results](b)
}

// good is a message of each kind.
var good = []any{
	Hello{Protocol, bench.Version, "v1", "host-1", sum},
	Welcome{Plan: sum, PlanSize: 10, Patience: 30, Task: &Task{[]string{sum}}},
	Plan{Head: exchange.Head{Networks: []exchange.Network{{Name: "a"}}, Asked: []exchange.Asked{{Perturbation: "clean", Images: 1}}}, Spec: json.RawMessage(`{}`),
		Files: []File{{"models/0/a.onnx", 3, sum}}, Folders: []string{"data/val"}},
	Chunk{sum, 5},
	Task{[]string{sum}},
	Alive{"host-1", true, true},
	Results{"host-1", []exchange.Line{{Key: sum}}},
}

func TestDecode(t *testing.T) {
	for kind, m := range good {
		if _, err := decode(byte(kind), Encode(m)); err != nil {
			t.Errorf("%T: %v", m, err)
		}
	}
}

// What makes no sense is refused with what it is.
func TestDecodeRefuses(t *testing.T) {
	for _, c := range []struct {
		kind     int
		old, new string
		says     string
	}{
		{0, `"host-1"`, `""`, "a worker's name of 0 bytes"},
		{0, `"v1"`, `"` + strings.Repeat("v", 2000) + `"`, "a program's version of 2000 bytes"},
		{0, `"plan":"0a`, `"plan":"zz`, "is no SHA-256"},
		{1, sum, "0a", `"0a" is no SHA-256`},
		{1, sum, strings.ToUpper(sum), "is no SHA-256"},
		{1, `"plan_size":10`, `"plan_size":0`, "a plan of 0 bytes"},
		{1, `["` + sum + `"]`, `[]`, "0 slices"},
		{1, `"patience":30`, `"patience":0`, "a patience of 0 seconds"},
		{2, "models/0/a.onnx", "../a.onnx", `"../a.onnx" is no name`},
		{2, "models/0/a.onnx", "/etc/passwd", "is no name"},
		{2, "models/0/a.onnx", `a\\b`, "is no name"},
		{2, "data/val", "data/../..", "is no name"},
		{2, `"size":3`, `"size":-3`, "-3 bytes"},
		{2, `"asked":[`, `"asked":[],"other":[`, "want networks"},
		{3, `"offset":5`, `"offset":-5`, "bytes from -5 on"},
		{4, `["` + sum + `"]`, `[]`, "0 slices"},
		{4, sum, "zz", "is no SHA-256"},
		{5, `"host-1"`, `""`, "a worker's name"},
		{6, `"lines":[`, `"lines":[],"others":[`, "0 results"},
		{6, `{"worker"`, `["worker"`, "Results"},
	} {
		text := strings.Replace(string(Encode(good[c.kind])), c.old, c.new, 1)
		if _, err := decode(byte(c.kind), []byte(text)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want an error with %q", text, err, c.says)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for kind, m := range good {
		f.Add(byte(kind), Encode(m))
	}
	f.Fuzz(func(t *testing.T, kind byte, b []byte) {
		m, err := decode(kind%7, b)
		if err != nil {
			return
		}
		if _, err := decode(kind%7, Encode(m)); err != nil {
			t.Errorf("what was read cannot be read again: %v", err)
		}
		if p, ok := m.(Plan); ok {
			_ = p.Differs(exchange.Head{})
			_, _ = Slices(p.Head)
		}
	})
}

func TestRefuse(t *testing.T) {
	for name, c := range map[string]struct {
		h    Hello
		says string
	}{
		"the same":         {Hello{Protocol, bench.Version, "v2", "w", ""}, ""},
		"another protocol": {Hello{Protocol + 1, bench.Version, "v2", "w", ""}, "worker w is refused: it speaks version 3 of the protocol, the server version 2 (its program is v2, the server's v1)"},
		"other results":    {Hello{Protocol, bench.Version + 1, "v2", "w", ""}, "it computes results of version 2, the server those of version 1"},
	} {
		err := c.h.Refuse("v1")
		if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
}
