// Package smtpsink is a mail server in the process that takes mail and delivers
// none: for tests, and for the demonstration, where every mail really goes over
// SMTP and is kept for reading. It can also behave as mail servers do on bad
// days.
package smtpsink

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"sync/atomic"

	"github.com/emersion/go-smtp"
)

// Mode is how the server behaves towards the next mails.
type Mode int32

// The modes. Refuse and Defer answer 550 and 451 to every recipient and, as
// real servers do, repeat the address. Hang takes a mail and never answers,
// until Stop. Forget keeps a mail and then breaks the connection instead of
// saying so, so that an honest sender sends it again.
const (
	Accept Mode = iota
	Refuse
	Defer
	Hang
	Forget
)

// Config says what the server does with mail. The zero value holds mail in
// memory.
type Config struct {
	// Directory is where each mail is written as an .eml file named by its date,
	// its turn and its Message-ID; it is made if missing. Mails are then not
	// held in memory.
	Directory string
	// Keep is called with every mail before it is acknowledged, one at a time;
	// an error refuses it for now (452).
	Keep func(Message) error
	// Recipient overrides the mode for single recipients with Accept, Refuse or
	// Defer; nil for none.
	Recipient func(address string) Mode
	// User and Password, when set, are asked of every sender (SASL PLAIN,
	// RFC 4616).
	User, Password string
	// TLS offers STARTTLS, or TLS from the first byte with Implicit.
	TLS      *tls.Config
	Implicit bool
}

// Message is one mail as it was received. Raw is empty when it was written to
// a directory instead.
type Message struct {
	Number int    // 1, 2, … in the order of arrival
	From   string // envelope
	To     []string
	Raw    []byte // RFC 5322
	File   string // where it was written
}

// Server is a running mail server.
type Server struct {
	config Config
	smtp   *smtp.Server
	listen net.Listener
	mode   atomic.Int32
	closed chan struct{}
	served chan error

	connections atomic.Int64
	conns       sync.Map // *smtp.Conn, those that are open

	mu       sync.Mutex
	messages []Message
	changed  chan struct{} // closed and replaced when a message is kept
}

// Start begins to listen on a free port of the loopback.
func Start(c Config) (*Server, error) {
	if c.Directory != "" {
		if err := os.MkdirAll(c.Directory, 0o750); err != nil {
			return nil, fmt.Errorf("cannot make mail directory: %w", err)
		}
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("cannot start mail sink: %w", err)
	}
	s := &Server{
		config: c, closed: make(chan struct{}),
		served: make(chan error, 1), changed: make(chan struct{}),
	}
	s.smtp = smtp.NewServer(smtp.BackendFunc(s.session))
	s.smtp.Domain = "localhost"
	s.smtp.TLSConfig = c.TLS
	s.smtp.AllowInsecureAuth = true
	s.smtp.EnableSMTPUTF8 = true
	s.smtp.MaxMessageBytes = 10 << 20
	s.smtp.ErrorLog = silence{}
	if c.Implicit {
		listener = tls.NewListener(listener, c.TLS)
	}
	s.listen = listener
	go func() { s.served <- s.smtp.Serve(listener) }()
	return s, nil
}

// silence drops go-smtp's remarks on broken connections: breaking them is part
// of the job.
type silence struct{}

func (silence) Printf(string, ...any) {}
func (silence) Println(...any)        {}

// Stop ends all connections, those that hang too, and stops listening.
func (s *Server) Stop() error {
	close(s.closed)
	err := s.smtp.Close()
	// A server that has not begun to serve does not know its listener yet.
	_ = s.listen.Close()
	return errors.Join(err, <-s.served)
}

// Address is host:port of the server.
func (s *Server) Address() string { return s.listen.Addr().String() }

// URL is the address as a configuration of a sender takes it.
func (s *Server) URL() string { return "smtp://" + s.Address() }

// SetMode changes how the server behaves from the next command on.
func (s *Server) SetMode(m Mode) { s.mode.Store(int32(m)) }

// Connections is how many connections were made so far.
func (s *Server) Connections() int { return int(s.connections.Load()) }

// Count is how many mails were kept so far.
func (s *Server) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.messages)
}

// Messages are the mails kept so far.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Message(nil), s.messages...)
}

// Wait gives the mails once there are at least n, or the context's error.
func (s *Server) Wait(ctx context.Context, n int) ([]Message, error) {
	for {
		s.mu.Lock()
		count, changed := len(s.messages), s.changed
		s.mu.Unlock()
		if count >= n {
			return s.Messages(), nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return s.Messages(), fmt.Errorf("cannot wait for %d mails, %d came: %w", n, count, ctx.Err())
		}
	}
}

// DropConnections breaks every connection, as a server does that restarts; it
// goes on listening.
func (s *Server) DropConnections() {
	s.conns.Range(func(conn, _ any) bool {
		if c, ok := conn.(*smtp.Conn); ok {
			_ = c.Close()
		}
		return true
	})
}
