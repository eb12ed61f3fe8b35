package train

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"steady/core/dataset"
	"steady/core/nn"
)

func saved(t testing.TB, tr *Trainer) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := tr.Checkpoint(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRestoreRefusesOtherRuns(t *testing.T) {
	set := stripes(32, 4)
	made := trainer(t, tiny(4), set, config(2), 1)
	epochs(t, made, 1)
	file := saved(t, made)
	for _, c := range []struct {
		name string
		set  func() *dataset.Set
		net  func() *nn.Network
		conf func(*Config)
		want string
	}{
		{"seed", nil, nil, func(c *Config) { c.Seed = 4 }, "seed 3, this one has 4"},
		{"epochs", nil, nil, func(c *Config) { c.Epochs = 3 }, "epochs 2, this one has 3"},
		{"averaging", nil, nil, func(c *Config) { c.EMADecay = 0 }, "averaging 0.95, this one has none"},
		{"number", func() *dataset.Set { return stripes(36, 4) }, nil, nil, "32 images"},
		{"name", func() *dataset.Set { s := stripes(32, 4); s.Name = "dots"; return s }, nil, nil, `"dots"`},
		{"pixels", func() *dataset.Set { s := stripes(32, 4); s.Pix[9]++; return s }, nil, nil, "no longer"},
		{"labels", func() *dataset.Set { s := stripes(32, 4); s.Labels[9] = 0; return s }, nil, nil, "no longer"},
		{"shape", nil, func() *nn.Network { return tiny(5) }, nil, "linear.weight"},
	} {
		s, n, conf := set, tiny(4), config(2)
		if c.set != nil {
			s = c.set()
		}
		if c.net != nil {
			n = c.net()
		}
		if c.conf != nil {
			c.conf(&conf)
		}
		tr := trainer(t, n, s, conf, 1)
		before := bits(tr)
		err := tr.Restore(bytes.NewReader(file))
		if !errors.Is(err, ErrCheckpoint) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
		if !slices.Equal(bits(tr), before) || tr.Epoch() != 0 {
			t.Errorf("%s: what is refused has changed the trainer", c.name)
		}
	}
}

func TestRestoreRefusesDamage(t *testing.T) {
	tr := trainer(t, tiny(4), stripes(32, 4), config(2), 1)
	epochs(t, tr, 1)
	file := saved(t, tr)
	before := bits(tr)
	refused := func(what string, b []byte) {
		t.Helper()
		if err := tr.Restore(bytes.NewReader(b)); !errors.Is(err, ErrCheckpoint) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, n := range []int{0, 5, len(magic), len(magic) + 4, len(magic) + 8, len(magic) + 100, len(file) - 1} {
		refused(fmt.Sprint("cut to ", n), file[:n])
	}
	refused("with more behind", append(slices.Clone(file), 0))
	for i := 0; i < len(file); i += 97 {
		b := slices.Clone(file)
		b[i] ^= 4
		refused(fmt.Sprint("byte ", i), b)
	}
	// With a checksum that is right.
	sign := func(b []byte) []byte {
		b = slices.Clone(b)
		binary.LittleEndian.PutUint32(b[len(b)-4:], crc32.ChecksumIEEE(b[:len(b)-4]))
		return b
	}
	long := slices.Clone(file)
	binary.LittleEndian.PutUint32(long[len(magic):], 1<<31+5)
	refused("a header of 2 GiB", sign(long))
	refused("no values", sign(file[:len(file)-500]))
	refused("two values missing", sign(slices.Delete(slices.Clone(file), len(file)-20, len(file)-12)))
	refused("no JSON", sign(slices.Replace(slices.Clone(file), len(magic)+4, len(magic)+5, '[')))
	for _, epoch := range []int{-1, 3} {
		h := tr.header()
		h.Epoch = epoch
		text, _ := json.Marshal(h)
		length := int(binary.LittleEndian.Uint32(file[len(magic):]))
		b := binary.LittleEndian.AppendUint32([]byte(magic), uint32(len(text)))
		b = append(append(b, text...), file[len(magic)+4+length:]...)
		refused(fmt.Sprint("epoch ", epoch), sign(b))
	}
	if !slices.Equal(bits(tr), before) || tr.Epoch() != 1 {
		t.Error("what is refused has changed the trainer")
	}
	if err := tr.Restore(bytes.NewReader(file)); err != nil {
		t.Errorf("the file as it was: %v", err)
	}
}

type full struct{}

var errFull = errors.New("disk full")

func (full) Write([]byte) (int, error) { return 0, errFull }
func (full) Read([]byte) (int, error)  { return 0, errFull }

func TestCheckpointErrors(t *testing.T) {
	tr := trainer(t, tiny(4), stripes(32, 4), config(2), 1)
	if err := tr.Checkpoint(full{}); !errors.Is(err, errFull) {
		t.Errorf("writing: %v", err)
	}
	if err := tr.Restore(full{}); !errors.Is(err, errFull) {
		t.Errorf("reading: %v", err)
	}
}

func FuzzRestore(f *testing.F) {
	n := tiny(4)
	Initialize(n, 1)
	tr, err := NewOn(newFake(), stripes(32, 4), config(2))
	if err != nil {
		f.Fatal(err)
	}
	file := saved(f, tr)
	f.Add(file[len(magic) : len(file)-4])
	f.Add([]byte("\x02\x00\x00\x00{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		b = append([]byte(magic), b...) // past the magic word and the checksum, which would refuse nearly all
		b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
		if err := tr.Restore(bytes.NewReader(b)); err != nil && !errors.Is(err, ErrCheckpoint) {
			t.Error(err)
		}
	})
}

// A checkpoint's header is what it was before there were options.
func TestCheckpointHeader(t *testing.T) {
	tr := trainer(t, tiny(4), stripes(32, 4), config(2), 1)
	want := `{"config":{"recipe":"standard","epochs":2,"batch":16,"seed":3,"schedule":"onecycle","learning_rate":0.05,` +
		`"warmup":0.25,"momentum":0.9,"weight_decay":0.0005,"label_smoothing":0.1,"averaging":0.95,"shift":1,` +
		`"border":"reflect","flip":"random"},"epoch":0,"data":"stripes","images":32,`
	if file := saved(t, tr); !strings.HasPrefix(string(file[len(magic)+4:]), want) {
		t.Errorf("the header is %q, want %q", file[len(magic)+4:][:len(want)], want)
	}
}
