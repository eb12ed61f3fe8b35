// Package web holds the source of the page (TypeScript, style, photographs), which build.sh bundles into build/site,
// and in Go only the page's tests: they drive the built page in a headless browser.
package web
