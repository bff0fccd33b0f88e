// Package store is the contract that both engines keep: what casework may ask
// of a database and what it may tell it. The contract tests are in storetest.
//
// Each noun has a small interface for reading and one for writing. View hands
// out a Reader, which cannot write; Update hands out a Tx.
package store

import (
	"context"

	"casefile/internal/access"
	"casefile/internal/caseload"
	"casefile/internal/correction"
	"casefile/internal/date"
	"casefile/internal/definition"
	"casefile/internal/entry"
	"casefile/internal/footprint"
	"casefile/internal/id"
	"casefile/internal/match"
	"casefile/internal/media"
	"casefile/internal/person"
	"casefile/internal/right"
	"casefile/internal/scan"
	"casefile/internal/staff"
)

// A DB is a database of either engine. Any number of goroutines may use it.
//
// Errors are of the kinds of fault: NotFound for a row that is not there,
// Conflict for a version or a unique value taken by someone else, Unavailable
// when the engine is busy, full or out of reach. After Unavailable from Update
// the caller cannot know whether the change was made; everything acknowledged
// was.
type DB interface {
	// View reads one snapshot.
	View(ctx context.Context, f func(Reader) error) error
	// Update writes all of it or nothing, and has the change on disk when it
	// returns nil. Updates follow one another, on both engines, in the order
	// of Tx.Stamp. f may run again after a clash.
	Update(ctx context.Context, f func(Tx) error) error
	// Plain is Update for plain state (drafts of entries, documents and plans, sessions, sign-in, jobs): it
	// takes no place in the order of what was known.
	Plain(ctx context.Context, f func(PlainTx) error) error
	// Ping reports whether the database answers.
	Ping(ctx context.Context) error
	Close() error
}

// A Reader reads one snapshot.
type Reader interface {
	People
	Facts
	Relations
	Changes
	Record
	Files
	Work
	Staff
	Rights
	FileRights
	Attendance
	Footprints
	Traces
	Concerns
	Watches
	Drafts
	Notices
	Definitions
	Imports
	Corrections
	Places
	Documents
	Plans
	Meetings
	Tasks
	Alerts
	Mails
}

// A PlainTx changes plain state.
type PlainTx interface {
	Reader
	DraftWriter
	DocumentDraftWriter
	PlanDraftWriter
	MinutesDraftWriter
	NoticeWriter
	JobWriter
	MailWriter
}

// A Tx changes anything. Stamp is its place in the order of what was known.
type Tx interface {
	PlainTx
	// Stamp is the number and the moment of this transaction, by whom given.
	Stamp(by string) date.Stamp
	PeopleWriter
	RelationsWriter
	ChangeWriter
	RecordWriter
	FileWriter
	StaffWriter
	FileRightsWriter
	AttendanceWriter
	FootprintWriter
	ConcernWriter
	WatchWriter
	DefinitionWriter
	ImportWriter
	CorrectionWriter
	PlaceWriter
	DocumentWriter
	PlanWriter
	MeetingWriter
	TaskWriter
	AlertWriter
}

// People finds files.
type People interface {
	PersonByReference(ctx context.Context, ref id.Reference) (person.Person, error)
	PersonByIdentifier(ctx context.Context, system, value string) (person.ID, error)
	Header(ctx context.Context, p person.ID) (person.Header, error)
	// HeaderKnown is Header as it was known at a moment.
	HeaderKnown(ctx context.Context, p person.ID, known date.Instant) (person.Header, error)
	// FindPeople lists those in scope who answer the query, the best first,
	// at most limit, each with the reasons.
	FindPeople(ctx context.Context, s Search) ([]person.Found, error)
}

// A Search is who is looked for, and among whom.
type Search struct {
	Query match.Query
	// Scope are those who may be found; Whole are those of them of whom more
	// may be known than a name, a day of birth and a reference: where others
	// live neither finds them nor puts them in their place.
	Scope, Whole access.Scope
	Now          date.Instant
	Limit        int
	Ages         Ages
}

