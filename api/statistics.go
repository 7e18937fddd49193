package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// StatisticsRelease is what was published of a cycle's figures, on the wire.
type StatisticsRelease struct {
	Cycle        string     `json:"cycle" example:"s-res-2388-2017/op34/2018"`
	Number       int        `json:"number" doc:"Of the release, in its cycle."`
	ReleasedAt   *time.Time `json:"released_at,omitempty" doc:"Business time."`
	ReleasedBy   string     `json:"released_by"`
	Contributors int        `json:"contributors" doc:"Whose figures are in it."`
	Figures      int        `json:"figures"`
	Withheld     int        `json:"withheld" doc:"Figures that are small, or would give a small one away."`
}

type statisticsInput struct {
	CyclePath
	IfNoneMatch
	Format  string `query:"format" enum:"glotip,sdmx-csv,csv" doc:"In place of the header Accept: the layout of UNODC's Global Report, SDMX-CSV 1.0, or a ZIP archive of CSV with code lists."`
	Preview bool   `query:"preview" doc:"What would be published now. Only for who may publish."`
}

// resource takes the best case; what is true is asked when the cycle is read.
func (i *statisticsInput) resource(rapporteur.Principal) access.Resource {
	return access.Resource{Cycle: i.id(), Transmitted: true}
}

// action is another for what is not published yet.
func (i *statisticsInput) action(op operation) access.Action {
	if i.Preview {
		return op.orElse
	}
	return op.action
}

type publishInput struct {
	CyclePath
	Keyed
}

type releaseOutput struct {
	Body StatisticsRelease
}

const (
	statisticsPath = "/v1/cycles/{instrument}/{stream}/{period}/statistics"
	mediaSDMX      = "application/vnd.sdmx.data+csv;version=1.0.0"
	mediaZIP       = "application/zip"
)

// statisticsFiles are the file names of the formats, by which they are saved.
var statisticsFiles = map[string]string{"glotip": "statistics.csv", "sdmx-csv": "statistics.sdmx.csv", "csv": "statistics.zip"}

func (s *service) registerStatistics() {
	register(s, operation{
		id: "get-statistics", method: http.MethodGet, path: statisticsPath, tag: tagReports, action: access.ReadStatistics, orElse: access.PublishStatistics,
		summary: "Read a cycle's statistics",
		description: "The figures of persons of the newest release: those that contributors let be quoted and did not mark as confidential, without what is small or would " +
			"give a small figure away. Contributors read them once the report is transmitted.",
		media: map[string]*huma.MediaType{
			mediaCSV: textMedia("In the layout of UNODC's Global Report on Trafficking in Persons."), mediaSDMX: textMedia("SDMX-CSV 1.0 (ISO 17369)."),
			mediaZIP: {Schema: &huma.Schema{Type: "string", Format: "binary", Description: "data.csv and its code lists."}},
		},
	}, s.getStatistics)
	register(s, operation{
		id: "publish-statistics", method: http.MethodPost, path: statisticsPath, tag: tagReports, action: access.PublishStatistics, status: http.StatusCreated,
		summary: "Publish a cycle's statistics",
		description: "Fixes what is told, for good: later releases of the stream are held against this one, so that nothing withheld can be worked out from both. " +
			"Where nothing has changed since the newest release, that is the answer.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemConflict}, mayBeEmpty: true,
	}, s.publishStatistics)
}

func (s *service) getStatistics(ctx context.Context, in *statisticsInput) (*document, error) {
	formats := map[string]string{"glotip": mediaCSV, "sdmx-csv": mediaSDMX, "csv": mediaZIP}
	media, err := chosenMedia(in.Format, callOf(ctx).accept, formats, mediaCSV, mediaSDMX, mediaZIP)
	if err != nil {
		return nil, err
	}
	release, err := s.statistics(ctx, in)
	if err != nil {
		return nil, err
	}
	out := &document{ContentType: media, Vary: "Accept, Authorization", ETag: etagOf(release.Number, []any{media, in.Preview, release.Statistics})}
	if err := in.fresh(out.ETag); err != nil {
		return nil, err
	}
	for format, m := range formats {
		if m != media {
			continue
		}
		if out.Body, err = s.Statistics.Statistician.Statistics(ctx, release.Statistics, format); err != nil {
			return nil, fmt.Errorf("cannot write statistics as %s: %w", format, err)
		}
		out.Disposition = fmt.Sprintf(`attachment; filename=%q`, in.Stream+"-"+in.Period+"-"+statisticsFiles[format])
	}
	return out, nil
}

func (s *service) statistics(ctx context.Context, in *statisticsInput) (rapporteur.Release, error) {
	if in.Preview {
		return s.Statistics.Preview(ctx, in.id())
	}
	return s.Statistics.Latest(ctx, in.id(), func(c rapporteur.Cycle) error {
		return access.Allow(callOf(ctx).principal, access.ReadStatistics, access.Resource{Cycle: c.ID, Transmitted: c.Told()})
	})
}

func (s *service) publishStatistics(ctx context.Context, in *publishInput) (*releaseOutput, error) {
	release, err := s.Statistics.Publish(ctx, callOf(ctx).principal, in.id(), commandID(ctx))
	if err != nil {
		return nil, err
	}
	return &releaseOutput{Body: StatisticsRelease{
		Cycle: string(release.Cycle), Number: release.Number, ReleasedAt: instant(release.At), ReleasedBy: release.By,
		Contributors: len(release.Sources), Figures: len(release.Statistics), Withheld: release.Withheld(),
	}}, nil
}
