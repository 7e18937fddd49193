package api

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// paced lets a body take as long as it keeps coming: the time it may take grows
// with what has come of it, so that an honest upload on a slow line is read whole
// and one that trickles is cut. The time for the answer begins when the body is
// there.
func paced(t times, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		if r.Body == nil || r.Body == http.NoBody {
			// Nothing is to come: the time for it must not end a long answer.
			_ = control.SetReadDeadline(time.Time{})
		} else {
			r.Body = &pacedBody{ReadCloser: r.Body, control: control, times: t, began: time.Now()}
		}
		next.ServeHTTP(w, r)
	})
}

// pacedBody is a body that moves the deadlines of its connection.
type pacedBody struct {
	io.ReadCloser
	control *http.ResponseController
	times   times
	began   time.Time
	come    int64
	ended   bool
}

// Read reads the body, at least as fast as the times say.
func (b *pacedBody) Read(to []byte) (int, error) {
	if !b.ended {
		until := b.began.Add(b.times.body + time.Duration(b.come)*time.Second/time.Duration(b.times.rate))
		_ = b.control.SetReadDeadline(until)
		_ = b.control.SetWriteDeadline(until.Add(b.times.write))
	}
	n, err := b.ReadCloser.Read(to)
	b.come += int64(n)
	if errors.Is(err, io.EOF) && !b.ended {
		b.ended = true
		_ = b.control.SetReadDeadline(time.Time{})
		_ = b.control.SetWriteDeadline(time.Now().Add(b.times.write))
	}
	return n, err
}
