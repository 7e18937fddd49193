package embedded

import (
	"context"
	"fmt"
	"net/http"
	"time"

	uiserver "github.com/temporalio/ui-server/v2/server"
	uiconfig "github.com/temporalio/ui-server/v2/server/config"
	uioptions "github.com/temporalio/ui-server/v2/server/server_options"
)

// webUI is Temporal's own web UI, for whoever wants to see the events behind a cycle.
type webUI struct {
	server *uiserver.Server
	done   chan struct{}
}

// startUI returns when the UI answers. The port must be known to be free: the UI server ends the process when it cannot
// listen. It fetches no news, and knows no other user than the one at this machine.
func startUI(ctx context.Context, o Options, p ports) (*webUI, error) {
	ui := &webUI{
		server: uiserver.NewServer(uioptions.WithConfigProvider(&uiconfig.Config{
			TemporalGRPCAddress: address(p.frontend),
			Host:                loopback,
			Port:                p.ui,
			EnableUI:            true,
			DefaultNamespace:    o.Namespace,
			DisableNewsFetch:    true,
			HideLogs:            true,
			CORS:                uiconfig.CORS{CookieInsecure: true},
			Codec:               uiconfig.Codec{Endpoint: o.Codec, IncludeCredentials: o.Codec != ""},
		})),
		done: make(chan struct{}),
	}
	go func() {
		defer close(ui.done)
		_ = ui.server.Start()
	}()
	if err := answers(ctx, "http://"+address(p.ui)+"/healthz"); err != nil {
		ui.stop()
		return nil, fmt.Errorf("cannot start Temporal UI: %w", err)
	}
	return ui, nil
}

func (ui *webUI) stop() {
	ui.server.Stop()
	<-ui.done
}

// answers waits until a GET of the address succeeds, for there is no event that tells when the UI listens.
func answers(ctx context.Context, url string) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
		if err != nil {
			return err
		}
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
			err = fmt.Errorf("%s answers %s", url, resp.Status)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w (last: %w)", ctx.Err(), err)
		case <-tick.C:
		}
	}
}
