package onnx

import (
	"fmt"

	"steady/core/onnx/internal/onnxpb"
)

// topologicalOrder returns the indices of the nodes that the output depends on, each after the nodes that it depends on
// itself, and otherwise in the order of the file. The names in external are no node's output.
func topologicalOrder(g *onnxpb.Graph, external map[string]bool) ([]int, error) {
	maker := map[string]int{}
	for i, n := range g.Nodes {
		for _, name := range n.Outputs {
			if name == "" {
				continue // an optional output that is not used
			}
			if _, twice := maker[name]; twice || external[name] {
				return nil, &Error{nodeTitle(n, i), n.Op, "output",
					fmt.Errorf("makes %q, which something else makes too, want unique names", onnxpb.Abbreviate(name))}
			}
			maker[name] = i
		}
	}
	output := g.Outputs[0].Name
	if _, made := maker[output]; !made && !external[output] {
		return nil, errorf("graph.output", "no node makes %q", onnxpb.Abbreviate(output))
	}

	// Both traversals have their own stack, so that a deep graph cannot exhaust Go's.
	needed := make([]bool, len(g.Nodes))
	var stack []int
	need := func(name string) {
		if i, ok := maker[name]; ok && !needed[i] {
			needed[i] = true
			stack = append(stack, i)
		}
	}
	need(output)
	for len(stack) > 0 {
		n := g.Nodes[stack[len(stack)-1]]
		stack = stack[:len(stack)-1]
		for _, name := range n.Inputs {
			need(name)
		}
	}

	const (
		fresh = iota
		open  // on the stack
		done
	)
	state := make([]byte, len(g.Nodes))
	next := make([]int, len(g.Nodes)) // next input to visit
	var order []int
	for i := range g.Nodes {
		if !needed[i] || state[i] != fresh {
			continue
		}
		state[i] = open
		stack = append(stack, i)
		for len(stack) > 0 {
			top := stack[len(stack)-1]
			n := g.Nodes[top]
			if next[top] == len(n.Inputs) {
				state[top] = done
				order = append(order, top)
				stack = stack[:len(stack)-1]
				continue
			}
			field := fmt.Sprintf("input %d", next[top])
			name := n.Inputs[next[top]]
			next[top]++
			from, made := maker[name]
			switch {
			case name == "" || external[name]:
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
	if len(p.Outputs) > 0 && p.Outputs[0] != "" {
		return p.Outputs[0]
	}
	return fmt.Sprintf("#%d", i)
}
