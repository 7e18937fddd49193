package answer

import (
	"encoding/base64"
	"html/template"

	"github.com/rapporteur/rapporteur"
)

// languages are those that pages are written in; the first where nothing else
// fits.
var languages = []string{"en", "fr"}

// dataURL is a JSON document as an address of its own, for downloading what is
// shown without asking for it again. Base64 holds nothing that HTML could take
// for markup.
func dataURL(document []byte) template.URL {
	return template.URL("data:application/json;base64," + base64.StdEncoding.EncodeToString(document)) //nolint:gosec // of our own making
}

// returnWords are the words of the pages behind links in mails, in one language.
type returnWords struct {
	Answers map[rapporteur.ReturnType]string

	Asked, For, By, Due, Host     string // what is asked
	Recorded, Who, About, Between string // what will be recorded
	NotQuoted, Version, Hash, At  string
	Reason, ReasonHint            string
	OptionalHint                  string
	Report, ReportHint            string
	NoPersons                     string
	Mend                          string
	Button, Nothing               string
	Missing                       map[rapporteur.ReturnType]string
	Received, Thanks              string
	Receipt, Keep, Download, Keys string
	Useless                       map[rapporteur.LinkState][2]string // title, and what to do
	Unreadable                    [2]string
	NotFound, Broken              [2]string
}

// returnTexts are the words by language.
var returnTexts = map[string]returnWords{"en": englishReturns, "fr": frenchReturns}

var englishReturns = returnWords{
	Answers: map[rapporteur.ReturnType]string{
		rapporteur.ReturnNil: "Nothing to report", rapporteur.ReturnNotApplicable: "Not applicable",
		rapporteur.ReturnCovered: "Covered by another report", rapporteur.ReturnDeclined: "No answer will be given",
	},
	Asked: "What is asked", For: "Contribution to", By: "Asked by", Due: "Answer by", Host: "Section for",
	Recorded: "What will be recorded", Who: "In the name of", About: "Answer", Between: "About the time",
	NotQuoted: "The answer is recorded as unclassified, and not to be quoted by name.",
	Version:   "Version", Hash: "SHA-256 of the answer", At: "Accepted at",
	Reason: "Reason", ReasonHint: "In a sentence or two; it is needed.", OptionalHint: "In a sentence or two, where there is something to explain.",
	Report: "Which report?", ReportHint: "Its symbol or title; it is needed.",
	NoPersons: "Please name no person, and give no address or number of one.",
	Mend:      "Nothing has been recorded yet. Please look at this:",
	Button:    "Record this answer", Nothing: "Nothing is recorded before the button is pressed.",
	Missing: map[rapporteur.ReturnType]string{
		rapporteur.ReturnNotApplicable: "Say why the request does not apply.", rapporteur.ReturnDeclined: "Say why no answer will be given.",
		rapporteur.ReturnCovered: "Name the report by its symbol or title.", rapporteur.ReturnNil: "The answer could not be read.",
	},
	Received: "The answer has been recorded", Thanks: "Thank you. No reminder will follow.",
	Receipt: "Signed receipt", Keep: "Keep it: it proves, to anybody who has the public keys, what was answered and when.",
	Download: "Download the receipt", Keys: "Public keys",
	Useless: map[rapporteur.LinkState][2]string{
		rapporteur.LinkForged:   {"This link is not known", "Nothing was recorded. Open the link from the newest mail, whole and unchanged, or reply to that mail."},
		rapporteur.LinkExpired:  {"This link has expired", "Nothing was recorded. Open the link in the newest mail, or reply to that mail."},
		rapporteur.LinkAnswered: {"An answer has been received", "This link is not needed any more, and nothing further was recorded. To change the answer, reply to the mail."},
		rapporteur.LinkOver:     {"Nothing is asked any more", "Nothing was recorded. If an answer should still be seen, reply to the mail."},
	},
	Unreadable: [2]string{"The form could not be read", "Nothing was recorded. Open the link in the mail again; a text may have at most 4,000 characters."},
	NotFound:   [2]string{"Not found", "There is no such page here. Open the link from the newest mail, whole and unchanged, or reply to that mail."},
	Broken:     [2]string{"The page cannot be shown", "Something is wrong here, not with what you asked for. Try again later."},
}

