package cluster

import (
	"encoding/json"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"
	"unicode"

	"github.com/spf13/pflag"

	"steady/tools/internal/output"
	"steady/tools/internal/shell"
	"steady/tools/internal/usage"
)

// mount is where the volume is in the containers, which is also their working directory.
const mount = "/work"

// Kubernetes is a benchmark that Kubernetes is to compute in shards.
type Kubernetes struct {
	Spec    string   // file in the volume, relative to it
	Run     []string // more arguments of 'steady bench run'
	Out     string   // manifest
	Image   string   // of the container
	Claim   string   // of the volume that has the spec, the networks, the images, and the results
	Results string   // folder of the shards in the volume
	Shards  int
	CPUs    string // of a pod, as Kubernetes writes them
	Memory  string // of a pod, likewise
	GPUs    int    // of a pod

	plan output.Plan
}

// AddFlags adds the flags.
func (k *Kubernetes) AddFlags(flags *pflag.FlagSet) {
	flags.StringVar(&k.Out, "out", "kubernetes.yaml", "file of the manifest")
	flags.StringVar(&k.Image, "image", "", "container image whose entry point is steady (required)")
	flags.StringVar(&k.Claim, "claim", "", "PersistentVolumeClaim with the spec, networks and images, where results go too (required)")
	flags.StringVar(&k.Results, "results", "shards/", "folder of the shards in the volume")
	flags.IntVar(&k.Shards, "shards", 8, "number of parts, each a pod")
	flags.StringVar(&k.CPUs, "cpus", "4", "cores of a pod, as in 4 or 500m")
	flags.StringVar(&k.Memory, "memory", "4Gi", "memory of a pod")
	flags.IntVar(&k.GPUs, "gpus", 0, "NVIDIA GPUs of a pod")
	k.plan.AddFlag(flags)
}

