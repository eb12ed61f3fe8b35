package shell

import "strings"

// plain are the characters that mean nothing to a shell wherever they stand.
const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,+@%="

// Quote returns text that a shell reads as one word, s, whatever is in it: s itself where that will do.
func Quote(s string) string {
	if s != "" && strings.Trim(s, plain) == "" && !strings.HasPrefix(s, "=") { // zsh expands =NAME
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// Join returns a command of words.
func Join(words ...string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = Quote(w)
	}
	return strings.Join(quoted, " ")
}
