package schemas

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// figure is a one-cell table by sex and age.
func figure(value any) []any { return []any{obj{"sex": "F", "age": "18+", "value": value}} }

func figureBySex(value any) []any { return []any{obj{"sex": "F", "value": value}} }

func figureByForm(value any) []any {
	return []any{obj{"sex": "F", "age": "18+", "form": "SERVITUDE", "value": value}}
}

func yes(parts obj) obj { return status("yes", parts) }

func status(s string, parts obj) obj {
	answer := obj{"status": s, "text": "Words."}
	maps.Copy(answer, parts)
	return answer
}

// ruleCase is an answer that breaks a rule, and one nearby that keeps it.
type ruleCase struct {
	questionnaire, rule string
	broken, kept        obj
}

// ruleCases breaks every rule of every questionnaire in at least one way, and
// says nearby what does not break it.
var ruleCases = []ruleCase{
	{"member-state", "answer/reason-needed", obj{"Q2.1": obj{"status": "not_applicable"}}, obj{"Q2.1": obj{"status": "not_applicable", "reason": "No coast."}}},
	{"member-state", "answer/period-in-order",
		obj{"Q2.1": yes(obj{"period": obj{"from": "2018-02-01", "to": "2018-01-01"}})},
		obj{"Q2.1": yes(obj{"period": obj{"from": "2018-01-01", "to": "2018-01-01"}})}},
	{"member-state", "answer/no-information", obj{"Q5.4": status("no_information", obj{"networks": 3})}, obj{"Q5.4": status("no_information", nil)}},
	{"member-state", "answer/nothing-more", obj{"Q21.4": obj{"status": "yes"}}, obj{"Q21.4": obj{"status": "no"}}},
	{"member-state", "figures/distinct",
		obj{"Q17.4": yes(obj{"ended": append(figure(1), figure(2)...)})},
		obj{"Q17.4": yes(obj{"ended": []any{obj{"sex": "F", "age": "18+", "value": 1}, obj{"sex": "M", "age": "18+", "value": 1}}})}},
	{"member-state", "figures/sex-adds-up",
		obj{"Q8.2": yes(obj{"trained": []any{obj{"sex": "F", "value": 6}, obj{"sex": "M", "value": "<5"}, obj{"sex": "total", "value": 5}}})},
		obj{"Q8.2": yes(obj{"trained": []any{obj{"sex": "F", "value": 6}, obj{"sex": "M", "value": "<5"}, obj{"sex": "total", "value": 10}}})}},
	{"member-state", "figures/sex-adds-up",
		obj{"Q8.2": yes(obj{"trained": []any{obj{"sex": "F", "value": 6}, obj{"sex": "M", "value": "<5"}, obj{"sex": "total", "value": 11}}})},
		obj{"Q8.2": yes(obj{"trained": []any{obj{"sex": "F", "value": 6}, obj{"sex": "total", "value": 11}}})}},
	{"member-state", "figures/age-adds-up",
		obj{"Q17.4": yes(obj{"ended": []any{obj{"sex": "F", "age": "0-17", "value": 2}, obj{"sex": "F", "age": "18+", "value": 2}, obj{"sex": "F", "age": "total", "value": 9}}})},
		obj{"Q17.4": yes(obj{"ended": []any{obj{"sex": "F", "age": "0-17", "value": 2}, obj{"sex": "F", "age": "18+", "value": 7}, obj{"sex": "F", "age": "total", "value": 9}}})}},
	{"member-state", "figures/form-adds-up",
		obj{"Q23.3": yes(obj{"trafficked": []any{obj{"sex": "F", "age": "18+", "form": "SERVITUDE", "value": 9}, obj{"sex": "F", "age": "18+", "form": "total", "value": 8}}})},
		obj{"Q23.3": yes(obj{"trafficked": []any{obj{"sex": "F", "age": "18+", "form": "SERVITUDE", "value": 9}, obj{"sex": "F", "age": "18+", "form": "total", "value": 9}}})}},
	{"member-state", "member-state/convention-deposit-without-party", obj{"Q2.1": status("no", obj{"deposited": "2004-01-01"})}, obj{"Q2.1": yes(obj{"deposited": "2004-01-01"})}},
	{"member-state", "member-state/convention-deposit-after-period", obj{"Q2.1": yes(obj{"deposited": "2018-09-01"})}, obj{"Q2.1": yes(obj{"deposited": "2018-08-31"})}},
	{"member-state", "member-state/protocol-deposit-without-party", obj{"Q2.2": status("no", obj{"deposited": "2004-01-01"})}, obj{"Q2.2": status("no", nil)}},
	{"member-state", "member-state/protocol-deposit-after-period", obj{"Q2.2": yes(obj{"deposited": "2019-01-01"})}, obj{"Q2.2": yes(nil)}},
	{"member-state", "member-state/stage-though-party",
		obj{"Q2.1": yes(nil), "Q2.2": yes(nil), "Q2.3": status("no", obj{"stage": "none"})},
		obj{"Q2.1": yes(nil), "Q2.2": status("no", nil), "Q2.3": status("no", obj{"stage": "study"})}},
	{"member-state", "member-state/ratification-expected-in-past", obj{"Q2.3": yes(obj{"expected": "2016-01-01"})}, obj{"Q2.3": yes(obj{"expected": "2020-01-01"})}},
	{"member-state", "member-state/plan-in-order",
		obj{"Q3.1": status("in_part", obj{"valid_from": "2018-01-02", "valid_to": "2018-01-01"})},
		obj{"Q3.1": yes(obj{"valid_from": "2018-01-01", "valid_to": "2018-12-31"})}},
	{"member-state", "member-state/plan-out-of-force", obj{"Q3.1": yes(obj{"valid_to": "2016-12-31"})}, obj{"Q3.1": status("no", obj{"valid_to": "2016-12-31"})}},
	{"member-state", "member-state/body-named-without-body", obj{"Q3.2": status("no", obj{"name": "Task force"})}, obj{"Q3.2": status("in_part", obj{"name": "Task force"})}},
	{"member-state", "member-state/conflict-linked-within-identified",
		obj{"Q3.4": yes(obj{"identified": figureByForm("<5"), "conflict_linked": figure(5)})},
		obj{"Q3.4": yes(obj{"identified": figureByForm("<5"), "conflict_linked": figure(4)})}},
	{"member-state", "member-state/assisted-within-identified",
		obj{"Q3.4": yes(obj{"identified": figureByForm(10)}), "Q3.5": yes(obj{"assisted": figure(11)})},
		obj{"Q3.4": yes(obj{"identified": figureByForm(10)}), "Q3.5": yes(obj{"assisted": figure(10)})}},
	{"member-state", "member-state/amended-in-period", obj{"Q4.3": yes(obj{"amended": "2015-01-01"})}, obj{"Q4.3": yes(obj{"amended": "2017-11-21"})}},
	{"member-state", "member-state/war-crime-article", obj{"Q4.5": yes(nil)}, obj{"Q4.5": yes(obj{"article": "Article 7"})}},
	{"member-state", "member-state/prosecuted-within-contact", obj{"Q5.2": yes(obj{"contact": figure(6), "prosecuted": figure(7)})}, obj{"Q5.2": yes(obj{"prosecuted": figure(7)})}},
	{"member-state", "member-state/convicted-within-prosecuted",
		obj{"Q5.2": yes(obj{"prosecuted": figure(6), "convicted": figureByForm(7)})},
		obj{"Q5.2": yes(obj{"prosecuted": figure(6), "convicted": figureByForm("<5")})}},
	{"member-state", "member-state/conflict-prosecutions-within-investigations", obj{"Q5.3": yes(obj{"investigations": 1, "prosecutions": 2})}, obj{"Q5.3": yes(obj{"prosecutions": 2})}},
	{"member-state", "member-state/conflict-convictions-within-prosecutions", obj{"Q5.3": yes(obj{"prosecutions": 1, "convictions": 2})}, obj{"Q5.3": yes(obj{"prosecutions": 2, "convictions": 2})}},
	{"member-state", "member-state/share-without-investigations", obj{"Q6.1": yes(obj{"opened": 0, "share": 0.5})}, obj{"Q6.1": yes(obj{"opened": 0, "share": 0})}},
	{"member-state", "member-state/proceeds-period-in-order",
		obj{"Q6.2": yes(obj{"proceeds": []any{obj{"stage": "frozen", "amount": 1, "currency": "EUR", "from": "2018-02-01", "to": "2018-01-01"}}})},
		obj{"Q6.2": yes(obj{"proceeds": []any{obj{"stage": "frozen", "amount": 1, "currency": "EUR", "from": "2018-02-01"}}})}},
	{"member-state", "member-state/indicators-dated-without", obj{"Q7.2": status("no", obj{"issued": "2018-01-01"})}, obj{"Q7.2": yes(obj{"issued": "2018-01-01"})}},
	{"member-state", "member-state/reports-disseminated-within-received", obj{"Q7.3": yes(obj{"received": 3, "disseminated": 4})}, obj{"Q7.3": yes(obj{"received": 3, "disseminated": 3})}},
	{"member-state", "member-state/evaluation-after-period", obj{"Q7.6": yes(obj{"evaluated": "2019-02-01"})}, obj{"Q7.6": yes(obj{"evaluated": "2012-02-01"})}},
	{"member-state", "member-state/help-conditional-and-irrespective",
		obj{"Q3.3": yes(obj{"irrespective_of_cooperation": "yes"}), "Q13.3": yes(obj{"conditional": "yes"})},
		obj{"Q3.3": yes(obj{"irrespective_of_cooperation": "no"}), "Q13.3": yes(obj{"conditional": "yes"})}},
	{"member-state", "member-state/screening-share-without", obj{"Q15.1": status("no", obj{"share": 10})}, obj{"Q15.1": status("no", obj{"share": 0})}},
	{"member-state", "member-state/referred-within-flagged", obj{"Q15.2": yes(obj{"flagged": figure(5), "referred": figure(6)})}, obj{"Q15.2": yes(obj{"flagged": figure("<5"), "referred": figure(4)})}},
	{"member-state", "member-state/confirmed-within-referred", obj{"Q15.2": yes(obj{"referred": figure(5), "confirmed": figure(6)})}, obj{"Q15.2": yes(obj{"referred": figure(5), "confirmed": figure("<5")})}},
	{"member-state", "member-state/role-none-and-other", obj{"Q16.1": yes(obj{"roles": []any{"none", "transit"}})}, obj{"Q16.1": yes(obj{"roles": []any{"none"}})}},
	{"member-state", "member-state/framework-dated-without", obj{"Q16.2": yes(obj{"framework": "none", "since": "2018-01-01"})}, obj{"Q16.2": yes(obj{"framework": "in_use", "since": "2018-01-01"})}},
	{"member-state", "member-state/unaccompanied-within-screened", obj{"Q16.3": yes(obj{"screened": figure(5), "unaccompanied": figureBySex(6)})}, obj{"Q16.3": yes(obj{"screened": figure(5), "unaccompanied": figureBySex(5)})}},
	{"member-state", "member-state/recognized-within-assessed", obj{"Q17.2": yes(obj{"assessed": figure(5), "recognized": figure(6)})}, obj{"Q17.2": yes(obj{"assessed": figure(5), "recognized": figure(5)})}},
	{"member-state", "member-state/non-punishment-reference", obj{"Q17.3": yes(obj{"basis": "none", "reference": "Article 5"})}, obj{"Q17.3": yes(obj{"basis": "statute", "reference": "Article 5"})}},
	{"member-state", "member-state/children-within-identified",
		obj{"Q3.4": yes(obj{"identified": figureByForm(5)}), "Q19.1": yes(obj{"identified": []any{obj{"sex": "M", "age": "9-17", "form": "SERVITUDE", "value": 6}}})},
		obj{"Q3.4": yes(obj{"identified": figureByForm(5)}), "Q19.1": yes(obj{"identified": []any{obj{"sex": "M", "age": "9-17", "form": "SERVITUDE", "value": 5}}})}},
	{"member-state", "member-state/disability-within-served", obj{"Q20.1": yes(obj{"served": figureBySex(5), "with_disability": figureBySex(6)})}, obj{"Q20.1": yes(obj{"with_disability": figureBySex(6)})}},
	{"member-state", "member-state/detained-though-prohibited",
		obj{"Q21.1": status("no", obj{"law": "prohibited"}), "Q21.2": yes(obj{"accompanied": figureBySex(1)})},
		obj{"Q21.1": status("no", obj{"law": "prohibited"}), "Q21.2": yes(obj{"accompanied": figureBySex("<5")})}},
	{"member-state", "member-state/detained-victims-within-detained", obj{"Q21.2": yes(obj{"accompanied": figureBySex(1), "victims": figureBySex(2)})}, obj{"Q21.2": yes(obj{"victims": figureBySex(2)})}},
	{"member-state", "member-state/median-within-longest", obj{"Q21.2": yes(obj{"median_days": 9, "longest_days": 8})}, obj{"Q21.2": yes(obj{"median_days": 8, "longest_days": 8})}},
	{"member-state", "member-state/conflict-detected-within-identified",
		obj{"Q3.4": yes(obj{"identified": figureByForm(5)}), "Q23.2": yes(obj{"detected": figureByForm(6)})},
		obj{"Q3.4": yes(obj{"identified": figureByForm(5)}), "Q23.2": yes(obj{"detected": figureByForm(5)})}},
	{"member-state", "member-state/glotip-year", obj{"Q23.1": yes(obj{"year": 1999})}, obj{"Q23.1": yes(obj{"year": 2016})}},

	{"entity", "entity/raised-within-consulted", obj{"Q11.1": yes(obj{"consulted": 4, "raised": 5})}, obj{"Q11.1": yes(obj{"consulted": 5, "raised": 5})}},
	{"entity", "entity/visit-in-order", obj{"Q12.1": yes(obj{"assessments": []any{assessment("2018-02-01", "2018-01-01", "")}})}, obj{"Q12.1": yes(obj{"assessments": []any{assessment("2018-01-01", "2018-01-05", "")}})}},
	{"entity", "entity/follow-up-after-visit", obj{"Q12.1": yes(obj{"assessments": []any{assessment("2018-01-01", "2018-01-05", "2019-01-08")}})}, obj{"Q12.1": yes(obj{"assessments": []any{assessment("2018-01-01", "2018-01-05", "2019-01-05")}})}},
	{"entity", "entity/follow-up-after-visit", // further apart than a duration can be long
		obj{"Q12.1": yes(obj{"assessments": []any{assessment("0001-01-01", "0001-01-02", "9999-12-31")}})},
		obj{"Q12.1": yes(obj{"assessments": []any{assessment("9998-01-01", "9999-01-02", "9999-12-31")}})}},
	{"entity", "entity/follow-up-after-visit", obj{"Q12.1": yes(obj{"assessments": []any{assessment("2018-01-01", "2018-01-05", "2018-01-04")}})}, obj{"Q12.1": yes(nil)}},
	{"entity", "entity/policy-dated-without", obj{"Q31.1": status("no", obj{"policy": "no", "adopted": "2018-01-01"})}, obj{"Q31.1": yes(obj{"policy": "yes", "adopted": "2018-01-01"})}},
	{"entity", "entity/clause-share-without", obj{"Q31.2": status("no", obj{"share": 3})}, obj{"Q31.2": yes(obj{"share": 3})}},
	{"entity", "entity/asked-within-major", obj{"Q31.4": yes(obj{"major": 3, "asked": 4})}, obj{"Q31.4": yes(obj{"major": 4, "asked": 4})}},
	{"entity", "entity/policy-within-major", obj{"Q31.4": yes(obj{"major": 3, "with_policy": 4})}, obj{"Q31.4": yes(obj{"with_policy": 4})}},
	{"entity", "entity/disclosed-within-major", obj{"Q31.4": yes(obj{"major": 3, "disclosed": 4})}, obj{"Q31.4": yes(obj{"major": 3, "disclosed": 0})}},
	{"entity", "entity/findings-without-audits", obj{"Q31.5": yes(obj{"audits": 0, "findings": 1})}, obj{"Q31.5": yes(obj{"audits": 1, "findings": 2})}},
	{"entity", "entity/remedies-within-findings", obj{"Q31.5": yes(obj{"findings": 1, "remedies": 2})}, obj{"Q31.5": yes(obj{"findings": 2, "remedies": 2})}},

	{"mission", "mission/nothing-but-something", obj{"M33.6": yes(obj{"nothing": "security"}), "M33.2": yes(obj{"efforts": "Trained police."})}, obj{"M33.6": yes(obj{"nothing": "security"})}},
	{"mission", "mission/fragment-words",
		obj{"M33.2": status("yes", obj{"efforts": strings.Repeat("word ", 150), "text": strings.Repeat("word ", 150)}), "M33.3": yes(obj{"efforts": strings.Repeat("word ", 50)})},
		obj{"M33.2": status("yes", obj{"efforts": strings.Repeat("word ", 150), "text": strings.Repeat("word ", 149)}), "M33.3": yes(obj{"efforts": strings.Repeat("word ", 50)})}},
	{"mission", "mission/confirmed-within-identified", obj{"M33.4": yes(obj{"identified": 1, "confirmed": 2})}, obj{"M33.4": yes(obj{"identified": 2, "confirmed": 2})}},
	{"mission", "mission/responded-within-identified", obj{"M33.4": yes(obj{"identified": 1, "responded": 2})}, obj{"M33.4": yes(obj{"responded": 2})}},
	{"mission", "mission/outside-mandate-with-mandate",
		obj{"M33.1": yes(obj{"basis": "express"}), "M33.6": yes(obj{"nothing": "outside_mandate"})},
		obj{"M33.1": yes(obj{"basis": "none"}), "M33.6": yes(obj{"nothing": "outside_mandate"})}},
	{"mission", "mission/training-share-without", obj{"M26.2": status("no", obj{"share": 5})}, obj{"M26.2": yes(obj{"share": 5})}},
	{"financial-flows", "financial-flows/linked-within-cases", obj{"Q9.3": yes(obj{"cases": 2, "linked": 3})}, obj{"Q9.3": yes(obj{"cases": 3, "linked": 3})}},
	{"financial-flows", "financial-flows/amounts-without-cases",
		obj{"Q9.3": yes(obj{"cases": 0, "amounts": []any{obj{"amount": 1, "currency": "EUR"}}})},
		obj{"Q9.3": yes(obj{"amounts": []any{obj{"amount": 1, "currency": "EUR"}}})}},
	{"financial-flows", "financial-flows/corridor-within-one-country",
		obj{"Q9.4": yes(obj{"corridors": []any{obj{"from": "LBY", "to": "ITA"}, obj{"from": "LBY", "to": "LBY"}}})},
		obj{"Q9.4": yes(obj{"corridors": []any{obj{"from": "LBY", "to": "ITA"}}})}},
	{"financial-flows", "financial-flows/disseminated-within-received", obj{"Q9.5": yes(obj{"received": 3, "disseminated": 4})}, obj{"Q9.5": yes(obj{"disseminated": 4})}},
	{"financial-flows", "financial-flows/indicators-dated-without", obj{"Q9.5": status("no", obj{"indicators_issued": "2018-01-01"})}, obj{"Q9.5": yes(obj{"indicators_issued": "2018-01-01"})}},

	{"glotip-extract", "glotip-extract/year", obj{"Q23.1": yes(obj{"year": 2101})}, obj{"Q23.1": yes(obj{"year": 2016})}},
	{"glotip-extract", "glotip-extract/from-conflict-within-detected",
		obj{"Q23.2": yes(obj{"detected": figureByForm(6)}), "Q23.6": yes(obj{"detected": figureByForm(5)})},
		obj{"Q23.2": yes(obj{"detected": figureByForm(4)}), "Q23.6": yes(obj{"detected": figureByForm("<5")})}},
	{"glotip-extract", "glotip-extract/citizenship-within-detected",
		obj{"Q23.6": yes(obj{"detected": figureByForm(5), "citizenship": []any{obj{"state": "SYR", "count": 6}}})},
		obj{"Q23.6": yes(obj{"detected": figureByForm(5), "citizenship": []any{obj{"state": "SYR", "count": "<5"}, obj{"state": "NGA"}, obj{"state": "IRQ", "count": 5}}})}},
	{"glotip-extract", "glotip-extract/citizenship-once",
		obj{"Q23.6": yes(obj{"citizenship": []any{obj{"state": "SYR"}, obj{"state": "NGA"}, obj{"state": "SYR", "count": 2}}})},
		obj{"Q23.6": yes(obj{"citizenship": []any{obj{"state": "SYR"}, obj{"state": "NGA"}}})}},
	{"glotip-extract", "glotip-extract/repatriated-within-detected",
		obj{"Q23.6": yes(obj{"detected": figureByForm(5)}), "Q23.7": yes(obj{"repatriated": figure(6)})},
		obj{"Q23.6": yes(obj{"detected": figureByForm(5)}), "Q23.7": yes(obj{"repatriated": figure(5)})}},
	{"glotip-extract", "glotip-extract/prosecuted-within-contact", obj{"Q23.9": yes(obj{"contact": figure(5), "prosecuted": figure(6)})}, obj{"Q23.9": yes(obj{"prosecuted": figure(6)})}},
	{"glotip-extract", "glotip-extract/convicted-within-prosecuted",
		obj{"Q23.9": yes(obj{"prosecuted": figure(5), "convicted": figure(6)})}, obj{"Q23.9": yes(obj{"prosecuted": figure("<5"), "convicted": figure(4)})}},

	{"procurement-disclosure", "procurement-disclosure/policy-dated-without", obj{"Q31.1": yes(obj{"policy": "no", "adopted": "2018-01-01"})}, obj{"Q31.1": yes(obj{"policy": "yes", "adopted": "2018-01-01"})}},
	{"procurement-disclosure", "procurement-disclosure/clause-share-without", obj{"Q31.2": status("no", obj{"share": 3})}, obj{"Q31.2": status("no", obj{"share": 0})}},
	{"procurement-disclosure", "procurement-disclosure/asked-within-major", obj{"Q31.4": yes(obj{"major": 3, "asked": 4})}, obj{"Q31.4": yes(obj{"asked": 4})}},
	{"procurement-disclosure", "procurement-disclosure/policy-within-major", obj{"Q31.4": yes(obj{"major": 3, "with_policy": 4})}, obj{"Q31.4": yes(obj{"major": 4, "with_policy": 4})}},
	{"procurement-disclosure", "procurement-disclosure/disclosed-within-asked", obj{"Q31.4": yes(obj{"asked": 3, "disclosed": 4})}, obj{"Q31.4": yes(obj{"asked": 3, "disclosed": 3})}},
	{"procurement-disclosure", "procurement-disclosure/findings-without-audits", obj{"Q31.5": yes(obj{"audits": 0, "findings": 1})}, obj{"Q31.5": yes(obj{"audits": 0, "findings": 0})}},
	{"procurement-disclosure", "procurement-disclosure/remedies-within-findings", obj{"Q31.5": yes(obj{"findings": 1, "remedies": 2})}, obj{"Q31.5": yes(obj{"remedies": 2})}},
	{"procurement-disclosure", "procurement-disclosure/supplier-named", obj{"Q31.8": yes(nil)}, obj{"Q31.8": yes(obj{"supplier": []any{obj{"name": "A Company"}}})}},
	{"procurement-disclosure", "procurement-disclosure/supplier-without",
		obj{"Q31.8": status("no", obj{"supplier": []any{obj{"name": "A Company"}}})}, obj{"Q31.8": status("no", nil)}},

	{"mission", "mission/assessment-after-period", obj{"M26.1": yes(obj{"assessed": "2018-09-02"})}, obj{"M26.1": yes(obj{"assessed": "2018-02-02"})}},

	{"briefing-reply", "briefing-reply/speaker-without-part", obj{"B23.1": status("no", obj{"speaker": "Executive Director"})}, obj{"B23.1": yes(obj{"speaker": "Executive Director"})}},
	{"briefing-reply", "briefing-reply/speaker-needed", obj{"B23.1": yes(obj{"mode": "video"})}, obj{"B23.1": yes(obj{"mode": "written"})}},
	{"briefing-reply", "briefing-reply/contribution-words",
		obj{"B23.2": status("yes", obj{"contribution": strings.Repeat("word ", 100), "text": strings.Repeat("word ", 101)})},
		obj{"B23.2": status("yes", obj{"contribution": strings.Repeat("word ", 100), "text": strings.Repeat("word ", 100)})}},
	{"dissemination-report", "dissemination-report/dated-without", obj{"D24.1": status("no", obj{"disseminated": "2018-02-01"})}, obj{"D24.1": yes(obj{"disseminated": "2018-02-01"})}},
	{"dissemination-report", "dissemination-report/recipients-without",
		obj{"D24.1": yes(obj{"units": 0, "recipients": []any{obj{"to": "Field offices"}}})}, obj{"D24.1": yes(obj{"units": 1, "recipients": []any{obj{"to": "Field offices"}}})}},
	{"dissemination-report", "dissemination-report/use-without", obj{"D24.2": status("no", obj{"activities": []any{"training"}})}, obj{"D24.2": status("in_part", obj{"activities": []any{"training"}})}},
	{"dissemination-report", "dissemination-report/staff-without", obj{"D24.3": status("no", obj{"staff": figureBySex(1)})}, obj{"D24.3": status("no", obj{"staff": figureBySex("<5")})}},
	{"training-report", "training-report/share-without", obj{"M26.2": status("no", obj{"share": 5})}, obj{"M26.2": yes(obj{"share": 5})}},
	{"training-report", "training-report/trained-without", obj{"M26.2": status("no", obj{"police": figureBySex(5)})}, obj{"M26.2": yes(obj{"police": figureBySex(5)})}},
	{"training-report", "training-report/assessment-after-period", obj{"M26.1": yes(obj{"assessed": "2018-09-02"})}, obj{"M26.1": yes(obj{"assessed": "2018-02-02"})}},
	{"expertise-report", "expertise-report/experts-without", obj{"E29.1": status("no", obj{"experts": 3})}, obj{"E29.1": yes(obj{"experts": 3})}},
	{"expertise-report", "expertise-report/guidance-dated-without", obj{"E29.2": status("no", obj{"adopted": "2018-02-01"})}, obj{"E29.2": yes(obj{"adopted": "2018-02-01"})}},
	{"expertise-report", "expertise-report/guidance-after-period", obj{"E29.2": yes(obj{"adopted": "2018-09-02"})}, obj{"E29.2": yes(obj{"adopted": "2018-08-31"})}},
	{"coordination-report", "coordination-report/attended-within-held", obj{"C32.1": yes(obj{"held": 2, "meetings": 3})}, obj{"C32.1": yes(obj{"held": 3, "meetings": 3})}},
	{"coordination-report", "coordination-report/meetings-without", obj{"C32.1": status("no", obj{"meetings": 1})}, obj{"C32.1": status("no", obj{"meetings": 0})}},
	{"coordination-report", "coordination-report/level-without", obj{"C32.1": status("no", obj{"level": "principals"})}, obj{"C32.1": yes(obj{"level": "working"})}},
}

