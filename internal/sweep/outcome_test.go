package sweep

// tri is a statement that can be missing.
type tri uint8

const (
	unknown tri = iota
	no
	yes
)

func known(b bool) tri {
	if b {
		return yes
	}
	return no
}

// denies reports whether the statement is made and is not b.
func (t tri) denies(b bool) bool { return t != unknown && t != known(b) }

type verdict uint8

const (
	noVerdict verdict = iota
	success
	failed
	unconfirmed
	verifyFailed
	canceled
	tested
)

func (v verdict) String() string {
	return [...]string{"none", "success", "failed", "unconfirmed", "verify-failed", "canceled", "test-write"}[v]
}

// rowState is the report's state of a requested track, as far as the truths depend on it.
type rowState uint8

const (
	rowSpoiled rowState = iota // failed, short, changed or canceled: some of it may be on the disc
	rowOK
	rowTested
	rowNotBegun
)

type row struct {
	number  int
	state   rowState
	sectors sectors // on the disc, by the report
	atMost  sectors // at most this is on the disc, by the report
}

// shown is a track on the disc, by the report.
type shown struct {
	number  int
	start   lba
	sectors sectors
	state   tri // complete
	audio   bool
}

// stage is the progress of a job. The order is that of a burn.
type stage uint8

const (
	stageNone stage = iota
	stageBefore
	stageStart
	stageWrite
	stageFlush
	stageClose
	stageConfirm
	stageVerify
	stageRelease
)

func (s stage) String() string {
	return [...]string{"none", "before", "start", "write", "flush", "close", "confirm", "verify", "release"}[s]
}

// outcome is the engine's report of a job, in the sweep's own terms.
type outcome struct {
	err     error
	verdict verdict
	silent  bool // the function has no report
	rows    []row

	onDisc             []shown
	listed             bool // onDisc is a statement, even if it is empty
	closed, appendable tri
	claimsNothing      bool // states that nothing was written
	busy               bool // states that the drive is still busy with the disc

	stage        stage // of err
	onWrite      bool  // err is about a WRITE: track and lba name it
	track        int   // of err; 0 if it is about none
	lba          lba
	text         string // every text that reaches a user
	toldText     bool   // states that CD-TEXT is missing or can't be read
	toldDeferred bool   // mentions an error of an earlier command
	toldLocked   bool   // states that the tray may be locked
	releaseOnly  bool   // err came after everything was done
	hasCategory  bool

	finishedOnce bool // Finished came once, and last
}
