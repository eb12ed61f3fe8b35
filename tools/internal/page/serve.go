package page

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Grace is how long downloads under way may go on when serving ends.
const Grace = 5 * time.Second

// timeouts are those of connections.
type timeouts struct {
	read  time.Duration // of a whole request, which is small
	write time.Duration // in which a client takes a piece of an answer, however long the whole is
	idle  time.Duration // between two requests
	grace time.Duration
}

// Serve answers requests at l until ctx ends and the downloads under way have ended too, for which they have [Grace].
func (s *Site) Serve(ctx context.Context, l net.Listener) error {
	return s.serve(ctx, l, timeouts{10 * time.Second, 30 * time.Second, 2 * time.Minute, Grace})
}

func (s *Site) serve(ctx context.Context, l net.Listener, t timeouts) error {
	server := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.ServeHTTP(&patientWriter{w, http.NewResponseController(w), t.write}, r)
		}),
		ReadTimeout: t.read, WriteTimeout: t.write, IdleTimeout: t.idle,
	}
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		soon, cancel := context.WithTimeout(context.Background(), t.grace)
		defer cancel()
		if server.Shutdown(soon) != nil {
			server.Close()
		}
	})
	err := server.Serve(l)
	if !stop() {
		<-ended
	}
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// patientWriter allows a client the same time for each piece of an answer, so that a slow one gets all of it and one that has
// gone away does not keep its connection.
type patientWriter struct {
	http.ResponseWriter
	controller *http.ResponseController
	timeout    time.Duration
}

func (w *patientWriter) Write(b []byte) (n int, err error) {
	const piece = 64 << 10
	for first := true; first || len(b) > 0; first = false {
		// An error is one of a writer without deadlines, which needs none.
		_ = w.controller.SetWriteDeadline(time.Now().Add(w.timeout))
		written, err := w.ResponseWriter.Write(b[:min(piece, len(b))])
		n += written
		if err != nil {
			return n, err
		}
		b = b[written:]
	}
	return n, nil
}
