package input

import (
	"os"
	"path/filepath"
	"strings"

	"steady/tools/internal/usage"
)

// Expand returns the files that arguments name. One with *, ? or [ that is no file is a pattern, for shells that leave them
// to the program, as that of Windows does. In it a backslash is what it is on the system: on Windows between folders.
func Expand(args []string) (files []string, err error) {
	for _, arg := range args {
		if _, err := os.Stat(arg); err == nil || !strings.ContainsAny(arg, "*?[") {
			files = append(files, arg)
			continue
		}
		found, err := filepath.Glob(arg)
		if err != nil || len(found) == 0 {
			return nil, usage.Errorf("%s: no file has a name like that", arg)
		}
		files = append(files, found...)
	}
	return files, nil
}
