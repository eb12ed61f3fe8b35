// Package output writes files that are found whole or not at all, and knows before the work begins whether they can be
// written where they are wanted.
package output
