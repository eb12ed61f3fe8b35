//go:build !linux

package frames

import "os"

func openCamera(path string) (Source, error) { return nil, cameraError(path, os.ErrNotExist) }

func isBusy(error) bool { return false }
func isGone(error) bool { return false }
