package rapporteur

import (
	"slices"
	"strings"
)

// about reports whether a record is on a provision.
func (r StreamRecord) about(provision string) bool {
	return slices.ContainsFunc(r.Provisions, func(p string) bool { return provisionsMatch(p, provision) })
}

// placeRecords puts every record under the first heading of its provisions, and
// gives those for which there is none.
func (c *compiler) placeRecords() []StreamRecord {
	var rest []StreamRecord
	for _, record := range c.in.Records {
		if strings.TrimSpace(record.Text) == "" {
			continue
		}
		if part := c.partOf(record); part != nil {
			part.records = append(part.records, record)
		} else {
			rest = append(rest, record)
		}
	}
	return rest
}

func (c *compiler) partOf(record StreamRecord) *outlinePart {
	for s := range c.parts {
		for p := range c.parts[s].parts {
			part := &c.parts[s].parts[p]
			if slices.ContainsFunc(part.provisions, record.about) {
				return part
			}
		}
	}
	return nil
}

// recordBlocks is the paragraphs on what other streams have on record. Where
// nothing else stands behind one, its cycle does.
func (c *compiler) recordBlocks(part outlinePart) []Block {
	var blocks []Block
	for _, record := range part.records {
		p := Paragraph{Text: record.Text, Provisions: record.Provisions, Sources: record.Sources}
		if len(p.Sources) == 0 {
			p.Sources = []Source{{Cycle: record.Cycle, Record: "cycle/" + string(record.Cycle)}}
		}
		if len(p.Provisions) == 0 {
			p.Provisions = c.mandate()
		}
		blocks = append(blocks, paragraphBlock(p))
	}
	return blocks
}
