// Package e2e holds only tests: they drive the built page in a headless browser. `./build.sh build` builds the page and
// the command that serves it; without them, or without a browser, the tests are skipped, or fail if STEADY_PAGE is
// "required". STEADY_SCREENSHOTS names a folder for pictures of the page.
package e2e
