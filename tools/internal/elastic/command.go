package elastic

import (
	"context"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"steady/tools/internal/benchrun"
	"steady/tools/internal/console"
	"steady/tools/internal/datafile"
	"steady/tools/internal/interrupt"
	"steady/tools/internal/optionflags"
)

// Print shows a result: as JSON, or as text writes it.
type Print func(result any, text func(io.Writer)) error

// grace is how long tasks under way may take to end after Ctrl-C.
const grace = 10 * time.Minute

const tokenHelp = "file with the token, of 16 bytes at least (default: the variable " + TokenVariable + ")"

// Commands returns the commands. Messages go to stderr.
func Commands(print Print, stderr *console.Writer) []*cobra.Command {
	return []*cobra.Command{serveCommand(print, stderr), workCommand(print, stderr)}
}

func serveCommand(print Print, stderr *console.Writer) *cobra.Command {
	var o ServeOptions
	var data datafile.Flags
	c := &cobra.Command{
		Use:   "serve [SPEC.yaml] [--model M]... [--data DATA] [--suite S]... [--out RUN.db] [--listen HOST:PORT]",
		Short: "Have workers run a benchmark",
		Long: "Has any number of 'steady-cluster work' compute a benchmark, which flags or a spec file describe as for 'steady bench\n" +
			"run', and puts the results into the same SQLite file. Workers come and go; what one does not bring back, another one\n" +
			"gets. The same command goes on with a file that is there already. Ctrl-C ends after the tasks under way. Other\n" +
			"machines reach it only with --listen and a token (docs/scaling.md).",
		Example: "  steady-cluster serve spec.yaml --out run.db\n" +
			"  openssl rand -hex 32 > token\n" +
			"  steady-cluster serve spec.yaml --out run.db --listen :4222 --token-file token --tls-cert cert.pem --tls-key key.pem",
		Args: cobra.MaximumNArgs(1),
	}
	o.Run.AddWholeFlags(c, &data)
	flags := c.Flags()
	flags.StringVar(&o.Listen, "listen", "127.0.0.1:4222", "HOST:PORT to listen at; :4222 for all addresses of this machine, port 0 for any that is free")
	flags.StringVar(&o.TokenFile, "token-file", "", tokenHelp)
	flags.StringVar(&o.Cert, "tls-cert", "", "file with the certificate, PEM")
	flags.StringVar(&o.Key, "tls-key", "", "file with its key, PEM")
	flags.DurationVar(&o.Patience, "patience", 30*time.Second, "how long a worker may give no sign of life before its task goes to another one")
	optionflags.AddWhole(c, optionflags.Threads, &o.Run.Backend.Threads)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if o.Run.JSONProgress {
			*stderr = *console.NewWriter(console.JSONLines(stderr.Unwrap()))
		}
		if err := o.Run.TakeFlags(cmd.Flags(), &data, args); err != nil {
			return err
		}
		o.Run.Begin = allow(cmd.Context())
		o.Run.Backend.Name, o.Run.Backend.Log, o.Run.Messages = "cpu", stderr, stderr
		o.Run.Command = append([]string{"steady-cluster"}, os.Args[1:]...)
		r, err := Serve(cmd.Context(), o)
		if err != nil {
			return err
		}
		if err := print(r, r.WriteText); err != nil {
			return err
		}
		return benchrun.CheckFailed(r.Report)
	}
	return c
}

func workCommand(print Print, stderr *console.Writer) *cobra.Command {
	var o WorkOptions
	c := &cobra.Command{
		Use:   "work URL [--token-file FILE] [--backend cpu|webgpu|auto] [--threads N] [--cache FOLDER]",
		Short: "Compute tasks of a server",
		Long: "Computes slices of the benchmark of a 'steady-cluster serve', until it is done. Networks and images come from the\n" +
			"server, each file once, and are kept in a folder by their hashes. Ctrl-C ends after the slice under way; a worker may\n" +
			"also be killed at any moment. It waits for a server that is away.",
		Example: "  steady-cluster work nats://127.0.0.1:4222\n" +
			"  steady-cluster work tls://192.0.2.1:4222 --token-file token --tls-ca cert.pem --backend webgpu",
		Args: cobra.ExactArgs(1),
	}
	flags := c.Flags()
	flags.StringVar(&o.TokenFile, "token-file", "", tokenHelp)
	flags.StringVar(&o.CA, "tls-ca", "", "file with the certificates to trust, PEM (default: those of this machine)")
	flags.StringVar(&o.Cache, "cache", "", "folder for the files of benchmarks; it may be removed when no worker runs\n(default: in the user's cache folder)")
	flags.DurationVar(&o.Wait, "wait", 10*time.Minute, "how long to wait for a server that is away")
	o.Backend.AddFlags(c)
	optionflags.AddWhole(c, optionflags.Batch, &o.Batch)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		o.URL, o.Begin = args[0], allow(cmd.Context())
		o.Backend.Log, o.Messages = stderr, stderr
		r, err := Work(cmd.Context(), o)
		if err != nil {
			return err
		}
		return print(r, r.WriteText)
	}
	return c
}

// allow returns what lets the tasks under way end after Ctrl-C.
func allow(ctx context.Context) func() {
	return func() { interrupt.Allow(ctx, grace) }
}