// Ages are those among whom a search is made. Of whom no day of birth is known is
// in each.
type Ages int

// The ages.
const (
	AllAges Ages = iota
	UnderAge
	OfAge
)

// Facts reads what is so about a person, current facts only. With known set it
// reads what was current at that moment.
type Facts interface {
	Names(ctx context.Context, p person.ID, known date.Instant) ([]person.Name, error)
	Births(ctx context.Context, p person.ID, known date.Instant) ([]person.Birth, error)
	Addresses(ctx context.Context, p person.ID, known date.Instant) ([]person.Address, error)
	Contacts(ctx context.Context, p person.ID, known date.Instant) ([]person.Contact, error)
	Characteristics(ctx context.Context, p person.ID, known date.Instant) ([]person.Characteristic, error)
	Identifiers(ctx context.Context, p person.ID, known date.Instant) ([]person.Identifier, error)
	Episodes(ctx context.Context, p person.ID, known date.Instant) ([]person.Episode, error)
	Professionals(ctx context.Context, p person.ID, known date.Instant) ([]person.Professional, error)
	Deaths(ctx context.Context, p person.ID, known date.Instant) ([]person.Death, error)
	// KnownOf is as much of what is known of each of a list of people as
	// person.Missing judges by, in one statement however long the list is.
	KnownOf(ctx context.Context, people []person.ID) (map[person.ID]person.Known, error)
}

// Relations reads families and households, as Facts reads.
type Relations interface {
	// Relationships are those of which the person is either of the two.
	Relationships(ctx context.Context, p person.ID, known date.Instant) ([]person.Relationship, error)
	// Household are all members, of all times, of each household that the person
	// ever was a member of, the person among them.
	Household(ctx context.Context, p person.ID, known date.Instant) ([]person.Member, error)
	Whereabouts(ctx context.Context, p person.ID, known date.Instant) ([]person.Whereabouts, error)
}

// Ever, as the moment of a reading, asks for all that was ever recorded, put aside
// or not.
const Ever date.Instant = -1

// Changes reads why what is known of people was changed.
type Changes interface {
	// Changes of a person's facts, the latest first.
	Changes(ctx context.Context, p person.ID) ([]person.Change, error)
}

// ChangeWriter says why.
type ChangeWriter interface {
	AddChange(ctx context.Context, p person.ID, c person.Change) error
}

// RelationsWriter states families and households, as PeopleWriter does.
type RelationsWriter interface {
	AddRelationship(ctx context.Context, r person.Relationship) error
	AddMember(ctx context.Context, m person.Member) error
	AddWhereabouts(ctx context.Context, p person.ID, w person.Whereabouts) error
}

// PeopleWriter makes files and states facts. A fact that takes the place of
// another supersedes it; neither is overwritten.
type PeopleWriter interface {
	AddPerson(ctx context.Context, p person.Person) error
	AddName(ctx context.Context, p person.ID, n person.Name) error
	AddBirth(ctx context.Context, p person.ID, b person.Birth) error
	AddDeath(ctx context.Context, p person.ID, d person.Death) error
	AddAddress(ctx context.Context, p person.ID, a person.Address) error
	AddContact(ctx context.Context, p person.ID, c person.Contact) error
	AddCharacteristic(ctx context.Context, p person.ID, c person.Characteristic) error
	AddIdentifier(ctx context.Context, p person.ID, i person.Identifier) error
	AddEpisode(ctx context.Context, p person.ID, e person.Episode) error
	AddAllocation(ctx context.Context, a Allocation) error
	AddProfessional(ctx context.Context, p person.ID, f person.Professional) error
	// Supersede puts a fact aside: Conflict when it already is, NotFound when
	// there is none.
	Supersede(ctx context.Context, f Fact, id string, by date.Stamp) error
}

// An Allocation says that a worker works with a person in an episode.
type Allocation = caseload.Allocation

