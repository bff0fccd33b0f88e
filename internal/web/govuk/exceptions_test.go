package govuk

// Reasons that several exceptions share.
const (
	noStart   = "the arrow of a start button is for the first page of a public service, and this system has none"
	noWelsh   = "words of the script in another language: the pages are in English until there is a translation of all of them"
	notFalse  = "an option given as false means the same to the script as one not given"
	noGaps    = "a Go list has no empty places, so the items after one keep their own numbers"
	noUncheck = "a Go bool cannot say \"not this one\" against Value or Values: leave it out of those"
	noEmpty   = "an option given without anything in it is one not given"
)

// exceptions are the published examples that our components cannot say, by
// component and name, each with the reason.
var exceptions = map[string]map[string]string{
	"button": {
		"start":                      noStart,
		"start link":                 noStart,
		"start link with html":       noStart,
		"don't prevent double click": notFalse,
	},
	"character-count": {
		"with translations": noWelsh,
	},
	"checkboxes": {
		"with falsy values":             noGaps,
		"item checked overrides values": noUncheck,
	},
	"date-input": {
		"with field value and items":             "a value belongs to its item; ours takes none from Year when there are Items",
		"with error on single field by omission": "the field in error is marked with Error, not the two others as being right",
		"with error on single item by omission":  "the field in error is marked with Error, not the two others as being right",
	},
	"error-message": {
		"translated":                   noWelsh,
		"visually hidden text removed": "without \"Error\" before it a screen reader reads the message as one more hint",
	},
	"error-summary": {
		"autofocus explicitly enabled": notFalse,
	},
	"exit-this-page": {
		"translated": noWelsh,
	},
	"file-upload": {
		"with value":                            "browsers let no page choose a file",
		"translated":                            noWelsh,
		"translated, no javascript enhancement": noWelsh,
	},
	"footer": {
		"with empty meta":       noEmpty,
		"with empty meta items": noEmpty,
	},
	"notification-banner": {
		"auto-focus explicitly enabled, with type as success": notFalse,
	},
	"pagination": {
		"with empty items": noGaps,
	},
	"panel": {
		"interruption, no actions items": noEmpty,
	},
	"password-input": {
		"value":             "a password is never sent back to the page",
		"with translations": noWelsh,
	},
	"radios": {
		"with falsy items":             noGaps,
		"item checked overrides value": noUncheck,
	},
	"select": {
		"without values":                     "the value of a choice is its code, always sent, and never its words",
		"without values with selected value": "the value of a choice is its code, always sent, and never its words",
		"item selected overrides value":      noUncheck,
	},
	"task-list": {
		"with empty values": noGaps,
	},
}
