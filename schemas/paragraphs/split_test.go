package paragraphs

import (
	"strings"
	"testing"
)

func TestWhatHeadsAProvision(t *testing.T) {
	for text, want := range map[string]string{
		"Urges Member States to act;":                                                                            "urges",
		"Further calls upon Member States to act;":                                                               "calls upon",
		"Once again calls for calm;":                                                                             "calls",
		"Strongly condemns all of it, and urges all parties to stop;":                                            "condemns urges",
		"Recognizes the need for lamps and encourages keepers to light them;":                                    "recognizes encourages",
		"Stresses that lamps matter; underscores in this regard their oil, and, in this regard, calls for more;": "stresses underscores calls",
		"Takes note of the report, looks forward to the next and pays tribute to its author;":                    "takes note looks forward pays tribute",
		"Requests the Committee: (a) to meet; (b) to report; (c) Stresses that it is late;":                      "requests stresses",
		"Acting under Chapter VII of the Charter, decides that all States shall help;":                           "decides",
		"Emphasises and recognises the role of keepers;":                                                         "emphasises",
		// Nouns, infinitives, participles and other people's verbs head nothing.
		"Directs the Ombudsperson to receive petitions and requests for delisting;":         "directs",
		"Encourages States to report, to share and to requests of others to respond;":       "encourages",
		"Welcomes the report, which stresses the role of keepers;":                          "welcomes",
		"Requests the panel to visit ports, noting that the Committee requests a report;":   "requests",
		"Calls upon organizations to act and to that effect request suppliers to disclose;": "calls upon",
		"Decides that supports and demands of the market are not covered;":                  "decides",
		"All States shall help;": "",
		"":                       "",
	} {
		var got []string
		for _, h := range heads(text) {
			got = append(got, h.verb)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestDoubtsAboutHeads(t *testing.T) {
	for text, want := range map[string][]string{
		"Urges States to act, and requests the Secretary-General to report;":                     {"", ""},
		"Urges States to hold a process which supports keepers and encourages the rest to help;": {"", doubtRelative},
		"Urges States to hold a process which supports keepers; encourages the rest to help;":    {"", ""},
		"Recognizes and welcomes the work of keepers;":                                           {doubtTwins},
		"In light of all this, requests the Secretary-General to report;":                        {doubtLate},
		"Acting under Chapter VII of the Charter, decides that it shall be so;":                  {""},
	} {
		list := heads(text)
		if len(list) != len(want) {
			t.Errorf("%q: %d heads, want %d", text, len(list), len(want))
			continue
		}
		for n, h := range list {
			if h.doubt != want[n] {
				t.Errorf("%q: the doubt about %q is %q, want %q", text, h.verb, h.doubt, want[n])
			}
		}
	}
}

func TestWhomAProvisionAsks(t *testing.T) {
	for text, want := range map[string][2]string{
		"Urges Member States to act;":                                             {"Member States", ""},
		"Calls upon all parties, as a matter of priority, to stop;":               {"parties", ""},
		"Requests the Secretary-General, in consultation with States, to report;": {"Secretary-General", ""},
		"Requests that the Committee report annually;":                            {"Committee", ""},
		"Encourages UNODC (Vienna) to help;":                                      {"UNODC", ""},
		"Encourages Member States, in particular coastal States, to help;":        {"Member States", doubtNarrowed},
		"Invites the keeper of the lamps to speak;":                               {"keeper of the lamps", doubtAddressee},
		"Calls for an end to wrecking;":                                           {"All", doubtAddressee},
		"Decides that all States shall freeze the oil;":                           {"States", ""},
		"Decides to extend the mandate until 3 March;":                            {council, ""},
		"Reaffirms its commitment to lamps;":                                      {council, ""},
		"Stresses that all States must keep lamps;":                               {council, doubtAddressee},
	} {
		p := provisions(operative{Operative: numberedText(1, text)}, date2018)[0]
		if got := [2]string{p.Addressee, p.doubts["addressee"]}; got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestIdsOfManyProvisions(t *testing.T) {
	all := provisions(operative{Operative: numberedText(7, strings.Repeat("Urges States to act; ", 30))}, date2018)
	if len(all) != 26 || all[0].ID != "OP7.a" || all[25].ID != "OP7.z" || all[25].doubts["verb"] != doubtMany {
		t.Errorf("%d provisions, the last %s: %q", len(all), all[len(all)-1].ID, all[len(all)-1].doubts["verb"])
	}
	if one := provisions(operative{Operative: numberedText(7, "Urges States to act;")}, date2018); one[0].ID != "OP7" {
		t.Errorf("a single provision is %s", one[0].ID)
	}
}

// Where no verb is recognized, the first word stands for it, for a person to
// look at.
func TestAParagraphWithoutAVerb(t *testing.T) {
	all := provisions(operative{Operative: numberedText(2, "“All” States shall help;"), verb: "shall"}, date2018)
	if len(all) != 1 || all[0].Verb != "“all”" || all[0].doubts["verb"] != doubtNone || all[0].doubts["strength"] == "" {
		t.Errorf("got %+v", all)
	}
}

func TestAPronounIsTheAddresseeBefore(t *testing.T) {
	all := provisions(operative{Operative: numberedText(2, "Urges Member States to act and encourages them to report;")}, date2018)
	if len(all) != 2 || all[1].Addressee != "Member States" || all[1].doubts["addressee"] != doubtPronoun {
		t.Errorf("got %+v", all)
	}
}
