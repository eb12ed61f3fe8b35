package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) serveCommand() *cobra.Command {
	var addr, dir string
	c := &cobra.Command{
		Use:   "serve [--addr HOST:PORT] [--dir FOLDER]",
		Short: "Serve the page",
		Long: "Serves the built page until Ctrl-C. The default address can only be reached from this machine. An\n" +
			"address such as 0.0.0.0:8080 lets the whole network in; browsers then refuse the page the webcam, which\n" +
			"they give to localhost and https only.",
		Example: "  steady serve\n  steady serve --addr 127.0.0.1:0",
		Args:    cobra.NoArgs,
	}
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "address to listen at; port 0 takes a free one")
	c.Flags().StringVar(&dir, "dir", "", "folder of the built page (default: the page in this program, if it is a release;\nelse site beside it, or build/site)")
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		site, dir, err := openSite(dir)
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
			a.say("Everyone who reaches this machine's network can open it.")
		}
		return serve(cmd.Context(), l, site)
	}
	return c
}

// serve answers until ctx ends.
func serve(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	stop := context.AfterFunc(ctx, func() {
		soon, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if s.Shutdown(soon) != nil {
			s.Close()
		}
	})
	defer stop()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// openSite opens the built page, and returns where it was found.
func openSite(dir string) (*site, string, error) {
	if dir == "" && embeddedSite != "" {
		site, err := newZipSite(embeddedSite)
		return site, "embedded", err
	}
	dir, err := siteFolder(dir)
	if err != nil {
		return nil, "", err
	}
	site, err := newSite(dir)
	return site, dir, err
}

// siteFolder finds the built page.
func siteFolder(dir string) (string, error) {
	tried := []string{dir}
	if dir == "" {
		tried = []string{filepath.Join("build", "site")}
		if exe, err := os.Executable(); err == nil {
			at := filepath.Dir(exe)
			tried = []string{filepath.Join(at, "site"), filepath.Join(at, "build", "site"), tried[0]}
		}
	}
	for _, d := range tried {
		if info, err := os.Stat(filepath.Join(d, "index.html")); err == nil && info.Mode().IsRegular() {
			return d, nil
		}
	}
	return "", usagef("serve: no built page (index.html) in %s: './build.sh build' builds it, and --dir names its folder",
		strings.Join(tried, " or "))
}
