package workbook

// What a file may have at most. The longest questionnaire, filled in by Excel or
// LibreOffice, is below a tenth of each; the worst answer that the API takes, two
// mebibytes of apostrophes, unpacks to less than freeRatio.
const (
	maxPacked   = 5 << 20  // bytes of the file
	maxUnpacked = 24 << 20 // bytes of all its parts that are read
	maxRatio    = 100      // unpacked to packed, once unpacked is over freeRatio
	freeRatio   = 16 << 20
	maxParts    = 500
	maxSheets   = 200
	maxRows     = 50_000  // of all sheets
	maxCells    = 200_000 // with or without a value
	maxStrings  = 200_000 // shared strings
	maxText     = 12 << 20
	maxFindings = 500

	maxCSV      = 2 << 20 // bytes
	maxCSVLines = 50_000

	// cellText is how many UTF-16 units of a text go into one cell; Excel takes
	// 32,767.
	cellText = 32_000

	maxCount = 1_000_000_000 // persons in a cell of a table
)
