// Package table writes tables of numbers with their intervals as text, Markdown and LaTeX, each with its escapes.
package table
