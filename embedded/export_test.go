package embedded

// Ports are all ports that the server listens on.
func (s *Server) Ports() []int {
	p := s.ports
	return []int{p.frontend, p.history, p.matching, p.worker, p.ui}
}
