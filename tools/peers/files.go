package main

import (
	_ "embed"
	"errors"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"steady/core/compute/cpu"
	"steady/core/engine"
	"steady/core/nn"
	"steady/core/onnx"
)

//go:embed files.py
var filesSource string

// filesPart times networks from ONNX files in one thread beside ONNX Runtime, an image and a batch of them: on the same file,
// and, if that keeps weights in fewer bytes, on one with the same weights as float32.
func filesPart(c config, t *table) error {
	if !has(c.python, "onnxruntime") {
		return errors.New("--python names no interpreter with onnxruntime (tools/peers/requirements.txt)")
	}
	networks, paths := c.given, c.files
	if len(networks) == 0 {
		n, err := resnet20()
		if err != nil {
			return err
		}
		networks, paths = []*nn.Network{n, squeezenet()}, []string{"", ""}
	}
	for i, n := range networks {
		for _, batch := range []int{1, 32} {
			if err := c.timeFile(t, n, paths[i], batch); err != nil {
				return fmt.Errorf("%s: %w", n.Name, err)
			}
		}
	}
	return nil
}

// timeFile adds the rows of a network and a batch. Without a path, the network is in no file yet.
func (c config) timeFile(t *table, n *nn.Network, path string, batch int) error {
	plain := filepath.Join(c.dir, n.Name+"-float32.onnx")
	file, err := onnx.Write(n.Logits().Fold())
	if err != nil {
		return err
	}
	if err := os.WriteFile(plain, file, 0o600); err != nil {
		return err
	}
	names, files := []string{"ONNX Runtime"}, []string{path}
	if path == "" {
		files[0] = plain
	} else if info, err := os.Stat(path); err == nil && info.Size() < int64(len(file))*3/4 {
		names, files = append(names, "ONNX Runtime, weights as float32"), append(files, plain)
	}
	peers, theirs := make([]*process, len(files)), make([]sampled, len(files))
	for i, f := range files {
		command := exec.Command(c.python, "-c", filesSource, f, "1", strconv.Itoa(batch))
		if peers[i], err = start(command, "ONNX Runtime "); err != nil {
			return err
		}
		defer peers[i].close()
		theirs[i].name = names[i]
	}
	e, err := engine.New(cpu.New(1), n, engine.Config{Batch: batch})
	if err != nil {
		return err
	}
	forward := jobs(e)["forward"]
	title := fmt.Sprintf("%s forward, batch %d, natively, 1 thread", n.Name, batch)
	log.Print(title)
	var ours []float64
	for round := range c.rounds + 1 { // the first warms up
		ms, err := sample(func() (float64, error) { return timed(forward) }, samplePart)
		if err != nil {
			return err
		}
		if round > 0 {
			ours = append(ours, ms)
		}
		for i, p := range peers {
			ms, err := sample(func() (float64, error) { return p.number("forward") }, samplePart)
			if err != nil {
				return fmt.Errorf("ONNX Runtime: %w", err)
			}
			if round > 0 {
				theirs[i].samples = append(theirs[i].samples, ms)
			}
		}
	}
	t.add(title, ours, theirs)
	if batch == 1 {
		t.note("%s: beside %s, which chooses its vectors itself.", n.Name, peers[0].title)
	}
	return nil
}
