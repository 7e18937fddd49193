package embedded

import (
	"fmt"
	"net"
	"strconv"
)

// ports are the loopback ports of one server, all known to be free a moment ago. The Temporal server and its UI end the
// process when they cannot listen, so a taken port has to be found, and reported as an error, before they start.
type ports struct {
	frontend, history, matching, worker, ui int
}

func pickPorts(o Options) (ports, error) {
	var p ports
	wanted := []struct {
		name string
		port int
		into *int
	}{
		{"frontend", o.FrontendPort, &p.frontend},
		{"history", 0, &p.history},
		{"matching", 0, &p.matching},
		{"worker", 0, &p.worker},
		{"UI", o.UIPort, &p.ui},
	}
	// All listeners stay open until the last port is found, so that no port is handed out twice.
	for _, w := range wanted {
		if w.port == NoUI {
			*w.into = NoUI
			continue
		}
		l, err := net.Listen("tcp", address(w.port))
		if err != nil {
			return ports{}, fmt.Errorf("cannot use %s port %d: %w", w.name, w.port, err)
		}
		defer func() { _ = l.Close() }()
		*w.into = l.Addr().(*net.TCPAddr).Port
	}
	return p, nil
}

func address(port int) string { return net.JoinHostPort(loopback, strconv.Itoa(port)) }
