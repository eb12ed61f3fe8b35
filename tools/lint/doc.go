// Lint checks habits of writing that a program can check, in Go, TypeScript and Markdown:
//
//	go run ./tools/lint            (or ./build.sh lint, which also runs staticcheck and misspell)
//	go run ./tools/lint core docs  only what lies below these folders
//	go run ./tools/lint -count     only how many there are in each folder
//
// Each finding is printed as file:line with the habit's name and what to write instead; the exit status is 1 if there
// is any. The habits, each with its reason, are the table in habits.go.
package main
