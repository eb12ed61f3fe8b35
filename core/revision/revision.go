package revision

import (
	"runtime/debug"
	"strings"
)

// Build is what the toolchain noted of the source of a program.
type Build struct {
	Version  string `json:"version"`  // of the module; "(devel)" if it was built from no known version
	Revision string `json:"revision"` // of the source; empty if it was built outside a repository
	Time     string `json:"time"`     // of the revision, RFC 3339
	Modified bool   `json:"modified"` // the source differs from the revision
}

// Read returns what was noted of the running program.
func Read() Build {
	b := Build{Version: "(devel)"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// Source returns the revision of the source, marked if the source differs from it, or "" if it is not known.
func (b Build) Source() string {
	if b.Modified {
		return b.Revision + ", modified"
	}
	return b.Revision
}

// String returns the version and the source, as results note them.
func (b Build) String() string { return strings.TrimSpace(b.Version + " " + b.Source()) }
