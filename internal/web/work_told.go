package web

// What pages about who works with whom leave for the next to say.
const (
	toldOpened            = "work-opened"
	toldAllocated         = "work-allocated"
	toldFurther           = "work-further"
	toldFurtherEnded      = "work-further-ended"
	toldClosed            = "work-closed"
	toldPassed            = "work-passed"
	toldProfessional      = "work-professional"
	toldProfessionalEnded = "work-professional-ended"
	toldAway              = "work-away"
	toldBack              = "work-back"
	toldRoleEnded         = "work-role-ended"
	toldUntrained         = "work-untrained"
)

var workWords = map[string]string{
	toldOpened:            "The case is opened. Allocate it to a worker next.",
	toldAllocated:         "The case is allocated. The worker has been told.",
	toldFurther:           "The further worker is added. They have been told.",
	toldFurtherEnded:      "The further worker works with them until the end of today.",
	toldClosed:            "The case is closed at the end of today. Its workers have been told.",
	toldPassed:            "The case has passed on. The handover note is on the record, and everybody concerned has been told.",
	toldProfessional:      "The professional is added.",
	toldProfessionalEnded: "Their last day is recorded.",
	toldAway:              "The absence is recorded.",
	toldBack:              "The absence is ended.",
	toldUntrained:         "The training is taken back. They stand as if it had not been recorded.",
	toldRoleEnded:         "The role is ended. It opens nothing any more.",
}