func assessment(from, to, followUp string) obj {
	a := obj{"assessment": "1", "state": "MLI", "included": "yes", "visit_from": from, "visit_to": to}
	if followUp != "" {
		a["follow_up_due"] = followUp
	}
	return a
}

func TestRulesStrikeWhereTheyShould(t *testing.T) {
	struck := map[string]bool{}
	for _, test := range allRuleCases(t) {
		t.Run(test.questionnaire+" "+test.rule, func(t *testing.T) {
			q := latest(t, test.questionnaire)
			_, broken := check(t, q, envelope(q.QuestionnaireRef, test.broken))
			if rules := rulesOf(broken); !slices.Equal(rules, []string{test.rule}) {
				t.Errorf("the broken answer has %v", show(broken))
			}
			_, kept := check(t, q, envelope(q.QuestionnaireRef, test.kept))
			if len(kept) > 0 {
				t.Errorf("the good answer has %v", show(kept))
			}
		})
		struck[test.rule] = true
	}
	for _, id := range questionnaireIDs {
		for _, r := range load(t).latest[id].rules {
			if !struck[r.id] && !strings.HasPrefix(r.id, "header/") {
				t.Errorf("no case breaks the rule %s", r.id)
			}
		}
	}
}

// sections are the questionnaires for one section of a host report, and the one
// that each takes questions and rules from.
var sections = map[string]string{
	"mission-section": "mission", "monitoring-team-section": "entity", "assessment-section": "entity",
}

