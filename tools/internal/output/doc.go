// Package output writes files that are found whole or not at all.
package output