// The kinds of allocation.
const (
	Allocated = caseload.Allocated
	Further   = caseload.Further
)

// A Fact names a table of facts on two clocks.
type Fact string

// The tables of facts. The contract tests hold each to the same kit.
const (
	NameFact           Fact = "person_name"
	BirthFact          Fact = "person_birth"
	AddressFact        Fact = "person_address"
	ContactFact        Fact = "person_contact"
	CharacteristicFact Fact = "person_characteristic"
	IdentifierFact     Fact = "person_identifier"
	EpisodeFact        Fact = "episode"
	AllocationFact     Fact = "allocation"
	AssignmentFact     Fact = "assignment"
	RestrictionFact    Fact = "restriction"
	NamedFact          Fact = "restriction_named"
	ConnectionFact     Fact = "connection"
	GrantFact          Fact = "file_grant"
	TrainingFact       Fact = "training"
	AbsenceFact        Fact = "absence"
	ProfessionalFact   Fact = "professional"
	LooksNamedFact     Fact = "looks_named"
	HighProfileFact    Fact = "high_profile"
	DeathFact          Fact = "person_death"
	RelationshipFact   Fact = "relationship"
	MemberFact         Fact = "household_member"
	WhereaboutsFact    Fact = "whereabouts"
	MilestoneFact      Fact = "milestone"
	AlertFact          Fact = "alert"
)

// FileFact is the table of files. A file is put aside as a fact is; it has one
// day instead of a period, and so is none of FactTables.
const FileFact Fact = "file"

// HeldFact is the table of what imports brought about restricted files. A row is
// put aside as a fact is; it has no period, and so is none of FactTables.
const HeldFact Fact = "held_add"

// FactTables lists them.
var FactTables = []Fact{
	NameFact, BirthFact, AddressFact, ContactFact, CharacteristicFact,
	IdentifierFact, EpisodeFact, AllocationFact, AssignmentFact,
	RestrictionFact, NamedFact, ConnectionFact, GrantFact, TrainingFact, AbsenceFact, ProfessionalFact,
	LooksNamedFact, HighProfileFact, DeathFact, RelationshipFact, MemberFact, WhereaboutsFact,
	MilestoneFact, AlertFact,
}

// Record reads entries.
type Record interface {
	// Timeline is a page of a person's record, the latest first: at most limit
	// entries older than before, which is the key of the last page's last line
	// or empty.
	Timeline(ctx context.Context, p person.ID, before string, limit int) ([]TimelineEntry, error)
	Entry(ctx context.Context, e entry.ID) (entry.Entry, error)
	// EntryKnown is an entry as it was known at a moment, without its children; NotFound
	// where it was not known yet.
	EntryKnown(ctx context.Context, e entry.ID, known date.Instant) (entry.Entry, error)
	// DecisionEntries lists the decisions made outside meetings that stand on a person's
	// record as entries, the latest first.
	DecisionEntries(ctx context.Context, p person.ID) ([]entry.Entry, error)
	// EntryParties is who wrote an entry and on whose record it stands,
	// without its content.
	EntryParties(ctx context.Context, e entry.ID) (staff.ID, []person.ID, error)
}

// A TimelineEntry is an entry and its place in the timeline.
type TimelineEntry struct {
	entry.Entry
	Key string
}

// RecordWriter adds entries.
type RecordWriter interface {
	// AddEntryVersion adds a version: 1 makes the entry. Conflict when that
	// version is already there.
	AddEntryVersion(ctx context.Context, e entry.Entry) error
	// AddEntries makes entries: as AddEntryVersion of each at version 1.
	AddEntries(ctx context.Context, entries []entry.Entry) error
}

