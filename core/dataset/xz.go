package dataset

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/ulikunitz/xz"
)

const (
	// maxDictionary is the largest dictionary of an xz file: that of xz -9 is a quarter of it.
	maxDictionary = 256 << 20
	// maxDictionaries is how large the dictionaries of all blocks of a file may be together: every one takes its time, and
	// a block of a few bytes can ask for one. Those of xz -T are a third of what they unpack to.
	maxDictionaries = maxUnpacked
)

// newXZ returns what an xz stream unpacks to. The reader of package xz allocates the dictionary that each block asks for, so
// the headers of all blocks are looked at before it sees them.
func newXZ(r *bufio.Reader, name string) (io.Reader, error) {
	guard := &xzGuard{r: r, name: name}
	guard.step = guard.streamHeader
	z, err := xz.NewReader(guard)
	if err != nil {
		return nil, &Error{File: name, Field: "xz header", Err: packing(err)}
	}
	return packed{z, name}, nil
}

// xzGuard passes an xz file on, up to a block whose dictionary is too large (The .xz File Format 1.2.1, sections 2 to 5).
// It understands no more of the file than it must to find the blocks; what is wrong otherwise is for the reader above.
type xzGuard struct {
	r    *bufio.Reader
	name string
	step func() error // reads the next part of the file into head, or the size of one into data
	head []byte       // bytes to pass on, which are looked at
	data int64        // bytes behind them to pass on as they are
	err  error

	check        int64 // bytes of the check of each block
	size         int64 // of the block so far, packed, without its header
	dictionaries int64
}

func (g *xzGuard) Read(b []byte) (n int, err error) {
	for len(g.head) == 0 && g.data == 0 && g.err == nil {
		g.err = g.step()
	}
	switch {
	case len(g.head) > 0:
		n = copy(b, g.head)
		g.head = g.head[n:]
	case g.data > 0:
		n, err = g.r.Read(b[:min(int64(len(b)), g.data)])
		g.data -= int64(n)
		err = early(err)
	default:
		err = g.err
	}
	return n, err
}

// take appends the next n bytes to the head and returns them.
func (g *xzGuard) take(n int) ([]byte, error) {
	at := len(g.head)
	g.head = append(g.head, make([]byte, n)...)
	got, err := io.ReadFull(g.r, g.head[at:])
	g.head = g.head[:at+got]
	return g.head[at:], early(err)
}

// early returns the error for a file that ends within a stream, where package xz takes it for whole.
func early(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (g *xzGuard) streamHeader() error {
	g.head = nil
	b, err := g.take(4)
	if len(b) == 0 && err == io.ErrUnexpectedEOF {
		return io.EOF
	}
	if err != nil || binary.LittleEndian.Uint32(b) == 0 { // padding between streams
		return err
	}
	if b, err = g.take(8); err != nil {
		return err
	}
	if kind := b[3] & 15; kind > 0 {
		g.check = 4 << ((kind - 1) / 3)
	} else {
		g.check = 0
	}
	g.step = g.blockHeader
	return nil
}

func (g *xzGuard) blockHeader() error {
	g.head = nil
	b, err := g.take(1)
	if err != nil {
		return err
	}
	if b[0] == 0 {
		g.step = g.index
		return nil
	}
	if _, err := g.take(4*int(b[0]) + 3); err != nil {
		return err
	}
	size := dictionary(g.head)
	g.dictionaries += size
	switch {
	case size > maxDictionary:
		g.head = nil
		return &Error{g.name, "xz dictionary", fmt.Sprintf("%d bytes: want at most %d", size, maxDictionary), ErrTooLarge}
	case g.dictionaries > maxDictionaries:
		g.head = nil
		return &Error{g.name, "xz dictionaries", fmt.Sprintf("%d bytes of all blocks together: want at most %d", g.dictionaries,
			int64(maxDictionaries)), ErrTooLarge}
	}
	g.size, g.step = 0, g.chunk
	return nil
}

// dictionary returns the size of the dictionary that a block's header asks for (section 3.1 and 5.3.1), 0 if that is not
// clear: it is then none that package xz reads.
func dictionary(head []byte) int64 {
	const blockFlags = 1 // after the header's size
	if len(head) <= blockFlags {
		return 0
	}
	rest := head[blockFlags+1:]
	for _, present := range []byte{0x40, 0x80} { // compressed and uncompressed size
		if head[blockFlags]&present != 0 {
			_, n := binary.Uvarint(rest)
			if n <= 0 {
				return 0
			}
			rest = rest[n:]
		}
	}
	if len(rest) < 3 || rest[0] != 0x21 || rest[1] != 1 || rest[2] > 40 { // LZMA2
		return 0
	}
	bits := rest[2]
	return int64(2|bits&1) << (bits/2 + 11)
}

// chunk reads the header of a chunk of LZMA2, which has its size.
func (g *xzGuard) chunk() error {
	g.head = nil
	b, err := g.take(1)
	if err != nil {
		return err
	}
	switch control := b[0]; {
	case control == 0: // the end, padding to four bytes, and a check
		g.data = (-(g.size + 1))&3 + g.check
		g.step = g.blockHeader
		return nil
	case control < 0x80: // not packed
		b, err = g.take(2)
		if err == nil {
			g.data = int64(binary.BigEndian.Uint16(b)) + 1
		}
	default:
		b, err = g.take(4)
		if err == nil {
			g.data = int64(binary.BigEndian.Uint16(b[2:])) + 1
		}
		if control >= 0xc0 { // with properties
			g.data++
		}
	}
	g.size += int64(len(g.head)) + g.data
	return err
}

// index passes on what follows the blocks: the number of records, two numbers each, padding, a check, and the footer.
func (g *xzGuard) index() error {
	g.head = nil
	size := int64(1)
	number := func() (v uint64, err error) {
		for shift := 0; shift < 63; shift += 7 {
			b, err := g.take(1)
			if err != nil {
				return 0, err
			}
			size++
			v |= uint64(b[0]&0x7f) << shift
			if b[0] < 0x80 {
				break
			}
		}
		return v, nil
	}
	records, err := number()
	if err != nil {
		return err
	}
	left := 2 * records
	g.step = func() error {
		g.head = nil
		for ; left > 0 && len(g.head) < 1<<12; left-- {
			if _, err := number(); err != nil {
				return err
			}
		}
		if left == 0 {
			const checkAndFooter = 4 + 12
			g.data = (-size)&3 + checkAndFooter
			g.step = g.streamHeader
		}
		return nil
	}
	return nil
}
