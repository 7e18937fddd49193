// Package payload keeps what the product tells Temporal from those who operate
// Temporal. Arguments, results, details, memo, summaries and the messages of
// failures are compressed and sealed before they leave the process; ids of
// workflows, names, timers and search attributes are what operators work by and
// stay as they are (docs/adr/0038).
package payload
