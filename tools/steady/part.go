package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"reflect"
)

// part is a file in the making, FILE.part, that may be left at any moment and gone on with later. Beside it
// FILE.part.json says what is being made and how much of it is whole; that note is replaced after every piece. What lies
// behind the last whole piece is written over, and bytes that the note does not vouch for are never gone on with.
type part struct {
	path string // of the file that it becomes
	file *os.File
	sum  hash.Hash // of what is whole
	note note
}

// note is what FILE.part.json holds.
type note struct {
	Corruption string `json:"corruption"`
	setRun
	Whole  int    `json:"whole"`  // images
	SHA256 string `json:"sha256"` // of the header and the whole images
}

func (p *part) name() string     { return p.path + ".part" }
func (p *part) noteName() string { return p.path + ".part.json" }

// openPart goes on with what there is of a file, or begins it with its header. It tells what it finds: a part of
// another run or a damaged one is begun anew.
func (a *app) openPart(path, corruption string, run setRun, header []byte, imageSize int) (*part, error) {
	p := &part{path: path, sum: sha256.New(), note: note{Corruption: corruption, setRun: run}}
	found, err := readNote(p.noteName())
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		a.say("%s is damaged: beginning anew.", p.noteName())
	case found.Corruption != corruption || !reflect.DeepEqual(found.setRun, run):
		a.say("%s is of another run (%s, %v): beginning anew.", p.name(), found.Corruption, found.setRun)
	default:
		if err := p.goOn(found, len(header), imageSize); err == nil {
			a.say("Going on with %s after %d of %d images.", p.name(), found.Whole, run.total())
			return p, nil
		}
		a.say("%s is damaged: beginning anew.", p.name())
	}
	return p, p.begin(header)
}

func readNote(path string) (n note, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return n, err
	}
	return n, json.Unmarshal(b, &n)
}

// goOn opens what a note tells of, if it is as the note says.
func (p *part) goOn(n note, header, imageSize int) error {
	if n.Whole < 1 || n.Whole > n.total() {
		return fmt.Errorf("%d of %d images", n.Whole, n.total())
	}
	f, err := os.OpenFile(p.name(), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	size, sum := int64(header+n.Whole*imageSize), sha256.New()
	if _, err = io.CopyN(sum, f, size); err == nil && hex.EncodeToString(sum.Sum(nil)) != n.SHA256 {
		err = errors.New("other bytes than were written")
	}
	if err != nil {
		f.Close()
		return err
	}
	p.file, p.sum, p.note = f, sum, n // the file's place is behind what is whole
	return nil
}

func (p *part) begin(header []byte) (err error) {
	if err := p.remove(); err != nil {
		return err
	}
	if p.file, err = os.OpenFile(p.name(), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644); err != nil {
		return err
	}
	p.sum.Write(header)
	_, err = p.file.Write(header)
	return err
}

// add writes a piece of so many images.
func (p *part) add(piece []byte, images int) error {
	if _, err := p.file.Write(piece); err != nil {
		return err
	}
	p.sum.Write(piece)
	p.note.Whole += images
	p.note.SHA256 = hex.EncodeToString(p.sum.Sum(nil))
	return writeJSON(p.noteName(), p.note)
}

// finish gives the whole file its name, if it is still this one: the same command may have been started twice.
func (p *part) finish() error {
	size, err := p.file.Seek(0, io.SeekCurrent)
	if err == nil {
		err = p.file.Truncate(size)
	}
	if err != nil {
		return err
	}
	mine, err := p.file.Stat()
	if err != nil {
		return err
	}
	if there, err := os.Stat(p.name()); err != nil || !os.SameFile(mine, there) {
		return fmt.Errorf("%s is not the file that was written: is the same command running twice?", p.name())
	}
	if err := p.file.Close(); err != nil {
		return err
	}
	if err := os.Rename(p.name(), p.path); err != nil {
		return err
	}
	return os.Remove(p.noteName())
}

// leave closes a part that is not finished, and removes one that there is nothing to go on with.
func (p *part) leave() {
	p.file.Close()
	if p.note.Whole == 0 {
		p.remove()
	}
}

func (p *part) remove() error {
	for _, name := range []string{p.noteName(), p.name()} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
