package admin

import (
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var hookStepPage = parse("webhook-step.html")

// hookStep is what is done to an endpoint after a page that says what it will do.
type hookStep struct {
	Name   string // in the address
	Title  string
	Will   string
	Button string
	take   func(pages) func(*frame.Visit) error
}

var hookSteps = []hookStep{
	{
		"disable", "Disable",
		"Nothing is sent any more. What waits now waits until the endpoint is enabled again; what happens while it is disabled is not told later.",
		"Disable", func(p pages) func(*frame.Visit) error { return p.switchWebhook(true) },
	},
	{
		"enable", "Enable",
		"What waited for the endpoint is sent at once, and it is told again of what happens. What happened while it was disabled is not told.",
		"Enable", func(p pages) func(*frame.Visit) error { return p.switchWebhook(false) },
	},
	{
		"rotate", "New secret for",
		"A new secret is made and shown once. For a day every message is signed with the present secret too, so that the receiver can change over; then the " +
			"present one signs no longer.",
		"Make a new secret", func(p pages) func(*frame.Visit) error { return p.rotateWebhook },
	},
	{
		"delete", "Delete",
		"The endpoint goes, with its secrets, the messages that wait for it and its delivery log. That it was there and who deleted it stays on the audit record. " +
			"It cannot be undone; to stop messages for a while, disable it instead.",
		"Delete", func(p pages) func(*frame.Visit) error { return p.deleteWebhook },
	},
}

// hookStepView is the page on which a step is confirmed.
type hookStepView struct {
	Places []place
	Hook   hookRow
	Step   hookStep
}

// askStep shows what a step will do.
func (p pages) askStep(s hookStep) func(*frame.Visit) error {
	return func(v *frame.Visit) error {
		hook, err := p.Webhooks.Get(v.Context(), v.Param("webhook"))
		if err != nil {
			return err
		}
		return v.Render(http.StatusOK, hookStepPage, hookStepView{Places: placesOf(v, hooksAddress), Hook: p.hookRow(hook), Step: s})
	}
}

// switchWebhook disables an endpoint or enables it, and changes nothing else.
func (p pages) switchWebhook(disabled bool) func(*frame.Visit) error {
	return func(v *frame.Visit) error {
		hook, err := p.Webhooks.Get(v.Context(), v.Param("webhook"))
		if err != nil {
			return err
		}
		if disabled != (hook.State == rapporteur.WebhookDisabled) {
			wanted := hookFormOf(hook).wanted()
			wanted.Disabled = disabled
			if _, err := p.Webhooks.Change(v.Context(), v.Principal, hook.ID, wanted, revisionIs(hook.Revision)); err != nil {
				return err
			}
		}
		if disabled {
			v.Note("Disabled. Nothing is sent until you enable it again.")
		} else {
			v.Note("Enabled. What waited is being sent.")
		}
		return v.Redirect(hookAt(hook.ID))
	}
}

// rotateWebhook makes a new secret and shows it, this once.
func (p pages) rotateWebhook(v *frame.Visit) error {
	hook, secret, err := p.Webhooks.Rotate(v.Context(), v.Principal, v.Param("webhook"))
	if err != nil {
		return err
	}
	return p.hookSecret(v, hook, secret, true)
}

// deleteWebhook takes away an endpoint.
func (p pages) deleteWebhook(v *frame.Visit) error {
	if err := p.Webhooks.Delete(v.Context(), v.Principal, v.Param("webhook")); err != nil {
		return err
	}
	v.Note("Deleted, with its messages and their log.")
	return v.Redirect(hooksAddress)
}
