// Package user has a test that notices what package weak's own tests don't.
package user
