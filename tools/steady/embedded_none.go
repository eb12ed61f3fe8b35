//go:build !embedsite

package main

// embeddedSite is empty in programs that were not built by tools/release.
const embeddedSite = ""