var (
	quantity  = regexp.MustCompile(`^(\d+(\.\d+)?)(m|k|Ki|M|Mi|G|Gi|T|Ti)?$`)
	claimName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$`)
	notInName = regexp.MustCompile(`[^a-z0-9]+`)
)

func (k *Kubernetes) check() error {
	switch {
	case k.Image == "" || strings.ContainsAny(k.Image, " \t\r\n"):
		return usage.Errorf("--image %q: want the name of a container image, as in registry.example.org/steady:1", k.Image)
	case !claimName.MatchString(k.Claim) || len(k.Claim) > 253:
		return usage.Errorf("--claim %q: want the name of a PersistentVolumeClaim", k.Claim)
	case strings.ContainsFunc(k.Out, breaksComment):
		return usage.Errorf("--out %q: the manifest names it in a comment: want a name without line breaks and other control characters", k.Out)
	case k.Shards < 1 || k.Shards > 10_000:
		return usage.Errorf("--shards %d: want 1 to 10000", k.Shards)
	case k.GPUs < 0 || k.GPUs > 64:
		return usage.Errorf("--gpus %d: want 0 to 64", k.GPUs)
	case !quantity.MatchString(k.CPUs):
		return usage.Errorf("--cpus %q: want a quantity, as in 4 or 500m", k.CPUs)
	case !quantity.MatchString(k.Memory):
		return usage.Errorf("--memory %q: want a quantity, as in 4Gi", k.Memory)
	}
	for _, p := range []struct{ flag, path string }{{"the spec", k.Spec}, {"--results", k.Results}} {
		clean := path.Clean(p.path)
		if p.path == "" || path.IsAbs(clean) || clean == ".." || strings.HasPrefix(clean, "../") {
			return usage.Errorf("%s %q: want a path in the volume, relative to its root", p.flag, p.path)
		}
	}
	return checkRun(k.Run, k.GPUs)
}

// breaksComment reports whether a comment of YAML cannot have a character, since it ends the line, or prints as none.
func breaksComment(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }

// Write writes the manifest.
func (k *Kubernetes) Write() (*Written, error) {
	if err := k.check(); err != nil {
		return nil, err
	}
	plan := k.plan
	plan.Output("--out", k.Out, "")
	if err := plan.Check(); err != nil {
		return nil, err
	}
	if err := output.File(k.Out, func(to io.Writer) error { _, err := io.WriteString(to, k.manifest()); return err }); err != nil {
		return nil, err
	}
	return &Written{Files: []string{k.Out}, Commands: k.commands()}, nil
}

// name returns the name of the job, which is that of the spec as far as Kubernetes takes it.
func (k *Kubernetes) name() string {
	base := strings.TrimSuffix(path.Base(k.Spec), path.Ext(k.Spec))
	name := notInName.ReplaceAllString(strings.ToLower("steady-"+base), "-")
	return strings.Trim(name[:min(len(name), 40)], "-")
}

func (k *Kubernetes) commands() []string {
	return []string{
		shell.Join("kubectl", "apply", "-f", k.Out),
		shell.Join("kubectl", "wait", "--for=condition=complete", "--timeout=-1s", "job/"+k.name()),
		shell.Join("kubectl", "patch", "job/"+k.name()+"-merge", "--type=merge", "-p", `{"spec":{"suspend":false}}`),
		shell.Join("kubectl", "logs", "job/"+k.name()+"-merge"),
	}
}

// text returns a string as YAML and JSON write it.
func text(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // a string
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// manifest returns both jobs. In arguments, Kubernetes takes $(NAME) for a variable, and $$ for $.
func (k *Kubernetes) manifest() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	argument := func(s string) string { return text(strings.ReplaceAll(s, "$", "$$")) }
	results := path.Clean(k.Results) + "/"
	container := func(indent, name string, words ...string) {
		line("%s- name: %s", indent, name)
		line("%s  image: %s", indent, text(k.Image))
		line("%s  workingDir: %s", indent, mount)
		line("%s  args:", indent)
		for _, w := range words {
			line("%s    - %s", indent, argument(w))
		}
		line("%s  volumeMounts: [{name: work, mountPath: %s}]", indent, mount)
		line("%s  securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}", indent)
	}
	pod := func() {
		line("      restartPolicy: Never")
		line("      securityContext: # a user who may write to the volume")
		line("        runAsNonRoot: true")
		line("        runAsUser: 65532")
		line("        fsGroup: 65532")
		line("        seccompProfile: {type: RuntimeDefault}")
		line("      volumes:")
		line("        - name: work")
		line("          persistentVolumeClaim: {claimName: %s}", text(k.Claim))
	}

	for _, c := range k.commands() {
		line("#   %s", c)
	}
	line("# A shard that has not ended goes on where it was, also after: kubectl delete job/%s, and apply again.", k.name())
	line("apiVersion: batch/v1")
	line("kind: Job")
	line("metadata:")
	line("  name: %s", k.name())
	line("spec:")
	line("  completionMode: Indexed # pod I computes part I: JOB_COMPLETION_INDEX")
	line("  completions: %d", k.Shards)
	line("  parallelism: %d", k.Shards)
	line("  backoffLimitPerIndex: 6 # failures of a part, which do not end the others")
	line("  podFailurePolicy:")
	line("    rules:")
	line("      - action: Ignore # pre-empted, or its node was drained: that is no failure")
	line("        onPodConditions: [{type: DisruptionTarget, status: \"True\"}]")
	line("      - action: FailIndex # exit 2: a mistake in the command or the spec, which trying again does not mend")
	line("        onExitCodes: {containerName: steady, operator: In, values: [2]}")
	line("  template:")
	line("    spec:")
	pod()
	line("      containers:")
	run := append([]string{"bench", "run", k.Spec, "--shard", fmt.Sprintf("kubernetes/%d", k.Shards), "--out", results, "--journal", "delete"}, k.Run...)
	container("        ", "steady", run...)
	line("          resources:")
	line("            requests: {cpu: %s, memory: %s}", text(k.CPUs), text(k.Memory))
	if k.GPUs > 0 {
		line("            limits: {cpu: %s, memory: %s, nvidia.com/gpu: %d}", text(k.CPUs), text(k.Memory), k.GPUs)
	} else {
		line("            limits: {cpu: %s, memory: %s}", text(k.CPUs), text(k.Memory))
	}
	line("---")
	line("apiVersion: batch/v1")
	line("kind: Job")
	line("metadata:")
	line("  name: %s-merge", k.name())
	line("spec:")
	line("  suspend: true # until the shards have ended")
	line("  backoffLimit: 0")
	line("  template:")
	line("    spec:")
	pod()
	line("      initContainers:")
	container("        ", "merge", "bench", "merge", results+merged, results)
	line("      containers: # fails, and says what to do, if something is missing")
	container("        ", "status", "bench", "status", "--exit-code", results)
	return b.String()
}
