package elastic

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"strings"

	"steady/tools/internal/input"
	"steady/tools/internal/usage"
)

// TokenVariable is the variable of the environment that may have the token.
const TokenVariable = "STEADY_TOKEN"

// minToken is how many bytes a token has at least: fewer can be guessed.
const minToken = 16

// readToken returns the token of a file, or else of the environment; "" if there is none.
func readToken(file string) (string, error) {
	token, from := os.Getenv(TokenVariable), "the variable "+TokenVariable
	if file != "" {
		b, err := input.File(file, 1<<12)
		if err != nil {
			return "", fmt.Errorf("--token-file: %w", err)
		}
		token, from = strings.TrimSpace(string(b)), "--token-file "+file
		if token == "" {
			return "", usage.Errorf("%s: the file is empty", from)
		}
	}
	if token != "" && len(token) < minToken {
		return "", usage.Errorf("%s: a token of %d bytes, want %d at least, as 'openssl rand -hex 32' makes them", from, len(token), minToken)
	}
	return token, nil
}

// password returns what stands for a token on the wire: the same for both sides, whatever bytes the token has.
func password(token string) string {
	sum := sha256.Sum256([]byte("steady-cluster\n" + token))
	return hex.EncodeToString(sum[:])
}

// isLoopback reports whether a host is this machine, which no other one reaches.
func isLoopback(host string) bool {
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// serverTLS returns the TLS of a server with a certificate; nil if there is none.
func serverTLS(cert, key string) (*tls.Config, error) {
	switch {
	case cert == "" && key == "":
		return nil, nil
	case cert == "" || key == "":
		return nil, usage.Errorf("--tls-cert and --tls-key belong together: want both, or neither")
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, usage.Errorf("--tls-cert %s: %w", cert, err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS13}, nil
}

// clientTLS returns the TLS of a worker, which trusts the certificates of a file, or those of the system.
func clientTLS(file string) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS13}
	if file == "" {
		return c, nil
	}
	b, err := input.File(file, 1<<20)
	if err != nil {
		return nil, fmt.Errorf("--tls-ca: %w", err)
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(b) {
		return nil, usage.Errorf("--tls-ca %s: there are no certificates in it, want PEM", file)
	}
	return c, nil
}
