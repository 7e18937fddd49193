package api

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Config is what the API stands on. Every field but Logger, Signer and the blobs of
// Attachments is needed.
type Config struct {
	Secretariat    rapporteur.Secretariat
	Correspondence rapporteur.Correspondence
	Steering       rapporteur.Steering
	Statistics     rapporteur.Statistics
	Feeds          rapporteur.Feeds
	Webhooks       rapporteur.Webhooks
	Delegations    rapporteur.Delegations
	Store          rapporteur.Store
	Catalogue      rapporteur.Catalogue
	Engine         rapporteur.Engine
	Repairs        rapporteur.Repairs
	Renderer       rapporteur.Renderer
	Signer         rapporteur.Signer // whose public keys are published; nil for none
	Attachments    rapporteur.Attachments
	// Keys finds out who holds a secret.
	Keys Authenticator
	// Rates hold each identity to a rate; nil for none. ClientHeader names the field
	// in which a proxy before the service puts the client's address last, for those
	// who have no identity; empty for no proxy.
	Rates        *access.Rates
	ClientHeader string
	// Clock is the wall clock: keys expire and are issued by it. Business time
	// is the use-cases' own.
	Clock  rapporteur.Clock
	Logger zerolog.Logger
	// Observe is the first middleware of every request, which sees its route when
	// it is answered; nil for none.
	Observe func(http.Handler) http.Handler
	// Version is of the program, for the OpenAPI document and health checks.
	Version string
}

// service is the API at work.
type service struct {
	Config
	log    zerolog.Logger
	api    huma.API
	open   *openAPI
	locks  keyLocks
	router chi.Router
}

// New makes the handler of the whole API. It is safe for concurrent use and
// keeps no state but of requests under way.
func New(c Config) http.Handler { return newService(c).router }

// Serves reports whether an address is one of the API's; pages have all others.
func Serves(path string) bool {
	for _, beginning := range []string{"/v1/", problemPath, "/openapi.json", healthPath, feedFolder} {
		if strings.HasPrefix(path, beginning) {
			return true
		}
	}
	return path == "/v1"
}

// Behind is a handler behind all that stands before the API's operations: the log
// line, headers, what is refused unread, rates, and the key by which the caller is
// known. It is for measuring what an operation does beside that.
func Behind(c Config, method, pattern string, handler http.Handler) http.Handler {
	s := received(c)
	s.router.With(s.identified).Method(method, pattern, handler)
	return s.router
}

// received is a service that does with a request what is done with every one, and
// has nothing for it yet.
func received(c Config) *service {
	s := &service{Config: c, log: c.Logger, router: chi.NewRouter(), open: &openAPI{}}
	if c.Observe != nil {
		s.router.Use(c.Observe)
	}
	s.router.Use(withCall, s.logged, s.recovered, secured, middleware.GetHead, uncoded, whole)
	return s
}

func newService(c Config) *service {
	s := received(c)
	s.router.NotFound(func(w http.ResponseWriter, r *http.Request) {
		writeProblem(w, r, s.log, rapporteur.NotFound("address", r.URL.Path))
	})
	s.router.MethodNotAllowed(s.otherMethod)
	s.router.With(s.strangers).Get(problemPath+"{kind}", s.explainProblem)
	s.router.With(s.strangers).Get("/openapi.json", s.open.serve)
	s.router.With(s.limitedFeeds()...).Get(feedPattern, s.readFeed)
	s.router.Group(func(r chi.Router) {
		r.Use(s.identified)
		s.api = humachi.New(r, s.settings())
		s.register()
	})
	s.open.finish(s.api.OpenAPI())
	return s
}

// register makes every operation known to the router and the OpenAPI document.
func (s *service) register() {
	s.registerHealth()
	s.registerInstruments()
	s.registerDrafter()
	s.registerCompliance()
	s.registerContributors()
	s.registerCycles()
	s.registerCommands()
	s.registerCalendars()
	s.registerRequests()
	s.registerSubmissions()
	s.registerWorkingAnswers()
	s.registerWorkbooks()
	s.registerAttachments()
	s.registerVersions()
	s.registerMigrations()
	s.registerExtensions()
	s.registerReminders()
	s.registerNotes()
	s.registerLedger()
	s.registerDrafts()
	s.registerClearance()
	s.registerObservations()
	s.registerHistory()
	s.registerKeys()
	s.registerRepairs()
	s.registerPersons()
	s.registerColleagues()
	s.registerIntakes()
	s.registerDeliveries()
	s.registerSigningKeys()
	s.registerRules()
	s.registerFindings()
	s.registerStatistics()
	s.registerAudit()
	s.registerArchive()
	s.registerFeeds()
	s.registerWebhooks()
}

// settings are the framework's: JSON only, our problem documents, no pages of
// its own.
func (s *service) settings() huma.Config {
	schemas := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	return huma.Config{
		OpenAPI:       describe(s.Version, schemas),
		Formats:       map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat: "application/json", RejectUnknownQueryParameters: true,
		Transformers: []huma.Transformer{ownProblems(s.log)},
	}
}

// otherMethod answers a method that an address does not have: which it has.
func (s *service) otherMethod(w http.ResponseWriter, r *http.Request) {
	allowed := []string{http.MethodOptions}
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete} {
		asked := method
		if method == http.MethodHead {
			asked = http.MethodGet
		}
		if s.router.Match(chi.NewRouteContext(), asked, r.URL.Path) {
			allowed = append(allowed, method)
		}
	}
	for _, method := range allowed {
		w.Header().Add("Allow", method)
	}
	if r.Method == http.MethodOptions {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	writeProblem(w, r, s.log, &Problem{
		Type: problemPath + kindMethod, Title: "The method is not allowed here", Status: http.StatusMethodNotAllowed,
		Detail: "See the header Allow.",
	})
}
