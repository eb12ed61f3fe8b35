package session

import "steady/core/engine"

// Engine returns the engine of the network and the names of its classes, for a stage or whatever else asks it on its own. It is
// another one after SetNetwork and SetBackend.
func (s *Session) Engine() (*engine.Engine, []string, error) {
	if s.first == nil {
		return nil, nil, errNoNetwork
	}
	return s.first.engine, s.first.classes, nil
}
