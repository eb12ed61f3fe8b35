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
	"time"

	"steady/tools/internal/output"
)

// partialFile is an unfinished file, FILE.part, that may be left at any moment and resumed later. Beside it a manifest,
// FILE.part.json, says what is being made and how much of it is whole; it is replaced now and then. What lies behind
// the last whole piece is overwritten, and bytes that the manifest does not have the sum of are never kept.
type partialFile struct {
	path     string    // of the file that it becomes
	file     *os.File  // nil once it is finished
	sum      hash.Hash // of what is whole
	manifest manifest
	saved    time.Time // when the manifest was written
}

// manifest is what FILE.part.json holds.
type manifest struct {
	Corruption string `json:"corruption"`
	Run
	Whole  int    `json:"whole"`  // images
	SHA256 string `json:"sha256"` // of the header and the whole images
}

const (
	partSuffix     = ".part"
	manifestSuffix = ".part.json"
)

func (p *partialFile) name() string         { return p.path + partSuffix }
func (p *partialFile) manifestName() string { return p.path + manifestSuffix }

// openPartial resumes what there is of a file, or begins it with its header. It says what it finds: a file of another run
// or a damaged one is begun anew. The file is locked: one that another process writes is an [output.ErrLocked].
func openPartial(path, corruption string, run Run, header []byte, imageSize int, say func(string, ...any)) (p *partialFile,
	err error) {
	p = &partialFile{path: path, sum: sha256.New(), manifest: manifest{Corruption: corruption, Run: run}}
	if p.file, err = output.OpenLocked(p.name()); err != nil {
		return nil, err
	}
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
	if err := p.begin(header); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func readManifest(path string) (n manifest, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return n, err
	}
	return n, json.Unmarshal(b, &n)
}

// resume goes on with the file that a manifest is of, if it is as the manifest says.
func (p *partialFile) resume(n manifest, header, imageSize int) error {
	if n.Whole < 1 || n.Whole > n.Total() {
		return fmt.Errorf("%d of %d images", n.Whole, n.Total())
	}
	size, sum := int64(header+n.Whole*imageSize), sha256.New()
	if _, err := io.CopyN(sum, p.file, size); err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != n.SHA256 {
		return errors.New("other bytes than were written")
	}
	p.sum, p.manifest = sum, n // the file's place is behind what is whole
	return nil
}

func (p *partialFile) begin(header []byte) error {
	output.Track(p.file) // of no use without a whole image
	if err := os.Remove(p.manifestName()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := p.file.Truncate(0); err != nil {
		return err
	}
	if _, err := p.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	p.sum.Write(header)
	_, err := p.file.Write(header)
	return err
}

// saveEvery is the time between two manifests: each waits for the disk.
const saveEvery = time.Second

// add writes a piece of so many images.
func (p *partialFile) add(piece []byte, images int) error {
	if _, err := p.file.Write(piece); err != nil {
		return err
	}
	p.sum.Write(piece)
	p.manifest.Whole += images
	p.manifest.SHA256 = hex.EncodeToString(p.sum.Sum(nil))
	if time.Since(p.saved) < saveEvery {
		return nil
	}
	return p.save()
}

// save writes the manifest, once what it says is on the disk.
func (p *partialFile) save() error {
	if err := p.file.Sync(); err != nil {
		return err
	}
	if err := output.JSON(p.manifestName(), p.manifest); err != nil {
		return err
	}
	p.saved = time.Now()
	output.Untrack(p.file)
	return nil
}

// finish renames the whole file to its name, if it is still this one: not every file system has locks.
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
	output.Untrack(p.file)
	if err := output.Rename(p.file, p.path); err != nil {
		return err
	}
	p.file = nil
	// Another run that finds the whole file removes the manifest too.
	if err := os.Remove(p.manifestName()); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// close closes a file that is not finished, and removes one without a whole image.
func (p *partialFile) close() {
	if p.file == nil {
		return
	}
	if p.manifest.Whole > 0 {
		// An error leaves the manifest before, which is right too.
		_ = p.save()
		p.file.Close()
		return
	}
	output.Remove(p.file)
}
