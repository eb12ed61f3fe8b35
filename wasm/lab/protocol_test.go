package main

import (
	"testing"

	"steady/core/inspect"
	"steady/core/overlapfile"
	"steady/core/session"
	"steady/wasm/internal/tsmessages"
)

// messages are the Go types of the arguments and the answer of each operation. An operation without arguments, or with
// an answer that says nothing, has struct{}.
var messages = map[string][2]any{
	"describe": {struct{}{}, session.Description{}},
	"network":  {session.NetworkArgs{}, session.NetworkInfo{}},
	"second":   {session.NetworkArgs{}, session.NetworkInfo{}},
	"alone":    {struct{}{}, struct{}{}},
	"inspect":  {struct{}{}, inspect.Report{}},
	"names":    {session.NamesArgs{}, session.NamesAnswer{}},
	"image":    {session.ImageArgs{}, session.ImageInfo{}},
	"look":     {session.CorruptArgs{}, session.LookAnswer{}},
	"gallery":  {session.GalleryArgs{}, session.GalleryAnswer{}},
	"classify": {session.CorruptArgs{}, session.ClassifyAnswer{}},
	"frame":    {session.FrameArgs{}, session.LookAnswer{}},
	"attack":   {session.AttackArgs{}, session.AttackAnswer{}},
	"backend":  {session.BackendArgs{}, session.BackendAnswer{}},
	"transfer": {session.NetworkArgs{}, session.TransferAnswer{}},
	"diagnose": {session.DiagnoseArgs{}, session.DiagnoseAnswer{}},
	"overlaps": {struct{}{}, overlapfile.Opened{}},
	"cover":    {overlapfile.CoverArgs{}, overlapfile.CoverAnswer{}},
	"build":    {overlapfile.BuildArgs{}, overlapfile.BuildAnswer{}},
	"cancel":   {struct{}{}, struct{}{}},
}

// The page's protocol.ts and the messages here have the same fields, of the same kinds.
func TestProtocol(t *testing.T) {
	tsmessages.Compare(t, messages, map[string]any{"Step": session.StepAnswer{}}, "lab/protocol.ts")
}
