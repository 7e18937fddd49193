package api

import (
	"errors"
	"io"
	"net"
	"net/http"
)

// whole makes a body that ends before it should a request that did not come whole
// in time, which the framework answers with 408 (RFC 9110, 15.5.9), and not an
// error of the server.
func whole(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = body{r.Body}
		next.ServeHTTP(w, r)
	})
}

type body struct{ io.ReadCloser }

// Read reads the body.
func (b body) Read(to []byte) (int, error) {
	n, err := b.ReadCloser.Read(to)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = incomplete{err}
	}
	return n, err
}

// incomplete is the error of a body that ended early.
type incomplete struct{ cause error }

var _ net.Error = incomplete{}

// Error says what happened.
func (incomplete) Error() string { return "the body ended early" }

// Timeout is true: the rest did not come.
func (incomplete) Timeout() bool { return true }

// Temporary is true: the request may come whole another time.
func (incomplete) Temporary() bool { return true }

// Unwrap gives the cause.
func (i incomplete) Unwrap() error { return i.cause }