var frenchReturns = returnWords{
	Answers: map[rapporteur.ReturnType]string{
		rapporteur.ReturnNil: "Rien à signaler", rapporteur.ReturnNotApplicable: "Sans objet",
		rapporteur.ReturnCovered: "Couvert par un autre rapport", rapporteur.ReturnDeclined: "Aucune réponse ne sera donnée",
	},
	Asked: "Ce qui est demandé", For: "Contribution à", By: "Fondement", Due: "Réponse d’ici au", Host: "Section destinée à",
	Recorded: "Ce qui sera enregistré", Who: "Au nom de", About: "Réponse", Between: "Période",
	NotQuoted: "La réponse est enregistrée comme non classifiée, et ne sera pas citée nommément.",
	Version:   "Version", Hash: "SHA-256 de la réponse", At: "Acceptée le",
	Reason: "Raison", ReasonHint: "En une phrase ou deux ; elle est nécessaire.", OptionalHint: "En une phrase ou deux, s’il y a lieu d’expliquer.",
	Report: "Quel rapport ?", ReportHint: "Sa cote ou son titre ; cette indication est nécessaire.",
	NoPersons: "Prière de ne nommer personne et de n’indiquer ni adresse ni numéro d’une personne.",
	Mend:      "Rien n’a encore été enregistré. Veuillez revoir ceci :",
	Button:    "Enregistrer cette réponse", Nothing: "Rien n’est enregistré avant que le bouton ne soit pressé.",
	Missing: map[rapporteur.ReturnType]string{
		rapporteur.ReturnNotApplicable: "Indiquez pourquoi la demande est sans objet.", rapporteur.ReturnDeclined: "Indiquez pourquoi aucune réponse ne sera donnée.",
		rapporteur.ReturnCovered: "Indiquez la cote ou le titre du rapport.", rapporteur.ReturnNil: "La réponse n’a pas pu être lue.",
	},
	Received: "La réponse a été enregistrée", Thanks: "Merci. Aucun rappel ne suivra.",
	Receipt: "Reçu signé", Keep: "À conserver : il prouve, à quiconque a les clefs publiques, ce qui a été répondu et quand.",
	Download: "Télécharger le reçu", Keys: "Clefs publiques",
	Useless: map[rapporteur.LinkState][2]string{
		rapporteur.LinkForged:   {"Ce lien est inconnu", "Rien n’a été enregistré. Ouvrez le lien du message le plus récent, entier et inchangé, ou répondez à ce message."},
		rapporteur.LinkExpired:  {"Ce lien a expiré", "Rien n’a été enregistré. Ouvrez le lien du message le plus récent, ou répondez à ce message."},
		rapporteur.LinkAnswered: {"Une réponse a été reçue", "Ce lien n’est plus nécessaire, et rien de plus n’a été enregistré. Pour modifier la réponse, répondez au message."},
		rapporteur.LinkOver:     {"Plus rien n’est demandé", "Rien n’a été enregistré. Si une réponse doit encore être prise en compte, répondez au message."},
	},
	Unreadable: [2]string{"Le formulaire n’a pas pu être lu", "Rien n’a été enregistré. Ouvrez de nouveau le lien du message ; un texte peut avoir au plus 4 000 caractères."},
	NotFound:   [2]string{"Page introuvable", "Cette page n’existe pas. Ouvrez le lien du message le plus récent, entier et inchangé, ou répondez à ce message."},
	Broken:     [2]string{"La page ne peut pas être affichée", "Le problème vient d’ici, non de la demande. Veuillez réessayer plus tard."},
}