// Files reads what is kept on records as files. Their content is in package
// blob.
type Files interface {
	// Files is a page of a person's files, the last added first, without those
	// put aside: at most limit before before, which is the key of the last
	// page's last file or empty. NotFound where before is no such key.
	Files(ctx context.Context, p person.ID, before string, limit int) ([]ListedFile, error)
	// File is one file, those put aside too.
	File(ctx context.Context, f media.ID) (media.File, error)
	// KnownBlobs lists which of the keys of blobs belong to a file, in their
	// order; those put aside too.
	KnownBlobs(ctx context.Context, keys []string) ([]string, error)
	// Unscanned lists files of which no scanner has said anything, the last added
	// first, at most limit.
	Unscanned(ctx context.Context, limit int) ([]media.ID, error)
	// Thumbnail is the sealed small picture of a photograph; NotFound where there
	// is none.
	Thumbnail(ctx context.Context, f media.ID) ([]byte, error)
	// Portrait is the photograph by which a person is known; NotFound where there
	// is none.
	Portrait(ctx context.Context, p person.ID) (media.Portrait, error)
}

// A ListedFile is a file and its place in the list.
type ListedFile struct {
	media.File
	Key string
}

// FileWriter adds files. Supersede puts one aside, as FileFact.
type FileWriter interface {
	// AddFile puts a file on a record: Conflict when its key, or that of its
	// blob, is taken.
	AddFile(ctx context.Context, f media.File) error
	// AddScan notes what a scanner said of a file.
	AddScan(ctx context.Context, f media.ID, v scan.Verdict, by date.Stamp) error
	// AddThumbnail keeps the small picture of a photograph, sealed; portrait says
	// that the person is known by it.
	AddThumbnail(ctx context.Context, f media.ID, sealed []byte, portrait bool, by date.Stamp) error
}

// Work reads who works with whom.
type Work interface {
	// Allocations lists who is or was allocated to a person, the latest first,
	// and how they stand today.
	Allocations(ctx context.Context, p person.ID) ([]Allocation, error)
	// AllocationsKnown is the same as it was known at a moment.
	AllocationsKnown(ctx context.Context, p person.ID, known date.Instant) ([]Allocation, error)
	// Cases lists open cases in scope, at most Limit after the first Skip.
	Cases(ctx context.Context, q caseload.Query) ([]caseload.Case, error)
	// CountCases counts them by state.
	CountCases(ctx context.Context, q caseload.Query) (caseload.Counts, error)
	// Members lists who holds a role in a team today, by name; a worker with
	// two roles in it stands there twice.
	Members(ctx context.Context, team staff.TeamID, sc access.Scope, now date.Instant) ([]caseload.Member, error)
	// AssignmentsFrom lists the roles that a worker holds on a day or will
	// hold after it.
	AssignmentsFrom(ctx context.Context, w staff.ID, day date.Date) ([]staff.Assignment, error)
	// Covers lists the absences, from a day on, for which a worker covers.
	Covers(ctx context.Context, w staff.ID, day date.Date) ([]staff.Absence, error)
	// FollowUps lists the entries of a service on a person's record that say
	// what is to be done next by a day not before since, the first due first, at
	// most limit.
	FollowUps(ctx context.Context, p person.ID, service string, since date.Date, limit int) ([]entry.Entry, error)
}

// Staff reads workers and teams.
type Staff interface {
	Worker(ctx context.Context, w staff.ID) (staff.Worker, error)
	Assignments(ctx context.Context, w staff.ID, today date.Date) ([]staff.Assignment, error)
	Colleagues(ctx context.Context, words []string, today date.Date, limit int) ([]staff.Colleague, error)
	Teams(ctx context.Context) ([]staff.Team, error)
	// RolesHeld lists the roles that somebody holds on a day or will hold.
	RolesHeld(ctx context.Context, today date.Date) ([]access.Role, error)
}

// StaffWriter changes workers and teams.
type StaffWriter interface {
	AddTeam(ctx context.Context, t staff.Team, by date.Stamp) error
	// AddWorkerVersion adds a version: 1 makes the worker. Conflict when that
	// version is already there.
	AddWorkerVersion(ctx context.Context, w staff.Worker) error
	AddAssignment(ctx context.Context, a staff.Assignment) error
}

