package main

import (
	"testing"

	"steady/core/evaluator"
	"steady/core/inspect"
	"steady/core/session"
	"steady/wasm/internal/tsmessages"
)

// messages are the Go types of the arguments and the answer of each operation.
var messages = map[string][2]any{
	"data":    {evaluator.DataArgs{}, evaluator.DataAnswer{}},
	"inspect": {struct{}{}, inspect.Report{}},
	"names":   {session.NamesArgs{}, session.NamesAnswer{}},
	"network": {evaluator.NetworkArgs{}, evaluator.NetworkAnswer{}},
	"remove":  {evaluator.RemoveArgs{}, evaluator.Done{}},
	"plan":    {evaluator.PlanArgs{}, evaluator.PlanAnswer{}},
	"compute": {evaluator.TaskArgs{}, evaluator.TaskAnswer{}},
	"put":     {evaluator.PutArgs{}, evaluator.PutAnswer{}},
	"summary": {struct{}{}, evaluator.SummaryAnswer{}},
	"details": {evaluator.DetailsArgs{}, evaluator.DetailsAnswer{}},
	"export":  {evaluator.ExportArgs{}, evaluator.Done{}},
}

// The page's protocol.ts and the messages of package evaluator have the same fields, of the same kinds.
func TestProtocol(t *testing.T) {
	steps := map[string]any{"ReadingStep": evaluator.ReadingStep{}, "TaskStep": evaluator.TaskStep{}, "Description": evaluator.Description{}}
	tsmessages.Compare(t, messages, steps, "lab/protocol.ts", "evaluate/protocol.ts")
}
