// Package phrase forms parts of sentences.
package phrase
