package staff

import (
	"github.com/rapporteur/rapporteur"
)

// The map of Member States is a grid of tiles by region, each with the State's
// code and a sign; colour only repeats what the sign says.
const (
	tileSide   = 38 // with its gap
	tileAcross = 8
)

// regionTiles is one region of the map.
type regionTiles struct {
	Region        string
	Progress      rapporteur.Progress
	Width, Height int
	Tiles         []tile
}

// tile is one State on the map.
type tile struct {
	X, Y                         int
	Code, Sign, Mark, Name, Link string
	Contributor                  rapporteur.ContributorID
	RequestStanding              rapporteur.RequestStanding
}

// signs are what marks look like beside their colour.
var signs = map[string]string{"answered": "✓", "returned": "↩", "awaited": "·", "overdue": "!", "no-reply": "×", "withdrawn": "–"}

// legend lists the marks in the order in which they are explained.
var legend = []string{"answered", "awaited", "overdue", "returned", "no-reply", "withdrawn"}

// Legend is every mark with its sign.
func (boardView) Legend() []tile {
	var all []tile
	for _, m := range legend {
		all = append(all, tile{Mark: m, Sign: signs[m]})
	}
	return all
}

// Sign is what a mark looks like.
func (boardView) Sign(mark string) string { return signs[mark] }

func tilesOf(b rapporteur.Board) []regionTiles {
	var all []regionTiles
	for n, region := range b.States {
		across := min(tileAcross, len(region.States))
		r := regionTiles{
			Region: region.Region, Progress: b.Regions[n].Progress,
			Width: across * tileSide, Height: (len(region.States) + tileAcross - 1) / tileAcross * tileSide,
		}
		for k, s := range region.States {
			m := mark(s.RequestStanding, b.Now)
			code := s.Contributor.Alpha3
			if code == "" {
				code = "?"
			}
			r.Tiles = append(r.Tiles, tile{
				X: k % tileAcross * tileSide, Y: k / tileAcross * tileSide, Code: code, Sign: signs[m], Mark: m,
				Name: s.Contributor.Name("en"), Contributor: s.Contributor.ID, RequestStanding: s.RequestStanding,
				Link: "/cycles/" + string(b.Cycle.ID) + "/requests/" + string(s.Contributor.ID),
			})
		}
		all = append(all, r)
	}
	return all
}
