package elastic

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/nats-io/nats.go"

	"steady/core/elastic"
	"steady/tools/internal/usage"
)

// client is a worker's connection to a server, which may be away for a while.
type client struct {
	address string
	nc      *nats.Conn
	wait    time.Duration // for a server that is away
	say     func(format string, args ...any)
	told    atomic.Bool // that it is away: several requests may be under way
}

// parseURL returns the address of a server, and whether its certificate is to be checked.
func parseURL(text string) (address string, secure bool, err error) {
	full := text
	if !strings.Contains(text, "://") {
		full = "nats://" + text
	}
	u, err := url.Parse(full)
	switch {
	case err == nil && u.User != nil:
		return "", false, usage.Errorf("the URL has a token or a password in it, which others can read on the command line: want --token-file FILE, or the variable %s", TokenVariable)
	case err != nil || u.Scheme != "nats" && u.Scheme != "tls" || u.Host == "" || u.Path != "" || u.RawQuery != "":
		return "", false, usage.Errorf("%.80q: want the address that the server says, as in nats://192.0.2.1:4222, or tls://HOST:PORT", text)
	}
	if port, err := strconv.Atoi(u.Port()); u.Port() != "" && (err != nil || port < 1 || port > 65535) {
		return "", false, usage.Errorf("%.80q: want a port from 1 to 65535", text)
	}
	if u.Port() == "" {
		u.Host = net.JoinHostPort(u.Hostname(), "4222")
	}
	return u.Host, u.Scheme == "tls", nil
}

// errAway matches the error of a server that has not answered for too long.
var errAway = errors.New("the server is away")

// connect connects to a server, for which it waits.
func connect(ctx context.Context, o *WorkOptions, say func(format string, args ...any)) (*client, error) {
	address, secure, err := parseURL(o.URL)
	if err != nil {
		return nil, err
	}
	token, err := readToken(o.TokenFile)
	if err != nil {
		return nil, err
	}
	c := &client{address: address, wait: o.Wait, say: say}
	options := []nats.Option{nats.Name("steady-cluster"), nats.MaxReconnects(-1), nats.ReconnectWait(250 * time.Millisecond),
		nats.ReconnectJitter(250*time.Millisecond, 250*time.Millisecond), nats.Timeout(10 * time.Second), nats.PingInterval(20 * time.Second),
		nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {})} // what matters is an error of a request, too
	if token != "" {
		options = append(options, nats.UserInfo("worker", password(token)))
	}
	if secure = secure || o.CA != ""; secure {
		config, err := clientTLS(o.CA)
		if err != nil {
			return nil, err
		}
		options = append(options, nats.Secure(config))
	} else if host, _, err := net.SplitHostPort(address); token != "" && err == nil && !isLoopback(host) {
		say("Without tls://, whoever can listen on the network can read the data and what stands for the token.")
	}
	for begin, told := time.Now(), false; ; told = true {
		c.nc, err = nats.Connect("nats://"+address, options...)
		switch {
		case err == nil:
			return c, nil
		case errors.Is(err, nats.ErrAuthorization) && token == "":
			return nil, fmt.Errorf("%s wants a token: want the server's, in --token-file or the variable %s", address, TokenVariable)
		case errors.Is(err, nats.ErrAuthorization):
			return nil, fmt.Errorf("%s does not take this token: want the server's, in --token-file or the variable %s, or none if it has none", address, TokenVariable)
		case errors.Is(err, nats.ErrSecureConnWanted):
			return nil, fmt.Errorf("%s has no TLS: want nats://HOST:PORT without --tls-ca, or a server with --tls-cert", address)
		case errors.Is(err, nats.ErrSecureConnRequired) || isTLS(err):
			return nil, fmt.Errorf("%s: %w: want tls://HOST:PORT for a server with --tls-cert, and --tls-ca FILE for a certificate that this machine does not trust", address, err)
		case errors.Is(err, nats.ErrNoInfoReceived):
			return nil, fmt.Errorf("%s is no steady-cluster, but another program that answers: want the address that the server says", address)
		}
		if errors.Is(err, nats.ErrNoServers) { // which is all that is left of it
			err = syscall.ECONNREFUSED
		}
		if time.Since(begin) > c.wait {
			return nil, fmt.Errorf("%w: %s has not answered for %v: %w", errAway, address, c.wait, err)
		}
		if !told {
			say("%s does not answer (%v); waiting for it for up to %v.", address, err, c.wait)
		}
		if err := sleep(ctx, 250*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

// isTLS reports whether an error is that of a handshake, which will not go better the next time.
func isTLS(err error) bool {
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var header tls.RecordHeaderError
	var verification *tls.CertificateVerificationError
	return errors.As(err, &unknown) || errors.As(err, &host) || errors.As(err, &invalid) || errors.As(err, &header) || errors.As(err, &verification)
}

// refusal is the error that a server answers.
type refusal struct{ text string }

func (r refusal) Error() string { return "the server: " + r.text }

// request asks the server something, until it answers.
func (c *client) request(ctx context.Context, subject string, message any) ([]byte, error) {
	b := elastic.Encode(message)
	if len(b) > elastic.MaxMessage {
		return nil, fmt.Errorf("a message of %d bytes, of which the server takes %d", len(b), elastic.MaxMessage)
	}
	for begin := time.Now(); ; {
		answer, err := c.once(ctx, subject, b)
		if err == nil {
			if c.told.Swap(false) {
				c.say("%s answers again.", c.address)
			}
			if text := answer.Header.Get(errorHeader); text != "" {
				return nil, refusal{text}
			}
			return answer.Data, nil
		}
		away := time.Since(begin)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case c.nc.IsClosed():
			return nil, fmt.Errorf("%s no longer takes this worker: %w", c.address, errors.Join(c.nc.LastError(), err))
		case away > c.wait:
			return nil, fmt.Errorf("%w: %s has not answered for %v: 'steady bench status' of its file says whether all is computed; if not, start it again, and this worker",
				errAway, c.address, c.wait)
		case away > quiet && !c.told.Swap(true):
			end := "Ctrl-C ends this worker; what it has computed is there"
			if subject == subjectResults {
				end = "Ctrl-C, twice, ends this worker and loses one task"
			}
			c.say("%s does not answer (%v); waiting for it for up to %v, as it may be started again. If its benchmark is done, or to wait no longer: %s.", c.address, err, c.wait, end)
		}
		if err := sleep(ctx, 100*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

// quiet is how long a server may be away without a word about it.
const quiet = 2 * time.Second

func (c *client) once(ctx context.Context, subject string, b []byte) (*nats.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return c.nc.RequestWithContext(ctx, subject, b)
}

// sleep waits, unless the context ends.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// oneLine returns a text as it may be in a header.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
