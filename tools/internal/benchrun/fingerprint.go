package benchrun

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"steady/core/dataset"
	"steady/core/parallel"
	"steady/tools/internal/store"
)

// settled is how long files must have been unchanged before they are read for what is known of them to be kept: within the
// clock's ticks, a file may change twice and have the same time.
var settled = 2 * time.Second

var errNoTime = errors.New("no time that programs cannot set")

// fingerprint returns what identifies the files of images without reading them: their names, sizes, labels, places on the
// disk (inodes) and times, in a hash. It is "" if images have no files of their own, or if the system keeps no time of the last
// change of a file that programs cannot set: the time of the last modification, which every copy may have, is not enough to
// know a file by. latest is the last such time.
//
// Who writes to a disk past its file system, or sets the clock back, can still have other files with the same fingerprint.
func fingerprint(ctx context.Context, images *dataset.Images) (print string, latest time.Time, err error) {
	sums, times := make([][sha256.Size]byte, images.Len()), make([]time.Time, images.Len())
	err = parallel.Try(ctx, images.Len(), func(_, i int) error {
		info, err := images.Stat(i)
		if err != nil {
			return err
		}
		var place string
		if info != nil {
			times[i], place = changed(info)
		}
		if times[i].IsZero() {
			return errNoTime
		}
		sums[i] = sha256.Sum256(fmt.Appendf(nil, "%q %d %d %d %d %s", images.File(i), images.Labels[i], info.Size(), info.ModTime().UnixNano(), times[i].UnixNano(), place))
		return nil
	})
	if errors.Is(err, errNoTime) {
		return "", latest, nil
	}
	if err != nil {
		return "", latest, err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%d images of %d channels\n", images.Len(), images.C)
	for i := range sums {
		h.Write(sums[i][:])
		if times[i].After(latest) {
			latest = times[i]
		}
	}
	return hex.EncodeToString(h.Sum(nil)), latest, nil
}

// knownHash returns the hash of images whose files are as they were when a store's run has read them, and when that was. The
// hash is "" if it is not known.
func knownHash(path, print string) (hash, at string) {
	if print == "" {
		return "", ""
	}
	s, err := store.Read(path)
	if err != nil {
		return "", "" // there is none yet, or it is said later what is wrong with it
	}
	defer s.Close()
	hash, at, err = s.Hash(print)
	if err != nil {
		return "", ""
	}
	return hash, at
}
