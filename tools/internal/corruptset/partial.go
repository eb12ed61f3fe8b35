package corruptset

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

	"steady/tools/internal/output"
)

// partialFile is an unfinished file, FILE.part, that may be left at any moment and resumed later. Beside it a manifest,
// FILE.part.json, says what is being made and how much of it is whole; it is replaced after every piece. What lies behind
// the last whole piece is overwritten, and bytes that the manifest does not have the sum of are never kept.
type partialFile struct {
	path     string // of the file that it becomes
	file     *os.File
	sum      hash.Hash // of what is whole
	manifest manifest
}

// manifest is what FILE.part.json holds.
type manifest struct {
	Corruption string `json:"corruption"`
	Run
	Whole  int    `json:"whole"`  // images
	SHA256 string `json:"sha256"` // of the header and the whole images
}

func (p *partialFile) name() string         { return p.path + ".part" }
func (p *partialFile) manifestName() string { return p.path + ".part.json" }

// openPartial resumes what there is of a file, or begins it with its header. It says what it finds: a file of another run
// or a damaged one is begun anew.
func openPartial(path, corruption string, run Run, header []byte, imageSize int, say func(string, ...any)) (*partialFile, error) {
	p := &partialFile{path: path, sum: sha256.New(), manifest: manifest{Corruption: corruption, Run: run}}
	found, err := readManifest(p.manifestName())
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		say("%s is damaged: beginning anew.", p.manifestName())
	case found.Corruption != corruption || !reflect.DeepEqual(found.Run, run):
		say("%s is of another run (%s, %v): beginning anew.", p.name(), found.Corruption, found.Run)
	default:
		if err := p.resume(found, len(header), imageSize); err == nil {
			say("Going on with %s after %d of %d images.", p.name(), found.Whole, run.Total())
			return p, nil
		}
		say("%s is damaged: beginning anew.", p.name())
	}
	return p, p.begin(header)
}

func readManifest(path string) (n manifest, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return n, err
	}
	return n, json.Unmarshal(b, &n)
}

// resume opens the file that a manifest is of, if it is as the manifest says.
func (p *partialFile) resume(n manifest, header, imageSize int) error {
	if n.Whole < 1 || n.Whole > n.Total() {
		return fmt.Errorf("%d of %d images", n.Whole, n.Total())
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
	p.file, p.sum, p.manifest = f, sum, n // the file's place is behind what is whole
	return nil
}

func (p *partialFile) begin(header []byte) (err error) {
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
func (p *partialFile) add(piece []byte, images int) error {
	if _, err := p.file.Write(piece); err != nil {
		return err
	}
	p.sum.Write(piece)
	p.manifest.Whole += images
	p.manifest.SHA256 = hex.EncodeToString(p.sum.Sum(nil))
	return output.JSON(p.manifestName(), p.manifest)
}

// finish renames the whole file to its name, if it is still this one: the same command may have been started twice.
func (p *partialFile) finish() error {
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
	return os.Remove(p.manifestName())
}

// close closes a file that is not finished, and removes one without a whole image.
func (p *partialFile) close() {
	p.file.Close()
	if p.manifest.Whole == 0 {
		p.remove()
	}
}

func (p *partialFile) remove() error {
	for _, name := range []string{p.manifestName(), p.name()} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
