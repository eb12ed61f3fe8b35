package benchrun

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"steady/core/bench"
)

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile("../../../docs/benchmark.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := WriteSchema(&want); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(text, want.Bytes()) {
		t.Error("docs/benchmark.schema.json is not what the code says: go run ./tools/steady bench schema > docs/benchmark.schema.json")
	}
	var value any
	if err := json.Unmarshal(want.Bytes(), &value); err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7) // unless it says which
	if err := c.AddResource("spec.json", value); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("spec.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// verdicts returns what the schema and the reader say of a spec; it may include common.yaml.
func verdicts(t *testing.T, s *jsonschema.Schema, text string) (schema, reader error) {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "spec.yaml"), text)
	write(t, filepath.Join(dir, "common.yaml"), "models: common.onnx\n")
	r := specReader{map[string]map[string]int{}}
	value, err := r.read(filepath.Join(dir, "spec.yaml"))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	b, err := json.Marshal(value) // numbers as JSON has them
	if err != nil {
		t.Fatal(err)
	}
	plain, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	_, reader = bench.Load(filepath.ToSlash(filepath.Join(dir, "spec.yaml")), r.read)
	return s.Validate(plain), reader
}

// Examples of the documentation are valid, and name the schema; the reader takes them too.
func TestSchemaExamples(t *testing.T) {
	s := compileSchema(t)
	found := 0
	for _, doc := range []string{"benchmark.md", "from-python.md"} {
		text, err := os.ReadFile(filepath.Join("../../../docs", doc))
		if os.IsNotExist(err) {
			continue
		}
		for _, m := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
			found++
			if schema, reader := verdicts(t, s, m[1]); schema != nil || reader != nil {
				t.Errorf("%s: %v, %v\n%s", doc, schema, reader, m[1])
			}
			if doc == "benchmark.md" && !strings.HasPrefix(m[1], "# yaml-language-server: $schema=") {
				t.Errorf("%s: the example does not begin with its schema:\n%s", doc, m[1])
			}
		}
	}
	if found == 0 {
		t.Error("no examples")
	}
}

// The schema and the reader agree about what is right, and about what is wrong.
func TestSchema(t *testing.T) {
	s := compileSchema(t)
	const head = "models: a.onnx\n"
	for _, text := range []string{
		head + "suites: linf\n",
		head + "suites: [linf, imagenet-c-nojpeg]\ndata: fashion\nseed: 0\n",
		head + "cells: clean\ncorrupted: CIFAR-10-C\noverlays: ice\n",
		head + "cells: ['fog{severity=3}', ' pgd {eps=8/255, steps=20} ', 'laugros/rain{severity=range}', square, 'snow{severity=5,profile=imagenet,jpeg=85}']\n",
		head + "cells:\n- {corruption: fog, severity: 3, profile: cifar, jpeg: 85}\n- {corruption: [laugros/hue], severity: [range]}\n- {corruption: snow}\n- {attack: fgsm, eps: [8/255, 0.1, 1, '.5']}\n- attack: pgd{steps=3}\n",
		"models:\n- {file: a.onnx, preset: imagenet}\n- {file: b.onnx, name: two, output: y, mean: [0.1, 1/2, 0.3], std: 0.5, scale: 255, bgr: false}\nsuites: quick\n",
		head + "data: {path: x, resize: 256, crop: 224, sample: 100, class-map: m.csv}\nsuites: quick\n",
		head + "suites: [spatial, {suite: linf, limit: 100}]\ncells: [{attack: fgsm, eps: 1, limit: 5}, {corruption: snow, limit: 10}]\n",
		"include: common.yaml\nsuites: quick\n",
		"include: [common.yaml]\nsuites: quick\n",
	} {
		if schema, reader := verdicts(t, s, text); schema != nil || reader != nil {
			t.Errorf("%s: %v, %v", text, schema, reader)
		}
	}
	for _, text := range []string{
		"- a.onnx\n",
		"models: {name: a}\nsuites: quick\n",
		"models: ''\nsuites: quick\n",
		"models: [[a.onnx]]\nsuites: quick\n",
		"models: {file: a.onnx, preset: image}\nsuites: quick\n",
		"models: {file: a.onnx, preset: imagenet, mean: 0.5}\nsuites: quick\n",
		"models: {file: a.onnx, mean: [1, 2]}\nsuites: quick\n",
		"models: {file: a.onnx, scale: big}\nsuites: quick\n",
		"models: {file: a.onnx, bgr: 1}\nsuites: quick\n",
		"models: {path: a.onnx}\nsuites: quick\n",
		head + "suite: quick\n",
		head + "suites: imagenet-d\n",
		head + "suites: [quick, 3]\n",
		head + "suites: {limit: 3}\n",
		head + "suites: {suite: quick, limit: 0}\n",
		head + "suites: {suite: quick, seed: 1}\n",
		head + "cells: {attack: fgsm, limit: 1.5}\n",
		head + "suites: quick\nseed: -1\n",
		head + "suites: quick\nseed: 1.5\n",
		head + "suites: quick\nseed: '3'\n",
		head + "suites: quick\ndata: {limit: 0}\n",
		head + "suites: quick\ndata: {limit: 10, sample: 10}\n",
		head + "suites: quick\ndata: [a]\n",
		head + "suites: quick\ndata: {files: a}\n",
		head + "suites: quick\ncorrupted: 3\n",
		head + "suites: quick\noverlays: [a]\n",
		head + "suites: quick\ninclude: {file: a}\n",
		head + "cells: fogg\n",
		head + "cells: fog{severity=3\n",
		head + "cells: {corruption: fog, severity: 6}\n",
		head + "cells: {corruption: fog, severity: all}\n",
		head + "cells: {corruption: fog, profile: mnist}\n",
		head + "cells: {corruption: fog, jpeg: 101}\n",
		head + "cells: {corruption: fog, eps: 1}\n",
		head + "cells: {corruption: fog, attack: fgsm}\n",
		head + "cells: {corruption: pgd}\n",
		head + "cells: {attack: fog}\n",
		head + "cells: {attack: fgsm, eps: small}\n",
		head + "cells: {attack: fgsm, severity: 1}\n",
		head + "cells: {severity: 1}\n",
	} {
		if schema, reader := verdicts(t, s, text); schema == nil || reader == nil {
			t.Errorf("%s: schema: %v; reader: %v", text, schema, reader)
		}
	}
}
