package rapporteur

// aboutHooks says what happened to feeds and webhooks, which belong to no cycle.
var aboutHooks = map[Action]func(AuditRecord) string{
	ActionFeedMade:         func(r AuditRecord) string { return "Calendar feed " + r.Details["feed"] + " made" },
	ActionFeedRevoked:      func(r AuditRecord) string { return "Calendar feed " + r.Details["feed"] + " revoked" },
	ActionWebhookAdded:     webhookWords("registered"),
	ActionWebhookChanged:   webhookWords("changed"),
	ActionWebhookDeleted:   webhookWords("deleted, with its messages"),
	ActionWebhookRotated:   webhookWords("given a new secret"),
	ActionWebhookTested:    webhookWords("sent a test message"),
	ActionWebhookRepeated:  webhookWords("sent a message again"),
	ActionWebhookFailing:   webhookWords("failing: a message was given up"),
	ActionWebhookRecovered: webhookWords("takes messages again"),
	ActionWebhookGone:      webhookWords("disabled: it answered that it wants no more"),
}

func webhookWords(what string) func(AuditRecord) string {
	return func(r AuditRecord) string { return "Webhook " + r.Details["webhook"] + " " + what }
}
