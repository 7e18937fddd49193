package personal

// institutionWords are words that are written with a capital and are no names of
// persons: of institutions, documents, offices, places and times.
//
//nolint:misspell // French has its own spelling
var institutionWords = wordSet(`
		the in on at for of and to by from under see this these that its our an all total since until during with
		ministry minister ministers department office agency authority authorities bureau service services unit division directorate
		government governments state states republic kingdom federation federal federative union united nations national international
		regional central general high higher supreme constitutional court courts tribunal parliament assembly council security senate
		house commission commissioner committee board task force working group centre center institute institution university school
		secretary secretariat president prime director attorney prosecutor prosecution public police border guard guards army armed
		forces customs immigration migration labour labor justice interior foreign affairs defence defense health education finance
		social development planning human rights trafficking persons women children child victim victims witness support protection
		action plan strategy programme program project fund trust bank organization organisation association foundation society
		campaign initiative day week forum summit conference workshop seminar coalition observatory shelter hospital clinic church hope heart blue red green
		campagne journée semaine forum atelier campaña jornada semana foro taller кампания форум неделя
		network alliance company ltd limited inc corporation group law laws act acts code penal criminal civil procedure decree
		article articles section chapter annex resolution resolutions decision convention protocol treaty agreement charter report
		reports reporting database system register registry case file files number budget line account code reference tender contract
		january february march april may june july august september october november december
		monday tuesday wednesday thursday friday saturday sunday
		north northern south southern east eastern west western new old great san santa saint port cape fort lake mount island islands
		africa african asia asian europe european america american arab latin pacific middle
		sierra leone burkina faso costa rica cabo verde saudi arabia sri lanka viet nam hong kong papua guinea buenos aires addis ababa
		box p.o. po bp cp apartado puerto rico el salvador abu dhabi tel aviv phnom penh kuala lumpur mexico city guatemala panama ciudad rio janeiro sao paulo
		le la les des du une un aux ministère ministre gouvernement état états république royaume loi décret code pénal cour suprême
		tribunal conseil sécurité assemblée nationale nations unies police gendarmerie direction générale comité commission agence
		fonds banque plan rapport résolution convention protocole affaires étrangères santé éducation droits femme femmes enfants
		los las ministerio ministro ministra gobierno estado estados república reino ley decreto código corte suprema fiscalía fiscal
		consejo seguridad asamblea nacional naciones unidas policía dirección comité comisión agencia fondo banco plan informe
		resolución convención protocolo relaciones exteriores salud educación derechos mujer mujeres niños personas víctimas trata
		министерство министр правительство государство республика федерация российская федеральный федеральная закон указ
		постановление кодекс уголовный суд верховный прокуратура генеральный совет безопасности ассамблея организация объединенных
		наций полиция служба комитет комиссия агентство фонд банк план доклад резолюция конвенция протокол иностранных дел
		عدد وزارة الحكومة القانون المحكمة
		受害人 人数 人口 数据 总数 保护 援助 救助 识别 报告`)
