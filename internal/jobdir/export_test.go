package jobdir

import "github.com/redbook-audio/redbook/journal"

// Remove removes a job's journal.
func Remove(j *journal.Job) error { return remove(j) }
