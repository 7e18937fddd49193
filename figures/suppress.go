package figures

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/rapporteur/rapporteur"
)

// Disclosure says how figures are to be withheld.
type Disclosure struct {
	Class      Class            // of everything that Dimensions does not name; National when empty
	Dimensions map[string]Class // by dimension, such as "by citizenship"
	Published  [][]Row          // what was published before and cannot be taken back: earlier versions, earlier cycles
}

// class is the class of a row.
func (d Disclosure) class(r Row) Class {
	return cmp.Or(d.Dimensions[r.Dimension], d.Class, National)
}

// Publication is what may be told of figures.
type Publication struct {
	Rows []Row // as given, in the same order, with tokens for what is withheld
	// Flags are SDMX CONF_STATUS of each row: rapporteur.FlagFree, FlagConfidential
	// or FlagSecondary. Where knowing which are secondary would help to work one
	// out, all are confidential.
	Flags      []string
	Companions int // rows that are large enough and withheld all the same
	Exposed    int // withheld figures that who kept earlier publications can reckon, or seems to
}

// Count is how many rows have a flag.
func (p Publication) Count(flag string) int {
	n := 0
	for _, f := range p.Flags {
		if f == flag {
			n++
		}
	}
	return n
}

// Suppress withholds every figure below the threshold of its class and every
// figure that would give such a one away: after it, whoever adds up and
// subtracts what is published, here and in Published, finds for each withheld
// figure no fewer values than the threshold, so never a single one. The token is
// the same for both, and for zero. What is told is true.
//
// The result does not depend on the order of rows, and suppressing it again
// changes nothing. A token in the input stands for any count below the number
// that it names; a token that names none is an error.
func Suppress(rows []Row, d Disclosure) (Publication, error) {
	for _, file := range append([][]Row{rows}, d.Published...) {
		if err := check(file); err != nil {
			return Publication{}, err
		}
	}
	blocks := blocksOf(rows, d)
	var work sync.WaitGroup
	next := make(chan *block)
	for range runtime.GOMAXPROCS(0) {
		work.Go(func() {
			for b := range next {
				b.protect()
			}
		})
	}
	for _, b := range blocks {
		next <- b
	}
	close(next)
	work.Wait()
	return publication(rows, blocks), nil
}

// mostInBlock is how many figures one State may have of one indicator in one
// year: some three times the most that there are in the public data. What has to
// be withheld is found in time that grows with its third power.
const mostInBlock = 500

// check refuses rows that cannot be suppressed.
func check(rows []Row) error {
	counts := map[blockKey]int{}
	for n, r := range rows {
		if !r.readable() {
			return fmt.Errorf("cannot suppress figures: row %d: column %s: want a whole number or a token such as <5", n+1, Columns[valueColumn])
		}
		counts[keyOf(r)]++
		if counts[keyOf(r)] > mostInBlock {
			return fmt.Errorf("cannot suppress figures: row %d: more than %d figures of one area, indicator and year", n+1, mostInBlock)
		}
	}
	return nil
}

func publication(rows []Row, blocks []*block) Publication {
	p := Publication{Rows: slices.Clone(rows), Flags: make([]string, len(rows))}
	for _, b := range blocks {
		for _, c := range b.cells {
			if c.row < 0 {
				continue
			}
			p.Flags[c.row] = b.flag(c)
			if c.status == companion {
				p.Companions++
			}
			if c.withheld() {
				p.Rows[c.row].Value = tokenBelow(c.threshold)
			}
		}
		p.Exposed += b.exposed
	}
	return p
}

// flag is what may be said of why a figure is withheld.
func (b *block) flag(c cell) string {
	switch {
	case c.status == open:
		return rapporteur.FlagFree
	case c.status == companion && !b.discreet:
		return rapporteur.FlagSecondary
	}
	return rapporteur.FlagConfidential
}
