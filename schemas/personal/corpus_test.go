package personal

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur/internal/needs"
)

// harmful are texts that must not be kept, and what is in each.
var harmful = []struct {
	text string
	want Kind
}{
	{"Write to maria.lopez@example.org for details.", Email},
	{"имя@пример.рф", Email},
	{"maria (at) example (dot) org", Email},
	{"maria [at] example.org", Email},
	{"maria at example dot org", Email},
	{"maria arroba ejemplo punto org", Email},
	{"maria＠example．org", Email},
	{"ma\u200bria@exa\u200bmple.org", Email},
	{"maria @ example . org", Email},

	{"Call +254 20 762 1234 in the morning.", Telephone},
	{"Call 0041 22 917 1234.", Telephone},
	{"(212) 963-1234", Telephone},
	{"212-963-1234", Telephone},
	{"+41 (0)22 917 12 34", Telephone},
	{"Her mobile is 0712 345 678.", Telephone},
	{"0712345678", Telephone},
	{"Tel: 762 1234", Telephone},
	{"tél. 06 12 34 56 78", Telephone},
	{"Teléfono móvil: 612 345 678", Telephone},
	{"WhatsApp 5512345678", Telephone},
	{"тел. 8 (912) 345-67-89", Telephone},
	{"Звонить +7 912 345-67-89", Telephone},
	{"هاتف: ٠٧٩١٢٣٤٥٦٧", Telephone},
	{"رقم هاتفها ۰۹۱۲۳۴۵۶۷۸۹", Telephone},
	{"电话：１３８１２３４５６７８", Telephone},
	{"她的手机号码是13812345678。", Telephone},
	{"联系人 138 1234 5678", Telephone},
	{"फ़ोन +९१ ९८७६५ ४३२१०", Telephone},
	{"0 7 1 2 3 4 5 6 7 8", Telephone},
	{"0.7.1.2.3.4.5.6.7.8", Telephone},
	{"07\u200b12\u200b34\u200b56\u200b78", Telephone},
	{"＋２５４ ７１２ ３４５ ６７８", Telephone},
	{"+254\u00a0712\u00a0345\u00a0678", Telephone},

	{"Passport no. 123456789", IdentityDocument},
	{"Her passport 123456789 was taken from her.", IdentityDocument},
	{"The victim held AB1234567.", IdentityDocument},
	{"the bearer of passport N 1234567", IdentityDocument},
	{"National ID: 28374651", IdentityDocument},
	{"ID 28374651, aged 17", IdentityDocument},
	{"passeport n° 09AB12345", IdentityDocument},
	{"carte d’identité n° 880692310285", IdentityDocument},
	{"titulaire du passeport numéro 07CK12345", IdentityDocument},
	{"cédula de identidad No. 1.234.567", IdentityDocument},
	{"DNI 12345678Z", IdentityDocument},
	{"CURP, DNI o pasaporte: 87654321", IdentityDocument},
	{"паспорт серия 4510 № 123456", IdentityDocument},
	{"Паспорт: 45 10 123456", IdentityDocument},
	{"СНИЛС 112-233-445 95", IdentityDocument},
	{"ИНН 500100732259", IdentityDocument},
	{"رقم الهوية: ١٢٣٤٥٦٧٨٩٠", IdentityDocument},
	{"جواز السفر رقم ١٢٣٤٥٦٧", IdentityDocument},
	{"身份证号：110101199903070014", IdentityDocument},
	{"110101199903070014", IdentityDocument},
	{"11010119990307002X", IdentityDocument},
	{"护照号码E12345678", IdentityDocument},
	{"SSN 078-05-1120", IdentityDocument},
	{"078-05-1120", IdentityDocument},
	{"CNIC 35202-1234567-1", IdentityDocument},
	{"784-1990-1234567-1", IdentityDocument},
	{"CPF 123.456.789-09", IdentityDocument},
	{"12.345.678-9", IdentityDocument},
	{"2 85 05 78 006 084 91", IdentityDocument},
	{"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", IdentityDocument},
	{"pass\u00adport no. 1\u200b2\u200b3\u200b4\u200b5\u200b6\u200b7", IdentityDocument},

	{"Amina Yusuf, 8021345", Person},
	{"8021345 - Amina Yusuf", Person},
	{"Amina Yusuf (80213459)", Person},
	{"Ms. Grace Achieng was found in the house; file 28374", Person},
	{"the victim Maria Lopez, record 45871", Person},
	{"Name: Blessing Okafor; reference 334455", Person},
	{"a girl named Blessing, 334455", Person},
	{"Mme Aïssatou Diallo, dossier 74512", Person},
	{"une jeune femme nommée Fatou, 1234567", Person},
	{"la víctima María García, expediente 774512", Person},
	{"Sra. Guadalupe Hernández 99887", Person},
	{"Иванова Мария Петровна, 45101", Person},
	{"Иванова М.П. 4510123", Person},
	{"г-жа Иванова, дело 12345", Person},
	{"السيدة فاطمة علي ١٢٣٤٥", Person},
	{"الضحية زينب، ملف ٩٨٧٦٥", Person},
	{"فاطمة بنت علي ١٢٣٤٥٦٧", Person},
	{"姓名：王小丽，编码 8021345", Person},
	{"受害人李娜 80213", Person},
	{"王小丽, 8021345", Person},
	{"DOB: 12/03/1999", Person},
	{"date de naissance : 12.03.1999", Person},
	{"дата рождения 12.03.1999", Person},
	{"出生日期：1999-03-12", Person},

	{"prs_FirstName: A.", CaseRecord},
	{"vic_TypeOfExploitation: ForcedLabour", CaseRecord},
	{"org_Name and spl_Date", CaseRecord},
	{"ageBroad: 9--17", CaseRecord},
	{`{"gender": "Female", "majorityStatus": "Minor"}`, CaseRecord},
	{"gender,ageBroad,majorityStatus\nFemale,9--17,Minor", CaseRecord},
	{"meansThreats;isForcedLabour;recruiterRelationFamily\n1;1;", CaseRecord},
	{"yearOfRegistration\tCountryOfExploitation\n2016\tUS", CaseRecord},
	{"Name;Age;Sex;Nationality\nM.;17;F;NGA\nB.;19;F;NGA", CaseRecord},
	{"first_name,last_name\nA,B", CaseRecord},
	{"ФИО;возраст;пол\nА;17;ж", CaseRecord},
	{"姓名,年龄,性别\n王,17,女", CaseRecord},
	{"vic_\u200bTypeOfExploitation", CaseRecord},
}