// Rights reads what ties a viewer to a person. It is read anew for every
// decision; nobody keeps it.
type Rights interface {
	// Viewer is the worker acting in a role they hold today. NotFound when
	// they do not.
	Viewer(ctx context.Context, w staff.ID, a staff.AssignmentID, today date.Date) (access.Viewer, error)
	// Held lists the grounds that a viewer has for a person.
	Held(ctx context.Context, v access.Viewer, p person.ID, now date.Instant) ([]access.Held, error)
	// HeldOf is Held for each of several people.
	HeldOf(ctx context.Context, v access.Viewer, people []person.ID, now date.Instant) (map[person.ID][]access.Held, error)
	// Ties lists the facts behind them, past ones too, to explain a decision.
	Ties(ctx context.Context, v access.Viewer, p person.ID) ([]access.Tie, error)
	// InScope reports whether a list would hold the person. It and Held agree.
	InScope(ctx context.Context, sc access.Scope, p person.ID, now date.Instant) (bool, error)
}

// FileRights reads what is laid down about the rights to one file, or of one
// worker.
type FileRights interface {
	// Restrictions lists those of a file that are not put aside, ended ones
	// too, with everybody named on them.
	Restrictions(ctx context.Context, p person.ID) ([]right.Restriction, error)
	// RestrictedFiles lists whose files are restricted on a day.
	RestrictedFiles(ctx context.Context, today date.Date) ([]person.ID, error)
	// Connections lists what a worker declared and did not take back.
	Connections(ctx context.Context, w staff.ID) ([]right.Connection, error)
	// AllConnections lists those of all workers.
	AllConnections(ctx context.Context) ([]right.Connection, error)
	// Grants and GrantsTo list grants, past ones too.
	Grants(ctx context.Context, p person.ID) ([]right.Grant, error)
	GrantsTo(ctx context.Context, w staff.ID) ([]right.Grant, error)
	// Reasons lists those that a worker stated for a file and that have not
	// lapsed, the last one first.
	Reasons(ctx context.Context, p person.ID, w staff.ID, now date.Instant) ([]right.Reason, error)
	// ReasonsBy lists those that a worker stated for any of the purposes and
	// whose note is as it was left, lapsed ones too, the last one first, at
	// most limit.
	ReasonsBy(ctx context.Context, w staff.ID, purposes []string, limit int) ([]right.Reason, error)
	// ReasonOf is the reason that left a note; NotFound for another entry.
	ReasonOf(ctx context.Context, note entry.ID) (right.Reason, error)
	// HeldAdds lists what imports brought about a person whose file was
	// restricted, those decided on too, the first brought first.
	HeldAdds(ctx context.Context, p person.ID) ([]right.Held, error)
}

// FileRightsWriter lays down rights to one file. Supersede puts them aside.
type FileRightsWriter interface {
	// AddRestriction restricts a file to nobody yet; AddNamed names who may.
	AddRestriction(ctx context.Context, r right.Restriction) error
	AddNamed(ctx context.Context, n right.Named) error
	AddConnection(ctx context.Context, c right.Connection) error
	AddGrant(ctx context.Context, g right.Grant) error
	StateReason(ctx context.Context, r right.Reason) error
	// HoldAdd keeps what an import brought; Supersede, as HeldFact, says that
	// somebody decided on it.
	HoldAdd(ctx context.Context, h right.Held) error
}

// Attendance reads workers' training and absences, past ones too.
type Attendance interface {
	Trainings(ctx context.Context, w staff.ID) ([]staff.Training, error)
	Absences(ctx context.Context, w staff.ID) ([]staff.Absence, error)
	// GoodUntil lists, for each worker and course that they ever passed, the
	// training that is good longest.
	GoodUntil(ctx context.Context) ([]staff.Training, error)
	// Holders lists who holds which role in which team today.
	Holders(ctx context.Context, today date.Date) ([]staff.Holder, error)
}

