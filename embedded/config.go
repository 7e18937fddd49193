package embedded

import (
	"time"

	"github.com/google/uuid"
	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/common/primitives"
)

const (
	clusterName     = "active"
	mainStore       = "main"
	visibilityStore = "visibility"
)

// sqlConfig describes the SQLite database. A file is written through a write-ahead log and synchronised at every commit, so
// an acknowledged event survives a power cut, and is held exclusively, so a second process cannot corrupt it.
func sqlConfig(o Options) *config.SQL {
	if o.inMemory() {
		return &config.SQL{
			PluginName:        sqlite.PluginName,
			DatabaseName:      uuid.NewString(),
			ConnectAttributes: map[string]string{"mode": "memory", "cache": "shared"},
		}
	}
	return &config.SQL{
		PluginName:   sqlite.PluginName,
		DatabaseName: o.file(),
		ConnectAttributes: map[string]string{
			"mode":         "rwc",
			"busy_timeout": "2000",
			"locking_mode": "exclusive",
			"journal_mode": "wal",
			"synchronous":  "2",
		},
	}
}

func serverConfig(s *stores, p ports) *config.Config {
	return &config.Config{
		Global: config.Global{
			Membership: config.Membership{MaxJoinDuration: 30 * time.Second, BroadcastAddress: loopback},
		},
		Persistence: config.Persistence{
			DefaultStore:     mainStore,
			VisibilityStore:  visibilityStore,
			NumHistoryShards: 1, // for good: a store keeps the number that it began with
			DataStores:       map[string]config.DataStore{mainStore: {SQL: s.main}, visibilityStore: {SQL: s.visibility}},
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10,
			MasterClusterName:        clusterName,
			CurrentClusterName:       clusterName,
			ClusterInformation: map[string]cluster.ClusterInformation{
				clusterName: {Enabled: true, InitialFailoverVersion: 1, RPCAddress: address(p.frontend)},
			},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Services: map[string]config.Service{
			string(primitives.FrontendService): service(p.frontend),
			string(primitives.HistoryService):  service(p.history),
			string(primitives.MatchingService): service(p.matching),
			string(primitives.WorkerService):   service(p.worker),
		},
		Archival: config.Archival{
			History:    config.HistoryArchival{State: "disabled"},
			Visibility: config.VisibilityArchival{State: "disabled"},
		},
		NamespaceDefaults: config.NamespaceDefaults{
			Archival: config.ArchivalNamespaceDefaults{
				History:    config.HistoryArchivalNamespaceDefaults{State: "disabled"},
				Visibility: config.VisibilityArchivalNamespaceDefaults{State: "disabled"},
			},
		},
		PublicClient: config.PublicClient{HostPort: address(p.frontend)},
	}
}

func service(port int) config.Service {
	return config.Service{RPC: config.RPC{GRPCPort: port, BindOnIP: loopback}}
}

// hosts makes membership static: the four services are here, and no gossip port is opened.
func hosts(p ports) map[primitives.ServiceName]static.Hosts {
	return map[primitives.ServiceName]static.Hosts{
		primitives.FrontendService: static.SingleLocalHost(address(p.frontend)),
		primitives.HistoryService:  static.SingleLocalHost(address(p.history)),
		primitives.MatchingService: static.SingleLocalHost(address(p.matching)),
		primitives.WorkerService:   static.SingleLocalHost(address(p.worker)),
	}
}

// dynamicConfig fits a server built for clusters into one small process: one partition for each task queue, a small
// cache, no background scanners and workers, no daily report of the version to its makers, and no rate limits, whose
// defaults (ten lists a second, twenty looks a second for due timers) protect tenants and a shared database.
//
// Two settings make jumps through time right and quick. TimerProcessorMaxTimeShift allows for clocks that differ between
// hosts: a timer that is already due waits that long, a second by default. WorkflowIdReuseMinimalInterval delays a run
// that continues one younger than a second, and server 1.32 adds the time skipped so far to that delay.
func dynamicConfig(o Options) dynamicconfig.StaticClient {
	const mebibyte = 1 << 20
	c := dynamicconfig.StaticClient{
		dynamicconfig.WorkflowTimeSkippingEnabled.Key():         o.TimeSkipping,
		dynamicconfig.TimerProcessorMaxTimeShift.Key():          time.Millisecond,
		dynamicconfig.WorkflowIdReuseMinimalInterval.Key():      time.Duration(0),
		dynamicconfig.EnableServerVersionCheck.Key():            false,
		dynamicconfig.MatchingNumTaskqueueReadPartitions.Key():  1,
		dynamicconfig.MatchingNumTaskqueueWritePartitions.Key(): 1,
		dynamicconfig.EnableParentClosePolicyWorker.Key():       false,
		dynamicconfig.HistoryScannerEnabled.Key():               false,
		dynamicconfig.TaskQueueScannerEnabled.Key():             false,
		dynamicconfig.HistoryCacheSizeBasedLimit.Key():          true,
		dynamicconfig.HistoryCacheHostLevelMaxSizeBytes.Key():   32 * mebibyte,
	}
	if o.TimeSkipping {
		// What is tried in moments here takes minutes where builds of workers succeed each other for real.
		c[dynamicconfig.PollerHistoryTTL.Key()] = soon
		c[dynamicconfig.VersionDrainageStatusVisibilityGracePeriod.Key()] = soon
		c[dynamicconfig.VersionDrainageStatusRefreshInterval.Key()] = soon
	}
	for _, limit := range []dynamicconfig.Key{
		dynamicconfig.FrontendRPS.Key(),
		dynamicconfig.FrontendMaxNamespaceRPSPerInstance.Key(),
		dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Key(),
		dynamicconfig.FrontendPersistenceMaxQPS.Key(),
		dynamicconfig.HistoryRPS.Key(),
		dynamicconfig.HistoryPersistenceMaxQPS.Key(),
		dynamicconfig.TimerProcessorMaxPollRPS.Key(),
		dynamicconfig.TransferProcessorMaxPollRPS.Key(),
		dynamicconfig.VisibilityProcessorMaxPollRPS.Key(),
		dynamicconfig.MatchingRPS.Key(),
		dynamicconfig.MatchingPersistenceMaxQPS.Key(),
	} {
		c[limit] = noLimit
	}
	return c
}

const (
	noLimit = 100_000
	soon    = 5 * time.Second
)
