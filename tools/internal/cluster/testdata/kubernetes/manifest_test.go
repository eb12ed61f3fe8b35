// Package kubernetes reads what tools/internal/cluster writes with the types of Kubernetes. It is a module of its own, as
// these take 19 modules that nothing else needs.
package kubernetes

import (
	"os"
	"strings"
	"testing"

	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// Nothing in the manifest is unknown to Kubernetes, and everything that matters is where Kubernetes looks for it.
func TestManifest(t *testing.T) {
	b, err := os.ReadFile("manifest.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var list []batch.Job
	for _, document := range strings.Split(string(b), "\n---\n") {
		var job batch.Job
		if err := yaml.UnmarshalStrict([]byte(document), &job); err != nil {
			t.Fatalf("%v\n%s", err, document)
		}
		if job.APIVersion != "batch/v1" || job.Kind != "Job" {
			t.Errorf("%s %s", job.APIVersion, job.Kind)
		}
		list = append(list, job)
		if err := yaml.UnmarshalStrict([]byte(strings.Replace(document, "spec:", "spec:\n  nonsense: 1", 1)), &job); err == nil {
			t.Error("an unknown field is read")
		}
	}
	if len(list) != 2 {
		t.Fatalf("%d jobs", len(list))
	}
	array, merge := list[0], list[1]
	s := array.Spec
	if *s.CompletionMode != batch.IndexedCompletion || *s.Completions != 12 || *s.Parallelism != 12 || *s.BackoffLimitPerIndex != 6 {
		t.Errorf("%+v", s)
	}
	rules := s.PodFailurePolicy.Rules
	if rules[0].Action != batch.PodFailurePolicyActionIgnore || rules[0].OnPodConditions[0].Type != core.DisruptionTarget || rules[0].OnPodConditions[0].Status != core.ConditionTrue ||
		rules[1].Action != batch.PodFailurePolicyActionFailIndex || *rules[1].OnExitCodes.ContainerName != s.Template.Spec.Containers[0].Name || rules[1].OnExitCodes.Operator != batch.PodFailurePolicyOnExitCodesOpIn {
		t.Errorf("%+v", rules)
	}
	c := s.Template.Spec.Containers[0]
	gpus := c.Resources.Limits["nvidia.com/gpu"]
	if gpus.Value() != 2 || c.Resources.Requests.Cpu().MilliValue() != 500 || c.Resources.Limits.Memory().Value() != 4<<30 || c.Command != nil || len(c.Args) < 9 || c.Args[0] != "bench" {
		t.Errorf("%+v", c)
	}
	if !*merge.Spec.Suspend || len(merge.Spec.Template.Spec.InitContainers) != 1 {
		t.Errorf("%+v", merge.Spec)
	}
	for _, p := range []core.PodSpec{s.Template.Spec, merge.Spec.Template.Spec} {
		if p.RestartPolicy != core.RestartPolicyNever || p.Volumes[0].PersistentVolumeClaim.ClaimName != "data-1" || !*p.SecurityContext.RunAsNonRoot {
			t.Errorf("%+v", p)
		}
		for _, c := range append(p.InitContainers, p.Containers...) {
			if c.VolumeMounts[0].Name != p.Volumes[0].Name || c.VolumeMounts[0].MountPath != c.WorkingDir || *c.SecurityContext.AllowPrivilegeEscalation {
				t.Errorf("%+v", c)
			}
		}
	}
}
