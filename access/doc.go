// Package access says who may do what: which key belongs to whom, and what a
// role may do to its own things and to those of others.
//
// The policy is data (Policy), printed for people by Table. What a contributor
// may not see is, for it, not there: denials about another contributor's things
// read like the absence of the thing.
package access
