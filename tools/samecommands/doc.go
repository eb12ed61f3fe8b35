// Samecommands runs a fixed list of commands with two builds of steady and compares what they print and the bytes of
// every file they write, to show that a change of structure is not a change of results:
//
//	go build -o /tmp/old ./tools/steady     # before the change
//	go build -o /tmp/new ./tools/steady     # after it
//	go run ./tools/samecommands /tmp/old /tmp/new
//
// It prints one line a command and exits with status 1 if any differs. Only --json output is compared, without the
// fields listed in [masks]; what is printed on stderr is for people and may change. Each command runs in a fresh
// folder that holds the same few pictures for both.
package main
