package main

// documents are the bodies of the documents that --json prints, by kind. The JSON Schema
// in docs/redbook.schema.json is generated from them.
var documents = map[string]any{
	"info":          infoDoc{},
	"toc":           tocDoc{},
	"drives":        drivesDoc{},
	"read":          readDoc{},
	"eject":         trayDoc{},
	"load":          trayDoc{},
	"version":       versionInfo{},
	"help":          helpDoc{},
	"topic":         topicDoc{},
	"topics":        topicsDoc{},
	"completion":    completionDoc{},
	"disc":          discDoc{},
	"serve":         serveDoc{},
	"control":       controlDoc{},
	"export":        exportDoc{},
	"personalities": personalitiesDoc{},
	"personality":   recordedDoc{},
	"try":           tryDoc{},
	"error":         errorDoc{},
	"doctor":        doctorDoc{},
	"jobs":          jobsDoc{},
	"config":        configDoc{},
	"man":           manDoc{},
	"burn_report":   burnReportDoc{},
}

// eventBodies are the bodies of the events, by name.
var eventBodies = map[string]any{
	"copy":           copyEvent{},
	"waiting":        waitingEvent{},
	"decoding":       decodingEvent{},
	"checking":       checkingEvent{},
	"plan":           planEvent{},
	"progress":       progressEvent{},
	"track_started":  trackStartedEvent{},
	"track_finished": trackFinishedEvent{},
	"session_closed": sessionClosedEvent{},
	"warning":        warningEvent{},
	"report":         reportEvent{},
	"error":          errorDoc{},
}
