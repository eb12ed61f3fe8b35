package benchrun

import (
	"fmt"
	"io/fs"
	"syscall"
	"time"
)

// changed returns when a file, its name or its times were changed last, and its place: the zero time if that is not known.
func changed(info fs.FileInfo) (at time.Time, place string) {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return time.Time{}, ""
	}
	return time.Unix(s.Ctimespec.Unix()), fmt.Sprintf("%d %d", s.Dev, s.Ino)
}
