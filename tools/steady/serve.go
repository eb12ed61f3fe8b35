package main

import (
	"fmt"
	"io"
	"net"

	"github.com/spf13/cobra"

	"steady/tools/internal/interrupt"
	"steady/tools/internal/page"
)

func (a *app) serveCommand() *cobra.Command {
	var addr, dir string
	var open bool
	c := &cobra.Command{
		Use:   "serve [--open] [--addr HOST:PORT] [--dir FOLDER]",
		Short: "Serve the page",
		Long: "Serves the built page until Ctrl-C; downloads under way are finished, or ended by a second Ctrl-C. The\n" +
			"default address can only be reached from this machine. An address such as 0.0.0.0:8080 opens it to the\n" +
			"whole network; browsers then block the webcam, which they allow on localhost and https only.",
		Example: "  steady serve --open\n  steady serve --addr 127.0.0.1:0",
		Args:    cobra.NoArgs,
	}
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "address to listen at; port 0 takes a free one")
	c.Flags().BoolVar(&open, "open", false, "show the page in the browser")
	c.Flags().StringVar(&dir, "dir", "", "folder of the built page (default: the page in this program, if it is a release;\nelse site beside it, or build/site)")
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		site, dir, err := page.Open(dir)
		if err != nil {
			return err
		}
		defer site.Close()
		if _, _, err := net.SplitHostPort(addr); err != nil {
			return usagef("--addr %s: %w: give HOST:PORT", addr, err)
		}
		l, err := net.Listen("tcp", addr)
		if err != nil {
			return fmt.Errorf("serve: %w (another --addr, or 127.0.0.1:0 for a free port)", err)
		}
		at := l.Addr().(*net.TCPAddr)
		url := fmt.Sprintf("http://%s/", at)
		err = a.print(map[string]string{"url": url, "dir": dir}, func(w io.Writer) {
			fmt.Fprintf(w, "Steady is at %s (Ctrl-C ends it)\n", url)
		})
		if err != nil {
			return err
		}
		if !at.IP.IsLoopback() {
			a.say("Anyone on this machine's network can open it.")
		}
		if open {
			page.OpenBrowser(page.Address(at), func(err error) { a.say("No browser was opened: %v. Open the address above yourself.", err) })
		}
		interrupt.Allow(cmd.Context(), page.Grace)
		return site.Serve(cmd.Context(), l)
	}
	return c
}
