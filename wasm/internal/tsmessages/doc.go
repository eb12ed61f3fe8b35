// Package tsmessages compares the messages of a program in WebAssembly with those that the page's TypeScript has for it, in tests.
package tsmessages
