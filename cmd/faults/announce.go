package main

import (
	"context"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
)

// announcer says when a step begins and ends, so that a process can be ended in the middle of one.
type announcer struct {
	interceptor.InterceptorBase
}

// InterceptActivity puts itself before an activity.
func (*announcer) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	a := &announced{}
	a.Next = next
	return a
}

type announced struct {
	interceptor.ActivityInboundInterceptorBase
}

// ExecuteActivity says its name, carries it out, and says it again.
func (a *announced) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	name := activity.GetInfo(ctx).ActivityType.Name
	say("begin", name)
	out, err := a.Next.ExecuteActivity(ctx, in)
	say("end", name)
	return out, err
}

// quiet drops the SDK's remarks: parts that die are the order of the day here.
type quiet struct{}

// Debug drops a record.
func (quiet) Debug(string, ...any) {}

// Info drops a record.
func (quiet) Info(string, ...any) {}

// Warn drops a record.
func (quiet) Warn(string, ...any) {}

// Error drops a record.
func (quiet) Error(string, ...any) {}
