package api

import (
	"net/http"
	"time"
)

// times are those that a connection may take.
type times struct {
	header time.Duration // until the header is there
	body   time.Duration // until a body begins to come, and without which it may not rest
	write  time.Duration // from the body on until the answer is written
	idle   time.Duration // between requests
	rate   int64         // bytes a second at which a body comes at least
}

// The times a connection may take. A command waits until the engine has
// committed it, and a deadline that moves is told to every contributor first:
// answers may take minutes, requests may not. A contributor on a slow line uploads
// a file of 10 MiB at minRate in five minutes and a half.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 5 * time.Minute
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 16 << 10
	minRate           = 32 << 10
)

// Server is an HTTP server for the handler with the usual limits; see
// Limits.Server.
func Server(addr string, handler http.Handler) *http.Server { return Limits{}.Server(addr, handler) }

// Server is an HTTP server for the handler with limits against slow, endless and
// too many requests. It speaks HTTP/1.1 alone: TLS, and HTTP/2 with its ways to
// keep a server busy, are the proxy's before it. The caller serves and shuts it
// down.
func (l Limits) Server(addr string, handler http.Handler) *http.Server {
	return l.server(addr, handler, times{readHeaderTimeout, readTimeout, writeTimeout, idleTimeout, minRate})
}

func (l Limits) server(addr string, handler http.Handler, t times) *http.Server {
	only1 := &http.Protocols{}
	only1.SetHTTP1(true)
	return &http.Server{
		Addr: addr, Handler: l.shed(paced(t, handler)), ReadHeaderTimeout: t.header, ReadTimeout: t.body,
		WriteTimeout: t.write, IdleTimeout: t.idle, MaxHeaderBytes: maxHeaderBytes, Protocols: only1,
	}
}
