package telemetry

import "sync"

// series finds what counts under some labels faster than by the labels: each is
// made once. Keys must be few, as labels are.
type series[K comparable, V any] struct {
	mutex sync.RWMutex
	made  map[K]V
}

func (s *series[K, V]) of(key K, create func() V) V {
	s.mutex.RLock()
	v, known := s.made[key]
	s.mutex.RUnlock()
	if known {
		return v
	}
	v = create()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.made == nil {
		s.made = map[K]V{}
	}
	s.made[key] = v
	return v
}
