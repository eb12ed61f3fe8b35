package dataset

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
)

// TestForeign wants what is known, but not read, to be refused by its name, with what to do.
func TestForeign(t *testing.T) {
	m := fstest.MapFS{
		"x.zip": file([]byte("PK\x03\x04rest")), "x.parquet": file([]byte("PAR1rest")), "x.mat": file([]byte("MATLAB 5.0 MAT-file, x")),
		"x.h5": file([]byte("\x89HDF\r\n\x1a\nrest")), "data_batch_1": file([]byte("\x80\x02}q\x01")),
		"py/cifar-10-batches-py/test_batch": file([]byte("\x80\x02")), "py100/test": file([]byte("\x80\x02")), "py100/meta": file(nil),
		"c.tar.gz":  file(gzipped(tarOf(t, fstest.MapFS{"data_batch_3": file([]byte("\x80\x02"))}, []string{"data_batch_3"}))),
		"empty.npy": file(nil), "cat.png": file([]byte("\x89PNG\r\n\x1a\nrest")), "cat.jpg": file([]byte("\xff\xd8\xff\xe0rest")),
		"folder.tar": file(tarOf(t, fstest.MapFS{"a/1.png": file(nil)}, []string{"a/1.png"})),
	}
	for name, text := range map[string]string{
		"x.zip": "ZIP archive: unpack it", "x.parquet": "Parquet", "x.mat": "MATLAB", "x.h5": "HDF5", "data_batch_1": "python3 -c",
		"py": "python3 -c", "py100": "python3 -c", "c.tar.gz": "python3 -c", "folder.tar": "unpack other archives",
		"empty.npy": "empty.npy: the file is empty", "cat.png": "a picture; a set is a folder", "cat.jpg": "a picture",
	} {
		if _, err := Open(m, name, Test, Options{}); !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: %v, want %q", name, err, text)
		}
	}
}
