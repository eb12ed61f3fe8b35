// Package web holds the page's source: code in src, style, icon and photographs in static, and index.html in the
// repository's top folder. tools/site bundles it into build/site. In Go it has only tests: of that code's imports and, in Node.js,
// of its modules (test); and in e2e of the built page.
package web