// AttendanceWriter notes training and absences.
type AttendanceWriter interface {
	AddTraining(ctx context.Context, t staff.Training) error
	AddAbsence(ctx context.Context, a staff.Absence) error
}

// Footprints reads looks.
type Footprints interface {
	// Looks lists who has looked at a file, the latest first: at most limit,
	// with numbers below before (0 for the latest).
	Looks(ctx context.Context, p person.ID, before int64, limit int) ([]footprint.Look, error)
	// FootprintDetail is the sealed detail; NotFound when there is none.
	FootprintDetail(ctx context.Context, number int64) ([]byte, error)
}

// FootprintWriter leaves looks. Nothing changes or removes one.
type FootprintWriter interface {
	// LeaveFootprint numbers the footprint and gives it the moment of the
	// transaction. seal makes the sealed detail for that number, or is nil.
	LeaveFootprint(ctx context.Context, f footprint.Footprint, seal func(number int64) ([]byte, error)) (int64, error)
	// LeaveFootprints is LeaveFootprint for several that have no detail.
	LeaveFootprints(ctx context.Context, fs []footprint.Footprint) error
}

// Drafts reads drafts. Each belongs to one worker; another's is NotFound.
type Drafts interface {
	Draft(ctx context.Context, w staff.ID, e entry.ID) (entry.Draft, error)
	Drafts(ctx context.Context, w staff.ID) ([]entry.Draft, error)
}

// DraftWriter changes drafts.
type DraftWriter interface {
	AddDraft(ctx context.Context, d entry.Draft) error
	// SaveDraft replaces the fields of the draft whose Rev is d.Rev and counts
	// Rev on. Conflict when it has been saved since.
	SaveDraft(ctx context.Context, d entry.Draft) error
	// DropDraft removes the draft whose Rev is d.Rev. Conflict when it has been
	// saved since.
	DropDraft(ctx context.Context, d entry.Draft) error
}

// A Job is work to do after the commit: the outbox. Its payload holds ids,
// never case text. Package jobs runs them, through the engine's own queue.
type Job struct {
	Kind    string
	Payload []byte       // a JSON object
	Unique  string       // one job of this text is kept, done ones too; empty for any number
	RunAt   date.Instant // not before
}

// JobWriter is the outbox.
type JobWriter interface {
	Enqueue(ctx context.Context, j Job) error
}

// A DefinitionFile is one file of definitions as it was when used.
type DefinitionFile struct {
	Path string
	Hash string
	Body []byte
}

// Definitions reads the definitions that were in force.
type Definitions interface {
	// LatestDefinitions lists the files in force, without their bodies. None
	// before the first start.
	LatestDefinitions(ctx context.Context) ([]DefinitionFile, error)
	DefinitionBody(ctx context.Context, hash string) ([]byte, error)
	// RightsSteps lists what was done about changes of the rights, the last
	// first, at most limit and the one in force, without the bodies of files.
	RightsSteps(ctx context.Context, limit int) ([]RightsStep, error)
	// DefinitionsUsed are the kinds of the definitions that records name, and how many
	// do, those that contain others before these.
	DefinitionsUsed(ctx context.Context) ([]definition.Used, error)
	// Mark reads a note about the database itself; empty when there is none.
	// Only its owner can set one (the commands migrate and demo).
	Mark(ctx context.Context, name string) (string, error)
}

// DefinitionWriter keeps definitions.
type DefinitionWriter interface {
	// KeepDefinitions copies the files not yet held and notes the set as in
	// force from now on.
	KeepDefinitions(ctx context.Context, set string, files []DefinitionFile, by date.Stamp) error
	// AddRightsStep adds a step, and copies the files not yet held.
	AddRightsStep(ctx context.Context, r RightsStep) error
}

// A RightsStep is one step on the way of a change of the rights: the files of
// definitions/access, and what was done about them.
type RightsStep struct {
	ID       string
	Hash     string // of the files together
	Step     string // one of the steps below
	Files    []DefinitionFile
	Worker   staff.ID // who decided; empty where a start of the program did it
	Name     string   // of the worker; read, never written
	Reason   string
	Recorded date.Stamp
}

