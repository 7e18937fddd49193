package embedded

import (
	"log/slog"
	"strings"
	"sync/atomic"

	"github.com/rs/zerolog"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/log/tag"
)

// serverLog hands the Temporal server's warnings and errors to zerolog. The server reports every started service, shard
// and task queue at info level; none of that helps the reader of a product's log.
// Once muted it says nothing: the parts of a stopping server complain of each other's absence.
type serverLog struct {
	logger zerolog.Logger
	muted  *atomic.Bool
}

func newServerLog(l zerolog.Logger) serverLog {
	return serverLog{logger: l.With().Str("component", "temporal").Logger(), muted: new(atomic.Bool)}
}

func (l serverLog) mute() { l.muted.Store(true) }

// expected are the beginnings of warnings about things this server leaves out on purpose.
var expected = []string{"HTTP API port has not been set"}

func (l serverLog) silent(msg string) bool {
	for _, e := range expected {
		if strings.HasPrefix(msg, e) {
			return true
		}
	}
	return l.muted.Load()
}

func (l serverLog) Debug(string, ...tag.Tag) {}

func (l serverLog) Info(string, ...tag.Tag) {}

func (l serverLog) Warn(msg string, tags ...tag.Tag) { l.write(zerolog.WarnLevel, msg, tags) }

func (l serverLog) Error(msg string, tags ...tag.Tag) { l.write(zerolog.ErrorLevel, msg, tags) }

// DPanic reports a broken invariant that the server can survive.
func (l serverLog) DPanic(msg string, tags ...tag.Tag) { l.write(zerolog.ErrorLevel, msg, tags) }

func (l serverLog) Panic(msg string, tags ...tag.Tag) {
	l.write(zerolog.PanicLevel, msg, tags)
	panic(msg)
}

// Fatal panics: the server calls it only where it cannot go on, and a panic leaves a trace where an exit leaves none.
func (l serverLog) Fatal(msg string, tags ...tag.Tag) {
	l.write(zerolog.FatalLevel, msg, tags)
	panic(msg)
}

// With keeps the tags for every later record; the server looks for this method by its interface.
func (l serverLog) With(tags ...tag.Tag) log.Logger {
	c := l.logger.With()
	for _, t := range tags {
		c = c.Interface(t.Key(), t.Value())
	}
	return serverLog{logger: c.Logger(), muted: l.muted}
}

func (l serverLog) write(level zerolog.Level, msg string, tags []tag.Tag) {
	if level < zerolog.FatalLevel && l.silent(msg) {
		return
	}
	e := l.logger.WithLevel(level)
	for _, t := range tags {
		switch v := t.Value().(type) {
		case error:
			e = e.AnErr(t.Key(), v)
		default:
			e = e.Interface(t.Key(), v)
		}
	}
	e.Msg(msg)
}

// clientLog is the same for the SDK's client and workers.
func clientLog(l zerolog.Logger) sdklog.Logger {
	return sdklog.NewStructuredLogger(slog.New(zerolog.NewSlogHandler(l.Level(max(l.GetLevel(), zerolog.WarnLevel)))))
}
