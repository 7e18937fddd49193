package api

import (
	"net/http"
	"time"
)

// The times a connection may take. A command waits until the engine has
// committed it, and a deadline that moves is told to every contributor first:
// answers may take minutes, requests may not.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 5 * time.Minute
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 16 << 10
)

// Server is an HTTP server for the handler with limits against slow and
// endless requests. The caller serves and shuts it down.
func Server(addr string, handler http.Handler) *http.Server {
	return &http.Server{
		Addr: addr, Handler: handler, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout,
		WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
	}
}
