package dataset

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/ulikunitz/xz"
)

// mixture is bytes of which some can be packed and some cannot.
func mixture(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		if b[i] = byte(i / 100); i%3000 < 1500 {
			b[i] = byte(r.Uint32())
		}
	}
	return b
}

func unxz(b []byte) ([]byte, error) {
	r, err := unpacked(bytes.NewReader(b), "x.xz")
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// TestXZ reads files with every kind of check, several blocks and several streams.
func TestXZ(t *testing.T) {
	plain := mixture(60_000)
	var files [][]byte
	for _, check := range []byte{xz.None, xz.CRC32, xz.CRC64, xz.SHA256} {
		for _, block := range []int64{0, 1 << 14, 19_999} {
			var b bytes.Buffer
			w, err := xz.WriterConfig{CheckSum: check, NoCheckSum: check == xz.None, BlockSize: block, DictCap: 1 << 16}.NewWriter(&b)
			if err != nil {
				t.Fatal(err)
			}
			w.Write(plain)
			w.Close()
			files = append(files, b.Bytes())
		}
	}
	for i, f := range files {
		two := slices.Concat(f, make([]byte, 8), files[len(files)-1-i])
		for want, file := range map[string][]byte{string(plain): f, string(plain) + string(plain): two} {
			got, err := unxz(file)
			if err != nil || string(got) != want {
				t.Errorf("file %d: %d bytes of %d, %v", i, len(got), len(want), err)
			}
		}
		for _, n := range []int{6, 8, 12, 13, 24, 100, len(f) / 2, len(f) - 20, len(f) - 1} {
			if _, err := unxz(f[:n]); !errors.Is(err, ErrFormat) {
				t.Errorf("the first %d bytes of file %d: %v", n, i, err)
			}
		}
		// What the reader is given is what the file has, byte for byte.
		g := &xzGuard{r: bufio.NewReader(bytes.NewReader(two))}
		g.step = g.streamHeader
		if same, err := io.ReadAll(g); err != nil || !bytes.Equal(same, two) {
			t.Errorf("file %d: %d bytes of %d passed on, %v", i, len(same), len(two), err)
		}
	}
}

// TestXZProgram reads what the program xz writes, with block headers that have sizes in them.
func TestXZProgram(t *testing.T) {
	plain := mixture(500_000)
	for _, options := range []string{"-9", "-T2 --block-size=100000", "--check=sha256 --block-size=30000", "-0 --check=none"} {
		c := exec.Command("xz", append(strings.Fields(options), "-c")...)
		c.Stdin = bytes.NewReader(plain)
		b, err := c.Output()
		if errors.Is(err, exec.ErrNotFound) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		if got, err := unxz(b); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("xz %s: %d bytes, %v", options, len(got), err)
		}
	}
}

// TestXZDictionary has the header of a block ask for 4 GiB: of the first, of a later one, and of one in a later stream.
func TestXZDictionary(t *testing.T) {
	var b bytes.Buffer
	w, err := xz.WriterConfig{BlockSize: 1000}.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(mixture(3500))
	w.Close()
	file := b.Bytes()
	mark := []byte{0x21, 1, 22} // LZMA2, a byte of properties: 8 MiB
	var places []int
	for at := 0; ; at++ {
		i := bytes.Index(file[at:], mark)
		if i < 0 {
			break
		}
		at += i
		places = append(places, at+2)
	}
	if len(places) != 4 {
		t.Fatalf("%d blocks", len(places))
	}
	for i, at := range places {
		bomb := slices.Clone(file)
		bomb[at] = 40 // 4 GiB
		for _, f := range [][]byte{bomb, slices.Concat(file, bomb)} {
			got, err := unxz(f)
			if !errors.Is(err, ErrTooLarge) || errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "want at most 268435456") {
				t.Errorf("block %d asks for 4 GiB: %v", i, err)
			}
			if want := 1000*i + len(f) - len(bomb); i > 0 && len(got) == 0 {
				t.Errorf("block %d: %d bytes before it, want about %d", i, len(got), want)
			}
		}
	}
	if d := dictionary(file[12:]); d != 8<<20 {
		t.Errorf("dictionary of %d, want 8 MiB", d)
	}
	for n := range file[12:] {
		dictionary(file[12:][:n])
	}
}

// TestXZDictionaries has many small blocks ask for large dictionaries: each is allowed, all together are not.
func TestXZDictionaries(t *testing.T) {
	g := &xzGuard{name: "x.xz"}
	header := []byte{2, 0, 0x21, 1, 32, 0, 0, 0, 0, 0, 0, 0} // 256 MiB
	for blocks := 1; ; blocks++ {
		g.r, g.step = bufio.NewReader(bytes.NewReader(header)), g.blockHeader
		err := g.step()
		if blocks <= maxDictionaries/maxDictionary {
			if err != nil {
				t.Fatalf("block %d: %v", blocks, err)
			}
			continue
		}
		if !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "together") {
			t.Errorf("block %d: %v", blocks, err)
		}
		break
	}
}
