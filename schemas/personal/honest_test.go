package personal

// honest are what reports are full of, and must never be taken for somebody's
// data.
//
//nolint:misspell // French has its own spelling
var honest = []string{
	// Laws, cases, documents, publications.
	"Law No. 12 of 2018, article 149-ter, paragraphs 1-3.",
	"Law 27/2003 and Government Decision No. 1234/2018 entered into force on 1 January 2019.",
	"See S/RES/2388 (2017), S/2018/1042, A/RES/72/1, A/HRC/38/45 and CTOC/COP/WG.4/2018/2.",
	"Council resolutions 1325 (2000), 1373 (2001), 2331 (2016) and 2388 (2017) were circulated.",
	"Following resolution 2331 (2016) 120 000 leaflets were printed.",
	"Treaty Series, vol. 2237, No. 39574; vol. 2225, No. 39574; registration number 39574.",
	"Decree 2018/0045 (OJ L 123, 4.5.2018, p. 12); Directive 2011/36/EU; CELEX 32011L0036.",
	"Case file 4-2018-000123 of the court; Act No. 26-2016; BOE-A-2018-12345.",
	"Rantsev v. Cyprus and Russia, application no. 25965/04; Chowdury and Others v. Greece, no. 21884/15; S.M. v. Croatia (no. 60561/14).",
	"ISBN 978-92-1-130352-8, eISBN 978-92-1-047452-8, ISSN 2411-8389, sales No. E.18.IV.2.",
	"Criminal Code, sections 240.1-240.3; Sentencia C-470/16; Expediente 00012-2018.",
	"GLOTIP 2018; ISO 3166-1 alpha-3; SDG 16.2.2; CEB/2022/HLCM/19; ST/SGB/2007/6; ILO C029, P029 and C182.",
	"Supreme Court, judgment of 14 March 2018, docket 17-1234.",
	"Gazette No. 4512345 of 12 May 2018; Notice 2018-11-21/3.",
	"Regulation (EU) 2016/679; Framework Decision 2002/629/JHA; CETS No. 197.",
	"Vessel seized by the navy, IMO 9074729.",
	// Dates, periods, sections.
	"From 2017-11-21 to 2018-08-31, 1 234 567 persons were screened.",
	"Between 01.01.2018-31.12.2018 and on 03/04/2018, 17/18 and 2016-2018.",
	"See sections 5.1.2.3, 1.1, 1.2, 1.3 and paragraphs 1, 2, 3, 4, 5, 6, 7, 8 and 9.",
	"In 2014, 2015, 2016, 2017 and 2018 there were 120, 145, 98, 133 and 201 cases.",
	"2016: 1590; 2017: 1604; 2018: 1721. Children born in 2004-2010 were 35%.",
	"Years 2010 2011 2012 2013 2014 2015 2016 2017 2018",
	// Amounts and figures.
	"USD 1,234,567.89 were frozen in 2016, 2017 and 2018; EUR 450000 in 2018.",
	"A budget of 12500000 CFA francs, i.e. $ 21,500, and €1.234.567,00 were allotted.",
	"The budget line 1234567 carried 25000000 in 2018.",
	"Some 123456 leaflets, 25000 posters and 8500000 messages were sent.",
	"In total 1200000 workers were reached, 120000 of them abroad; 45678 were minors.",
	"Passports: 12 500 were issued; national ID cards were issued to 120,000 persons.",
	"Identity cards: 120000 persons received one in 2018. Telephone surveys reached 15000 households.",
	"Phone screening covered 25000 workers; mobile teams saw 12345 persons.",
	"An increase of +25 per cent (2017-2018), from 10234 to 12792 cases; 100 000 of 1 000 000.",
	"Women 1,204 (61.3%), men 760 (38.7%); <5 unknown; 0-17: 415; 18+: 1549",
	"1:100000 scale; 3.14159; 6.02e23; 10^15; 50.1109N 8.6821E",
	// Institutions, places, office holders.
	"The Ministry of Justice, the National Rapporteur and the Office of the Prosecutor General met 12345 times.",
	"Sierra Leone, Burkina Faso, Saudi Arabia and Viet Nam ratified the Protocol in 2003, 2002, 2007 and 2012.",
	"Ms. Maria Grazia Giammarinaro, Special Rapporteur, visited in 2018; the State received 3 recommendations.",
	"Ambassador John Smith presented the report on 21 November 2018.",
	"Mr. Yury Fedotov, Executive Director, opened the meeting attended by 25000 persons.",
	"Nadia Murad addressed the Council in December 2015; 6417 Yazidis had been abducted.",
	"In Buenos Aires 123456 leaflets and in Addis Ababa 45678 leaflets were distributed.",
	"The President signed Law 12345678 on Support to Victims.",
	"UNODC, IOM, UNHCR, ILO, UNICEF and INTERPOL; the Blue Heart Campaign reached 1500000 viewers.",
	"Police Nationale: 1234567; Plan National, 2345678; Blue Heart Campaign (8500123); Buenos Aires: 1234567; Ministry of Justice 12345671.",
	"Contract 12345678 with Safe Horizon Foundation.",
	// Hotlines are everybody's.
	"The national hotline 116 006 is free; helpline 0800 111 222 and hotline +254 800 720 160 answer in 12 languages.",
	"Numéro vert : 0800 123 456. Línea gratuita nacional 01800 5533 000. Горячая линия 8-800-200-01-22.",
	"الخط الساخن 0800123456 متاح", "全国热线 12338 和 热线电话0800123456",
	"Write to: 51 Franklin Street, Boston, MA 02110-1301, USA; 1211 Geneva 10; P.O. Box 30218-00100; 75007 Paris.",
	// Addresses of pages, handles, clock times.
	"The report is at https://www.un.org/securitycouncil/content/2388-2017 and https://bugs.example.org/show?id=8500034&tel=0712345678; follow us on Twitter @UNODC. The Office answers.",
	"Meetings at noon, at the Ministry; on the dot; from 09:30 to 12.45.",
	"The data dictionary at unodc.org lists the variables; see page 12 at the end.",
	"Received 2018-03-01T09:00:00.000000005Z; file 550e8400-e29b-41d4-a716-446655440000, sha256 0123456789abcdef0123456789abcdef, MD5 07123456789ab.",
	// Words about case files that are not one.
	"The register records name, age, sex and nationality of victims, and the means of control.",
	"We align with the Human Trafficking Case Data Standard, with fields on exploitation, consent and case status.",
	"Sex,Age,Count\nF,18+,20\nM,18+,12", "Nationality;Sex;Age;Victims\nNGA;F;18+;20\nNGA;M;18+;4",
	"Name;Count\nPolice;12\nCourts;8", "Institution | Role\nPolice | identifies\nNGOs | assist",
	"per_capita, con_venience and pre_trial are not columns; ClosedReferred, JavaScript, UNiTE, PhD.",
	// French.
	"Loi n° 2014-039 du 12 août 2014 ; article 225-4-1 du code pénal ; décret n° 2018-123456.",
	"Le ministère a dépensé 1 234 567 € en 2018, soit 12 % de plus ; 123 456 personnes ont été sensibilisées.",
	"M. Jean Dupont, ministre de la justice, a ouvert la réunion le 21/11/2018 ; 25000 affiches ont été imprimées.",
	"Le nombre de victimes identifiées est de 12345 ; les passeports délivrés sont au nombre de 120000.",
	"Affaire C-123/17 ; arrêt du 14.03.2018 ; JO du 12 mai 2018, p. 12345.",
	"Nombre de téléphones saisis : 123456 ; cartes d’identité délivrées : 120000.",
	// Spanish.
	"Ley 27.508, artículo 12; Código Penal 145 bis y 145 ter; Decreto Supremo N° 1234567.",
	"La Ley 1257 de 2008 y el Decreto 1069 de 2014; Sentencia T-1234 de 2018; resolución 000123 de 2018.",
	"El presupuesto fue de 12.345.678,90 pesos; se capacitó a 123.456 personas; total: 1.234.567.",
	"Se entregaron pasaportes a 12345 personas en Ciudad Juárez y San Salvador en 2018.",
	"La Fiscalía General de la Nación recibió 123456 denuncias; Nombre del programa: Plan Nacional 2018.",
	// Russian.
	"Федеральный закон № 119-ФЗ от 20.08.2004, статья 127.1 Уголовного кодекса; указ № 1234567.",
	"В 2018 году выявлено 12 345 потерпевших, израсходовано 1 234 567 рублей; выдано 120000 паспортов.",
	"Российская Федерация, Республика Беларусь: 1234 и 567 дел в 2016, 2017 и 2018 годах.",
	"Телефонные опросы охватили 25000 человек; мобильные группы посетили 12345 домов.",
	// Arabic.
	"القانون رقم ٦٤ لسنة ٢٠١٠ والقرار رقم ١٢٣٤٥٦ لسنة ٢٠١٨",
	"بلغ عدد الضحايا ١٢٣٤٥ ضحية في عام ٢٠١٨، منهم ٢٬٣٤٥ طفلا، وأنفقت الوزارة ١٬٢٣٤٬٥٦٧ دولارا",
	"من ٢٠١٧/١١/٢١ إلى ٢٠١٨/٠٨/٣١؛ المادة ١٢ والمادة ١٣",
	"خطة مکافحه با همکاری نهاد\u200cها؛ ۱۲۳۴۵ نفر در سال ۲۰۱۸",
	// Chinese.
	"《中华人民共和国刑法》第240条；国发〔2018〕12号；最高人民法院（2018）第12345号。",
	"2018年共解救被拐卖儿童12345名、妇女6789人，投入资金1234567元，培训120000人次。",
	"自2017年11月21日至2018年8月31日，共立案1234起，查处案件567件。",
	"预算１２３４５６７元，受害人人数为12345。",
	// Hindi digits of figures.
	"वर्ष २०१८ में १२३४५ पीड़ित पहचाने गए",
}
