//go:build embedsite

package page

import _ "embed"

// embeddedSite is the page as a ZIP archive, put here by tools/release.
//
//go:embed site.zip
var embeddedSite string
