// Package picture reads and writes the image files of a command, and draws contact sheets.
package picture
