package notify

import (
	"context"
	"fmt"
)

// Reach connects to the mail server as Send does, with encryption and sign-in,
// and takes leave. No mail is sent.
func (m *Mail) Reach(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, m.timeout)
	defer cancel()
	s, err := m.relay.dial(ctx)
	if err != nil {
		return fmt.Errorf("cannot reach mail server: %w", err)
	}
	s.quit()
	return nil
}
