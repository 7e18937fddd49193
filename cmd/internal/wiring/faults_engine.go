package wiring

import (
	"github.com/rapporteur/rapporteur/engine/payload"
)

const payloadRemedy = "make one with `rapporteur key payload FILE` and name the file, the newest first; or set RAPPORTEUR_PLAIN_PAYLOADS=true, and whoever operates Temporal reads what it is told"

// Faults are those of the keys for what Temporal is told. Saying neither a key nor
// that there is none is one: what has been told in plain cannot be taken back.
func (p Payloads) Faults() []Fault {
	const key = "RAPPORTEUR_PAYLOAD_KEY"
	if len(p.PayloadKey) == 0 {
		if p.PlainPayloads {
			return nil
		}
		return []Fault{{key, "is not set", payloadRemedy}}
	}
	return eachFile(key, payloadRemedy, p.PayloadKey, func(file string) error {
		_, err := payload.LoadKeys(file)
		return err
	})
}

// Ring are the files of the payload keys.
func (p Payloads) Ring() (key string, files []string) { return "RAPPORTEUR_PAYLOAD_KEY", p.PayloadKey }

// Faults are those of certificates and keys for Temporal.
func (s TemporalSecurity) Faults() []Fault {
	var faults []Fault
	if s.TemporalTLSCA != "" {
		faults = append(faults, oneFile("RAPPORTEUR_TEMPORAL_TLS_CA", s.TemporalTLSCA, "give a file with certificates in PEM", func() error {
			_, err := authorities(s.TemporalTLSCA)
			return err
		})...)
	}
	const pair = "certificate and key go together: give both, in PEM, or neither"
	switch {
	case s.TemporalTLSCert != "" && s.TemporalTLSKey == "":
		faults = append(faults, Fault{"RAPPORTEUR_TEMPORAL_TLS_KEY", "is not set, and a certificate is", pair})
	case s.TemporalTLSCert == "" && s.TemporalTLSKey != "":
		faults = append(faults, Fault{"RAPPORTEUR_TEMPORAL_TLS_CERT", "is not set, and a private key is", pair})
	case s.TemporalTLSCert != "":
		faults = append(faults, oneFile("RAPPORTEUR_TEMPORAL_TLS_CERT", s.TemporalTLSCert, pair, func() error {
			_, err := s.certificate(nil)
			return err
		})...)
	}
	if s.TemporalAPIKeyFile != "" {
		faults = append(faults, SecretFile("RAPPORTEUR_TEMPORAL_API_KEY_FILE", s.TemporalAPIKeyFile, "give a file with the API key in one line")...)
	}
	return faults
}

// oneFile is the fault of a file that does not hold what it has to.
func oneFile(key, file, remedy string, check func() error) []Fault {
	return eachFile(key, remedy, []string{file}, func(string) error { return check() })
}

// Faults are those of for whom payloads are opened.
func (d Decoder) Faults() []Fault {
	for _, origin := range d.CodecOrigin {
		if checkOrigin(origin) != nil {
			return []Fault{{"RAPPORTEUR_CODEC_ORIGIN", "is no origin of pages", "give scheme and host as browsers show them, in small letters and without a path: https://temporal.example"}}
		}
	}
	return nil
}

// Faults are those of the names of builds.
func (d Deployment) Faults() []Fault {
	if err := checkName(d.Build()); err != nil {
		return []Fault{{"RAPPORTEUR_BUILD_ID", "is no id of a build", "give " + err.Error()}}
	}
	if err := checkName(d.Deployment); err != nil || hasStop(d.Deployment) {
		return []Fault{{"RAPPORTEUR_DEPLOYMENT", "is no name of a deployment", "give up to 200 characters without spaces, colons and full stops, or none"}}
	}
	return nil
}

// Faults are those of where a process is watched from.
func (t Telemetry) Faults() []Fault {
	if t.MetricsListen == "" {
		return nil
	}
	return Address("RAPPORTEUR_METRICS_LISTEN", t.MetricsListen)
}
