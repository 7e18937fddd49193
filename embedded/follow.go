package embedded

import (
	"time"

	"go.temporal.io/sdk/client"
	"google.golang.org/grpc"
)

// Follow has a client of another process start its executions at the business time of a server with a moved clock, as
// a client of [Server.Dial] does by itself. ahead tells how far that is ahead of the wall clock at each start; whoever
// moves the clock has to pass it on. It is for programs that try the parts of the product in processes of their own.
func Follow(o *client.Options, ahead func() time.Duration) {
	o.ConnectionOptions.DialOptions = append(o.ConnectionOptions.DialOptions,
		grpc.WithChainUnaryInterceptor(following(ahead).intercept))
}

// following is the timeline of somebody else's clock.
func following(ahead func() time.Duration) *timeline {
	return &timeline{started: map[string]bool{}, follows: ahead}
}

// Ahead is how far business time is ahead of the wall clock, for those that [Follow].
func (k *Clock) Ahead() time.Duration { return k.timeline.ahead() }
