package embedded

import (
	"context"
	"fmt"
	"net"
	"strconv"
)

// ports are the loopback ports of one server, all known to be free a moment ago. The Temporal server and its UI end the
// process when they cannot listen, so a taken port has to be found, and reported as an error, before they start.
type ports struct {
	frontend, history, matching, worker, ui int
}

func pickPorts(ctx context.Context, o Options) (ports, error) {
	var (
		p    ports
		held []net.Listener
	)
	// All listeners stay open until the last port is found, so that no port is handed out twice.
	defer func() {
		for _, l := range held {
			_ = l.Close()
		}
	}()
	for _, w := range []struct {
		name string
		port int
		into *int
	}{
		{"frontend", o.FrontendPort, &p.frontend},
		{"history", 0, &p.history},
		{"matching", 0, &p.matching},
		{"worker", 0, &p.worker},
		{"UI", o.UIPort, &p.ui},
	} {
		if w.port == NoUI {
			*w.into = NoUI
			continue
		}
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", address(w.port))
		if err != nil {
			return ports{}, fmt.Errorf("cannot use %s port %d: %w", w.name, w.port, err)
		}
		held = append(held, l)
		if tcp, ok := l.Addr().(*net.TCPAddr); ok {
			*w.into = tcp.Port
		}
	}
	return p, nil
}

func address(port int) string { return net.JoinHostPort(loopback, strconv.Itoa(port)) }