// The steps. The rights in force are those of the last row that is First or
// Approved.
const (
	RightsFirst      = "first"       // found at the first start
	RightsProposed   = "proposed"    // found at a later start
	RightsApproved   = "approved"    // by a second person
	RightsTurnedDown = "turned down" // by a second person
	RightsWithdrawn  = "withdrawn"   // gone at a later start
)

// Corrections reads how it was put right whom a record is of.
type Corrections interface {
	// FileOf is the file on which a person's rows stand: their own, or the one
	// it was merged into.
	FileOf(ctx context.Context, p person.ID) (person.ID, error)
	// Reference is a person's own, whichever file their rows stand on.
	Reference(ctx context.Context, p person.ID) (id.Reference, error)
	// RecordedSince lists who recorded an entry, added a file or did something with a document on a file
	// after a place in the order of what was known.
	RecordedSince(ctx context.Context, file person.ID, seq int64) ([]staff.ID, error)
	// FactOwner is whose row a fact is, whichever file it stands on; NotFound when
	// there is none.
	FactOwner(ctx context.Context, f Fact, id string) (person.ID, error)
	// FileMembers lists whose rows stand on a file, itself first.
	FileMembers(ctx context.Context, file person.ID) ([]person.ID, error)
	Correction(ctx context.Context, id string) (correction.Correction, error)
	// Corrections lists those that a file has to do with, those undone too, the
	// latest first. An undo is in what it undoes.
	Corrections(ctx context.Context, file person.ID) ([]correction.Correction, error)
	// NeverSame reports whether two files were said to be of two people.
	NeverSame(ctx context.Context, one, other person.ID) (bool, error)
	// StandsWith lists the places on a file where something stands that a correction of
	// the kind would move: with whom, and on whose record it was put.
	StandsWith(ctx context.Context, kind correction.Kind, object string, file person.ID) ([]correction.Place, error)
}

// CorrectionWriter puts it right.
type CorrectionWriter interface {
	// AddCorrection notes a correction; what follows from it holds at once. Of
	// an Undo, From, To and Object are those of what it undoes. Conflict where
	// it does not go with those that stand: a file merged meanwhile, a move
	// that was moved on, an undo of what is undone.
	AddCorrection(ctx context.Context, c correction.Correction) error
}

// An ImportRun is how far an import has come. Line is the last line dealt
// with; a new run of the same file and map goes on behind it.
type ImportRun struct {
	ID      string // hash of file and map
	Source  string
	Line    int
	Made    int
	Matched int
	Bad     int
	Done    bool
}

// Imports reads import runs.
type Imports interface {
	ImportRun(ctx context.Context, id string) (ImportRun, error)
	// MatchedBefore reports whether a person has an identifier since before their
	// file was restricted, so that an import found it.
	MatchedBefore(ctx context.Context, p person.ID, system, value string) (bool, error)
	// RestrictedSince is the place in the order of what was known at which a file
	// was restricted, however often it was since changed who is named; 0 for one
	// that is not restricted.
	RestrictedSince(ctx context.Context, p person.ID) (int64, error)
}

// Places reads addresses that anybody can look up.
type Places interface {
	// PlacesAt lists those of a postcode, at most limit.
	PlacesAt(ctx context.Context, postcode string, limit int) ([]person.Place, error)
	// KnownPlaces counts which of these are there.
	KnownPlaces(ctx context.Context, places []person.Place) (int, error)
}

// PlaceWriter takes up addresses.
type PlaceWriter interface {
	// SavePlaces adds addresses, or brings them up to date.
	SavePlaces(ctx context.Context, places []person.Place) error
}

// ImportWriter keeps import runs.
type ImportWriter interface {
	SaveImportRun(ctx context.Context, r ImportRun) error
}
