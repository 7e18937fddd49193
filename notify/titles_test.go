package notify_test

import "github.com/rapporteur/rapporteur"

// The titles and names that letters of the tests have, as the catalogue
// translates them.
var (
	reportTitles = map[string]string{
		"ar": "تقرير الأمين العام عن الاتجار بالأشخاص في النزاعات المسلحة", "zh": "秘书长关于武装冲突中贩运人口问题的报告",
		"fr": "Rapport du Secrétaire général sur la traite des personnes dans les conflits armés",
		"ru": "Доклад Генерального секретаря о торговле людьми в условиях вооруженного конфликта",
		"es": "Informe del Secretario General sobre la trata de personas en los conflictos armados", //nolint:misspell // Spanish
	}
	sectionTitles = rapporteur.Titles{
		Subject: map[string]string{
			"ar": "الاتجار بالأشخاص في التقارير الدورية عن عمليات حفظ السلام والبعثات السياسية الخاصة",
			"zh": "维持和平行动和特别政治任务定期报告中的贩运人口问题",
			"fr": "La traite des personnes dans les rapports périodiques sur les opérations de maintien de la paix et les missions politiques spéciales",
			"ru": "Торговля людьми в регулярных докладах об операциях по поддержанию мира и специальных политических миссиях",
			"es": "La trata de personas en los informes periódicos sobre las operaciones de mantenimiento de la paz y las misiones políticas especiales",
		},
		Host: map[string]string{
			"ar": "تقرير الأمين العام: بعثة الأمم المتحدة في جنوب السودان", "zh": "秘书长的报告：联合国南苏丹特派团(南苏丹特派团)",
			"fr": "Rapport du Secrétaire général : Mission des Nations Unies au Soudan du Sud (MINUSS)",
			"ru": "Доклад Генерального секретаря: Миссия Организации Объединенных Наций в Южном Судане (МООНЮС)",
			"es": "Informe del Secretario General: Misión de las Naciones Unidas en Sudán del Sur (UNMISS)",
		},
	}
	briefingTitles = map[string]string{
		"ar": "الإحاطة المقدمة إلى مجلس الأمن بشأن الاتجار بالأشخاص في النزاعات المسلحة", "zh": "就武装冲突中贩运人口问题向安全理事会通报情况",
		"fr": "Exposé au Conseil de sécurité sur la traite des personnes dans les conflits armés",
		"ru": "Брифинг для Совета Безопасности по вопросу о торговле людьми в условиях вооруженного конфликта",
		"es": "Exposición informativa ante el Consejo de Seguridad sobre la trata de personas en los conflictos armados", //nolint:misspell // Spanish
	}
)

// paragraphOf is how a language names a paragraph of the resolution.
var paragraphOf = map[string]string{
	"ar": "الفقرة %s من قرار مجلس الأمن 2388 (2017)", "zh": "安全理事会第2388(2017)号决议执行部分第%s段",
	"en": "operative paragraph %s of Security Council resolution 2388 (2017)", "fr": "paragraphe %s de la résolution 2388 (2017) du Conseil de sécurité",
	"ru": "пункта %s резолюции 2388 (2017) Совета Безопасности", "es": "párrafo %s de la resolución 2388 (2017) del Consejo de Seguridad",
}

// lettered is how a language cites OP23.a.
var lettered = map[string]string{"ar": "23 (أ)", "zh": "23(a)", "en": "23 (a)", "fr": "23 (a)", "ru": "23 a)", "es": "23 a)"}

// kindly are words of which every mail to a Government has one.
var kindly = map[string]string{
	"ar": "ممتنة|تشكر|لم تعد الأمانة العامة بحاجة|من المفيد للغاية", "zh": "感激|感谢|不再需要",
	"en": "grateful|thanks|no longer needs", "fr": "reconnaissant|remercie",
	"ru": "признателен|благодарит|больше не", "es": "agradec|ya no necesita",
}

// governments are the words for one, which no entity is called.
var governments = map[string]string{"ar": "حكومت", "zh": "政府", "en": "Government", "fr": "Gouvernement", "ru": "правительств", "es": "Gobierno"}
