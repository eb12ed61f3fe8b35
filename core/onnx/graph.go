package onnx

import (
	"fmt"

	"steady/core/onnx/internal/onnxpb"
)

// topologicalOrder returns the indices of the nodes that the outputs depend on, each after the nodes that it depends on
// itself, and otherwise in the order of the file. Names for which known is true are no node's output.
func topologicalOrder(nodes []*onnxpb.Node, outputs []string, known func(name string) bool) ([]int, error) {
	maker := map[string]int{}
	for i, n := range nodes {
		for _, name := range n.Outputs {
			if name == "" {
				continue // an optional output that is not used
			}
			if _, twice := maker[name]; twice || known(name) {
				return nil, &Error{nodeTitle(n, i), n.Op, "output",
					fmt.Errorf("makes %q, which something else makes too, want unique names", onnxpb.Abbreviate(name))}
			}
			maker[name] = i
		}
	}
	reads := make([][]string, len(nodes))
	for i, n := range nodes {
		reads[i] = namesRead(n)
	}

	// Both traversals have their own stack, so that a deep graph cannot exhaust Go's.
	needed := make([]bool, len(nodes))
	var stack []int
	need := func(name string) {
		if i, ok := maker[name]; ok && !needed[i] {
			needed[i] = true
			stack = append(stack, i)
		}
	}
	for _, output := range outputs {
		if _, made := maker[output]; !made && !known(output) {
			return nil, errorf("graph.output", "no node makes %q", onnxpb.Abbreviate(output))
		}
		need(output)
	}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, name := range reads[top] {
			need(name)
		}
	}

	const (
		fresh = iota
		open  // on the stack
		done
	)
	state := make([]byte, len(nodes))
	next := make([]int, len(nodes)) // next input to visit
	var order []int
	for i := range nodes {
		if !needed[i] || state[i] != fresh {
			continue
		}
		state[i] = open
		stack = append(stack, i)
		for len(stack) > 0 {
			top := stack[len(stack)-1]
			n := nodes[top]
			if next[top] == len(reads[top]) {
				state[top] = done
				order = append(order, top)
				stack = stack[:len(stack)-1]
				continue
			}
			field := fmt.Sprintf("input %d", next[top])
			name := reads[top][next[top]]
			next[top]++
			from, made := maker[name]
			switch {
			case name == "" || known(name):
			case !made:
				return nil, &Error{nodeTitle(n, top), n.Op, field, fmt.Errorf("reads %q, which nothing makes", onnxpb.Abbreviate(name))}
			case state[from] == open:
				return nil, &Error{nodeTitle(n, top), n.Op, field,
					fmt.Errorf("reads %q, which is made from this node's own output: the graph has a cycle", onnxpb.Abbreviate(name))}
			case state[from] == fresh:
				state[from] = open
				stack = append(stack, from)
			}
		}
	}
	return order, nil
}

// nodeTitle returns what messages and layers call the node with index i.
func nodeTitle(p *onnxpb.Node, i int) string {
	if p.Name != "" {
		return p.Name
	}
	for _, name := range p.Outputs {
		if name != "" {
			return name
		}
	}
	return fmt.Sprintf("#%d", i)
}
