package jobdir

// stateHome returns the folder for application state.
func stateHome(env func(string) string) (string, error) {
	return home(env, "HOME", "Library", "Application Support")
}
