package activities

import "time"

// BeatEvery has steps show that they are alive more often, until the function it
// returns is called.
func BeatEvery(d time.Duration) (restore func()) {
	before := beat
	beat = d
	return func() { beat = before }
}