// allRuleCases is ruleCases and, for what a section takes from another
// questionnaire, the same cases there.
func allRuleCases(t *testing.T) []ruleCase {
	t.Helper()
	all := slices.Clone(ruleCases)
	for section, whole := range sections {
		for _, r := range load(t).latest[section].rules {
			for _, test := range ruleCases {
				if name, own := strings.CutPrefix(r.id, section+"/"); own && test.rule == whole+"/"+name {
					all = append(all, ruleCase{section, r.id, test.broken, test.kept})
				}
			}
		}
	}
	return all
}

func rulesOf(findings []rapporteur.Finding) []string {
	var rules []string
	for _, f := range findings {
		rules = append(rules, f.Rule)
	}
	slices.Sort(rules)
	return slices.Compact(rules)
}

func TestRulesOfTheHeader(t *testing.T) {
	q := latest(t, "entity")
	for rule, change := range map[string]func(header obj){
		"header/period-in-order":     func(h obj) { h["period"] = obj{"from": "2018-01-02", "to": "2018-01-01"} },
		"header/quoted-confidential": func(h obj) { h["classification"] = "confidential" },
	} {
		doc := envelope(q.QuestionnaireRef, obj{"Q31.7": yes(nil)})
		change(doc["header"].(obj))
		if _, findings := check(t, q, doc); !slices.Equal(rulesOf(findings), []string{rule}) {
			t.Errorf("%s: got %v", rule, show(findings))
		}
	}
}

func TestEveryQuestionnaireHasItsOwnRules(t *testing.T) {
	for id, least := range map[string]int{"member-state": 20, "entity": 6, "mission": 5} {
		own := 0
		for _, r := range load(t).latest[id].rules {
			if strings.HasPrefix(r.id, id+"/") {
				own++
			}
		}
		if own < least {
			t.Errorf("%s has %d rules of its own, want at least %d", id, own, least)
		}
	}
}
