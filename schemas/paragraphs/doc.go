// Package paragraphs drafts an instrument from the United Nations' own
// machine-readable paragraphs of a resolution (EOSG Analytics, one JSON file a
// resolution), for a person to complete.
//
// Such a file tells the paragraphs apart and names the first verb of each. A
// draft goes on from there: it gives every verb-headed obligation a provision
// of its own, and reads its strength, qualifiers, addressee, destination, class
// and deadline from the words. It knows the Council's usual phrases and nothing
// more, so whatever it is not sure of carries a mark, which the loader of
// package schemas refuses until a person has removed it.
//
// Everything here is a pure function of its input: no file is opened, no clock
// read. Any input gives a draft that can be read as YAML.
package paragraphs