func TestHarmfulTextsAreFound(t *testing.T) {
	for _, h := range harmful {
		if got := In(h.text); !slices.Contains(got, h.want) {
			t.Errorf("%q: found %v, want %s", h.text, got, h.want)
		}
		if got := In("Report of the authorities. " + h.text); !slices.Contains(got, h.want) && h.want != CaseRecord && !strings.HasPrefix(h.text, "P<") {
			t.Errorf("%q after a sentence: found %v, want %s", h.text, got, h.want)
		}
	}
}

func TestHonestTextsAreLeftAlone(t *testing.T) {
	for _, text := range honest {
		for _, variant := range []string{text, strings.ToUpper(text), text + "\n" + text, "In 2018: " + text} {
			if got := In(variant); got != nil {
				t.Errorf("%q: found %v", variant, got)
			}
		}
	}
}

// The resolution itself is as honest as a text can be.
func TestTheResolutionIsLeftAlone(t *testing.T) {
	text, err := os.ReadFile(needs.SharedFile(t, "s-res-2388-2017.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if got := In(string(text)); got != nil {
		t.Errorf("the whole text: found %v", got)
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		if got := In(line); got != nil {
			t.Errorf("%q: found %v", line, got)
		}
	}
	body, err := os.ReadFile(needs.SharedFile(t, "s-res-2388-2017.paragraphs.json"))
	if err != nil {
		t.Fatal(err)
	}
	if got := In(string(body)); got != nil {
		t.Errorf("the file of paragraphs: found %v", got)
	}
	var paragraphs []struct{ Text string }
	if err := json.Unmarshal(body, &paragraphs); err != nil {
		t.Fatal(err)
	}
	if len(paragraphs) < 35 {
		t.Fatalf("only %d paragraphs", len(paragraphs))
	}
	for _, p := range paragraphs {
		if got := In(p.Text); got != nil {
			t.Errorf("%q: found %v", p.Text, got)
		}
	}
}
