package trainrun

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"

	"steady/core/train"
	"steady/tools/internal/output"
)

// beginLog writes the log of the epochs that the checkpoint has. So nothing that an interrupted run has logged, and no part
// of a line, is there twice, and nothing is missing.
func (r *epochs) beginLog() error {
	file := r.options.LogFile
	if file == "" {
		return nil
	}
	history := r.trainer.History()
	if r.unmeasured() {
		history = history[:len(history)-1]
	}
	if _, err := os.Stat(file); len(history) == 0 && errors.Is(err, fs.ErrNotExist) {
		return nil // until there is something to log
	}
	return output.File(file, func(w io.Writer) error { return writeLog(w, history) })
}

// appendLog adds the line of an epoch, which is on the disk when it returns.
func (r *epochs) appendLog(line train.Record) error {
	if r.options.LogFile == "" {
		return nil
	}
	f, err := os.OpenFile(r.options.LogFile, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	if err := writeLog(f, []train.Record{line}); err != nil {
		f.Close()
		return err
	}
	if err := f.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		f.Close()
		return err
	}
	return f.Close()
}

// writeLog writes a line of JSON for each epoch.
func writeLog(w io.Writer, history []train.Record) error {
	e := json.NewEncoder(w) // writes each line at once
	for _, r := range history {
		if err := e.Encode(r); err != nil {
			return err
		}
	}
	return nil
}
