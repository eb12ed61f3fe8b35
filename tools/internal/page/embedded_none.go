//go:build !embedsite

package page

// embeddedSite is empty in programs that were not built by tools/release.
const embeddedSite = ""
