// Site builds the page into a folder that any static web server can serve:
//
//	go run ./tools/site                       (or ./build.sh build)
//	go run ./tools/site -out DIR -models DIR
//
// It needs the go command, and npm where node_modules does not yet have what package-lock.json lists; no shell and no
// other program. It must be run in the repository's top folder.
//
// The folder is put together beside its place and moved there when it is whole, so that a build that fails leaves the
// last one as it was.
package main
