package embedded

import (
	"context"
	"fmt"
	"sync"

	"go.temporal.io/sdk/client"
	"go.temporal.io/server/temporal"
	"google.golang.org/grpc"
)

// Server is a running Temporal server. It serves one namespace to clients in this process and on this machine.
type Server struct {
	options Options
	stores  *stores
	ports   ports
	server  temporal.Server
	log     serverLog
	ui      *webUI
	time    *timeline
	stop    sync.Once
	stopped chan struct{}
}

// Start runs a server and returns when clients can use the namespace and its search attributes, and the web UI answers.
// ctx bounds the start only; Stop ends the server. Taken ports, a folder or databases in use by another process, a file of
// another schema version and databases that the role may not create are errors.
func Start(ctx context.Context, o Options) (*Server, error) {
	o = o.withDefaults()
	if err := o.validate(); err != nil {
		return nil, fmt.Errorf("cannot start Temporal server: %w", err)
	}
	st, err := openStores(ctx, o)
	if err != nil {
		return nil, err
	}
	p, err := pickPorts(ctx, o)
	if err != nil {
		st.close()
		return nil, err
	}
	log := newServerLog(o.Logger)
	server, err := temporal.NewServer(
		temporal.WithConfig(serverConfig(st, p)),
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithStaticHosts(hosts(p)),
		temporal.WithDynamicConfigClient(dynamicConfig(o)),
		temporal.WithLogger(log),
	)
	if err != nil {
		st.close()
		return nil, fmt.Errorf("cannot build Temporal server: %w", err)
	}
	s := &Server{options: o, stores: st, ports: p, server: server, log: log, time: newTimeline(), stopped: make(chan struct{})}
	if err := s.run(ctx); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

func (s *Server) run(ctx context.Context) error {
	if err := s.server.Start(); err != nil {
		return fmt.Errorf("cannot start Temporal server: %w", err)
	}
	c, err := s.Dial(ctx, client.Options{})
	if err != nil {
		return fmt.Errorf("cannot reach Temporal server: %w", err)
	}
	defer c.Close()
	if s.options.TimeSkipping {
		if err := s.Clock(c).resume(ctx); err != nil {
			return fmt.Errorf("cannot read business time: %w", err)
		}
	}
	if s.ports.ui == NoUI {
		return nil
	}
	s.ui, err = startUI(ctx, s.options, s.ports)
	return err
}

// Stop ends the web UI and the server and waits for both, about a second while the frontend lets requests finish. Workers
// and clients should be closed first. Calling it again does nothing. Temporal keeps a database file open until the process
// ends, so a folder can be served again by this process only.
func (s *Server) Stop() {
	s.stop.Do(func() {
		if s.ui != nil {
			s.ui.stop()
		}
		s.log.mute()
		if err := s.server.Stop(); err != nil {
			s.options.Logger.Warn().Err(err).Msg("cannot stop Temporal server cleanly")
		}
		s.stores.close()
		close(s.stopped)
	})
}

// Wait returns nil when ctx ends or the server is stopped, and an error when the server can no longer serve because
// another process has taken its databases over, which can happen on PostgreSQL while that is out of reach. The server
// should be stopped then.
func (s *Server) Wait(ctx context.Context) error {
	select {
	case err := <-s.stores.lost():
		return err
	case <-ctx.Done():
		return nil
	case <-s.stopped:
		return nil
	}
}

// Address is the host and port of the frontend, for clients of other processes on this machine. Executions that those
// start do not take part in a moved clock: see [Server.Dial].
func (s *Server) Address() string { return address(s.ports.frontend) }

// UIAddress is the host and port of the web UI, empty when there is none.
func (s *Server) UIAddress() string {
	if s.ui == nil {
		return ""
	}
	return address(s.ports.ui)
}

// Namespace is the namespace that the server serves.
func (s *Server) Namespace() string { return s.options.Namespace }

// Dial connects a client of the SDK to the server's namespace. Address, namespace and, where none is given, logger are
// filled in. With time skipping, an execution started through this client begins on the business day that the server's
// [Clock] shows, however far that has been moved; one started by a combined update-with-start does not.
func (s *Server) Dial(ctx context.Context, o client.Options) (client.Client, error) {
	o.HostPort = s.Address()
	if o.Namespace == "" {
		o.Namespace = s.options.Namespace
	}
	if o.Logger == nil {
		o.Logger = clientLog(s.options.Logger)
	}
	if s.options.TimeSkipping {
		o.ConnectionOptions.DialOptions = append(o.ConnectionOptions.DialOptions,
			grpc.WithChainUnaryInterceptor(s.time.intercept))
	}
	c, err := client.DialContext(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("cannot connect to Temporal server: %w", err)
	}
	return c, nil
}
